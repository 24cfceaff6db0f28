//! Who and where: `id`, `whoami`, `hostname`, `uname`.
//!
//! A Wasm guest has no user: `user` has the numbers that the engine tells, from which nothing follows.

use std::io::Write;

use super::options::Given;
use crate::shell::{Done, Shell, fail};
use crate::user::{self, User};

pub(super) fn whoami(shell: &mut Shell, _: &[String]) -> Done {
    let uid = user::own().uid;
    match user::user_name(uid) {
        Some(name) => say(shell, &name),
        None => fail(format!("unknown uid {uid}")),
    }
}

fn say(shell: &Shell, text: &str) -> Done {
    let mut out = shell.out()?;
    writeln!(out, "{text}")?;
    out.done()?;
    Ok(0)
}

pub(super) fn id(shell: &mut Shell, args: &[String]) -> Done {
    let given = Given::read(args, "ugnrG")?;
    let named;
    let who = match given.rest.first() {
        None => user::own(),
        Some(name) => match User::named(name) {
            Some(found) => {
                named = found;
                &named
            }
            None => return fail(format!("unknown user {name}")),
        },
    };
    let shown = |number: u32, name: fn(u32) -> Option<String>| {
        let name = name(number).filter(|_| given.has('n'));
        name.unwrap_or_else(|| number.to_string())
    };
    let text = match given.last_of("ugG") {
        Some('u') => shown(who.uid, user::user_name),
        Some('g') => shown(who.gid, user::group_name),
        Some(_) => {
            let all = groups(who).map(|group| shown(group, user::group_name));
            all.collect::<Vec<_>>().join(" ")
        }
        None => {
            let both = |number: u32, name: Option<String>| match name {
                Some(name) => format!("{number}({name})"),
                None => number.to_string(),
            };
            let all = groups(who).map(|group| both(group, user::group_name(group)));
            format!(
                "uid={} gid={} groups={}",
                both(who.uid, user::user_name(who.uid)),
                both(who.gid, user::group_name(who.gid)),
                all.collect::<Vec<_>>().join(",")
            )
        }
    };
    say(shell, &text)
}

/// All groups, the user's own at their head.
fn groups(who: &User) -> impl Iterator<Item = u32> {
    let others = who.groups.iter().copied().filter(|group| *group != who.gid);
    std::iter::once(who.gid).chain(others)
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
