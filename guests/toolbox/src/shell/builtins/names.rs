//! What a name means: `command` and `type`.

use std::io::Write;

use crate::shell::launch::Meaning;
use crate::shell::{Done, Shell, builtins};

const RESERVED: [&str; 17] = [
    "!", "{", "}", "case", "do", "done", "elif", "else", "esac", "fi", "for", "if", "in", "then", "time",
    "until", "while",
];

pub(super) fn command(shell: &mut Shell, args: &[String]) -> Done {
    let mut verbose = None;
    let mut rest = &args[1..];
    while let [option, more @ ..] = rest
        && let "-v" | "-V" | "-p" | "--" = option.as_str()
    {
        rest = more;
        match option.as_str() {
            "-v" => verbose = Some(false),
            "-V" => verbose = Some(true),
            "--" => break,
            _ => {}
        }
    }
    let Some(name) = rest.first() else {
        return Ok(0);
    };
    let Some(verbose) = verbose else {
        let meaning = shell.meaning(name, true);
        return Ok(shell.run_meaning(meaning, rest)?);
    };
    if verbose {
        return kind(shell, rest_with(args, rest).as_slice());
    }
    let text = match shell.meaning(name, false) {
        _ if RESERVED.contains(&name.as_str()) => name.clone(),
        Some(Meaning::File(path)) => path,
        Some(_) => name.clone(),
        None => return Ok(127),
    };
    let mut out = shell.out()?;
    writeln!(out, "{text}")?;
    out.done()?;
    Ok(0)
}

fn rest_with(args: &[String], rest: &[String]) -> Vec<String> {
    std::iter::once(&args[0]).chain(rest).cloned().collect()
}

/// `type`.
pub(super) fn kind(shell: &mut Shell, args: &[String]) -> Done {
    let mut code = 0;
    let mut out = shell.out()?;
    for name in &args[1..] {
        match shell.meaning(name, false) {
            _ if RESERVED.contains(&name.as_str()) => writeln!(out, "{name} is a shell keyword")?,
            Some(Meaning::Function(_)) => writeln!(out, "{name} is a function")?,
            Some(Meaning::Builtin(_)) if builtins::special(name) => {
                writeln!(out, "{name} is a special shell builtin")?;
            }
            Some(Meaning::Builtin(_)) => writeln!(out, "{name} is a shell builtin")?,
            Some(Meaning::Tool(_)) => writeln!(out, "{name} is a tool of the toolbox")?,
            Some(Meaning::File(path)) => writeln!(out, "{name} is {path}")?,
            None => {
                out.flush()?;
                shell.say(&args[0], format_args!("{name}: not found"));
                code = 127;
            }
        }
    }
    out.done()?;
    Ok(code)
}
