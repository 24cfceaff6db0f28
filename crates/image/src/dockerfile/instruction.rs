//! What each instruction says.

use super::copy::Copy;
use super::heredoc::Heredoc;
use super::mount::Mount;

/// A name and its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The name.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// `ARG NAME[=VALUE]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Argument {
    /// The name.
    pub name: String,
    /// What it is where the caller says nothing.
    pub value: Option<String>,
}

/// A command: words, or one line for the shell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CommandLine {
    /// The words; of a line for the shell there is one, or none.
    pub words: Vec<String>,
    /// Whether a shell reads it.
    pub shell: bool,
    /// Heredocs in the line.
    pub files: Vec<Heredoc>,
}

/// `RUN`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Run {
    /// What runs.
    pub command: CommandLine,
    /// `--mount`.
    pub mounts: Vec<Mount>,
    /// `--network`: `default`, `none` or `host`.
    pub network: Option<String>,
    /// `--security`.
    pub security: Option<String>,
    /// `--device`.
    pub devices: Vec<String>,
}

/// `HEALTHCHECK`; times in nanoseconds, 0 for the usual.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Healthcheck {
    /// `NONE`, `CMD …` or `CMD-SHELL …`.
    pub test: Vec<String>,
    /// Between two probes.
    pub interval: i64,
    /// For one probe.
    pub timeout: i64,
    /// At the beginning, in which failures do not count.
    pub start_period: i64,
    /// Between two probes in it.
    pub start_interval: i64,
    /// Failures in a row that make it unhealthy.
    pub retries: i64,
}

/// One instruction.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is named as its word in a Dockerfile")]
pub enum Instruction {
    Arg(Vec<Argument>),
    Cmd(CommandLine),
    /// `ADD` too.
    Copy(Box<Copy>),
    Entrypoint(CommandLine),
    Env(Vec<Pair>),
    Expose(Vec<String>),
    Healthcheck(Healthcheck),
    /// The flag says that variables stay as they are.
    Label(Vec<Pair>, bool),
    Maintainer(String),
    /// What is to be done when another image begins with this one.
    OnBuild(String),
    Run(Box<Run>),
    Shell(Vec<String>),
    StopSignal(String),
    User(String),
    Volume(Vec<String>),
    Workdir(String),
}

/// `--label` of the caller: nothing in it is a variable.
pub fn label(name: &str, value: &str) -> Instruction {
    let pair = Pair {
        name: name.to_owned(),
        value: value.to_owned(),
    };
    Instruction::Label(vec![pair], true)
}

/// A path without `.`, `..` and double slashes, beginning with a slash.
pub fn clean_path(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    format!("/{}", parts.join("/"))
}
