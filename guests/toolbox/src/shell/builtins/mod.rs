//! What only the shell itself can do.

mod control;
mod getopts;
mod names;
mod read;
mod settings;

use super::{Done, Shell};

/// A command within the shell.
pub(crate) type Builtin = fn(&mut Shell, &[String]) -> Done;

const TABLE: [(&str, Builtin); 27] = [
    (".", control::source),
    (":", control::nothing),
    ("break", control::leave),
    ("cd", settings::cd),
    ("command", names::command),
    ("continue", control::leave),
    ("eval", control::eval),
    ("exec", control::exec),
    ("exit", control::exit),
    ("export", settings::export),
    ("getopts", getopts::getopts),
    ("hash", control::nothing),
    ("let", settings::arithmetic),
    ("local", settings::local),
    ("pwd", settings::pwd),
    ("read", read::read),
    ("readonly", settings::export),
    ("return", control::exit),
    ("set", settings::set),
    ("shift", settings::shift),
    ("source", control::source),
    ("trap", control::trap),
    ("type", names::kind),
    ("umask", settings::umask),
    ("unalias", control::nothing),
    ("unset", settings::unset),
    ("wait", control::nothing),
];

pub(super) fn find(name: &str) -> Option<Builtin> {
    let index = TABLE.binary_search_by(|(known, _)| (*known).cmp(name)).ok()?;
    Some(TABLE[index].1)
}

/// Whether POSIX calls it special: functions do not hide it, assignments before it stay, its faults end the shell.
pub(super) fn special(name: &str) -> bool {
    const SPECIAL: [&str; 14] = [
        ".", ":", "break", "continue", "eval", "exec", "exit", "export", "readonly", "return", "set",
        "shift", "trap", "unset",
    ];
    SPECIAL.contains(&name)
}
