//! The compiler process: one for each module that is not in the cache.
//!
//! Compiling is the one step in which hostile bytes meet a large program, and it cannot be interrupted from
//! inside. So it happens in a process of its own, which first gives up everything it does not need (see
//! `confine`), and which the parent ends when its time is over. It holds three descriptors, all anonymous
//! memory: the module, the machine code, and a report of what went wrong. What it writes is bound to the
//! module's digest by the parent, which alone names the cache entry.

mod child;
pub(crate) mod descriptors;
mod parent;
mod wire;

pub use child::run as run_child;
pub use parent::ProcessCompiler;
pub(crate) use parent::{Launch, Launched};

/// The name (`argv[0]`) under which the binary starts as a compiler.
pub const ROLE: &str = "sampan-compiler";
