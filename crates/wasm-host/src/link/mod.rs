//! Meets a program's imports, and says in plain words which one cannot be met.

mod component;
mod module;
mod unmet;

pub(crate) use component::{Command, Entries, Handler, component, handler};
pub(crate) use module::{CoreLinkers, module};
