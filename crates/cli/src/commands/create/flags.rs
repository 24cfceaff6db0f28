//! Flags of `run` and `create` that only the daemon can follow.

use std::path::PathBuf;

use clap::Args;

const OF_DAEMON: &str = "With the daemon";

/// Flags that only the daemon can follow.
#[derive(Clone, Debug, Default, PartialEq, Eq, Args)]
#[command(next_help_heading = OF_DAEMON)]
pub(crate) struct DaemonFlags {
    /// Let it run, and print its id
    #[arg(short, long)]
    pub(crate) detach: bool,
    /// The keys that leave it running
    #[arg(long, value_name = "KEYS")]
    pub(crate) detach_keys: Option<String>,
    /// What happens after it ended: no, always, unless-stopped, on-failure[:TIMES]
    #[arg(long, value_name = "POLICY")]
    pub(crate) restart: Option<String>,
    /// A label
    #[arg(short, long, value_name = "KEY[=VALUE]")]
    pub(crate) label: Vec<String>,
    /// The network that it is in
    #[arg(long, visible_alias = "net", value_name = "NETWORK")]
    pub(crate) network: Vec<String>,
    /// Another name that it has there
    #[arg(long, value_name = "NAME")]
    pub(crate) network_alias: Vec<String>,
    /// A volume, a folder or a tmpfs: type=volume,src=NAME,dst=PATH[,readonly]
    #[arg(long, value_name = "MOUNT")]
    pub(crate) mount: Vec<String>,
    /// The mounts of another container as well
    #[arg(long, value_name = "CONTAINER[:ro]")]
    pub(crate) volumes_from: Vec<String>,
    /// Its name as a host
    #[arg(long, value_name = "NAME")]
    pub(crate) hostname: Option<String>,
    /// A further name: HOST:ADDRESS
    #[arg(long, value_name = "HOST:ADDRESS")]
    pub(crate) add_host: Vec<String>,
    /// A port that others may reach
    #[arg(long, value_name = "PORT[/udp]")]
    pub(crate) expose: Vec<String>,
    /// Publish all exposed ports
    #[arg(short = 'P', long)]
    pub(crate) publish_all: bool,
    /// User
    #[arg(short, long, value_name = "USER")]
    pub(crate) user: Option<String>,
    /// The signal that asks it to end
    #[arg(long, value_name = "SIGNAL")]
    pub(crate) stop_signal: Option<String>,
    /// Seconds until it is killed after that
    #[arg(long, value_name = "SECONDS", allow_hyphen_values = true)]
    pub(crate) stop_timeout: Option<i64>,
    /// Where its output is kept
    #[arg(long, value_name = "DRIVER")]
    pub(crate) log_driver: Option<String>,
    /// An option of that
    #[arg(long, value_name = "KEY=VALUE")]
    pub(crate) log_opt: Vec<String>,
    /// A command that tells whether it is well
    #[arg(long, value_name = "COMMAND", conflicts_with = "no_healthcheck")]
    pub(crate) health_cmd: Option<String>,
    /// Time between two of them
    #[arg(long, value_name = "DURATION")]
    pub(crate) health_interval: Option<String>,
    /// Failures in a row until it is unwell
    #[arg(long, value_name = "NUMBER")]
    pub(crate) health_retries: Option<i64>,
    /// Time that it has to begin
    #[arg(long, value_name = "DURATION")]
    pub(crate) health_start_period: Option<String>,
    /// Time between two of them meanwhile
    #[arg(long, value_name = "DURATION")]
    pub(crate) health_start_interval: Option<String>,
    /// Time that one may take
    #[arg(long, value_name = "DURATION")]
    pub(crate) health_timeout: Option<String>,
    /// Without the image's own health check
    #[arg(long)]
    pub(crate) no_healthcheck: bool,
    /// Weight beside others when processors are short
    #[arg(short = 'c', long, value_name = "NUMBER")]
    pub(crate) cpu_shares: Option<i64>,
    /// With a process that reaps others (of Linux containers)
    #[arg(long)]
    pub(crate) init: bool,
    /// A security option
    #[arg(long, value_name = "OPTION")]
    pub(crate) security_opt: Vec<String>,
    /// An annotation for the runtime
    #[arg(long, value_name = "KEY=VALUE")]
    pub(crate) annotation: Vec<String>,
    /// How it is kept apart: `process` for a worker of its own
    #[arg(long, value_name = "HOW")]
    pub(crate) isolation: Option<String>,
    /// Write its id to a new file
    #[arg(long, value_name = "FILE")]
    pub(crate) cidfile: Option<PathBuf>,
}

impl DaemonFlags {
    /// Whether any of them is given.
    pub(crate) fn any(&self) -> bool {
        *self != Self::default()
    }
}
