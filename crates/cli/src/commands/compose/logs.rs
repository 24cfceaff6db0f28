//! `sampan compose logs`: what services wrote.

use std::cell::RefCell;

use clap::Args;
use sampan_client::LogOptions;
use sampan_compose::Container;

use super::attached::{Begun, Follower, Lines, Look, follow};
use super::project::{ProjectFlags, on_project};
use crate::app::App;
use crate::error::CliError;
use crate::moments;

/// The flags of `sampan compose logs`.
#[derive(Debug, Args)]
pub(crate) struct LogsArgs {
    /// Services that are meant; all where none is named
    #[arg(value_name = "SERVICE")]
    services: Vec<String>,
    /// Go on with what comes
    #[arg(short, long)]
    follow: bool,
    /// Only the container with this number
    #[arg(long, value_name = "NUMBER")]
    index: Option<u64>,
    /// Only from this time on: `2026-01-02T15:04:05Z`, or `42m` for so long ago
    #[arg(long, value_name = "TIME")]
    since: Option<String>,
    /// Only up to this time
    #[arg(long, value_name = "TIME")]
    until: Option<String>,
    /// Only so many lines at the end of each
    #[arg(short = 'n', long, value_name = "NUMBER", allow_hyphen_values = true)]
    tail: Option<String>,
    /// Each line with its time
    #[arg(short, long)]
    timestamps: bool,
    /// Without colours
    #[arg(long)]
    no_color: bool,
    /// Without names before the lines
    #[arg(long)]
    no_log_prefix: bool,
}

pub(crate) fn run(app: &App<'_>, flags: &ProjectFlags, args: &LogsArgs) -> Result<(), CliError> {
    let options = LogOptions {
        follow: false,
        timestamps: args.timestamps,
        details: false,
        tail: args.tail.clone(),
        since: moments::parse_some(args.since.as_deref())?,
        until: moments::parse_some(args.until.as_deref())?,
    };
    on_project(app, "logs", flags, &args.services, async |session| {
        for name in &args.services {
            session.project.service(name)?;
        }
        let look = Look {
            no_color: args.no_color,
            no_prefix: args.no_log_prefix,
        };
        let observed = session.observed().await?;
        let wanted = |container: &&Container| args.index.is_none_or(|index| container.number == index);
        let containers: Vec<&Container> = observed.of_services(&args.services).filter(wanted).collect();
        let names: Vec<String> = containers
            .iter()
            .map(|container| container.name.clone())
            .collect();
        let lines = || Lines::new(app, &session.project.name, look, &names);
        let follower = if args.follow {
            let options = LogOptions {
                follow: true,
                timestamps: args.timestamps,
                ..LogOptions::default()
            };
            let shown =
                |service: &str| args.services.is_empty() || args.services.iter().any(|name| name == service);
            Some(Follower::new(session.client, &session.project.name, lines(), options, shown).await?)
        } else {
            None
        };
        let past = RefCell::new(lines());
        for container in &containers {
            follow(session.client, container.id(), &container.name, &options, &past).await?;
        }
        let Some(mut follower) = follower else {
            return Ok(());
        };
        if !containers.iter().any(|container| container.is_up()) {
            return Ok(());
        }
        let (say, hear) = tokio::sync::oneshot::channel();
        let up = containers.into_iter().filter(|container| container.is_up());
        let up = up.map(|container| Begun {
            container: container.clone(),
            ran_before: true,
        });
        // The receiver lives as long as this function.
        drop(say.send(up.collect()));
        follower.run(hear, async |_| Ok(false), async || Ok(true)).await
    })
}
