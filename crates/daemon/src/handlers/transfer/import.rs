//! `docker import`: an archive of a root file system, from the client or from an address, becomes an image.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures::stream;
use http::StatusCode;
use sampan_api::progress::{Detail, Message};
use sampan_distribution::client::{ClientError, Credentials, Fetched};
use sampan_engine::ImportOptions;
use sampan_engine::supervisor::Supervisor;
use sampan_types::Platform;

use super::progress::{self, Direction, Lines};
use super::{changes, status, told};
use crate::body::{self, BodyReader, Pieces};
use crate::dispatch::Call;
use crate::handlers::blocking;
use crate::handlers::images::named;
use crate::peer::Door;
use crate::problem::{Problem, Result, chain};
use crate::reply::{self, Reply};

/// The processor of this machine, as images name it.
const ARCHITECTURE: &str = if cfg!(target_arch = "aarch64") {
    "arm64"
} else {
    "amd64"
};
/// How often it is told how much has come.
const EVERY: Duration = Duration::from_millis(100);

pub(super) async fn import(call: Call<'_>, platform: Option<Platform>) -> Result<Reply> {
    let source = call.query.get("fromSrc").unwrap_or_default();
    let options = options(&call, &source, platform)?;
    let supervisor = Arc::clone(&call.state.supervisor);
    if source != "-" {
        // The daemon reaches what a client of this door may not.
        if call.peer.door != Door::Full {
            return Err(Problem::forbidden(
                "an import from an address is not allowed on this socket",
            ));
        }
        return from_address(supervisor, &source, options).await;
    }
    let id = body::read_by(call.body, call.state.config.bounds.body_pause, async |archive| {
        made(supervisor, archive, options).await
    })
    .await?;
    let line = progress::line(&status(id));
    Ok(reply::parts("application/json", stream::once(async { Ok(line) })))
}

fn options(call: &Call<'_>, source: &str, platform: Option<Platform>) -> Result<ImportOptions> {
    let text = |name| call.query.get(name).unwrap_or_default();
    let (repo, comment) = (text("repo"), text("message"));
    Ok(ImportOptions {
        name: if repo.is_empty() {
            None
        } else {
            Some(named(&repo, &text("tag"))?)
        },
        platform: platform.unwrap_or_else(|| Platform::new("linux", ARCHITECTURE)),
        comment: if comment.is_empty() {
            format!("Imported from {source}")
        } else {
            comment.into_owned()
        },
        created: sampan_api::Time::now().to_string(),
        config: changes::config(&call.query.all("changes"))?,
    })
}

async fn made(
    supervisor: Arc<Supervisor>,
    mut archive: BodyReader,
    options: ImportOptions,
) -> Result<String> {
    blocking(move || {
        let made = supervisor.engine().import_rootfs(&mut archive, &options);
        let id = made.map_err(|error| Problem::image(&error, None))?.to_string();
        supervisor.image_event("import", &id, &id);
        Ok(id)
    })
    .await
}

async fn from_address(supervisor: Arc<Supervisor>, source: &str, options: ImportOptions) -> Result<Reply> {
    let address = match source.contains("://") {
        true => source.to_owned(),
        false => format!("http://{source}"),
    };
    let client = supervisor.engine().registry_client(Credentials::Anonymous);
    let fetched = client
        .fetch(&address)
        .await
        .map_err(|error| refused(&address, &error))?;
    let (lines, receiver) = Lines::new(Direction::In);
    let telling = lines.clone();
    let work = async move || {
        telling.tell(&status(format!(
            "Downloading from {}",
            without_password(&address)
        )));
        let total = fetched.length().and_then(|n| i64::try_from(n).ok());
        let download = Download {
            fetched,
            lines: telling,
            detail: Detail {
                current: 0,
                total: total.unwrap_or(0),
            },
            said: None,
        };
        let id =
            body::read_pieces(download, async |archive| made(supervisor, archive, options).await).await?;
        Ok(vec![status(id)])
    };
    told("image.import", lines, receiver, work).await
}

/// What comes, with lines that say how far it is.
struct Download {
    fetched: Fetched,
    lines: Lines,
    detail: Detail,
    said: Option<Instant>,
}

impl Pieces for Download {
    async fn next(&mut self) -> Result<Option<Bytes>> {
        let piece = self.fetched.next().await.map_err(|error| Problem::of(&error))?;
        let length = piece.as_ref().map_or(0, Bytes::len);
        self.detail.current += i64::try_from(length).unwrap_or(0);
        if piece.is_none() || self.said.is_none_or(|said| said.elapsed() >= EVERY) {
            self.said = Some(Instant::now());
            self.lines.tell(&Message {
                progress_detail: Some(self.detail.clone()),
                ..status("Importing")
            });
        }
        Ok(piece)
    }
}

fn refused(address: &str, error: &ClientError) -> Problem {
    let address = without_password(address);
    match error {
        ClientError::Refused { status, detail, .. } => {
            let status = StatusCode::from_u16(*status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            let message = format!("failed to GET {address} with status {status}{detail}");
            let kept = [
                StatusCode::NOT_FOUND,
                StatusCode::BAD_REQUEST,
                StatusCode::UNAUTHORIZED,
                StatusCode::FORBIDDEN,
            ];
            match kept.contains(&status) {
                true => Problem::new(status, message),
                false => Problem::new(StatusCode::INTERNAL_SERVER_ERROR, message),
            }
        }
        ClientError::Address { .. } => Problem::bad(format!("`{address}` is not an address of a file")),
        error => Problem::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            format!("failed to GET {address}: {}", chain(error)),
        ),
    }
}

/// An address as it may be shown.
fn without_password(address: &str) -> String {
    let (scheme, rest) = address.split_once("://").unwrap_or(("http", address));
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let host = authority.rsplit('@').next().unwrap_or_default();
    format!("{scheme}://{host}{path}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_not_shown() {
        for (address, shown) in [
            ("http://a:b@h:1/x@y", "http://h:1/x@y"),
            ("https://h?q", "https://h?q"),
        ] {
            assert_eq!(without_password(address), shown);
        }
    }
}
