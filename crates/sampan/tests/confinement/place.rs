//! A daemon with workers of all kinds, and what each of them must not reach.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use sampan_runtime::{Container, Isolation, Networking};
use sampan_testkit::net::{EchoServer, UdpEcho};
use sampan_testkit::takeover::{Outcome, TakenOver};
use sampan_types::grants::{Access, Mount};
use sampan_types::{Ending, Grants, Signal};

use crate::fleet::{Daemon, Host, Wants, member};

/// What a worker may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Nothing, beside others.
    Shared,
    /// Read a folder.
    Reads,
    /// Change a folder.
    Writes,
    /// Connect to one TCP port of one address.
    Network,
    /// Send datagrams to one port of one address.
    Datagrams,
    /// Talk with the members of one network.
    Member,
}

pub(crate) struct Place {
    pub(crate) daemon: Daemon,
    pub(crate) host: Host,
    folder: tempfile::TempDir,
    pub(crate) granted_port: EchoServer,
    pub(crate) other_port: EchoServer,
    pub(crate) granted_datagrams: UdpEcho,
    pub(crate) other_datagrams: UdpEcho,
    /// A container beside, whose folder and log are nobody else's business.
    pub(crate) beside: Arc<dyn Container>,
    started: Mutex<Vec<Arc<dyn Container>>>,
}

impl Drop for Place {
    fn drop(&mut self) {
        // Workers with containers would wait for the next daemon.
        for container in self.started.lock().unwrap().drain(..) {
            if let Some(pid) = container.pid() {
                crate::fleet::kill(pid);
            }
        }
    }
}

impl Place {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        for name in ["granted", "beside"] {
            std::fs::create_dir(at(name)).unwrap();
            std::fs::write(at(name).join("file"), "its own").unwrap();
        }
        std::fs::write(at("secret"), "secret").unwrap();
        for (link, to) in [
            ("to-secret", at("secret")),
            ("up", PathBuf::from("..")),
            ("up-secret", PathBuf::from("../secret")),
            ("host", PathBuf::from("/")),
        ] {
            std::os::unix::fs::symlink(to, at("granted").join(link)).unwrap();
        }
        let host = Host::new();
        let daemon = Daemon::start(&host);
        let wants = Wants {
            grants: mounts(at("beside"), Access::ReadWrite),
            ..Wants::default()
        };
        let beside = daemon.block_on(async {
            let (container, _) = daemon.create("stays", wants).await;
            container.start().await.unwrap();
            container
        });
        Self {
            daemon,
            host,
            folder,
            granted_port: EchoServer::start(),
            other_port: EchoServer::start(),
            granted_datagrams: UdpEcho::start(),
            other_datagrams: UdpEcho::start(),
            started: Mutex::new(vec![beside.clone()]),
            beside,
        }
    }

    pub(crate) fn at(&self, name: &str) -> String {
        self.folder.path().join(name).to_str().unwrap().to_owned()
    }

    /// What the worker of a kind is given.
    fn wants(&self, kind: Kind) -> Wants {
        let granted = self.folder.path().join("granted");
        Wants {
            grants: match kind {
                Kind::Shared => Grants::default(),
                Kind::Reads => mounts(granted, Access::ReadOnly),
                Kind::Writes => mounts(granted, Access::ReadWrite),
                Kind::Network => Grants {
                    net: vec![self.granted_port.address().to_string().parse().unwrap()],
                    ..Grants::default()
                },
                Kind::Datagrams => Grants {
                    net: vec![
                        format!("{}/udp", self.granted_datagrams.address())
                            .parse()
                            .unwrap(),
                    ],
                    ..Grants::default()
                },
                Kind::Member => Grants::default(),
            },
            networking: match kind {
                Kind::Member => member(OWN),
                _ => Networking::default(),
            },
            ..Wants::default()
        }
    }

    /// A container in a worker that is taken over.
    pub(crate) fn captive(&self, kind: Kind) -> Captive {
        self.captive_with(kind, self.wants(kind))
    }

    /// One in a worker that nobody shares.
    pub(crate) fn alone(&self) -> Captive {
        let wants = Wants {
            isolation: Isolation::Process,
            ..Wants::default()
        };
        self.captive_with(Kind::Shared, wants)
    }

    /// One that listens on port 80 of an address of its own.
    pub(crate) fn listening(&self, at: Ipv4Addr) -> Captive {
        let wants = Wants {
            networking: member(at),
            ..Wants::default()
        };
        let mut captive = self.captive_with(Kind::Member, wants);
        let fd = captive
            .call(
                libc::SYS_socket,
                &[libc::AF_INET as u64, libc::SOCK_STREAM as u64, 0],
            )
            .given();
        let own = captive.address((at, 80).into());
        assert_eq!(captive.call(libc::SYS_bind, &[fd, own, 16]), Outcome::Gave(0));
        assert_eq!(captive.call(libc::SYS_listen, &[fd, 8]), Outcome::Gave(0));
        captive
    }

    fn captive_with(&self, kind: Kind, wants: Wants) -> Captive {
        let container = self.daemon.block_on(async {
            let (container, _) = self.daemon.create("stays", wants).await;
            container.start().await.unwrap();
            container
        });
        self.started.lock().unwrap().push(container.clone());
        let taken = TakenOver::seize(container.pid().expect("it runs"));
        Captive {
            kind,
            container,
            taken,
        }
    }

    /// The daemon works and what is beside lives.
    pub(crate) fn goes_on(&self) {
        self.daemon.block_on(async {
            assert!(self.beside.pid().is_some(), "its neighbour was ended");
            let (container, log) = self.daemon.create("hello", Wants::default()).await;
            container.start().await.unwrap();
            assert_eq!(container.wait().await.unwrap(), Ending::Exited { code: 0 });
            assert_eq!(log.lines().len(), 1);
            container.release().await;
        });
    }
}

/// Its own address in its network.
pub(crate) const OWN: Ipv4Addr = Ipv4Addr::new(10, 99, 0, 2);

fn mounts(source: PathBuf, access: Access) -> Grants {
    let mount = Mount {
        source,
        target: "/data".into(),
        access,
    };
    Grants {
        mounts: vec![mount],
        ..Grants::default()
    }
}

/// A container whose worker's first thread does what it is told.
pub(crate) struct Captive {
    pub(crate) kind: Kind,
    pub(crate) container: Arc<dyn Container>,
    pub(crate) taken: TakenOver,
}

impl Captive {
    pub(crate) fn pid(&self) -> u32 {
        self.taken.pid()
    }

    /// A call with numbers.
    pub(crate) fn call(&mut self, number: i64, arguments: &[u64]) -> Outcome {
        self.taken.call(number, arguments)
    }

    /// A call whose argument at `place` is a text.
    pub(crate) fn call_on(&mut self, number: i64, place: usize, text: &str, arguments: &[u64]) -> Outcome {
        self.taken.clear();
        let at = self.taken.text(text);
        let mut arguments = arguments.to_vec();
        arguments.insert(place, at);
        self.taken.call(number, &arguments)
    }

    /// Puts an IPv4 address, and gives where it is.
    pub(crate) fn address(&mut self, address: SocketAddr) -> u64 {
        let SocketAddr::V4(address) = address else {
            panic!("the servers of tests have IPv4 addresses")
        };
        let mut bytes = u16::try_from(libc::AF_INET).unwrap().to_ne_bytes().to_vec();
        bytes.extend(address.port().to_be_bytes());
        bytes.extend(address.ip().octets());
        bytes.extend([0; 8]);
        self.taken.put(&bytes)
    }

    /// It is let go: nothing has changed for its container, which obeys, nor for anybody else.
    pub(crate) fn goes_on(self, place: &Place) {
        let Self { container, taken, .. } = self;
        assert!(taken.is_alive());
        drop(taken);
        place.daemon.block_on(async {
            // It answers, and begins if it had no time to.
            while container.usage().await.memory.get() == 0 {
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            }
            container.kill(Signal::Kill);
            assert_eq!(
                container.wait().await.unwrap(),
                Ending::Signalled { signal: Signal::Kill }
            );
            container.release().await;
        });
        place.goes_on();
    }
}
