//! An archive that a container gave, as files of this machine. The archive is a stranger's: nothing in it may be written
//! outside of the place that the person named, whatever names and links it has.

use std::fs;
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};

use tar::EntryType;

use crate::error::CliError;

/// Where the archive goes.
#[derive(Debug)]
pub(super) struct Place {
    /// A folder that is there.
    folder: PathBuf,
    /// The name that the archive's first name gets; `None` where the contents alone are wanted.
    name: Option<PathBuf>,
}

impl Place {
    /// As Docker has it: into a folder that is there; else under the name that was written.
    pub(super) fn find(target: &Path, name: &str, is_folder: bool, contents: bool) -> Result<Self, CliError> {
        let text = target.to_string_lossy();
        match fs::metadata(target) {
            Ok(found) if found.is_dir() => Ok(Self {
                folder: target.to_path_buf(),
                name: (!contents).then(|| PathBuf::from(name)),
            }),
            Ok(_) if is_folder => Err(CliError::Usage("a folder cannot be copied over a file")),
            Err(error) if error.kind() == io::ErrorKind::NotFound && text.ends_with('/') && !is_folder => {
                Err(CliError::NoObject(text.into_owned()))
            }
            Ok(_) | Err(_) => {
                let parent = target.parent().filter(|parent| !parent.as_os_str().is_empty());
                let parent = parent.unwrap_or(Path::new("."));
                let last = target
                    .file_name()
                    .ok_or_else(|| CliError::NoObject(text.clone().into_owned()))?;
                if !parent.is_dir() {
                    return Err(CliError::NoObject(parent.to_string_lossy().into_owned()));
                }
                Ok(Self {
                    folder: parent.to_path_buf(),
                    name: Some(last.into()),
                })
            }
        }
    }

    /// Where an entry goes: beneath the folder, by plain names alone. `None` for the top itself.
    fn of(&self, path: &Path) -> io::Result<Option<PathBuf>> {
        let mut parts = Vec::new();
        for part in path.components() {
            match part {
                Component::Normal(part) => parts.push(part),
                Component::CurDir => {}
                _ => return Err(wrong(path)),
            }
        }
        // The first name is that of what was asked for.
        let mut out = match &self.name {
            Some(name) => name.clone(),
            None => PathBuf::new(),
        };
        out.extend(parts.iter().skip(1));
        Ok((!out.as_os_str().is_empty()).then_some(out))
    }
}

fn wrong(path: &Path) -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidData,
        format!(
            "the archive has the name `{}`, which leads out of it",
            path.display()
        ),
    )
}

pub(super) fn unpack(archive: impl Read, place: &Place) -> Result<(), CliError> {
    write(archive, place).map_err(|source| CliError::Unpack {
        path: place.folder.clone(),
        source,
    })
}

fn write(archive: impl Read, place: &Place) -> io::Result<()> {
    let mut archive = tar::Archive::new(archive);
    for entry in archive.entries()? {
        let mut entry = entry?;
        let path = entry.path()?.into_owned();
        let Some(relative) = place.of(&path)? else {
            continue;
        };
        let target = place.folder.join(&relative);
        no_links_above(&place.folder, &relative)?;
        match entry.header().entry_type() {
            EntryType::Directory => match fs::create_dir(&target) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists && is_folder(&target) => {}
                made => made?,
            },
            EntryType::Link => {
                let original = entry.link_name()?.ok_or_else(|| wrong(&path))?;
                let original = place.of(&original)?.ok_or_else(|| wrong(&path))?;
                no_links_above(&place.folder, &original)?;
                let original = place.folder.join(original);
                if fs::symlink_metadata(&original)?.is_symlink() {
                    return Err(wrong(&path));
                }
                remove_file(&target)?;
                fs::hard_link(original, &target)?;
            }
            EntryType::Symlink => {
                let to = entry.link_name()?.ok_or_else(|| wrong(&path))?;
                remove_file(&target)?;
                std::os::unix::fs::symlink(to, &target)?;
            }
            EntryType::Regular | EntryType::Continuous => {
                remove_file(&target)?;
                let mut file = fs::File::create_new(&target)?;
                io::copy(&mut entry, &mut file)?;
                let mode = entry.header().mode()? & 0o777;
                file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(mode))?;
            }
            // Devices and pipes are no files that somebody copies.
            _ => {}
        }
    }
    Ok(())
}

fn is_folder(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|found| found.is_dir())
}

/// An earlier entry may have been a link, through which a later one would be written elsewhere.
fn no_links_above(folder: &Path, relative: &Path) -> io::Result<()> {
    let mut path = folder.to_path_buf();
    for part in relative.parent().into_iter().flat_map(Path::components) {
        path.push(part);
        if !is_folder(&path) {
            return Err(wrong(relative));
        }
    }
    Ok(())
}

/// What is there is replaced, and never written through.
fn remove_file(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn archive(entries: &[(&str, EntryType, &str)]) -> Vec<u8> {
        let mut builder = tar::Builder::new(Vec::new());
        for (name, kind, content) in entries {
            let mut header = tar::Header::new_gnu();
            header.set_entry_type(*kind);
            header.set_mode(0o644);
            let is_link = matches!(kind, EntryType::Symlink | EntryType::Link);
            if is_link {
                header.set_link_name_literal(content).unwrap();
            }
            let body = if is_link { "" } else { content };
            header.set_size(body.len() as u64);
            // Literally, since the builder refuses names that lead out.
            header.as_mut_bytes()[..name.len()].copy_from_slice(name.as_bytes());
            header.set_cksum();
            builder.append(&header, body.as_bytes()).unwrap();
        }
        builder.into_inner().unwrap()
    }

    fn unpacked(target: &Path, is_folder: bool, entries: &[(&str, EntryType, &str)]) -> Result<(), CliError> {
        let place = Place::find(target, "a", is_folder, false)?;
        unpack(archive(entries).as_slice(), &place)
    }

    #[test]
    fn a_file_gets_the_name_that_was_asked_for() {
        let dir = tempfile::tempdir().unwrap();
        let file = [("a", EntryType::Regular, "text")];
        unpacked(&dir.path().join("b"), false, &file).unwrap();
        unpacked(dir.path(), false, &file).unwrap();
        for name in ["a", "b"] {
            assert_eq!(fs::read_to_string(dir.path().join(name)).unwrap(), "text");
        }
        assert!(unpacked(&dir.path().join("none/b"), false, &file).is_err());
        assert!(unpacked(&dir.path().join("none/"), false, &file).is_err());
    }

    #[test]
    fn folders_come_whole() {
        let dir = tempfile::tempdir().unwrap();
        let tree = [
            ("a/", EntryType::Directory, ""),
            ("a/f", EntryType::Regular, "1"),
            ("a/l", EntryType::Symlink, "f"),
            ("a/h", EntryType::Link, "a/f"),
        ];
        unpacked(&dir.path().join("b"), true, &tree).unwrap();
        assert_eq!(fs::read_to_string(dir.path().join("b/l")).unwrap(), "1");
        assert_eq!(fs::read_to_string(dir.path().join("b/h")).unwrap(), "1");
    }

    #[test]
    fn nothing_leads_out() {
        let outside = tempfile::tempdir().unwrap();
        let secret = outside.path().join("secret");
        fs::write(&secret, "kept").unwrap();
        let out = outside.path().to_str().unwrap();
        let secret_text = secret.to_str().unwrap();
        let dir_entry = ("a/", EntryType::Directory, "");
        for entries in [
            vec![dir_entry, ("a/../../x", EntryType::Regular, "bad")],
            vec![dir_entry, ("/x", EntryType::Regular, "bad")],
            vec![
                dir_entry,
                ("a/l", EntryType::Symlink, out),
                ("a/l/secret", EntryType::Regular, "bad"),
            ],
            vec![dir_entry, ("a/h", EntryType::Link, secret_text)],
            vec![
                dir_entry,
                ("a/l", EntryType::Symlink, secret_text),
                ("a/h", EntryType::Link, "a/l"),
            ],
        ] {
            let dir = tempfile::tempdir().unwrap();
            assert!(
                unpacked(&dir.path().join("b"), true, &entries).is_err(),
                "{entries:?}"
            );
            assert_eq!(fs::read_to_string(&secret).unwrap(), "kept");
        }
        // A link in the place of a file is replaced, not followed.
        let dir = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink(&secret, dir.path().join("a")).unwrap();
        unpacked(dir.path(), false, &[("a", EntryType::Regular, "new")]).unwrap();
        assert_eq!(fs::read_to_string(&secret).unwrap(), "kept");
        assert_eq!(fs::read_to_string(dir.path().join("a")).unwrap(), "new");
    }
}
