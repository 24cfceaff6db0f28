//! `nc` and `nslookup`: what a container reaches in its networks.

use std::io::{self, Read, Write};

use super::options::Given;
use crate::host::{self, Line};
use crate::place;
use crate::shell::{Done, Shell, fail, usage};

/// Why something was not reached, in the words that people know.
pub(super) fn why(error: &io::Error) -> String {
    /// `EACCES`, `ECONNREFUSED`, `ECONNRESET`, `EHOSTUNREACH`, `ENOENT` and `ETIMEDOUT` of preview 1.
    const KNOWN: [(i32, &str); 6] = [
        (2, "not granted to this container"),
        (14, "Connection refused"),
        (15, "Connection reset by peer"),
        (23, "No route to host"),
        (44, "bad address"),
        (73, "Connection timed out"),
    ];
    let number = error.raw_os_error();
    let known = KNOWN.iter().find(|(code, _)| number == Some(*code));
    known.map_or_else(|| place::reason(error), |(_, text)| (*text).to_owned())
}

/// Connects, and copies standard input there and what comes back to standard output.
pub(super) fn nc(shell: &mut Shell, args: &[String]) -> Done {
    let given = Given::read(args, "vznw:q:")?;
    let [name, port] = given.rest.as_slice() else {
        return usage("nc [-vz] [-w SECONDS] HOST PORT");
    };
    let Ok(port) = port.parse::<u16>() else {
        return usage(format!("`{port}` is not a port"));
    };
    let millis = given.number::<u32>('w')?.unwrap_or(0).saturating_mul(1000);
    let mut line = match Line::dial(name, port, millis) {
        Ok(line) => line,
        Err(error) => return fail(format!("{name} ({port}): {}", why(&error))),
    };
    if given.has('v') {
        shell.say("nc", format_args!("{name} ({port}) open"));
    }
    if given.has('z') {
        return Ok(0);
    }
    let mut said = Vec::new();
    shell.input()?.read_to_end(&mut said)?;
    line.write_all(&said)?;
    line.end()?;
    let mut out = shell.stream(1)?;
    let mut buffer = vec![0; 16 << 10];
    loop {
        match line.read(&mut buffer) {
            Ok(0) => return Ok(0),
            Ok(len) => out.write_all(&buffer[..len])?,
            Err(error) => return fail(format!("{name} ({port}): {}", why(&error))),
        }
    }
}

/// Tells the addresses of a name.
pub(super) fn nslookup(shell: &mut Shell, args: &[String]) -> Done {
    let given = Given::read(args, "")?;
    let Some(name) = given.rest.first() else {
        return usage("nslookup NAME");
    };
    let addresses = match host::look_up(name) {
        Ok(addresses) => addresses,
        Err(error) if error.kind() == io::ErrorKind::Unsupported => {
            return fail("this engine does not look up names");
        }
        Err(_) => return fail(format!("can't resolve '{name}': Name or service not known")),
    };
    let mut out = shell.out()?;
    writeln!(out, "Name:\t{name}")?;
    for address in addresses.lines() {
        writeln!(out, "Address: {address}")?;
    }
    out.done()?;
    Ok(0)
}
