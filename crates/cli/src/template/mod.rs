//! The templates of `--format`: the part of Go's `text/template` that people write on Docker's command line, with the
//! functions that Docker adds.

mod eval;
mod functions;
mod lex;
mod parse;
mod sheet;
mod tabs;
mod value;

pub(crate) use sheet::Sheet;
pub(crate) use tabs::align;
pub(crate) use value::Value;

use parse::Node;

/// What is wrong with a template, or with what it asks of a value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TemplateError {
    #[error("the template has no end after `{0}`")]
    Unclosed(&'static str),
    #[error("the template has a stray `{0}`")]
    Stray(String),
    #[error("the template has an empty `{{{{}}}}`")]
    Empty,
    #[error("the template names an unknown function `{0}`")]
    Function(String),
    #[error("the template uses `${0}`, which it never sets")]
    Variable(String),
    #[error("there is no field `{field}`{}", suggestion(.known))]
    Field { field: String, known: Vec<String> },
    #[error("`{function}` cannot be used {with}")]
    Call { function: &'static str, with: String },
    #[error("`range` goes over lists and maps, not over {0}")]
    Range(&'static str),
}

fn suggestion(known: &[String]) -> String {
    const SHOWN: usize = 40;
    if known.is_empty() || known.len() > SHOWN {
        return String::new();
    }
    format!("; there are {}", known.join(", "))
}

/// A template that was understood.
#[derive(Clone, Debug)]
pub(crate) struct Template(Vec<Node>);

impl Template {
    /// Understands a template.
    pub(crate) fn parse(text: &str) -> Result<Self, TemplateError> {
        parse::parse(lex::lex(text)?).map(Self)
    }

    /// Writes it for a value.
    pub(crate) fn render(&self, value: &Value) -> Result<String, TemplateError> {
        eval::render(&self.0, value, false)
    }

    /// Writes the heading of a table: the value holds the columns' names, and functions leave them as they are.
    fn heading(&self, names: &Value) -> Result<String, TemplateError> {
        eval::render(&self.0, names, true)
    }
}

#[cfg(test)]
mod tests;
