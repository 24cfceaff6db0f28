//! `du`: the sizes of files, because preview 1 does not tell how many blocks they take.

use std::io::Write;

use super::list::human;
use super::options::Given;
use super::view::complain;
use crate::place;
use crate::shell::{Done, Shell};

/// How deep folders may lie.
const NESTING: u32 = 200;

pub(super) fn du(shell: &mut Shell, args: &[String]) -> Done {
    let given = Given::read(args, "sahkmcbd:")?;
    let paths = if given.rest.is_empty() {
        vec![".".to_owned()]
    } else {
        given.rest.clone()
    };
    let most = if given.has('s') {
        0
    } else {
        given.number('d')?.unwrap_or(u32::MAX)
    };
    let mut walk = Walk {
        given: &given,
        most,
        code: 0,
        out: shell.out()?,
    };
    let mut total = 0;
    for path in &paths {
        total += walk.size(shell, path, 0)?;
    }
    if given.has('c') {
        walk.line(total, "total")?;
    }
    let code = walk.code;
    walk.out.done()?;
    Ok(code)
}

struct Walk<'a> {
    given: &'a Given,
    most: u32,
    code: i32,
    out: crate::stream::Out,
}

impl Walk<'_> {
    fn line(&mut self, bytes: u64, path: &str) -> std::io::Result<()> {
        let size = match self.given.last_of("hmkb") {
            Some('h') => human(bytes),
            Some('m') => bytes.div_ceil(1 << 20).to_string(),
            Some('b') => bytes.to_string(),
            _ => bytes.div_ceil(1 << 10).to_string(),
        };
        writeln!(self.out, "{size}\t{path}")
    }

    fn size(&mut self, shell: &Shell, path: &str, depth: u32) -> std::io::Result<u64> {
        let stat = match shell.stat(path, false) {
            Ok(stat) => stat,
            Err(error) => {
                complain(shell, "du", path, &error, &mut self.code);
                return Ok(0);
            }
        };
        let mut total = if stat.is_dir() { 0 } else { stat.size };
        if stat.is_dir() && depth < NESTING {
            match place::names(&shell.path(path)) {
                Ok(names) => {
                    for name in names {
                        total += self.size(shell, &place::join(path, &name), depth + 1)?;
                    }
                }
                Err(error) => complain(shell, "du", path, &error, &mut self.code),
            }
        }
        if depth == 0 || (depth <= self.most && (stat.is_dir() || self.given.has('a'))) {
            self.line(total, path)?;
        }
        Ok(total)
    }
}
