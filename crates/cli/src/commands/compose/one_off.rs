//! `sampan compose run`: one task in a container of a service.

use clap::Args;
use sampan_client::AttachOptions;
use sampan_compose::{Port, RunOptions, Volume};

use super::project::{ProjectFlags, on_files};
use super::up::PullWhen;
use crate::app::App;
use crate::commands::attach::exit_code;
use crate::commands::flags::pairs;
use crate::detach::DetachKeys;
use crate::environment_file;
use crate::error::CliError;
use crate::session::{self, Left, Screen};
use crate::terminal;

/// The flags of `sampan compose run`.
#[derive(Debug, Args)]
pub(crate) struct RunArgs {
    /// The service, then the command in the place of its own
    #[arg(value_names = ["SERVICE", "COMMAND"], num_args = 1.., required = true, trailing_var_arg = true)]
    words: Vec<String>,
    /// Build its image before
    #[arg(long)]
    build: bool,
    /// Add a right (of Linux containers)
    #[arg(long, value_name = "CAPABILITY")]
    cap_add: Vec<String>,
    /// Take a right away (of Linux containers)
    #[arg(long, value_name = "CAPABILITY")]
    cap_drop: Vec<String>,
    /// Let it run, and print its name
    #[arg(short, long)]
    detach: bool,
    /// The program, in the place of its own
    #[arg(long, value_name = "PROGRAM")]
    entrypoint: Option<String>,
    /// Set an environment variable; without a value, pass the caller's
    #[arg(short, long, value_name = "NAME[=VALUE]")]
    env: Vec<String>,
    /// Pass on what is typed; `--interactive=false` does not
    #[arg(short, long, num_args = 0..=1, require_equals = true, default_value_t = true,
        default_missing_value = "true", action = clap::ArgAction::Set)]
    interactive: bool,
    /// A label
    #[arg(short, long, value_name = "KEY[=VALUE]")]
    label: Vec<String>,
    /// Its name
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// Without a terminal
    #[arg(short = 'T', long = "no-tty", visible_alias = "no-TTY")]
    no_tty: bool,
    /// Do not start services that it depends on
    #[arg(long)]
    no_deps: bool,
    /// Publish a port
    #[arg(short, long, value_name = "PORT")]
    publish: Vec<String>,
    /// When its image is downloaded
    #[arg(long, value_enum, value_name = "WHEN")]
    pull: Option<PullWhen>,
    /// Remove containers of services that are not in the files
    #[arg(long)]
    remove_orphans: bool,
    /// Remove the container when it has ended
    #[arg(long)]
    rm: bool,
    /// Publish the service's own ports
    #[arg(short = 'P', long)]
    service_ports: bool,
    /// Answer to the service's names in networks
    #[arg(long)]
    use_aliases: bool,
    /// User
    #[arg(short, long, value_name = "USER")]
    user: Option<String>,
    /// Mount a volume or a folder
    #[arg(short, long, value_name = "[SOURCE:]TARGET")]
    volume: Vec<String>,
    /// Working directory
    #[arg(short, long, value_name = "DIR")]
    workdir: Option<String>,
}

fn options(app: &App<'_>, args: &RunArgs) -> Result<RunOptions, CliError> {
    let (service, command) = args
        .words
        .split_first()
        .ok_or(CliError::Usage("no service is named"))?;
    let mut environment = std::collections::BTreeMap::new();
    for entry in &args.env {
        let found = environment_file::entry(entry).map_err(CliError::Environment)?;
        environment.extend(found.map(|(name, value)| (name, Some(value))));
    }
    let folder = app.working_dir()?;
    let mut ports = Vec::new();
    for text in &args.publish {
        ports.extend(Port::parse(text)?);
    }
    let volumes = args.volume.iter().map(|text| Volume::parse(text, &folder));
    let entrypoint = args.entrypoint.as_ref().map(|program| {
        let words = program.split_whitespace().map(str::to_owned);
        words.collect::<Vec<_>>()
    });
    Ok(RunOptions {
        service: service.clone(),
        command: (!command.is_empty()).then(|| command.to_vec()),
        entrypoint,
        environment,
        labels: pairs(&args.label),
        name: args.name.clone(),
        user: args.user.clone(),
        working_dir: args.workdir.clone(),
        volumes: volumes.collect::<Result<_, _>>()?,
        ports,
        service_ports: args.service_ports,
        use_aliases: args.use_aliases,
        tty: !args.no_tty && !args.detach && terminal::is_stdin() && terminal::is_stdout(),
        stdin: args.interactive && !args.detach,
        no_deps: args.no_deps,
        cap_add: args.cap_add.clone(),
        cap_drop: args.cap_drop.clone(),
        pull: PullWhen::of(args.pull),
        build: args.build,
        remove_orphans: args.remove_orphans,
        auto_remove: args.rm,
    })
}

pub(crate) fn run(app: &App<'_>, flags: &ProjectFlags, args: &RunArgs) -> Result<u8, CliError> {
    let options = options(app, args)?;
    let named = std::slice::from_ref(&options.service);
    on_files(app, "run", flags, named, async |compose| {
        let made = compose.create_one_off(&options).await?;
        let client = compose.client;
        if args.detach {
            client.start_container(&made.id, None).await?;
            app.printer.data(&made.name)?;
            return Ok(0);
        }
        let attach = AttachOptions {
            stdin: options.stdin,
            stdout: true,
            stderr: true,
            ..AttachOptions::default()
        };
        // In this order nothing is missed: neither a first line nor the end of a program that ends at once.
        let streams = client.attach_container(&made.id, &attach, options.tty).await?;
        let condition = if args.rm { "removed" } else { "next-exit" };
        let waiting = client.wait_container(&made.id, condition).await?;
        if let Err(error) = client.start_container(&made.id, None).await {
            if args.rm {
                drop(client.remove_container(&made.id, true, false, true).await);
            }
            return Err(error.into());
        }
        let session = session::Session {
            client,
            stdin: options.stdin,
            screen: options.tty.then_some(Screen::Container(&made.id)),
            keys: DetachKeys::parse(None)?,
            signals_to: Some(&made.id),
        };
        match session.run(streams).await? {
            Left::Detached => Ok(0),
            Left::Ended => Ok(exit_code(waiting.end().await?.status_code)),
        }
    })
}
