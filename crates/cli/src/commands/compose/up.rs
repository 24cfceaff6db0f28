//! `sampan compose up`, `create` and `scale`.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::time::Duration;

use clap::Args;
use sampan_client::LogOptions;
use sampan_compose::{Container, Pull, Recreate, Session, UpOptions, WatchOptions};

use super::attached::{Begun, Ended, Follower, Lines, Look};
use super::host::ComposeHost;
use super::project::{ProjectFlags, on_files};
use crate::app::App;
use crate::commands::attach::exit_code;
use crate::env::ComposeVariables;
use crate::error::CliError;
use crate::terminal::Signals;

/// When images are downloaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum PullWhen {
    /// Always
    Always,
    /// When they are not there
    Missing,
    /// Never
    Never,
    /// As the files say
    Policy,
}

impl PullWhen {
    pub(super) fn of(when: Option<Self>) -> Pull {
        match when {
            Some(Self::Always) => Pull::Always,
            Some(Self::Missing) => Pull::Missing,
            Some(Self::Never) => Pull::Never,
            Some(Self::Policy) | None => Pull::Policy,
        }
    }
}

/// What `up` and `create` have in common.
#[derive(Debug, Args)]
struct Making {
    /// Build images before, also those that are there
    #[arg(long, conflicts_with = "no_build")]
    build: bool,
    /// Never build images
    #[arg(long)]
    no_build: bool,
    /// Make all containers anew
    #[arg(long, conflicts_with = "no_recreate")]
    force_recreate: bool,
    /// Keep containers that are no more what the files say
    #[arg(long)]
    no_recreate: bool,
    /// When images are downloaded
    #[arg(long, value_enum, value_name = "WHEN")]
    pull: Option<PullWhen>,
    /// Remove containers of services that are not in the files
    #[arg(long)]
    remove_orphans: bool,
    /// How many containers a service has
    #[arg(long, value_name = "SERVICE=NUMBER")]
    scale: Vec<String>,
}

impl Making {
    fn options(&self, services: &[String]) -> Result<UpOptions, CliError> {
        let variables = ComposeVariables::read();
        Ok(UpOptions {
            services: services.to_vec(),
            recreate: match (self.force_recreate, self.no_recreate) {
                (true, _) => Recreate::Always,
                (_, true) => Recreate::Never,
                _ => Recreate::Changed,
            },
            scale: scales(&self.scale)?,
            remove_orphans: self.remove_orphans || variables.remove_orphans,
            ignore_orphans: variables.ignore_orphans,
            pull: PullWhen::of(self.pull),
            build: self.build,
            no_build: self.no_build,
            ..UpOptions::default()
        })
    }
}

fn scales(flags: &[String]) -> Result<BTreeMap<String, usize>, CliError> {
    let one = |flag: &String| {
        let parsed = flag
            .split_once('=')
            .and_then(|(service, number)| Some((service.to_owned(), number.parse().ok()?)));
        parsed.ok_or_else(|| CliError::Value {
            value: flag.clone(),
            wanted: "a number of containers: write SERVICE=NUMBER",
        })
    };
    flags.iter().map(one).collect()
}

/// The flags of `sampan compose up`.
#[derive(Debug, Args)]
// Docker's `-V` is another one here.
#[command(disable_version_flag = true)]
pub(crate) struct UpArgs {
    /// Services that are meant, with those that they depend on; all where none is named
    #[arg(value_name = "SERVICE")]
    services: Vec<String>,
    /// Let them run in the background
    #[arg(short, long)]
    detach: bool,
    #[command(flatten)]
    making: Making,
    /// Make containers anew also of services that others depend on
    #[arg(long)]
    always_recreate_deps: bool,
    /// Leave services alone that the named ones depend on
    #[arg(long)]
    no_deps: bool,
    /// Make containers, and start them not
    #[arg(long)]
    no_start: bool,
    /// Make anonymous volumes anew, too
    #[arg(short = 'V', long)]
    renew_anon_volumes: bool,
    /// Stop all containers when one ends
    #[arg(long, conflicts_with = "detach")]
    abort_on_container_exit: bool,
    /// Stop all containers when one ends with another code than 0
    #[arg(long, conflicts_with = "detach")]
    abort_on_container_failure: bool,
    /// End with the exit code of this service's container; implies `--abort-on-container-exit`
    #[arg(long, value_name = "SERVICE", conflicts_with = "detach")]
    exit_code_from: Option<String>,
    /// Show the output of this service alone
    #[arg(long, value_name = "SERVICE")]
    attach: Vec<String>,
    /// Do not show the output of this service
    #[arg(long, value_name = "SERVICE")]
    no_attach: Vec<String>,
    /// Show also the output of services that the named ones depend on
    #[arg(long)]
    attach_dependencies: bool,
    /// Without colours
    #[arg(long)]
    no_color: bool,
    /// Without names before the lines
    #[arg(long)]
    no_log_prefix: bool,
    /// Each line with its time
    #[arg(long)]
    timestamps: bool,
    /// Seconds until a container that is to stop is killed
    #[arg(short, long, value_name = "SECONDS", allow_hyphen_values = true)]
    timeout: Option<i64>,
    /// Wait until containers run, and are healthy where they tell; implies `--detach`
    #[arg(long)]
    wait: bool,
    /// The most seconds of that
    #[arg(long, value_name = "SECONDS")]
    wait_timeout: Option<u64>,
    /// Bring into containers what changes on the disk
    #[arg(short, long)]
    watch: bool,
}

type Compose<'s> = Session<'s, ComposeHost<'s>>;

pub(crate) fn run(app: &App<'_>, flags: &ProjectFlags, args: &UpArgs) -> Result<u8, CliError> {
    let options = UpOptions {
        no_deps: args.no_deps,
        no_start: args.no_start,
        recreate_deps: args.always_recreate_deps,
        renew_volumes: args.renew_anon_volumes,
        timeout: args.timeout,
        ..args.making.options(&args.services)?
    };
    on_files(app, "up", flags, &args.services, async |session| {
        for name in args
            .exit_code_from
            .iter()
            .chain(&args.attach)
            .chain(&args.no_attach)
        {
            session.project.service(name)?;
        }
        if args.detach || args.wait || args.no_start {
            session.up(&options).await?;
            if args.wait {
                let limit = args.wait_timeout.map(Duration::from_secs);
                session.wait_until_ready(&args.services, limit).await?;
            }
            return Ok(0);
        }
        attached(app, session, args, &options).await
    })
}

/// Brings it up, and shows what it writes until all has ended or somebody stops it.
async fn attached(
    app: &App<'_>,
    session: &Compose<'_>,
    args: &UpArgs,
    options: &UpOptions,
) -> Result<u8, CliError> {
    let mut signals = Signals::new().map_err(CliError::Signals)?;
    let project = session.project;
    let chosen = project.with_dependencies(&args.services)?;
    let is_shown = |service: &str| {
        let named = args.services.is_empty()
            || args.attach_dependencies
            || args.services.iter().any(|name| name == service);
        let wanted = if args.attach.is_empty() {
            named
        } else {
            args.attach.iter().any(|name| name == service)
        };
        let by_file = project
            .services
            .get(service)
            .is_none_or(|service| service.attach != Some(false));
        wanted && by_file && !args.no_attach.iter().any(|name| name == service)
    };
    let names: Vec<String> = chosen
        .iter()
        .flat_map(|name| {
            let scale = options.scale.get(name).copied();
            let count = scale.unwrap_or_else(|| project.services[name.as_str()].replicas());
            (1..=count).map(move |number| format!("{}-{name}-{number}", project.name))
        })
        .collect();
    let look = Look {
        no_color: args.no_color,
        no_prefix: args.no_log_prefix,
    };
    let lines = Lines::new(app, &project.name, look, &names);
    let logs = LogOptions {
        follow: true,
        timestamps: args.timestamps,
        ..LogOptions::default()
    };
    let mut follower = Follower::new(session.client, &project.name, lines, logs, is_shown).await?;
    let before: Vec<Container> = session.observed().await?.containers;
    let (say, hear) = tokio::sync::oneshot::channel();
    let code: RefCell<Option<u8>> = RefCell::new(None);
    let stops = args.abort_on_container_exit || args.exit_code_from.is_some();
    let ended = async |end: &Ended| {
        app.printer
            .note(format_args!("{} ended with exit code {}", end.name, end.code));
        let is_first = code.borrow().is_none();
        match &args.exit_code_from {
            Some(service) if *service == end.service => *code.borrow_mut() = Some(exit_code(end.code)),
            None if is_first && (stops || (args.abort_on_container_failure && end.code != 0)) => {
                *code.borrow_mut() = Some(exit_code(end.code));
            }
            _ => {}
        }
        if stops || (args.abort_on_container_failure && end.code != 0) {
            session.stop(&chosen, args.timeout).await?;
            return Ok(true);
        }
        Ok(false)
    };
    // Whoever watches waits for the next change.
    let nobody = async || Ok(!args.watch && nobody_is_left(session, &chosen).await?);
    let following = follower.run(hear, ended, nobody);
    let bringing = async {
        session.up(options).await?;
        let now = session.observed().await?;
        let ran = |container: &Container| before.iter().any(|old| old.id() == container.id() && old.is_up());
        let all = now
            .containers
            .into_iter()
            .filter(|container| chosen.contains(&container.service) && !container.one_off)
            .map(|container| Begun {
                ran_before: ran(&container),
                container,
            });
        // Whoever follows may have ended.
        drop(say.send(all.collect()));
        if args.watch {
            let watch = WatchOptions {
                services: args.services.clone(),
            };
            session
                .watch(&watch, |change| super::watch::show(app, change))
                .await?;
        }
        Ok::<(), CliError>(())
    };
    tokio::pin!(following, bringing);
    let mut brought = false;
    loop {
        tokio::select! {
            end = &mut following => {
                end?;
                break;
            }
            up = &mut bringing, if !brought => {
                up?;
                brought = true;
            }
            _ = signals.next() => {
                app.printer.note("stopping; press Ctrl-C once more to kill");
                let stopping = async {
                    tokio::select! {
                        stopped = session.stop(&chosen, args.timeout) => stopped,
                        _ = signals.next() => session.kill(&chosen, None).await,
                    }
                };
                tokio::pin!(stopping);
                // The last lines are shown while it stops.
                tokio::select! {
                    stopped = &mut stopping => stopped?,
                    end = &mut following => {
                        end?;
                        stopping.await?;
                    }
                }
                return Ok(130);
            }
        }
    }
    let code = code.borrow().unwrap_or(0);
    Ok(code)
}

/// Whether none of some services' containers runs, or is to run again.
async fn nobody_is_left(session: &Compose<'_>, services: &[String]) -> Result<bool, CliError> {
    let observed = session.observed().await?;
    let left = observed.of_services(services).any(Container::is_up);
    Ok(!left)
}

/// The flags of `sampan compose create`.
#[derive(Debug, Args)]
pub(crate) struct CreateArgs {
    /// Services that are meant, with those that they depend on; all where none is named
    #[arg(value_name = "SERVICE")]
    services: Vec<String>,
    #[command(flatten)]
    making: Making,
}

pub(crate) fn create(app: &App<'_>, flags: &ProjectFlags, args: &CreateArgs) -> Result<(), CliError> {
    let options = UpOptions {
        no_start: true,
        ..args.making.options(&args.services)?
    };
    on_files(app, "create", flags, &args.services, async |session| {
        Ok(session.up(&options).await?)
    })
}

/// The flags of `sampan compose scale`.
#[derive(Debug, Args)]
pub(crate) struct ScaleArgs {
    /// How many containers a service has
    #[arg(value_name = "SERVICE=NUMBER", required = true)]
    scale: Vec<String>,
    /// Leave services alone that those depend on
    #[arg(long)]
    no_deps: bool,
}

pub(crate) fn scale(app: &App<'_>, flags: &ProjectFlags, args: &ScaleArgs) -> Result<(), CliError> {
    let scale = scales(&args.scale)?;
    let services: Vec<String> = scale.keys().cloned().collect();
    let options = UpOptions {
        services: services.clone(),
        no_deps: args.no_deps,
        scale,
        // Only the number is to change.
        recreate: Recreate::Never,
        ignore_orphans: true,
        ..UpOptions::default()
    };
    on_files(app, "scale", flags, &services, async |session| {
        Ok(session.up(&options).await?)
    })
}
