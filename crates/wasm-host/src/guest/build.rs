//! Makes a guest from its spec: opens what was granted, and nothing else.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use super::template::Template;
use super::{Guest, GuestHandle, Work};
use crate::call::{Calls, queue};
use crate::control::{Control, Shape};
use crate::diagnostics::{Profiled, ProfilerSession};
use crate::entry::Entry;
use crate::ledger::Ledger;
use crate::program::{Code, Program};
use crate::serve::{Pace, Place, Server};
use crate::spec::GuestSpec;
use crate::ticker::{TICK, Ticker};
use crate::{HostConfig, HostError, Interruption, Sharing};

pub(crate) fn build(
    program: &Program,
    mut spec: GuestSpec,
    config: &HostConfig,
    ticker: &Arc<Ticker>,
) -> Result<Guest, HostError> {
    let inner = &program.inner;
    if spec.limits.stack != inner.stack {
        return Err(HostError::Spec(
            "the stack of a guest is fixed when its program is loaded",
        ));
    }
    let place = place(&mut spec);
    let server = place.is_some();
    let entry = spec.entry.take();
    let calls = spec.calls && !server && entry.is_none() && inner.is_library();
    let (handler, entry) = match server {
        true => (Some(inner.handler(entry.as_deref())?), Entry::Own),
        false if calls => (None, Entry::Own),
        false => (None, inner.entry(entry)?),
    };
    spec.diagnostics.check()?;
    check(&spec, config, server)?;
    let alone = config.sharing == Sharing::Alone;
    // What answers for a part of an address alone has others beside it in its process.
    let one_of_many = !spec.serving.routes.is_empty();
    let shape = Shape {
        whole_process: alone && !one_of_many && (server || config.interruption == Interruption::Unchecked),
        server: server || calls,
    };
    let control = Arc::new(Control::new(
        inner.engine(),
        shape,
        spec.limits.clone(),
        inner.compile_time,
        spec.within.as_ref().map(|within| within.control.clone()),
    ));
    control.counters.instances.store(inner.instances, Relaxed);
    let ledger = spec.ledger.take().unwrap_or_else(|| Ledger::new(&spec.grants));
    let diagnostics = std::mem::take(&mut spec.diagnostics);
    let serving = std::mem::take(&mut spec.serving);
    let mut template = Template::new(program, spec, config, control.clone(), ledger.clone())?;
    template.pace = server.then(|| Pace::new(control.clone()));
    let mut callers = None;
    let mut versions = None;
    let work = if let (Some(handler), Some(place)) = (handler, place) {
        let server = Server::new(template, program, handler, serving, place)?;
        versions = Some(server.versions());
        Work::Serve(Box::new(server))
    } else if calls {
        let (sender, queue) = queue();
        callers = Some(sender);
        Work::Calls(Box::new(Calls::new(template, program.clone(), queue)))
    } else {
        let mut store = template.store()?;
        if diagnostics.profile.is_some() {
            let what = match &inner.code {
                Code::Core(pre) => Profiled::Module(pre.module()),
                Code::Component { pre, .. } => Profiled::Component(pre.component()),
            };
            let session = ProfilerSession::start(inner.engine(), &inner.name, TICK, what)?;
            store.data_mut().profiler = Some(session);
        }
        Work::Run(Box::new(store))
    };
    Ok(Guest {
        handle: GuestHandle {
            control,
            ledger,
            callers,
            versions,
        },
        program: program.clone(),
        work,
        entry,
        diagnostics,
        ticker: ticker.clone(),
    })
}

/// Where it answers requests, if it is to.
fn place(spec: &mut GuestSpec) -> Option<Place> {
    let listeners = std::mem::take(&mut spec.listeners);
    match spec.beside.take() {
        Some(front) => Some(Place::Beside(front)),
        None if listeners.is_empty() => None,
        None => Some(Place::Ports {
            listeners,
            access_log: spec.access_log.take(),
        }),
    }
}

/// Refuses what contradicts itself.
fn check(spec: &GuestSpec, config: &HostConfig, server: bool) -> Result<(), HostError> {
    let shared = spec.limits.cpu_millis.is_some();
    let profiled = spec.diagnostics.profile.is_some();
    let refused = match config.interruption {
        Interruption::Unchecked if config.sharing == Sharing::Shared => {
            Some("guests that share a thread need code with checks")
        }
        Interruption::Unchecked if server => Some("a server needs code with checks"),
        Interruption::Unchecked if shared => Some("a share of processors needs code with checks"),
        Interruption::Unchecked if profiled => Some("a profile needs code with checks"),
        _ if server && profiled => Some("a server cannot be profiled"),
        _ => None,
    };
    refused.map_or(Ok(()), |why| Err(HostError::Spec(why)))
}
