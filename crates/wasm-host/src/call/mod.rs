//! Calls of exported functions with values.
//!
//! A call is said in text, with values in WAVE ([`plan`]), or in JSON by the types of WIT. Both are read against the
//! function's own types before anything of the guest runs, and what does not fit is told with the way to the value.
//! What a caller says is as little trusted as what a guest answers. See `docs/design/calls.md`.

mod bad_value;
mod describe;
mod error;
mod expression;
mod functions;
mod json;
mod one;
mod perform;
mod plan;
mod queue;
mod serve;
mod session;
mod shape;
mod syntax;
mod wave;

pub use error::CallError;
pub(crate) use functions::Functions;
pub(crate) use perform::{Said, perform};
pub(crate) use plan::{Plan, is_call};
pub(crate) use queue::{Callers, queue};
pub(crate) use serve::Calls;
