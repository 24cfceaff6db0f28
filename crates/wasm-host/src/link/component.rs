//! Components: only the interfaces that one imports are put into its linker, because putting all of WASI there
//! takes longer than starting the guest.

use wasmtime::component::types::ComponentItem;
use wasmtime::component::{Component, HasData, InstancePre, Linker, ResourceTable};
use wasmtime_wasi::cli::{WasiCli, WasiCliView as _};
use wasmtime_wasi::clocks::{WasiClocks, WasiClocksView as _};
use wasmtime_wasi::random::{WasiRandom, WasiRandomView as _};
use wasmtime_wasi::sockets::{WasiSockets, WasiSocketsView as _};
use wasmtime_wasi::{p2, p3};

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
    /// No command: a server, or a library.
    Other {
        server: bool,
    },
}

/// Resolves a component's imports and finds its entry.
pub(crate) fn component(
    component: &Component,
    name: &str,
) -> Result<(InstancePre<GuestState>, Command), HostError> {
    let engine = component.engine();
    let ty = component.component_type();
    let mut linker = Linker::new(engine);
    let mut added = Added::default();
    let mut unmet = None;
    for (import, _) in ty.imports(engine) {
        let met = added.interface(&mut linker, import).map_err(HostError::Engine)?;
        if !met && unmet.is_none() {
            unmet = Some(import.to_owned());
        }
    }
    let pre = linker.instantiate_pre(component).map_err(|source| match &unmet {
        Some(import) => unmet::of_component(import),
        None => HostError::Link {
            name: name.to_owned(),
            source,
        },
    })?;
    let command = command(&pre, &ty)?;
    Ok((pre, command))
}

fn command(
    pre: &InstancePre<GuestState>,
    ty: &wasmtime::component::types::Component,
) -> Result<Command, HostError> {
    let engine = pre.engine();
    let runs = |version: &str| {
        ty.exports(engine).any(|(name, item)| {
            name.starts_with(version) && matches!(item.ty, ComponentItem::ComponentInstance(_))
        })
    };
    // A program for 0.3 may carry the start of 0.2 as well, which its C library brought along.
    if runs("wasi:cli/run@0.3.") {
        let pre = p3::bindings::CommandPre::new(pre.clone());
        return pre.map(Command::P3).map_err(HostError::Engine);
    }
    if runs("wasi:cli/run@0.2.") {
        let pre = p2::bindings::CommandPre::new(pre.clone());
        return pre.map(Command::P2).map_err(HostError::Engine);
    }
    let serves = |name: &str| {
        name.starts_with("wasi:http/incoming-handler@") || name.starts_with("wasi:http/handler@")
    };
    let server = ty.exports(engine).any(|(name, _)| serves(name));
    Ok(Command::Other { server })
}

/// What the linker has already, where several imports stand for one addition.
#[derive(Default)]
struct Added {
    http2: bool,
    names2: bool,
    cli3: bool,
    clocks3: bool,
    random3: bool,
    filesystem3: bool,
    sockets3: bool,
    http3: bool,
}

fn once(flag: &mut bool, add: impl FnOnce() -> wasmtime::Result<()>) -> wasmtime::Result<()> {
    if std::mem::replace(flag, true) {
        Ok(())
    } else {
        add()
    }
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
            self.p2(l, interface)
        } else if version.starts_with("0.3.") {
            self.p3(l, interface)
        } else {
            Ok(false)
        }
    }

    fn p2(&mut self, l: &mut L, interface: &str) -> wasmtime::Result<bool> {
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
            "sockets/ip-name-lookup" => once(&mut self.names2, || crate::net::add_to_linker_p2(l))?,
            "http/types" | "http/outgoing-handler" => once(&mut self.http2, || {
                wasmtime_wasi_http::p2::add_only_http_to_linker_async(l)
            })?,
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn p3(&mut self, l: &mut L, interface: &str) -> wasmtime::Result<bool> {
        let (package, _) = interface.split_once('/').unwrap_or((interface, ""));
        match package {
            "cli" => once(&mut self.cli3, || {
                p3::cli::add_to_linker(l)?;
                ledger::watch_p3(l)
            })?,
            "clocks" => once(&mut self.clocks3, || p3::clocks::add_to_linker(l))?,
            "random" => once(&mut self.random3, || p3::random::add_to_linker(l))?,
            "filesystem" => once(&mut self.filesystem3, || filesystem::add_p3(l))?,
            "sockets" => once(&mut self.sockets3, || {
                p3::sockets::add_to_linker(l)?;
                bounds::bound_p3(l)?;
                crate::net::add_to_linker_p3(l)
            })?,
            "http" => once(&mut self.http3, || wasmtime_wasi_http::p3::add_to_linker(l))?,
            _ => return Ok(false),
        }
        Ok(true)
    }
}
