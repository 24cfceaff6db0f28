//! `ls`.

use std::io::Write;
use std::time::{Duration, UNIX_EPOCH};

use super::options::Given;
use super::view::complain;
use crate::preview1::{BLOCK_DEVICE, CHARACTER_DEVICE, DIRECTORY, Filestat, REGULAR, SYMBOLIC_LINK};
use crate::shell::{Done, Shell};
use crate::stream::Out;
use crate::{place, preview1};

/// How deep `-R` goes.
const NESTING: u32 = 200;

pub(super) fn ls(shell: &mut Shell, args: &[String]) -> Done {
    let given = Given::read(args, "laA1RdFhtrSinpCog")?;
    let paths = if given.rest.is_empty() {
        vec![".".to_owned()]
    } else {
        given.rest.clone()
    };
    let mut listing = Listing {
        given: &given,
        out: shell.out()?,
        code: 0,
        blank: false,
    };
    let (mut files, mut folders) = (Vec::new(), Vec::new());
    for path in paths {
        let long = given.has('l');
        let stat = shell.stat(&path, !long).or_else(|_| shell.stat(&path, false));
        match stat {
            Ok(stat) if stat.is_dir() && !given.has('d') => folders.push(path),
            Ok(stat) => files.push((path, stat)),
            Err(error) => {
                complain(shell, "ls", &path, &error, &mut listing.code);
            }
        }
    }
    let titles = files.len() + folders.len() > 1 || given.has('R');
    listing.order(&mut files);
    listing.rows(shell, "", &files)?;
    folders.sort();
    for folder in folders {
        listing.folder(shell, &folder, titles, 0)?;
    }
    let code = listing.code;
    listing.out.done()?;
    Ok(code)
}

struct Listing<'a> {
    given: &'a Given,
    out: Out,
    code: i32,
    /// Whether something stands above that a blank line must part from what follows.
    blank: bool,
}

impl Listing<'_> {
    fn folder(&mut self, shell: &Shell, folder: &str, title: bool, depth: u32) -> std::io::Result<()> {
        let names = match place::names(&shell.path(folder)) {
            Ok(names) => names,
            Err(error) => {
                self.out.flush()?;
                complain(shell, "ls", folder, &error, &mut self.code);
                return Ok(());
            }
        };
        let mut entries = Vec::new();
        if self.given.has('a') {
            for name in [".", ".."] {
                let path = place::join(folder, name);
                entries.push((name.to_owned(), shell.stat(&path, true).unwrap_or_default()));
            }
        }
        for name in names {
            if name.starts_with('.') && !self.given.has('a') && !self.given.has('A') {
                continue;
            }
            // What goes away while it is listed is not there.
            if let Ok(stat) = shell.stat(&place::join(folder, &name), false) {
                entries.push((name, stat));
            }
        }
        self.order(&mut entries);
        if title {
            let gap = if self.blank { "\n" } else { "" };
            writeln!(self.out, "{gap}{folder}:")?;
        }
        self.blank = true;
        if self.given.has('l') {
            let total: u64 = entries.iter().map(|(_, stat)| stat.size.div_ceil(1 << 10)).sum();
            writeln!(self.out, "total {total}")?;
        }
        self.rows(shell, folder, &entries)?;
        if self.given.has('R') && depth < NESTING {
            for (name, stat) in &entries {
                if stat.is_dir() && name != "." && name != ".." {
                    self.folder(shell, &place::join(folder, name), true, depth + 1)?;
                }
            }
        }
        Ok(())
    }

    fn order(&self, entries: &mut [(String, Filestat)]) {
        if self.given.has('t') {
            entries.sort_by_key(|(_, stat)| std::cmp::Reverse(stat.mtim));
        } else if self.given.has('S') {
            entries.sort_by_key(|(_, stat)| std::cmp::Reverse(stat.size));
        } else {
            entries.sort_by(|(a, _), (b, _)| a.cmp(b));
        }
        if self.given.has('r') {
            entries.reverse();
        }
    }

    /// A line for each entry, in a terminal too: a guest is not told how wide its terminal is.
    fn rows(&mut self, shell: &Shell, folder: &str, entries: &[(String, Filestat)]) -> std::io::Result<()> {
        self.blank |= !entries.is_empty();
        let long = self.given.has('l');
        for (name, stat) in entries {
            if self.given.has('i') {
                write!(self.out, "{:7} ", stat.ino)?;
            }
            if long {
                let size = if self.given.has('h') {
                    human(stat.size)
                } else {
                    stat.size.to_string()
                };
                let time = UNIX_EPOCH + Duration::from_nanos(stat.mtim);
                let time = super::date::formatted(time, "%b %e %H:%M %Y");
                // Preview 1 knows neither modes nor owners.
                write!(
                    self.out,
                    "{}????????? {:4} ? ? {size:>9} {time} ",
                    letter(stat),
                    stat.nlink
                )?;
            }
            write!(self.out, "{name}")?;
            if self.given.has('F') || (self.given.has('p') && stat.is_dir()) {
                let mark = match stat.filetype {
                    DIRECTORY => "/",
                    SYMBOLIC_LINK if !long => "@",
                    _ => "",
                };
                write!(self.out, "{mark}")?;
            }
            if long && stat.is_link() {
                let path = if folder.is_empty() {
                    name.clone()
                } else {
                    place::join(folder, name)
                };
                if let Ok(target) = std::fs::read_link(shell.path(&path)) {
                    write!(self.out, " -> {}", target.display())?;
                }
            }
            writeln!(self.out)?;
        }
        Ok(())
    }
}

/// The first letter of a long line.
pub(super) const fn letter(stat: &preview1::Filestat) -> char {
    match stat.filetype {
        DIRECTORY => 'd',
        REGULAR => '-',
        SYMBOLIC_LINK => 'l',
        CHARACTER_DEVICE => 'c',
        BLOCK_DEVICE => 'b',
        _ => '?',
    }
}

/// A size for people.
pub(super) fn human(bytes: u64) -> String {
    let mut size = bytes as f64;
    for unit in ["", "K", "M", "G"] {
        if size < 1024.0 {
            return if unit.is_empty() {
                bytes.to_string()
            } else {
                format!("{size:.1}{unit}")
            };
        }
        size /= 1024.0;
    }
    format!("{size:.1}T")
}
