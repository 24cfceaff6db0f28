//! Images as archives, in and out.

use std::sync::Arc;

use bytes::Bytes;
use futures::stream;
use sampan_api::progress::Message;
use sampan_types::Reference;
use tokio::sync::mpsc;

use super::failure;
use super::progress::{Parts, line};
use crate::body;
use crate::dispatch::Call;
use crate::handlers::blocking;
use crate::problem::{Problem, Result};
use crate::reply::{self, Reply};

pub(in crate::handlers) async fn load(call: Call<'_>) -> Result<Reply> {
    let supervisor = Arc::clone(&call.state.supervisor);
    let loaded = body::read_by(
        call.body,
        call.state.config.bounds.body_pause,
        async |mut archive| {
            blocking(move || {
                let loaded = supervisor
                    .engine()
                    .load_images(&mut archive)
                    .map_err(|error| Problem::image(&error, None))?;
                for image in &loaded.images {
                    let id = image.descriptor.digest.to_string();
                    let name = image
                        .references
                        .first()
                        .map(Reference::familiar)
                        .unwrap_or_default();
                    supervisor.image_event("load", &id, &name);
                }
                Ok(loaded)
            })
            .await
        },
    )
    .await;
    let mut lines = Vec::new();
    let mut say = |message: &Message| lines.extend_from_slice(&line(message));
    match loaded {
        Ok(loaded) => {
            for image in loaded.images {
                let mut tags = image
                    .references
                    .iter()
                    .filter(|name| name.tag().is_some())
                    .peekable();
                if tags.peek().is_none() {
                    let stream = format!("Loaded image ID: {}\n", image.descriptor.digest);
                    say(&Message {
                        stream,
                        ..Message::default()
                    });
                }
                for tag in tags {
                    let stream = format!("Loaded image: {}\n", tag.familiar());
                    say(&Message {
                        stream,
                        ..Message::default()
                    });
                }
            }
        }
        // Docker's clients look for the error in the lines, not at the status.
        Err(problem) if problem.status.is_client_error() => say(&failure(&problem)),
        Err(problem) => return Err(problem),
    }
    Ok(reply::parts(
        "application/json",
        stream::once(async { Ok(Bytes::from(lines)) }),
    ))
}

pub(in crate::handlers) async fn save(call: Call<'_>) -> Result<Reply> {
    let names = call.query.all("names");
    archive(call, names).await
}

pub(in crate::handlers) async fn save_one(call: Call<'_>) -> Result<Reply> {
    let names = vec![call.name.to_owned()];
    archive(call, names).await
}

async fn archive(call: Call<'_>, names: Vec<String>) -> Result<Reply> {
    if names.is_empty() {
        return Err(Problem::bad("no image was named"));
    }
    let supervisor = Arc::clone(&call.state.supervisor);
    let checked = Arc::clone(&supervisor);
    // What is not here is told by the status, so it is looked for before the archive begins.
    let names = blocking(move || {
        for name in &names {
            let image = checked
                .engine()
                .image(name, None)
                .map_err(|error| Problem::image(&error, Some(name)))?;
            checked.image_event("save", &image.id.to_string(), name);
        }
        Ok(names)
    })
    .await?;
    let (sender, receiver) = mpsc::channel(4);
    tokio::task::spawn_blocking(move || {
        let mut out = std::io::BufWriter::with_capacity(64 << 10, Parts(sender.clone()));
        let outcome = supervisor.engine().save_images(&names, None, &mut out);
        let flushed = std::io::Write::flush(&mut out);
        let failed = match outcome {
            Ok(_) => flushed.err(),
            Err(error) => Some(std::io::Error::other(error)),
        };
        if let Some(error) = failed {
            // It cuts the connection, so that nobody takes the part for the whole.
            let _ = sender.blocking_send(Err(error));
        }
    });
    let parts = stream::unfold(
        receiver,
        async |mut receiver: mpsc::Receiver<std::io::Result<Bytes>>| {
            let part = receiver.recv().await?;
            Some((part, receiver))
        },
    );
    Ok(reply::parts("application/x-tar", parts))
}
