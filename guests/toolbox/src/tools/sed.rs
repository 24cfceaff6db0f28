//! `sed`: addresses, `s`, `d`, `p`, `q`, `a`, `i`, `c`, `y`, `=`, `n`, blocks; `-n`, `-e`, `-f`, `-i`, `-E`.

mod run;
mod script;

use std::io::{BufReader, Read, Write};

use super::options::Given;
use crate::place;
use crate::shell::{Done, Fail, Shell, fail, usage};
use crate::stream::{Out, Stream};

use run::Editor;

pub(super) fn sed(shell: &mut Shell, args: &[String]) -> Done {
    let given = Given::read(args, "nrEise:f:")?;
    let mut files = given.rest.clone();
    let mut text: Vec<String> = given.values('e').map(str::to_owned).collect();
    for path in given.values('f') {
        let mut script = String::new();
        shell.open_input(path)?.read_to_string(&mut script)?;
        text.push(script);
    }
    if text.is_empty() {
        if files.is_empty() {
            return usage("which script?");
        }
        text.push(files.remove(0));
    }
    let extended = given.has('E') || given.has('r');
    let script = script::parse(&text.join("\n"), extended).map_err(|what| Fail::Said(what, 1))?;
    let mut editor = Editor::new(&script, given.has('n'));
    if !given.has('i') {
        if files.is_empty() {
            files.push("-".to_owned());
        }
        let mut code = 0;
        let mut streams: Vec<Stream> = Vec::new();
        for file in &files {
            match shell.open_input(file) {
                Ok(stream) => streams.push(stream),
                Err(error) => {
                    shell.say_path("sed", file, &error);
                    code = 1;
                }
            }
        }
        let mut out = shell.out()?;
        let quit = editor.edit(streams, &mut out)?;
        out.done()?;
        return Ok(quit.unwrap_or(code));
    }
    for file in &files {
        let stream = match shell.open_input(file) {
            Ok(stream) => stream,
            Err(error) => return fail(format!("{file}: {}", place::reason(&error))),
        };
        // What is beside it takes its place only when it is whole.
        let full = shell.path(file);
        let beside = format!("{full}.sed-new");
        let made = shell.open(
            &beside,
            std::fs::OpenOptions::new()
                .write(true)
                .create(true)
                .truncate(true),
        )?;
        let mut out = Out::new(made);
        let edited = editor
            .edit(vec![stream], &mut out)
            .and_then(|quit| Ok((quit, out.flush()?)));
        drop(out);
        match edited {
            Ok((quit, ())) => {
                std::fs::rename(&beside, &full)?;
                if let Some(code) = quit {
                    return Ok(code);
                }
            }
            Err(fail) => {
                // Nothing better can be done with it than to try.
                let _ = std::fs::remove_file(&beside);
                return Err(fail);
            }
        }
        editor = Editor::new(&script, given.has('n'));
    }
    Ok(0)
}

/// The lines of several streams as one.
struct Lines {
    streams: std::vec::IntoIter<Stream>,
    now: Option<BufReader<Stream>>,
    ahead: Option<(Vec<u8>, bool)>,
}
