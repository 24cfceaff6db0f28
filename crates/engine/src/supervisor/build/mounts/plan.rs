//! What the mounts of a step are, and by what a step with them is found again.

use std::path::{Path, PathBuf};

use sampan_image::dockerfile::{Ignore, Mount, MountKind, clean_path};

use super::super::Builder;
use super::super::files::{Files, View};
use super::super::source::{Source, Summing};
use super::super::stage::Stage;
use super::super::steps::invalid;
use super::super::sum::Sum;
use super::super::tree;
use super::place::{base, place, secret_id};
use crate::supervisor::error::{Result, SupervisorError};

/// Where secrets are where nobody said it.
const SECRETS: &str = "/run/secrets";

/// The mounts of a step, before anything is made for them.
#[derive(Default)]
pub(in super::super) struct Planned {
    pub(super) all: Vec<One>,
    /// What of them counts for finding the step again.
    pub(in super::super) key: Option<String>,
}

/// One mount.
pub(super) struct One {
    pub(super) asked: Mount,
    /// Absolute; empty for a secret that is a variable alone.
    pub(super) target: String,
    /// Where files come from, where they do.
    pub(super) from: Option<From>,
}

/// Files that are mounted or copied.
pub(super) struct From {
    /// None for the context.
    pub(super) view: Option<View>,
    pub(super) context: Option<String>,
    pub(super) source: Source,
    /// By what they are told from others.
    pub(super) sum: String,
}

impl Builder<'_> {
    /// Reads what the mounts of a step are.
    pub(in super::super) async fn plan_mounts(&mut self, stage: &Stage, mounts: &[Mount]) -> Result<Planned> {
        let mut planned = Planned::default();
        let mut sum = Sum::default();
        for mount in mounts {
            let one = self.plan(stage, mount).await?;
            // Of a cache and a secret only what is said of them: what is in them may change at any time.
            let said = format!(
                "{:?}",
                (
                    (mount.kind, &one.target, &mount.id, mount.sharing, mount.writable),
                    (mount.required, mount.size, mount.mode, mount.uid, mount.gid),
                    (&mount.env, &mount.from, &mount.source),
                )
            );
            sum.add(said.as_bytes());
            sum.add(one.from.as_ref().map_or("", |from| from.sum.as_str()).as_bytes());
            planned.all.push(one);
        }
        if !mounts.is_empty() {
            planned.key = Some(format!("mounts:{}", sum.finish().hex()));
        }
        Ok(planned)
    }

    async fn plan(&mut self, stage: &Stage, mount: &Mount) -> Result<One> {
        let target = match mount.kind {
            MountKind::Ssh => {
                return Err(SupervisorError::Unsupported(
                    "--mount=type=ssh needs the ssh agent of a client, which this builder has no way to: give the step a key with --mount=type=secret"
                        .to_owned(),
                ));
            }
            MountKind::Secret if mount.target.is_empty() && mount.env.is_some() => String::new(),
            MountKind::Secret if mount.target.is_empty() => {
                format!("{SECRETS}/{}", base(secret_id(mount)))
            }
            _ => mount.target.clone(),
        };
        let target = match target.as_str() {
            "" if mount.kind == MountKind::Secret => target,
            written => place(&stage.config.working_dir, written)?,
        };
        if let Some(name) = mount.env.as_deref()
            && (name.is_empty() || name.contains(['=', '\0']))
        {
            return Err(invalid(format!("a secret cannot be the variable {name:?}")));
        }
        let from = match mount.kind {
            MountKind::Bind => Some(self.from(stage, mount).await?),
            MountKind::Cache if !mount.from.is_empty() => Some(self.from(stage, mount).await?),
            _ => None,
        };
        Ok(One {
            asked: mount.clone(),
            target,
            from,
        })
    }

    /// Finds the files of a mount.
    async fn from(&mut self, stage: &Stage, mount: &Mount) -> Result<From> {
        let path = clean_path(&mount.source);
        let (view, context) = match mount.from.as_str() {
            "" => (None, None),
            name if self.context.named.contains_key(name) => (None, Some(name.to_owned())),
            name => {
                let files = self.whole_files_of(name, &stage.platform).await?;
                let view = self
                    .supervisor
                    .folder_view(&self.lease, &self.context.workshop, &files)?;
                (Some((view, files)), None)
            }
        };
        let root = match (&view, &context) {
            (Some((view, _)), _) => &view.root,
            (None, Some(name)) => self.context.named(name),
            (None, None) => &self.context.root,
        };
        let failed = |error: &dyn std::fmt::Display| {
            invalid(format!("cannot mount {path} at {}: {error}", mount.target))
        };
        let stat = root.stat(Path::new(&path)).map_err(|error| failed(&error))?;
        let source = Source {
            path: PathBuf::from(path.trim_start_matches('/')),
            folder: tree::kind(&stat) == rustix::fs::FileType::Directory,
            before: 0,
        };
        let image = view.as_ref().and_then(|(_, files)| files.base.as_ref());
        let sum = match image {
            // All of an image is told by the image.
            Some(image) if path == "/" => image.descriptor.digest.to_string(),
            _ => {
                let summing = Summing {
                    root,
                    owners: view.is_some(),
                    exclude: &Ignore::default(),
                };
                summing.sum(&source).map_err(|error| failed(&error))?
            }
        };
        Ok(From {
            view: view.map(|(view, _)| view),
            context,
            source,
            sum,
        })
    }

    /// What `from=` names, as one folder of the host: a stage whose steps lie above each other is unpacked.
    async fn whole_files_of(&mut self, name: &str, platform: &sampan_types::Platform) -> Result<Files> {
        let files = self.files_of(name, platform).await?;
        match files.above.is_empty() {
            true => Ok(files),
            false => self.unpacked_stage(name),
        }
    }
}
