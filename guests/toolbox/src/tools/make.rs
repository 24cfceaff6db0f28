//! What makes and removes names: `mkdir`, `rmdir`, `rm`, `ln`, `touch`.

use std::fs;
use std::io;
use std::time::UNIX_EPOCH;

use super::options::Given;
use super::view::complain;
use crate::shell::{Done, Shell, fail, usage};
use crate::{place, preview1};

/// How deep folders may lie in what is removed.
const NESTING: u32 = 200;

pub(super) fn mkdir(shell: &mut Shell, args: &[String]) -> Done {
    // There are no modes: `-m` asks for nothing that could be done or denied.
    let given = Given::read(args, "pm:")?;
    if given.rest.is_empty() {
        return usage("which folder?");
    }
    let mut code = 0;
    for path in &given.rest {
        let full = shell.path(path);
        let done = if given.has('p') {
            fs::create_dir_all(&full)
        } else {
            fs::create_dir(&full)
        };
        if let Err(error) = done {
            complain(shell, "mkdir", path, &error, &mut code);
        }
    }
    Ok(code)
}

pub(super) fn rmdir(shell: &mut Shell, args: &[String]) -> Done {
    let given = Given::read(args, "p")?;
    let mut code = 0;
    for path in &given.rest {
        let mut full = shell.path(path);
        let mut left = if given.has('p') {
            path.trim_matches('/').split('/').count()
        } else {
            1
        };
        while left > 0 {
            if let Err(error) = fs::remove_dir(&full) {
                complain(shell, "rmdir", path, &error, &mut code);
                break;
            }
            full.truncate(full.rfind('/').unwrap_or(0));
            left -= 1;
        }
    }
    Ok(code)
}

pub(super) fn rm(shell: &mut Shell, args: &[String]) -> Done {
    let given = Given::read(args, "rRfi")?;
    let deep = given.has('r') || given.has('R');
    if given.rest.is_empty() && !given.has('f') {
        return usage("which file?");
    }
    let mut code = 0;
    for path in &given.rest {
        let full = shell.path(path);
        if full == "/" || matches!(place::base(path), "." | "..") {
            shell.say("rm", format_args!("{path}: refusing to remove it"));
            code = 1;
            continue;
        }
        let done = shell.stat(path, false).and_then(|stat| match stat.is_dir() {
            true if deep => remove(&full, 0),
            true => Err(io::ErrorKind::IsADirectory.into()),
            false => fs::remove_file(&full),
        });
        match done {
            Err(error) if error.kind() == io::ErrorKind::NotFound && given.has('f') => {}
            Err(error) => complain(shell, "rm", path, &error, &mut code),
            Ok(()) => {}
        }
    }
    Ok(code)
}

/// Removes a file, or a folder with all in it; links are not followed.
pub(super) fn remove(path: &str, depth: u32) -> io::Result<()> {
    if !preview1::stat(path, false)?.is_dir() {
        return fs::remove_file(path);
    }
    if depth > NESTING {
        return Err(io::Error::other("folders lie too deep"));
    }
    for name in place::names(path)? {
        remove(&place::join(path, &name), depth + 1)?;
    }
    fs::remove_dir(path)
}

pub(super) fn ln(shell: &mut Shell, args: &[String]) -> Done {
    let given = Given::read(args, "sfnT")?;
    let (target, path) = match given.rest.as_slice() {
        [target] => (target, place::base(target).to_owned()),
        [target, path] => (target, path.clone()),
        _ => return usage("from where to where?"),
    };
    let follow = !given.has('n');
    let folder = shell.stat(&path, follow).is_ok_and(|stat| stat.is_dir());
    let path = if folder {
        place::join(&path, place::base(target))
    } else {
        path
    };
    let full = shell.path(&path);
    if given.has('f') && shell.stat(&path, false).is_ok_and(|stat| !stat.is_dir()) {
        fs::remove_file(&full)?;
    }
    let done = if given.has('s') {
        super::copy::link(target, &full)
    } else {
        fs::hard_link(shell.path(target), &full)
    };
    match done {
        Ok(()) => Ok(0),
        Err(error) => fail(format!("{path}: {}", place::reason(&error))),
    }
}

pub(super) fn touch(shell: &mut Shell, args: &[String]) -> Done {
    let given = Given::read(args, "camr:d:")?;
    let times = match (given.value('r'), given.value('d')) {
        (Some(like), _) => {
            let stat = shell.stat(like, true)?;
            Some((stat.atim, stat.mtim))
        }
        (None, Some(text)) => {
            let time = super::date::parse(text).and_then(|time| time.duration_since(UNIX_EPOCH).ok());
            let Some(time) = time.and_then(|time| u64::try_from(time.as_nanos()).ok()) else {
                return usage(format!("`{text}` is not a date"));
            };
            Some((time, time))
        }
        (None, None) => None,
    };
    let mut code = 0;
    for path in &given.rest {
        let full = shell.path(path);
        let done = match shell.stat(path, true) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                if given.has('c') {
                    continue;
                }
                fs::OpenOptions::new()
                    .create(true)
                    .append(true)
                    .open(&full)
                    .map(drop)
            }
            Err(error) => Err(error),
            Ok(_) => Ok(()),
        };
        if let Err(error) = done.and_then(|()| preview1::set_times(&full, times)) {
            complain(shell, "touch", path, &error, &mut code);
        }
    }
    Ok(code)
}
