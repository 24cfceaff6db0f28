//! From flags to what the engine is asked.

use sampan_engine::Engine;
use sampan_engine::containers::{RunRequest, Target};
use sampan_runtime::{Diagnostics, Stdio};
use sampan_types::grants::Mount;
use sampan_types::{Grants, LimitName, Limits};

use super::RunArgs;
use crate::app::App;
use crate::commands::create::volume_flag::VolumeFlag;
use crate::error::CliError;
use crate::terminal::{self, listen_address};
use crate::{environment_file, grants_file};

/// Turns flags into what the engine is asked.
pub(crate) fn request(app: &App<'_>, engine: &Engine, args: RunArgs) -> Result<RunRequest, CliError> {
    if args.tty.is_some() && !terminal::is_there() {
        return Err(CliError::Usage(
            "`-t` needs a terminal, and neither standard input nor standard output is one",
        ));
    }
    if args.publish.is_empty() && args.serving.any() {
        return Err(CliError::Usage(
            "flags of servers need a port that is published: add `-p 8080:80`, or use `sampan serve`",
        ));
    }
    let limits = limits(&args)?;
    let mut grants = Grants::default();
    for file in &args.grants {
        grants.extend(grants_file::read(file)?);
    }
    grants.extend(Grants {
        mounts: args
            .volume
            .into_iter()
            .map(|volume| match volume {
                VolumeFlag::Given(mount) => absolute(app, mount),
                VolumeFlag::Anonymous(name) => Err(CliError::VolumeName { name }),
            })
            .collect::<Result<_, _>>()?,
        tmpfs: args.tmpfs,
        net: args.allow_net,
        http: args.allow_http,
        listen: args.allow_listen,
    });
    one_grant_for_each_path(&grants)?;
    let mut env = Vec::new();
    if args.tty.is_some() {
        env.extend(terminal::variables(&app.environment));
    }
    for file in &args.env_file {
        env.extend(environment_file::read(file)?);
    }
    for entry in &args.env {
        env.extend(environment_file::entry(entry).map_err(CliError::Environment)?);
    }
    let mut words = args.words.into_iter();
    let word = words.next().unwrap_or_default();
    Ok(RunRequest {
        target: target(engine, &word)?,
        args: words.collect(),
        entrypoint: args.entrypoint,
        call: None,
        env,
        cwd: args.workdir,
        stdio: Stdio {
            terminal: args.tty.is_some(),
            ..terminal::own_streams().map_err(CliError::Streams)?
        },
        serving: args.serving.serving(app)?,
        beside: None,
        access_log: args.serving.log()?,
        publish: args.publish,
        grants,
        limits,
        name: args.name,
        keep: !args.rm,
        read_only: args.read_only,
        platform: args.platform,
        pull: args.pull.into(),
        learn: args.learn.is_some(),
        diagnostics: Diagnostics {
            coredump: args.coredump,
            profile: args.profile,
            debug: args.debug.as_deref().map(listen_address).transpose()?,
        },
    })
}

/// What a person means by a word.
pub(crate) fn target(engine: &Engine, word: &str) -> Result<Target, CliError> {
    engine.target(word)?.map_err(|source| CliError::Target {
        text: word.to_owned(),
        source,
    })
}

/// Two grants for one path contradict each other, and which of them holds must not be left to their order.
fn one_grant_for_each_path(grants: &Grants) -> Result<(), CliError> {
    let mounts = grants.mounts.iter().map(|mount| &mount.target);
    let mut seen = std::collections::HashSet::new();
    for target in mounts.chain(grants.tmpfs.iter().map(|tmpfs| &tmpfs.target)) {
        if !seen.insert(target) {
            return Err(CliError::TwoMounts(target.clone()));
        }
    }
    Ok(())
}

fn limits(args: &RunArgs) -> Result<Limits, CliError> {
    let mut limits = Limits::default();
    let named = [
        (LimitName::Memory, &args.memory),
        (LimitName::Cpus, &args.cpus),
        (LimitName::WallTime, &args.timeout),
        (LimitName::Instances, &args.pids_limit),
    ];
    for (name, value) in named {
        if let Some(value) = value {
            limits.set_named(name, value).map_err(CliError::Limit)?;
        }
    }
    for text in &args.limit {
        limits.set(text).map_err(CliError::Limit)?;
    }
    Ok(limits)
}

/// A source without a slash is the name of a volume in Docker, never a folder.
fn absolute(app: &App<'_>, mount: Mount) -> Result<Mount, CliError> {
    let text = mount.source.to_string_lossy();
    if !text.contains('/') && text != "." && text != ".." {
        return Err(CliError::VolumeName {
            name: text.into_owned(),
        });
    }
    // Without the `.`, which nobody needs to read; `..` stays, since a link may lie before it.
    let source = app.working_dir()?.join(&mount.source).components().collect();
    Ok(Mount { source, ..mount })
}
