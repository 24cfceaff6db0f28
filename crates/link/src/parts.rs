//! The parts of a link, each validated and with its types read.

use std::collections::{BTreeMap, BTreeSet};

use sampan_types::{ByteCount, Digest};
use wac_graph::{CompositionGraph, PackageId};
use wac_types::{ItemKind, Package, Types};

use crate::error::LinkError;
use crate::name::{Fit, Name};
use crate::outline::Bounds;
use crate::plan::Edge;
use crate::{Part, Provider};

/// One component, however often it was named.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) name: String,
    pub(crate) digest: Digest,
    pub(crate) size: ByteCount,
    pub(crate) package: PackageId,
    /// The imports that it is meant for; empty when it serves whatever it exports.
    pub(crate) meant_for: Vec<String>,
    /// Its exports by their names without version, so that each is found among thousands.
    exports: BTreeMap<String, Vec<String>>,
    /// Its imports without version.
    imports: BTreeSet<String>,
}

/// All components of a link; the first one is the one whose exports the result has.
pub(crate) struct Parts {
    pub(crate) graph: CompositionGraph,
    pub(crate) all: Vec<Known>,
}

impl Parts {
    pub(crate) fn read(first: Part, providers: Vec<Provider>) -> Result<Self, LinkError> {
        let mut parts = Self {
            graph: CompositionGraph::new(),
            all: Vec::new(),
        };
        let mut bounds = Bounds::default();
        parts.add(&mut bounds, first, None)?;
        for Provider { import, part } in providers {
            let known = parts
                .all
                .iter_mut()
                .skip(1)
                .find(|known| known.digest == part.digest);
            match known {
                // Without a name it serves everything, also what it was named for.
                Some(known) => match import {
                    Some(import) if !known.meant_for.is_empty() => known.meant_for.push(import),
                    Some(_) => {}
                    None => known.meant_for.clear(),
                },
                None => parts.add(&mut bounds, part, import)?,
            }
        }
        Ok(parts)
    }

    fn add(&mut self, bounds: &mut Bounds, part: Part, import: Option<String>) -> Result<(), LinkError> {
        bounds.take(&part.name, &part.bytes)?;
        let size = ByteCount::new(part.bytes.len() as u64);
        // Its place tells it from others of its name.
        let key = format!("part{}", self.all.len());
        let (name, digest) = (part.name.clone(), part.digest.clone());
        let package = read(&key, part, self.graph.types_mut())?;
        let package = self
            .graph
            .register_package(package)
            .map_err(|error| LinkError::compose(&error))?;
        let world = &self.graph.types()[self.graph[package].ty()];
        let without = |name: &str| Name::of(name).without_version().to_owned();
        let mut exports: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, _) in linkable(world.exports.iter()) {
            exports.entry(without(name)).or_default().push(name.to_owned());
        }
        let imports = linkable(world.imports.iter())
            .map(|(name, _)| without(name))
            .collect();
        self.all.push(Known {
            exports,
            imports,
            name,
            digest,
            size,
            package,
            meant_for: import.into_iter().collect(),
        });
        Ok(())
    }

    pub(crate) fn types(&self) -> &Types {
        self.graph.types()
    }

    /// The interfaces and functions that a part imports.
    pub(crate) fn imports(&self, part: usize) -> impl Iterator<Item = (&str, ItemKind)> {
        let world = &self.types()[self.graph[self.all[part].package].ty()];
        linkable(world.imports.iter())
    }

    /// The interfaces and functions that a part exports.
    pub(crate) fn exports(&self, part: usize) -> impl Iterator<Item = (&str, ItemKind)> {
        let world = &self.types()[self.graph[self.all[part].package].ty()];
        linkable(world.exports.iter())
    }

    /// Everything that a part exports, types too.
    pub(crate) fn all_exports(&self, part: usize) -> Vec<String> {
        let world = &self.types()[self.graph[self.all[part].package].ty()];
        world.exports.keys().cloned().collect()
    }

    /// What a part exports for an import, by the names alone: the export that fits best.
    pub(crate) fn export_for(&self, part: usize, import: &str) -> Option<(&str, Fit)> {
        let import = Name::of(import);
        let exports = self.all[part].exports.get(import.without_version())?;
        exports
            .iter()
            .map(|name| (Name::of(name), name.as_str()))
            .map(|(name, full)| (name.fit(&import), name.version().cloned(), full))
            .filter(|(fit, _, _)| *fit != Fit::Other)
            .max()
            .map(|(fit, _, full)| (full, fit))
    }

    /// Whether a part imports an interface, in whatever version.
    pub(crate) fn imports_some(&self, part: usize, import: &str) -> bool {
        self.all[part]
            .imports
            .contains(Name::of(import).without_version())
    }

    /// The types of an import and of the export that serves it.
    pub(crate) fn kinds(&self, edge: &Edge) -> Option<(ItemKind, ItemKind)> {
        let world = |part: usize| &self.types()[self.graph[self.all[part].package].ty()];
        let import = world(edge.importer).imports.get(&edge.import)?;
        let export = world(edge.provider).exports.get(&edge.export)?;
        Some((*import, *export))
    }

    pub(crate) fn name(&self, part: usize) -> String {
        self.all[part].name.clone()
    }
}

/// Validates a component and reads its types.
pub(crate) fn read(key: &str, part: Part, types: &mut Types) -> Result<Package, LinkError> {
    let Part { name, bytes, .. } = part;
    let read = guarded(&name, || Package::from_bytes(key, None, bytes, types))?;
    read.map_err(|error| LinkError::Invalid {
        part: name,
        why: crate::show::chain(error.chain()),
    })
}

pub(crate) fn linkable<'p>(
    items: impl Iterator<Item = (&'p String, &'p ItemKind)>,
) -> impl Iterator<Item = (&'p str, ItemKind)> {
    items
        .filter(|(_, kind)| matches!(kind, ItemKind::Instance(_) | ItemKind::Func(_)))
        .map(|(name, kind)| (name.as_str(), *kind))
}

/// wac is written for what compilers make, and asserts where a valid but odd component differs.
pub(crate) fn guarded<T>(part: &str, work: impl FnOnce() -> T) -> Result<T, LinkError> {
    sampan_types::guarded::guarded(work).ok_or_else(|| LinkError::Odd {
        part: part.to_owned(),
    })
}
