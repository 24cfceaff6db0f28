//! `RUN --mount`: what a step sees and its layer does not keep.
//!
//! In two parts: [`Builder::plan_mounts`] says what they are and by what a step with them is found again; when it is not,
//! [`Builder::mount`] has them made for its container.

mod caches;
mod place;
mod plan;
mod stubs;

use std::path::Path;

use sampan_api::container::HostConfig;
use sampan_image::dockerfile::{Ignore, MountKind};
use sampan_runtime::linux::HiddenFile;
use sampan_types::Secret;

use super::Builder;
use super::copy::Copying;
use super::files::View;
use super::secrets::LARGEST_SECRET;
use super::steps::invalid;
use super::tree::{As, Root};
use crate::supervisor::cell::Private;
use crate::supervisor::error::{Result, SupervisorError};
pub(crate) use caches::Caches;
use caches::Taken;
use place::{bound, cache_id, cache_key, secret_id};
use plan::{From, One, Planned};
pub(super) use stubs::Stubs;

/// The bits of a secret's file.
const SECRET_MODE: u32 = 0o400;
/// The bits of a cache's folder.
const CACHE_MODE: u32 = 0o755;
/// The most that all secrets of a step have: they go to its container in one document.
const SECRETS_MOST: usize = 3 << 20;

/// What is there for the container of a step.
#[derive(Default)]
pub(super) struct Mounted {
    /// What it gets beside its body.
    pub(super) private: Private,
    /// Its mount points.
    pub(super) targets: Vec<String>,
    /// Held until its end.
    _caches: Vec<Taken>,
    _views: Vec<View>,
}

impl Builder<'_> {
    /// Makes what a step's container gets, and puts it into its body.
    pub(super) async fn mount(&mut self, planned: Planned, host: &mut HostConfig) -> Result<Mounted> {
        let mut mounted = Mounted::default();
        let mut caches = Vec::new();
        for one in planned.all {
            if !one.target.is_empty() {
                mounted.targets.push(one.target.clone());
            }
            match one.asked.kind {
                MountKind::Bind => self.bind(one, host, &mut mounted)?,
                MountKind::Cache => caches.push((cache_key(&one), one)),
                MountKind::Tmpfs => {
                    let size = one.asked.size.map(|size| format!("size={},", size.get()));
                    let access = match one.asked.writable {
                        Some(false) => "ro",
                        _ => "rw",
                    };
                    let options = format!("{}exec,{access}", size.unwrap_or_default());
                    host.tmpfs.insert(one.target, options);
                }
                MountKind::Secret => self.secret(&one, &mut mounted).await?,
                MountKind::Ssh => {}
            }
        }
        // In one order for all steps, so that no two wait for each other.
        caches.sort_by(|(one, _), (other, _)| one.cmp(other));
        for (key, one) in caches {
            self.cache(&key, one, host, &mut mounted).await?;
        }
        Ok(mounted)
    }

    fn root_of<'r>(&'r self, from: &'r From) -> &'r Root {
        match (&from.view, &from.context) {
            (Some(view), _) => &view.root,
            (None, Some(name)) => self.context.named(name),
            (None, None) => &self.context.root,
        }
    }

    fn bind(&self, one: One, host: &mut HostConfig, mounted: &mut Mounted) -> Result<()> {
        let Some(from) = one.from else { return Ok(()) };
        let writable = one.asked.writable == Some(true);
        let source = match writable {
            // What is written is nobody's: it goes with the step.
            true => {
                let folder = self.context.workshop.folder("written")?;
                self.copy_into(&from, &folder.join("files"))?;
                folder.join("files")
            }
            false => self
                .root_of(&from)
                .real(&Path::new("/").join(&from.source.path))
                .map_err(SupervisorError::io("open", &one.target))?,
        };
        host.mounts.push(bound(source, &one.target, writable)?);
        mounted._views.extend(from.view);
        Ok(())
    }

    /// Copies the files of a mount to a place that is not there yet.
    fn copy_into(&self, from: &From, to: &Path) -> Result<()> {
        let failed = |error| SupervisorError::io("copy files to", to)(error);
        let parent = to.parent().unwrap_or(Path::new("/"));
        let name = to.file_name().unwrap_or_default().to_string_lossy();
        let root = Root::open(parent).map_err(failed)?;
        let copying = Copying {
            from: self.root_of(from),
            to: &root,
            target: match from.source.folder {
                true => format!("/{name}/"),
                false => format!("/{name}"),
            },
            as_: As {
                owner: None,
                mode: None,
                owned: self.supervisor.owned(),
            },
            chown: None,
            itself: true,
            exclude: &Ignore::default(),
            parents: false,
            unpack: None,
            now: 0,
        };
        copying.source(&from.source).map_err(failed)
    }

    async fn cache(&self, key: &str, one: One, host: &mut HostConfig, mounted: &mut Mounted) -> Result<()> {
        let mount = &one.asked;
        let owned = self.supervisor.owned();
        let fill = |path: &Path| {
            let failed = || SupervisorError::io("make", "a build's cache");
            match &one.from {
                Some(from) if from.source.folder => return self.copy_into(from, path),
                Some(_) => return Err(invalid("a cache can begin with a folder, and not with a file")),
                None => std::fs::create_dir(path).map_err(failed())?,
            }
            if owned && (mount.uid.is_some() || mount.gid.is_some()) {
                let (uid, gid) = (mount.uid.unwrap_or(0), mount.gid.unwrap_or(0));
                std::os::unix::fs::chown(path, Some(uid), Some(gid)).map_err(failed())?;
            }
            let mode = mount.mode.unwrap_or(CACHE_MODE) & 0o7777;
            std::fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(mode))
                .map_err(failed())
        };
        let caches = &self.supervisor.shared.caches;
        let sharing = mount.sharing.unwrap_or_default();
        let taken = caches.take(key, cache_id(&one), sharing, fill).await?;
        host.mounts
            .push(bound(taken.path(), &one.target, mount.writable != Some(false))?);
        mounted._caches.push(taken);
        mounted._views.extend(one.from.and_then(|from| from.view));
        Ok(())
    }

    async fn secret(&self, one: &One, mounted: &mut Mounted) -> Result<()> {
        let mount = &one.asked;
        let id = secret_id(mount);
        let found = match &self.options.secrets {
            Some(secrets) => secrets.secret(id).await?,
            None => None,
        };
        let Some(content) = found else {
            mounted.targets.retain(|target| *target != one.target);
            return match mount.required {
                true => Err(invalid(format!("secret {id}: not found"))),
                false => Ok(()),
            };
        };
        let before: usize = mounted
            .private
            .files
            .iter()
            .map(|(_, file)| file.content.expose().len())
            .sum();
        let length = content.expose().len();
        if length > LARGEST_SECRET || before + length > SECRETS_MOST {
            return Err(invalid(format!(
                "secret {id} is too large: one may have 500 KiB, and all of a step 3 MiB"
            )));
        }
        if let Some(name) = &mount.env {
            let text = String::from_utf8(content.expose().to_vec())
                .ok()
                .filter(|text| !text.contains('\0'))
                .ok_or_else(|| invalid(format!("secret {id} is no text, so that it cannot be a variable")))?;
            mounted.private.env.push((name.clone(), Secret::new(text)));
        }
        if one.target.is_empty() {
            return Ok(());
        }
        let file = HiddenFile {
            content,
            mode: mount.mode.unwrap_or(SECRET_MODE),
            owner: (mount.uid.unwrap_or(0), mount.gid.unwrap_or(0)),
        };
        mounted.private.files.push((one.target.clone(), file));
        Ok(())
    }
}
