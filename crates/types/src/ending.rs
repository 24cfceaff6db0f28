//! How a container came to its end.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::error::ExitCode;
use crate::limits::LimitName;

/// The signals that Sampan sends to containers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Signal {
    /// Ctrl-C.
    Interrupt,
    /// Asks to end.
    Terminate,
    /// Ends at once.
    Kill,
}

impl Signal {
    /// Linux's number for it.
    pub const fn number(self) -> u8 {
        match self {
            Self::Interrupt => 2,
            Self::Kill => 9,
            Self::Terminate => 15,
        }
    }
}

/// A guest that did what WebAssembly forbids.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trap {
    /// Why, in the words of the WebAssembly specification where it has some: `unreachable executed`.
    pub reason: String,
    /// The guest's stack, innermost frame first, with source lines where debug information is there.
    pub backtrace: Vec<Frame>,
}

/// One frame of a guest's stack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Frame {
    /// The module's name or file, where it has one.
    pub module: Option<String>,
    /// The function's name, or its index as `wasm-function[7]`.
    pub function: String,
    /// Offset into the module file, in bytes.
    pub offset: Option<u64>,
    /// Source position as `file:line:column`.
    pub source: Option<String>,
}

/// A limit that ended a container.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LimitBreach {
    /// Which one.
    pub limit: LimitName,
    /// Its value when it was reached, for people: `64MiB`, `10s`.
    pub value: String,
}

/// How a container ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum Ending {
    /// The guest returned or called `exit`.
    Exited {
        /// Its own code.
        code: u8,
    },
    /// The guest trapped.
    Trapped(Trap),
    /// A limit ended it.
    Limited(LimitBreach),
    /// Somebody ended it.
    Signalled {
        /// By which signal.
        signal: Signal,
    },
    /// The process that hosted it was lost.
    Lost {
        /// How, in a few words: `killed by signal 9`.
        how: String,
    },
}

impl Ending {
    /// The exit code that the caller sees: the guest's own; 134 for a trap; 137 for a limit or a lost process; 128 and the
    /// signal's number for a signal.
    pub const fn code(&self) -> u8 {
        match self {
            Self::Exited { code } => *code,
            Self::Trapped(_) => ExitCode::Trap.code(),
            Self::Limited(_) | Self::Lost { .. } => ExitCode::Killed.code(),
            Self::Signalled { signal } => 128 + signal.number(),
        }
    }
}

/// One line for people, without a backtrace.
impl fmt::Display for Ending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exited { code } => write!(f, "exited with code {code}"),
            Self::Trapped(trap) => write!(f, "the program trapped: {}", trap.reason),
            Self::Limited(breach) => {
                write!(
                    f,
                    "the program was ended by its {} limit of {}",
                    breach.limit, breach.value
                )
            }
            Self::Signalled { signal } => write!(f, "the program was ended by signal {}", signal.number()),
            Self::Lost { how } => write!(f, "the process that hosted the program was lost: {how}"),
        }
    }
}
