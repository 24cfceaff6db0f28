//! From a container that was created to a program that runs, and what is undone where that fails.

use std::collections::BTreeMap;
use std::os::fd::OwnedFd;
use std::sync::Arc;

use rustix::process::{Pid, Signal as OsSignal, kill_process};
use sampan_process::packet::PacketError;
use sampan_process::streams::{JournalOrder, LogOrder};
use sampan_runtime::linux::Namespace;
use sampan_runtime::{Attach, KeptStreams, LinuxSpec, Networking};
use sampan_types::{ContainerId, Usage};

use super::LinuxContainer;
use crate::cgroup;
use crate::error::LinuxError;
use crate::moves;
use crate::net::Plugged;
use crate::warden::{Ended, Warden};
use crate::wire::{Answer, End, Failure, GuestOrder, Order, ProcessOrder, StreamsOrder};

/// What a program needs, until it is started.
pub(super) struct Created {
    pub(super) what: What,
    pub(super) process: ProcessOrder,
    pub(super) streams: KeptStreams,
    pub(super) attached: Vec<(Attach, OwnedFd)>,
    pub(super) input_over: bool,
}

pub(super) enum What {
    Guest(Box<LinuxSpec>, Box<Networking>),
    Exec(Arc<Warden>),
}

impl LinuxContainer {
    pub(super) async fn run(&self, created: Created) -> Result<Arc<Warden>, LinuxError> {
        let Created {
            what,
            process,
            streams,
            attached,
            input_over,
        } = created;
        let (streams, fds) = ordered(streams, attached, input_over)?;
        match what {
            What::Guest(linux, networking) => {
                alone(&linux)?;
                let joins = self.joins(&linux)?;
                moves::expect();
                let id = &self.tenant.id;
                // The kernel makes interfaces while the monitor begins.
                let (monitor, plugged) =
                    tokio::join!(self.shared.monitor(id), self.shared.plug(id, *networking));
                let (warden, monitor, plugged) = self.both(monitor, plugged).await?;
                warden.admit(&self.tenant);
                let own_network = linux.namespaces.network == Namespace::Own;
                let asked = plugged.as_ref().map(Plugged::asked).unwrap_or_default();
                let (network, yard) = match plugged {
                    Some(plugged) => (Some(plugged.namespace), plugged.yard),
                    None if own_network => (self.shared.bare_namespace().await?, None),
                    None => (None, None),
                };
                let guest = Box::new(GuestOrder {
                    process,
                    linux: *linux,
                    joins,
                    plugged: network.is_some(),
                    yard: yard.is_some(),
                });
                let fds = network.into_iter().chain(yard).chain(fds).collect();
                let start = |order| Order::Start {
                    order,
                    guest,
                    streams: Box::new(streams),
                };
                // One process after the other makes the container: what the next one will need is made beside them, and not
                // behind them, where the program wants to run.
                self.shared.monitors.fill();
                if own_network {
                    self.shared.fill_namespace(asked);
                }
                let started = warden
                    .ask(start, fds)
                    .await
                    .and_then(|answer| self.started(answer));
                match started {
                    Ok(()) => {
                        self.shared.runs(&self.tenant);
                        Ok(warden)
                    }
                    Err(error) => {
                        // A monitor whose container did not start has cleared up and ends by itself. One that hangs or
                        // fell is ended, and cleared up after.
                        warden.dismiss(&self.tenant.id);
                        if let LinuxError::Monitor(lost) = &error {
                            if matches!(lost, PacketError::Silent)
                                && let Some(pid) = i32::try_from(monitor).ok().and_then(Pid::from_raw)
                            {
                                // It fails only where the process has ended by itself.
                                let _ = kill_process(pid, OsSignal::KILL);
                            }
                            warden.clear().await;
                        }
                        self.shared.unplug(&self.tenant.id).await;
                        Err(error)
                    }
                }
            }
            What::Exec(warden) => {
                warden.admit(&self.tenant);
                let id = self.tenant.id.clone();
                let exec = |order| Order::Exec {
                    order,
                    id,
                    process: Box::new(process),
                    streams: Box::new(streams),
                };
                let started = warden
                    .ask(exec, fds)
                    .await
                    .and_then(|answer| self.started(answer));
                match started {
                    Ok(()) => Ok(warden),
                    Err(error) => {
                        warden.dismiss(&self.tenant.id);
                        Err(error)
                    }
                }
            }
        }
    }

    /// A monitor and networks, or neither.
    async fn both(
        &self,
        monitor: Result<(Arc<Warden>, u32), LinuxError>,
        plugged: Result<Option<Plugged>, LinuxError>,
    ) -> Result<(Arc<Warden>, u32, Option<Plugged>), LinuxError> {
        let noted = match (&monitor, &plugged) {
            (Ok((warden, _)), Ok(Some(plugged))) => warden.note(&plugged.wired),
            _ => Ok(()),
        };
        match (monitor, plugged, noted) {
            (Ok((warden, pid)), Ok(plugged), Ok(())) => Ok((warden, pid, plugged)),
            (Ok((warden, _)), plugged, noted) => {
                // It has begun nothing, and ends.
                let id = self.tenant.id.clone();
                warden.tell(Order::Release { id });
                warden.clear().await;
                let refused = match plugged {
                    Ok(_) => {
                        self.shared.unplug(&self.tenant.id).await;
                        noted.err().unwrap_or(LinuxError::Answer)
                    }
                    Err(error) => error,
                };
                Err(refused)
            }
            (Err(error), plugged, _) => {
                if plugged.is_ok() {
                    self.shared.unplug(&self.tenant.id).await;
                }
                Err(error)
            }
        }
    }

    fn started(&self, (answer, fds): (Answer, Vec<OwnedFd>)) -> Result<(), LinuxError> {
        match answer {
            Answer::Started { pid, warnings } => {
                for warning in warnings {
                    tracing::warn!(id = self.tenant.id.short(), "{warning}");
                }
                self.tenant.runs(pid, fds.into_iter().next());
                Ok(())
            }
            Answer::Failed { failure } => Err(LinuxError::Failed(failure)),
            Answer::Gone => Err(LinuxError::NotRunning(self.tenant.id.to_string())),
            Answer::Done => Err(LinuxError::Answer),
        }
    }

    /// A process of each container whose namespaces are to be joined.
    fn joins(&self, linux: &LinuxSpec) -> Result<BTreeMap<ContainerId, u32>, LinuxError> {
        let spaces = &linux.namespaces;
        let mut joins = BTreeMap::new();
        for whose in [&spaces.pid, &spaces.ipc, &spaces.network] {
            if let Namespace::Of(id) = whose {
                let pid = self.shared.pid_of(id);
                let pid = pid.ok_or_else(|| LinuxError::NotRunning(id.to_string()))?;
                joins.insert(id.clone(), pid);
            }
        }
        Ok(joins)
    }

    /// Why it could not be started, which for a program that is not there is an end as well.
    pub(super) fn not_started(&self, error: &LinuxError) {
        let code = match error {
            LinuxError::Failed(failure) => Failure::code(failure),
            _ => 126,
        };
        self.tenant.end(Ended::Told(Box::new(End {
            code,
            out_of_memory: false,
            usage: Usage::default(),
            counted: None,
        })));
    }
}

/// What is left of a container without a cgroup is found by its namespace of processes, which has to be its own.
fn alone(linux: &LinuxSpec) -> Result<(), LinuxError> {
    match linux.namespaces.pid == Namespace::Own || cgroup::are_had() {
        true => Ok(()),
        false => Err(LinuxError::ByRootAlone("another pid mode than a container's own")),
    }
}

/// What a monitor is told of streams, with the descriptors for it.
fn ordered(
    streams: KeptStreams,
    attached: Vec<(Attach, OwnedFd)>,
    input_over: bool,
) -> Result<(StreamsOrder, Vec<OwnedFd>), LinuxError> {
    let mut fds = Vec::new();
    let log = match &streams.log.files {
        Some(files) => {
            let file = files.open().map_err(LinuxError::Log)?;
            let size = file.metadata().map_err(LinuxError::Log)?.len();
            fds.push(file.into());
            Some(LogOrder {
                size,
                max_size: files.max_size(),
                attrs: files.attrs(),
            })
        }
        None => None,
    };
    let journal = match &streams.log.journal {
        Some(sink) => {
            fds.push(sink.connect().map_err(LinuxError::Log)?);
            Some(JournalOrder {
                fields: sink.fields(),
                lossy_buffer: sink.lossy_buffer(),
            })
        }
        None => None,
    };
    let (attached, sockets): (Vec<Attach>, Vec<OwnedFd>) = attached.into_iter().unzip();
    fds.extend(sockets);
    let order = StreamsOrder {
        stdin: streams.stdin,
        stdin_once: streams.stdin_once,
        terminal: streams.terminal,
        log,
        journal,
        attached,
        input_over,
    };
    Ok((order, fds))
}
