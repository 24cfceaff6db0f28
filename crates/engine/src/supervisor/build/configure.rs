//! Steps that change nothing but how containers of the image start.

use sampan_api::container::HealthConfig;
use sampan_api::{Empty, StrSlice};
use sampan_image::dockerfile::{Instruction, Pair};

use super::stage::Stage;
use super::steps::{invalid, words};
use crate::supervisor::error::Result;

fn quoted(words: &[String]) -> String {
    let each: Vec<String> = words.iter().map(|word| format!("{word:?}")).collect();
    format!("[{}]", each.join(" "))
}

fn joined(word: &str, pairs: &[Pair]) -> String {
    let each = pairs.iter().map(|pair| format!(" {}={}", pair.name, pair.value));
    std::iter::once(word.to_owned()).chain(each).collect()
}

/// What only the configuration knows of; tells it as the history shows it.
pub(super) fn configure(stage: &mut Stage, instruction: Instruction) -> Result<String> {
    let config = &mut stage.config;
    Ok(match instruction {
        Instruction::Env(pairs) => {
            let env = config.env.get_or_insert_default();
            for Pair { name, value } in &pairs {
                let pair = format!("{name}={value}");
                match env.iter_mut().find(|old| old.split('=').next() == Some(name)) {
                    Some(old) => *old = pair,
                    None => env.push(pair),
                }
            }
            joined("ENV", &pairs)
        }
        Instruction::Label(pairs, _) => {
            let labels = pairs.iter().map(|pair| (pair.name.clone(), pair.value.clone()));
            config.labels.extend(labels);
            joined("LABEL", &pairs)
        }
        Instruction::Maintainer(who) => {
            stage.author.clone_from(&who);
            format!("MAINTAINER {who}")
        }
        Instruction::Cmd(command) => {
            let words = words(config, &command);
            let said = format!("CMD {}", quoted(&words));
            stage.has_command = !command.words.is_empty() || stage.has_command;
            config.cmd = Some(StrSlice(words));
            said
        }
        Instruction::Entrypoint(command) => {
            let words = words(config, &command);
            let said = format!("ENTRYPOINT {}", quoted(&words));
            config.entrypoint = (!words.is_empty()).then_some(StrSlice(words));
            // The image's own command belongs to its own entrypoint.
            if !stage.has_command {
                config.cmd = None;
            }
            said
        }
        Instruction::Expose(ports) => {
            for port in &ports {
                for port in exposed(port)? {
                    config.exposed_ports.insert(port, Empty {});
                }
            }
            format!("EXPOSE {}", ports.join(" "))
        }
        Instruction::Volume(places) => {
            let volumes = config.volumes.get_or_insert_default();
            volumes.extend(places.iter().map(|place| (place.clone(), Empty {})));
            format!("VOLUME [{}]", places.join(" "))
        }
        Instruction::User(user) => {
            config.user.clone_from(&user);
            format!("USER {user}")
        }
        Instruction::StopSignal(signal) => {
            crate::supervisor::create::signal::parse(&signal)?;
            config.stop_signal.clone_from(&signal);
            format!("STOPSIGNAL {signal}")
        }
        Instruction::Shell(words) => {
            let said = format!("SHELL [{}]", words.join(" "));
            config.shell = Some(StrSlice(words));
            said
        }
        Instruction::OnBuild(trigger) => {
            let said = format!("ONBUILD {trigger}");
            config.on_build.get_or_insert_default().push(trigger);
            said
        }
        Instruction::Healthcheck(check) => {
            let said = format!("HEALTHCHECK {}", quoted(&check.test));
            config.healthcheck = Some(HealthConfig {
                test: check.test,
                interval: check.interval,
                timeout: check.timeout,
                start_period: check.start_period,
                start_interval: check.start_interval,
                retries: check.retries,
            });
            said
        }
        Instruction::Arg(arguments) => {
            let each: Vec<String> = arguments
                .iter()
                .map(|one| match &one.value {
                    Some(value) => format!("{}={value}", one.name),
                    None => one.name.clone(),
                })
                .collect();
            for one in arguments {
                stage.arguments.add(&one.name, one.value);
            }
            format!("ARG {}", each.join(" "))
        }
        // Each has its own way.
        Instruction::Copy(_) | Instruction::Run(_) | Instruction::Workdir(_) => String::new(),
    })
}

/// `80`, `80/udp`, `8000-8010`; what stands before a colon is of the host, and nothing of it is exposed.
fn exposed(text: &str) -> Result<Vec<sampan_api::Port>> {
    let own = text.rsplit(':').next().unwrap_or(text);
    let (range, protocol) = own.split_once('/').unwrap_or((own, "tcp"));
    let (first, last) = range.split_once('-').unwrap_or((range, range));
    let bad = || invalid(format!("invalid containerPort: {range}"));
    let (first, last): (u16, u16) = match (first.parse(), last.parse()) {
        (Ok(first), Ok(last)) if first <= last => (first, last),
        _ => return Err(bad()),
    };
    let protocol = protocol.to_lowercase();
    if !["tcp", "udp", "sctp"].contains(&protocol.as_str()) {
        return Err(invalid(format!("invalid proto: {protocol}")));
    }
    (first..=last)
        .map(|port| format!("{port}/{protocol}").parse().map_err(|_| bad()))
        .collect()
}
