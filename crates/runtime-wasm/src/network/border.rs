//! The calls of one worker: each is read, decided and done here.
//!
//! The worker may be taken over: its registers and its memory say what it wants, and nothing that they say is looked at
//! twice. Calls are done on descriptors of this process. One thread for each worker, so that none waits for another.

mod connecting;
mod listening;
mod passing;

use std::os::fd::{AsFd, OwnedFd};
use std::sync::{Arc, Mutex, PoisonError};

use rustix::event::{PollFd, PollFlags, poll};
use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
use rustix::io::Errno;
use rustix::process::{PidfdGetfdFlags, pidfd_getfd};
use sampan_types::grants::Transport;

use super::book::{Book, Member};
use super::ferry::Ferry;
use super::raw::{self, Call};
use super::realm::{Realm, Realms};
use super::sockets::{self, Target};

/// One worker, as its border sees it.
pub(super) struct Border {
    pub(super) entry: u64,
    pub(super) book: Arc<Mutex<Book>>,
    pub(super) realms: Arc<Realms>,
    pub(super) ferry: Arc<Ferry>,
    /// The worker.
    pub(super) process: OwnedFd,
    pub(super) notify: Arc<OwnedFd>,
}

/// The answer to a call.
enum Reply {
    Number(i64),
    Socket(OwnedFd),
}

impl Border {
    /// Answers calls until the worker is gone.
    pub(super) fn run(&self) {
        loop {
            let mut fds = [PollFd::new(&*self.notify, PollFlags::IN)];
            match poll(&mut fds, None) {
                Ok(_) | Err(Errno::INTR) => {}
                Err(_) => return,
            }
            let seen = fds[0].revents();
            if seen.contains(PollFlags::IN) {
                match raw::receive(self.notify.as_fd()) {
                    Ok(Some(call)) => self.handle(&call),
                    Ok(None) => {}
                    Err(_) => return,
                }
            } else if !seen.is_empty() {
                return;
            }
        }
    }

    fn handle(&self, call: &Call) {
        let result = match self.act(call) {
            Ok(Reply::Socket(socket)) => match raw::give(self.notify.as_fd(), call, socket.as_fd(), None) {
                Ok(()) => return,
                Err(error) => Err(error),
            },
            Ok(Reply::Number(number)) => Ok(number),
            Err(error) => Err(error),
        };
        // The caller may have gone.
        let _ = raw::answer(self.notify.as_fd(), call, result);
    }

    fn act(&self, call: &Call) -> Result<Reply, Errno> {
        let [first, second, third, ..] = call.arguments;
        match call.number {
            libc::SYS_socket => self.socket(first, second, third).map(Reply::Socket),
            libc::SYS_bind => self.bind(call, self.target(call, second, third)?),
            libc::SYS_connect => self.connect(call, self.target(call, second, third)?),
            libc::SYS_listen => self.listen(call, second),
            libc::SYS_sendto => self.send(call),
            libc::SYS_sendmsg => self.pass_on(call),
            _ => Err(Errno::PERM),
        }
    }

    /// The address that a call names. Its caller waits still, so it was its caller's memory.
    fn target(&self, call: &Call, at: u64, length: u64) -> Result<Target, Errno> {
        // The kernel takes the lower half of a length.
        let target = sockets::target(call.thread, at, length & 0xffff_ffff)?;
        match raw::waits(self.notify.as_fd(), call) {
            true => Ok(target),
            false => Err(Errno::SRCH),
        }
    }

    /// A copy of the descriptor that a call names.
    fn fetch(&self, call: &Call) -> Result<OwnedFd, Errno> {
        let number = call.arguments[0] as i32;
        if number < 0 {
            return Err(Errno::BADF);
        }
        pidfd_getfd(&self.process, number, PidfdGetfdFlags::empty())
    }

    fn member<T>(&self, ask: impl FnOnce(&Book, &Member) -> Result<T, Errno>) -> Result<T, Errno> {
        let book = self.book.lock().unwrap_or_else(PoisonError::into_inner);
        let member = book.get(self.entry).ok_or(Errno::NETDOWN)?;
        ask(&book, member)
    }

    fn realm_of(&self, socket: &OwnedFd) -> Result<Realm, Errno> {
        self.realms.of(socket).map_err(|_| Errno::NOTSOCK)
    }

    fn socket(&self, family: u64, kind: u64, protocol: u64) -> Result<OwnedFd, Errno> {
        let (family, kind, protocol) = (family as i32, kind as i32, protocol as i32);
        let v4 = match family {
            libc::AF_INET => true,
            libc::AF_INET6 => false,
            _ => return Err(Errno::AFNOSUPPORT),
        };
        let transport = match (kind & 0xf, protocol) {
            (libc::SOCK_STREAM, 0 | libc::IPPROTO_TCP) => Transport::Tcp,
            (libc::SOCK_DGRAM, 0 | libc::IPPROTO_UDP) => Transport::Udp,
            _ => return Err(Errno::PROTONOSUPPORT),
        };
        let inside = self.member(|_, member| {
            Ok(match transport {
                // Its place is chosen again when it is bound or connected.
                Transport::Tcp => !member.own().is_empty(),
                Transport::Udp => member.datagrams_inside(),
            })
        })?;
        let realm = if inside { Realm::Containers } else { Realm::Host };
        let socket = self.realms.make(realm, v4, transport)?;
        if kind & libc::SOCK_NONBLOCK == 0 {
            fcntl_setfl(&socket, fcntl_getfl(&socket)? & !OFlags::NONBLOCK)?;
        }
        Ok(socket)
    }

    /// Puts a socket in the place of the one that the call names. It blocks where that one did.
    fn replace(&self, call: &Call, old: &OwnedFd, fresh: &OwnedFd) -> Result<(), Errno> {
        fcntl_setfl(fresh, fcntl_getfl(old)?)?;
        let place = call.arguments[0] as u32;
        raw::give(self.notify.as_fd(), call, fresh.as_fd(), Some(place))
    }
}
