//! What a script is once it is read.

use std::cell::OnceCell;
use std::rc::Rc;

/// Commands that run one after the other.
pub(crate) type List = Vec<AndOr>;

/// Pipelines joined by `&&` and `||`.
#[derive(Debug)]
pub(crate) struct AndOr {
    pub(crate) first: Pipeline,
    /// Whether the next runs on success (`&&`) and what it is.
    pub(crate) rest: Vec<(bool, Pipeline)>,
}

/// Commands joined by `|`.
#[derive(Debug)]
pub(crate) struct Pipeline {
    pub(crate) negated: bool,
    pub(crate) timed: bool,
    pub(crate) commands: Vec<Command>,
}

/// One command.
#[derive(Debug)]
pub(crate) enum Command {
    Simple(Simple),
    Compound(Compound, Vec<Redirection>),
    Function(String, Rc<Command>),
}

/// Assignments, words, redirections.
#[derive(Debug, Default)]
pub(crate) struct Simple {
    pub(crate) assignments: Vec<(String, Word)>,
    pub(crate) words: Vec<Word>,
    pub(crate) redirections: Vec<Redirection>,
}

/// A command made of commands.
#[derive(Debug)]
pub(crate) enum Compound {
    Subshell(List),
    Group(List),
    If(Vec<(List, List)>, Option<List>),
    /// `true` for `until`.
    While(bool, List, List),
    For(String, Option<Vec<Word>>, List),
    Case(Word, Vec<(Vec<Word>, List)>),
}

/// One redirection.
#[derive(Debug)]
pub(crate) struct Redirection {
    pub(crate) fd: u32,
    pub(crate) target: Target,
}

/// Where a redirection leads.
#[derive(Debug)]
pub(crate) enum Target {
    Read(Word),
    /// `>`, or `>|` where `true`.
    Write(Word, bool),
    Append(Word),
    ReadWrite(Word),
    /// `<&` and `>&`.
    Duplicate(Word),
    /// The text of a here-document, which is read after the line that asks for it.
    Here(Rc<OnceCell<Word>>),
}

/// A word: pieces that are put together when it is used.
#[derive(Clone, Debug, Default)]
pub(crate) struct Word(pub(crate) Vec<Part>);

/// A piece of a word.
#[derive(Clone, Debug)]
pub(crate) enum Part {
    /// As it stands, and open to patterns.
    Plain(String),
    /// As it stands.
    Quoted(String),
    /// Within double quotes.
    Double(Vec<Part>),
    /// `~` or `~name` at the head of a word.
    Tilde(String),
    Parameter(Rc<Parameter>),
    /// `$(…)`.
    Command(Rc<List>),
    /// `$((…))`.
    Arithmetic(Rc<Vec<Part>>),
}

/// `$name` or `${name…}`.
#[derive(Debug)]
pub(crate) struct Parameter {
    pub(crate) name: String,
    pub(crate) how: How,
}

/// What is done with the value of a parameter.
#[derive(Debug)]
pub(crate) enum How {
    Value,
    Length,
    /// `:-` and its kin: the sign, whether an empty value counts as none, the word.
    Default(char, bool, Word),
    /// `#`, `##`, `%`, `%%`: whether at the end, whether the longest, the pattern.
    Trim(bool, bool, Word),
    /// `/` and `//`: whether all, the pattern, the replacement.
    Replace(bool, Word, Word),
    /// `:offset:length`, both arithmetic.
    Slice(Word, Option<Word>),
}
