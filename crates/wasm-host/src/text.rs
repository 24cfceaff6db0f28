//! Makes text that a guest wrote fit to be shown.

use std::fmt::{self, Display, Write};

/// Shortens to `longest` characters, and puts a replacement character where a terminal would see a command
/// or where writing would turn its direction, so that text reads as what it is not.
pub(crate) fn clean(text: impl Display, longest: usize) -> String {
    let mut out = Shortened {
        text: String::new(),
        left: longest,
    };
    // The error means that it was long enough.
    let _ = write!(out, "{text}");
    out.text
}

struct Shortened {
    text: String,
    left: usize,
}

impl Write for Shortened {
    fn write_str(&mut self, part: &str) -> fmt::Result {
        for c in part.chars() {
            if self.left == 0 {
                self.text.push('…');
                return Err(fmt::Error);
            }
            self.left -= 1;
            self.text.push(if is_unsafe(c) {
                char::REPLACEMENT_CHARACTER
            } else {
                c
            });
        }
        Ok(())
    }
}

fn is_unsafe(c: char) -> bool {
    c.is_control() || matches!(c, '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_harmless_and_short() {
        assert_eq!(clean("\u{1b}[2J\n\u{202e}x", 9), "\u{fffd}[2J\u{fffd}\u{fffd}x");
        assert_eq!(clean("äöü", 3), "äöü");
        assert_eq!(clean("äöü", 2), "äö…");
        assert_eq!(clean("a".repeat(1 << 20), 240).chars().count(), 241);
    }
}
