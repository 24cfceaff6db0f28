//! Text that others wrote: programs, images, registries. Shown as it is, it could pass for lines of Sampan's own, or
//! speak to the terminal.

use std::borrow::Cow;

/// The text on one line, with everything written out that a terminal or a reader would not take as a character:
/// control characters, line breaks and tabs among them, and what turns the direction of writing.
pub fn one_line(text: &str) -> Cow<'_, str> {
    written_out(text, |c| is_unseen(c) || matches!(c, '\u{2028}' | '\u{2029}'))
}

/// The same, with line breaks and tabs kept: for text that is laid out in lines.
pub fn lines(text: &str) -> Cow<'_, str> {
    written_out(text, |c| is_unseen(c) && c != '\n' && c != '\t')
}

/// The first `most` names in a row, and how many more there are.
pub fn first_few(names: &[String], most: usize) -> String {
    let shown = names.iter().take(most).map(String::as_str);
    let mut text = shown.collect::<Vec<_>>().join(", ");
    if names.len() > most {
        text.push_str(&format!(" and {} more", names.len() - most));
    }
    text
}

/// Whether a character is a control character or turns the direction of what follows, with which a name can look
/// like another.
pub fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn written_out(text: &str, harmful: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.contains(&harmful) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            c if !harmful(c) => out.push(c),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c => out.extend(c.escape_unicode()),
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_few_names_are_shown_and_the_rest_counted() {
        let names = ["a", "b", "c"].map(str::to_owned);
        assert_eq!(first_few(&names, 3), "a, b, c");
        assert_eq!(first_few(&names, 2), "a, b and 1 more");
        assert_eq!(first_few(&[], 2), "");
    }

    #[test]
    fn nothing_leaves_its_line() {
        assert_eq!(
            one_line("a\u{1b}[2J\nb\t\u{9b}\u{202e}\u{2028}"),
            "a\\u{1b}[2J\\nb\\t\\u{9b}\\u{202e}\\u{2028}"
        );
        assert!(matches!(one_line("ünï 漢字"), Cow::Borrowed(_)));
        assert_eq!(lines("a\r\n\tb"), "a\\u{d}\n\tb");
    }
}
