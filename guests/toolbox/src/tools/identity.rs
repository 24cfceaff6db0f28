//! Who and where: `id`, `whoami`, `hostname`, `uname`.
//!
//! A Wasm guest has no user ids. It has everything that its container has, which is what root stands for.

use std::io::Write;

use super::options::Given;
use crate::shell::{Done, Shell, fail};

pub(super) fn whoami(shell: &mut Shell, _: &[String]) -> Done {
    say(shell, "root")
}

fn say(shell: &Shell, text: &str) -> Done {
    let mut out = shell.out()?;
    writeln!(out, "{text}")?;
    out.done()?;
    Ok(0)
}

pub(super) fn id(shell: &mut Shell, args: &[String]) -> Done {
    let given = Given::read(args, "ugnrG")?;
    let text = match (given.last_of("ugG").is_some(), given.has('n')) {
        (true, true) => "root",
        (true, false) => "0",
        (false, _) => "uid=0(root) gid=0(root) groups=0(root)",
    };
    say(shell, text)
}

/// The container's name for itself.
pub(crate) fn host_name(shell: &Shell) -> String {
    let file = || {
        std::fs::read_to_string("/etc/hostname")
            .ok()
            .map(|name| name.trim().to_owned())
    };
    let variable = || shell.variables.get("HOSTNAME").map(str::to_owned);
    variable()
        .or_else(file)
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| "localhost".to_owned())
}

pub(super) fn hostname(shell: &mut Shell, args: &[String]) -> Done {
    if args.len() > 1 && !args[1].starts_with('-') {
        return fail("the name belongs to the engine");
    }
    say(shell, &host_name(shell))
}

pub(super) fn uname(shell: &mut Shell, args: &[String]) -> Done {
    let given = Given::read(args, "asnrvmpio")?;
    let host = host_name(shell);
    let version = concat!("toolbox ", env!("CARGO_PKG_VERSION"));
    let parts = [
        ('s', "WASI"),
        ('n', host.as_str()),
        ('r', "preview1"),
        ('v', version),
        ('m', "wasm32"),
        ('o', "WASI"),
    ];
    let none = given.last_of("asnrvmpio").is_none();
    let text: Vec<&str> = parts
        .iter()
        .filter(|(letter, _)| given.has('a') || given.has(*letter) || (none && *letter == 's'))
        .map(|(_, part)| *part)
        .collect();
    say(shell, &text.join(" "))
}
