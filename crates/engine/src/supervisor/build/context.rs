//! The context of a build: an archive from a client, unpacked into a folder that goes with the build.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use sampan_image::dockerfile::Ignore;
use sampan_image::unpack::{Ownership, UnpackOptions};

use super::address;
use super::copy::is_archive;
use super::files::Workshop;
use super::tree::Root;
use crate::supervisor::error::{Result, SupervisorError};
use crate::supervisor::{Caller, Supervisor};

/// The name that a Dockerfile has where nothing was said.
const USUAL: &str = "Dockerfile";
/// The folder of the build's own files in an archive that has several contexts.
const OWN: &str = "context";
/// The most that is read of one.
const LARGEST: u64 = 8 << 20;

/// Files to build from, and the Dockerfile.
#[derive(Debug)]
pub struct BuildContext {
    pub(super) workshop: Workshop,
    pub(super) root: Root,
    /// What `--build-context` named beside it.
    pub(super) named: BTreeMap<String, Root>,
    pub(super) dockerfile: String,
}

impl BuildContext {
    /// The files of a context by its name; the build's own where it has none.
    pub(super) fn named(&self, name: &str) -> &Root {
        self.named.get(name).unwrap_or(&self.root)
    }
}

impl Supervisor {
    /// Unpacks a context and finds its Dockerfile. Nothing in the archive leads out of its folder, and what it may
    /// cost is bounded as for a layer.
    ///
    /// Where `named` says names, the archive has a folder `context` with the build's own files, and one for each name, by
    /// its number.
    pub fn build_context(
        &self,
        archive: &mut dyn Read,
        dockerfile: &str,
        named: &[String],
    ) -> Result<BuildContext> {
        let (workshop, root, named) = self.parted(archive, named)?;
        let name = if dockerfile.is_empty() { USUAL } else { dockerfile };
        let (name, text) = read_dockerfile(&root, name)?;
        leave_out(&root, &name)?;
        Ok(BuildContext {
            workshop,
            root,
            named,
            dockerfile: text,
        })
    }

    /// The same with a Dockerfile that came by itself. What is in the archive stays there, also where a `.dockerignore` of it
    /// says otherwise: whoever sent it has left out what should be.
    pub fn build_context_for(
        &self,
        archive: &mut dyn Read,
        dockerfile: String,
        named: &[String],
    ) -> Result<BuildContext> {
        let (workshop, root, named) = self.parted(archive, named)?;
        Ok(BuildContext {
            workshop,
            root,
            named,
            dockerfile,
        })
    }

    /// The folders of an archive: the build's own, and those that have names.
    fn parted(
        &self,
        archive: &mut dyn Read,
        named: &[String],
    ) -> Result<(Workshop, Root, BTreeMap<String, Root>)> {
        let (workshop, top) = self.unpacked(archive)?;
        if named.is_empty() {
            return Ok((workshop, top, BTreeMap::new()));
        }
        let part = |name: &str| match top.folder(Path::new(name)) {
            Ok(folder) => Ok(Root::of(folder)),
            Err(_) => Err(SupervisorError::Invalid(format!(
                "Error processing tar file(the build context): it has no folder {name}"
            ))),
        };
        let numbered = named.iter().enumerate();
        let contexts = numbered
            .map(|(number, name)| Ok((name.clone(), part(&number.to_string())?)))
            .collect::<Result<_>>()?;
        let root = part(OWN)?;
        Ok((workshop, root, contexts))
    }

    fn unpacked(&self, archive: &mut dyn Read) -> Result<(Workshop, Root)> {
        let workshop = Workshop::new(self.shared.engine.store().scratch()?);
        let folder = workshop.folder("context")?;
        let options = UnpackOptions {
            ownership: match self.owned() {
                true => Ownership::Apply,
                false => Ownership::Ignore,
            },
            ..UnpackOptions::default()
        };
        sampan_image::unpack::archive_into_folder(archive, &folder, &options).map_err(|error| match full(
            &error,
        ) {
            Some(source) => SupervisorError::io("write", "the build's context")(source),
            None => SupervisorError::Invalid(format!(
                "Error processing tar file(the build context): {}",
                crate::supervisor::life::chain(&error)
            )),
        })?;
        let root = Root::open(&folder).map_err(SupervisorError::io("open", &folder))?;
        Ok((workshop, root))
    }
}

impl Supervisor {
    /// A context that lies at an address: an archive, or a Dockerfile alone.
    pub async fn remote_context(
        &self,
        caller: &Caller,
        address: &str,
        dockerfile: &str,
    ) -> Result<BuildContext> {
        address::check(caller, address)?;
        let workshop = Workshop::new(self.shared.engine.store().scratch()?);
        let path = workshop.folder("fetched")?.join("context");
        let client = self
            .shared
            .engine
            .registry_client(sampan_distribution::client::Credentials::Anonymous);
        Box::pin(address::fetch(&client, address, &path)).await?;
        let open = || File::open(&path).map_err(SupervisorError::io("open", &path));
        if is_archive(&mut open()?).map_err(SupervisorError::io("read", &path))? {
            return self.build_context(&mut open()?, dockerfile, &[]);
        }
        let folder = workshop.folder("context")?;
        fs::rename(&path, folder.join(USUAL)).map_err(SupervisorError::io("move", &path))?;
        let root = Root::open(&folder).map_err(SupervisorError::io("open", &folder))?;
        let (_, text) = read_dockerfile(&root, USUAL)?;
        Ok(BuildContext {
            workshop,
            root,
            named: BTreeMap::new(),
            dockerfile: text,
        })
    }
}

/// The system's error beneath, where the disk has no room.
fn full(error: &(dyn std::error::Error + 'static)) -> Option<io::Error> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(io) = error.downcast_ref::<io::Error>()
            && matches!(
                io.kind(),
                io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded
            )
        {
            return Some(io.kind().into());
        }
        next = error.source();
    }
    None
}

fn read_dockerfile(root: &Root, name: &str) -> Result<(String, String)> {
    let missing = || SupervisorError::Invalid(format!("Cannot locate specified Dockerfile: {name}"));
    let open = |name: &str| root.file(&Path::new("/").join(name.trim_start_matches('/')));
    let (name, file) = match open(name) {
        Ok(file) => (name.to_owned(), file),
        Err(_) if name == USUAL => {
            let small = USUAL.to_lowercase();
            let file = open(&small).map_err(|_| missing())?;
            (small, file)
        }
        Err(_) => return Err(missing()),
    };
    let mut bytes = Vec::new();
    file.take(LARGEST + 1)
        .read_to_end(&mut bytes)
        .map_err(SupervisorError::io("read", &name))?;
    if bytes.is_empty() {
        return Err(SupervisorError::Invalid(format!(
            "the Dockerfile ({name}) cannot be empty"
        )));
    }
    if bytes.len() as u64 > LARGEST {
        return Err(SupervisorError::Invalid(format!(
            "the Dockerfile ({name}) is larger than 8 MiB"
        )));
    }
    let text = String::from_utf8(bytes)
        .map_err(|_| SupervisorError::Invalid(format!("the Dockerfile ({name}) is not UTF-8")))?;
    Ok((name, text))
}

/// Takes away what was sent for the build alone: clients send the Dockerfile and `.dockerignore` also where the latter
/// leaves them out.
fn leave_out(root: &Root, dockerfile: &str) -> Result<()> {
    let name = ".dockerignore";
    let Ok(mut file) = root.file(Path::new(name)) else {
        return Ok(());
    };
    let mut text = String::new();
    file.by_ref()
        .take(LARGEST)
        .read_to_string(&mut text)
        .map_err(|error| SupervisorError::Invalid(format!("error reading .dockerignore: {error}")))?;
    let ignore = Ignore::read(&text)
        .map_err(|error| SupervisorError::Invalid(format!("error reading .dockerignore: {error}")))?;
    for one in [name, dockerfile] {
        if ignore.leaves_out(one)
            && let Err(error) = root.remove(Path::new(one))
        {
            tracing::debug!(%error, one, "a file of the build alone stays in its context");
        }
    }
    Ok(())
}

/// Removes what a step left where it is of no more use.
pub(super) fn discard(folder: &Path) {
    if let Err(error) = fs::remove_dir_all(folder) {
        tracing::debug!(%error, "a folder of a build stays until its end");
    }
}
