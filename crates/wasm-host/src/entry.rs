//! Starts a program's own entry, or a named export.

use wasmtime::component::types::{ComponentFunc, ComponentItem};
use wasmtime::component::{Component, ComponentExportIndex, Val as ComponentVal};
use wasmtime::{Store, Val};

use crate::link::Command;
use crate::program::Code;
use crate::state::GuestState;

/// Runs to the end; gives the exit code. A named export that returns a number gives its low eight bits.
pub(crate) async fn run(
    store: &mut Store<GuestState>,
    code: &Code,
    entry: Option<&str>,
) -> wasmtime::Result<u8> {
    match code {
        Code::Core(pre) => module(store, pre, entry).await,
        Code::Component { pre, entries } => match (entry, &entries.command) {
            (None, Some(Command::P2(command))) => {
                let command = command.instantiate_async(&mut *store).await?;
                started(store);
                let result = command.wasi_cli_run().call_run(&mut *store).await?;
                Ok(u8::from(result.is_err()))
            }
            (None, Some(Command::P3(command))) => {
                let command = command.instantiate_async(&mut *store).await?;
                started(store);
                let result = store
                    .run_concurrent(async |accessor| command.wasi_cli_run().call_run(accessor).await)
                    .await??;
                Ok(u8::from(result.is_err()))
            }
            (None, None) => Err(wasmtime::Error::msg("there is no command to run")),
            (Some(name), _) => named(store, pre, name).await,
        },
    }
}

fn started(store: &mut Store<GuestState>) {
    store.data_mut().limiter.starting = false;
}

async fn module(
    store: &mut Store<GuestState>,
    pre: &wasmtime::InstancePre<GuestState>,
    entry: Option<&str>,
) -> wasmtime::Result<u8> {
    let instance = pre.instantiate_async(&mut *store).await?;
    started(store);
    if entry.is_none() {
        let start = instance.get_typed_func::<(), ()>(&mut *store, "_start")?;
        start.call_async(&mut *store, ()).await?;
        return Ok(0);
    }
    if let Some(init) = instance.get_func(&mut *store, "_initialize")
        && entry != Some("_initialize")
    {
        init.typed::<(), ()>(&store)?.call_async(&mut *store, ()).await?;
    }
    let name = entry.unwrap_or_default();
    let function = instance
        .get_func(&mut *store, name)
        .ok_or_else(|| wasmtime::Error::msg("the export is gone"))?;
    let mut results = vec![Val::I32(0); function.ty(&store).results().len()];
    function.call_async(&mut *store, &[], &mut results).await?;
    Ok(match results.first() {
        Some(Val::I32(code)) => (code & 0xff) as u8,
        _ => 0,
    })
}

async fn named(
    store: &mut Store<GuestState>,
    pre: &wasmtime::component::InstancePre<GuestState>,
    name: &str,
) -> wasmtime::Result<u8> {
    let instance = pre.instantiate_async(&mut *store).await?;
    started(store);
    let (index, ty) =
        find(pre.component(), name).ok_or_else(|| wasmtime::Error::msg("the export is gone"))?;
    let function = instance
        .get_func(&mut *store, index)
        .ok_or_else(|| wasmtime::Error::msg("the export is gone"))?;
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
