//! `sampan logs`: what a container wrote.

use clap::Args;
use sampan_client::LogOptions;

use crate::app::App;
use crate::error::CliError;
use crate::moments;
use crate::session;

/// The flags of `sampan logs`.
#[derive(Debug, Args)]
pub(crate) struct LogsArgs {
    /// Name or id
    container: String,
    /// Go on with what comes
    #[arg(short, long)]
    follow: bool,
    /// Only from this time on: `2026-01-02T15:04:05Z`, or `42m` for so long ago
    #[arg(long, value_name = "TIME")]
    since: Option<String>,
    /// Only up to this time
    #[arg(long, value_name = "TIME")]
    until: Option<String>,
    /// Only so many lines at the end
    #[arg(short = 'n', long, value_name = "NUMBER", allow_hyphen_values = true)]
    tail: Option<String>,
    /// Each line with its time
    #[arg(short, long)]
    timestamps: bool,
    /// Each line with what the log keeps beside it
    #[arg(long)]
    details: bool,
}

pub(crate) fn run(app: &App<'_>, args: &LogsArgs) -> Result<(), CliError> {
    let options = LogOptions {
        follow: args.follow,
        timestamps: args.timestamps,
        details: args.details,
        tail: args.tail.clone(),
        since: moments::parse_some(args.since.as_deref())?,
        until: moments::parse_some(args.until.as_deref())?,
    };
    app.on_daemon("logs", async |client| {
        let terminal = client.inspect_container(&args.container).await?.config.tty;
        let output = client.container_logs(&args.container, &options, terminal).await?;
        session::show(output).await
    })
}
