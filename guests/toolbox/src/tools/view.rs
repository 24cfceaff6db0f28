//! What shows files or parts of them: `cat`, `head`, `tail`, `nl`.

use std::io::{BufRead, BufReader, Read, Write};

use super::options::Given;
use crate::place;
use crate::shell::{Done, Fail, Shell, usage};
use crate::stream::{self, Stream};

/// Opens each file in turn; what cannot be opened is told, and its exit code is 1.
pub(super) fn each(
    shell: &mut Shell,
    who: &str,
    files: &[String],
    mut with: impl FnMut(&mut Shell, &str, Stream) -> Result<(), Fail>,
) -> Done {
    let mut code = 0;
    for path in files {
        let done = match shell.open_input(path) {
            Ok(stream) => with(shell, path, stream),
            Err(error) => Err(error.into()),
        };
        match done {
            Ok(()) => {}
            Err(Fail::Io(error))
                if !stream::cut(&error) && error.kind() != std::io::ErrorKind::BrokenPipe =>
            {
                shell.say_path(who, path, &error);
                code = 1;
            }
            Err(fail) => return Err(fail),
        }
    }
    Ok(code)
}

pub(super) fn cat(shell: &mut Shell, args: &[String]) -> Done {
    let given = Given::read(args, "nuv")?;
    if given.has('n') {
        return numbered(shell, "cat", &given.files(), |_| true);
    }
    let mut buffer = vec![0; 32 << 10];
    each(shell, "cat", &given.files(), |shell, _, mut from| {
        let mut out = shell.stream(1)?;
        loop {
            let len = from.read(&mut buffer)?;
            if len == 0 {
                return Ok(());
            }
            out.write_all(&buffer[..len])?;
        }
    })
}

/// `nl`: numbers lines that hold something.
pub(super) fn nl(shell: &mut Shell, args: &[String]) -> Done {
    let given = Given::read(args, "b:")?;
    let all = given.value('b') == Some("a");
    numbered(shell, "nl", &given.files(), |line| all || line.len() > 1)
}

fn numbered(shell: &mut Shell, who: &str, files: &[String], counts: impl Fn(&[u8]) -> bool) -> Done {
    let mut number = 0;
    each(shell, who, files, |shell, _, from| {
        let mut out = shell.out()?;
        let mut from = BufReader::new(from);
        let mut line = Vec::new();
        while from.read_until(b'\n', &mut line)? > 0 {
            if counts(&line) {
                number += 1;
                write!(out, "{number:6}\t")?;
            } else {
                write!(out, "{:6} ", "")?;
            }
            out.write_all(&line)?;
            line.clear();
        }
        Ok(out.done()?)
    })
}

/// `-5` as `-n 5`.
fn modern(args: &[String]) -> Vec<String> {
    let mut args = args.to_vec();
    if let Some(arg) = args.get(1)
        && arg.len() > 1
        && arg.starts_with('-')
        && arg[1..].bytes().all(|c| c.is_ascii_digit())
    {
        args[1] = format!("-n{}", &arg[1..]);
    }
    args
}

/// A count, with `k` and `m` as factors.
fn count(text: &str) -> Result<u64, Fail> {
    let (digits, factor) = match text.strip_suffix(['k', 'K']) {
        Some(digits) => (digits, 1 << 10),
        None => match text.strip_suffix(['m', 'M']) {
            Some(digits) => (digits, 1 << 20),
            None => (text, 1),
        },
    };
    match digits
        .parse::<u64>()
        .ok()
        .and_then(|count| count.checked_mul(factor))
    {
        Some(count) => Ok(count),
        None => usage(format!("`{text}` is not a number")),
    }
}

pub(super) fn head(shell: &mut Shell, args: &[String]) -> Done {
    let given = Given::read(&modern(args), "n:c:qv")?;
    let bytes = given.value('c').map(count).transpose()?;
    let lines = given.value('n').unwrap_or("10");
    let (all_but, lines) = match lines.strip_prefix('-') {
        Some(lines) => (true, count(lines)?),
        None => (false, count(lines)?),
    };
    let files = given.files();
    let mut first = true;
    each(shell, "head", &files.clone(), |shell, path, from| {
        let mut out = shell.out()?;
        title(
            &mut out,
            path,
            files.len() > 1 && !given.has('q') || given.has('v'),
            &mut first,
        )?;
        if let Some(bytes) = bytes {
            std::io::copy(&mut from.take(bytes), &mut out)?;
            return Ok(out.done()?);
        }
        let mut from = BufReader::new(from);
        let mut line = Vec::new();
        if all_but {
            let mut held = std::collections::VecDeque::new();
            while from.read_until(b'\n', &mut line)? > 0 {
                held.push_back(std::mem::take(&mut line));
                if held.len() as u64 > lines
                    && let Some(line) = held.pop_front()
                {
                    out.write_all(&line)?;
                }
            }
            return Ok(out.done()?);
        }
        for _ in 0..lines {
            if from.read_until(b'\n', &mut line)? == 0 {
                break;
            }
            out.write_all(&line)?;
            line.clear();
        }
        Ok(out.done()?)
    })
}

fn title(out: &mut impl Write, path: &str, shown: bool, first: &mut bool) -> std::io::Result<()> {
    if shown {
        let gap = if *first { "" } else { "\n" };
        let name = if path == "-" { "standard input" } else { path };
        writeln!(out, "{gap}==> {name} <==")?;
    }
    *first = false;
    Ok(())
}

pub(super) fn tail(shell: &mut Shell, args: &[String]) -> Done {
    let given = Given::read(&modern(args), "n:c:qvfF")?;
    if given.has('f') || given.has('F') {
        return usage("`-f` would wait without end: nothing else runs meanwhile");
    }
    let by_bytes = given.has('c');
    let text = given.value('c').or(given.value('n')).unwrap_or("10");
    let (from_start, amount) = match text.strip_prefix('+') {
        Some(amount) => (true, count(amount)?),
        None => (false, count(text.trim_start_matches('-'))?),
    };
    let amount = usize::try_from(amount).unwrap_or(usize::MAX);
    let files = given.files();
    let mut first = true;
    each(shell, "tail", &files.clone(), |shell, path, mut from| {
        let mut out = shell.out()?;
        title(
            &mut out,
            path,
            files.len() > 1 && !given.has('q') || given.has('v'),
            &mut first,
        )?;
        let mut kept = std::collections::VecDeque::new();
        if by_bytes {
            let mut all = Vec::new();
            from.read_to_end(&mut all)?;
            let start = if from_start {
                amount.saturating_sub(1)
            } else {
                all.len().saturating_sub(amount)
            };
            out.write_all(&all[start.min(all.len())..])?;
            return Ok(out.done()?);
        }
        let mut from = BufReader::new(from);
        let mut line = Vec::new();
        let mut number = 0;
        while from.read_until(b'\n', &mut line)? > 0 {
            number += 1;
            if from_start {
                if number >= amount {
                    out.write_all(&line)?;
                }
                line.clear();
                continue;
            }
            kept.push_back(std::mem::take(&mut line));
            if kept.len() > amount {
                kept.pop_front();
            }
        }
        for line in kept {
            out.write_all(&line)?;
        }
        Ok(out.done()?)
    })
}

/// The lines of several files, without their ends.
pub(super) fn lines(shell: &mut Shell, who: &str, files: &[String]) -> Result<(Vec<Vec<u8>>, i32), Fail> {
    let mut all = Vec::new();
    let code = each(shell, who, files, |_, _, from| {
        for line in BufReader::new(from).split(b'\n') {
            all.push(line?);
        }
        Ok(())
    })?;
    Ok((all, code))
}

/// Says what is wrong with a path, for tools that go on.
pub(super) fn complain(shell: &Shell, who: &str, path: &str, error: &std::io::Error, code: &mut i32) {
    shell.say(who, format_args!("{path}: {}", place::reason(error)));
    *code = 1;
}
