//! What each instruction says.

use super::copy::{Copy, copy};
use super::duration::nanoseconds;
use super::error::{LexError, Words};
use super::flags::{Flags, Takes, meant};
use super::heredoc::Heredoc;
use super::mount::{Mount, mount};
use super::shell::Lexer;
use super::words::Node;

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

/// A stage begins, or an instruction.
pub(super) enum Parsed {
    From {
        base: String,
        name: Option<String>,
        platform: Option<String>,
    },
    Instruction(Instruction),
}

const NAMES: [&str; 18] = [
    "ADD",
    "ARG",
    "CMD",
    "COPY",
    "ENTRYPOINT",
    "ENV",
    "EXPOSE",
    "FROM",
    "HEALTHCHECK",
    "LABEL",
    "MAINTAINER",
    "ONBUILD",
    "RUN",
    "SHELL",
    "STOPSIGNAL",
    "USER",
    "VOLUME",
    "WORKDIR",
];

/// Reads one instruction, as a trigger of `ONBUILD` has it.
pub fn single(text: &str) -> Result<Instruction, String> {
    let lines = super::lines::read(text).map_err(|error| error.what)?;
    let [node] = lines.nodes.as_slice() else {
        return Err("onbuild trigger should be a single expression".to_owned());
    };
    match parsed(node)? {
        Parsed::Instruction(instruction) => Ok(instruction),
        Parsed::From { .. } => Err("FROM isn't allowed as an ONBUILD trigger".to_owned()),
    }
}

/// `--label` of the caller: nothing in it is a variable.
pub fn label(name: &str, value: &str) -> Instruction {
    let pair = Pair {
        name: name.to_owned(),
        value: value.to_owned(),
    };
    Instruction::Label(vec![pair], true)
}

pub(super) fn parsed(node: &Node) -> Words<Parsed> {
    let name = node.command.to_ascii_uppercase();
    let none = || Flags::read(&node.flags, &[]).map(drop);
    let least = || match node.args.is_empty() {
        true => Err(format!("{name} requires at least one argument")),
        false => Ok(()),
    };
    let exactly = || match node.args.as_slice() {
        [one] => Ok(one.clone()),
        _ => Err(format!("{name} requires exactly one argument")),
    };
    let instruction = match name.as_str() {
        "FROM" => return from(node),
        "ADD" | "COPY" => Instruction::Copy(Box::new(copy(node, &name)?)),
        "RUN" => Instruction::Run(Box::new(run(node)?)),
        "HEALTHCHECK" => Instruction::Healthcheck(super::command::healthcheck(node)?),
        "ONBUILD" => {
            least()?;
            none()?;
            on_build(node)?
        }
        "ARG" => {
            least()?;
            Instruction::Arg(
                node.args
                    .iter()
                    .map(|word| argument(word))
                    .collect::<Words<_>>()?,
            )
        }
        "STOPSIGNAL" => Instruction::StopSignal(exactly()?),
        _ if NAMES.contains(&name.as_str()) => {
            none()?;
            match name.as_str() {
                "CMD" => Instruction::Cmd(command(node)),
                "ENTRYPOINT" => Instruction::Entrypoint(command(node)),
                "ENV" => Instruction::Env(pairs(node, "ENV")?),
                "LABEL" => Instruction::Label(pairs(node, "LABEL")?, false),
                "MAINTAINER" => Instruction::Maintainer(exactly()?),
                "USER" => Instruction::User(exactly()?),
                "WORKDIR" => Instruction::Workdir(exactly()?),
                "EXPOSE" => {
                    least()?;
                    let mut ports = node.args.clone();
                    ports.sort();
                    Instruction::Expose(ports)
                }
                "VOLUME" => {
                    least()?;
                    let places: Vec<String> = node.args.iter().map(|p| p.trim().to_owned()).collect();
                    if places.iter().any(String::is_empty) {
                        return Err("VOLUME specified can not be an empty string".to_owned());
                    }
                    Instruction::Volume(places)
                }
                _ => {
                    least()?;
                    if !node.json {
                        return Err(format!(
                            "SHELL requires the arguments to be in JSON form: {}",
                            node.original.trim()
                        ));
                    }
                    Instruction::Shell(node.args.clone())
                }
            }
        }
        _ => {
            return Err(format!(
                "unknown instruction: {}{}",
                node.command,
                meant(&name, NAMES.into_iter())
            ));
        }
    };
    Ok(Parsed::Instruction(instruction))
}

fn from(node: &Node) -> Words<Parsed> {
    let (base, name) = match node.args.as_slice() {
        [base] => (base, None),
        [base, word, name] if word.eq_ignore_ascii_case("as") => (base, Some(name)),
        _ => return Err("FROM requires either one or three arguments".to_owned()),
    };
    let lower = name.map(|name| name.to_lowercase());
    if let (Some(lower), Some(written)) = (&lower, name) {
        let fits =
            |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || "-_.".contains(letter);
        if !lower.starts_with(|first: char| first.is_ascii_lowercase()) || !lower.chars().all(fits) {
            return Err(format!(
                "invalid name for build stage: {written:?}, name can't start with a number or contain symbols"
            ));
        }
    }
    let flags = Flags::read(&node.flags, &[("platform", Takes::One)])?;
    Ok(Parsed::From {
        base: base.clone(),
        name: lower,
        platform: flags.one("platform").filter(|platform| !platform.is_empty()),
    })
}

fn run(node: &Node) -> Words<Run> {
    let known = [
        ("mount", Takes::Many),
        ("network", Takes::One),
        ("security", Takes::One),
        ("device", Takes::Many),
    ];
    let flags = Flags::read(&node.flags, &known)?;
    let network = flags.one("network");
    if let Some(network) = network.as_deref()
        && !["default", "none", "host"].contains(&network)
    {
        return Err(format!("unsupported network mode {network:?}"));
    }
    let mounts = flags.many("mount");
    Ok(Run {
        command: command(node),
        mounts: mounts.iter().map(|text| mount(text)).collect::<Words<_>>()?,
        network,
        security: flags.one("security"),
        devices: flags.many("device"),
    })
}

fn command(node: &Node) -> CommandLine {
    CommandLine {
        words: node.args.clone(),
        shell: !node.json,
        files: node.heredocs.clone(),
    }
}

fn pairs(node: &Node, name: &str) -> Words<Vec<Pair>> {
    if node.args.is_empty() {
        return Err(format!("{name} requires at least one argument"));
    }
    let pair = |part: &[String]| match part {
        [key, ..] if key.is_empty() => Err(format!("{name} names can not be blank")),
        [key, value, _] => Ok(Pair {
            name: key.clone(),
            value: value.clone(),
        }),
        _ => Err(format!("Bad input to {name}, too many arguments")),
    };
    node.args.chunks(3).map(pair).collect()
}

fn argument(word: &str) -> Words<Argument> {
    let (name, value) = match word.split_once('=') {
        Some(("", _)) => return Err("ARG names can not be blank".to_owned()),
        Some((name, value)) => (name, Some(value.to_owned())),
        None => (word, None),
    };
    Ok(Argument {
        name: name.to_owned(),
        value,
    })
}

fn on_build(node: &Node) -> Words<Instruction> {
    let trigger = node.args.first().map(|word| word.trim().to_uppercase());
    match trigger.as_deref() {
        Some("ONBUILD") => {
            return Err("Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed".to_owned());
        }
        Some(word @ ("MAINTAINER" | "FROM")) => {
            return Err(format!("{word} isn't allowed as an ONBUILD trigger"));
        }
        _ => {}
    }
    let written = node.original.trim_start();
    let mut text = written
        .get("ONBUILD".len()..)
        .unwrap_or_default()
        .trim_start()
        .to_owned();
    for file in &node.heredocs {
        text.push('\n');
        text.push_str(&file.content);
        text.push_str(&file.name);
    }
    Ok(Instruction::OnBuild(text))
}

impl Instruction {
    /// Puts values in the place of variables, where this instruction has them. Commands are read by their shell, and
    /// what one variable of `EXPOSE` says may be several ports.
    pub fn expand(
        &mut self,
        lexer: &Lexer,
        variables: &dyn Fn(&str) -> Option<String>,
    ) -> Result<(), LexError> {
        let all = |words: Vec<&mut String>| {
            words.into_iter().try_for_each(|word| {
                *word = lexer.word(word, variables)?;
                Ok(())
            })
        };
        match self {
            Self::Arg(arguments) => all(arguments
                .iter_mut()
                .flat_map(|one| std::iter::once(&mut one.name).chain(one.value.as_mut()))
                .collect()),
            Self::Env(pairs) | Self::Label(pairs, false) => all(pairs
                .iter_mut()
                .flat_map(|pair| [&mut pair.name, &mut pair.value])
                .collect()),
            Self::Copy(copy) => {
                let plain = Lexer {
                    quotes: super::Quotes::Plain,
                    ..Lexer::new('\\')
                };
                for text in copy.texts.iter_mut().filter(|text| text.expand) {
                    text.content = plain.word(&text.content, variables)?;
                }
                let flags = [
                    &mut copy.target,
                    &mut copy.chown,
                    &mut copy.chmod,
                    &mut copy.checksum,
                ];
                let sources = copy.sources.iter_mut().chain(&mut copy.exclude);
                all(flags.into_iter().chain(sources).collect())
            }
            Self::Expose(ports) => {
                let mut each = Vec::new();
                for port in ports.iter() {
                    each.extend(lexer.words(port, variables)?);
                }
                *ports = each;
                Ok(())
            }
            Self::StopSignal(word) | Self::User(word) | Self::Workdir(word) => all(vec![word]),
            Self::Volume(places) => all(places.iter_mut().collect()),
            Self::Label(_, true)
            | Self::Cmd(_)
            | Self::Entrypoint(_)
            | Self::Healthcheck(_)
            | Self::Maintainer(_)
            | Self::OnBuild(_)
            | Self::Run(_)
            | Self::Shell(_) => Ok(()),
        }
    }
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

/// A length of time for a flag; what is shorter than a millisecond is refused.
pub(super) fn interval(flags: &Flags, name: &str) -> Words<i64> {
    let text = flags.text(name);
    if text.is_empty() {
        return Ok(0);
    }
    match nanoseconds(&text)? {
        0 => Ok(0),
        short if short < 1_000_000 => Err(format!("Interval {name:?} cannot be less than 1ms")),
        length => Ok(length),
    }
}
