//! Finds what a command's name means, and runs it.

use std::io::{self, Read, Write};

use super::builtins;
use super::{Fail, Flow, Ran, Shell, session};
use crate::host::{self, Request};
use crate::stream::{self, Stream};
use crate::{interrupt, place, tools};

/// Exit code for what was found but cannot run.
const CANNOT_RUN: i32 = 126;
/// Exit code for what was not found.
const NOT_FOUND: i32 = 127;

/// Folders in which a tool stands for the program of its name where the image has none.
const FOLDERS: [&str; 6] = [
    "/bin",
    "/usr/bin",
    "/usr/local/bin",
    "/sbin",
    "/usr/sbin",
    "/usr/local/sbin",
];

/// What a command's name means.
#[derive(Debug)]
pub(super) enum Meaning {
    Function(std::rc::Rc<super::ast::Command>),
    Builtin(builtins::Builtin),
    Tool(tools::Tool),
    File(String),
}

impl Shell {
    /// What `name` means, functions left out where `plain`.
    pub(super) fn meaning(&self, name: &str, plain: bool) -> Option<Meaning> {
        if name.contains('/') {
            return self.file(name);
        }
        let function = || {
            self.functions
                .get(name)
                .cloned()
                .map(Meaning::Function)
                .filter(|_| !plain)
        };
        let builtin = || builtins::find(name).map(Meaning::Builtin);
        let named = if builtins::special(name) {
            builtin().or_else(function)
        } else {
            function().or_else(builtin)
        };
        named
            .or_else(|| tools::find(name).map(Meaning::Tool))
            .or_else(|| {
                let path = self
                    .variables
                    .get("PATH")
                    .unwrap_or("/usr/local/bin:/usr/bin:/bin");
                path.split(':')
                    .map(|folder| self.path(&place::join(folder, name)))
                    .find(|path| self.stat(path, true).is_ok_and(|stat| stat.is_file()))
                    .map(Meaning::File)
            })
    }

    fn file(&self, path: &str) -> Option<Meaning> {
        let full = self.path(path);
        if self.stat(&full, true).is_ok() {
            return Some(Meaning::File(full));
        }
        let (folder, name) = full.rsplit_once('/')?;
        FOLDERS
            .contains(&folder)
            .then(|| tools::find(name).map(Meaning::Tool))?
    }

    pub(super) fn dispatch(&mut self, args: &[String]) -> Ran {
        match self.meaning(&args[0], false) {
            Some(Meaning::Function(body)) => self.call(&body, args),
            meaning => self.run_meaning(meaning, args),
        }
    }

    /// Runs a command for a tool, which waits for it: not a function, and not one that changes this shell.
    pub(crate) fn run(&mut self, args: &[String]) -> Ran {
        let Some(name) = args.first() else {
            return Ok(0);
        };
        self.deeper(|shell| {
            let mut sub = shell.sub();
            let meaning = sub.meaning(name, true);
            let ran = sub.run_meaning(meaning, args);
            sub.ended_subshell(ran, false)
        })
    }

    pub(super) fn run_meaning(&mut self, meaning: Option<Meaning>, args: &[String]) -> Ran {
        let name = args[0].as_str();
        match meaning {
            Some(Meaning::Function(body)) => self.call(&body, args),
            Some(Meaning::Builtin(builtin)) => {
                let done = builtin(self, args);
                self.told(name, done)
            }
            Some(Meaning::Tool(tool)) => {
                let done = self.deeper(|shell| Ok(tool(shell, args)))?;
                self.told(place::base(name), done)
            }
            Some(Meaning::File(path)) => self.run_file(&path, args),
            // A path in the container that leads nowhere is nothing that the engine could know either.
            None if name.contains('/') => self.not_found(name),
            None => self.hosted(name, args),
        }
    }

    fn run_file(&mut self, path: &str, args: &[String]) -> Ran {
        let name = args[0].as_str();
        let mut head = [0; 256];
        let read = self.open_input(path).and_then(|mut file| file.read(&mut head));
        let head = match read {
            Ok(len) => &head[..len],
            Err(error) => {
                self.say_path("sh", name, &error);
                return Ok(CANNOT_RUN);
            }
        };
        if head.starts_with(b"\0asm") {
            return self.hosted(path, args);
        }
        if head.contains(&0) {
            self.say(
                "sh",
                format_args!("{name}: neither a WebAssembly program nor a script"),
            );
            return Ok(CANNOT_RUN);
        }
        if let Some(line) = head.strip_prefix(b"#!") {
            let line = line.split(|&byte| byte == b'\n').next().unwrap_or_default();
            let line = String::from_utf8_lossy(line).trim().to_owned();
            let mut words = line.split_whitespace();
            let interpreter = words.next().unwrap_or_default();
            let base = place::base(interpreter);
            let real = if base == "env" {
                words.next().unwrap_or_default()
            } else {
                interpreter
            };
            if !["sh", "ash", "bash", "dash"].contains(&place::base(real)) {
                let mut all = vec![real.to_owned()];
                all.extend(words.map(str::to_owned));
                all.push(path.to_owned());
                all.extend_from_slice(&args[1..]);
                return self.run(&all);
            }
        }
        self.deeper(|shell| session::script(shell, path, &args[1..]))
    }

    fn not_found(&self, name: &str) -> Ran {
        self.say("sh", format_args!("{name}: not found"));
        Ok(NOT_FOUND)
    }

    /// Hands a program to the engine.
    fn hosted(&mut self, program: &str, args: &[String]) -> Ran {
        let name = args[0].as_str();
        match self.spawned(program, args) {
            Ok(code) => Ok(code),
            Err(Fail::Io(error)) if error.kind() == io::ErrorKind::NotFound => self.not_found(name),
            Err(Fail::Io(error)) if error.kind() == io::ErrorKind::Unsupported => {
                self.say(
                    "sh",
                    format_args!("{name}: this engine does not run other programs from a shell"),
                );
                Ok(CANNOT_RUN)
            }
            Err(Fail::Io(error)) if interrupt::is(&error) => Err(Flow::Interrupted),
            Err(Fail::Io(error)) if stream::cut(&error) => Err(Flow::Cut),
            Err(Fail::Io(error)) if error.kind() == io::ErrorKind::BrokenPipe => Err(Flow::Pipe),
            Err(Fail::Io(error)) => {
                self.say_path("sh", name, &error);
                Ok(CANNOT_RUN)
            }
            Err(fail) => self.told("sh", Err(fail)),
        }
    }

    fn spawned(&mut self, program: &str, args: &[String]) -> Result<i32, Fail> {
        let env: Vec<String> = self
            .variables
            .exported()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let (stdin, stdin_goes_on) = match self.stream(0) {
            Ok(Stream::Host(0)) => (stream::read_ahead(), true),
            Ok(mut stream) => (all(&mut stream)?, false),
            Err(_) => (Vec::new(), false),
        };
        let target = |stream: io::Result<Stream>| match stream {
            Ok(Stream::Host(1)) => host::Target::Stdout,
            Ok(Stream::Host(2)) => host::Target::Stderr,
            Ok(Stream::Null) | Err(_) => host::Target::Null,
            Ok(_) => host::Target::Captured,
        };
        let process = host::spawn(&Request {
            program,
            args,
            env: &env,
            cwd: &self.cwd,
            stdin: &stdin,
            stdin_goes_on,
            stdout: target(self.stream(1)),
            stderr: target(self.stream(2)),
        });
        let process = interrupt::after(process)?;
        let mut buffer = vec![0; 64 << 10];
        let mut written = Ok(());
        loop {
            let (len, errors) = process.read(&mut buffer)?;
            if len == 0 {
                break;
            }
            // When nobody reads on, the program still runs to its end: its work may be more than its output.
            if written.is_ok() {
                written = self.stream(if errors { 2 } else { 1 })?.write_all(&buffer[..len]);
            }
        }
        let code = process.wait()?;
        written?;
        Ok(code)
    }
}

/// Everything that a stream has left, within the bound of a pipe.
fn all(stream: &mut Stream) -> Result<Vec<u8>, Fail> {
    let mut bytes = Vec::new();
    stream.take(stream::LIMIT as u64 + 1).read_to_end(&mut bytes)?;
    if bytes.len() > stream::LIMIT {
        let mib = stream::LIMIT >> 20;
        return super::fail(format!("a program takes at most {mib} MiB of redirected input"));
    }
    Ok(bytes)
}
