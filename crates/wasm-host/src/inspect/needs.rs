//! What a program could ask for, in plain words.
//!
//! An import is what a program could use, not what it will: a compiler's library imports the environment for
//! every program. So the words say "could", and the ledger says afterwards what was used.

use std::collections::BTreeMap;

use serde::Serialize;

use super::classes::{self, Class};
use super::foreign;
use super::item::{Import, ItemKind};

/// How many imports are named for one need.
const NAMED: usize = 64;

/// How a need is met.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "met", rename_all = "lowercase")]
pub enum Met {
    /// Without a grant.
    Always,
    /// By a flag; without it the program is refused when it asks.
    By {
        /// As it is written: `-v SOURCE:TARGET`.
        flag: &'static str,
    },
    /// Not at all: the program does not start.
    Never {
        /// What to do about it.
        hint: Option<String>,
    },
}

/// One thing that a program could ask for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Need {
    /// In plain words: `connect out over TCP`.
    pub what: &'static str,
    /// How it is met.
    #[serde(flatten)]
    pub how: Met,
    /// The imports that tell so. Of very many only the first.
    pub imports: Vec<String>,
}

impl std::fmt::Display for Need {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.what)?;
        match &self.how {
            Met::Always => Ok(()),
            Met::By { flag } => write!(f, " ({flag})"),
            Met::Never { .. } => f.write_str(" (cannot be met)"),
        }
    }
}

pub(super) fn of(imports: &[Import]) -> Vec<Need> {
    let mut by_class: BTreeMap<(Class, Option<String>), Vec<String>> = BTreeMap::new();
    for import in imports {
        for class in classes_of(import) {
            // Foreign imports differ in what to do about them, so each hint is a need of its own.
            let hint = match class {
                Class::Foreign | Class::NotOffered => foreign::unmet(&import.module, &import.name),
                _ => None,
            };
            let names = by_class.entry((class, hint)).or_default();
            if names.len() < NAMED {
                names.push(full_name(import));
            }
        }
    }
    by_class
        .into_iter()
        .map(|((class, hint), imports)| need(class, hint, imports))
        .collect()
}

fn classes_of(import: &Import) -> Vec<Class> {
    let mut found: Vec<Class> = if import.name.is_empty() && import.kind != ItemKind::Func {
        if import.functions.is_empty() {
            classes::of_component(&import.module, "").into_iter().collect()
        } else {
            let functions = import.functions.iter();
            functions
                .filter_map(|f| classes::of_component(&import.module, f))
                .collect()
        }
    } else {
        classes::of_core(&import.module, &import.name)
            .into_iter()
            .collect()
    };
    found.sort_unstable();
    found.dedup();
    found
}

/// What of the outside a program could reach if it were granted: its imports say so, whatever it calls itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, serde::Deserialize)]
pub struct Reach {
    /// Files and folders, by their names.
    pub files: bool,
    /// Sockets, names of hosts, and HTTP.
    pub network: bool,
}

impl Reach {
    /// All there is: of a program that could not be looked into.
    pub const ALL: Self = Self {
        files: true,
        network: true,
    };
}

pub(super) fn reach(imports: &[Import]) -> Reach {
    let mut reach = Reach {
        files: false,
        network: false,
    };
    for class in imports.iter().flat_map(classes_of) {
        match class {
            Class::Files => reach.files = true,
            Class::Connect
            | Class::Datagrams
            | Class::Names
            | Class::Listen
            | Class::Http
            | Class::HandedSockets => {
                reach.network = true;
            }
            Class::Streams
            | Class::Args
            | Class::Env
            | Class::Clock
            | Class::Random
            | Class::Exit
            | Class::NotOffered
            | Class::Foreign => {}
        }
    }
    reach
}

pub(super) fn is_unmet(import: &Import) -> bool {
    if import.kind == ItemKind::Type {
        return false;
    }
    classes_of(import)
        .iter()
        .any(|c| matches!(c, Class::Foreign | Class::NotOffered))
}

fn full_name(import: &Import) -> String {
    if import.name.is_empty() {
        import.module.clone()
    } else {
        format!("{}.{}", import.module, import.name)
    }
}

fn need(class: Class, hint: Option<String>, imports: Vec<String>) -> Need {
    let by = |flag| Met::By { flag };
    let (what, how) = match class {
        Class::Streams => (
            "read standard input, write standard output and error",
            Met::Always,
        ),
        Class::Args => ("read its arguments", Met::Always),
        Class::Env => (
            "read the environment variables that you give it",
            by("-e NAME=VALUE"),
        ),
        Class::Clock => ("read the clocks and sleep", Met::Always),
        Class::Random => ("get random numbers", Met::Always),
        Class::Exit => ("end with an exit code", Met::Always),
        Class::Files => (
            "read and write files in folders that you mount",
            by("-v SOURCE:TARGET[:ro]"),
        ),
        Class::Connect => ("connect out over TCP", by("--allow-net HOST:PORT")),
        Class::Datagrams => (
            "send and receive datagrams over UDP",
            by("--allow-net HOST:PORT/udp, --allow-listen PORT/udp"),
        ),
        Class::Names => ("look up names of hosts", by("--allow-net HOST:PORT")),
        Class::Listen => ("listen for connections over TCP", by("--allow-listen PORT")),
        Class::Http => ("send HTTP requests", by("--allow-http HOST")),
        Class::HandedSockets => (
            "use sockets that were opened before it started, of which there are none",
            Met::Always,
        ),
        Class::NotOffered => ("use interfaces of WASI that are not offered", Met::Never { hint }),
        Class::Foreign => ("call functions that only its own host has", Met::Never { hint }),
    };
    Need { what, how, imports }
}
