//! The daemon's side of a zygote.

use std::collections::HashMap;
use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rustix::net::{
    AddressFamily, SocketAddrUnix, SocketFlags, SocketType, bind, connect, listen, socket_with,
};
use tokio::sync::oneshot;

use super::wire::{Answer, Known, Order, Say};
use super::{ROLE, ZygoteSettings};
use crate::link::Link;
use crate::memory::nowhere;
use crate::packet::{PacketError, Receiver};
use crate::worker::{Folder, Ports, WorkerSettings};

/// What can go wrong with a zygote.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ZygoteError {
    #[error("cannot use the folder `{path}` for the sockets of processes")]
    Folder {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    #[error("the process that starts others cannot be started")]
    Start(#[source] io::Error),
    #[error("the process that starts others does not answer")]
    Lost(#[from] PacketError),
    #[error("no process could be started: {0}")]
    Refused(String),
}

/// A connection to a zygote.
pub(crate) struct ZygoteClient {
    link: Link<Answer>,
    ends: Mutex<Ends>,
    pub(crate) build: String,
}

/// How processes ended, and who wants to know.
#[derive(Default)]
struct Ends {
    /// Ends that nobody has asked for yet.
    known: HashMap<u64, i32>,
    wanted: HashMap<u64, oneshot::Sender<i32>>,
    /// The zygote is gone: nobody will tell any more.
    gone: bool,
}

impl ZygoteClient {
    /// Connects to all zygotes whose sockets are in the folder, and starts one of this build where there is none. The
    /// first is of this build. With each come the workers that it has.
    pub(crate) async fn find(
        exe: &Path,
        folder: &Path,
        build: &str,
        linger: Duration,
    ) -> Result<Vec<(Arc<Self>, Vec<Known>)>, ZygoteError> {
        let failed = |source| ZygoteError::Folder {
            path: folder.to_owned(),
            source,
        };
        std::fs::create_dir_all(folder).map_err(failed)?;
        let mut found: Vec<(Arc<Self>, Vec<Known>)> = Vec::new();
        for entry in std::fs::read_dir(folder).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            match Self::connect(&path).await {
                Ok(one) if one.0.build == build => found.insert(0, one),
                Ok(one) => found.push(one),
                Err(error) => {
                    tracing::debug!(%error, "an old socket is removed");
                    // Of a zygote that is gone.
                    std::fs::remove_file(&path).map_err(failed)?;
                }
            }
        }
        if found.first().is_none_or(|(zygote, _)| zygote.build != build) {
            found.insert(0, Self::start(exe, folder, build, linger).await?);
        }
        Ok(found)
    }

    /// Starts one.
    pub(crate) async fn start(
        exe: &Path,
        folder: &Path,
        build: &str,
        linger: Duration,
    ) -> Result<(Arc<Self>, Vec<Known>), ZygoteError> {
        let path = folder.join(format!("{}.sock", std::process::id()));
        // Of an earlier process of this number.
        let _ = std::fs::remove_file(&path);
        let listener = listening(&path).map_err(ZygoteError::Start)?;
        let settings = serde_json::to_string(&ZygoteSettings {
            build: build.to_owned(),
            linger,
            folder: folder.to_owned(),
        });
        let log = folder.with_file_name("processes.log");
        let log = File::options().create(true).append(true).open(log);
        let mut child = Command::new(exe)
            .arg0(ROLE)
            .arg(settings.map_err(|e| ZygoteError::Start(e.into()))?)
            .env_clear()
            .current_dir("/")
            // Ctrl-C at the daemon's terminal is not meant for it.
            .process_group(0)
            .stdin(Stdio::from(listener))
            .stdout(nowhere().map_err(ZygoteError::Start)?)
            .stderr(Stdio::from(log.map_err(ZygoteError::Start)?))
            .spawn()
            .map_err(ZygoteError::Start)?;
        // It is nobody's to wait for but ours, as long as we live.
        std::thread::spawn(move || child.wait());
        Self::connect(&path).await
    }

    async fn connect(path: &Path) -> Result<(Arc<Self>, Vec<Known>), ZygoteError> {
        let socket = connected(path).map_err(ZygoteError::Start)?;
        let link = Link::new(socket).map_err(ZygoteError::Start)?;
        let mut receiver = Receiver::new();
        let (hello, _) = link.receive::<Say>(&mut receiver).await?;
        let Say::Hello { build } = hello else {
            return Err(PacketError::Broken("is no greeting").into());
        };
        let mut workers = Vec::new();
        loop {
            match link.receive::<Say>(&mut receiver).await? {
                (Say::Process(known), _) => workers.push(known),
                (Say::Ready, _) => break,
                _ => return Err(PacketError::Broken("came before the first words were over").into()),
            }
        }
        let client = Arc::new(Self {
            link,
            ends: Mutex::default(),
            build,
        });
        let reader = client.clone();
        tokio::spawn(async move { reader.read(receiver).await });
        Ok((client, workers))
    }

    fn ends(&self) -> MutexGuard<'_, Ends> {
        self.ends.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn read(&self, mut receiver: Receiver) {
        loop {
            match self.link.receive::<Say>(&mut receiver).await {
                Ok((Say::Answer { order, answer }, fds)) => {
                    if self.link.answered(order, answer, fds).is_err() {
                        break;
                    }
                }
                Ok((Say::Ended { number, status }, _)) => {
                    let mut ends = self.ends();
                    // Whoever wanted it may have given up waiting, and may come back.
                    let told = ends.wanted.remove(&number).map(|wanted| wanted.send(status));
                    if !matches!(told, Some(Ok(()))) {
                        ends.known.insert(number, status);
                    }
                }
                Ok(_) => {}
                Err(error) => {
                    tracing::warn!(%error, "the process that starts others is gone");
                    break;
                }
            }
        }
        self.link.close();
        let mut ends = self.ends();
        ends.gone = true;
        ends.wanted.clear();
    }

    /// Whether it still answers.
    pub(crate) fn is_gone(&self) -> bool {
        self.ends().gone
    }

    /// An order did not reach it: nothing more is asked of it.
    pub(crate) fn is_lost(&self) {
        self.ends().gone = true;
    }

    async fn ask(
        &self,
        order: impl FnOnce(u64) -> Order,
        fds: Vec<OwnedFd>,
    ) -> Result<(u64, u32, Vec<OwnedFd>), ZygoteError> {
        match self.link.ask(order, fds).await? {
            (Answer::Process { number, pid }, fds) => Ok((number, pid, fds)),
            (Answer::Failed { what }, _) => Err(ZygoteError::Refused(what)),
        }
    }

    /// Starts a worker that waits for its shape. Its number and process id.
    pub(crate) async fn spawn(&self, settings: WorkerSettings) -> Result<(u64, u32), ZygoteError> {
        let (number, pid, _) = self
            .ask(|order| Order::Spawn { order, settings }, Vec::new())
            .await?;
        Ok((number, pid))
    }

    /// Gives a worker its shape.
    pub(crate) async fn shape(
        &self,
        number: u64,
        tag: serde_json::Value,
        folders: Vec<(OwnedFd, Folder)>,
        network: Option<Ports>,
        border: Option<OwnedFd>,
    ) -> Result<(), ZygoteError> {
        let (mut fds, folders): (Vec<OwnedFd>, Vec<Folder>) = folders.into_iter().unzip();
        let bordered = border.is_some();
        fds.extend(border);
        let order = |order| Order::Become {
            order,
            number,
            tag,
            folders,
            network,
            border: bordered,
        };
        self.ask(order, fds).await.map(drop)
    }

    /// A way to a worker.
    pub(crate) async fn open(&self, number: u64) -> Result<OwnedFd, ZygoteError> {
        let order = |order| Order::Connect { order, number };
        let (_, _, fds) = self.ask(order, Vec::new()).await?;
        let way = fds.into_iter().next();
        way.ok_or_else(|| PacketError::Broken("has no descriptor").into())
    }

    /// Starts a compiler. Its number.
    pub(crate) async fn compile(&self, text: String, fds: Vec<OwnedFd>) -> Result<u64, ZygoteError> {
        let (number, _, _) = self.ask(|order| Order::Compile { order, text }, fds).await?;
        Ok(number)
    }

    /// Starts a process of another role, of whose end nobody is told. Its process id.
    pub(crate) async fn launch(
        &self,
        role: &str,
        argument: String,
        fds: Vec<OwnedFd>,
    ) -> Result<u32, ZygoteError> {
        let role = role.to_owned();
        let order = |order| Order::Launch {
            order,
            role,
            argument,
        };
        let (_, pid, _) = self.ask(order, fds).await?;
        Ok(pid)
    }

    /// Ends a process at once.
    pub(crate) async fn kill(&self, number: u64) {
        // A zygote that is gone cannot; what it started ends when this daemon lets it go.
        let _ = self.link.tell(&Order::Kill { number }, Vec::new()).await;
    }

    /// Resolves with the wait status of a process, or with nothing when the zygote is gone.
    pub(crate) async fn ended(&self, number: u64) -> Option<i32> {
        let (tell, told) = oneshot::channel();
        {
            let mut ends = self.ends();
            match ends.known.remove(&number) {
                // It fails only where nobody hears, and we do.
                Some(status) => drop(tell.send(status)),
                None if ends.gone => return None,
                None => drop(ends.wanted.insert(number, tell)),
            }
        }
        let status = told.await.ok()?;
        self.forget(number).await;
        Some(status)
    }

    /// Nothing need be known any more of a process that has ended, or will.
    pub(crate) async fn forget(&self, number: u64) {
        let _ = self.link.tell(&Order::Forget { number }, Vec::new()).await;
    }
}

fn seqpacket() -> io::Result<OwnedFd> {
    Ok(socket_with(
        AddressFamily::UNIX,
        SocketType::SEQPACKET,
        SocketFlags::CLOEXEC,
        None,
    )?)
}

/// The folder's mode keeps others out; the zygote asks for the user of each caller besides.
fn listening(path: &Path) -> io::Result<OwnedFd> {
    let socket = seqpacket()?;
    bind(&socket, &SocketAddrUnix::new(path)?)?;
    listen(&socket, 8)?;
    Ok(socket)
}

fn connected(path: &Path) -> io::Result<OwnedFd> {
    let socket = seqpacket()?;
    connect(&socket, &SocketAddrUnix::new(path)?)?;
    Ok(socket)
}
