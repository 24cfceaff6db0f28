//! `sha256sum` and `md5sum`.

use std::io::{self, BufRead, BufReader, Write};

use super::options::Given;
use super::view::each;
use crate::digest;
use crate::shell::{Done, Shell};
use crate::stream::Stream;

type Digest = fn(Stream) -> io::Result<String>;

pub(super) fn sha256sum(shell: &mut Shell, args: &[String]) -> Done {
    sums(shell, args, digest::sha256)
}

pub(super) fn md5sum(shell: &mut Shell, args: &[String]) -> Done {
    sums(shell, args, digest::md5)
}

fn sums(shell: &mut Shell, args: &[String], digest: Digest) -> Done {
    let given = Given::read(args, "cbts")?;
    if given.has('c') {
        return check(shell, &args[0], &given, digest);
    }
    each(shell, &args[0], &given.files(), |shell, path, from| {
        let sum = digest(from)?;
        let mut out = shell.out()?;
        writeln!(out, "{sum}  {path}")?;
        Ok(out.done()?)
    })
}

fn check(shell: &mut Shell, who: &str, given: &Given, digest: Digest) -> Done {
    let (mut wrong, mut lines) = (0, 0);
    let code = each(shell, who, &given.files(), |shell, _, list| {
        let mut out = shell.out()?;
        for line in BufReader::new(list).lines() {
            let line = line?;
            let Some((sum, name)) = line.split_once("  ").or_else(|| line.split_once(" *")) else {
                continue;
            };
            lines += 1;
            let found = shell.open_input(name).and_then(digest);
            let good = found.is_ok_and(|found| found.eq_ignore_ascii_case(sum));
            wrong += u32::from(!good);
            if !given.has('s') {
                writeln!(out, "{name}: {}", if good { "OK" } else { "FAILED" })?;
            }
        }
        Ok(out.done()?)
    })?;
    if wrong > 0 {
        shell.say(who, format_args!("{wrong} of {lines} sums did not match"));
    } else if lines == 0 {
        shell.say(who, "no sums were found");
    }
    Ok(if wrong > 0 || lines == 0 { 1 } else { code })
}
