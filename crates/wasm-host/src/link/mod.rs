//! Meets a program's imports, and says in plain words which one cannot be met.

mod component;
mod module;
mod unmet;

pub(crate) use component::{Command, component};
pub(crate) use module::{CoreLinkers, module};
