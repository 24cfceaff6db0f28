//! Reads expressions.

use super::{Flavour, word};
use crate::pattern;

/// How deep groups may lie.
const NESTING: u32 = 100;
/// The most repetitions that `{…}` may ask for.
const REPEATS: u32 = 255;

/// A set of bytes.
pub(super) type Set = [bool; 256];

/// A part of an expression.
#[derive(Clone, Debug)]
pub(super) enum Node {
    Set(Box<Set>),
    /// Any character, which may have several bytes.
    Any,
    Start,
    End,
    /// Where a word begins, ends, either, or neither.
    Edge(char),
    Group(usize, Box<Node>),
    All(Vec<Node>),
    Either(Vec<Node>),
    Repeat(Box<Node>, u32, Option<u32>),
}

fn set(holds: impl Fn(u8) -> bool) -> Node {
    let mut set = Box::new([false; 256]);
    for byte in 0..=255_u8 {
        set[usize::from(byte)] = holds(byte);
    }
    Node::Set(set)
}

fn one(byte: u8, fold: bool) -> Node {
    set(|b| b == byte || (fold && b.eq_ignore_ascii_case(&byte)))
}

/// An expression that stands for the text itself.
pub(super) fn literal(text: &[u8], fold: bool) -> Node {
    Node::All(text.iter().map(|&byte| one(byte, fold)).collect())
}

pub(super) fn parse(pattern: &[u8], flavour: Flavour) -> Result<Node, String> {
    let mut reader = Reader {
        text: pattern,
        at: 0,
        flavour,
        groups: 0,
        depth: 0,
    };
    let node = reader.either()?;
    if reader.at < pattern.len() {
        return Err("a group is closed that was not opened".to_owned());
    }
    Ok(node)
}

struct Reader<'a> {
    text: &'a [u8],
    at: usize,
    flavour: Flavour,
    groups: usize,
    depth: u32,
}

impl Reader<'_> {
    fn peek(&self, ahead: usize) -> Option<u8> {
        self.text.get(self.at + ahead).copied()
    }

    /// Whether an operator comes: with a backslash in basic syntax, without in extended.
    fn operator(&self, byte: u8) -> bool {
        if self.flavour.extended {
            self.peek(0) == Some(byte)
        } else {
            self.peek(0) == Some(b'\\') && self.peek(1) == Some(byte)
        }
    }

    fn eat(&mut self, byte: u8) -> bool {
        let found = self.operator(byte);
        if found {
            self.at += if self.flavour.extended { 1 } else { 2 };
        }
        found
    }

    fn either(&mut self) -> Result<Node, String> {
        let mut branches = vec![self.all()?];
        while self.eat(b'|') {
            branches.push(self.all()?);
        }
        Ok(if branches.len() == 1 {
            branches.remove(0)
        } else {
            Node::Either(branches)
        })
    }

    fn all(&mut self) -> Result<Node, String> {
        let mut nodes = Vec::new();
        while self.at < self.text.len() && !self.operator(b'|') {
            if self.operator(b')') && (self.depth > 0 || !self.flavour.extended) {
                break;
            }
            let node = self.atom(nodes.is_empty())?;
            let node = self.repeated(node)?;
            nodes.push(node);
        }
        Ok(Node::All(nodes))
    }

    fn atom(&mut self, first: bool) -> Result<Node, String> {
        if self.eat(b'(') {
            if self.depth >= NESTING {
                return Err(format!("groups lie more than {NESTING} deep"));
            }
            self.groups += 1;
            let group = self.groups;
            self.depth += 1;
            let inner = self.either()?;
            self.depth -= 1;
            if !self.eat(b')') {
                return Err("a group is not closed".to_owned());
            }
            return Ok(Node::Group(group, Box::new(inner)));
        }
        let byte = self.text[self.at];
        self.at += 1;
        let extended = self.flavour.extended;
        match byte {
            b'.' => Ok(Node::Any),
            b'[' => self.bracket(),
            b'^' if extended || first => Ok(Node::Start),
            b'$' if extended || self.at == self.text.len() || self.operator(b')') || self.operator(b'|') => {
                Ok(Node::End)
            }
            b'*' if first => Ok(one(b'*', false)),
            b'+' | b'?' if extended && first => Err("nothing to repeat".to_owned()),
            b'\\' => self.escape(),
            byte => Ok(one(byte, self.flavour.fold)),
        }
    }

    fn escape(&mut self) -> Result<Node, String> {
        let Some(byte) = self.peek(0) else {
            return Err("a backslash at the end".to_owned());
        };
        self.at += 1;
        Ok(match byte {
            b'w' => set(word),
            b'W' => set(|b| !word(b)),
            b's' => set(|b| b.is_ascii_whitespace()),
            b'S' => set(|b| !b.is_ascii_whitespace()),
            b'n' => one(b'\n', false),
            b't' => one(b'\t', false),
            b'b' | b'B' | b'<' | b'>' => Node::Edge(char::from(byte)),
            b'1'..=b'9' => return Err("back-references in patterns are not supported".to_owned()),
            byte => one(byte, self.flavour.fold),
        })
    }

    fn bracket(&mut self) -> Result<Node, String> {
        // One reading of sets serves file names and expressions: `[!` is theirs alone, a backslash is plain here.
        let rest = &self.text[self.at..];
        let mut end = usize::from(rest.first() == Some(&b'^'));
        end += usize::from(rest.get(end) == Some(&b']'));
        loop {
            match rest.get(end) {
                None => return Err("`[` without `]`".to_owned()),
                Some(b']') => break,
                Some(b'[') if rest.get(end + 1) == Some(&b':') => {
                    let close = rest[end + 2..].windows(2).position(|pair| pair == b":]");
                    end += close.map_or(1, |len| len + 4);
                }
                Some(_) => end += 1,
            }
        }
        let mut chars = vec!['['];
        let negated = rest.first() == Some(&b'^');
        for (index, &byte) in rest[..=end].iter().enumerate() {
            let first = index == usize::from(negated);
            if byte == b'\\' || (byte == b'!' && first) || (byte == b'^' && first && negated) {
                chars.push('\\');
            }
            chars.push(char::from(byte));
        }
        self.at += end + 1;
        let fold = self.flavour.fold;
        let holds = |c: u8| pattern::class(&chars, 0, char::from(c)).is_some_and(|(found, _)| found);
        Ok(set(|b| {
            if fold && negated {
                holds(b.to_ascii_lowercase()) && holds(b.to_ascii_uppercase())
            } else if fold {
                holds(b.to_ascii_lowercase()) || holds(b.to_ascii_uppercase())
            } else {
                holds(b)
            }
        }))
    }

    fn repeated(&mut self, mut node: Node) -> Result<Node, String> {
        for _ in 0..NESTING {
            let (least, most) = if self.peek(0) == Some(b'*') {
                self.at += 1;
                (0, None)
            } else if self.eat(b'+') {
                (1, None)
            } else if self.eat(b'?') {
                (0, Some(1))
            } else if self.operator(b'{')
                && (!self.flavour.extended || self.peek(1).is_some_and(|c| c.is_ascii_digit() || c == b','))
            {
                self.eat(b'{');
                self.bounds()?
            } else {
                return Ok(node);
            };
            node = Node::Repeat(Box::new(node), least, most);
        }
        Err(format!("more than {NESTING} repetitions of one another"))
    }

    fn bounds(&mut self) -> Result<(u32, Option<u32>), String> {
        let least = self.count();
        let most = if self.peek(0) == Some(b',') {
            self.at += 1;
            self.count()
        } else {
            least
        };
        let least = least.unwrap_or(0);
        let open = self.at > 0 && self.text[self.at - 1] == b',';
        let most = if open { None } else { most };
        if !self.eat(b'}') {
            return Err("`{` without `}`".to_owned());
        }
        if least > REPEATS || most.is_some_and(|most| most > REPEATS || most < least) {
            return Err(format!(
                "a repetition is at most {REPEATS} and goes from few to many"
            ));
        }
        Ok((least, most))
    }

    fn count(&mut self) -> Option<u32> {
        let start = self.at;
        while self.peek(0).is_some_and(|c| c.is_ascii_digit()) {
            self.at += 1;
        }
        let text = std::str::from_utf8(&self.text[start..self.at]).ok()?;
        if text.is_empty() {
            None
        } else {
            Some(text.parse().unwrap_or(u32::MAX))
        }
    }
}
