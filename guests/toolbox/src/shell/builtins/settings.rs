//! What changes variables, parameters, options and the working folder.

use std::io::Write;
use std::rc::Rc;

use crate::place;
use crate::shell::commands::quoted;
use crate::shell::variables::valid;
use crate::shell::{Done, Fail, Flow, Shell, fail};

pub(super) fn cd(shell: &mut Shell, args: &[String]) -> Done {
    let options = args[1..]
        .iter()
        .take_while(|arg| matches!(arg.as_str(), "-L" | "-P" | "--"))
        .count();
    let target = match args.get(1 + options).map(String::as_str) {
        None => shell.variables.get("HOME").unwrap_or("/"),
        Some("-") => match shell.variables.get("OLDPWD") {
            Some(old) => old,
            None => return fail("`OLDPWD` is not set"),
        },
        Some(path) => path,
    }
    .to_owned();
    let full = shell.path(&target);
    match shell.stat(&full, true) {
        Ok(stat) if stat.is_dir() => {}
        Ok(_) => return fail(format!("{target}: not a directory")),
        Err(error) => return fail(format!("{target}: {}", place::reason(&error))),
    }
    let old = std::mem::replace(&mut shell.cwd, full.clone());
    shell.assign("OLDPWD", old)?;
    shell.assign("PWD", full)?;
    if args.get(1 + options).is_some_and(|arg| arg == "-") {
        pwd(shell, &[])?;
    }
    Ok(0)
}

pub(super) fn pwd(shell: &mut Shell, _: &[String]) -> Done {
    let mut out = shell.out()?;
    writeln!(out, "{}", shell.cwd)?;
    out.done()?;
    Ok(0)
}

/// `export` and `readonly`.
pub(super) fn export(shell: &mut Shell, args: &[String]) -> Done {
    let export = args[0] == "export";
    let names: Vec<&String> = args[1..]
        .iter()
        .filter(|arg| !matches!(arg.as_str(), "-p" | "--"))
        .collect();
    let mut remove = false;
    if names.is_empty() {
        let mut out = shell.out()?;
        for (name, variable) in shell.variables.all() {
            if if export {
                variable.exported
            } else {
                variable.readonly
            } {
                match &variable.value {
                    Some(value) => writeln!(out, "{} {name}={}", args[0], quoted(value))?,
                    None => writeln!(out, "{} {name}", args[0])?,
                }
            }
        }
        out.done()?;
    }
    for arg in names {
        if arg == "-n" && export {
            remove = true;
            continue;
        }
        let (name, value) = named(shell, &args[0], arg)?;
        if let Some(value) = value {
            shell.assign(name, value.to_owned())?;
        }
        Rc::make_mut(&mut shell.variables).mark(name, |variable| {
            if export {
                variable.exported = !remove;
            } else {
                variable.readonly = true;
            }
        });
    }
    Ok(0)
}

/// The name and the value of `NAME=VALUE`; a bad name is a fault.
fn named<'a>(shell: &Shell, who: &str, arg: &'a str) -> Result<(&'a str, Option<&'a str>), Flow> {
    let (name, value) = match arg.split_once('=') {
        Some((name, value)) => (name, Some(value)),
        None => (arg, None),
    };
    if valid(name) {
        Ok((name, value))
    } else {
        Err(shell.fault(format_args!("{who}: `{name}` is not a name of a variable")))
    }
}

pub(super) fn unset(shell: &mut Shell, args: &[String]) -> Done {
    let mut function = false;
    for name in &args[1..] {
        match name.as_str() {
            "-f" => function = true,
            "-v" => function = false,
            name if function => {
                Rc::make_mut(&mut shell.functions).remove(name);
            }
            name => {
                if !Rc::make_mut(&mut shell.variables).unset(name) {
                    return Err(shell.fault(format_args!("unset: {name}: is read only")).into());
                }
            }
        }
    }
    Ok(0)
}

pub(super) fn local(shell: &mut Shell, args: &[String]) -> Done {
    if shell.locals.is_empty() {
        return fail("only in a function");
    }
    for arg in &args[1..] {
        let (name, value) = named(shell, "local", arg)?;
        let was = shell.variables.saved(name);
        if let Some(own) = shell.locals.last_mut()
            && !own.iter().any(|(known, _)| known == name)
        {
            own.push((name.to_owned(), was));
        }
        // Without one it has the value from outside until it gets its own.
        if let Some(value) = value {
            shell.assign(name, value.to_owned())?;
        }
    }
    Ok(0)
}

pub(super) fn shift(shell: &mut Shell, args: &[String]) -> Done {
    let count = match args.get(1) {
        None => 1,
        Some(text) => match text.parse::<usize>() {
            Ok(count) => count,
            Err(_) => {
                return Err(shell
                    .fault(format_args!("shift: `{text}` is not a number"))
                    .into());
            }
        },
    };
    if count > shell.parameters.len() {
        return Ok(1);
    }
    Rc::make_mut(&mut shell.parameters).drain(..count);
    Ok(0)
}

pub(super) fn set(shell: &mut Shell, args: &[String]) -> Done {
    if args.len() == 1 {
        let mut out = shell.out()?;
        for (name, variable) in shell.variables.all() {
            if let Some(value) = &variable.value {
                writeln!(out, "{name}={}", quoted(value))?;
            }
        }
        out.done()?;
        return Ok(0);
    }
    let mut index = 1;
    while let Some(arg) = args.get(index) {
        if arg == "--" || arg == "-" {
            index += 1;
            shell.parameters = Rc::new(args[index..].to_vec());
            return Ok(0);
        }
        if !arg.starts_with(['-', '+']) || arg.len() == 1 {
            shell.parameters = Rc::new(args[index..].to_vec());
            return Ok(0);
        }
        let on = arg.starts_with('-');
        for letter in arg[1..].chars() {
            let known = if letter != 'o' {
                shell.options.letter(letter, on)
            } else if let Some(name) = args.get(index + 1) {
                index += 1;
                shell.options.name(name, on)
            } else {
                let mut out = shell.out()?;
                out.write_all(shell.options.listed().as_bytes())?;
                out.done()?;
                true
            };
            if !known {
                let what = if letter == 'o' {
                    args[index].clone()
                } else {
                    format!("-{letter}")
                };
                return Err(shell.fault(format_args!("set: no option `{what}`")).into());
            }
        }
        index += 1;
    }
    Ok(0)
}

/// `let`.
pub(super) fn arithmetic(shell: &mut Shell, args: &[String]) -> Done {
    let mut value = 0;
    for arg in &args[1..] {
        value = shell.arithmetic(arg).map_err(Fail::Flow)?;
    }
    Ok(i32::from(value == 0))
}

/// `umask`: files of preview 1 have no mode to mask.
pub(super) fn umask(shell: &mut Shell, args: &[String]) -> Done {
    if args.len() == 1 {
        let mut out = shell.out()?;
        writeln!(out, "0000")?;
        out.done()?;
    }
    Ok(0)
}
