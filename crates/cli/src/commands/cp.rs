//! `sampan cp`: files between a container and here.

mod pack;
mod unpack;

use std::io::{IsTerminal, Read, Write};
use std::path::{Path, PathBuf};

use bytes::Bytes;
use clap::Args;
use sampan_client::{Archive, Client, Upload};

use crate::app::App;
use crate::error::CliError;

/// The flags of `sampan cp`.
#[derive(Debug, Args)]
pub(crate) struct CpArgs {
    /// Where from; `-` is an archive on standard input
    #[arg(value_name = "[CONTAINER:]SOURCE")]
    pub(crate) source: String,
    /// Where to; `-` is an archive on standard output
    #[arg(value_name = "[CONTAINER:]TARGET")]
    pub(crate) target: String,
    /// Keep the numbers of owners
    #[arg(short, long)]
    pub(crate) archive: bool,
    /// Copy what a link leads to, not the link
    #[arg(short = 'L', long)]
    pub(crate) follow_link: bool,
}

/// Go's bit for folders in `PathStat`.
const IS_FOLDER: u32 = 1 << 31;
/// Go's bit for symbolic links.
const IS_LINK: u32 = 1 << 27;

/// `CONTAINER:PATH`; a word that begins as a path is one of this machine, whatever colons it has.
pub(crate) fn of_container(word: &str) -> Option<(&str, &str)> {
    if word.starts_with(['/', '.']) {
        return None;
    }
    word.split_once(':').filter(|(name, _)| !name.is_empty())
}

pub(crate) fn run(app: &App<'_>, args: &CpArgs) -> Result<(), CliError> {
    match (of_container(&args.source), of_container(&args.target)) {
        (Some((container, path)), None) => {
            app.on_daemon("cp", async |client| out_of(client, args, container, path).await)
        }
        (None, Some((container, path))) => {
            app.on_daemon("cp", async |client| into(client, args, container, path).await)
        }
        (Some(_), Some(_)) => Err(CliError::Usage(
            "copying from container to container is not possible",
        )),
        (None, None) => Err(CliError::Usage(
            "one of both must be in a container: write CONTAINER:PATH",
        )),
    }
}

pub(crate) async fn out_of(
    client: &Client,
    args: &CpArgs,
    container: &str,
    path: &str,
) -> Result<(), CliError> {
    let mut source = path.to_owned();
    if args.follow_link {
        let stat = client.stat_path(container, path).await?;
        if stat.mode & IS_LINK != 0 && !stat.link_target.is_empty() {
            source = stat.link_target;
        }
    }
    let (stat, archive) = client.download(container, &source).await?;
    if args.target == "-" {
        if std::io::stdout().is_terminal() {
            return Err(CliError::Usage(
                "an archive is not for a terminal: name a target, or send it into a pipe",
            ));
        }
        return copy_out(archive).await;
    }
    let target = Path::new(&args.target);
    let is_folder = stat.mode & IS_FOLDER != 0;
    let contents = is_folder && (path.ends_with("/.") || path == ".");
    let place = unpack::Place::find(target, &stat.name, is_folder, contents)?;
    let (send, receive) = std::sync::mpsc::sync_channel(4);
    let unpacked = tokio::task::spawn_blocking(move || unpack::unpack(Pieces::new(receive), &place));
    let fed = feed(archive, send).await;
    let unpacked = unpacked.await.map_err(|error| CliError::Unpack {
        path: target.to_path_buf(),
        source: error.into(),
    })?;
    // Where the daemon broke off, the archive is cut as well; the first cause is the one to tell.
    fed?;
    unpacked
}

async fn copy_out(mut archive: Archive) -> Result<(), CliError> {
    while let Some(bytes) = archive.next().await? {
        std::io::stdout().lock().write_all(&bytes)?;
    }
    Ok(())
}

async fn feed(mut archive: Archive, send: std::sync::mpsc::SyncSender<Bytes>) -> Result<(), CliError> {
    while let Some(bytes) = archive.next().await? {
        let sent = {
            let send = send.clone();
            tokio::task::spawn_blocking(move || send.send(bytes)).await
        };
        if !matches!(sent, Ok(Ok(()))) {
            // The reader failed, and tells why.
            return Ok(());
        }
    }
    Ok(())
}

/// Pieces that come from elsewhere, as something to read.
struct Pieces {
    receive: std::sync::mpsc::Receiver<Bytes>,
    now: Bytes,
}

impl Pieces {
    fn new(receive: std::sync::mpsc::Receiver<Bytes>) -> Self {
        Self {
            receive,
            now: Bytes::new(),
        }
    }
}

impl Read for Pieces {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        while self.now.is_empty() {
            match self.receive.recv() {
                Ok(piece) => self.now = piece,
                Err(_ended) => return Ok(0),
            }
        }
        let length = into.len().min(self.now.len());
        into[..length].copy_from_slice(&self.now.split_to(length));
        Ok(length)
    }
}

pub(crate) async fn into(
    client: &Client,
    args: &CpArgs,
    container: &str,
    path: &str,
) -> Result<(), CliError> {
    let there = match client.stat_path(container, path).await {
        Ok(stat) => Some(stat),
        Err(error) if error.is_not_found() => None,
        // Older daemons answer a HEAD without words.
        Err(error) => return Err(error.into()),
    };
    // What a link leads to decides.
    let (path, there) = match there {
        Some(stat) if stat.mode & IS_LINK != 0 && stat.link_target.starts_with('/') => {
            let resolved = client.stat_path(container, &stat.link_target).await.ok();
            (stat.link_target, resolved)
        }
        there => (path.to_owned(), there),
    };
    let is_folder = there.as_ref().is_some_and(|stat| stat.mode & IS_FOLDER != 0);
    let (send, upload) = Upload::new();
    if args.source == "-" {
        if !is_folder {
            return Err(CliError::Usage(
                "an archive is unpacked into a folder, and the target is none",
            ));
        }
        tokio::task::spawn_blocking(move || pack::copy(std::io::stdin().lock(), send));
        return Ok(client.upload(container, &path, args.archive, upload).await?);
    }
    let (source, contents) = pack::source(&args.source, args.follow_link)?;
    let (folder, name) = if is_folder {
        (
            path,
            if contents {
                None
            } else {
                Some(pack::name(&source)?)
            },
        )
    } else {
        if there.is_some() && source.is_dir() {
            return Err(CliError::Usage("a folder cannot be copied over a file"));
        }
        if there.is_none() && path.ends_with('/') && !source.is_dir() {
            return Err(CliError::NoObject(format!("{container}:{path}")));
        }
        let (folder, name) = split(&path);
        (folder, Some(PathBuf::from(name)))
    };
    let packing = tokio::task::spawn_blocking(move || pack::pack(&source, name.as_deref(), &send));
    let uploaded = client.upload(container, &folder, args.archive, upload).await;
    let packed = packing.await.map_err(|error| CliError::Pack {
        path: PathBuf::from(&args.source),
        source: error.into(),
    })?;
    packed?;
    Ok(uploaded?)
}

/// The folder of a path, and the last name.
fn split(path: &str) -> (String, &str) {
    let path = path.trim_end_matches('/');
    match path.rsplit_once('/') {
        Some(("", name)) => ("/".to_owned(), name),
        Some((folder, name)) => (folder.to_owned(), name),
        None => ("/".to_owned(), path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn containers_are_told_from_paths() {
        assert_eq!(of_container("c:/a"), Some(("c", "/a")));
        assert_eq!(of_container("c:"), Some(("c", "")));
        for path in ["./c:/a", "/c:/a", "a", "-", ":a"] {
            assert_eq!(of_container(path), None, "{path}");
        }
        assert_eq!(split("/a/b/"), ("/a".to_owned(), "b"));
        assert_eq!(split("/b"), ("/".to_owned(), "b"));
    }
}
