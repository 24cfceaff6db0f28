//! Containers that come and go.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::os::fd::OwnedFd;
use std::sync::Arc;

use rustix::process::{Pid, PidfdFlags, pidfd_open};
use sampan_types::grants::Transport;
use sampan_wasm_host::net;

use super::super::border::Border;
use super::super::forward::{self, Inside};
use super::super::realm::Realm;
use super::super::sockets;
use super::super::wire::Admission;
use super::asked::Asker;
use super::names::HostResolver;
use super::servers::Servers;
use super::workers::Worker;
use super::{Done, Entry, Hub, found, lock, missing};
use crate::link::Link;

/// The stack of a thread that answers calls: it holds a datagram's head and no more.
const BORDER_STACK: usize = 128 << 10;
/// Connections that wait for a component that serves.
const BACKLOG: i32 = 1_024;

impl Hub {
    pub(super) fn admit(&self, admission: Admission, fds: Vec<OwnedFd>) -> Done {
        let realms = self.realms()?.clone();
        let mut fds = fds.into_iter();
        let mut next = |wanted: bool| match wanted {
            true => fds.next().map(Some).ok_or_else(missing),
            false => Ok(None),
        };
        let socket = next(admission.socket)?;
        let notify = next(admission.notify)?.map(Arc::new);
        let forwards: Vec<OwnedFd> = fds.by_ref().take(admission.forwards.len()).collect();
        let asks: Vec<OwnedFd> = fds.collect();
        let asking = admission.apart.as_ref().is_some_and(|apart| apart.asks);
        if forwards.len() != admission.forwards.len() || asks.len() != usize::from(asking) * 2 {
            return Err(missing());
        }
        let told = admission.resolver.clone();
        let grants = net::Border::new(&admission.grants, Arc::new(HostResolver { realms, told }));
        let entry = admission.entry;
        lock(&self.book)
            .admit(&admission, Arc::new(grants))
            .map_err(io::Error::other)?;
        let held = Entry {
            admission,
            socket,
            notify,
            forwards,
            asks,
            tasks: Vec::new(),
        };
        let begun = self.begin(held);
        if begun.is_err() {
            self.dismiss(entry);
        }
        begun
    }

    /// Begins all that goes on for a container.
    fn begin(&self, mut held: Entry) -> Done {
        let entry = held.admission.entry;
        for (order, socket) in held.admission.forwards.iter().zip(&held.forwards) {
            let inside = Inside {
                entry,
                book: self.book.clone(),
                order: *order,
                host: match &held.admission.apart {
                    Some(_) => Some(self.realms()?.clone()),
                    None => None,
                },
            };
            held.tasks.push(forward::start(socket.try_clone()?, inside)?);
        }
        if let Some(apart) = &held.admission.apart {
            let asker = Asker {
                entry,
                hub: Arc::new(self.shared()),
                servers: Servers::new(self.realms()?.clone(), &apart.servers),
                searches: apart.searches,
            };
            held.tasks.extend(asker.answer(&held.asks)?);
        }
        if let Some(notify) = &held.notify {
            self.guard(&held.admission, notify.clone())?;
        }
        if let Some(socket) = &held.socket {
            let worker = Worker {
                entry,
                hub: self.shared(),
                link: Arc::new(Link::new(socket.try_clone()?)?),
                hailed: held.notify.is_some(),
            };
            held.tasks.push(tokio::spawn(worker.listen()).abort_handle());
        }
        lock(&self.entries).insert(entry, held);
        Ok(Vec::new())
    }

    /// Answers the calls of a worker from now on.
    pub(super) fn guard(&self, admission: &Admission, notify: Arc<OwnedFd>) -> io::Result<()> {
        let border = Border {
            entry: admission.entry,
            book: self.book.clone(),
            realms: self.realms()?.clone(),
            ferry: self.ferry()?.clone(),
            process: process_of(admission)?,
            notify,
        };
        std::thread::Builder::new()
            .name("border".to_owned())
            .stack_size(BORDER_STACK)
            .spawn(move || border.run())?;
        Ok(())
    }

    pub(super) fn listen(&self, entry: u64, ports: &[u16]) -> Done {
        let own: Vec<IpAddr> = match lock(&self.book).get(entry) {
            Some(member) => member.own().to_vec(),
            None => return found(false),
        };
        let realms = self.realms()?;
        let mut made = Vec::new();
        for address in own {
            for port in ports {
                let socket = realms.make(Realm::Containers, address.is_ipv4(), Transport::Tcp)?;
                rustix::net::sockopt::set_socket_reuseaddr(&socket, true)?;
                sockets::bind_at(&socket, SocketAddr::new(address, *port))?;
                rustix::net::listen(&socket, BACKLOG)?;
                made.push(socket);
            }
        }
        Ok(made)
    }

    pub(super) fn dismiss(&self, entry: u64) {
        let left = lock(&self.entries).remove(&entry);
        lock(&self.book).dismiss(entry);
        if let Some(ferry) = self.ferry.get() {
            ferry.dismiss(entry);
        }
        drop(left);
    }
}

/// The worker of a container, which is its alone.
pub(super) fn process_of(admission: &Admission) -> io::Result<OwnedFd> {
    let pid = admission.pid.and_then(|pid| i32::try_from(pid).ok());
    let pid = pid.and_then(Pid::from_raw).ok_or_else(missing)?;
    Ok(pidfd_open(pid, PidfdFlags::empty())?)
}
