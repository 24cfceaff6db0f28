//! `printf`, and the escapes that `echo -e` knows too.

use std::io::Write;

use super::numbers::{exponent, general, whole};
use super::{Done, Shell, usage};

/// The widest field and the most digits; more is a slip or an attack.
const WIDEST: usize = 1 << 16;

/// Writes `text` with its escapes. Whether it goes on after it: `\c` ends all output. With `octal`, `\0` leads an
/// octal number as `echo` and `%b` have it; without, `\` alone does.
pub(crate) fn escaped(text: &str, octal: bool, into: &mut Vec<u8>) -> bool {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] != b'\\' || at + 1 == bytes.len() {
            into.push(bytes[at]);
            at += 1;
            continue;
        }
        let c = bytes[at + 1];
        at += 2;
        let plain = match c {
            b'a' => 7,
            b'b' => 8,
            b'e' => 27,
            b'f' => 12,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'v' => 11,
            b'\\' => b'\\',
            b'c' => return false,
            b'x' if bytes.get(at).is_some_and(u8::is_ascii_hexdigit) => {
                let (value, len) = digits(&bytes[at..], 16, 2);
                at += len;
                value
            }
            b'0'..=b'7' => {
                if !(octal && c == b'0') {
                    at -= 1;
                }
                let (value, len) = digits(&bytes[at..], 8, 3);
                at += len;
                value
            }
            other => {
                into.push(b'\\');
                other
            }
        };
        into.push(plain);
    }
    true
}

fn digits(bytes: &[u8], base: u32, most: usize) -> (u8, usize) {
    let mut value = 0_u32;
    let mut len = 0;
    while len < most
        && let Some(digit) = bytes.get(len).and_then(|&c| char::from(c).to_digit(base))
    {
        value = value * base + digit;
        len += 1;
    }
    (value as u8, len)
}

/// One `%…`.
#[derive(Clone, Debug, Default)]
struct Directive {
    left: bool,
    plus: bool,
    blank: bool,
    alternate: bool,
    zero: bool,
    width: usize,
    precision: Option<usize>,
}

struct Printer<'a> {
    shell: &'a Shell,
    args: std::slice::Iter<'a, String>,
    out: Vec<u8>,
    code: i32,
    /// Whether an argument was taken in this round through the format.
    used: bool,
}

/// `printf`.
pub(crate) fn tool(shell: &mut Shell, args: &[String]) -> Done {
    let args = match args.get(1).map(String::as_str) {
        Some("--") => &args[2..],
        _ => &args[1..],
    };
    let Some((format, args)) = args.split_first() else {
        return usage("which format?");
    };
    let mut out = shell.out()?;
    let mut printer = Printer {
        shell,
        args: args.iter(),
        out: Vec::new(),
        code: 0,
        used: false,
    };
    loop {
        printer.used = false;
        let goes_on = printer.round(format);
        out.write_all(&std::mem::take(&mut printer.out))?;
        match goes_on {
            Err(what) => {
                out.done()?;
                return super::fail(what);
            }
            Ok(true) if printer.used && printer.args.len() > 0 => {}
            Ok(_) => break,
        }
    }
    let code = printer.code;
    out.done()?;
    Ok(code)
}

impl Printer<'_> {
    fn next(&mut self) -> Option<&str> {
        self.used = true;
        self.args.next().map(String::as_str)
    }

    /// Goes through the format once; whether more may follow.
    fn round(&mut self, format: &str) -> Result<bool, String> {
        let mut rest = format;
        while let Some(at) = rest.find('%') {
            if !escaped(&rest[..at], false, &mut self.out) {
                return Ok(false);
            }
            rest = &rest[at + 1..];
            if let Some(after) = rest.strip_prefix('%') {
                self.out.push(b'%');
                rest = after;
                continue;
            }
            let (directive, after) = self.directive(rest)?;
            let Some(kind) = after.chars().next() else {
                return Err("`%` at the end of the format".to_owned());
            };
            rest = &after[kind.len_utf8()..];
            if !self.one(&directive, kind)? {
                return Ok(false);
            }
        }
        Ok(escaped(rest, false, &mut self.out))
    }

    fn directive<'f>(&mut self, format: &'f str) -> Result<(Directive, &'f str), String> {
        let mut directive = Directive::default();
        let mut rest = format;
        while let Some(c) = rest.chars().next() {
            match c {
                '-' => directive.left = true,
                '+' => directive.plus = true,
                ' ' => directive.blank = true,
                '#' => directive.alternate = true,
                '0' => directive.zero = true,
                _ => break,
            }
            rest = &rest[1..];
        }
        let (width, after) = self.size(rest)?;
        rest = after;
        if let Some(width) = width {
            directive.left |= width < 0;
            directive.width = width.unsigned_abs() as usize;
        }
        if let Some(after) = rest.strip_prefix('.') {
            let (precision, after) = self.size(after)?;
            rest = after;
            let precision = precision.unwrap_or(0);
            directive.precision = usize::try_from(precision).ok();
        }
        Ok((directive, rest.trim_start_matches(['l', 'h', 'z', 'j', 'q', 'L'])))
    }

    fn size<'f>(&mut self, format: &'f str) -> Result<(Option<i32>, &'f str), String> {
        let (value, rest) = if let Some(rest) = format.strip_prefix('*') {
            (self.next().and_then(|arg| arg.parse().ok()).or(Some(0)), rest)
        } else {
            let len = format.bytes().take_while(u8::is_ascii_digit).count();
            let value = if len == 0 {
                None
            } else {
                Some(format[..len].parse().unwrap_or(i32::MAX))
            };
            (value, &format[len..])
        };
        match value {
            Some(value) if value.unsigned_abs() as usize > WIDEST => {
                Err(format!("a field is at most {WIDEST} wide"))
            }
            value => Ok((value, rest)),
        }
    }

    fn one(&mut self, directive: &Directive, kind: char) -> Result<bool, String> {
        match kind {
            's' => {
                let text = self.next().unwrap_or_default().to_owned();
                let text = text
                    .chars()
                    .take(directive.precision.unwrap_or(usize::MAX))
                    .collect::<String>();
                self.pad(directive, text.as_bytes(), text.chars().count());
            }
            'b' => {
                let text = self.next().unwrap_or_default().to_owned();
                let mut bytes = Vec::new();
                let goes_on = escaped(&text, true, &mut bytes);
                bytes.truncate(directive.precision.unwrap_or(usize::MAX));
                self.pad(directive, &bytes, bytes.len());
                return Ok(goes_on);
            }
            'c' => {
                let text: String = self.next().unwrap_or_default().chars().take(1).collect();
                self.pad(directive, text.as_bytes(), text.chars().count());
            }
            'q' => {
                let text = super::commands::quoted(self.next().unwrap_or_default());
                self.pad(directive, text.as_bytes(), text.chars().count());
            }
            'd' | 'i' | 'u' | 'o' | 'x' | 'X' => self.integer(directive, kind),
            'e' | 'E' | 'f' | 'F' | 'g' | 'G' => self.float(directive, kind),
            other => return Err(format!("no format `%{other}`")),
        }
        Ok(true)
    }

    fn pad(&mut self, directive: &Directive, text: &[u8], len: usize) {
        let fill = directive.width.saturating_sub(len);
        if directive.left {
            self.out.extend_from_slice(text);
        }
        self.out.resize(self.out.len() + fill, b' ');
        if !directive.left {
            self.out.extend_from_slice(text);
        }
    }

    fn bad(&mut self, text: &str) {
        self.shell.say("printf", format_args!("`{text}` is not a number"));
        self.code = 1;
    }

    fn integer(&mut self, directive: &Directive, kind: char) {
        let text = self.next().unwrap_or_default().trim().to_owned();
        let value = match whole(&text) {
            Some(value) => value,
            None => {
                self.bad(&text);
                0
            }
        };
        let signed = matches!(kind, 'd' | 'i');
        let (sign, magnitude) = match (signed, value < 0) {
            (true, true) => ("-", value.unsigned_abs()),
            (true, false) if directive.plus => ("+", value as u64),
            (true, false) if directive.blank => (" ", value as u64),
            _ => ("", value as u64),
        };
        let digits = match kind {
            'o' => format!("{magnitude:o}"),
            'x' => format!("{magnitude:x}"),
            'X' => format!("{magnitude:X}"),
            _ => magnitude.to_string(),
        };
        let prefix = match kind {
            'o' if directive.alternate && !digits.starts_with('0') => "0",
            'x' if directive.alternate && magnitude != 0 => "0x",
            'X' if directive.alternate && magnitude != 0 => "0X",
            _ => sign,
        };
        self.number(directive, prefix, &digits, directive.precision);
    }

    /// A sign or prefix and digits, with zeros between where the format asks for them.
    fn number(&mut self, directive: &Directive, prefix: &str, digits: &str, least: Option<usize>) {
        let zeros = match least {
            Some(least) => least.saturating_sub(digits.len()),
            None if directive.zero && !directive.left => {
                directive.width.saturating_sub(prefix.len() + digits.len())
            }
            None => 0,
        };
        let text = format!("{prefix}{}{digits}", "0".repeat(zeros));
        self.pad(directive, text.as_bytes(), text.len());
    }

    fn float(&mut self, directive: &Directive, kind: char) {
        let text = self.next().unwrap_or_default().trim().to_owned();
        let value = match text
            .parse::<f64>()
            .ok()
            .or(if text.is_empty() { Some(0.0) } else { None })
        {
            Some(value) => value,
            None => match whole(&text) {
                Some(value) => value as f64,
                None => {
                    self.bad(&text);
                    0.0
                }
            },
        };
        let precision = directive.precision.unwrap_or(6);
        let sign = match value.is_sign_negative() {
            true => "-",
            false if directive.plus => "+",
            false if directive.blank => " ",
            false => "",
        };
        let value = value.abs();
        let mut digits = if value.is_finite() {
            match kind.to_ascii_lowercase() {
                'f' => format!("{value:.precision$}"),
                'e' => exponent(value, precision),
                _ => general(value, precision.max(1), directive.alternate),
            }
        } else {
            format!("{value}").to_lowercase()
        };
        if kind.is_ascii_uppercase() {
            digits = digits.to_uppercase();
        }
        self.number(directive, sign, &digits, None);
    }
}
