//! `echo`, `yes`, `tee`, `true`, `false`.

use std::fs::OpenOptions;
use std::io::{Read, Write};

use super::options::Given;
use crate::shell::{Done, Shell};
use crate::stream::Stream;

pub(super) fn yes_exit(_: &mut Shell, _: &[String]) -> Done {
    Ok(0)
}

pub(super) fn no(_: &mut Shell, _: &[String]) -> Done {
    Ok(1)
}

pub(super) fn echo(shell: &mut Shell, args: &[String]) -> Done {
    let (mut line, mut escapes) = (true, false);
    let mut words = &args[1..];
    while let Some((option, rest)) = words.split_first()
        && option.len() > 1
        && option.starts_with('-')
        && option[1..].chars().all(|c| "neE".contains(c))
    {
        for letter in option[1..].chars() {
            match letter {
                'n' => line = false,
                letter => escapes = letter == 'e',
            }
        }
        words = rest;
    }
    let text = words.join(" ");
    let mut bytes = Vec::with_capacity(text.len() + 1);
    if !escapes {
        bytes.extend_from_slice(text.as_bytes());
    } else if !crate::shell::escaped(&text, true, &mut bytes) {
        line = false;
    }
    if line {
        bytes.push(b'\n');
    }
    shell.stream(1)?.write_all(&bytes)?;
    Ok(0)
}

pub(super) fn yes(shell: &mut Shell, args: &[String]) -> Done {
    let word = if args.len() > 1 {
        args[1..].join(" ")
    } else {
        "y".to_owned()
    };
    let mut out = shell.out()?;
    loop {
        writeln!(out, "{word}")?;
    }
}

pub(super) fn tee(shell: &mut Shell, args: &[String]) -> Done {
    let given = Given::read(args, "ai")?;
    let mut outs: Vec<Stream> = vec![shell.stream(1)?];
    let mut code = 0;
    for path in &given.rest {
        let mut options = OpenOptions::new();
        options
            .create(true)
            .append(given.has('a'))
            .write(true)
            .truncate(!given.has('a'));
        match shell.open(path, &options) {
            Ok(stream) => outs.push(stream),
            Err(error) => {
                shell.say_path("tee", path, &error);
                code = 1;
            }
        }
    }
    let mut input = shell.input()?;
    let mut buffer = vec![0; 16 << 10];
    loop {
        let len = input.read(&mut buffer)?;
        if len == 0 {
            return Ok(code);
        }
        for out in &mut outs {
            out.write_all(&buffer[..len])?;
        }
    }
}
