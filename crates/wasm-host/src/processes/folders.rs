//! Finds a file by its path in the container, for the host itself.

use std::fs::File;
use std::io;
use std::path::{Component, Path, PathBuf};

use rustix::fs::{CWD, Mode, OFlags, ResolveFlags, openat, openat2};

/// Opens a regular file by an absolute path, by the folders that the guest has: target and place on the host. As for
/// the guest itself, no link leads out of the folder in which the search begins.
pub(super) fn open<'a>(folders: impl Iterator<Item = (&'a Path, &'a Path)>, path: &str) -> io::Result<File> {
    let mut whole = PathBuf::new();
    for part in Path::new(path).components() {
        match part {
            Component::RootDir => whole.push("/"),
            Component::Normal(name) => whole.push(name),
            Component::CurDir => {}
            // The toolbox makes its paths normal; `..` after a link would mean another folder here than there.
            Component::ParentDir | Component::Prefix(_) => return Err(io::ErrorKind::InvalidInput.into()),
        }
    }
    if !whole.is_absolute() {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    let (place, rest) = folders
        .filter_map(|(target, place)| {
            let rest = whole.strip_prefix(target).ok()?;
            Some((target.components().count(), place, rest))
        })
        .max_by_key(|(depth, ..)| *depth)
        .map(|(_, place, rest)| (place, rest))
        .ok_or(io::ErrorKind::NotFound)?;
    if rest.as_os_str().is_empty() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    let folder = openat(
        CWD,
        place,
        OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC,
        Mode::empty(),
    )?;
    // What is no file may block when it is opened.
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_MAGICLINKS;
    let file = File::from(openat2(folder, rest, flags, Mode::empty(), resolve)?);
    let kind = file.metadata()?.file_type();
    if kind.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    if !kind.is_file() {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    Ok(file)
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    #[test]
    fn the_deepest_folder_holds_a_path_and_nothing_leads_out_of_it() {
        let dir = tempfile::tempdir().unwrap();
        let (root, mount) = (dir.path().join("root"), dir.path().join("mount"));
        std::fs::create_dir_all(root.join("data")).unwrap();
        std::fs::create_dir(&mount).unwrap();
        std::fs::write(root.join("a"), "root").unwrap();
        std::fs::write(root.join("data/a"), "hidden").unwrap();
        std::fs::write(mount.join("a"), "mount").unwrap();
        std::fs::write(dir.path().join("outside"), "no").unwrap();
        std::os::unix::fs::symlink("../outside", root.join("out")).unwrap();
        std::os::unix::fs::symlink("/a", root.join("whole")).unwrap();
        std::os::unix::fs::symlink("a", root.join("link")).unwrap();
        let pipe = std::ffi::CString::new(root.join("pipe").to_str().unwrap()).unwrap();
        rustix::fs::mknodat(rustix::fs::CWD, pipe, rustix::fs::FileType::Fifo, Mode::RUSR, 0).unwrap();
        let find = |path: &str| {
            let folders = [(Path::new("/"), root.as_path()), (Path::new("/data"), &mount)];
            let mut text = String::new();
            open(folders.into_iter(), path)?.read_to_string(&mut text)?;
            Ok::<_, io::Error>(text)
        };
        for (path, text) in [
            ("/a", "root"),
            ("/./data/a", "mount"),
            ("/link", "root"),
            ("//a", "root"),
        ] {
            assert_eq!(find(path).unwrap(), text, "{path}");
        }
        for path in [
            "/out",
            "/whole",
            "/data/../a",
            "a",
            "",
            "/",
            "/data",
            "/pipe",
            "/nothing",
            "/a/b",
        ] {
            assert!(find(path).is_err(), "{path}");
        }
    }
}
