//! The shell: its state, and what it says.

mod arithmetic;
mod ast;
mod builtins;
mod clauses;
mod commands;
mod compound;
mod condition;
mod expand;
mod fields;
mod format;
mod glob;
mod launch;
mod numbers;
mod options;
mod parameter;
mod parse;
mod pipeline;
mod redirect;
mod session;
mod simple;
mod variables;
mod words;

use std::collections::BTreeMap;
use std::fmt::Display;
use std::io::{self, Write};
use std::rc::Rc;

use crate::stream::{self, Out, Stream};
use crate::{interrupt, place, preview1, user};

pub(crate) use condition::tool as test;
pub(crate) use format::{escaped, tool as printf};
pub(crate) use options::Options;
pub(crate) use session::tool as sh;
pub(crate) use variables::Variables;

/// How deep functions, subshells and compound commands may run within each other. The stack of 1 MiB that an engine
/// gives at least would hold more.
pub(crate) const DEPTH: u32 = 500;

/// Why commands stop short of their end.
#[derive(Debug)]
pub(crate) enum Flow {
    Break(u32),
    Continue(u32),
    Return(i32),
    Exit(i32),
    /// A fault that was told and ends a shell that nobody sits at, up to the next subshell.
    Fault(i32),
    /// A bound that was told and ends everything, subshells too: what would try again would only come here again.
    Bound,
    /// Nobody reads what this stage of a pipeline writes.
    Pipe,
    /// What this stage of a pipeline reads was cut off by the bound of a pipe.
    Cut,
    /// Somebody who sits at a shell wants back to its prompt.
    Interrupted,
}

/// What ends a tool before its end.
#[derive(Debug)]
pub(crate) enum Fail {
    Flow(Flow),
    Io(io::Error),
    /// What to say, and the exit code.
    Said(String, i32),
}

impl From<io::Error> for Fail {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<Flow> for Fail {
    fn from(flow: Flow) -> Self {
        Self::Flow(flow)
    }
}

/// A failure with exit code 1.
pub(crate) fn fail<T>(what: impl Into<String>) -> Result<T, Fail> {
    Err(Fail::Said(what.into(), 1))
}

/// A failure with exit code 2, of one who was called wrongly.
pub(crate) fn usage<T>(what: impl Into<String>) -> Result<T, Fail> {
    Err(Fail::Said(what.into(), 2))
}

/// What a tool gives back: its exit code.
pub(crate) type Done = Result<i32, Fail>;

/// What commands give back: their exit code.
pub(crate) type Ran = Result<i32, Flow>;

/// A shell, or a subshell of one: a clone that does not change the one it came from.
#[derive(Clone, Debug)]
pub(crate) struct Shell {
    pub(crate) variables: Rc<Variables>,
    functions: Rc<BTreeMap<String, Rc<ast::Command>>>,
    /// `$0`.
    pub(crate) name: String,
    /// `$1` and on.
    parameters: Rc<Vec<String>>,
    /// An absolute normal path.
    pub(crate) cwd: String,
    streams: BTreeMap<u32, Stream>,
    /// `$?`.
    status: i32,
    /// What the last command substitution of the present command ended with.
    substituted: Option<i32>,
    options: Options,
    /// How deep it runs.
    depth: u32,
    loops: u32,
    /// For each function that runs, the variables that it made its own, with what they were.
    locals: Vec<Vec<(String, Option<variables::Variable>)>>,
    /// How many conditions the present command is part of: `set -e` does not look there.
    conditions: u32,
    interactive: bool,
    /// What runs at the end.
    on_exit: Option<Rc<str>>,
    random: u64,
    /// Where `getopts` is: the argument, and the letter in it.
    getopts: (usize, usize),
}

impl Shell {
    /// A shell with the module's own environment and streams.
    pub(crate) fn new(name: &str) -> Self {
        let mut variables = Variables::default();
        for (name, value) in std::env::vars_os().filter(|(name, _)| name != user::VARIABLE) {
            variables.import(&name.to_string_lossy(), &value.to_string_lossy());
        }
        let cwd = place::normal("/", variables.get("PWD").unwrap_or("/"));
        variables.import("PWD", &cwd);
        Self::with(
            name,
            variables,
            cwd,
            (0..3).map(|fd| (fd, Stream::Host(fd))).collect(),
        )
    }

    fn with(name: &str, variables: Variables, cwd: String, streams: BTreeMap<u32, Stream>) -> Self {
        Self {
            variables: Rc::new(variables),
            functions: Rc::default(),
            name: name.to_owned(),
            parameters: Rc::default(),
            cwd,
            streams,
            status: 0,
            substituted: None,
            options: Options::default(),
            depth: 0,
            loops: 0,
            locals: Vec::new(),
            conditions: 0,
            interactive: false,
            on_exit: None,
            random: 0,
            getopts: (1, 0),
        }
    }

    /// A shell that begins afresh within this one, with what this one exports.
    fn fresh(&self, name: &str) -> Self {
        let mut variables = Variables::default();
        for (name, value) in self.variables.exported() {
            variables.import(name, value);
        }
        let mut shell = Self::with(name, variables, self.cwd.clone(), self.streams.clone());
        shell.depth = self.depth;
        shell.random = self.random;
        shell
    }

    /// A subshell.
    fn sub(&self) -> Self {
        let mut sub = self.clone();
        sub.loops = 0;
        sub.on_exit = None;
        sub.interactive = false;
        sub
    }

    /// An absolute path.
    pub(crate) fn path(&self, path: &str) -> String {
        place::normal(&self.cwd, path)
    }

    /// The attributes of a file; an empty path is none, as for a system call.
    pub(crate) fn stat(&self, path: &str, follow: bool) -> io::Result<preview1::Filestat> {
        if path.is_empty() {
            return Err(io::ErrorKind::NotFound.into());
        }
        let full = self.path(path);
        let special = ["/dev/null", "/dev/stdin", "/dev/stdout", "/dev/stderr"].contains(&full.as_str());
        match place::stat(&full, follow) {
            Err(_) if special => Ok(preview1::Filestat {
                filetype: preview1::CHARACTER_DEVICE,
                nlink: 1,
                ..preview1::Filestat::default()
            }),
            Ok(stat) if path.ends_with('/') && !stat.is_dir() => {
                if follow || !stat.is_link() {
                    Err(io::ErrorKind::NotADirectory.into())
                } else {
                    place::stat(&full, true)
                }
            }
            answer => answer,
        }
    }

    /// The stream behind a descriptor; one that is closed takes and gives nothing but an error.
    pub(crate) fn stream(&self, fd: u32) -> io::Result<Stream> {
        self.streams
            .get(&fd)
            .cloned()
            .ok_or_else(|| io::Error::other("bad file descriptor"))
    }

    /// Standard output, buffered.
    pub(crate) fn out(&self) -> io::Result<Out> {
        self.stream(1).map(Out::new)
    }

    /// Standard input.
    pub(crate) fn input(&self) -> io::Result<Stream> {
        self.stream(0)
    }

    /// Says a line on standard error.
    pub(crate) fn say(&self, who: &str, what: impl Display) {
        if let Ok(mut stream) = self.stream(2) {
            // There is nowhere to say that this failed.
            let _ = stream.write_all(format!("{who}: {what}\n").as_bytes());
        }
    }

    /// Says what is wrong with a file.
    pub(crate) fn say_path(&self, who: &str, path: &str, error: &io::Error) {
        self.say(who, format_args!("{path}: {}", place::reason(error)));
    }

    /// A bound was reached: says so and ends everything.
    fn bound(&self, what: impl Display) -> Flow {
        self.say("sh", what);
        Flow::Bound
    }

    /// A fault of the script: says so and ends the shell unless somebody sits at it.
    fn fault(&self, what: impl Display) -> Flow {
        self.say("sh", what);
        Flow::Fault(2)
    }

    /// Turns what a tool ended with into an exit code, and says what there is to say.
    pub(crate) fn told(&self, who: &str, done: Done) -> Ran {
        match done {
            Ok(code) => Ok(code),
            Err(Fail::Flow(flow)) => Err(flow),
            Err(Fail::Said(what, code)) => {
                self.say(who, what);
                Ok(code)
            }
            Err(Fail::Io(error)) if interrupt::is(&error) => Err(Flow::Interrupted),
            Err(Fail::Io(error)) if stream::cut(&error) => Err(Flow::Cut),
            Err(Fail::Io(error)) if error.kind() == io::ErrorKind::BrokenPipe => Err(Flow::Pipe),
            Err(Fail::Io(error)) => {
                self.say(who, place::reason(&error));
                Ok(1)
            }
        }
    }

    /// Runs `run` one level deeper.
    fn deeper<T>(&mut self, run: impl FnOnce(&mut Self) -> Result<T, Flow>) -> Result<T, Flow> {
        if self.depth >= DEPTH {
            return Err(self.bound(format_args!(
                "commands run more than {DEPTH} deep within each other"
            )));
        }
        self.depth += 1;
        let ran = run(self);
        self.depth -= 1;
        ran
    }

    /// Text that an expansion made, within its bound.
    fn bounded(&self, len: usize) -> Result<(), Flow> {
        if len > stream::LIMIT {
            let mib = stream::LIMIT >> 20;
            return Err(self.bound(format_args!("an expansion gives more than {mib} MiB")));
        }
        Ok(())
    }
}
