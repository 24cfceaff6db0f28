//! `ps` and `kill`, which ask the host: a guest sees no other process.

use std::io::{self, Write};

use crate::host;
use crate::place;
use crate::shell::{Done, Shell, fail, usage};

const SIGNALS: [(&str, u32); 15] = [
    ("HUP", 1),
    ("INT", 2),
    ("QUIT", 3),
    ("ABRT", 6),
    ("KILL", 9),
    ("USR1", 10),
    ("SEGV", 11),
    ("USR2", 12),
    ("PIPE", 13),
    ("ALRM", 14),
    ("TERM", 15),
    ("CHLD", 17),
    ("CONT", 18),
    ("STOP", 19),
    ("WINCH", 28),
];

const UNKNOWN: &str = "this engine does not show other processes";

pub(super) fn ps(shell: &mut Shell, _: &[String]) -> Done {
    let list = match host::processes() {
        Ok(list) => list,
        Err(error) if error.kind() == io::ErrorKind::Unsupported => return fail(UNKNOWN),
        Err(error) => return Err(error.into()),
    };
    let mut out = shell.out()?;
    writeln!(out, "{:>5} {:>5} {:>8} COMMAND", "PID", "PPID", "TIME")?;
    for line in list.lines() {
        let mut columns = line.splitn(4, '\t');
        let mut next = || columns.next().unwrap_or("?");
        let (pid, parent, time, command) = (next(), next(), next(), next());
        let seconds = time.parse::<u64>().unwrap_or(0) / 1000;
        let time = format!("{}:{:02}", seconds / 60, seconds % 60);
        writeln!(out, "{pid:>5} {parent:>5} {time:>8} {command}")?;
    }
    out.done()?;
    Ok(0)
}

fn signal(text: &str) -> Option<u32> {
    let name = text.to_uppercase();
    let name = name.strip_prefix("SIG").unwrap_or(&name);
    let named = SIGNALS
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, number)| *number);
    named.or_else(|| name.parse().ok().filter(|number| *number < 65))
}

pub(super) fn kill(shell: &mut Shell, args: &[String]) -> Done {
    const TERM: u32 = 15;
    let mut number = TERM;
    let mut rest = &args[1..];
    if rest.first().is_some_and(|arg| arg == "-l") {
        let names: Vec<&str> = SIGNALS.iter().map(|(name, _)| *name).collect();
        let mut out = shell.out()?;
        writeln!(out, "{}", names.join(" "))?;
        out.done()?;
        return Ok(0);
    }
    if let Some((option, more)) = rest.split_first()
        && option.starts_with('-')
        && option != "--"
    {
        let (text, more) = match (option.as_str(), more.split_first()) {
            ("-s", Some((name, more))) => (name.as_str(), more),
            (option, _) => (&option[1..], more),
        };
        let Some(found) = signal(text) else {
            return usage(format!("no signal `{text}`"));
        };
        (number, rest) = (found, more);
    }
    if rest.first().is_some_and(|arg| arg == "--") {
        rest = &rest[1..];
    }
    if rest.is_empty() {
        return usage("which process?");
    }
    let mut code = 0;
    for target in rest {
        let Ok(pid) = target.parse::<u32>() else {
            return usage(format!("`{target}` is not a process id"));
        };
        if let Err(error) = host::kill(pid, number) {
            /// `ESRCH` of preview 1.
            const NO_PROCESS: i32 = 71;
            let reason = match error.raw_os_error() {
                Some(NO_PROCESS) => "no such process".to_owned(),
                _ if error.kind() == io::ErrorKind::Unsupported => UNKNOWN.to_owned(),
                _ => place::reason(&error),
            };
            shell.say("kill", format_args!("{target}: {reason}"));
            code = 1;
        }
    }
    Ok(code)
}
