//! The contract between the engine and whatever runs containers.
//!
//! The engine sees containers of every kind through [`Runtime`] and [`Container`] alone: a backend for
//! another kind is one more implementation, never another branch in the engine. The contract carries no
//! notion of images or names of containers; it gets a program, what it may reach and what it may use.

mod attach;
mod error;
mod inspection;
mod kin;
pub mod linux;
mod networking;
mod spec;
mod version;

use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use sampan_types::platform::Kind;
use sampan_types::used::Used;
use sampan_types::{Answering, Call, Called, ContainerId, Ending, Limits, Signal, Usage};

pub use attach::{Attach, Attachment, TerminalSize};
pub use error::RuntimeError;
pub use inspection::{Inspection, Met, Need};
pub use kin::{IDENTITY, Kin, Process};
pub use linux::{ControlGroups, Counted, ExecSpec, LinuxRoot, LinuxSpec, Resources};
pub use networking::{
    Forwarding, LentPort, NameServers, NetworkPlace, Networking, Published, PublishedSocket, Wiring, Within,
};
pub use spec::{
    ContainerSpec, Diagnostics, Isolation, JournalSink, KeptStreams, LogFiles, Logs, OpenFile, Placement,
    Program, ProgramBytes, RootDir, Stdio, Stream, Streams,
};
pub use version::Version;

/// Runs containers of one kind.
#[async_trait]
pub trait Runtime: Send + Sync {
    /// Which kind.
    fn kind(&self) -> Kind;

    /// Looks into a program, in its binary or text form, without running or compiling it.
    fn inspect(&self, program: &[u8]) -> Result<Inspection, RuntimeError>;

    /// Turns the text form of a program into the binary one; gives back as it is what is binary already.
    fn assemble(&self, program: Vec<u8>) -> Result<Vec<u8>, RuntimeError>;

    /// Prepares a container: the program is loaded, compiled where needed, and linked to what its grants
    /// allow. Nothing of the guest runs yet. An error leaves nothing behind.
    async fn create(&self, spec: ContainerSpec) -> Result<Arc<dyn Container>, RuntimeError>;

    /// A container of this kind was asked for, and will probably be started soon: what that needs of the machine may be got
    /// ready. Comes back at once.
    fn foresee(&self) {}

    /// What people should know of what it cannot do on this machine, in sentences.
    fn warnings(&self) -> Vec<String> {
        Vec::new()
    }

    /// What the control groups that it uses can do; `None` where it uses none.
    fn control_groups(&self) -> Option<ControlGroups> {
        None
    }

    /// Containers that an earlier process of the engine started, running or ended and not yet released. Asked once,
    /// before anything is created. A runtime whose containers end with its process has none.
    async fn survivors(&self) -> Result<Vec<Survivor>, RuntimeError> {
        Ok(Vec::new())
    }

    /// Subnets that the machine uses, and which no network should get by itself.
    fn foreign_subnets(&self) -> Vec<sampan_types::grants::Cidr> {
        Vec::new()
    }

    /// A container of another kind has these places in networks, or with none of them it has gone. Whatever is made of
    /// it does not keep that container from running.
    async fn neighbour(&self, id: &ContainerId, places: &[NetworkPlace]) {
        let _ = (id, places);
    }

    /// Which networks there are. What is left of others is removed. Asked once, when all containers that run since before
    /// this process were told to `neighbour`.
    async fn retain_networks(&self, known: Vec<String>) -> Result<(), RuntimeError> {
        drop(known);
        Ok(())
    }

    /// A network that no container is in is gone.
    async fn remove_network(&self, network: &str) -> Result<(), RuntimeError> {
        let _ = network;
        Ok(())
    }

    /// The files of a Linux container that does not run, as it would see them: a descriptor of its root folder. They are
    /// there as long as it is open. Whoever changes them must not start the container meanwhile.
    fn root_at_rest(&self, root: &LinuxRoot) -> Result<OwnedFd, RuntimeError> {
        let _ = root;
        Err(RuntimeError::Unsupported("looking into files"))
    }
}

/// A container that outlived the process that started it.
pub struct Survivor {
    /// Its identity.
    pub id: ContainerId,
    /// The hold on it, as `create` and `start` gave it.
    pub container: Arc<dyn Container>,
}

/// One container, from its creation to its end.
///
/// `start` may be called once; `wait` as often and by as many as wish, before or after the end; `kill` at
/// any time, and after the end it does nothing. Whoever drops the last hold of a container whose streams are kept
/// leaves it running; one with streams of its caller's ends.
#[async_trait]
pub trait Container: Send + Sync {
    /// Lets the guest run.
    async fn start(&self) -> Result<(), RuntimeError>;

    /// Resolves when the guest has ended, with how it ended. An error means that it never began: it needs more
    /// than a limit from its first moment, say.
    async fn wait(&self) -> Result<Ending, RuntimeError>;

    /// Ends the guest. [`Signal::Kill`] does so at once, whatever it does; the others ask, and since a Wasm
    /// guest has no signal handlers, it ends at its next interruption point.
    fn kill(&self, signal: Signal);

    /// What the guest has used so far of each limit; after its end, the last word.
    async fn usage(&self) -> Usage;

    /// What the guest has used so far of its grants.
    async fn used(&self) -> Used;

    /// The process that hosts it, while it runs.
    fn pid(&self) -> Option<u32> {
        None
    }

    /// Holds it where it is, or lets it go on.
    async fn pause(&self, paused: bool) -> Result<(), RuntimeError> {
        let _ = paused;
        Err(RuntimeError::Unsupported("pausing"))
    }

    /// Joins its streams with a connected Unix stream socket (see [`Attachment`] for what goes through it), also
    /// before `start`: then nothing of its output is missed. Only for [`Streams::Kept`].
    async fn attach(&self, request: Attach, socket: OwnedFd) -> Result<(), RuntimeError> {
        let _ = (request, socket);
        Err(RuntimeError::Unsupported("attaching"))
    }

    /// The same with a socket that is made for it.
    async fn join(&self, request: Attach) -> Result<Attachment, RuntimeError> {
        let (ours, its) = Attachment::pair().map_err(RuntimeError::Streams)?;
        self.attach(request, its).await?;
        Ok(ours)
    }

    /// Somebody who joined with standard input has said all, or is gone. Where that means its end
    /// ([`KeptStreams::stdin_once`]), the guest finds it behind what was said. Of a socket that was only closed nobody
    /// could tell whether its client left or the engine's own process fell, which leaves the input open.
    fn input_over(&self) {}

    /// Tells its terminal another size. Without a terminal it does nothing.
    async fn resize(&self, size: TerminalSize) -> Result<(), RuntimeError> {
        let _ = size;
        Ok(())
    }

    /// Where the log of a survivor goes on when its file is full or its journal was away.
    fn keep_log(&self, logs: Logs) {
        drop(logs);
    }

    /// Changes what can be changed while it runs: memory, the share of processors and its weight.
    async fn update(&self, limits: &Limits, cpu_weight: u64) -> Result<(), RuntimeError> {
        let _ = (limits, cpu_weight);
        Err(RuntimeError::Unsupported("changing limits"))
    }

    /// Ends a process that this one started, by its number in the container.
    fn kill_started(&self, number: u32, signal: Signal) {
        let _ = (number, signal);
    }

    /// The processor time of what this one has started and what still runs, by numbers in the container.
    async fn started(&self) -> Vec<(u32, Duration)> {
        Vec::new()
    }

    /// Changes the networks in which it has a place, while it runs. A runtime whose containers have no data path in
    /// networks has nothing to do.
    async fn move_to(&self, places: Vec<NetworkPlace>) -> Result<(), RuntimeError> {
        drop(places);
        Ok(())
    }

    /// Sends any signal of Linux's by its number. False where programs of this kind have no handlers, so that only what
    /// a signal does by itself matters: then it was not sent.
    fn signal(&self, number: u8) -> bool {
        let _ = number;
        false
    }

    /// Prepares another program in it. Only for Linux containers that run; what comes back ends with it at the latest.
    async fn exec(&self, spec: ExecSpec) -> Result<Arc<dyn Container>, RuntimeError> {
        drop(spec);
        Err(RuntimeError::Unsupported("running another program"))
    }

    /// Calls a function of a program that was created with [`ContainerSpec::calls`] and waits for calls. What a call
    /// comes to is no error of the runtime; that there is nobody to call is [`Called::Gone`].
    async fn call(&self, call: Call) -> Result<Called, RuntimeError> {
        drop(call);
        Err(RuntimeError::Unsupported("calls of functions"))
    }

    /// Makes another version of a server ready beside those that answer: compiled, linked, instantiated and checked. Nobody
    /// is answered by it, and an error changes nothing.
    async fn prepare(&self, version: Version) -> Result<(), RuntimeError> {
        drop(version);
        Err(RuntimeError::Unsupported("changing the program while it runs"))
    }

    /// Divides requests from now on between versions that answer or are ready: one, or two with their weights. Requests
    /// that are under way end with the version that began them.
    async fn divide(&self, to: Vec<(u64, u32)>) -> Result<(), RuntimeError> {
        drop(to);
        Err(RuntimeError::Unsupported("changing the program while it runs"))
    }

    /// The versions of a server that answer, and what each has answered. Nothing of what is no server.
    async fn answering(&self) -> Result<Vec<Answering>, RuntimeError> {
        Ok(Vec::new())
    }

    /// The numbers of its processes on the host, its own program first. `None` where it has no processes of its own.
    async fn processes(&self) -> Option<Vec<u32>> {
        None
    }

    /// What the kernel counts of it. `None` where it has no processes of its own.
    async fn counted(&self) -> Option<Box<Counted>> {
        None
    }

    /// Resolves when the kernel has ended something in it for want of memory, while it runs. Dropping the future loses
    /// nothing.
    async fn starves(&self) {
        std::future::pending().await
    }

    /// Whether the kernel has ended something in it for want of memory: its program, or one beside that.
    fn ran_out_of_memory(&self) -> bool {
        false
    }

    /// Its files as it sees them, without what else is mounted: a descriptor of its root folder. `None` where the engine
    /// knows the folder.
    async fn root(&self) -> Result<Option<OwnedFd>, RuntimeError> {
        Ok(None)
    }

    /// Changes what a Linux container may use while it runs.
    async fn update_resources(&self, resources: &Resources) -> Result<(), RuntimeError> {
        let _ = resources;
        Err(RuntimeError::Unsupported("changing limits"))
    }

    /// How it ended is written down: the runtime need keep nothing of it any more.
    async fn release(&self) {}
}
