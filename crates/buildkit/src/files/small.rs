//! Some small files of a client, as texts.

use std::collections::BTreeMap;
use std::io::{self, Read as _};

use bytes::Bytes;
use futures::future::{Either, select};
use tokio::sync::mpsc;

use super::{Ask, receive};
use crate::error::BuildkitError;
use crate::session::Session;

/// The most that they may have together.
const LARGEST: usize = 20 << 20;
/// How many links lead to one at most.
const HOPS: usize = 16;

/// Some files of a folder, by their names; those that are not there are not in it. Clients send what links lead to along.
pub(crate) async fn small(
    session: &Session,
    folder: &str,
    names: &[String],
) -> Result<BTreeMap<String, String>, BuildkitError> {
    let what = format!("folder {folder:?} of the client");
    let wrong = |why: String| BuildkitError::files(&what, why);
    let (to, from) = mpsc::channel(16);
    let sending = async {
        let to = to;
        let ask = Ask {
            folder,
            follow: names,
            patterns: None,
            beneath: "",
        };
        receive(session, ask, &to, &|_| {}).await
    };
    let collecting = std::pin::pin!(collect(from));
    // Nobody reads any more where there is too much.
    let collected = match select(collecting, std::pin::pin!(sending)).await {
        Either::Left((collected, _)) => collected,
        Either::Right((sent, collecting)) => {
            sent?;
            collecting.await
        }
    };
    let archive = collected.map_err(|error| wrong(error.to_string()))?;
    let read = texts(&archive).map_err(|error| wrong(error.to_string()))?;
    let mut found = BTreeMap::new();
    for name in names {
        let mut path = name.clone();
        for _ in 0..HOPS {
            match read.get(&path) {
                Some(Found::Link(target)) => path = beside(&path, target),
                Some(Found::File(bytes)) => {
                    let text = String::from_utf8(bytes.clone());
                    let text = text.map_err(|_| wrong(format!("{name:?} is not UTF-8")))?;
                    found.insert(name.clone(), text);
                    break;
                }
                None => break,
            }
        }
    }
    Ok(found)
}

async fn collect(mut from: mpsc::Receiver<io::Result<Bytes>>) -> io::Result<Vec<u8>> {
    let mut all = Vec::new();
    while let Some(part) = from.recv().await {
        let part = part?;
        if all.len() + part.len() > LARGEST {
            return Err(io::Error::other(
                "the Dockerfile and its `.dockerignore` are larger than 20 MiB",
            ));
        }
        all.extend_from_slice(&part);
    }
    Ok(all)
}

enum Found {
    File(Vec<u8>),
    Link(String),
}

fn texts(archive: &[u8]) -> io::Result<BTreeMap<String, Found>> {
    let mut all = BTreeMap::new();
    for entry in tar::Archive::new(archive).entries()? {
        let mut entry = entry?;
        let path = entry.path()?.to_string_lossy().into_owned();
        let kind = entry.header().entry_type();
        let link = entry
            .link_name()?
            .map(|target| target.to_string_lossy().into_owned());
        match link {
            Some(target) if kind.is_symlink() => {
                all.insert(path, Found::Link(target));
            }
            Some(target) if kind.is_hard_link() => {
                all.insert(path, Found::Link(format!("/{target}")));
            }
            _ if kind.is_file() => {
                let mut bytes = Vec::new();
                entry.read_to_end(&mut bytes)?;
                all.insert(path, Found::File(bytes));
            }
            _ => {}
        }
    }
    Ok(all)
}

/// Where a link leads, within the folder.
fn beside(path: &str, target: &str) -> String {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let whole = match target.starts_with('/') {
        true => target.to_owned(),
        false => format!("/{folder}/{target}"),
    };
    let clean = sampan_image::dockerfile::clean_path(&whole);
    clean.trim_start_matches('/').to_owned()
}
