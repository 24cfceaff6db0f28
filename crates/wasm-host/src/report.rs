//! An error in a form that crosses from one process to another with its causes, class and hint.

use std::error::Error;
use std::fmt;

use sampan_types::{Classified, ErrorClass};
use serde::{Deserialize, Serialize};

/// The most causes that are carried.
const CAUSES_MAX: usize = 8;
/// The most characters of a message that are carried.
const MESSAGE_MAX: usize = 2_000;

/// An error as another process told it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reported {
    message: String,
    class: ErrorClass,
    hint: Option<String>,
    cause: Option<Box<Cause>>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Cause {
    message: String,
    cause: Option<Box<Cause>>,
}

impl Reported {
    /// The same report about a program of this name: the process that made it knew none.
    pub(crate) fn about(&mut self, program: &str) {
        if let Some(rest) = self.message.strip_prefix("`module`") {
            self.message = format!("`{program}`{rest}");
        }
    }

    /// Takes down an error, shortened to what a person reads.
    pub fn of(error: &impl Classified) -> Self {
        Self {
            message: shorten(error),
            class: error.class(),
            hint: error.hint(),
            cause: causes(error.source(), CAUSES_MAX),
        }
    }
}

fn causes(error: Option<&(dyn Error + 'static)>, left: usize) -> Option<Box<Cause>> {
    let error = error.filter(|_| left > 0)?;
    Some(Box::new(Cause {
        message: shorten(error),
        cause: causes(error.source(), left - 1),
    }))
}

fn shorten(error: &dyn Error) -> String {
    error.to_string().chars().take(MESSAGE_MAX).collect()
}

impl fmt::Display for Reported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for Cause {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.cause.as_deref().map(|c| c as &dyn Error)
    }
}

impl Error for Reported {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.cause.as_deref().map(|c| c as &dyn Error)
    }
}

impl Classified for Reported {
    fn class(&self) -> ErrorClass {
        self.class
    }
    fn hint(&self) -> Option<String> {
        self.hint.clone()
    }
}
