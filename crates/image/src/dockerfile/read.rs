//! From the words of a line to an instruction.

use super::copy::copy;
use super::duration::nanoseconds;
use super::error::Words;
use super::flags::{Flags, Takes, meant};
use super::instruction::{Argument, CommandLine, Instruction, Pair, Run};
use super::mount::Mount;
use super::words::Node;

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
        mounts: mounts
            .iter()
            .map(|text| Mount::read(text))
            .collect::<Words<_>>()?,
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
