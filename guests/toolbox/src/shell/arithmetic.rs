//! `$((…))`: 64-bit integers with the operators of C.

use super::{Flow, Shell};

/// How deep parentheses and variables that hold expressions may lie within each other.
const NESTING: u32 = 100;

/// Operators of two operands, and how tightly they bind. Longer ones come before those they begin with.
const BINARY: [(&str, u8); 19] = [
    ("||", 1),
    ("&&", 2),
    ("<<", 8),
    (">>", 8),
    ("<=", 7),
    (">=", 7),
    ("==", 6),
    ("!=", 6),
    ("**", 11),
    ("|", 3),
    ("^", 4),
    ("&", 5),
    ("<", 7),
    (">", 7),
    ("+", 9),
    ("-", 9),
    ("*", 10),
    ("/", 10),
    ("%", 10),
];

const ASSIGNING: [&str; 11] = ["=", "+=", "-=", "*=", "/=", "%=", "<<=", ">>=", "&=", "^=", "|="];

enum Fault {
    Said(String),
    Flow(Flow),
}

type Value = Result<i64, Fault>;

fn fault<T>(what: impl Into<String>) -> Result<T, Fault> {
    Err(Fault::Said(what.into()))
}

impl Shell {
    /// The value of an expression in which everything is expanded already.
    pub(super) fn arithmetic(&mut self, text: &str) -> Result<i64, Flow> {
        match self.evaluate(text, 0) {
            Ok(value) => Ok(value),
            Err(Fault::Flow(flow)) => Err(flow),
            Err(Fault::Said(what)) => {
                let short: String = text.chars().take(60).collect();
                Err(self.fault(format_args!("arithmetic: `{}`: {what}", short.trim())))
            }
        }
    }

    fn evaluate(&mut self, text: &str, depth: u32) -> Value {
        let mut reader = Reader {
            shell: self,
            text: text.as_bytes(),
            at: 0,
            depth,
            skip: false,
        };
        reader.blanks();
        if reader.at == reader.text.len() {
            return Ok(0);
        }
        let value = reader.comma()?;
        if reader.at < reader.text.len() {
            return fault("syntax error");
        }
        Ok(value)
    }
}

struct Reader<'a> {
    shell: &'a mut Shell,
    text: &'a [u8],
    at: usize,
    depth: u32,
    /// Whether what is read does not count: the other side of `&&`, `||` and `?:`.
    skip: bool,
}

impl Reader<'_> {
    fn blanks(&mut self) {
        while self.text.get(self.at).is_some_and(u8::is_ascii_whitespace) {
            self.at += 1;
        }
    }

    fn starts(&self, token: &str) -> bool {
        self.text[self.at..].starts_with(token.as_bytes())
    }

    fn eat(&mut self, token: &str) -> bool {
        self.blanks();
        let found = self.starts(token);
        self.at += if found { token.len() } else { 0 };
        found
    }

    fn comma(&mut self) -> Value {
        loop {
            let value = self.assignment()?;
            if !self.eat(",") {
                self.blanks();
                return Ok(value);
            }
        }
    }

    fn name(&mut self) -> Option<String> {
        self.blanks();
        let start = self.at;
        while self
            .text
            .get(self.at)
            .is_some_and(|c| *c == b'_' || c.is_ascii_alphabetic() || (self.at > start && c.is_ascii_digit()))
        {
            self.at += 1;
        }
        (self.at > start).then(|| String::from_utf8_lossy(&self.text[start..self.at]).into_owned())
    }

    fn assignment(&mut self) -> Value {
        self.blanks();
        let start = self.at;
        if let Some(name) = self.name() {
            self.blanks();
            let operator = ASSIGNING
                .into_iter()
                .find(|o| self.starts(o) && !self.starts("=="));
            if let Some(operator) = operator {
                self.at += operator.len();
                let right = self.deeper(Self::assignment)?;
                let value = match operator.strip_suffix('=') {
                    Some("") | None => right,
                    Some(operator) => {
                        let left = self.variable(&name)?;
                        self.apply(operator, left, right)?
                    }
                };
                return self.set(&name, value);
            }
            self.at = start;
        }
        self.ternary()
    }

    fn set(&mut self, name: &str, value: i64) -> Value {
        if !self.skip {
            self.shell.assign(name, value.to_string()).map_err(Fault::Flow)?;
        }
        Ok(value)
    }

    fn deeper(&mut self, read: fn(&mut Self) -> Value) -> Value {
        if self.depth >= NESTING {
            return fault(format!("nested more than {NESTING} deep"));
        }
        self.depth += 1;
        let value = read(self);
        self.depth -= 1;
        value
    }

    /// Reads what does not count if `skip`.
    fn maybe(&mut self, skip: bool, read: impl FnOnce(&mut Self) -> Value) -> Value {
        let before = self.skip;
        self.skip |= skip;
        let value = read(self);
        self.skip = before;
        value
    }

    fn ternary(&mut self) -> Value {
        let condition = self.binary(1)?;
        if !self.eat("?") {
            return Ok(condition);
        }
        let yes = self.maybe(condition == 0, |reader| reader.deeper(Self::assignment))?;
        if !self.eat(":") {
            return fault("`?` without `:`");
        }
        let no = self.maybe(condition != 0, |reader| reader.deeper(Self::assignment))?;
        Ok(if condition == 0 { no } else { yes })
    }

    fn binary(&mut self, least: u8) -> Value {
        let mut left = self.deeper(Self::unary)?;
        loop {
            self.blanks();
            let Some((operator, binding)) = BINARY.into_iter().find(|(o, _)| self.starts(o)) else {
                return Ok(left);
            };
            let next = self.text.get(self.at + operator.len());
            let assigns = next == Some(&b'=') && !matches!(operator, "<=" | ">=" | "==" | "!=" | "&&" | "||");
            if binding < least || assigns {
                return Ok(left);
            }
            self.at += operator.len();
            let short = match operator {
                "&&" => left == 0,
                "||" => left != 0,
                _ => false,
            };
            // The power binds to the right.
            let least = if operator == "**" { binding } else { binding + 1 };
            let right = self.maybe(short, |reader| reader.binary(least))?;
            left = self.apply(operator, left, right)?;
        }
    }

    fn apply(&self, operator: &str, a: i64, b: i64) -> Value {
        Ok(match operator {
            "||" => i64::from(a != 0 || b != 0),
            "&&" => i64::from(a != 0 && b != 0),
            "|" => a | b,
            "^" => a ^ b,
            "&" => a & b,
            "==" => i64::from(a == b),
            "!=" => i64::from(a != b),
            "<" => i64::from(a < b),
            ">" => i64::from(a > b),
            "<=" => i64::from(a <= b),
            ">=" => i64::from(a >= b),
            "<<" => a.wrapping_shl(b as u32),
            ">>" => a.wrapping_shr(b as u32),
            "+" => a.wrapping_add(b),
            "-" => a.wrapping_sub(b),
            "*" => a.wrapping_mul(b),
            "/" | "%" if b == 0 => {
                if self.skip {
                    return Ok(0);
                }
                return fault("divide by zero");
            }
            "/" => a.wrapping_div(b),
            "%" => a.wrapping_rem(b),
            _ if b < 0 => return fault("a negative power"),
            _ => (0..b.min(64 * 64))
                .try_fold(1_i64, |power, _| (power != 0).then(|| power.wrapping_mul(a)))
                .unwrap_or(0),
        })
    }

    fn unary(&mut self) -> Value {
        self.blanks();
        for step in ["++", "--"] {
            if self.starts(step) {
                let start = self.at;
                self.at += 2;
                if let Some(name) = self.name() {
                    let change = if step == "++" { 1 } else { -1 };
                    let value = self.variable(&name)?.wrapping_add(change);
                    return self.set(&name, value);
                }
                self.at = start;
            }
        }
        let Some(&c) = self.text.get(self.at) else {
            return fault("syntax error");
        };
        match c {
            b'+' | b'-' | b'!' | b'~' => {
                self.at += 1;
                let value = self.deeper(Self::unary)?;
                Ok(match c {
                    b'-' => value.wrapping_neg(),
                    b'!' => i64::from(value == 0),
                    b'~' => !value,
                    _ => value,
                })
            }
            b'(' => {
                self.at += 1;
                let value = self.deeper(Self::comma)?;
                if !self.eat(")") {
                    return fault("`(` without `)`");
                }
                Ok(value)
            }
            b'0'..=b'9' => self.number(),
            _ => {
                let Some(name) = self.name() else {
                    return fault("syntax error");
                };
                let value = self.variable(&name)?;
                for (step, change) in [("++", 1), ("--", -1)] {
                    if self.eat(step) {
                        self.set(&name, value.wrapping_add(change))?;
                    }
                }
                Ok(value)
            }
        }
    }

    fn number(&mut self) -> Value {
        let start = self.at;
        while self
            .text
            .get(self.at)
            .is_some_and(|c| c.is_ascii_alphanumeric() || *c == b'#')
        {
            self.at += 1;
        }
        let text = String::from_utf8_lossy(&self.text[start..self.at]).into_owned();
        number(&text).map_or_else(|| fault(format!("`{text}` is not a number")), Ok)
    }

    /// The value of a variable, which may hold an expression itself.
    fn variable(&mut self, name: &str) -> Value {
        let value = match self.shell.value(name) {
            Some(value) => value,
            None if self.shell.options.nounset && !self.skip => {
                return fault(format!("{name}: parameter not set"));
            }
            None => return Ok(0),
        };
        if let Some(number) = signed(value.trim()) {
            return Ok(number);
        }
        if self.depth >= NESTING {
            return fault(format!(
                "{name}: variables hold each other more than {NESTING} deep"
            ));
        }
        if self.skip {
            return Ok(0);
        }
        let depth = self.depth + 1;
        self.shell.evaluate(&value, depth)
    }
}

fn signed(text: &str) -> Option<i64> {
    match text.strip_prefix('-') {
        Some(rest) => number(rest).map(i64::wrapping_neg),
        None => number(text),
    }
}

/// A number in decimal, octal (`0…`), hexadecimal (`0x…`) or another base (`2#…`).
pub(super) fn number(text: &str) -> Option<i64> {
    let (digits, base) = if let Some(hex) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        (hex, 16)
    } else if let Some((base, digits)) = text.split_once('#') {
        (digits, base.parse().ok().filter(|base| (2..=36).contains(base))?)
    } else if text.len() > 1 && text.starts_with('0') {
        (&text[1..], 8)
    } else {
        (text, 10)
    };
    if digits.is_empty() || digits.starts_with(['+', '-']) {
        return None;
    }
    // What does not fit is cut as C does; whole addresses of 64 bits are written in hexadecimal.
    u64::from_str_radix(digits, base).ok().map(|value| value as i64)
}
