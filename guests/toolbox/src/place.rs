//! Paths: preview 1 has no working folder, so every path is made absolute and normal before it is used.

use std::io;

use crate::{interrupt, preview1};

/// `path` as seen from `cwd`: absolute, without `.`, `..` and doubled slashes.
pub(crate) fn normal(cwd: &str, path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    let base = if path.starts_with('/') { "" } else { cwd };
    for part in base.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    format!("/{}", parts.join("/"))
}

/// `name` within the folder `folder`, as a user would write it.
pub(crate) fn join(folder: &str, name: &str) -> String {
    if folder.ends_with('/') || folder.is_empty() {
        format!("{folder}{name}")
    } else {
        format!("{folder}/{name}")
    }
}

/// The last part of a path.
pub(crate) fn base(path: &str) -> &str {
    let path = path.trim_end_matches('/');
    path.rsplit('/').next().unwrap_or(path)
}

/// The names in a folder, sorted. Granted folders are there too where nothing else holds them.
pub(crate) fn names(folder: &str) -> io::Result<Vec<String>> {
    interrupt::check()?;
    let prefix = if folder == "/" {
        "/".to_owned()
    } else {
        format!("{folder}/")
    };
    let mut names: Vec<String> = preview1::granted()
        .iter()
        .filter_map(|(_, path)| path.strip_prefix(&prefix))
        .filter_map(|rest| rest.split('/').next())
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect();
    match std::fs::read_dir(folder) {
        Ok(entries) => {
            for entry in entries {
                names.push(entry?.file_name().to_string_lossy().into_owned());
            }
        }
        Err(_) if !names.is_empty() => {}
        Err(error) => return Err(error),
    }
    names.sort();
    names.dedup();
    Ok(names)
}

/// The attributes of an absolute normal path. A folder that only leads to granted ones is a folder.
pub(crate) fn stat(path: &str, follow: bool) -> io::Result<preview1::Filestat> {
    preview1::stat(path, follow).or_else(|error| {
        let prefix = if path == "/" {
            "/".to_owned()
        } else {
            format!("{path}/")
        };
        let leads = preview1::granted()
            .iter()
            .any(|(_, granted)| granted.starts_with(&prefix));
        if !leads {
            return Err(error);
        }
        Ok(preview1::Filestat {
            filetype: preview1::DIRECTORY,
            nlink: 1,
            ..preview1::Filestat::default()
        })
    })
}

/// What an error of the system says, in the words of C libraries, which scripts look for.
pub(crate) fn reason(error: &io::Error) -> String {
    /// `ENOTCAPABLE` of preview 1.
    const NOT_CAPABLE: i32 = 76;
    match error.kind() {
        io::ErrorKind::NotFound => "No such file or directory".to_owned(),
        io::ErrorKind::PermissionDenied => "Permission denied".to_owned(),
        io::ErrorKind::AlreadyExists => "File exists".to_owned(),
        io::ErrorKind::NotADirectory => "Not a directory".to_owned(),
        io::ErrorKind::IsADirectory => "Is a directory".to_owned(),
        io::ErrorKind::DirectoryNotEmpty => "Directory not empty".to_owned(),
        io::ErrorKind::ReadOnlyFilesystem => "Read-only file system".to_owned(),
        io::ErrorKind::Unsupported => "not supported here".to_owned(),
        _ if error.raw_os_error() == Some(NOT_CAPABLE) => "outside of the folders granted".to_owned(),
        _ => {
            let text = error.to_string();
            let end = text.find(" (os error").unwrap_or(text.len());
            text[..end].to_lowercase()
        }
    }
}
