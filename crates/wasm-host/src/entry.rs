//! Starts a program's own entry, or a named export.

use wasmtime::component::types::{ComponentFunc, ComponentItem};
use wasmtime::component::{Component, ComponentExportIndex, Val as ComponentVal};
use wasmtime::{Store, Val};

use crate::call::{Plan, Said, perform};
use crate::link::Command;
use crate::program::Code;
use crate::state::GuestState;
use crate::stdio::Sink;

/// What of a program is started.
#[derive(Debug)]
pub(crate) enum Entry {
    /// Its own start.
    Own,
    /// An export without parameters.
    Named(String),
    /// Exports with values.
    Call(Box<Plan>),
}

/// An instance of either sort.
pub(crate) enum Instance {
    Core(wasmtime::Instance),
    Component(wasmtime::component::Instance),
}

/// Runs to the end; gives the exit code. A named export that returns a number gives its low eight bits, a call 1 where
/// its function answers with an error.
pub(crate) async fn run(store: &mut Store<GuestState>, code: &Code, entry: &Entry) -> wasmtime::Result<u8> {
    match (code, entry) {
        (_, Entry::Call(plan)) => call(store, code, plan).await,
        (Code::Core(_), _) => module(store, code, entry).await,
        (Code::Component { entries, .. }, _) => match (entry, &entries.command) {
            (Entry::Own, Some(Command::P2(command))) => {
                let command = command.instantiate_async(&mut *store).await?;
                started(store);
                let result = command.wasi_cli_run().call_run(&mut *store).await?;
                Ok(u8::from(result.is_err()))
            }
            (Entry::Own, Some(Command::P3(command))) => {
                let command = command.instantiate_async(&mut *store).await?;
                started(store);
                let result = store
                    .run_concurrent(async |accessor| command.wasi_cli_run().call_run(accessor).await)
                    .await??;
                Ok(u8::from(result.is_err()))
            }
            (Entry::Named(name), _) => named(store, code, name).await,
            _ => Err(wasmtime::Error::msg("there is no command to run")),
        },
    }
}

/// An instance in which functions can be called: a core module has run its `_initialize`.
pub(crate) async fn instantiate(store: &mut Store<GuestState>, code: &Code) -> wasmtime::Result<Instance> {
    match code {
        Code::Core(pre) => {
            let instance = pre.instantiate_async(&mut *store).await?;
            started(store);
            if let Some(init) = instance.get_func(&mut *store, INITIALIZE) {
                init.typed::<(), ()>(&store)?.call_async(&mut *store, ()).await?;
            }
            Ok(Instance::Core(instance))
        }
        Code::Component { pre, .. } => {
            let instance = pre.instantiate_async(&mut *store).await?;
            started(store);
            Ok(Instance::Component(instance))
        }
    }
}

/// What a reactor runs before all else.
const INITIALIZE: &str = "_initialize";

/// Calls, and writes what was said where a command would: a value to standard output, an error to standard error.
async fn call(store: &mut Store<GuestState>, code: &Code, plan: &Plan) -> wasmtime::Result<u8> {
    let (stdout, stderr) = {
        let streams = &store.data().preview1;
        (streams.stdout.clone(), streams.stderr.clone())
    };
    match perform(store, code, plan).await? {
        Said::Value(value) => {
            tell(&stdout, value).await;
            Ok(0)
        }
        Said::Failed(error) => {
            tell(&stderr, error).await;
            Ok(1)
        }
    }
}

async fn tell(sink: &Sink, value: Option<String>) {
    let Some(mut line) = value else { return };
    line.push('\n');
    let mut rest = line.as_bytes();
    while !rest.is_empty() {
        match sink.write_some(rest).await {
            Ok(written) => rest = &rest[written..],
            // As of a program whose reader has gone.
            Err(_) => return,
        }
    }
}

fn started(store: &mut Store<GuestState>) {
    store.data_mut().limiter.starting = false;
}

async fn module(store: &mut Store<GuestState>, code: &Code, entry: &Entry) -> wasmtime::Result<u8> {
    let (name, own) = match (code, entry) {
        (Code::Core(pre), Entry::Own) => {
            let instance = pre.instantiate_async(&mut *store).await?;
            started(store);
            let start = instance.get_typed_func::<(), ()>(&mut *store, "_start")?;
            start.call_async(&mut *store, ()).await?;
            return Ok(0);
        }
        (_, Entry::Named(name)) => (name.as_str(), name == INITIALIZE),
        _ => return Err(gone()),
    };
    let Instance::Core(instance) = instantiate(store, code).await? else {
        return Err(gone());
    };
    if own {
        return Ok(0);
    }
    let function = instance.get_func(&mut *store, name).ok_or_else(gone)?;
    let mut results = vec![Val::I32(0); function.ty(&store).results().len()];
    function.call_async(&mut *store, &[], &mut results).await?;
    Ok(match results.first() {
        Some(Val::I32(code)) => (code & 0xff) as u8,
        _ => 0,
    })
}

async fn named(store: &mut Store<GuestState>, code: &Code, name: &str) -> wasmtime::Result<u8> {
    let (Code::Component { pre, .. }, Instance::Component(instance)) =
        (code, instantiate(store, code).await?)
    else {
        return Err(gone());
    };
    let (index, ty) = find(pre.component(), name).ok_or_else(gone)?;
    let function = instance.get_func(&mut *store, index).ok_or_else(gone)?;
    let mut results = vec![ComponentVal::Bool(false); ty.results().len()];
    store
        .run_concurrent(async |accessor| function.call_concurrent(accessor, &[], &mut results).await)
        .await??;
    Ok(match results.first() {
        Some(ComponentVal::Result(Err(_))) => 1,
        Some(ComponentVal::U32(code)) => (code & 0xff) as u8,
        Some(ComponentVal::S32(code)) => (code & 0xff) as u8,
        Some(ComponentVal::U8(code)) => *code,
        _ => 0,
    })
}

/// What was there when the guest was made.
fn gone() -> wasmtime::Error {
    wasmtime::Error::msg("the export is gone")
}

/// Finds a function by `NAME` at the top or in any exported instance, or by `INSTANCE#NAME`.
pub(crate) fn find(component: &Component, name: &str) -> Option<(ComponentExportIndex, ComponentFunc)> {
    let in_instance = |instance: Option<&str>, name: &str| {
        let parent = match instance {
            Some(instance) => Some(component.get_export(None, instance)?.1),
            None => None,
        };
        match component.get_export(parent.as_ref(), name)? {
            (ComponentItem::ComponentFunc(ty), index) => Some((index, ty)),
            _ => None,
        }
    };
    if let Some((instance, name)) = name.split_once('#') {
        return in_instance(Some(instance), name);
    }
    in_instance(None, name).or_else(|| {
        instances(component)
            .iter()
            .find_map(|instance| in_instance(Some(instance), name))
    })
}

fn instances(component: &Component) -> Vec<String> {
    let engine = component.engine();
    component
        .component_type()
        .exports(engine)
        .filter(|(_, item)| matches!(item.ty, ComponentItem::ComponentInstance(_)))
        .map(|(name, _)| name.to_owned())
        .collect()
}

/// The functions that [`find`] finds and that take nothing, so that a command line can call them.
pub(crate) fn names(component: &Component) -> Vec<String> {
    let engine = component.engine();
    let mut names = Vec::new();
    for (name, item) in component.component_type().exports(engine) {
        match item.ty {
            ComponentItem::ComponentFunc(ty) if ty.params().len() == 0 => names.push(name.to_owned()),
            ComponentItem::ComponentInstance(instance) => names.extend(
                instance
                    .exports(engine)
                    .filter(|(_, item)| matches!(&item.ty, ComponentItem::ComponentFunc(ty) if ty.params().len() == 0))
                    .map(|(function, _)| format!("{name}#{function}")),
            ),
            _ => {}
        }
    }
    names
}
