//! What works on paths: `basename`, `dirname`, `pwd`, `readlink`, `realpath`, `which`.

use std::io::Write;

use super::options::Given;
use crate::place;
use crate::shell::{Done, Shell, fail, usage};

fn line(shell: &Shell, text: &str) -> Done {
    let mut out = shell.out()?;
    writeln!(out, "{text}")?;
    out.done()?;
    Ok(0)
}

pub(super) fn basename(shell: &mut Shell, args: &[String]) -> Done {
    let args = if args.get(1).is_some_and(|arg| arg == "--") {
        &args[1..]
    } else {
        args
    };
    let Some(path) = args.get(1) else {
        return usage("which path?");
    };
    let base = if !path.is_empty() && path.bytes().all(|c| c == b'/') {
        "/"
    } else {
        place::base(path)
    };
    let cut = args
        .get(2)
        .and_then(|suffix| base.strip_suffix(suffix.as_str()))
        .filter(|cut| !cut.is_empty());
    line(shell, cut.unwrap_or(base))
}

pub(super) fn dirname(shell: &mut Shell, args: &[String]) -> Done {
    let Some(path) = args.get(1) else {
        return usage("which path?");
    };
    let trimmed = path.trim_end_matches('/');
    let folder = match trimmed.rfind('/') {
        _ if trimmed.is_empty() && !path.is_empty() => "/",
        None => ".",
        Some(at) => match trimmed[..at].trim_end_matches('/') {
            "" => "/",
            folder => folder,
        },
    };
    line(shell, folder)
}

pub(super) fn pwd(shell: &mut Shell, _: &[String]) -> Done {
    line(shell, &shell.cwd)
}

pub(super) fn readlink(shell: &mut Shell, args: &[String]) -> Done {
    let given = Given::read(args, "fn")?;
    let Some(path) = given.rest.first() else {
        return usage("which link?");
    };
    if given.has('f') {
        return resolved(shell, path);
    }
    match std::fs::read_link(shell.path(path)) {
        Ok(target) => line(shell, &target.to_string_lossy()),
        // As others do: that it is no link is an exit code, not a message.
        Err(_) => Ok(1),
    }
}

pub(super) fn realpath(shell: &mut Shell, args: &[String]) -> Done {
    let mut code = 0;
    for path in &args[1..] {
        if shell.stat(path, false).is_err() {
            shell.say("realpath", format_args!("{path}: No such file or directory"));
            code = 1;
            continue;
        }
        code = code.max(resolved(shell, path)?);
    }
    Ok(code)
}

/// Follows every link on the way.
fn resolved(shell: &Shell, path: &str) -> Done {
    const MOST_LINKS: u32 = 40;
    let mut links = 0;
    let full = shell.path(path);
    let mut todo: Vec<String> = full
        .split('/')
        .rev()
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
        .collect();
    let mut done = "/".to_owned();
    while let Some(part) = todo.pop() {
        let next = place::normal(&done, &part);
        match std::fs::read_link(&next) {
            Ok(target) => {
                links += 1;
                if links > MOST_LINKS {
                    return fail(format!("{path}: too many links"));
                }
                let target = target.to_string_lossy().into_owned();
                if target.starts_with('/') {
                    done = "/".to_owned();
                }
                todo.extend(
                    target
                        .split('/')
                        .rev()
                        .filter(|part| !part.is_empty())
                        .map(str::to_owned),
                );
            }
            Err(_) => done = next,
        }
    }
    line(shell, &done)
}

pub(super) fn which(shell: &mut Shell, args: &[String]) -> Done {
    let mut code = 0;
    let mut out = shell.out()?;
    for name in args[1..].iter().filter(|arg| !arg.starts_with('-')) {
        let folders = shell
            .variables
            .get("PATH")
            .unwrap_or("/usr/local/bin:/usr/bin:/bin")
            .to_owned();
        let mut paths = folders.split(':').map(|folder| place::join(folder, name));
        let found = if name.contains('/') {
            Some(name.clone()).filter(|path| shell.stat(path, true).is_ok())
        } else {
            paths.find(|path| shell.stat(path, true).is_ok_and(|stat| stat.is_file()))
        };
        match found {
            Some(path) => writeln!(out, "{path}")?,
            None if super::find(name).is_some() => writeln!(out, "/bin/{name}")?,
            None => code = 1,
        }
    }
    out.done()?;
    Ok(code)
}
