//! A client, and a builder that only looks at what it gets.

use std::collections::{BTreeMap, HashMap};
use std::io::Read as _;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use futures::stream::BoxStream;
use futures::{StreamExt as _, stream};
use http::HeaderMap;
use hyper_util::rt::TokioIo;
use tokio::sync::mpsc;
use tonic::codegen::Service as _;
use tonic::{Request, Response, Status, Streaming};

use crate::builder::{Builder, Built, Failure, Kept, Line, Lines, Order, Pruned, Pruning};
use crate::files::ContextReader;
use crate::kit::{BuildKit, Worker};
use crate::proto::fsutil::types::packet::PacketType;
use crate::proto::fsutil::types::{Packet, Stat};
use crate::proto::moby::buildkit::secrets::v1 as secrets;
use crate::proto::moby::buildkit::v1::control_client::ControlClient;
use crate::proto::moby::buildkit::v1::frontend::llb_bridge_client::LlbBridgeClient;
use crate::proto::moby::filesync::v1 as filesync;
use crate::session::Session;
use crate::transport::{self, Channel};

pub(super) const OWNER: &str = "uid:0";
pub(super) const FOLDER: u32 = 1 << 31;
pub(super) const LINK: u32 = 1 << 27;

/// What a client has in one folder.
#[derive(Clone, Debug)]
pub(super) enum Folder {
    /// Files that it sends when it is asked for them.
    Files(Vec<(Stat, Vec<u8>)>),
    /// What it says whatever it is asked.
    Script(Vec<Packet>),
    /// It begins, and is silent then.
    Silent,
}

pub(super) fn stat(path: &str, mode: u32, size: usize) -> Stat {
    Stat {
        path: path.to_owned(),
        mode,
        size: i64::try_from(size).unwrap(),
        ..Stat::default()
    }
}

pub(super) fn file(path: &str, bytes: impl Into<Vec<u8>>) -> (Stat, Vec<u8>) {
    let bytes = bytes.into();
    (stat(path, 0o644, bytes.len()), bytes)
}

pub(super) fn folder(path: &str) -> (Stat, Vec<u8>) {
    (stat(path, FOLDER | 0o755, 0), Vec::new())
}

pub(super) fn packet(kind: PacketType, id: u32, data: &[u8]) -> Packet {
    Packet {
        r#type: kind.into(),
        id,
        data: data.to_vec(),
        ..Packet::default()
    }
}

pub(super) fn named(stat: Stat) -> Packet {
    Packet {
        r#type: PacketType::PacketStat.into(),
        stat: Some(stat),
        ..Packet::default()
    }
}

#[derive(Clone, Debug, Default)]
pub(super) struct Client {
    pub(super) folders: HashMap<String, Folder>,
    pub(super) secrets: HashMap<String, Vec<u8>>,
    /// What it was given.
    pub(super) given: Arc<Mutex<Vec<u8>>>,
}

impl Client {
    pub(super) fn with(dockerfile: &str, context: Vec<(Stat, Vec<u8>)>) -> Self {
        let mut client = Self::default();
        let file = vec![file("Dockerfile", dockerfile)];
        client
            .folders
            .insert("dockerfile".to_owned(), Folder::Files(file));
        client
            .folders
            .insert("context".to_owned(), Folder::Files(context));
        client
    }

    /// Opens a session. It ends when the task does.
    pub(super) fn open(self, kit: &BuildKit, id: &str) -> tokio::task::JoinHandle<()> {
        let (here, there) = tokio::io::duplex(64 << 10);
        let headers = headers(id);
        let kit = kit.clone();
        tokio::spawn(async move { kit.session(TokioIo::new(there), &headers, OWNER).await });
        let files = filesync::file_sync_server::FileSyncServer::new(self.clone());
        let outputs = filesync::file_send_server::FileSendServer::new(self.clone());
        let secrets = secrets::secrets_server::SecretsServer::new(self);
        tokio::spawn(async move {
            let answered = transport::answer(TokioIo::new(here), |request| {
                let (mut files, mut secrets) = (files.clone(), secrets.clone());
                let mut outputs = outputs.clone();
                async move {
                    match request.uri().path() {
                        path if path.contains("Secrets") => secrets.call(request).await.unwrap(),
                        path if path.contains("FileSend") => outputs.call(request).await.unwrap(),
                        _ => files.call(request).await.unwrap(),
                    }
                }
            });
            let _ = answered.await;
        })
    }
}

pub(super) fn headers(id: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert("x-docker-expose-session-uuid", id.parse().unwrap());
    for method in [
        "/moby.filesync.v1.FileSync/DiffCopy",
        "/moby.buildkit.secrets.v1.Secrets/GetSecret",
        "/moby.filesync.v1.FileSend/DiffCopy",
    ] {
        headers.append("x-docker-expose-session-grpc-method", method.parse().unwrap());
    }
    headers
}

#[async_trait]
impl filesync::file_sync_server::FileSync for Client {
    type DiffCopyStream = BoxStream<'static, Result<Packet, Status>>;

    async fn diff_copy(
        &self,
        request: Request<Streaming<Packet>>,
    ) -> Result<Response<Self::DiffCopyStream>, Status> {
        let words = |name: &str| -> Vec<String> {
            let values = request.metadata().get_all(name).iter();
            values.map(|value| value.to_str().unwrap().to_owned()).collect()
        };
        let (name, follow) = (words("dir-name").remove(0), words("followpaths"));
        let Some(folder) = self.folders.get(&name).cloned() else {
            return Err(Status::not_found(format!("no access allowed to dir {name:?}")));
        };
        let mut asked = request.into_inner();
        // What it does to others it does with the whole folder: a `.dockerignore` it has none.
        let folder = match folder {
            Folder::Script(_) | Folder::Silent if !follow.is_empty() => Folder::Files(Vec::new()),
            other => other,
        };
        match folder {
            Folder::Script(packets) => {
                let said = stream::iter(packets.into_iter().map(Ok));
                // The other side must say when it has enough.
                Ok(Response::new(said.chain(stream::pending()).boxed()))
            }
            Folder::Silent => Ok(Response::new(stream::pending().boxed())),
            Folder::Files(mut files) => {
                if !follow.is_empty() {
                    files.retain(|(stat, _)| follow.contains(&stat.path));
                }
                let (to, from) = mpsc::channel(4);
                tokio::spawn(async move {
                    for (stat, _) in &files {
                        to.send(Ok(named(stat.clone()))).await.unwrap();
                    }
                    let _ = to.send(Ok(packet(PacketType::PacketStat, 0, &[]))).await;
                    while let Ok(Some(next)) = asked.message().await {
                        match next.r#type() {
                            PacketType::PacketReq => {
                                let bytes = &files[next.id as usize].1;
                                for piece in bytes.chunks(32 << 10) {
                                    let piece = packet(PacketType::PacketData, next.id, piece);
                                    if to.send(Ok(piece)).await.is_err() {
                                        return;
                                    }
                                }
                                let _ = to.send(Ok(packet(PacketType::PacketData, next.id, &[]))).await;
                            }
                            _ => {
                                let _ = to.send(Ok(packet(PacketType::PacketFin, 0, &[]))).await;
                                return;
                            }
                        }
                    }
                });
                let said = stream::unfold(from, async |mut from| Some((from.recv().await?, from)));
                Ok(Response::new(said.boxed()))
            }
        }
    }
}

#[async_trait]
impl filesync::file_send_server::FileSend for Client {
    type DiffCopyStream = BoxStream<'static, Result<filesync::BytesMessage, Status>>;

    async fn diff_copy(
        &self,
        request: Request<Streaming<filesync::BytesMessage>>,
    ) -> Result<Response<Self::DiffCopyStream>, Status> {
        let number = request.metadata().get("buildkit-attachable-exporter-id").unwrap();
        assert_eq!(number, "0");
        let mut asked = request.into_inner();
        while let Some(part) = asked.message().await? {
            self.given.lock().unwrap().extend(part.data);
        }
        Ok(Response::new(stream::empty().boxed()))
    }
}

#[async_trait]
impl secrets::secrets_server::Secrets for Client {
    async fn get_secret(
        &self,
        request: Request<secrets::GetSecretRequest>,
    ) -> Result<Response<secrets::GetSecretResponse>, Status> {
        let found = self.secrets.get(&request.into_inner().id).cloned();
        let data = found.ok_or_else(|| Status::not_found("no such secret"))?;
        Ok(Response::new(secrets::GetSecretResponse { data }))
    }
}

/// What a builder saw of one build.
#[derive(Debug, Default)]
pub(super) struct Seen {
    pub(super) order: Option<Order>,
    /// Each file of the context with its bytes; what else there is with how it is told.
    pub(super) files: BTreeMap<String, Vec<u8>>,
    /// Why the context could not be read.
    pub(super) broken: Option<String>,
}

/// A builder that only looks.
#[derive(Debug, Default)]
pub(super) struct Looker {
    pub(super) seen: Arc<Mutex<Seen>>,
    /// It never ends, but for being dropped.
    pub(super) hangs: bool,
    pub(super) began: Arc<AtomicBool>,
    pub(super) dropped: Arc<AtomicBool>,
    pub(super) fails: Option<&'static str>,
    /// An archive of the image's files.
    pub(super) gives: Option<Vec<u8>>,
}

struct OnDrop(Arc<AtomicBool>);

impl Drop for OnDrop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

#[async_trait]
impl Builder for Looker {
    async fn build(&self, order: Order, mut context: ContextReader, lines: Lines) -> Result<Built, Failure> {
        let _dropped = OnDrop(Arc::clone(&self.dropped));
        let seen = Arc::clone(&self.seen);
        let read = tokio::task::spawn_blocking(move || {
            let mut files = BTreeMap::new();
            for entry in tar::Archive::new(&mut context).entries()? {
                let mut entry = entry?;
                let path = entry.path()?.to_string_lossy().into_owned();
                let mut bytes = Vec::new();
                entry.read_to_end(&mut bytes)?;
                if let Some(target) = entry.link_name()? {
                    bytes = format!("-> {}", target.display()).into_bytes();
                }
                files.insert(path, bytes);
            }
            // As whoever unpacks does, so that the sender sees its end.
            std::io::copy(&mut context, &mut std::io::sink())?;
            Ok::<_, std::io::Error>(files)
        });
        let read = read.await.unwrap();
        {
            let mut seen = seen.lock().unwrap();
            seen.order = Some(order);
            match read {
                Ok(files) => seen.files = files,
                Err(error) => {
                    seen.broken = Some(error.to_string());
                    return Err(Failure {
                        message: error.to_string(),
                        class: sampan_types::ErrorClass::InvalidInput,
                    });
                }
            }
        }
        self.began.store(true, Ordering::SeqCst);
        if self.hangs {
            std::future::pending::<()>().await;
        }
        let step = |place, line| Line::Step {
            place: Some((0, place)),
            line,
            shown: format!("[{line}/3] step"),
        };
        let output = Line::Output {
            error: false,
            bytes: "said\n".into(),
        };
        for line in [step(0, 1), step(1, 2), Line::Cached, step(2, 3), output] {
            let _ = lines.send(line).await;
        }
        match self.fails {
            Some(why) => Err(Failure {
                message: why.to_owned(),
                class: sampan_types::ErrorClass::InvalidInput,
            }),
            None => Ok(Built {
                image: "sha256:image".to_owned(),
                files: self.gives.as_ref().map(|bytes| {
                    let mut file = tempfile::tempfile().unwrap();
                    std::io::Write::write_all(&mut file, bytes).unwrap();
                    file
                }),
            }),
        }
    }

    async fn prune(&self, _: Pruning) -> Result<Pruned, Failure> {
        Ok(Pruned::default())
    }

    async fn kept(&self) -> Result<Vec<Kept>, Failure> {
        Ok(Vec::new())
    }
}

/// A connection on which builds are asked for.
#[derive(Clone)]
pub(super) struct Asking {
    pub(super) control: ControlClient<Channel>,
    pub(super) gateway: LlbBridgeClient<Channel>,
}

pub(super) async fn asking(kit: &BuildKit, builder: Arc<dyn Builder>) -> Asking {
    asking_as(kit, builder, OWNER).await
}

pub(super) async fn asking_as(kit: &BuildKit, builder: Arc<dyn Builder>, owner: &'static str) -> Asking {
    let (here, there) = tokio::io::duplex(64 << 10);
    let kit = kit.clone();
    tokio::spawn(async move {
        let served = kit.serve(TokioIo::new(there), builder, Worker::default(), owner);
        let _ = served.await;
    });
    let (channel, carrying) = transport::ask(TokioIo::new(here)).await.unwrap();
    tokio::spawn(async move {
        let _ = carrying.await;
    });
    Asking {
        control: ControlClient::with_origin(channel.clone(), Session::origin()),
        gateway: LlbBridgeClient::with_origin(channel, Session::origin()),
    }
}
