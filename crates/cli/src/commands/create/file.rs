//! A Wasm file of this machine for a daemon, which runs images alone: it is packed here and sent there.

use std::io::{self, BufWriter, Write};
use std::path::Path;

use bytes::Bytes;
use sampan_client::{Client, ClientError, Upload};
use sampan_engine::{Engine, EngineError};
use sampan_image::PackOptions;
use sampan_types::Reference;
use tokio::sync::mpsc::Sender;

use crate::app::App;
use crate::error::CliError;

/// How much of the digest is the name's tag: enough that two files never share one.
const TAG: usize = 32;

/// How much goes at once.
const PIECE: usize = 256 * 1024;

/// The name that the image of a file gets at the daemon, after it was sent there. It is named by its content, so that
/// the same file is the same image, and no other image is ever replaced. Nothing of it stays here.
pub(crate) async fn send(app: &App<'_>, client: &Client, file: &Path) -> Result<String, CliError> {
    let options = PackOptions {
        // A fixed time, so that the same file is the same image.
        created: 0,
        author: None,
        annotations: Default::default(),
        title: file.file_name().map(|name| name.to_string_lossy().into_owned()),
        target: None,
    };
    let artifact = app.engine()?.artifact(file, &options)?;
    let hex = artifact.file().hex();
    let name = format!("localhost/file:{}", hex.get(..TAG).unwrap_or(hex));
    let reference: Reference = name.parse().map_err(|source| CliError::Target {
        text: name.clone(),
        source,
    })?;
    load(client, &name, move |out| {
        Ok(sampan_image::save_artifact(&artifact, &reference, out)?)
    })
    .await?;
    Ok(name)
}

/// Sends an image of an engine here to the daemon, under its own name.
pub(crate) async fn send_image(client: &Client, engine: Engine, name: &str) -> Result<(), CliError> {
    let names = [name.to_owned()];
    load(client, name, move |out| {
        engine.save_images(&names, None, out).map(drop)
    })
    .await
}

/// Has the daemon load an archive while it is written.
async fn load(
    client: &Client,
    name: &str,
    write: impl FnOnce(&mut dyn Write) -> Result<(), EngineError> + Send + 'static,
) -> Result<(), CliError> {
    let (sender, upload) = Upload::new();
    let saving = tokio::task::spawn_blocking(move || {
        let mut pieces = BufWriter::with_capacity(PIECE, Pieces(sender));
        let saved = write(&mut pieces).map_err(CliError::from);
        // The daemon must not take a part for the whole.
        let (pieces, left) = pieces.into_parts();
        let last = match saved.is_ok() {
            true => left
                .map(Bytes::from)
                .map_err(|_| io::ErrorKind::Interrupted.into()),
            false => Err(io::ErrorKind::Interrupted.into()),
        };
        drop(pieces.0.blocking_send(last));
        saved
    });
    let loaded = async {
        let mut lines = client.load(upload).await?;
        while let Some(line) = lines.next().await? {
            if !line.error.is_empty() {
                return Err(ClientError::Failed(line.error));
            }
        }
        Ok(())
    };
    let loaded = loaded.await;
    let saved = saving.await.map_err(|error| CliError::Pack {
        path: name.into(),
        source: error.into(),
    })?;
    // What the daemon refused is the cause where both failed.
    loaded?;
    saved
}

/// Passes on what is written.
struct Pieces(Sender<io::Result<Bytes>>);

impl Write for Pieces {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0
            .blocking_send(Ok(Bytes::copy_from_slice(bytes)))
            .map_err(|_| io::Error::from(io::ErrorKind::BrokenPipe))?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
