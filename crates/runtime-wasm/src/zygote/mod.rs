//! The process that starts all others and outlives the daemon.
//!
//! It has one thread, keeps no guest's secrets and takes no decisions: it starts what the daemon orders, remembers how
//! it ended until a daemon knows, and opens ways between daemons and workers. It ends by itself when it has
//! neither a daemon nor a child.

mod children;
pub(crate) mod client;
pub(crate) mod wire;

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::net::{RecvFlags, SocketFlags, accept_with};
use serde::{Deserialize, Serialize};

use crate::packet::{self, PacketError, Receiver};
use crate::worker::Summons;
use children::Children;
use wire::{Answer, Order, Say};

/// The name (`argv[0]`) under which the binary starts as a zygote.
pub const ROLE: &str = "sampan-zygote";

/// What is settled at a zygote's start.
#[derive(Debug, Serialize, Deserialize)]
struct ZygoteSettings {
    /// Which build it is: a daemon has processes started by a zygote of its own build alone.
    build: String,
    /// How long it waits for a daemon while it has nothing to do.
    linger: Duration,
    /// That of its daemon's sockets: by it a later daemon finds the namespace of users in which all of them are.
    #[serde(default)]
    folder: PathBuf,
}

/// Runs a zygote to its end. Standard input is the socket on which it listens, `settings` its one argument.
pub fn run(settings: &str) -> u8 {
    let Ok(settings) = serde_json::from_str::<ZygoteSettings>(settings) else {
        return 2;
    };
    let listener = match io::stdin().as_fd().try_clone_to_owned() {
        Ok(listener) => listener,
        Err(_) => return 1,
    };
    let mut zygote = Zygote {
        settings,
        listener,
        daemon: None,
        children: Children::default(),
        receiver: Receiver::new(),
        alone_since: Instant::now(),
    };
    u8::from(zygote.run().is_err())
}

struct Zygote {
    settings: ZygoteSettings,
    listener: OwnedFd,
    daemon: Option<OwnedFd>,
    children: Children,
    receiver: Receiver,
    alone_since: Instant,
}

/// What happened.
enum Event {
    Listener,
    Daemon,
    /// The child of this number has ended.
    Child(u64),
}

impl Zygote {
    fn run(&mut self) -> io::Result<()> {
        loop {
            for event in self.wait()? {
                match event {
                    Event::Listener => self.accept(),
                    Event::Daemon => self.order(),
                    Event::Child(number) => {
                        if let Some(status) = self.children.reap(number) {
                            self.say(&Say::Ended { number, status }, Vec::new());
                        }
                    }
                }
            }
            if self.daemon.is_some() {
                self.alone_since = Instant::now();
            } else if self.alone_since.elapsed() >= self.settings.linger {
                self.children.end_spares();
                if !self.children.any_alive() {
                    return Ok(());
                }
            }
        }
    }

    fn wait(&self) -> io::Result<Vec<Event>> {
        let mut fds: Vec<BorrowedFd<'_>> = vec![self.listener.as_fd()];
        let mut events = vec![Event::Listener];
        if let Some(daemon) = &self.daemon {
            fds.push(daemon.as_fd());
            events.push(Event::Daemon);
        }
        for (number, pidfd) in self.children.pidfds() {
            fds.push(pidfd);
            events.push(Event::Child(number));
        }
        let mut polled: Vec<PollFd<'_>> = fds
            .iter()
            .map(|fd| PollFd::from_borrowed_fd(*fd, PollFlags::IN))
            .collect();
        let lingers = self.daemon.is_none() && self.alone_since.elapsed() < self.settings.linger;
        let timeout = lingers.then_some(Timespec {
            tv_sec: 0,
            tv_nsec: 200_000_000,
        });
        match poll(&mut polled, timeout.as_ref()) {
            Ok(_) => {}
            Err(rustix::io::Errno::INTR) => return Ok(Vec::new()),
            Err(error) => return Err(error.into()),
        }
        let happened = polled
            .iter()
            .map(|fd| !fd.revents().is_empty())
            .collect::<Vec<_>>();
        Ok(events
            .into_iter()
            .zip(happened)
            .filter_map(|(event, happened)| happened.then_some(event))
            .collect())
    }

    /// A new daemon takes the place of the old one, if it is of the same user.
    fn accept(&mut self) {
        let Ok(daemon) = accept_with(&self.listener, SocketFlags::CLOEXEC) else {
            return;
        };
        let me = rustix::process::geteuid();
        match rustix::net::sockopt::socket_peercred(&daemon) {
            Ok(peer) if peer.uid == me => {}
            _ => return,
        }
        self.daemon = Some(daemon);
        self.say(
            &Say::Hello {
                build: self.settings.build.clone(),
            },
            Vec::new(),
        );
        for known in self.children.known() {
            self.say(&Say::Process(known), Vec::new());
        }
        self.say(&Say::Ready, Vec::new());
    }

    fn say(&mut self, say: &Say, fds: Vec<OwnedFd>) {
        if let Some(daemon) = &self.daemon
            && packet::send(daemon, say, fds).is_err()
        {
            self.daemon = None;
        }
    }

    fn order(&mut self) {
        let Some(daemon) = &self.daemon else { return };
        match self.receiver.receive::<Order>(daemon, RecvFlags::DONTWAIT) {
            Ok((order, fds)) => self.obey(order, fds),
            Err(error) if error.would_block() => {}
            Err(PacketError::Document(error)) => {
                // A newer daemon's order: it is not answered, and that daemon waits for none.
                tracing::warn!(%error, "an order cannot be read");
            }
            Err(_) => self.daemon = None,
        }
    }

    fn obey(&mut self, order: Order, fds: Vec<OwnedFd>) {
        let (order, answer, fds) = match order {
            Order::Spawn { order, settings } => (order, self.children.spawn(settings), Vec::new()),
            Order::Become {
                order,
                number,
                tag,
                folders,
                network,
                border,
            } => {
                let summons = Summons::Become {
                    folders,
                    network,
                    border,
                };
                (order, self.children.shape(number, tag, &summons, fds), Vec::new())
            }
            Order::Connect { order, number } => match self.children.connect(number) {
                Ok((answer, end)) => (order, Ok(answer), vec![end]),
                Err(error) => (order, Err(error), Vec::new()),
            },
            Order::Compile { order, text } => (order, self.children.compile(&text, fds), Vec::new()),
            Order::Launch {
                order,
                role,
                argument,
            } => (order, self.children.launch(&role, &argument, fds), Vec::new()),
            Order::Kill { number } => return self.children.kill(number),
            Order::Forget { number } => return self.children.forget(number),
        };
        let answer = answer.unwrap_or_else(|error| Answer::Failed {
            what: error.to_string(),
        });
        self.say(&Say::Answer { order, answer }, fds);
    }
}
