//! Files to a client: an archive as it is, or what is in it as fsutil's packets into a folder.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;
use std::sync::Arc;

use bytes::Bytes;
use futures::stream;
use http::uri::PathAndQuery;
use tokio::sync::mpsc;
use tonic::client::Grpc;
use tonic::metadata::MetadataValue;
use tonic::{Request, Streaming};
use tonic_prost::ProstCodec;

use super::archive;
use super::ask::{next, peer};
use crate::error::BuildkitError;
use crate::exports::Target;
use crate::proto::fsutil::types::packet::PacketType;
use crate::proto::fsutil::types::{Packet, Stat};
use crate::proto::moby::filesync::v1::BytesMessage;
use crate::session::Session;

/// What clients answer to both ways by.
const METHOD: &str = "/moby.filesync.v1.FileSend/DiffCopy";
/// By which a client that has several targets tells them apart.
const TARGET: &str = "buildkit-attachable-exporter-id";
/// How much is sent at once; gRPC's clients take at most 4 MiB.
const PART: usize = 512 << 10;
/// How many parts wait for a slow client.
const QUEUE: usize = 4;

/// Sends an archive, or the files in it, to a client; tells how many bytes that were.
pub(crate) async fn give(
    session: &Session,
    target: &Target,
    archive: &Arc<File>,
    progress: &(dyn Fn(u64) + Send + Sync),
) -> Result<u64, BuildkitError> {
    if !session.supports(METHOD) {
        return Err(BuildkitError::files("output", "the client takes no files"));
    }
    match target.folder {
        true => folder(session, target.number, archive, progress).await,
        false => whole(session, target.number, archive, progress).await,
    }
}

/// Opens a stream of messages to a client. What it answers begins to come only when it has something to say.
async fn open<M, A>(
    session: &Session,
    number: usize,
    messages: mpsc::Receiver<M>,
) -> Result<Streaming<A>, BuildkitError>
where
    M: prost::Message + 'static,
    A: prost::Message + Default + 'static,
{
    let messages = stream::unfold(messages, async |mut all| Some((all.recv().await?, all)));
    let mut request = Request::new(messages);
    request.metadata_mut().insert(TARGET, MetadataValue::from(number));
    let mut client = Grpc::with_origin(session.channel(), Session::origin());
    let codec = ProstCodec::<M, A>::default();
    let path = PathAndQuery::from_static(METHOD);
    Ok(peer(WHAT, client.streaming(request, path, codec).await)?.into_inner())
}

const WHAT: &str = "room for its output";

async fn read(archive: &Arc<File>, offset: u64, length: usize) -> Result<Bytes, BuildkitError> {
    let archive = Arc::clone(archive);
    let reading = tokio::task::spawn_blocking(move || {
        let mut part = vec![0; length];
        let read = archive.read_at(&mut part, offset)?;
        part.truncate(read);
        Ok(Bytes::from(part))
    });
    reading
        .await
        .map_err(io::Error::other)
        .and_then(|read| read)
        .map_err(unreadable)
}

fn unreadable(error: io::Error) -> BuildkitError {
    BuildkitError::files("output", format!("the image's files cannot be read: {error}"))
}

async fn whole(
    session: &Session,
    number: usize,
    archive: &Arc<File>,
    progress: &(dyn Fn(u64) + Send + Sync),
) -> Result<u64, BuildkitError> {
    let (to, parts) = mpsc::channel(QUEUE);
    let feeding = async {
        let (to, mut sent) = (to, 0);
        loop {
            let data = read(archive, sent, PART).await?;
            sent += data.len() as u64;
            let message = BytesMessage { data: data.to_vec() };
            if message.data.is_empty() || to.send(message).await.is_err() {
                return Ok(sent);
            }
            progress(sent);
        }
    };
    let listening = async {
        let mut answered = open::<_, BytesMessage>(session, number, parts).await?;
        while next(WHAT, &mut answered).await?.is_some() {}
        Ok(())
    };
    let (sent, listened) = tokio::join!(feeding, listening);
    // What the client says is why it took no more.
    listened.and(sent)
}

/// A file in an archive.
struct Entry {
    stat: Stat,
    offset: u64,
}

fn entries(archive: &File) -> io::Result<Vec<Entry>> {
    let mut all = Vec::new();
    for entry in tar::Archive::new(archive).entries_with_seek()? {
        let mut entry = entry?;
        if let Some(stat) = archive::stat(&mut entry)? {
            let offset = entry.raw_file_position();
            all.push(Entry { stat, offset });
        }
    }
    Ok(all)
}

async fn folder(
    session: &Session,
    number: usize,
    archive: &Arc<File>,
    progress: &(dyn Fn(u64) + Send + Sync),
) -> Result<u64, BuildkitError> {
    let listed = Arc::clone(archive);
    let listing = tokio::task::spawn_blocking(move || entries(&listed)).await;
    let entries = listing
        .map_err(io::Error::other)
        .and_then(|list| list)
        .map_err(unreadable)?;
    let (to, packets) = mpsc::channel::<Packet>(QUEUE);
    let naming = to.clone();
    let naming = async {
        let to = naming;
        let named = entries.iter().map(|entry| Some(entry.stat.clone()));
        for stat in named.chain([None]) {
            let packet = Packet {
                r#type: PacketType::PacketStat.into(),
                stat,
                ..Packet::default()
            };
            if to.send(packet).await.is_err() {
                return;
            }
        }
    };
    let answering = async {
        let to = to;
        let mut asked = open::<_, Packet>(session, number, packets).await?;
        let mut sent = 0;
        while let Some(packet) = next(WHAT, &mut asked).await? {
            match packet.r#type() {
                PacketType::PacketReq => {
                    let number = packet.id as usize;
                    let entry = entries.get(number).ok_or_else(|| {
                        BuildkitError::files("output", "the client asked for a file that is not there")
                    })?;
                    sent += content(&to, packet.id, entry, archive).await?;
                    progress(sent);
                }
                PacketType::PacketErr => {
                    return Err(BuildkitError::files(
                        "output",
                        String::from_utf8_lossy(&packet.data),
                    ));
                }
                PacketType::PacketFin => {
                    // It waits for the same word, and for the end.
                    let _ = to.send(data(PacketType::PacketFin, 0, Bytes::new())).await;
                    drop(to);
                    while next(WHAT, &mut asked).await?.is_some() {}
                    return Ok(sent);
                }
                _ => {
                    return Err(BuildkitError::files(
                        "output",
                        "the client sent what nobody asked for",
                    ));
                }
            }
        }
        Err(BuildkitError::Stopped("output".to_owned()))
    };
    let ((), answered) = tokio::join!(naming, answering);
    answered
}

fn data(kind: PacketType, id: u32, data: Bytes) -> Packet {
    Packet {
        r#type: kind.into(),
        id,
        data: data.to_vec(),
        ..Packet::default()
    }
}

/// Sends a file, and its end.
async fn content(
    to: &mpsc::Sender<Packet>,
    id: u32,
    entry: &Entry,
    archive: &Arc<File>,
) -> Result<u64, BuildkitError> {
    let size = u64::try_from(entry.stat.size).unwrap_or(0);
    let stopped = |_| BuildkitError::Stopped("output".to_owned());
    let mut sent = 0;
    while sent < size {
        let length = usize::try_from(size - sent).unwrap_or(PART).min(PART);
        let part = read(archive, entry.offset + sent, length).await?;
        if part.is_empty() {
            return Err(unreadable(io::ErrorKind::UnexpectedEof.into()));
        }
        sent += part.len() as u64;
        to.send(data(PacketType::PacketData, id, part))
            .await
            .map_err(stopped)?;
    }
    to.send(data(PacketType::PacketData, id, Bytes::new()))
        .await
        .map_err(stopped)?;
    Ok(sent)
}
