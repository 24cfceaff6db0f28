//! Images that are here.

mod filter;
mod shape;

use std::sync::Arc;

use http::StatusCode;
use sampan_api::image::{DeleteItem, History, PruneReport, Summary};
use sampan_api::system::Usage;
use sampan_engine::EngineError;
use sampan_engine::supervisor::Supervisor;
use sampan_image::Removed;
use sampan_types::{Classified as _, ErrorClass, Reference};

use super::blocking;
use crate::dispatch::Call;
use crate::problem::{Problem, Result};
use crate::reply::{self, Reply};
use filter::ImageFilters;
use shape::Sharing;

pub(super) async fn list(call: Call<'_>) -> Result<Reply> {
    let mut filters = call.query.filters()?;
    if !call.since(25)
        && let Some(pattern) = call.query.text("filter")
    {
        filters
            .entry("reference".to_owned())
            .or_insert_with(|| vec![pattern.into_owned()]);
    }
    let filters = ImageFilters::of_list(&filters)?;
    let supervisor = Arc::clone(&call.state.supervisor);
    let (version, shared) = (call.version, call.since(42) && call.query.flag("shared-size"));
    let images = blocking(move || {
        let all = shape::all(&supervisor)?;
        let sharing = shared.then(|| Sharing::of(&all));
        let wanted = filters.choose(all)?.into_iter();
        Ok(wanted
            .map(|image| {
                let shared_size = sharing
                    .as_ref()
                    .map_or(-1, |sharing| shape::bytes(sharing.shared(&image)));
                Summary {
                    shared_size,
                    ..image.summary(version)
                }
            })
            .collect::<Vec<_>>())
    })
    .await?;
    reply::ok(&images)
}

/// What images take on the disk.
pub(super) async fn usage(call: &Call<'_>) -> Result<Usage<Summary>> {
    let (supervisor, version) = (Arc::clone(&call.state.supervisor), call.version);
    blocking(move || {
        let images = shape::all(&supervisor)?;
        let sharing = Sharing::of(&images);
        let mut usage = Usage {
            total_size: shape::bytes(sharing.total()),
            ..Usage::default()
        };
        for image in images {
            let summary = image.usage(version, &sharing);
            usage.total_count += 1;
            match summary.containers {
                0 => usage.reclaimable += summary.size - summary.shared_size,
                _ => usage.active_count += 1,
            }
            usage.items.push(summary);
        }
        Ok(usage)
    })
    .await
}

pub(super) async fn inspect(call: Call<'_>) -> Result<Reply> {
    let platform = if call.since(49) {
        call.query.platform_document("platform")?
    } else {
        None
    };
    let manifests = call.since(48) && call.query.flag("manifests");
    if manifests && platform.is_some() {
        return Err(Problem::bad(
            "conflicting options: manifests and platform options cannot both be set",
        ));
    }
    let (engine, name, version) = (
        Arc::clone(call.state.supervisor.engine()),
        call.name.to_owned(),
        call.version,
    );
    let image = blocking(move || {
        let image = engine
            .image(&name, platform)
            .map_err(|error| Problem::image(&error, Some(&name)))?;
        Ok(shape::inspect(&image, version))
    })
    .await?;
    reply::ok(&image)
}

pub(super) async fn history(call: Call<'_>) -> Result<Reply> {
    let platform = if call.since(48) {
        call.query.platform_document("platform")?
    } else {
        None
    };
    let (engine, name) = (Arc::clone(call.state.supervisor.engine()), call.name.to_owned());
    let rows = blocking(move || {
        let image = engine
            .image(&name, platform.clone())
            .map_err(|error| Problem::image(&error, Some(&name)))?;
        let rows = engine
            .image_history(&name, platform)
            .map_err(|error| Problem::image(&error, Some(&name)))?;
        // The newest first; only that one has an id here.
        Ok(rows
            .into_iter()
            .enumerate()
            .map(|(at, row)| History {
                comment: row.comment,
                created: row
                    .created
                    .and_then(|time| time.parse().ok())
                    .map_or(0, sampan_api::Time::unix),
                created_by: row.created_by,
                id: if at == 0 {
                    image.id.to_string()
                } else {
                    "<missing>".to_owned()
                },
                size: i64::try_from(row.size).unwrap_or(i64::MAX),
                tags: (at == 0)
                    .then(|| image.repo_tags.clone())
                    .filter(|tags| !tags.is_empty()),
            })
            .collect::<Vec<_>>())
    })
    .await?;
    reply::ok(&rows)
}

/// A name from `repo` and `tag`.
pub(super) fn named(repo: &str, tag: &str) -> Result<Reference> {
    let whole = if tag.is_empty() {
        repo.to_owned()
    } else {
        format!("{repo}:{tag}")
    };
    let name: Reference = parse(&whole)?;
    if name.digest().is_some() {
        return Err(Problem::bad("refusing to create a tag with a digest reference"));
    }
    if name.familiar().starts_with("sha256:") {
        return Err(Problem::bad(
            "refusing to create an ambiguous tag using digest algorithm as name",
        ));
    }
    Ok(name)
}

/// Reads a reference, in dockerd's words where it is none.
pub(super) fn parse(text: &str) -> Result<Reference> {
    text.parse()
        .map_err(|error| Problem::bad(format!("invalid reference format: {error}")))
}

pub(super) async fn tag(call: Call<'_>) -> Result<Reply> {
    let repo = call.query.get("repo").unwrap_or_default();
    let name = named(&repo, &call.query.get("tag").unwrap_or_default())?;
    let (supervisor, text) = (Arc::clone(&call.state.supervisor), call.name.to_owned());
    blocking(move || {
        let engine = supervisor.engine();
        let failed = |error: EngineError| Problem::image(&error, Some(&text));
        engine.tag_image(&text, &name).map_err(failed)?;
        let id = engine.image(&text, None).map_err(failed)?.id;
        supervisor.image_event("tag", &id.to_string(), &name.tagged().familiar());
        Ok(())
    })
    .await?;
    Ok(reply::status(StatusCode::CREATED))
}

pub(super) async fn remove(call: Call<'_>) -> Result<Reply> {
    if call.name.trim().is_empty() {
        return Err(Problem::bad("image name cannot be blank"));
    }
    let removed = call
        .state
        .supervisor
        .image_remove(call.name, call.query.flag("force"))
        .await?;
    reply::ok(&items(&removed))
}

fn items(removed: &[Removed]) -> Vec<DeleteItem> {
    removed
        .iter()
        .map(|item| match item {
            Removed::Untagged(name) => DeleteItem {
                untagged: name.familiar(),
                ..DeleteItem::default()
            },
            Removed::Deleted(digest) => DeleteItem {
                deleted: digest.to_string(),
                ..DeleteItem::default()
            },
        })
        .collect()
}

pub(super) async fn prune(call: Call<'_>) -> Result<Reply> {
    let filters = ImageFilters::of_removal(&call.query.filters()?)?;
    let supervisor = Arc::clone(&call.state.supervisor);
    let (before, wanted) = images_and_bytes(&supervisor).await?;
    let wanted = filters.choose(wanted)?;
    let mut report = PruneReport::default();
    for image in wanted {
        let id = image.row.id.to_string();
        if !supervisor.image_users(&id).is_empty() {
            continue;
        }
        match supervisor.image_remove(&id, true).await {
            Ok(removed) => report
                .images_deleted
                .get_or_insert_default()
                .extend(items(&removed)),
            // Somebody was quicker: it is gone, or has a container now.
            Err(error) if matches!(error.class(), ErrorClass::NotFound | ErrorClass::Conflict) => {}
            Err(error) => return Err(error.into()),
        }
    }
    if report.images_deleted.is_some() {
        // What others share with those that went is still there.
        let (after, _) = images_and_bytes(&supervisor).await?;
        report.space_reclaimed = before.saturating_sub(after);
    }
    supervisor.images_pruned(report.space_reclaimed);
    reply::ok(&report)
}

/// All images, and what they take together.
async fn images_and_bytes(supervisor: &Arc<Supervisor>) -> Result<(u64, Vec<shape::Image>)> {
    let supervisor = Arc::clone(supervisor);
    blocking(move || {
        let images = shape::all(&supervisor)?;
        Ok((Sharing::of(&images).total(), images))
    })
    .await
}

pub(super) async fn attestations(call: Call<'_>) -> Result<Reply> {
    let (engine, name) = (Arc::clone(call.state.supervisor.engine()), call.name.to_owned());
    blocking(move || {
        engine
            .image(&name, None)
            .map_err(|error| Problem::image(&error, Some(&name)))
    })
    .await?;
    // A pull takes an image's own manifest alone, so what others say of it is not here.
    reply::ok::<[serde_json::Value]>(&[])
}
