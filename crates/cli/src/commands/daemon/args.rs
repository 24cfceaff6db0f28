//! The flags of `sampan daemon`.

use std::path::PathBuf;

use clap::Args;

use super::networks::NetworkArgs;
use super::{LogFormat, LogLevel};

/// Where units of the machine's own lie.
const UNIT: &str = "/etc/systemd/system/sampan.service";

/// The flags of `sampan daemon`. Most have the names of dockerd's.
#[derive(Debug, Args)]
pub(crate) struct DaemonArgs {
    /// Where to listen: `unix:///PATH`, or `tcp://ADDRESS:PORT` with the three `--tls` files
    /// (`--host` says the same)
    #[arg(long, value_name = "PLACE")]
    pub(super) listen: Vec<String>,
    /// The group that may open the Unix socket. Whoever may open it is as good as root
    #[arg(short = 'G', long, value_name = "GROUP")]
    pub(super) group: Option<String>,
    /// A second Unix socket, for Wasm containers without folders and networks of the host: safe to hand out
    #[arg(long, value_name = "PATH")]
    pub(super) wasm_socket: Option<PathBuf>,
    /// Answer only what changes nothing
    #[arg(long)]
    pub(super) read_only: bool,
    /// File of settings, in the form of Docker's `daemon.json`
    #[arg(long, value_name = "FILE")]
    pub(super) config_file: Option<PathBuf>,
    /// Folder of images, containers and volumes, as `--root`
    #[arg(long, value_name = "DIR")]
    pub(super) data_root: Option<PathBuf>,
    /// Folder of sockets and of what else ends with the machine
    #[arg(long, value_name = "DIR")]
    pub(super) exec_root: Option<PathBuf>,
    /// Where to write the process id
    #[arg(short, long, value_name = "FILE")]
    pub(super) pidfile: Option<PathBuf>,
    /// The authority that clients' certificates come from, PEM
    #[arg(long, value_name = "FILE")]
    pub(super) tlscacert: Option<PathBuf>,
    /// The daemon's certificate chain, PEM
    #[arg(long, value_name = "FILE")]
    pub(super) tlscert: Option<PathBuf>,
    /// The daemon's private key, PEM
    #[arg(long, value_name = "FILE")]
    pub(super) tlskey: Option<PathBuf>,
    /// Address for `/metrics`, `/live` and `/ready` alone
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub(super) metrics_addr: Option<String>,
    /// Where output of containers goes that say nothing about it
    #[arg(long, value_name = "DRIVER")]
    pub(super) log_driver: Option<String>,
    /// How: `max-size=10m`, `max-file=3`
    #[arg(long = "log-opt", value_name = "KEY=VALUE")]
    pub(super) log_opts: Vec<String>,
    /// The journal's socket, for the log driver `journald` (default: systemd's)
    #[arg(long, value_name = "FILE")]
    pub(super) journal_socket: Option<PathBuf>,
    /// Send OpenTelemetry traces to this collector, as OTLP over HTTP in JSON (default: what
    /// `OTEL_EXPORTER_OTLP_ENDPOINT` says, else none are sent)
    #[arg(long, value_name = "URL")]
    pub(super) otlp_endpoint: Option<String>,
    /// Labels of the daemon itself
    #[arg(long = "label", value_name = "KEY=VALUE")]
    pub(super) labels: Vec<String>,
    #[command(flatten)]
    pub(super) networks: NetworkArgs,
    /// Seconds that running requests are given when the daemon ends
    #[arg(long, value_name = "SECONDS")]
    pub(super) shutdown_timeout: Option<u64>,
    /// Say more
    #[arg(short = 'D', long)]
    pub(super) debug: bool,
    /// How much to say
    #[arg(short = 'l', long, value_name = "LEVEL", value_enum)]
    pub(super) log_level: Option<LogLevel>,
    /// In which form
    #[arg(long, value_name = "FORM", value_enum)]
    pub(super) log_format: Option<LogFormat>,
    /// Write a systemd unit for this program and say how to start it, instead of serving
    #[arg(long)]
    pub(super) install: bool,
    /// Where `--install` writes the unit
    #[arg(long, value_name = "FILE", default_value = UNIT, requires = "install")]
    pub(super) unit: PathBuf,
}
