//! Letters, quotes and escapes.

use super::super::error::LexError;
use super::{Lexer, Quotes, Variables};

/// How long a word may become: variables can make each other longer.
const LONGEST: usize = 4 << 20;

/// A word, and how far it is read.
pub(super) struct Reader<'l> {
    pub(super) lexer: &'l Lexer,
    pub(super) variables: &'l Variables<'l>,
    pub(super) letters: Vec<char>,
    pub(super) at: usize,
    pub(super) depth: u8,
}

/// Words as they grow.
#[derive(Default)]
struct Growing {
    word: String,
    words: Vec<String>,
}

impl Growing {
    fn add(&mut self, text: &str) {
        for letter in text.chars() {
            if !letter.is_whitespace() {
                self.word.push(letter);
            } else if !self.word.is_empty() {
                self.words.push(std::mem::take(&mut self.word));
            }
        }
    }

    fn over(mut self) -> Vec<String> {
        if !self.word.is_empty() {
            self.words.push(self.word);
        }
        self.words
    }
}

impl Reader<'_> {
    pub(super) fn peek(&self) -> Option<char> {
        self.letters.get(self.at).copied()
    }

    pub(super) fn next(&mut self) -> Option<char> {
        let letter = self.peek();
        self.at += usize::from(letter.is_some());
        letter
    }

    /// Reads up to a sign, or to the end.
    pub(super) fn until(
        &mut self,
        stop: Option<char>,
        keep_escapes: bool,
    ) -> Result<(String, Vec<String>), LexError> {
        let (mut text, mut words) = (String::new(), Growing::default());
        while let Some(letter) = self.peek() {
            if text.len() > LONGEST {
                return Err(LexError::new("the word becomes too long"));
            }
            if stop == Some(letter) {
                self.at += 1;
                return Ok((text, words.over()));
            }
            match letter {
                '$' => {
                    let value = self.dollar()?;
                    words.add(&value);
                    text.push_str(&value);
                    continue;
                }
                '<' => {
                    let mark = self.mark();
                    words.word.push_str(&mark);
                    text.push_str(&mark);
                    continue;
                }
                '\'' | '"' if self.lexer.quotes != Quotes::Plain => {
                    let quoted = match letter {
                        '"' => self.double(keep_escapes)?,
                        _ => self.single()?,
                    };
                    words.word.push_str(&quoted);
                    text.push_str(&quoted);
                    continue;
                }
                _ => {}
            }
            self.at += 1;
            if letter == self.lexer.escape {
                if keep_escapes {
                    words.word.push(letter);
                    text.push(letter);
                }
                // At the end it escapes nothing.
                let Some(escaped) = self.next() else { break };
                words.word.push(escaped);
                text.push(escaped);
            } else {
                words.add(letter.encode_utf8(&mut [0; 4]));
                text.push(letter);
            }
        }
        match stop {
            Some(stop) => Err(LexError::new(format!(
                "unexpected end of statement while looking for matching {stop}"
            ))),
            None => Ok((text, words.over())),
        }
    }

    fn single(&mut self) -> Result<String, LexError> {
        let mut text = String::new();
        let kept = self.lexer.quotes == Quotes::Kept;
        text.extend(self.next().filter(|_| kept));
        loop {
            match self.next() {
                None => {
                    return Err(LexError::new(
                        "unexpected end of statement while looking for matching single-quote",
                    ));
                }
                Some('\'') => {
                    text.extend(kept.then_some('\''));
                    return Ok(text);
                }
                Some(letter) => text.push(letter),
            }
        }
    }

    fn double(&mut self, keep_escapes: bool) -> Result<String, LexError> {
        let mut text = String::new();
        let kept = self.lexer.quotes == Quotes::Kept;
        text.extend(self.next().filter(|_| kept));
        loop {
            match self.peek() {
                None => {
                    return Err(LexError::new(
                        "unexpected end of statement while looking for matching double-quote",
                    ));
                }
                Some('"') => {
                    self.at += 1;
                    text.extend(kept.then_some('"'));
                    return Ok(text);
                }
                Some('$') => text.push_str(&self.dollar()?),
                Some(letter) => {
                    self.at += 1;
                    let mut letter = letter;
                    if letter == self.lexer.escape {
                        if keep_escapes {
                            text.push(letter);
                        }
                        match self.peek() {
                            None => continue,
                            // Before anything else it is itself.
                            Some(next) if next == '"' || next == '$' || next == self.lexer.escape => {
                                self.at += 1;
                                letter = next;
                            }
                            Some(_) => {}
                        }
                    }
                    text.push(letter);
                }
            }
        }
    }

    /// `<<` and the blanks behind it, which belong to the word that follows.
    fn mark(&mut self) -> String {
        self.at += 1;
        if self.peek() != Some('<') {
            return "<".to_owned();
        }
        self.at += 1;
        let mut mark = "<<".to_owned();
        while let Some(blank @ ('\t' | '\r' | ' ')) = self.peek() {
            self.at += 1;
            mark.push(blank);
        }
        mark
    }
}
