//! `RUN --mount`: what a step sees and its layer does not keep.
//!
//! In two parts: [`Builder::plan_mounts`] says what they are and by what a step with them is found again; when it is not,
//! [`Builder::mount`] has them made for its container.

mod caches;
mod stubs;

use std::path::{Path, PathBuf};

use sampan_api::container::{HostConfig, Mount as ApiMount};
use sampan_image::dockerfile::{Ignore, Mount, MountKind, clean_path};
use sampan_runtime::linux::HiddenFile;
use sampan_types::Secret;

use super::Builder;
use super::copy::Copying;
use super::files::{Files, View};
use super::secrets::LARGEST_SECRET;
use super::source::{Source, Summing};
use super::stage::Stage;
use super::steps::invalid;
use super::sum::Sum;
use super::tree::{self, As, Root};
use crate::supervisor::cell::Private;
use crate::supervisor::error::{Result, SupervisorError};
pub(crate) use caches::Caches;
use caches::Taken;
pub(super) use stubs::Stubs;

/// Where secrets are where nobody said it.
const SECRETS: &str = "/run/secrets";
/// The bits of a secret's file.
const SECRET_MODE: u32 = 0o400;
/// The bits of a cache's folder.
const CACHE_MODE: u32 = 0o755;
/// The most that all secrets of a step have: they go to its container in one document.
const SECRETS_MOST: usize = 3 << 20;

/// The mounts of a step, before anything is made for them.
#[derive(Default)]
pub(super) struct Planned {
    all: Vec<One>,
    /// What of them counts for finding the step again.
    pub(super) key: Option<String>,
}

/// One mount.
struct One {
    asked: Mount,
    /// Absolute; empty for a secret that is a variable alone.
    target: String,
    /// Where files come from, where they do.
    from: Option<From>,
}

/// Files that are mounted or copied.
struct From {
    /// None for the context.
    view: Option<View>,
    context: Option<String>,
    source: Source,
    /// By what they are told from others.
    sum: String,
}

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
    /// Reads what the mounts of a step are.
    pub(super) async fn plan_mounts(&mut self, stage: &Stage, mounts: &[Mount]) -> Result<Planned> {
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
                    .view(&self.lease, &self.context.workshop, &files)?;
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

/// By what a secret is known.
fn secret_id(mount: &Mount) -> &str {
    match (mount.source.as_str(), mount.id.as_str()) {
        ("", "") => base(&mount.target),
        ("", id) => id,
        (source, _) => source,
    }
}

/// The last part of a path.
fn base(path: &str) -> &str {
    let named = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    match named {
        "" | "." | ".." => "secret",
        named => named,
    }
}

fn cache_id(one: &One) -> &str {
    match one.asked.id.as_str() {
        "" => &one.target,
        id => id,
    }
}

/// The name of a cache's folder: what makes it another one.
fn cache_key(one: &One) -> String {
    let mount = &one.asked;
    let mut sum = Sum::default();
    sum.add(cache_id(one).as_bytes());
    sum.add(one.from.as_ref().map_or("", |from| from.sum.as_str()).as_bytes());
    sum.add(format!("{:?}", (mount.mode, mount.uid, mount.gid)).as_bytes());
    sum.finish().hex().to_owned()
}

/// Where something is mounted: absolute, and not over what a container itself needs.
fn place(working: &str, written: &str) -> Result<String> {
    let refused = |why: &str| invalid(format!("invalid mount target {written:?}: {why}"));
    if written.contains('\0') {
        return Err(refused("it has a zero in it"));
    }
    let whole = match written.starts_with('/') {
        _ if written.is_empty() => return Err(refused("it says no place")),
        true => written.to_owned(),
        false => format!("/{working}/{written}"),
    };
    let path = clean_path(&whole);
    if path == "/" {
        return Err(refused("all files of the step cannot be hidden"));
    }
    let own = ["/proc", "/sys"]
        .iter()
        .find(|own| Path::new(&path).starts_with(own));
    match own {
        Some(own) => Err(refused(&format!("{own} is the kernel's"))),
        None => Ok(path),
    }
}

fn bound(source: PathBuf, target: &str, writable: bool) -> Result<ApiMount> {
    let source = source.into_os_string().into_string().map_err(|_| {
        invalid(format!(
            "what is to be mounted at {target} has a name that is not UTF-8"
        ))
    })?;
    Ok(ApiMount {
        kind: "bind".to_owned(),
        source,
        target: target.to_owned(),
        read_only: !writable,
        ..ApiMount::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_absolute_and_leave_the_kernels_alone() {
        assert_eq!(place("/w", "a/../b").unwrap(), "/w/b");
        assert_eq!(place("/w", "/../../etc/x").unwrap(), "/etc/x");
        for bad in [
            "",
            "/",
            "..",
            "/a/..",
            "/proc",
            "/proc/sys/kernel",
            "/x/../sys/fs",
        ] {
            assert!(place("/", bad).is_err(), "{bad}");
        }
        assert!(place("/", "/process").is_ok());
    }

    #[test]
    fn ids_of_secrets_name_no_other_place() {
        for (id, name) in [
            ("key", "key"),
            ("../../etc/passwd", "passwd"),
            ("..", "secret"),
            ("a/", "a"),
        ] {
            let mount = Mount {
                id: id.to_owned(),
                ..Mount::default()
            };
            assert_eq!(base(secret_id(&mount)), name);
        }
    }
}
