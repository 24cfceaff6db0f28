//! Variables.

use std::collections::BTreeMap;

/// One variable.
#[derive(Clone, Debug, Default)]
pub(crate) struct Variable {
    /// `None` for one that was exported before it was given a value.
    pub(crate) value: Option<String>,
    pub(crate) exported: bool,
    pub(crate) readonly: bool,
}

/// All variables of a shell, by name.
#[derive(Clone, Debug, Default)]
pub(crate) struct Variables(BTreeMap<String, Variable>);

/// Whether a variable can have this name.
pub(crate) fn valid(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with(|c: char| c.is_ascii_digit())
        && name.chars().all(|c| c == '_' || c.is_ascii_alphanumeric())
}

impl Variables {
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.value.as_deref()
    }

    /// Sets a variable that came with the environment.
    pub(crate) fn import(&mut self, name: &str, value: &str) {
        let entry = self.0.entry(name.to_owned()).or_default();
        entry.value = Some(value.to_owned());
        entry.exported = true;
    }

    /// Sets a variable; whether it may be set.
    #[must_use]
    pub(crate) fn set(&mut self, name: &str, value: String) -> bool {
        let entry = self.0.entry(name.to_owned()).or_default();
        if entry.readonly {
            return false;
        }
        entry.value = Some(value);
        true
    }

    /// Marks a variable, made where there is none.
    pub(crate) fn mark(&mut self, name: &str, mark: impl FnOnce(&mut Variable)) {
        mark(self.0.entry(name.to_owned()).or_default());
    }

    /// Takes a variable away; whether it may be.
    #[must_use]
    pub(crate) fn unset(&mut self, name: &str) -> bool {
        if self.0.get(name).is_some_and(|variable| variable.readonly) {
            return false;
        }
        self.0.remove(name);
        true
    }

    /// The variable as it is, for [`Self::restore`].
    pub(crate) fn saved(&self, name: &str) -> Option<Variable> {
        self.0.get(name).cloned()
    }

    /// Makes a variable what it was.
    pub(crate) fn restore(&mut self, name: &str, was: Option<Variable>) {
        match was {
            Some(was) => self.0.insert(name.to_owned(), was),
            None => self.0.remove(name),
        };
    }

    /// What other programs see.
    pub(crate) fn exported(&self) -> impl Iterator<Item = (&str, &str)> {
        self.all()
            .filter(|(_, variable)| variable.exported)
            .filter_map(|(name, variable)| Some((name, variable.value.as_deref()?)))
    }

    /// All, by name.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&str, &Variable)> {
        self.0.iter().map(|(name, variable)| (name.as_str(), variable))
    }
}
