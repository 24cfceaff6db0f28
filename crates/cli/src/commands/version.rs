//! `sampan version`: of this program, and of the daemon where one answers.

use clap::Args;
use sampan_api::routes::ApiVersion;

use crate::app::App;
use crate::error::CliError;
use crate::template::{Template, Value};

/// The flags of `sampan version`.
#[derive(Debug, Args)]
pub(crate) struct VersionArgs {
    /// Write it as `json` or by a Go template
    #[arg(short, long, value_name = "FORMAT")]
    format: Option<String>,
}

pub(crate) fn run(app: &App<'_>, args: &VersionArgs) -> Result<(), CliError> {
    let asked =
        app.on_daemon_if_there(async |client| Ok((client.version(), client.server_version().await?)))?;
    let own = env!("CARGO_PKG_VERSION");
    let spoken = asked.as_ref().map_or(ApiVersion::MAX, |(version, _)| *version);
    let system = format!("{}/{}", std::env::consts::OS, architecture());
    let Some(format) = &args.format else {
        app.printer.data(format_args!(
            "Client:\n Version:           {own}\n API version:       {spoken}\n OS/Arch:           {system}"
        ))?;
        if let Some((_, server)) = asked {
            app.printer.data(format_args!(
                "\nServer: {}\n Engine:\n  Version:          {}\n  API version:      {} (minimum version {})\n  \
                 OS/Arch:          {}/{}",
                server.platform.name, server.version, server.api_version, server.min_api_version, server.os, server.arch
            ))?;
        }
        return Ok(());
    };
    let server = match asked {
        Some((_, server)) => {
            let json = serde_json::to_vec(&server).map_err(CliError::DaemonJson)?;
            Value::from_json(&json).map_err(CliError::DaemonJson)?
        }
        None => Value::Null,
    };
    let value = Value::fields([
        (
            "Client",
            Value::fields([
                ("Version", own.into()),
                ("ApiVersion", spoken.to_string().into()),
                ("Os", std::env::consts::OS.into()),
                ("Arch", architecture().into()),
            ]),
        ),
        ("Server", server),
    ]);
    if format == "json" {
        return Ok(app.printer.json_line(&value)?);
    }
    let template = Template::parse(format).map_err(CliError::Format)?;
    Ok(app
        .printer
        .data(template.render(&value).map_err(CliError::Format)?)?)
}

/// As Go and OCI call it.
fn architecture() -> &'static str {
    match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    }
}
