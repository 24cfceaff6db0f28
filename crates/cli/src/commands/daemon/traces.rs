//! Whether and where the daemon sends traces, from its flags, its settings and OpenTelemetry's own variables.

use sampan_daemon::{Sending, Settings, TracesConfig, TracesLayer};
use sampan_types::Secret;

use super::DaemonArgs;
use crate::app::App;
use crate::config_file;
use crate::error::CliError;

/// `None` where nobody asked for them.
pub(super) fn traces(
    app: &App<'_>,
    args: &DaemonArgs,
    settings: &Settings,
) -> Result<Option<(TracesLayer, Sending)>, CliError> {
    let env = &app.environment;
    let endpoint = args
        .otlp_endpoint
        .as_ref()
        .or(settings.otlp_endpoint.as_ref())
        .or(env.otlp_endpoint.as_ref());
    let Some(endpoint) = endpoint else { return Ok(None) };
    if let Some(protocol) = env
        .otlp_protocol
        .as_ref()
        .filter(|protocol| *protocol != "http/json")
    {
        return Err(CliError::OtlpProtocol {
            protocol: protocol.clone(),
        });
    }
    if !endpoint.starts_with("http://") && !endpoint.starts_with("https://") {
        return Err(CliError::ListenPlace {
            place: endpoint.clone(),
            why: "write the collector's address, such as `http://127.0.0.1:4318`",
        });
    }
    let mut config = TracesConfig::to(endpoint);
    if let Some(service) = &env.otel_service_name {
        config.service.clone_from(service);
    }
    config.headers = headers(env.otlp_headers.as_deref().unwrap_or_default())?;
    config.network = config_file::registries(app)?;
    Ok(Some(sampan_daemon::traces(config)))
}

/// `NAME=VALUE,NAME=VALUE`, as `OTEL_EXPORTER_OTLP_HEADERS` has them.
fn headers(text: &str) -> Result<Vec<(String, Secret<String>)>, CliError> {
    let pairs = text.split(',').filter(|pair| !pair.trim().is_empty());
    pairs
        .map(|pair| match pair.split_once('=') {
            Some((name, value)) if !name.trim().is_empty() => Ok((
                name.trim().to_ascii_lowercase(),
                Secret::new(value.trim().to_owned()),
            )),
            // The value may be a key, so it is not shown.
            _ => Err(CliError::KeyValue {
                flag: "OTEL_EXPORTER_OTLP_HEADERS",
                text: pair.split('=').next().unwrap_or_default().to_owned(),
            }),
        })
        .collect()
}
