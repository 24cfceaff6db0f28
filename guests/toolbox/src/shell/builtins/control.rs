//! What changes which command runs next.

use std::rc::Rc;

use crate::place;
use crate::shell::{Done, Fail, Flow, Shell, usage};

/// `:`, and what has nothing to do here.
pub(super) fn nothing(_: &mut Shell, _: &[String]) -> Done {
    Ok(0)
}

/// `break` and `continue`.
pub(super) fn leave(shell: &mut Shell, args: &[String]) -> Done {
    let count = match args.get(1) {
        None => 1,
        Some(text) => match text.parse::<u32>() {
            Ok(count) if count > 0 => count,
            _ => {
                return Err(shell
                    .fault(format_args!("{}: `{text}` is not a number of loops", args[0]))
                    .into());
            }
        },
    };
    // Outside of a loop there is nothing to leave.
    let count = count.min(shell.loops);
    if count == 0 {
        return Ok(0);
    }
    Err(if args[0] == "break" {
        Flow::Break(count)
    } else {
        Flow::Continue(count)
    }
    .into())
}

/// `exit` and `return`.
pub(super) fn exit(shell: &mut Shell, args: &[String]) -> Done {
    let code = match args.get(1) {
        None => shell.status,
        Some(text) => match text.parse::<i64>() {
            Ok(code) => (code & 0xff) as i32,
            Err(_) => {
                return Err(shell
                    .fault(format_args!("{}: `{text}` is not a number", args[0]))
                    .into());
            }
        },
    };
    Err(if args[0] == "exit" {
        Flow::Exit(code)
    } else {
        Flow::Return(code)
    }
    .into())
}

pub(super) fn eval(shell: &mut Shell, args: &[String]) -> Done {
    let text = args[1..].join(" ");
    Ok(shell.deeper(|shell| shell.text(&text))?)
}

/// `.` and `source`.
pub(super) fn source(shell: &mut Shell, args: &[String]) -> Done {
    let Some(name) = args.get(1) else {
        return usage("which file?");
    };
    let mut path = name.clone();
    if !name.contains('/') {
        let folders = shell.variables.get("PATH").unwrap_or_default();
        let found = folders.split(':').map(|folder| place::join(folder, name));
        path = found
            .into_iter()
            .find(|path| shell.stat(path, true).is_ok())
            .unwrap_or(path);
    }
    let text = match shell.script_text(&path) {
        Ok(text) => text,
        Err(Fail::Said(what, _)) => return Err(shell.fault(format_args!("{}: {what}", args[0])).into()),
        Err(fail) => return Err(fail),
    };
    let given = args.len() > 2;
    let outer = Rc::clone(&shell.parameters);
    if given {
        shell.parameters = Rc::new(args[2..].to_vec());
    }
    let ran = shell.deeper(|shell| shell.text(&text));
    if given {
        shell.parameters = outer;
    }
    match ran {
        Err(Flow::Return(code)) => Ok(code),
        ran => Ok(ran?),
    }
}

pub(super) fn exec(shell: &mut Shell, args: &[String]) -> Done {
    let rest = &args[1..];
    if rest.is_empty() {
        return Ok(0);
    }
    // There is no process to become: the command runs, and the shell ends with it.
    let code = match shell.run(rest) {
        Err(Flow::Interrupted) => crate::interrupt::CODE,
        ran => ran?,
    };
    Err(Flow::Exit(code).into())
}

/// `trap`: only the end of the shell ever comes to pass, because no signal reaches a Wasm guest.
pub(super) fn trap(shell: &mut Shell, args: &[String]) -> Done {
    let args: Vec<&str> = args[1..]
        .iter()
        .map(String::as_str)
        .skip_while(|arg| *arg == "--")
        .collect();
    let Some((&action, signals)) = args.split_first() else {
        if let Some(action) = &shell.on_exit {
            use std::io::Write;
            let mut out = shell.out()?;
            writeln!(out, "trap -- {} EXIT", crate::shell::commands::quoted(action))?;
            out.done()?;
        }
        return Ok(0);
    };
    let at_end = |signal: &&str| matches!(*signal, "EXIT" | "0");
    if signals.is_empty() {
        if at_end(&action) {
            shell.on_exit = None;
        }
    } else if signals.iter().any(at_end) {
        shell.on_exit = if action == "-" { None } else { Some(action.into()) };
    }
    Ok(0)
}
