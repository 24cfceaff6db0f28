//! Calls of a container's functions, and what comes of them. Values are JSON texts here: what they mean, only those know
//! who have the function's types.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{Ending, ErrorClass};

/// What is asked of a container whose program is a library.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// What to do.
    pub what: CallWhat,
    /// The session whose instance is used, and made where there is none. Without one an instance is made for the call.
    pub session: Option<String>,
    /// How long it may take.
    pub time: Duration,
}

/// What a call does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CallWhat {
    /// Calls a function.
    Function {
        /// Its name, with its interface where that is needed.
        name: String,
        /// Its values.
        values: CallValues,
        /// Whether an answer that is a list of bytes shall be [`Called::Bytes`].
        bytes: bool,
    },
    /// Lists the functions.
    Functions,
    /// Ends the session.
    EndSession,
}

/// Values of a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CallValues {
    /// A JSON text: an array of values in order, or an object of values by name.
    Json(String),
    /// The one value, a list of bytes, in base64.
    Bytes(String),
}

/// What came of a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Called {
    /// A JSON text: what the function gives, of a `result` what it holds.
    Value(String),
    /// What the function gives, in base64.
    Bytes(String),
    /// The error of the function's `result`, a JSON text.
    Failed(String),
    /// The call cannot be made as it was said.
    Wrong(WrongCall),
    /// The function did not return: a trap, a limit, an exit. The container goes on.
    Ended(Ending),
    /// It took longer than it might.
    TimedOut,
    /// As many calls are under way or wait as may.
    Busy,
    /// The container has ended, or its program takes no calls.
    Gone,
}

/// Why a call cannot be made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WrongCall {
    /// What is wrong with it.
    pub kind: WrongKind,
    /// In a sentence.
    pub message: String,
    /// What to do.
    pub hint: Option<String>,
    /// The way to the value that does not fit.
    pub path: Option<String>,
}

/// What is wrong with a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WrongKind {
    /// There is no such function.
    UnknownFunction,
    /// The values do not fit.
    BadArgument,
    /// It needs a session, or the session has not what is named.
    Session,
    /// The function cannot be called from outside.
    Unsupported,
}

impl WrongKind {
    /// From which the status follows.
    pub const fn class(self) -> ErrorClass {
        match self {
            Self::UnknownFunction => ErrorClass::NotFound,
            Self::BadArgument => ErrorClass::InvalidInput,
            Self::Session => ErrorClass::Conflict,
            Self::Unsupported => ErrorClass::Unsupported,
        }
    }
}
