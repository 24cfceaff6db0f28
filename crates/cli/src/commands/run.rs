//! `sampan run`: a container in the foreground, for as long as this process lives.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use sampan_engine::containers::{RunRequest, Target};
use sampan_engine::{Engine, PullPolicy};
use sampan_runtime::{Diagnostics, Stdio};
use sampan_types::grants::{HttpRule, ListenRule, Mount, NetRule, Tmpfs};
use sampan_types::{ContainerName, Grants, LimitName, Limits, Platform, PublishedPort};

use crate::app::App;
use crate::commands::create;
use crate::commands::create::flags::DaemonFlags;
use crate::commands::create::volume_flag::VolumeFlag;
use crate::error::CliError;
use crate::terminal::listen_address;
use crate::terminal::{self, Changed, Signals};
use crate::{environment_file, files, grants_file, trace};

/// The flags of `sampan run`.
#[derive(Debug, Args)]
pub(crate) struct RunArgs {
    /// A .wasm or .wat file, or an image; all that follows are the program's own arguments
    #[arg(value_names = ["FILE|IMAGE", "ARG"], num_args = 1.., required = true, trailing_var_arg = true)]
    pub(crate) words: Vec<String>,

    /// Call this export, or run this file of the image, instead of the program's own start
    #[arg(long, value_name = "NAME")]
    pub(crate) entrypoint: Option<String>,
    /// Set an environment variable; without a value, pass the caller's
    #[arg(short, long, value_name = "NAME[=VALUE]")]
    pub(crate) env: Vec<String>,
    /// Read environment variables from a file
    #[arg(long, value_name = "FILE")]
    pub(crate) env_file: Vec<PathBuf>,
    /// Working directory in the container
    #[arg(short, long, value_name = "DIR")]
    pub(crate) workdir: Option<String>,
    /// Keep standard input open (without the daemon it always is)
    #[arg(short, long)]
    pub(crate) interactive: bool,
    /// Tell the program that it has a terminal; `raw` passes each key as it is typed
    #[arg(short, long, value_name = "MODE", num_args = 0..=1, require_equals = true, default_missing_value = "cooked")]
    pub(crate) tty: Option<TerminalMode>,
    /// Name the container, and keep what it did for `sampan inspect NAME`
    #[arg(long)]
    pub(crate) name: Option<ContainerName>,
    /// Keep nothing of the container after its end
    #[arg(long)]
    pub(crate) rm: bool,
    /// Platform of the image
    #[arg(long, value_name = "OS/ARCH")]
    pub(crate) platform: Option<Platform>,
    /// When to download the image
    #[arg(long, value_name = "WHEN", value_enum, default_value_t)]
    pub(crate) pull: Pull,

    /// Answer requests on a port of this machine (loopback unless an address is written) with a component that is an HTTP
    /// server
    #[arg(short, long, value_name = "[IP:][HOST:]CONTAINER", help_heading = "Grants")]
    pub(crate) publish: Vec<PublishedPort>,
    /// Give a folder: SOURCE:TARGET[:ro]; with the daemon also a volume by its name
    #[arg(short, long, value_name = "SRC:DST[:ro]", help_heading = "Grants")]
    pub(crate) volume: Vec<VolumeFlag>,
    /// Give a folder in memory
    #[arg(long, value_name = "DST[:size=BYTES]", help_heading = "Grants")]
    pub(crate) tmpfs: Vec<Tmpfs>,
    /// Allow connections out to a name, an address, a block or everything: `db:5432`, `10.0.0.0/8:443`, `*:*`
    #[arg(long, value_name = "HOST:PORT[/udp]", help_heading = "Grants")]
    pub(crate) allow_net: Vec<NetRule>,
    /// Allow HTTP requests out (wasi:http); without scheme and port, in any way; a scheme alone means its own port
    #[arg(long, value_name = "[SCHEME://]HOST[:PORT]", help_heading = "Grants")]
    pub(crate) allow_http: Vec<HttpRule>,
    /// Allow listening, on loopback unless an address is written
    #[arg(long, value_name = "[ADDR:]PORT[/udp]", help_heading = "Grants")]
    pub(crate) allow_listen: Vec<ListenRule>,
    /// Give what a file says, as `--learn` wrote it
    #[arg(long, value_name = "FILE", help_heading = "Grants")]
    pub(crate) grants: Vec<PathBuf>,
    /// Let the program use the network freely, and write down the smallest grants that this run used
    #[arg(long, value_name = "FILE", help_heading = "Grants")]
    pub(crate) learn: Option<PathBuf>,
    /// Mount the image's own files read-only
    #[arg(long, help_heading = "Grants")]
    pub(crate) read_only: bool,

    /// Most linear memory
    #[arg(
        short,
        long,
        value_name = "BYTES",
        help_heading = "Limits",
        allow_hyphen_values = true
    )]
    pub(crate) memory: Option<String>,
    /// Most processors, such as 0.5
    #[arg(
        long,
        value_name = "NUMBER",
        help_heading = "Limits",
        allow_hyphen_values = true
    )]
    pub(crate) cpus: Option<String>,
    /// Most time from start to end
    #[arg(
        long,
        value_name = "DURATION",
        help_heading = "Limits",
        allow_hyphen_values = true
    )]
    pub(crate) timeout: Option<String>,
    /// Most core instances (a Wasm container has no processes)
    #[arg(
        long,
        value_name = "NUMBER",
        help_heading = "Limits",
        allow_hyphen_values = true
    )]
    pub(crate) pids_limit: Option<String>,
    /// Any limit by its name; `sampan inspect` shows them all
    #[arg(
        long,
        value_name = "NAME=VALUE",
        help_heading = "Limits",
        allow_hyphen_values = true
    )]
    pub(crate) limit: Vec<String>,

    /// Write a core dump here if the program traps
    #[arg(long, value_name = "FILE", help_heading = "Diagnostics")]
    pub(crate) coredump: Option<PathBuf>,
    /// Write a profile for the Firefox profiler here
    #[arg(long, value_name = "FILE", help_heading = "Diagnostics")]
    pub(crate) profile: Option<PathBuf>,
    /// Wait for a debugger (gdb remote protocol) on this port of loopback
    #[arg(long, value_name = "[ADDR:]PORT", help_heading = "Diagnostics")]
    pub(crate) debug: Option<String>,
    /// Show each step of the start with its time
    #[arg(long, help_heading = "Diagnostics")]
    pub(crate) trace: bool,

    #[command(flatten)]
    pub(crate) daemon: DaemonFlags,
}

/// How keys reach the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TerminalMode {
    /// Line by line, with echo, as the terminal is
    Cooked,
    /// Each key as it is typed, without echo; Ctrl-C still interrupts
    Raw,
}

/// When to download the image.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Pull {
    /// Always ask the registry for the newest
    Always,
    /// When it is not here
    #[default]
    Missing,
    /// Never
    Never,
}

impl From<Pull> for PullPolicy {
    fn from(pull: Pull) -> Self {
        match pull {
            Pull::Always => Self::Always,
            Pull::Missing => Self::Missing,
            Pull::Never => Self::Never,
        }
    }
}

impl RunArgs {
    pub(crate) fn pulls_always(&self) -> bool {
        self.pull == Pull::Always
    }

    pub(crate) fn pulls_missing(&self) -> bool {
        self.pull != Pull::Never
    }

    /// Whether this needs the daemon, or is better there: a container with a name stays, and others ask for it there.
    fn wants_daemon(&self, app: &App<'_>) -> Result<bool, CliError> {
        if self.daemon.any() {
            return Ok(true);
        }
        let is_file = self
            .words
            .first()
            .is_some_and(|word| create::is_file(word) || Path::new(word).is_file());
        let alone =
            self.learn.is_some() || self.coredump.is_some() || self.profile.is_some() || self.debug.is_some();
        if self.name.is_none() || is_file || alone || self.trace {
            return Ok(false);
        }
        Ok(app.on_daemon_if_there(async |_| Ok(()))?.is_some())
    }
}

/// Runs it, and gives the exit code.
pub(crate) fn run(app: &App<'_>, args: RunArgs) -> Result<u8, CliError> {
    if args.wants_daemon(app)? {
        return create::run_on_daemon(app, &args);
    }
    let all_frames = args.trace;
    if all_frames {
        trace::install();
    } else {
        trace::warnings(app.printer);
    }
    let raw = args.tty == Some(TerminalMode::Raw);
    let learn = args.learn.clone();
    if let Some(file) = &learn {
        files::check_writable(file)?;
        app.printer
            .note("learning: the program may use the network freely in this run");
    }
    let engine = app.engine()?;
    let request = request(app, &engine, args)?;
    let given = request.grants.clone();
    let progress = app.progress();
    let (finished, terminal) = app.block_on(async {
        // Until the guest runs, a signal ends this process as it ends any other: nothing needs undoing that the
        // next collection does not do.
        let running = engine.run(request, &progress).await?;
        let mut signals = Signals::new().map_err(CliError::Signals)?;
        for address in running.published() {
            app.printer.done("serving", format_args!("http://{address}/"));
        }
        let terminal = if raw {
            Changed::raw().map_err(CliError::Terminal)?
        } else {
            None
        };
        loop {
            tokio::select! {
                _ = running.wait() => break,
                signal = signals.next() => running.kill(signal),
            }
        }
        let finished = running.finish().await?;
        Ok::<_, CliError>((finished, terminal))
    })?;
    drop(terminal);
    if let Some(file) = learn {
        grants_file::write(&file, &finished.used.smallest_grants(&given))?;
        app.printer.done(
            "learned",
            format_args!("the grants that this run used are in `{}`", file.display()),
        );
    }
    app.show_ending(&finished, all_frames);
    Ok(finished.ending.code())
}

/// Turns flags into what the engine is asked.
fn request(app: &App<'_>, engine: &Engine, args: RunArgs) -> Result<RunRequest, CliError> {
    if args.tty.is_some() && !terminal::is_there() {
        return Err(CliError::Usage(
            "`-t` needs a terminal, and neither standard input nor standard output is one",
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
        env,
        cwd: args.workdir,
        stdio: Stdio {
            terminal: args.tty.is_some(),
            ..terminal::own_streams().map_err(CliError::Streams)?
        },
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
