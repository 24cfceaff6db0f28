//! The tools, and how one is chosen.

mod base64;
mod copy;
mod date;
mod digests;
mod disk;
mod edit;
mod fields;
mod find;
mod grep;
mod hexdump;
mod identity;
mod list;
mod make;
mod options;
mod output;
mod parts;
mod processes;
mod running;
mod sed;
mod seq;
mod sort;
mod stat;
mod talk;
mod tr;
mod view;
mod wc;
mod wget;

use std::io::Write;

use crate::place;
use crate::shell::{self, Done, Flow, Shell};

pub(crate) use identity::host_name;

/// A tool: its arguments, its own name first.
pub(crate) type Tool = fn(&mut Shell, &[String]) -> Done;

/// All tools, by name.
const TABLE: [(&str, Tool); 60] = [
    ("[", shell::test),
    ("ash", shell::sh),
    ("base64", base64::base64),
    ("basename", parts::basename),
    ("cat", view::cat),
    ("cp", copy::cp),
    ("cut", fields::cut),
    ("date", date::date),
    ("dirname", parts::dirname),
    ("du", disk::du),
    ("echo", output::echo),
    ("env", running::env),
    ("false", output::no),
    ("find", find::find),
    ("grep", grep::grep),
    ("head", view::head),
    ("hexdump", hexdump::hexdump),
    ("hostname", identity::hostname),
    ("id", identity::id),
    ("kill", processes::kill),
    ("ln", make::ln),
    ("ls", list::ls),
    ("md5sum", digests::md5sum),
    ("mkdir", make::mkdir),
    ("mv", copy::mv),
    ("nc", talk::nc),
    ("nl", view::nl),
    ("nslookup", talk::nslookup),
    ("printenv", running::printenv),
    ("printf", shell::printf),
    ("ps", processes::ps),
    ("pwd", parts::pwd),
    ("readlink", parts::readlink),
    ("realpath", parts::realpath),
    ("rev", edit::rev),
    ("rm", make::rm),
    ("rmdir", make::rmdir),
    ("sed", sed::sed),
    ("seq", seq::seq),
    ("sh", shell::sh),
    ("sha256sum", digests::sha256sum),
    ("sleep", date::sleep),
    ("sort", sort::sort),
    ("stat", stat::stat),
    ("tac", edit::tac),
    ("tail", view::tail),
    ("tee", output::tee),
    ("test", shell::test),
    ("time", running::time),
    ("touch", make::touch),
    ("tr", tr::tr),
    ("true", output::yes_exit),
    ("uname", identity::uname),
    ("uniq", sort::uniq),
    ("wc", wc::wc),
    ("wget", wget::wget),
    ("which", parts::which),
    ("whoami", identity::whoami),
    ("xargs", running::xargs),
    ("yes", output::yes),
];

/// The tool of a name.
pub(crate) fn find(name: &str) -> Option<Tool> {
    let index = TABLE.binary_search_by(|(known, _)| (*known).cmp(name)).ok()?;
    Some(TABLE[index].1)
}

/// The whole program: the tool that it is called as, or that its first argument names.
pub(crate) fn main(args: Vec<String>) -> i32 {
    let own = args
        .first()
        .map(|name| place::base(name).trim_end_matches(".wasm"))
        .unwrap_or_default();
    let args = if find(own).is_some() || args.len() < 2 {
        args
    } else {
        args[1..].to_vec()
    };
    let name = args
        .first()
        .map(|name| place::base(name).to_owned())
        .unwrap_or_default();
    let mut shell = Shell::new(&name);
    let ran = match name.as_str() {
        "--list" => {
            let done = list_names(&shell);
            shell.told("toolbox", done)
        }
        name => match find(name) {
            Some(tool) => {
                let done = tool(&mut shell, &args);
                shell.told(name, done)
            }
            None => {
                shell.say(
                    "toolbox",
                    "call it as one of its tools: `toolbox TOOL [ARGUMENT]…`; `--list` names them",
                );
                Ok(127)
            }
        },
    };
    match ran {
        Ok(code) | Err(Flow::Exit(code) | Flow::Return(code) | Flow::Fault(code)) => code,
        Err(Flow::Bound) => 2,
        Err(Flow::Pipe) => 141,
        Err(Flow::Interrupted) => crate::interrupt::CODE,
        Err(Flow::Break(_) | Flow::Continue(_) | Flow::Cut) => 1,
    }
}

fn list_names(shell: &Shell) -> Done {
    let mut out = shell.out()?;
    for (name, _) in TABLE {
        writeln!(out, "{name}")?;
    }
    out.done()?;
    Ok(0)
}
