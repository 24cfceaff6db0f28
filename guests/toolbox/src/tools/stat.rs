//! `stat`.

use std::io::Write;
use std::time::{Duration, UNIX_EPOCH};

use super::date::formatted;
use super::options::Given;
use super::view::complain;
use crate::preview1::{BLOCK_DEVICE, CHARACTER_DEVICE, DIRECTORY, Filestat, REGULAR, SYMBOLIC_LINK};
use crate::shell::{Done, Shell, usage};

const USUAL: &str =
    "  File: %N\n  Size: %s\tType: %F\nDevice: %d\tInode: %i\tLinks: %h\nAccess: %x\nModify: %y\nChange: %z";

pub(super) fn stat(shell: &mut Shell, args: &[String]) -> Done {
    let given = Given::read(args, "Lc:")?;
    if given.rest.is_empty() {
        return usage("which file?");
    }
    let format = given.value('c').unwrap_or(USUAL);
    let mut code = 0;
    let mut out = shell.out()?;
    for path in &given.rest {
        match shell.stat(path, given.has('L')) {
            Ok(stat) => writeln!(out, "{}", described(shell, path, &stat, format))?,
            Err(error) => {
                out.flush()?;
                complain(shell, "stat", path, &error, &mut code);
            }
        }
    }
    out.done()?;
    Ok(code)
}

fn described(shell: &Shell, path: &str, stat: &Filestat, format: &str) -> String {
    let time = |nanoseconds: u64| {
        let time = UNIX_EPOCH + Duration::from_nanos(nanoseconds);
        formatted(time, "%Y-%m-%d %H:%M:%S.%N +0000")
    };
    let kind = match stat.filetype {
        REGULAR if stat.size == 0 => "regular empty file",
        REGULAR => "regular file",
        DIRECTORY => "directory",
        SYMBOLIC_LINK => "symbolic link",
        CHARACTER_DEVICE => "character special file",
        BLOCK_DEVICE => "block special file",
        _ => "unknown",
    };
    let mut text = String::new();
    let mut chars = format.chars();
    while let Some(c) = chars.next() {
        if c != '%' {
            text.push(c);
            continue;
        }
        match chars.next() {
            Some('n') => text.push_str(path),
            Some('N') => match std::fs::read_link(shell.path(path)) {
                Ok(target) if stat.is_link() => text.push_str(&format!("'{path}' -> '{}'", target.display())),
                _ => text.push_str(path),
            },
            Some('s') => text.push_str(&stat.size.to_string()),
            Some('F') => text.push_str(kind),
            Some('d') => text.push_str(&stat.dev.to_string()),
            Some('i') => text.push_str(&stat.ino.to_string()),
            Some('h') => text.push_str(&stat.nlink.to_string()),
            Some('x') => text.push_str(&time(stat.atim)),
            Some('y') => text.push_str(&time(stat.mtim)),
            Some('z') => text.push_str(&time(stat.ctim)),
            Some('X') => text.push_str(&(stat.atim / 1_000_000_000).to_string()),
            Some('Y') => text.push_str(&(stat.mtim / 1_000_000_000).to_string()),
            Some('Z') => text.push_str(&(stat.ctim / 1_000_000_000).to_string()),
            Some('%') => text.push('%'),
            // Modes and owners are not known.
            Some(_) => text.push('?'),
            None => text.push('%'),
        }
    }
    text
}
