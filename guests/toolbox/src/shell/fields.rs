//! Puts words together from their expanded pieces, and splits them where blanks that were not quoted say so.

use crate::pattern;

/// One word after expansion.
#[derive(Clone, Debug, Default)]
pub(super) struct Field {
    /// As it is.
    pub(super) text: String,
    /// As a pattern, in which what was quoted is plain.
    pub(super) pattern: String,
    /// Whether something in it may match other names than its own.
    pub(super) wild: bool,
}

/// Collects pieces into fields.
#[derive(Debug)]
pub(super) struct Fields {
    done: Vec<Field>,
    field: Field,
    /// Whether the present field is there even if it is empty.
    begun: bool,
    /// Whether the last field ended with a blank, so that a separator that follows belongs to it.
    blank: bool,
    separators: String,
    len: usize,
}

impl Fields {
    pub(super) fn new(separators: &str) -> Self {
        Self {
            done: Vec::new(),
            field: Field::default(),
            begun: false,
            blank: false,
            separators: separators.to_owned(),
            len: 0,
        }
    }

    /// Everything collected so far, in bytes.
    pub(super) const fn len(&self) -> usize {
        self.len
    }

    /// Text that stands for itself.
    pub(super) fn quoted(&mut self, text: &str) {
        self.begun = true;
        self.blank = false;
        self.len += text.len();
        self.field.text.push_str(text);
        pattern::escape(text, &mut self.field.pattern);
    }

    /// Text of the script that may be a pattern.
    pub(super) fn plain(&mut self, text: &str) {
        self.begun |= !text.is_empty();
        self.blank = false;
        self.len += text.len();
        self.push(text);
    }

    fn push(&mut self, text: &str) {
        self.field.text.push_str(text);
        self.field.pattern.push_str(text);
        self.field.wild |= text.contains(['*', '?', '[']);
    }

    /// The value of an expansion outside of quotes: split at separators, and maybe a pattern.
    pub(super) fn split(&mut self, text: &str) {
        if !text.contains(|c| self.separators.contains(c)) {
            self.begun |= !text.is_empty();
            self.blank &= text.is_empty();
            self.len += text.len();
            self.value(text);
            return;
        }
        for c in text.chars() {
            self.len += c.len_utf8();
            if !self.separators.contains(c) {
                self.begun = true;
                self.blank = false;
                self.value(c.encode_utf8(&mut [0; 4]));
            } else if c.is_ascii_whitespace() {
                if self.begun {
                    self.end();
                    self.blank = true;
                }
            } else if self.blank {
                self.blank = false;
            } else {
                self.end();
            }
        }
    }

    /// A backslash in a value is a character like others, unless a pattern gives it a meaning.
    fn value(&mut self, text: &str) {
        if text.contains('\\') {
            self.field.text.push_str(text);
            self.field.pattern.push_str(&text.replace('\\', "\\\\"));
            self.field.wild |= text.contains(['*', '?', '[']);
        } else {
            self.push(text);
        }
    }

    /// Ends the present field.
    pub(super) fn end(&mut self) {
        self.done.push(std::mem::take(&mut self.field));
        self.len += std::mem::size_of::<Field>();
        self.begun = false;
    }

    /// Ends the present field if there is one.
    pub(super) fn end_if_begun(&mut self) {
        if self.begun {
            self.end();
        }
    }

    pub(super) fn finish(mut self) -> Vec<Field> {
        self.end_if_begun();
        self.done
    }

    /// All as one field, for where nothing is split.
    pub(super) fn joined(mut self) -> Field {
        self.end_if_begun();
        let mut fields = self.done.into_iter();
        let mut joined = fields.next().unwrap_or_default();
        for field in fields {
            joined.text.push(' ');
            joined.text.push_str(&field.text);
            joined.pattern.push(' ');
            joined.pattern.push_str(&field.pattern);
            joined.wild |= field.wild;
        }
        joined
    }
}
