//! `cp` and `mv`.

use std::fs;
use std::io;

use super::options::Given;
use super::view::complain;
use crate::shell::{Done, Shell, fail, usage};
use crate::{place, preview1};

/// How deep folders may lie in what is copied.
const NESTING: u32 = 200;

/// Calls `with` for each source and its target: a name in a folder, or the one other name.
fn pairs(shell: &mut Shell, who: &str, given: &Given, with: impl Fn(&str, &str) -> io::Result<()>) -> Done {
    let Some((target, sources)) = given.rest.split_last().filter(|(_, sources)| !sources.is_empty()) else {
        return usage("from where to where?");
    };
    let folder = shell.stat(target, true).is_ok_and(|stat| stat.is_dir());
    if sources.len() > 1 && !folder {
        return fail(format!("{target}: not a directory"));
    }
    let mut code = 0;
    for source in sources {
        let to = if folder {
            place::join(target, place::base(source))
        } else {
            target.clone()
        };
        let done = shell.stat(source, false).and_then(|_| {
            let (from, to) = (shell.path(source), shell.path(&to));
            if from == to {
                return Err(io::Error::other("source and target are the same"));
            }
            if to.strip_prefix(&from).is_some_and(|rest| rest.starts_with('/')) {
                return Err(io::Error::other("the target lies within the source"));
            }
            with(&from, &to)
        });
        if let Err(error) = done {
            complain(shell, who, source, &error, &mut code);
        }
    }
    Ok(code)
}

pub(super) fn cp(shell: &mut Shell, args: &[String]) -> Done {
    let given = Given::read(args, "rRafpdPLT")?;
    let deep = given.has('r') || given.has('R') || given.has('a');
    let keep = given.has('a') || given.has('p');
    let links = given.has('a') || given.has('d') || given.has('P') || (deep && !given.has('L'));
    pairs(shell, "cp", &given, |from, to| {
        copy(from, to, &How { deep, keep, links }, 0)
    })
}

struct How {
    deep: bool,
    /// Whether times are kept.
    keep: bool,
    /// Whether links are copied as links.
    links: bool,
}

fn copy(from: &str, to: &str, how: &How, depth: u32) -> io::Result<()> {
    let stat = preview1::stat(from, !how.links)?;
    if stat.is_dir() {
        if !how.deep {
            return Err(io::Error::other("is a directory (`-r` copies those)"));
        }
        if depth > NESTING {
            return Err(io::Error::other("folders lie too deep"));
        }
        match fs::create_dir(to) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
            _ => {}
        }
        for name in place::names(from)? {
            copy(&place::join(from, &name), &place::join(to, &name), how, depth + 1)?;
        }
    } else if stat.is_link() {
        let target = fs::read_link(from)?;
        link(&target.to_string_lossy(), to)?;
        return Ok(());
    } else {
        let mut from = fs::File::open(from)?;
        let mut to = fs::File::create(to)?;
        io::copy(&mut from, &mut to)?;
    }
    if how.keep {
        preview1::set_times(to, Some((stat.atim, stat.mtim)))?;
    }
    Ok(())
}

/// Makes a symbolic link.
#[expect(
    deprecated,
    reason = "the function in its place is not stable for this target"
)]
pub(super) fn link(target: &str, path: &str) -> io::Result<()> {
    fs::soft_link(target, path)
}

pub(super) fn mv(shell: &mut Shell, args: &[String]) -> Done {
    let given = Given::read(args, "fiT")?;
    pairs(shell, "mv", &given, |from, to| match fs::rename(from, to) {
        Err(error) if error.kind() == io::ErrorKind::CrossesDevices || unlike(&error) => {
            copy(
                from,
                to,
                &How {
                    deep: true,
                    keep: true,
                    links: true,
                },
                0,
            )?;
            super::make::remove(from, 0)
        }
        done => done,
    })
}

/// Whether two grants lie between both names: the host says it in its own way.
fn unlike(error: &io::Error) -> bool {
    /// `EXDEV` of preview 1.
    const XDEV: i32 = 75;
    error.raw_os_error() == Some(XDEV)
}
