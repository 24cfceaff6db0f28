//! What of an interface is not as it is imported.

use std::collections::HashSet;
use std::fmt;

use wac_types::{InterfaceId, ItemKind, SubtypeChecker, Types};

use crate::show;

/// How many differences are told.
const TOLD: usize = 3;

/// One function or type that is not as it is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Its name; empty for a function that is imported by itself.
    pub item: String,
    /// What differs: `parameter 'level': expected u32, found string`. Empty when it is missing.
    pub why: String,
    /// What is imported, in WIT.
    pub wanted: String,
    /// What is exported, in WIT; `None` when it is missing.
    pub there: Option<String>,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = if self.item.is_empty() {
            String::new()
        } else {
            format!("`{}`: ", self.item)
        };
        match &self.there {
            Some(there) => write!(f, "{name}{}\nwanted {}\nthere  {there}", self.why, self.wanted),
            None => write!(f, "{name}is missing\nwanted {}", self.wanted),
        }
    }
}

/// The first differences between an import and the export that shall serve it; none when it serves.
pub(crate) fn differences(types: &Types, import: ItemKind, export: ItemKind) -> Vec<Difference> {
    let mut cache = HashSet::new();
    let mut checker = SubtypeChecker::new(&mut cache);
    let (ItemKind::Instance(wanted), ItemKind::Instance(there)) = (import, export) else {
        return differs(&mut checker, types, "", (import, None), (export, None))
            .into_iter()
            .collect();
    };
    let mut found = Vec::new();
    for (name, kind) in &types[wanted].exports {
        if found.len() == TOLD {
            break;
        }
        match types[there].exports.get(name) {
            Some(other) => {
                let (import, export) = ((*kind, Some(wanted)), (*other, Some(there)));
                found.extend(differs(&mut checker, types, name, import, export));
            }
            None => found.push(Difference {
                item: name.clone(),
                why: String::new(),
                wanted: show::item(types, *kind, Some(wanted)),
                there: None,
            }),
        }
    }
    found
}

type Side = (ItemKind, Option<InterfaceId>);

fn differs(
    checker: &mut SubtypeChecker<'_>,
    types: &Types,
    name: &str,
    (import, wanted): Side,
    (export, there): Side,
) -> Option<Difference> {
    let error = checker.is_subtype(export, types, import, types).err()?;
    Some(Difference {
        item: name.to_owned(),
        why: show::chain(error.chain()),
        wanted: show::item(types, import, wanted),
        there: Some(show::item(types, export, there)),
    })
}
