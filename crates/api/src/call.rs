//! Calls of functions: Sampan's own routes, beside Docker's. `docs/design/calls.md` says how values are written.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// `POST /sampan/v1/containers/{name}/call`. Sampan's own documents refuse what they do not know.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CallRequest {
    /// The function's name, with its interface where several have it.
    pub function: String,
    /// Values in order, or by name.
    pub arguments: Value,
    /// The session whose instance is used; without one, each call has an instance of its own.
    pub session: String,
    /// Ends the session, instead of calling.
    pub end: bool,
    /// How long it may take, in milliseconds; 0 for a minute.
    pub timeout: u64,
}

/// What went wrong with a call, for programs. It stands beside Docker's `message`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CallProblem {
    /// In a sentence.
    pub message: String,
    /// For programs.
    pub error: CallFault,
}

/// The kind of a fault, and what else there is to it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CallFault {
    /// `failed` (the function's own error), `unknown-function`, `bad-argument`, `session`, `unsupported`, `trap`,
    /// `limit`, `exited`, `timeout`, `busy` or `gone`.
    pub kind: String,
    /// The function's own error.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<Value>,
    /// The way to the value that does not fit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// The limit's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<String>,
}
