//! Files of containers, in and out.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use futures::{Stream, stream};
use http::header::HeaderName;
use http::{HeaderValue, StatusCode};
use sampan_api::container::{Config, PathStat};
use sampan_engine::supervisor::{ArchiveOptions, ByteStream, CommitOptions};

use crate::body;
use crate::dispatch::Call;
use crate::problem::{Problem, Result};
use crate::reply::{self, Reply};

const STAT: HeaderName = HeaderName::from_static("x-docker-container-path-stat");
const TAR: &str = "application/x-tar";

fn parts(archive: ByteStream) -> impl Stream<Item = std::io::Result<Bytes>> + Send + 'static {
    stream::unfold(archive, async |mut archive| {
        let part = archive.next().await?;
        Some((part, archive))
    })
}

fn path(call: &Call<'_>) -> Result<String> {
    let path = call
        .query
        .text("path")
        .ok_or_else(|| Problem::bad("bad parameter: path cannot be empty"))?;
    if path.contains('\0') {
        return Err(Problem::bad("bad parameter: a path cannot contain NUL"));
    }
    Ok(path.into_owned())
}

fn with_stat(mut reply: Reply, stat: &PathStat) -> Result<Reply> {
    let document = serde_json::to_vec(stat).map_err(|error| Problem::internal(&error))?;
    let value = HeaderValue::from_str(&BASE64_STANDARD.encode(document))
        .map_err(|error| Problem::internal(&error))?;
    reply.headers_mut().insert(STAT, value);
    Ok(reply)
}

pub(super) async fn export(call: Call<'_>) -> Result<Reply> {
    let archive = call.state.supervisor.export(call.name).await?;
    Ok(reply::parts("application/octet-stream", parts(archive)))
}

pub(super) async fn stat(call: Call<'_>) -> Result<Reply> {
    let stat = call
        .state
        .supervisor
        .archive_stat(call.name, &path(&call)?)
        .await?;
    with_stat(reply::status(StatusCode::OK), &stat)
}

pub(super) async fn get(call: Call<'_>) -> Result<Reply> {
    let (stat, archive) = call
        .state
        .supervisor
        .archive_get(call.name, &path(&call)?)
        .await?;
    with_stat(reply::parts(TAR, parts(archive)), &stat)
}

pub(super) async fn put(call: Call<'_>) -> Result<Reply> {
    let path = path(&call)?;
    let options = ArchiveOptions {
        no_overwrite_dir_non_dir: call.query.flag("noOverwriteDirNonDir"),
        copy_uid_gid: call.query.flag("copyUIDGID"),
    };
    let pause = call.state.config.bounds.body_pause;
    let (supervisor, name) = (&call.state.supervisor, call.name);
    body::read_by(call.body, pause, async |archive| {
        Ok(supervisor
            .archive_put(name, &path, options, Box::new(archive))
            .await?)
    })
    .await?;
    Ok(reply::status(StatusCode::OK))
}

pub(super) async fn commit(mut call: Call<'_>) -> Result<Reply> {
    let text = |name| call.query.get(name).unwrap_or_default().into_owned();
    let options = CommitOptions {
        container: text("container"),
        repo: text("repo"),
        tag: text("tag"),
        comment: text("comment"),
        author: text("author"),
        pause: call.query.flag_or("pause", true),
    };
    let config: Config = call.json().await?;
    let config = super::transfer::changed(config, &call.query.all("changes"))?;
    // A body without anything in it changes nothing.
    let config = (config != Config::default()).then_some(config);
    let made = call.state.supervisor.commit(&options, config).await?;
    reply::json(StatusCode::CREATED, &made)
}
