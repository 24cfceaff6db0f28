//! What runs other commands: `env`, `time`, `xargs`; and `printenv`.

use std::io::{Read, Write};
use std::rc::Rc;
use std::time::Instant;

use super::options::Given;
use crate::shell::{Done, Shell, Variables, fail, usage};

pub(super) fn env(shell: &mut Shell, args: &[String]) -> Done {
    let given = Given::read(args, "!iu:")?;
    let outer = Rc::clone(&shell.variables);
    let mut variables = Variables::default();
    if !given.has('i') {
        for (name, value) in outer.exported() {
            variables.import(name, value);
        }
    }
    for name in given.values('u') {
        // A name that is not there is not there afterwards either.
        let _ = variables.unset(name);
    }
    let mut rest = given.rest.as_slice();
    while let Some((word, more)) = rest.split_first()
        && let Some((name, value)) = word.split_once('=')
    {
        variables.import(name, value);
        rest = more;
    }
    if rest.is_empty() {
        let mut out = shell.out()?;
        for (name, value) in variables.exported() {
            writeln!(out, "{name}={value}")?;
        }
        out.done()?;
        return Ok(0);
    }
    shell.variables = Rc::new(variables);
    let ran = shell.run(rest);
    shell.variables = outer;
    Ok(ran?)
}

pub(super) fn printenv(shell: &mut Shell, args: &[String]) -> Done {
    let mut out = shell.out()?;
    let mut code = 0;
    if args.len() == 1 {
        for (name, value) in shell.variables.exported() {
            writeln!(out, "{name}={value}")?;
        }
    }
    for wanted in &args[1..] {
        match shell.variables.exported().find(|(name, _)| name == wanted) {
            Some((_, value)) => writeln!(out, "{value}")?,
            None => code = 1,
        }
    }
    out.done()?;
    Ok(code)
}

pub(super) fn time(shell: &mut Shell, args: &[String]) -> Done {
    let begun = Instant::now();
    let code = shell.run(&args[1..])?;
    let took = begun.elapsed().as_secs_f64();
    let minutes = (took / 60.0).floor();
    shell.say("real", format_args!("{minutes}m {:.3}s", took - minutes * 60.0));
    Ok(code)
}

pub(super) fn xargs(shell: &mut Shell, args: &[String]) -> Done {
    let given = Given::read(args, "!0rtn:I:L:P:")?;
    let mut text = Vec::new();
    shell.input()?.read_to_end(&mut text)?;
    let text = String::from_utf8_lossy(&text).into_owned();
    let replace = given.value('I');
    let items = if given.has('0') {
        text.split('\0')
            .filter(|item| !item.is_empty())
            .map(str::to_owned)
            .collect()
    } else if replace.is_some() || given.has('L') {
        text.lines()
            .map(|line| line.trim_start().to_owned())
            .filter(|line| !line.is_empty())
            .collect()
    } else {
        match words(&text) {
            Some(items) => items,
            None => return fail("a quote is not closed"),
        }
    };
    let command = if given.rest.is_empty() {
        vec!["echo".to_owned()]
    } else {
        given.rest.clone()
    };
    let most = if replace.is_some() {
        1
    } else {
        given.number('n')?.or(given.number('L')?).unwrap_or(usize::MAX)
    };
    if most == 0 {
        return usage("`-n` is at least 1");
    }
    if items.is_empty() {
        return if given.has('r') || replace.is_some() {
            Ok(0)
        } else {
            Ok(one(shell, &given, &command)?)
        };
    }
    let mut code = 0;
    for chunk in items.chunks(most) {
        let line: Vec<String> = match replace {
            Some(mark) => command.iter().map(|word| word.replace(mark, &chunk[0])).collect(),
            None => command.iter().chain(chunk).cloned().collect(),
        };
        match one(shell, &given, &line)? {
            0 => {}
            ended @ (126 | 127) => return Ok(ended),
            255 => return Ok(124),
            _ => code = 123,
        }
    }
    Ok(code)
}

fn one(shell: &mut Shell, given: &Given, line: &[String]) -> Result<i32, crate::shell::Flow> {
    if given.has('t') {
        shell.say("+", line.join(" "));
    }
    shell.run(line)
}

/// The words of a text, with quotes as `xargs` has them.
fn words(text: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            c if c.is_whitespace() => words.extend(word.take()),
            '\'' | '"' => {
                let word = word.get_or_insert_default();
                loop {
                    match chars.next()? {
                        end if end == c => break,
                        inner => word.push(inner),
                    }
                }
            }
            '\\' => word.get_or_insert_default().extend(chars.next()),
            c => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    Some(words)
}
