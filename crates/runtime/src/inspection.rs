//! What a runtime can tell of a program before anything of it runs.

use sampan_types::links::Linked;
use serde::Serialize;

/// A program, looked at from outside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Inspection {
    /// What it is, in a few words: `core module`, `component`.
    pub form: String,
    /// What starts it, in a few words: `WASI preview 1 command`.
    pub world: String,
    /// What it could ask for.
    pub needs: Vec<Need>,
    /// The description of its interface in the language of its kind (WIT for Wasm), where there is one.
    pub interface: Option<String>,
    /// The imports that `interface` has no words for and leaves out; `details` have them too.
    #[serde(skip)]
    pub not_in_interface: Vec<String>,
    /// What it was linked from, as it says itself; `details` have it too.
    #[serde(skip)]
    pub linked: Option<Linked>,
    /// Everything else, as the backend has it.
    pub details: serde_json::Value,
}

/// One thing that a program could ask for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Need {
    /// In plain words: `connect out over TCP`.
    pub what: String,
    /// How it is met.
    #[serde(flatten)]
    pub met: Met,
    /// The imports that tell so.
    pub imports: Vec<String>,
}

/// How a need is met.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "met", rename_all = "lowercase")]
pub enum Met {
    /// Without a grant.
    Always,
    /// By a flag; without it the program is refused when it asks.
    By {
        /// As it is written.
        flag: String,
    },
    /// Not at all: the program does not start.
    Never {
        /// What to do about it.
        hint: Option<String>,
    },
}
