//! The flags of `sampan run`.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use sampan_engine::PullPolicy;
use sampan_types::grants::{HttpRule, ListenRule, NetRule, Tmpfs};
use sampan_types::{ContainerName, Platform, PublishedPort};

use super::serving::ServingFlags;
use crate::app::App;
use crate::commands::create;
use crate::commands::create::flags::DaemonFlags;
use crate::commands::create::volume_flag::VolumeFlag;
use crate::error::CliError;

/// The flags of `sampan run`.
#[derive(Clone, Debug, Args)]
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

    #[command(flatten)]
    pub(crate) serving: ServingFlags,

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
    pub(super) fn wants_daemon(&self, app: &App<'_>) -> Result<bool, CliError> {
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
