//! `cargo xtask check-deps`: the crate floors of `xtask/floors.txt`, who alone may import what, and a reason
//! for each outside dependency.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use anyhow::{Context, Result, bail};

use crate::metadata::{self, Package};
use crate::{lints, reasons, shell};

/// Fails with every fault listed, not only the first.
pub(crate) fn run() -> Result<()> {
    shell::step("crate floors");
    let root = shell::root();
    let floors = Floors::parse(&fs::read_to_string(root.join("xtask/floors.txt"))?)?;
    let packages = metadata::packages()?;
    let mut faults = floors.faults(&packages);
    faults.extend(lints::faults(&packages)?);
    faults.extend(reasons::faults(&root)?);
    if !faults.is_empty() {
        bail!(
            "{} faults among the dependencies\n  {}",
            faults.len(),
            faults.join("\n  ")
        );
    }
    eprintln!("{} crates keep to their floors", packages.len());
    Ok(())
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Floor(u8),
    Dev,
    Tool,
}

/// What `floors.txt` says.
#[derive(Debug, Default)]
struct Floors {
    places: BTreeMap<String, Place>,
    /// Outside crate to the one crate that imports it.
    only: BTreeMap<String, String>,
}

impl Floors {
    fn parse(text: &str) -> Result<Self> {
        let mut floors = Self::default();
        for line in text
            .lines()
            .map(str::trim)
            .filter(|l| !l.is_empty() && !l.starts_with('#'))
        {
            floors
                .add(line)
                .with_context(|| format!("`xtask/floors.txt`: cannot read `{line}`"))?;
        }
        Ok(floors)
    }

    fn add(&mut self, line: &str) -> Result<()> {
        let (first, rest) = line.split_once(' ').context("expected two words")?;
        if first == "only" {
            let (owner, names) = rest.split_once(':').context("expected `only CRATE: NAMES`")?;
            self.only.extend(
                names
                    .split_whitespace()
                    .map(|n| (n.to_owned(), owner.trim().to_owned())),
            );
            return Ok(());
        }
        let place = match first {
            "dev" => Place::Dev,
            "tool" => Place::Tool,
            number => Place::Floor(
                number
                    .parse()
                    .context("expected a floor, `dev`, `tool` or `only`")?,
            ),
        };
        if self.places.insert(rest.trim().to_owned(), place).is_some() {
            bail!("the crate is named twice");
        }
        Ok(())
    }

    /// The one crate that may import the given one; a name in the list that ends in `*` is a beginning.
    fn owner(&self, name: &str) -> Option<&str> {
        let fits = |listed: &str| {
            listed
                .strip_suffix('*')
                .map_or(listed == name, |start| name.starts_with(start))
        };
        self.only
            .iter()
            .find(|(listed, _)| fits(listed))
            .map(|(_, owner)| owner.as_str())
    }

    fn faults(&self, packages: &[Package]) -> Vec<String> {
        let mut faults = BTreeSet::new();
        for package in packages {
            let Some(&place) = self.places.get(&package.name) else {
                faults.insert(format!("`{}` has no floor in `xtask/floors.txt`", package.name));
                continue;
            };
            for dependency in &package.dependencies {
                // A crate names itself to switch a feature of its own on in its tests.
                if dependency.dev && dependency.name == package.name {
                    continue;
                }
                if let Some(owner) = self.owner(&dependency.name)
                    && owner != package.name
                {
                    faults.insert(format!(
                        "`{}` imports `{}`, which only `{owner}` may",
                        package.name, dependency.name
                    ));
                }
                if let Some(&below) = self.places.get(&dependency.name)
                    && let Some(why) = refuse(place, below, dependency.dev)
                {
                    faults.insert(format!("`{}` imports `{}`: {why}", package.name, dependency.name));
                }
            }
        }
        faults.into_iter().collect()
    }
}

fn refuse(from: Place, to: Place, dev: bool) -> Option<String> {
    match (from, to) {
        (_, Place::Tool) => Some("a tool is imported by nobody".into()),
        (Place::Floor(_), Place::Dev) if dev => None,
        (Place::Floor(_), Place::Dev) => Some("it is for [dev-dependencies] only".into()),
        (Place::Dev | Place::Tool, _) => None,
        (Place::Floor(from), Place::Floor(to)) if to > from => {
            Some(format!("upward, from floor {from} to floor {to}"))
        }
        (Place::Floor(from), Place::Floor(to)) if to == from => Some(format!("sideways, on floor {from}")),
        (Place::Floor(_), Place::Floor(_)) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metadata::Dependency;

    const FLOORS: &str =
        "# comment\n1 low\n2 left\n2 right\n3 high\ndev kit\ntool chore\nonly left: engine motor*";

    fn faults(name: &str, dependency: &str, dev: bool) -> Vec<String> {
        let package = Package {
            name: name.into(),
            manifest: "/x/Cargo.toml".into(),
            features: vec![],
            dependencies: vec![Dependency {
                name: dependency.into(),
                dev,
            }],
        };
        Floors::parse(FLOORS).unwrap().faults(&[package])
    }

    #[test]
    fn a_crate_may_name_itself_in_its_tests_only() {
        assert!(faults("left", "left", true).is_empty());
        assert_eq!(faults("left", "left", false).len(), 1);
    }

    #[test]
    fn downward_is_fine() {
        assert!(faults("high", "low", false).is_empty());
        assert!(faults("high", "serde", false).is_empty());
        assert!(faults("low", "kit", true).is_empty());
        assert!(faults("kit", "high", false).is_empty());
        assert!(faults("chore", "high", false).is_empty());
        assert!(faults("left", "engine", false).is_empty());
    }

    #[test]
    fn upward_and_sideways_fail_also_in_tests() {
        assert_eq!(
            faults("low", "high", false),
            ["`low` imports `high`: upward, from floor 1 to floor 3"]
        );
        assert_eq!(faults("low", "high", true).len(), 1);
        assert_eq!(
            faults("left", "right", false),
            ["`left` imports `right`: sideways, on floor 2"]
        );
    }

    #[test]
    fn the_owner_alone_imports_the_engine() {
        assert_eq!(
            faults("high", "engine", false),
            ["`high` imports `engine`, which only `left` may"]
        );
        assert_eq!(faults("kit", "engine", true).len(), 1);
        assert_eq!(
            faults("high", "motor-oil", true),
            ["`high` imports `motor-oil`, which only `left` may"]
        );
        assert!(faults("left", "motor-oil", false).is_empty());
        assert_eq!(faults("chore", "engine", true).len(), 1);
    }

    #[test]
    fn the_kit_stays_in_tests_and_tools_are_imported_by_nobody() {
        assert_eq!(faults("high", "kit", false).len(), 1);
        assert_eq!(faults("high", "chore", true).len(), 1);
    }

    #[test]
    fn a_crate_without_a_floor_fails() {
        assert_eq!(
            faults("new", "low", false),
            ["`new` has no floor in `xtask/floors.txt`"]
        );
    }

    #[test]
    fn a_broken_list_is_an_error() {
        for text in ["x", "x y", "only a b", "1 a\n2 a", "300 a"] {
            assert!(Floors::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_real_list_can_be_read() {
        let floors = Floors::parse(include_str!("../floors.txt")).unwrap();
        assert_eq!(floors.owner("wasmtime-wasi-io"), Some("sampan-wasm-host"));
        assert_eq!(floors.places["sampan-types"], Place::Floor(1));
    }
}
