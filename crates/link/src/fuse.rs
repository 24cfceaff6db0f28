//! One component of several.

use std::collections::BTreeMap;

use sampan_types::links::{Linked, LinkedPart};
use wac_graph::{CompositionGraph, EncodeError, EncodeOptions, NodeId, Processor};
use wasmparser::{Validator, WasmFeatures};

use crate::error::LinkError;
use crate::parts::{Parts, guarded};
use crate::plan::{Plan, plan};
use crate::{Fused, Part, Provider, outline, record, show};

/// Gives the exports of providers to the imports of `first` and of each other, and makes one component of all that is
/// used. It has the exports of `first`.
pub fn fuse(first: Part, providers: Vec<Provider>) -> Result<Fused, LinkError> {
    let before = outline::imports(&first.bytes);
    let mut parts = Parts::read(first, providers)?;
    let plan = plan(&parts)?;
    let linked = linked(&parts, &plan);
    let instances = wire(&mut parts, &plan)?;
    let graph = &parts.graph;
    let encoded = guarded(&parts.name(0), || graph.encode(OPTIONS))?;
    let mut bytes = encoded.map_err(|error| failed(&parts, &instances, &error))?;
    record::append(&mut bytes, &linked)?;
    // The parts fit by their names and shapes; only the whole tells whether resources are the same.
    Validator::new_with_features(WasmFeatures::all())
        .validate_all(&bytes)
        .map_err(|error| LinkError::DoNotFit {
            why: show::short(error.message().replace('\n', ": ")),
        })?;
    Ok(Fused {
        after: outline::imports(&bytes),
        bytes,
        linked,
        before,
    })
}

const OPTIONS: EncodeOptions<'static> = EncodeOptions {
    define_components: true,
    // Done by the version of the parser that will run it.
    validate: false,
    processor: Some(Processor {
        name: "sampan",
        version: env!("CARGO_PKG_VERSION"),
    }),
};

/// Makes an instance of each part, and gives it what serves it.
fn wire(parts: &mut Parts, plan: &Plan) -> Result<BTreeMap<NodeId, usize>, LinkError> {
    let mut nodes: BTreeMap<usize, NodeId> = BTreeMap::new();
    for part in &plan.order {
        let node = parts.graph.instantiate(parts.all[*part].package);
        nodes.insert(*part, node);
        for edge in plan.edges.iter().filter(|edge| edge.importer == *part) {
            // Whoever serves it comes before it in the order.
            let Some(provider) = nodes.get(&edge.provider) else {
                continue;
            };
            let export = alias(&mut parts.graph, *provider, &edge.export)?;
            parts
                .graph
                .set_instantiation_argument(node, &edge.import, export)
                .map_err(|error| LinkError::compose(&error))?;
        }
    }
    if let Some(first) = nodes.get(&0).copied() {
        for name in parts.all_exports(0) {
            let export = alias(&mut parts.graph, first, &name)?;
            parts
                .graph
                .export(export, &name)
                .map_err(|error| LinkError::compose(&error))?;
        }
    }
    Ok(nodes.into_iter().map(|(part, node)| (node, part)).collect())
}

fn alias(graph: &mut CompositionGraph, instance: NodeId, export: &str) -> Result<NodeId, LinkError> {
    graph
        .alias_instance_export(instance, export)
        .map_err(|error| LinkError::compose(&error))
}

fn failed(parts: &Parts, instances: &BTreeMap<NodeId, usize>, error: &EncodeError) -> LinkError {
    let name = |node| {
        instances
            .get(node)
            .map_or_else(String::new, |part| parts.name(*part))
    };
    match error {
        // One part, whose imports use types of interfaces without a name.
        EncodeError::ImportTypeMergeConflict { first, second, .. } if first == second => {
            LinkError::Odd { part: name(first) }
        }
        EncodeError::ImportTypeMergeConflict {
            import,
            first,
            second,
            source,
        } => LinkError::Conflict {
            import: import.clone(),
            first: name(first),
            second: name(second),
            why: show::chain(source.chain()),
        },
        other => LinkError::compose(other),
    }
}

fn linked(parts: &Parts, plan: &Plan) -> Linked {
    let parts = parts.all.iter().enumerate().map(|(part, known)| {
        let serves = plan.edges.iter().filter(|edge| edge.provider == part);
        let mut serves: Vec<String> = serves.map(|edge| edge.import.clone()).collect();
        serves.sort();
        serves.dedup();
        LinkedPart {
            name: known.name.clone(),
            digest: known.digest.clone(),
            size: known.size,
            serves,
        }
    });
    Linked {
        parts: parts.collect(),
    }
}
