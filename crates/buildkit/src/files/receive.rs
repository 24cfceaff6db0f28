//! Asking a client for a folder.

use std::collections::VecDeque;

use bytes::{Bytes, BytesMut};
use futures::stream;
use tokio::sync::mpsc;
use tonic::Request;

use super::archive::{self, Kind};
use super::ask::{Ask, metadata, next, peer};
use super::order::Walk;
use super::patterns::Patterns;
use super::reader::Parts;
use crate::error::BuildkitError;
use crate::proto::fsutil::types::packet::PacketType;
use crate::proto::fsutil::types::{Packet, Stat};
use crate::proto::moby::filesync::v1::file_sync_client::FileSyncClient;
use crate::session::Session;

/// The most names in one folder, as in an image.
const NAMES: usize = 2_000_000;
/// The most bytes of names that wait for the bytes of files.
const WAITING: usize = 512 << 20;
/// Files up to this size are asked for before their turn.
const SMALL: u64 = 256 << 10;
/// How many are asked for at a time.
const ASKED: usize = 32;

/// Something that the client has, until it is in the archive.
#[derive(Debug)]
struct Item {
    number: u32,
    stat: Stat,
    kind: Kind,
    bytes: Asked,
}

#[derive(Debug)]
enum Asked {
    No,
    /// What has come before its turn.
    Yes(BytesMut),
    /// All of it is here.
    Whole(BytesMut),
}

/// How the bytes come that are in the archive already.
#[derive(Debug)]
struct Through {
    number: u32,
    size: u64,
    left: u64,
}

pub(super) struct Receiving<'a> {
    what: &'a str,
    beneath: &'a str,
    patterns: Option<&'a Patterns>,
    requests: mpsc::Sender<Packet>,
    parts: &'a Parts,
    walk: Walk,
    items: VecDeque<Item>,
    waiting: usize,
    next: u32,
    named: bool,
    asked: usize,
    /// Up to where items were looked at for what can be asked for.
    looked: usize,
    through: Option<Through>,
    sent: u64,
    progress: &'a (dyn Fn(u64) + Send + Sync),
}

/// Writes a folder of the client into an archive, without its end, and tells how many bytes its files had. It ends early,
/// and well, where nobody reads.
pub(crate) async fn receive(
    session: &Session,
    ask: Ask<'_>,
    parts: &Parts,
    progress: &(dyn Fn(u64) + Send + Sync),
) -> Result<u64, BuildkitError> {
    let what = format!("folder {:?} of the client", ask.folder);
    if !session.supports("/moby.filesync.v1.FileSync/DiffCopy") {
        return Err(BuildkitError::files(&what, "the client gives no files"));
    }
    let (requests, asked) = mpsc::channel::<Packet>(2 * ASKED);
    let asked = stream::unfold(asked, async |mut asked| Some((asked.recv().await?, asked)));
    let mut request = Request::new(asked);
    metadata(request.metadata_mut(), &ask)?;
    let mut client = FileSyncClient::with_origin(session.channel(), Session::origin());
    let mut incoming = peer(&what, client.diff_copy(request).await)?.into_inner();
    let mut receiving = Receiving::new(&what, (ask.beneath, ask.patterns), requests, parts, progress);
    // A folder first: what the archive begins with is then never taken for that of a compressed one.
    let root = Stat {
        path: match ask.beneath {
            "" => "./".to_owned(),
            beneath => beneath.to_owned(),
        },
        mode: 0o755 | 1 << 31,
        ..Stat::default()
    };
    receiving
        .put(archive::head(&root, Kind::Folder, 0).map_err(|why| BuildkitError::files(&what, why))?)
        .await?;
    loop {
        let Some(packet) = next(&what, &mut incoming).await? else {
            return Err(BuildkitError::Stopped(what));
        };
        if receiving.packet(packet).await? {
            break;
        }
        if parts.is_closed() {
            return Ok(receiving.sent);
        }
    }
    receiving.request(PacketType::PacketFin, 0).await?;
    // The client says the same and is done; what else it says changes nothing.
    let _ = next(&what, &mut incoming).await;
    progress(receiving.sent);
    Ok(receiving.sent)
}

impl<'a> Receiving<'a> {
    /// Of a folder that lies at a place of the archive, without what is left out of it.
    pub(super) fn new(
        what: &'a str,
        (beneath, patterns): (&'a str, Option<&'a Patterns>),
        requests: mpsc::Sender<Packet>,
        parts: &'a Parts,
        progress: &'a (dyn Fn(u64) + Send + Sync),
    ) -> Self {
        Self {
            what,
            beneath,
            patterns,
            requests,
            parts,
            walk: Walk::default(),
            items: VecDeque::new(),
            waiting: 0,
            next: 0,
            named: false,
            asked: 0,
            looked: 0,
            through: None,
            sent: 0,
            progress,
        }
    }
}

impl Receiving<'_> {
    fn wrong<T>(&self, why: impl Into<String>) -> Result<T, BuildkitError> {
        Err(BuildkitError::files(self.what, why))
    }

    /// Takes a packet, and tells whether it was the last that is wanted.
    pub(super) async fn packet(&mut self, packet: Packet) -> Result<bool, BuildkitError> {
        match packet.r#type() {
            PacketType::PacketStat => match packet.stat {
                Some(stat) => self.named(stat)?,
                None if self.named => return self.wrong("the client named its last file twice"),
                None => self.named = true,
            },
            PacketType::PacketData => self.data(packet.id, packet.data.into()).await?,
            PacketType::PacketErr => return self.wrong(String::from_utf8_lossy(&packet.data)),
            PacketType::PacketFin => return self.wrong("the client ended before it had sent all"),
            PacketType::PacketReq => return self.wrong("the client asked for a file, which is not its part"),
        }
        self.onward().await?;
        Ok(self.named && self.items.is_empty() && self.through.is_none())
    }

    /// Takes the name of something.
    fn named(&mut self, mut stat: Stat) -> Result<(), BuildkitError> {
        if self.named {
            return self.wrong("the client named a file behind the last one");
        }
        let number = self.next;
        self.next = self.next.wrapping_add(1);
        if number as usize >= NAMES {
            return self.wrong(format!("the client has more than {NAMES} files"));
        }
        if let Err(why) = self.walk.next(&stat.path) {
            return self.wrong(why);
        }
        if stat.size < 0 {
            return self.wrong(format!("{:?} has no proper size", stat.path));
        }
        let kind = archive::kind(&stat);
        let out = |patterns: &Patterns| patterns.leaves_out(&stat.path, kind == Kind::Folder);
        if kind == Kind::Nothing || self.patterns.is_some_and(out) {
            return Ok(());
        }
        if !self.beneath.is_empty() {
            stat.path.insert_str(0, self.beneath);
            if kind == Kind::Hard {
                super::order::check(&stat.linkname).or_else(|why| self.wrong(why))?;
                stat.linkname.insert_str(0, self.beneath);
            }
        }
        self.waiting += weight(&stat);
        if self.waiting > WAITING {
            return self.wrong("the client named too much before it sent what it was asked for");
        }
        self.items.push_back(Item {
            number,
            stat,
            kind,
            bytes: Asked::No,
        });
        Ok(())
    }

    /// Takes bytes of a file; none are its end.
    async fn data(&mut self, number: u32, bytes: Bytes) -> Result<(), BuildkitError> {
        if let Some(through) = &mut self.through
            && through.number == number
        {
            let length = bytes.len() as u64;
            if length > through.left || (length == 0 && through.left > 0) {
                return self.wrong("a file changed while it was sent");
            }
            if length > 0 {
                through.left -= length;
                self.told(length);
                return self.put(bytes).await;
            }
            let padding = archive::padding(through.size);
            self.through = None;
            self.asked -= 1;
            return self.put(padding).await;
        }
        let place = self.items.binary_search_by_key(&number, |item| item.number);
        let item = place.ok().and_then(|place| self.items.get_mut(place));
        let Some((item, Asked::Yes(before))) = item.map(|item| (&item.stat, &mut item.bytes)) else {
            return self.wrong("the client sent bytes of a file that it was not asked for");
        };
        if bytes.is_empty() {
            let whole = std::mem::take(before);
            if let Ok(place) = place {
                self.items[place].bytes = Asked::Whole(whole);
            }
            self.asked -= 1;
            return Ok(());
        }
        if (before.len() + bytes.len()) as u64 > 2 * SMALL {
            let path = item.path.clone();
            return self.wrong(format!("{path:?} changed while it was sent"));
        }
        before.extend_from_slice(&bytes);
        self.told(bytes.len() as u64);
        Ok(())
    }

    fn told(&mut self, length: u64) {
        let step = 1 << 20;
        let before = self.sent / step;
        self.sent += length;
        if self.sent / step != before {
            (self.progress)(self.sent);
        }
    }

    /// Writes what can be written, and asks for what comes next.
    async fn onward(&mut self) -> Result<(), BuildkitError> {
        while self.through.is_none() {
            let Some(first) = self.items.front() else { break };
            let ready = match (&first.bytes, first.kind) {
                (Asked::Whole(_), _) => true,
                (Asked::No, Kind::File) => first.stat.size as u64 > SMALL,
                (_, Kind::File) => false,
                _ => true,
            };
            if !ready {
                break;
            }
            let Some(item) = self.items.pop_front() else { break };
            self.looked = self.looked.saturating_sub(1);
            self.waiting -= weight(&item.stat);
            self.write(item).await?;
        }
        while self.asked < ASKED
            && let Some(item) = self.items.get_mut(self.looked)
        {
            // A large one goes straight through when its turn comes.
            if item.kind == Kind::File && item.stat.size as u64 <= SMALL {
                item.bytes = Asked::Yes(BytesMut::new());
                let number = item.number;
                self.asked += 1;
                self.request(PacketType::PacketReq, number).await?;
            }
            self.looked += 1;
        }
        Ok(())
    }

    async fn write(&mut self, item: Item) -> Result<(), BuildkitError> {
        let head = |size| {
            let head = archive::head(&item.stat, item.kind, size);
            head.map_err(|why| BuildkitError::files(self.what, why))
        };
        match (item.kind, item.bytes) {
            (Kind::File, Asked::Whole(bytes)) => {
                let size = bytes.len() as u64;
                self.put(head(size)?).await?;
                self.put(bytes.freeze()).await?;
                self.put(archive::padding(size)).await
            }
            (Kind::File, _) => {
                let size = item.stat.size as u64;
                self.put(head(size)?).await?;
                self.through = Some(Through {
                    number: item.number,
                    size,
                    left: size,
                });
                self.asked += 1;
                self.request(PacketType::PacketReq, item.number).await
            }
            _ => self.put(head(0)?).await,
        }
    }

    async fn put(&self, bytes: Bytes) -> Result<(), BuildkitError> {
        if !bytes.is_empty() {
            // Where nobody reads any more the next look ends this.
            let _ = self.parts.send(Ok(bytes)).await;
        }
        Ok(())
    }

    async fn request(&self, kind: PacketType, id: u32) -> Result<(), BuildkitError> {
        let packet = Packet {
            r#type: kind.into(),
            id,
            ..Packet::default()
        };
        self.requests
            .send(packet)
            .await
            .map_err(|_| BuildkitError::Stopped(self.what.to_owned()))
    }
}

fn weight(stat: &Stat) -> usize {
    let attributes = stat.xattrs.iter().map(|(name, value)| name.len() + value.len());
    std::mem::size_of::<Item>() + stat.path.len() + stat.linkname.len() + attributes.sum::<usize>()
}
