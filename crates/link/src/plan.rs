//! Who serves whose imports.

use std::collections::BTreeSet;

use crate::difference::differences;
use crate::error::LinkError;
use crate::name::{Fit, Name};
use crate::parts::Parts;

/// One import and who serves it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Edge {
    pub(crate) importer: usize,
    pub(crate) import: String,
    pub(crate) provider: usize,
    pub(crate) export: String,
}

/// All imports that are served, and the parts that are used, each behind those that serve it.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) edges: Vec<Edge>,
    pub(crate) order: Vec<usize>,
}

pub(crate) fn plan(parts: &Parts) -> Result<Plan, LinkError> {
    all_names_mean_something(parts)?;
    let mut edges = Vec::new();
    for importer in 0..parts.all.len() {
        for (import, _) in parts.imports(importer) {
            if let Some(provider) = choose(parts, importer, import)?
                && let Some((export, _)) = parts.export_for(provider, import)
            {
                edges.push(Edge {
                    importer,
                    import: import.to_owned(),
                    provider,
                    export: export.to_owned(),
                });
            }
        }
    }
    let order = order(parts, &edges)?;
    let used: BTreeSet<usize> = order.iter().copied().collect();
    if let Some(idle) = (0..parts.all.len()).find(|part| !used.contains(part)) {
        return Err(idle_provider(parts, idle, &used));
    }
    for edge in &edges {
        compare(parts, edge)?;
    }
    Ok(Plan { edges, order })
}

/// That each NAME is an import of somebody, and that its provider has something for it.
fn all_names_mean_something(parts: &Parts) -> Result<(), LinkError> {
    for (provider, known) in parts.all.iter().enumerate() {
        for name in &known.meant_for {
            let others = (0..parts.all.len()).filter(|part| *part != provider);
            let meant: Vec<(usize, &str)> = others
                .flat_map(|part| parts.imports(part).map(move |(import, _)| (part, import)))
                .filter(|(_, import)| Name::of(import).is_meant_by(name))
                .collect();
            let Some((first, import)) = meant.first().copied() else {
                let mut imports: Vec<String> = (0..parts.all.len())
                    .filter(|part| *part != provider)
                    .flat_map(|part| parts.imports(part).map(|(import, _)| import.to_owned()))
                    .collect();
                imports.dedup();
                return Err(LinkError::NothingImports {
                    name: name.clone(),
                    imports,
                });
            };
            let served = |import: &str| {
                parts
                    .export_for(provider, import)
                    .is_some_and(|(_, fit)| fit.serves())
            };
            if meant.iter().any(|(_, import)| served(import)) {
                continue;
            }
            return Err(match parts.export_for(provider, import) {
                Some((export, fit)) => version(parts, first, import, provider, export, fit),
                None => LinkError::NoExport {
                    provider: parts.name(provider),
                    import: import.to_owned(),
                    exports: parts.exports(provider).map(|(name, _)| name.to_owned()).collect(),
                },
            });
        }
    }
    Ok(())
}

/// The one that serves an import of a part, if any does.
fn choose(parts: &Parts, importer: usize, import: &str) -> Result<Option<usize>, LinkError> {
    let name = Name::of(import);
    let named = |part: usize| {
        parts.all[part]
            .meant_for
            .iter()
            .any(|text| name.is_meant_by(text))
    };
    let open = |part: usize| parts.all[part].meant_for.is_empty();
    let exports = |part: usize| {
        parts
            .export_for(part, import)
            .is_some_and(|(_, fit)| fit.serves())
    };
    for wanted in [&named as &dyn Fn(usize) -> bool, &open] {
        let mut able: Vec<usize> = (1..parts.all.len())
            .filter(|part| wanted(*part) && exports(*part))
            .collect();
        // Who wraps is served by the next one, so that wrappers of wrappers are no circle.
        if let Some(at) = able.iter().position(|part| *part == importer) {
            able.drain(..=at);
        }
        let wraps = |part: &usize| parts.imports_some(*part, import);
        match able.split_last() {
            None => {}
            Some((_, before)) if before.iter().all(wraps) => return Ok(able.first().copied()),
            Some(_) => {
                return Err(LinkError::Ambiguous {
                    part: parts.name(importer),
                    import: import.to_owned(),
                    providers: able.iter().map(|part| parts.name(*part)).collect(),
                });
            }
        }
    }
    Ok(None)
}

/// The parts that the first one needs, each behind those that it needs itself.
fn order(parts: &Parts, edges: &[Edge]) -> Result<Vec<usize>, LinkError> {
    let mut walk = Walk {
        parts,
        edges,
        done: Vec::new(),
        way: Vec::new(),
    };
    // Circles are told before idleness, which often is their consequence.
    for part in 0..parts.all.len() {
        walk.visit(part)?;
    }
    let mut needed = BTreeSet::from([0]);
    let mut order = Vec::new();
    for part in walk.done.iter().rev() {
        if needed.contains(part) {
            order.push(*part);
            let served = edges.iter().filter(|edge| edge.importer == *part);
            needed.extend(served.map(|edge| edge.provider));
        }
    }
    order.reverse();
    Ok(order)
}

struct Walk<'p> {
    parts: &'p Parts,
    edges: &'p [Edge],
    done: Vec<usize>,
    way: Vec<usize>,
}

impl Walk<'_> {
    /// As deep as there are parts, which is bounded.
    fn visit(&mut self, part: usize) -> Result<(), LinkError> {
        if self.done.contains(&part) {
            return Ok(());
        }
        if let Some(at) = self.way.iter().position(|other| *other == part) {
            let circle = self.way[at..].iter().chain([&part]);
            return Err(LinkError::Circle {
                way: circle.map(|part| self.parts.name(*part)).collect(),
            });
        }
        self.way.push(part);
        for edge in self.edges.iter().filter(|edge| edge.importer == part) {
            self.visit(edge.provider)?;
        }
        self.way.pop();
        self.done.push(part);
        Ok(())
    }
}

/// Why nobody uses a provider, as well as can be told.
fn idle_provider(parts: &Parts, idle: usize, used: &BTreeSet<usize>) -> LinkError {
    for part in used {
        for (import, _) in parts.imports(*part) {
            if let Some((export, fit)) = parts.export_for(idle, import)
                && !fit.serves()
            {
                return version(parts, *part, import, idle, export, fit);
            }
        }
    }
    LinkError::Idle {
        provider: parts.name(idle),
        exports: parts.exports(idle).map(|(name, _)| name.to_owned()).collect(),
        imports: used
            .iter()
            .flat_map(|part| parts.imports(*part).map(|(name, _)| name.to_owned()))
            .filter(|name| !name.starts_with("wasi:"))
            .collect(),
    }
}

fn version(parts: &Parts, part: usize, import: &str, provider: usize, export: &str, fit: Fit) -> LinkError {
    LinkError::Version {
        part: parts.name(part),
        import: import.to_owned(),
        provider: parts.name(provider),
        export: export.to_owned(),
        earlier: fit == Fit::Earlier,
    }
}

/// That the types are those that are wanted.
fn compare(parts: &Parts, edge: &Edge) -> Result<(), LinkError> {
    let Some((import, export)) = parts.kinds(edge) else {
        return Ok(());
    };
    let differences = crate::parts::guarded(&parts.name(edge.provider), || {
        differences(parts.types(), import, export)
    })?;
    if differences.is_empty() {
        return Ok(());
    }
    Err(LinkError::Differs {
        part: parts.name(edge.importer),
        import: edge.import.clone(),
        provider: parts.name(edge.provider),
        differences,
    })
}
