//! What keeps a call from being made.

use sampan_types::foreign::first_few;
use sampan_types::{Classified, ErrorClass};

use super::bad_value::BadValue;

/// How many functions a hint names.
const NAMED: usize = 12;

/// A call that cannot be made as it was said. What the function itself answers is none of these.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// The text is no call.
    #[error("the call cannot be read at column {column}: {what}")]
    Syntax {
        /// Counted from 1, in characters.
        column: usize,
        /// What is wrong there.
        what: String,
    },
    /// There is no such function.
    #[error("`{name}` exports no function `{wanted}`")]
    Unknown {
        /// The program.
        name: String,
        /// What was asked for.
        wanted: String,
        /// The nearest, if one is near.
        meant: Option<String>,
        /// What there is.
        functions: Vec<String>,
    },
    /// Several functions have the short name.
    #[error("`{wanted}` may be {}", .functions.join(" or "))]
    Ambiguous {
        /// What was asked for.
        wanted: String,
        /// The full names.
        functions: Vec<String>,
    },
    /// Too many arguments, or too few.
    #[error("`{function}` takes {takes}, and was given {given}")]
    Count {
        /// The function.
        function: String,
        /// Its parameters.
        takes: String,
        /// How many were given.
        given: usize,
    },
    /// An argument does not have the type of its parameter.
    #[error("`{path}` of `{function}` is {wanted}, and not {found}")]
    Argument {
        /// The function.
        function: String,
        /// Parameter, and the way from there: `options.depth`.
        path: String,
        /// Its type.
        wanted: String,
        /// What was given.
        found: String,
    },
    /// The function takes or gives something that cannot be said in text or JSON.
    #[error("`{function}` cannot be called from here: it takes or gives {what}")]
    Unspeakable {
        /// The function.
        function: String,
        /// The type that cannot be said.
        what: String,
    },
    /// A method of something that is no resource, or of another one.
    #[error("`{receiver}` is no resource with a method `{method}`")]
    NoMethod {
        /// The name that was bound, or the call before it.
        receiver: String,
        /// The method.
        method: String,
        /// The methods that it has.
        methods: Vec<String>,
    },
}

impl CallError {
    pub(super) fn argument(function: &str, bad: BadValue) -> Self {
        Self::Argument {
            function: function.to_owned(),
            path: bad.path,
            wanted: bad.wanted,
            found: bad.found,
        }
    }
}

impl Classified for CallError {
    fn class(&self) -> ErrorClass {
        ErrorClass::CannotInvoke
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::Syntax { .. } => Some(
                "a call is `FUNCTION(VALUE, …)` with values in WAVE: `analyze(\"text\", {depth: 3})`"
                    .to_owned(),
            ),
            Self::Unknown {
                meant: Some(meant), ..
            } => Some(format!("did you mean `{meant}`?")),
            Self::Unknown { functions, .. } if functions.is_empty() => {
                Some("it exports no function that can be called".to_owned())
            }
            Self::Unknown { functions, .. } => Some(format!("it has {}", first_few(functions, NAMED))),
            Self::NoMethod { methods, .. } if !methods.is_empty() => {
                Some(format!("it has {}", first_few(methods, NAMED)))
            }
            Self::Ambiguous { .. } => {
                Some("write the interface before it: `INTERFACE.FUNCTION(…)`".to_owned())
            }
            _ => None,
        }
    }
}
