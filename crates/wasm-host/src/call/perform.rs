//! Does what a plan says, in one instance: a resource lives from the call that gives it to the end of the last one.

use std::collections::HashMap;

use wasmtime::component::{ResourceAny, Val};
use wasmtime::{Store, Val as CoreVal};

use super::error::CallError;
use super::functions::{At, Function};
use super::plan::{Arguments, Plan, Receiver, Step, read};
use super::wave;
use crate::entry::{self, Instance};
use crate::program::Code;
use crate::state::GuestState;

/// What the last call said.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Said {
    /// Its value in WAVE, of a `result` what it holds; nothing where it gives nothing.
    Value(Option<String>),
    /// The error of its `result`, or of one before it, which ends the chain.
    Failed(Option<String>),
}

/// What calls before have given.
#[derive(Default)]
struct Given {
    bound: HashMap<String, Val>,
    before: Option<Val>,
    /// All resources that were given, and those that functions have kept.
    resources: Vec<ResourceAny>,
    moved: Vec<ResourceAny>,
}

pub(crate) async fn perform(
    store: &mut Store<GuestState>,
    code: &Code,
    plan: &Plan,
) -> wasmtime::Result<Said> {
    let instance = entry::instantiate(store, code).await?;
    let mut given = Given::default();
    let mut said = Said::Value(None);
    for step in &plan.steps {
        let values = values(&plan.text, step, &mut given)?;
        let results = invoke(store, &instance, &step.function, values).await?;
        results.iter().for_each(|val| collect(val, &mut given.resources));
        let value = match results.len() {
            0 => None,
            1 => results.into_iter().next(),
            _ => Some(Val::Tuple(results)),
        };
        let value = match value {
            Some(Val::Result(Err(error))) => {
                said = Said::Failed(error.as_deref().map(wave::write));
                break;
            }
            Some(Val::Result(Ok(value))) => value.map(|value| *value),
            other => other,
        };
        said = Said::Value(value.as_ref().map(wave::write));
        if let (Some(name), Some(value)) = (&step.bind, &value) {
            given.bound.insert(name.clone(), value.clone());
        }
        given.before = value;
    }
    for resource in given.resources {
        if !given.moved.contains(&resource) {
            resource.resource_drop_async(&mut *store).await?;
        }
    }
    Ok(said)
}

fn values(text: &str, step: &Step, given: &mut Given) -> Result<Vec<Val>, CallError> {
    let receiver = match &step.receiver {
        None => None,
        Some(Receiver::Before) => given.before.clone(),
        Some(Receiver::Bound(name)) => given.bound.get(name).cloned(),
    };
    if let (Some(Val::Resource(resource)), Some(Receiver::Bound(name))) = (&receiver, &step.receiver)
        && given.moved.contains(resource)
    {
        return Err(CallError::NoMethod {
            receiver: format!("{name}, which was given away,"),
            method: step.function.plain().to_owned(),
            methods: Vec::new(),
        });
    }
    let skipped = usize::from(step.receiver.is_some());
    let mut values: Vec<Val> = receiver.into_iter().collect();
    values.extend(match &step.arguments {
        Arguments::Ready(ready) => ready.clone(),
        Arguments::Later(words) => read(
            text,
            &step.function,
            skipped,
            words,
            &given.bound,
            &mut given.moved,
        )?,
    });
    Ok(values)
}

/// Calls one function.
pub(super) async fn invoke(
    store: &mut Store<GuestState>,
    instance: &Instance,
    function: &Function,
    values: Vec<Val>,
) -> wasmtime::Result<Vec<Val>> {
    let gone = || wasmtime::Error::msg("the export is gone");
    match (instance, &function.at) {
        (Instance::Component(instance), At::Component(index)) => {
            let func = instance.get_func(&mut *store, index).ok_or_else(gone)?;
            let mut results = vec![Val::Bool(false); function.results.len()];
            store
                .run_concurrent(async |accessor| func.call_concurrent(accessor, &values, &mut results).await)
                .await??;
            Ok(results)
        }
        (Instance::Core(instance), At::Core(name)) => {
            let func = instance.get_func(&mut *store, name).ok_or_else(gone)?;
            let values: Vec<CoreVal> = values.iter().filter_map(to_core).collect();
            let mut results = vec![CoreVal::I32(0); function.results.len()];
            func.call_async(&mut *store, &values, &mut results).await?;
            Ok(results.iter().filter_map(from_core).collect())
        }
        _ => Err(gone()),
    }
}

/// Of the types of core functions, all that [`super::functions`] lets through.
fn to_core(val: &Val) -> Option<CoreVal> {
    match val {
        Val::S32(v) => Some(CoreVal::I32(*v)),
        Val::S64(v) => Some(CoreVal::I64(*v)),
        Val::Float32(v) => Some(CoreVal::F32(v.to_bits())),
        Val::Float64(v) => Some(CoreVal::F64(v.to_bits())),
        _ => None,
    }
}

fn from_core(val: &CoreVal) -> Option<Val> {
    match val {
        CoreVal::I32(v) => Some(Val::S32(*v)),
        CoreVal::I64(v) => Some(Val::S64(*v)),
        CoreVal::F32(v) => Some(Val::Float32(f32::from_bits(*v))),
        CoreVal::F64(v) => Some(Val::Float64(f64::from_bits(*v))),
        _ => None,
    }
}

/// The resources in a value.
pub(super) fn collect(val: &Val, resources: &mut Vec<ResourceAny>) {
    let mut inner = |val: &Val| collect(val, resources);
    match val {
        Val::Resource(resource) if resource.owned() => resources.push(*resource),
        Val::List(items) | Val::FixedLengthList(items) | Val::Tuple(items) => items.iter().for_each(inner),
        Val::Map(entries) => entries.iter().for_each(|(key, value)| {
            inner(key);
            inner(value);
        }),
        Val::Record(fields) => fields.iter().for_each(|(_, val)| inner(val)),
        Val::Variant(_, Some(val)) | Val::Option(Some(val)) => inner(val),
        Val::Result(Ok(Some(val)) | Err(Some(val))) => inner(val),
        _ => {}
    }
}
