//! Components: only the interfaces that one imports are put into its linker, because putting all of WASI there
//! takes longer than starting the guest.

use std::collections::HashSet;

use wasmtime::component::types::ComponentItem;
use wasmtime::component::{Component, HasData, InstancePre, Linker, ResourceTable};
use wasmtime_wasi::cli::{WasiCli, WasiCliView as _};
use wasmtime_wasi::clocks::{WasiClocks, WasiClocksView as _};
use wasmtime_wasi::random::{WasiRandom, WasiRandomView as _};
use wasmtime_wasi::sockets::{WasiSockets, WasiSocketsView as _};
use wasmtime_wasi::{p2, p3};
use wasmtime_wasi_http::handler::ProxyPre;
use wasmtime_wasi_http::p2::bindings as http2;
use wasmtime_wasi_http::p3::bindings as http3;

use super::unmet;
use crate::HostError;
use crate::filesystem;
use crate::ledger;
use crate::sockets as bounds;
use crate::state::GuestState;

type L = Linker<GuestState>;

struct Io;

impl HasData for Io {
    type Data<'a> = &'a mut ResourceTable;
}

/// How a component is started.
pub(crate) enum Command {
    P2(p2::bindings::CommandPre<GuestState>),
    P3(p3::bindings::CommandPre<GuestState>),
}

/// How a component answers requests.
pub(crate) type Handler = ProxyPre<GuestState>;

/// By which version of `wasi:http` a component answers requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Serves {
    P2,
    P3,
}

/// What a component can be asked to do by itself; a library has neither.
pub(crate) struct Entries {
    pub(crate) command: Option<Command>,
    /// The version of `wasi:http` that it answers requests by.
    pub(crate) serves: Option<Serves>,
}

/// Resolves a component's imports and finds its entry.
pub(crate) fn component(
    component: &Component,
    name: &str,
) -> Result<(InstancePre<GuestState>, Entries), HostError> {
    let engine = component.engine();
    let ty = component.component_type();
    let cannot = |source| HostError::Link {
        name: name.to_owned(),
        source,
    };
    let mut linker = Linker::new(engine);
    let mut added = Added::default();
    let mut unmet = None;
    for (import, _) in ty.imports(engine) {
        let met = added.interface(&mut linker, import).map_err(cannot)?;
        if !met && unmet.is_none() {
            unmet = Some(import.to_owned());
        }
    }
    let pre = linker.instantiate_pre(component).map_err(|source| match &unmet {
        Some(import) => unmet::of_component(import),
        None => cannot(source),
    })?;
    let entries = entries(&pre, &ty).map_err(cannot)?;
    Ok((pre, entries))
}

fn entries(
    pre: &InstancePre<GuestState>,
    ty: &wasmtime::component::types::Component,
) -> wasmtime::Result<Entries> {
    let engine = pre.engine();
    let exports = |interface: &str| {
        ty.exports(engine).any(|(name, item)| {
            name.starts_with(interface) && matches!(item.ty, ComponentItem::ComponentInstance(_))
        })
    };
    let serves = if exports("wasi:http/handler@0.3.") {
        Some(Serves::P3)
    } else if exports("wasi:http/incoming-handler@0.2.") {
        Some(Serves::P2)
    } else {
        None
    };
    // A program for 0.3 may carry the start of 0.2 as well, which its C library brought along; a server any start, which
    // is none of its own.
    let command = if serves.is_some() {
        None
    } else if exports("wasi:cli/run@0.3.") {
        Some(Command::P3(p3::bindings::CommandPre::new(pre.clone())?))
    } else if exports("wasi:cli/run@0.2.") {
        Some(Command::P2(p2::bindings::CommandPre::new(pre.clone())?))
    } else {
        None
    };
    Ok(Entries { command, serves })
}

/// Finds the function that answers requests.
pub(crate) fn handler(
    pre: &InstancePre<GuestState>,
    serves: Serves,
    name: &str,
) -> Result<Handler, HostError> {
    let found = match serves {
        Serves::P2 => http2::ProxyPre::new(pre.clone()).map(Handler::P2),
        Serves::P3 => http3::ServicePre::new(pre.clone()).map(Handler::P3),
    };
    found.map_err(|source| HostError::Link {
        name: name.to_owned(),
        source,
    })
}

/// What the linker has already: several imports stand for one addition, and one interface in several versions
/// of a line is met by one. Interfaces of 0.2 by name, packages of 0.3.
#[derive(Default)]
struct Added(HashSet<(Line, String)>);

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Line {
    P2,
    P3,
}

impl Added {
    /// Adds one interface by its full name; whether there is such a one.
    fn interface(&mut self, l: &mut L, import: &str) -> wasmtime::Result<bool> {
        let Some((interface, version)) = import.split_once('@') else {
            return Ok(false);
        };
        let Some(interface) = interface.strip_prefix("wasi:") else {
            return Ok(false);
        };
        if version.contains('-') {
            Ok(false)
        } else if version.starts_with("0.2.") {
            let name = match interface {
                "http/types" | "http/outgoing-handler" => "http",
                other => other,
            };
            self.once(Line::P2, name, || p2_interface(l, name))
        } else if version.starts_with("0.3.") {
            let package = interface
                .split_once('/')
                .map_or(interface, |(package, _)| package);
            self.once(Line::P3, package, || p3_package(l, package))
        } else {
            Ok(false)
        }
    }

    fn once(
        &mut self,
        line: Line,
        name: &str,
        add: impl FnOnce() -> wasmtime::Result<bool>,
    ) -> wasmtime::Result<bool> {
        let key = (line, name.to_owned());
        if self.0.contains(&key) {
            return Ok(true);
        }
        let met = add()?;
        if met {
            self.0.insert(key);
        }
        Ok(met)
    }
}

fn p2_interface(l: &mut L, interface: &str) -> wasmtime::Result<bool> {
    use p2::bindings::{cli, clocks, random, sockets};
    use wasmtime_wasi_io::bindings::wasi::io;
    type S = GuestState;
    match interface {
        "io/error" => io::error::add_to_linker::<S, Io>(l, S::table)?,
        "io/poll" => io::poll::add_to_linker::<S, Io>(l, S::table)?,
        "io/streams" => io::streams::add_to_linker::<S, Io>(l, S::table)?,
        "clocks/wall-clock" => clocks::wall_clock::add_to_linker::<S, WasiClocks>(l, S::clocks)?,
        "clocks/monotonic-clock" => {
            clocks::monotonic_clock::add_to_linker::<S, WasiClocks>(l, S::clocks)?;
        }
        "random/random" => random::random::add_to_linker::<S, WasiRandom>(l, S::random)?,
        "random/insecure" => random::insecure::add_to_linker::<S, WasiRandom>(l, S::random)?,
        "random/insecure-seed" => {
            random::insecure_seed::add_to_linker::<S, WasiRandom>(l, S::random)?;
        }
        "cli/exit" => {
            cli::exit::add_to_linker::<S, WasiCli>(l, S::cli)?;
        }
        "cli/environment" => {
            cli::environment::add_to_linker::<S, WasiCli>(l, S::cli)?;
            ledger::watch_p2(l)?;
        }
        "cli/stdin" => cli::stdin::add_to_linker::<S, WasiCli>(l, S::cli)?,
        "cli/stdout" => cli::stdout::add_to_linker::<S, WasiCli>(l, S::cli)?,
        "cli/stderr" => cli::stderr::add_to_linker::<S, WasiCli>(l, S::cli)?,
        "cli/terminal-input" => cli::terminal_input::add_to_linker::<S, WasiCli>(l, S::cli)?,
        "cli/terminal-output" => cli::terminal_output::add_to_linker::<S, WasiCli>(l, S::cli)?,
        "cli/terminal-stdin" => cli::terminal_stdin::add_to_linker::<S, WasiCli>(l, S::cli)?,
        "cli/terminal-stdout" => cli::terminal_stdout::add_to_linker::<S, WasiCli>(l, S::cli)?,
        "cli/terminal-stderr" => cli::terminal_stderr::add_to_linker::<S, WasiCli>(l, S::cli)?,
        "filesystem/preopens" => filesystem::add_p2_preopens(l)?,
        "filesystem/types" => filesystem::add_p2_types(l)?,
        "sockets/network" => {
            let options = sockets::network::LinkOptions::default();
            sockets::network::add_to_linker::<S, WasiSockets>(l, &options, S::sockets)?;
        }
        "sockets/instance-network" => {
            sockets::instance_network::add_to_linker::<S, WasiSockets>(l, S::sockets)?;
        }
        "sockets/tcp" => {
            sockets::tcp::add_to_linker::<S, WasiSockets>(l, S::sockets)?;
            bounds::bound_p2_tcp(l)?;
        }
        "sockets/tcp-create-socket" => {
            sockets::tcp_create_socket::add_to_linker::<S, WasiSockets>(l, S::sockets)?;
            bounds::bound_p2_tcp_create(l)?;
        }
        "sockets/udp" => sockets::udp::add_to_linker::<S, WasiSockets>(l, S::sockets)?,
        "sockets/udp-create-socket" => {
            sockets::udp_create_socket::add_to_linker::<S, WasiSockets>(l, S::sockets)?;
            bounds::bound_p2_udp_create(l)?;
        }
        "sockets/ip-name-lookup" => crate::net::add_to_linker_p2(l)?,
        "http" => wasmtime_wasi_http::p2::add_only_http_to_linker_async(l)?,
        _ => return Ok(false),
    }
    Ok(true)
}

fn p3_package(l: &mut L, package: &str) -> wasmtime::Result<bool> {
    match package {
        "cli" => {
            p3::cli::add_to_linker(l)?;
            ledger::watch_p3(l)?;
        }
        "clocks" => p3::clocks::add_to_linker(l)?,
        "random" => p3::random::add_to_linker(l)?,
        "filesystem" => filesystem::add_p3(l)?,
        "sockets" => {
            p3::sockets::add_to_linker(l)?;
            bounds::bound_p3(l)?;
            crate::net::add_to_linker_p3(l)?;
        }
        "http" => wasmtime_wasi_http::p3::add_to_linker(l)?,
        _ => return Ok(false),
    }
    Ok(true)
}
