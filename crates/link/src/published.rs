//! Whether a component keeps to the interfaces of a published package of WIT.

use std::fmt;

use wac_types::{ItemKind, Package, Type, Types};

use crate::Part;
use crate::difference::{Difference, differences};
use crate::error::{LinkError, listed};
use crate::name::Name;
use crate::outline::Bounds;
use crate::parts::{guarded, linkable, read};

/// An interface of a component that is as it was published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Whether the component imports or exports it.
    pub way: Way,
    /// By which name.
    pub name: String,
    /// The name that the package has for it.
    pub published: String,
}

/// What a component does with an interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// It calls its functions.
    Imports,
    /// Its functions are called.
    Exports,
}

impl fmt::Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Imports => "imports",
            Self::Exports => "exports",
        })
    }
}

/// Why an interface is not as it was published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The package has no such interface.
    Unknown,
    /// The package has it in a version that does not serve what is imported, or is not served by what is exported.
    Version {
        /// The package's name for it.
        published: String,
    },
    /// Its types are others.
    Differs(Vec<Difference>),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown => f.write_str("has no such interface"),
            Self::Version { published } => write!(f, "has `{published}`, which promises nothing for it"),
            Self::Differs(differences) => write!(f, "has it otherwise{}", listed(differences)),
        }
    }
}

/// Compares what a component imports and exports of a package's interfaces with the package. An import must be there,
/// in this version or a later one of the track, with the same types; an export must have everything that was
/// published, for this version or an earlier one. Gives what was compared: nothing, where the component has
/// nothing to do with the package.
pub fn published(component: Part, package: Part) -> Result<Vec<Kept>, LinkError> {
    let mut bounds = Bounds::default();
    bounds.take(&component.name, &component.bytes)?;
    bounds.take_package(&package.name, &package.bytes)?;
    let mut types = Types::new();
    let (part, of) = (component.name.clone(), package.name.clone());
    let component = read("component", component, &mut types)?;
    let package = read("package", package, &mut types)?;
    let interfaces = interfaces(&types, &package);
    if interfaces.is_empty() {
        return Err(LinkError::NoInterfaces { part: of });
    }
    let world = &types[component.ty()];
    let mut kept = Vec::new();
    for (way, items) in [(Way::Imports, &world.imports), (Way::Exports, &world.exports)] {
        for (name, kind) in linkable(items.iter()) {
            let own = Name::of(name);
            if !interfaces
                .iter()
                .any(|(other, _)| Name::of(other).shares_package(&own))
            {
                continue;
            }
            let compared = guarded(&part, || compare(&types, &interfaces, way, name, kind))?;
            match compared {
                Ok(published) => kept.push(Kept {
                    way,
                    name: name.to_owned(),
                    published,
                }),
                Err(fault) => {
                    return Err(LinkError::Published {
                        part,
                        way,
                        name: name.to_owned(),
                        package: of,
                        fault,
                    });
                }
            }
        }
    }
    Ok(kept)
}

/// The interfaces of a package by their full names. Worlds are no interfaces: what they import, they import from somewhere.
fn interfaces(types: &Types, package: &Package) -> Vec<(String, ItemKind)> {
    let all = package.definitions().values();
    all.filter_map(|kind| match kind {
        ItemKind::Type(Type::Interface(id)) => Some((types[*id].id.clone()?, ItemKind::Instance(*id))),
        _ => None,
    })
    .collect()
}

fn compare(
    types: &Types,
    interfaces: &[(String, ItemKind)],
    way: Way,
    name: &str,
    kind: ItemKind,
) -> Result<String, Fault> {
    let own = Name::of(name);
    let same = interfaces
        .iter()
        .find(|(other, _)| Name::of(other).without_version() == own.without_version());
    let Some((published, interface)) = same else {
        return Err(Fault::Unknown);
    };
    let other = Name::of(published);
    let (fit, wanted, there) = match way {
        Way::Imports => (other.fit(&own), kind, *interface),
        Way::Exports => (own.fit(&other), *interface, kind),
    };
    if !fit.serves() {
        return Err(Fault::Version {
            published: published.clone(),
        });
    }
    match differences(types, wanted, there) {
        none if none.is_empty() => Ok(published.clone()),
        some => Err(Fault::Differs(some)),
    }
}
