//! `rev` and `tac`.

use std::io::Write;

use super::options::Given;
use super::view::lines;
use crate::shell::{Done, Shell};

pub(super) fn rev(shell: &mut Shell, args: &[String]) -> Done {
    let given = Given::read(args, "")?;
    let (lines, code) = lines(shell, "rev", &given.files())?;
    let mut out = shell.out()?;
    for line in lines {
        let text = String::from_utf8_lossy(&line).chars().rev().collect::<String>();
        writeln!(out, "{text}")?;
    }
    out.done()?;
    Ok(code)
}

pub(super) fn tac(shell: &mut Shell, args: &[String]) -> Done {
    let given = Given::read(args, "")?;
    let (lines, code) = lines(shell, "tac", &given.files())?;
    let mut out = shell.out()?;
    for line in lines.iter().rev() {
        out.write_all(line)?;
        out.write_all(b"\n")?;
    }
    out.done()?;
    Ok(code)
}
