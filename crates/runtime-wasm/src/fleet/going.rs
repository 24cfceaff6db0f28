//! What goes with a container into a worker: one order, and the descriptors beside it.

use std::net::TcpListener;
use std::os::fd::OwnedFd;
use std::sync::Arc;

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};
use sampan_process::streams::{JournalOrder, LogOrder};
use sampan_runtime::{Attach, ContainerSpec, KeptStreams, Logs, RuntimeError, TerminalSize};

use super::FleetError;
use super::code::{Code, Proven};
use super::online::Online;
use super::worker::{NotDone, Sent, Tenant, Worker};
use crate::packet::FDS_MAX;
use crate::worker::{GuestOrder, Order};

/// A container that nobody has started yet.
pub(super) struct Created {
    pub(super) code: Arc<Code>,
    pub(super) spec: ContainerSpec,
    pub(super) streams: KeptStreams,
    /// How its guest's questions are told from others, where it may ask.
    pub(super) kin: Option<u32>,
    pub(super) attached: Vec<(Attach, OwnedFd)>,
    /// Whether one of them has said all already.
    pub(super) input_over: bool,
}

/// A container on its way into a worker.
pub(super) struct Going {
    order: GuestOrder,
    code: Arc<Code>,
    log: Logs,
    terminal: Option<(OwnedFd, OwnedFd)>,
    attached: Vec<OwnedFd>,
    listeners: Vec<TcpListener>,
    /// Those that are its in its networks.
    pub(super) inside: Vec<OwnedFd>,
}

impl Going {
    pub(super) fn new(created: Created, online: Option<&Online>) -> Result<Self, RuntimeError> {
        let Created {
            code,
            spec,
            streams,
            kin,
            attached,
            input_over,
        } = created;
        let terminal = match streams.terminal {
            Some(size) => {
                Some(terminal(size).map_err(|e| RuntimeError::backend(FleetError::Stream("terminal", e)))?)
            }
            None => None,
        };
        let reach = code.reach;
        let (requests, sockets): (Vec<Attach>, Vec<OwnedFd>) = attached.into_iter().unzip();
        let mut grants = spec.grants;
        if !reach.files {
            // It could not use them, and its worker need not see them.
            grants.mounts.clear();
            grants.tmpfs.clear();
        }
        let order = GuestOrder {
            id: spec.id,
            program: code.number,
            args: spec.args,
            env: spec.env,
            cwd: spec.cwd,
            entry: spec.entry,
            calls: spec.calls,
            root: spec
                .root
                .filter(|_| reach.files)
                .map(|root| (root.path, root.access)),
            grants,
            tmpfs_dirs: match reach.files {
                true => spec.tmpfs_dirs,
                false => Vec::new(),
            },
            limits: spec.limits,
            learn: spec.learn,
            cpu_weight: spec.placement.cpu_weight,
            stdin: streams.stdin,
            stdin_once: streams.stdin_once,
            terminal: terminal.is_some(),
            log: None,
            attached: requests,
            listeners: spec.listeners.len(),
            journal: None,
            kin,
            input_over,
            neighbourhood: online.map(Online::neighbourhood).unwrap_or_default(),
            version: spec.serving.version,
            access_log: spec.serving.access_log,
        };
        Ok(Self {
            order,
            code,
            log: streams.log,
            terminal,
            attached: sockets,
            listeners: spec.listeners,
            inside: Vec::new(),
        })
    }

    /// Sends it to a worker. Everything is handed over in copies, so that another can be tried.
    pub(super) async fn send<'a>(
        &mut self,
        worker: &'a Arc<Worker>,
        tenant: &Arc<Tenant>,
    ) -> Result<Sent<'a>, NotDone> {
        worker.load(&self.code).await?;
        let fds = self.descriptors()?;
        worker.admit(tenant);
        let guest = &self.order;
        let order = |order| Order::Start {
            order,
            guest: Box::new(guest.clone()),
        };
        worker.send(order, fds).await
    }

    /// Whether nothing but a want of room can keep its guest from beginning: it needs no more than the worker has, and
    /// its program began under the same limits before.
    pub(super) fn will_begin(&self) -> bool {
        let order = &self.order;
        let apart = self.terminal.is_some()
            || !self.attached.is_empty()
            || !self.listeners.is_empty()
            || !self.inside.is_empty()
            || order.root.is_some()
            || order.kin.is_some()
            || order.learn;
        !apart && self.code.is_proven(&self.like())
    }

    /// A worker has let its guest begin.
    pub(super) fn began(&self) {
        let like = self.like();
        if !self.code.is_proven(&like) {
            self.code.prove(like);
        }
    }

    fn like(&self) -> Proven {
        Proven {
            limits: self.order.limits.clone(),
            entry: self.order.entry.clone(),
            cwd: self.order.cwd.clone(),
        }
    }

    fn descriptors(&mut self) -> Result<Vec<OwnedFd>, NotDone> {
        let stream = |e| NotDone::Failed(FleetError::Stream("streams", e));
        let mut fds: Vec<OwnedFd> = Vec::new();
        if let Some(log) = &self.log.files {
            let file = log.open().map_err(|e| NotDone::Failed(FleetError::Log(e)))?;
            self.order.log = Some(LogOrder {
                size: file.metadata().map_err(stream)?.len(),
                max_size: log.max_size(),
                attrs: log.attrs(),
            });
            fds.push(file.into());
        }
        let terminal = self.terminal.iter().flat_map(|(master, slave)| [master, slave]);
        for fd in terminal.chain(&self.attached) {
            fds.push(fd.try_clone().map_err(stream)?);
        }
        for listener in &self.listeners {
            fds.push(listener.try_clone().map_err(stream)?.into());
        }
        for listener in &self.inside {
            fds.push(listener.try_clone().map_err(stream)?);
        }
        self.order.listeners = self.listeners.len() + self.inside.len();
        if let Some(journal) = &self.log.journal {
            let socket = journal
                .connect()
                .map_err(|e| NotDone::Failed(FleetError::Log(e)))?;
            self.order.journal = Some(JournalOrder {
                fields: journal.fields(),
                lossy_buffer: journal.lossy_buffer(),
            });
            fds.push(socket);
        }
        // One place stays for a document that fits no packet.
        if fds.len() >= FDS_MAX {
            return Err(NotDone::Failed(FleetError::Stream(
                "streams",
                std::io::Error::from(std::io::ErrorKind::QuotaExceeded),
            )));
        }
        Ok(fds)
    }
}

/// The two ends of a new terminal.
fn terminal(size: TerminalSize) -> std::io::Result<(OwnedFd, OwnedFd)> {
    let flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC;
    let master = openpt(flags)?;
    grantpt(&master)?;
    unlockpt(&master)?;
    let name = ptsname(&master, Vec::new())?;
    let flags = rustix::fs::OFlags::RDWR | rustix::fs::OFlags::NOCTTY | rustix::fs::OFlags::CLOEXEC;
    let slave = rustix::fs::open(name.as_c_str(), flags, rustix::fs::Mode::empty())?;
    let size = Winsize {
        ws_row: size.rows,
        ws_col: size.columns,
        ws_xpixel: 0,
        ws_ypixel: 0,
    };
    tcsetwinsize(&master, size)?;
    Ok((master, slave))
}
