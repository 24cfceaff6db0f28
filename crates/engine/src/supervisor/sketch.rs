//! The public face while its parts are being put in place.
#![allow(unused_variables, clippy::unused_async)]

use std::io::Read;
use std::sync::Arc;

use sampan_api::container::{
    Change, CommitResponse, Config, CreateRequest, CreateResponse, Filters, Inspect, PathStat, PruneReport,
    Stats, Summary, Top, UpdateRequest, UpdateResponse, WaitResponse,
};
use sampan_api::event::Message;
use sampan_api::exec::{ExecCreateRequest, ExecCreateResponse, ExecInspect, ExecStartRequest};
use sampan_api::network::{self, Network};
use sampan_api::system::{DiskUsage, Info};
use sampan_api::volume::{self, Volume};
use sampan_runtime::TerminalSize;
use sampan_types::{ContainerId, Platform};

use super::{
    ArchiveOptions, AttachQuery, Attached, ByteStream, Caller, CommitOptions, DiskQuery, EventQuery,
    ListQuery, LogQuery, LogStream, RemoveOptions, Result, StatsQuery, StopOptions, SupervisorConfig,
    SupervisorError, WaitCondition,
};
use crate::Engine;

/// The owner of everything that lives longer than a request. Cheap to clone; all clones are the same.
#[derive(Clone)]
pub struct Supervisor {
    engine: Arc<Engine>,
}

/// Somebody who waits.
#[derive(Debug)]
pub struct Waiting(());

impl Waiting {
    /// Resolves when it has come to pass.
    pub async fn done(self) -> WaitResponse {
        WaitResponse::default()
    }
}

/// What a container uses, again and again.
#[derive(Debug)]
pub struct StatsStream(());

impl StatsStream {
    /// The next look; `None` when the container is gone, or after the only one that was asked for.
    pub async fn next(&mut self) -> Option<Stats> {
        None
    }
}

/// Events.
#[derive(Debug)]
pub struct EventStream(());

impl EventStream {
    /// The next event; `None` when the time that was asked for is over.
    pub async fn next(&mut self) -> Option<Arc<Message>> {
        None
    }
}

impl Supervisor {
    /// Opens the state under the store's root, takes hold of it, and puts right what an earlier daemon left behind.
    pub async fn open(engine: Arc<Engine>, config: SupervisorConfig) -> Result<Self> {
        Ok(Self { engine })
    }

    /// The engine beneath, for what concerns images.
    pub fn engine(&self) -> &Arc<Engine> {
        &self.engine
    }

    /// Makes everything durable. Containers run on.
    pub async fn shutdown(&self) -> Result<()> {
        Err(SupervisorError::Unsupported("shutdown".to_owned()))
    }

    /// Creates a container.
    pub async fn create(
        &self,
        caller: &Caller,
        name: Option<&str>,
        platform: Option<Platform>,
        request: CreateRequest,
    ) -> Result<CreateResponse> {
        Err(SupervisorError::Unsupported("create".to_owned()))
    }

    /// Starts a container.
    pub async fn start(&self, container: &str) -> Result<()> {
        Err(SupervisorError::Unsupported("start".to_owned()))
    }

    /// Asks a container to end, and kills it when it does not.
    pub async fn stop(&self, container: &str, options: &StopOptions) -> Result<()> {
        Err(SupervisorError::Unsupported("stop".to_owned()))
    }

    /// Stops a container if it runs, and starts it.
    pub async fn restart(&self, container: &str, options: &StopOptions) -> Result<()> {
        Err(SupervisorError::Unsupported("restart".to_owned()))
    }

    /// Sends a signal; SIGKILL where none is said, which waits for the end.
    pub async fn kill(&self, container: &str, signal: Option<&str>) -> Result<()> {
        Err(SupervisorError::Unsupported("kill".to_owned()))
    }

    /// Holds a container where it is.
    pub async fn pause(&self, container: &str) -> Result<()> {
        Err(SupervisorError::Unsupported("pause".to_owned()))
    }

    /// Lets a held container go on.
    pub async fn unpause(&self, container: &str) -> Result<()> {
        Err(SupervisorError::Unsupported("unpause".to_owned()))
    }

    /// Gives a container another name.
    pub async fn rename(&self, container: &str, name: &str) -> Result<()> {
        Err(SupervisorError::Unsupported("rename".to_owned()))
    }

    /// Changes limits and the restart policy.
    pub async fn update(&self, container: &str, request: UpdateRequest) -> Result<UpdateResponse> {
        Err(SupervisorError::Unsupported("update".to_owned()))
    }

    /// Removes a container.
    pub async fn remove(&self, container: &str, options: RemoveOptions) -> Result<()> {
        Err(SupervisorError::Unsupported("remove".to_owned()))
    }

    /// Removes all containers that do not run.
    pub async fn prune_containers(&self, filters: &Filters) -> Result<PruneReport> {
        Err(SupervisorError::Unsupported("prune_containers".to_owned()))
    }

    /// Begins to wait; what happens from now on counts.
    pub fn wait(&self, container: &str, condition: WaitCondition) -> Result<Waiting> {
        Err(SupervisorError::Unsupported("wait".to_owned()))
    }

    /// Everything about a container.
    pub async fn inspect(&self, container: &str, size: bool) -> Result<Inspect> {
        Err(SupervisorError::Unsupported("inspect".to_owned()))
    }

    /// Lists containers, the newest first.
    pub async fn list(&self, query: &ListQuery) -> Result<Vec<Summary>> {
        Err(SupervisorError::Unsupported("list".to_owned()))
    }

    /// Joins the streams of a container.
    pub async fn attach(&self, container: &str, query: AttachQuery) -> Result<Attached> {
        Err(SupervisorError::Unsupported("attach".to_owned()))
    }

    /// Reads what a container wrote.
    pub async fn logs(&self, container: &str, query: &LogQuery) -> Result<LogStream> {
        Err(SupervisorError::Unsupported("logs".to_owned()))
    }

    /// What a container uses.
    pub async fn stats(&self, container: &str, query: StatsQuery) -> Result<StatsStream> {
        Err(SupervisorError::Unsupported("stats".to_owned()))
    }

    /// The processes of a container.
    pub async fn top(&self, container: &str, arguments: &str) -> Result<Top> {
        Err(SupervisorError::Unsupported("top".to_owned()))
    }

    /// Tells the terminal of a container its size.
    pub async fn resize(&self, container: &str, size: TerminalSize) -> Result<()> {
        Err(SupervisorError::Unsupported("resize".to_owned()))
    }

    /// What a container changed in its image's files; `None` where nothing is.
    pub async fn changes(&self, container: &str) -> Result<Option<Vec<Change>>> {
        Err(SupervisorError::Unsupported("changes".to_owned()))
    }

    /// All files of a container as an archive.
    pub async fn export(&self, container: &str) -> Result<ByteStream> {
        Err(SupervisorError::Unsupported("export".to_owned()))
    }

    /// What lies at a path of a container.
    pub async fn archive_stat(&self, container: &str, path: &str) -> Result<PathStat> {
        Err(SupervisorError::Unsupported("archive_stat".to_owned()))
    }

    /// What lies at a path of a container, as an archive.
    pub async fn archive_get(&self, container: &str, path: &str) -> Result<(PathStat, ByteStream)> {
        Err(SupervisorError::Unsupported("archive_get".to_owned()))
    }

    /// Unpacks an archive into a folder of a container. `archive` is read on a thread of its own.
    pub async fn archive_put(
        &self,
        container: &str,
        path: &str,
        options: ArchiveOptions,
        archive: Box<dyn Read + Send>,
    ) -> Result<()> {
        Err(SupervisorError::Unsupported("archive_put".to_owned()))
    }

    /// Makes an image of a container.
    pub async fn commit(&self, options: &CommitOptions, config: Option<Config>) -> Result<CommitResponse> {
        Err(SupervisorError::Unsupported("commit".to_owned()))
    }

    /// Prepares another program in a running container.
    pub async fn exec_create(
        &self,
        container: &str,
        request: ExecCreateRequest,
    ) -> Result<ExecCreateResponse> {
        Err(SupervisorError::Unsupported("exec_create".to_owned()))
    }

    /// Starts an exec; `None` where it was asked to be detached.
    pub async fn exec_start(&self, exec: &str, request: &ExecStartRequest) -> Result<Option<Attached>> {
        Err(SupervisorError::Unsupported("exec_start".to_owned()))
    }

    /// Everything about an exec.
    pub fn exec_inspect(&self, exec: &str) -> Result<ExecInspect> {
        Err(SupervisorError::Unsupported("exec_inspect".to_owned()))
    }

    /// Tells the terminal of an exec its size.
    pub async fn exec_resize(&self, exec: &str, size: TerminalSize) -> Result<()> {
        Err(SupervisorError::Unsupported("exec_resize".to_owned()))
    }

    /// Creates a volume, or gives back the one of that name.
    pub async fn volume_create(&self, request: volume::CreateRequest) -> Result<Volume> {
        Err(SupervisorError::Unsupported("volume_create".to_owned()))
    }

    /// Lists volumes.
    pub async fn volume_list(&self, filters: &Filters) -> Result<volume::ListResponse> {
        Err(SupervisorError::Unsupported("volume_list".to_owned()))
    }

    /// Everything about a volume.
    pub fn volume_inspect(&self, name: &str) -> Result<Volume> {
        Err(SupervisorError::Unsupported("volume_inspect".to_owned()))
    }

    /// Removes a volume with what is in it.
    pub async fn volume_remove(&self, name: &str, force: bool) -> Result<()> {
        Err(SupervisorError::Unsupported("volume_remove".to_owned()))
    }

    /// Removes volumes that no container uses.
    pub async fn volume_prune(&self, filters: &Filters) -> Result<volume::PruneReport> {
        Err(SupervisorError::Unsupported("volume_prune".to_owned()))
    }

    /// Creates a network.
    pub async fn network_create(&self, request: network::CreateRequest) -> Result<network::CreateResponse> {
        Err(SupervisorError::Unsupported("network_create".to_owned()))
    }

    /// Lists networks.
    pub fn network_list(&self, filters: &Filters) -> Result<Vec<Network>> {
        Err(SupervisorError::Unsupported("network_list".to_owned()))
    }

    /// Everything about a network.
    pub fn network_inspect(&self, network: &str) -> Result<Network> {
        Err(SupervisorError::Unsupported("network_inspect".to_owned()))
    }

    /// Removes a network.
    pub async fn network_remove(&self, network: &str) -> Result<()> {
        Err(SupervisorError::Unsupported("network_remove".to_owned()))
    }

    /// Connects a container to a network.
    pub async fn network_connect(&self, network: &str, request: network::ConnectRequest) -> Result<()> {
        Err(SupervisorError::Unsupported("network_connect".to_owned()))
    }

    /// Takes a container off a network.
    pub async fn network_disconnect(
        &self,
        network: &str,
        request: &network::DisconnectRequest,
    ) -> Result<()> {
        Err(SupervisorError::Unsupported("network_disconnect".to_owned()))
    }

    /// Removes networks that no container uses.
    pub async fn network_prune(&self, filters: &Filters) -> Result<network::PruneReport> {
        Err(SupervisorError::Unsupported("network_prune".to_owned()))
    }

    /// Past and coming events.
    pub fn events(&self, query: EventQuery) -> Result<EventStream> {
        Err(SupervisorError::Unsupported("events".to_owned()))
    }

    /// Tells of what happened to an image: `pull`, `tag`, `untag`, `delete`, `push`, `load`, `save`, `import`, `prune`.
    pub fn image_event(&self, action: &str, id: &str, name: &str) {}

    /// The containers made from an image, by its id.
    pub fn image_users(&self, image: &str) -> Vec<ContainerId> {
        Vec::new()
    }

    /// What the engine is and has.
    pub async fn info(&self) -> Result<Info> {
        Err(SupervisorError::Unsupported("info".to_owned()))
    }

    /// What lies on the disk.
    pub async fn disk_usage(&self, query: DiskQuery) -> Result<DiskUsage> {
        Err(SupervisorError::Unsupported("disk_usage".to_owned()))
    }
}
