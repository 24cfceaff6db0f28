//! A value that does not have the type that it should have, and where in an argument it stands.

use std::fmt::Display;

use wasmtime::component::Type;

use super::shape::shape;
use crate::text;

/// Most characters of a value that an error repeats.
const SHOWN: usize = 60;

/// What does not fit, from the outside in: the way is put together while the readers return.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BadValue {
    /// `options.depth`, `words[3]`.
    pub(crate) path: String,
    /// What should stand there.
    pub(crate) wanted: String,
    /// What does.
    pub(crate) found: String,
}

impl BadValue {
    pub(super) fn new(wanted: impl Display, found: impl Display) -> Self {
        Self {
            path: String::new(),
            wanted: text::clean(wanted, 200),
            found: text::clean(found, SHOWN),
        }
    }

    pub(super) fn of_type(ty: &Type, found: impl Display) -> Self {
        Self::new(shape(ty), found)
    }

    /// The same, as seen from what holds it.
    pub(super) fn within(mut self, step: impl Display) -> Self {
        self.path = format!("{step}{}", self.path);
        self
    }
}
