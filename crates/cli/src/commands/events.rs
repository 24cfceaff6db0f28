//! `sampan events`: what happens, as it happens.

use clap::Args;
use sampan_api::Time;
use sampan_api::event::Message;
use sampan_types::foreign::one_line;

use crate::app::App;
use crate::commands::flags::filters;
use crate::error::CliError;
use crate::moments;
use crate::template::{Template, Value};

/// The flags of `sampan events`.
#[derive(Debug, Args)]
pub(crate) struct EventsArgs {
    /// Show those that fit alone
    #[arg(short, long, value_name = "NAME=VALUE")]
    filter: Vec<String>,
    /// Write them as `json` or by a Go template
    #[arg(long, value_name = "FORMAT")]
    format: Option<String>,
    /// Also what has happened since this time: `2026-01-02T15:04:05Z`, or `42m` for so long ago
    #[arg(long, value_name = "TIME")]
    since: Option<String>,
    /// Only up to this time
    #[arg(long, value_name = "TIME")]
    until: Option<String>,
}

pub(crate) fn run(app: &App<'_>, args: &EventsArgs) -> Result<(), CliError> {
    let filters = filters(&args.filter)?;
    let since = moments::parse_some(args.since.as_deref())?;
    let until = moments::parse_some(args.until.as_deref())?;
    let format = match args.format.as_deref() {
        Some("json") => Some("{{json .}}"),
        other => other,
    };
    let template = format
        .map(Template::parse)
        .transpose()
        .map_err(CliError::Format)?;
    app.on_daemon("events", async |client| {
        let mut events = client
            .events(since.as_deref(), until.as_deref(), &filters)
            .await?;
        while let Some(event) = events.next().await? {
            match &template {
                Some(template) => {
                    let json = serde_json::to_vec(&event).map_err(CliError::DaemonJson)?;
                    let value = Value::from_json(&json).map_err(CliError::DaemonJson)?;
                    app.printer
                        .data(template.render(&value).map_err(CliError::Format)?)?;
                }
                None => app.printer.data(line(&event))?,
            }
        }
        Ok(())
    })
}

/// As Docker writes it: when, what sort of thing, what happened, which, and what else is known.
pub(crate) fn line(event: &Message) -> String {
    let moment = match event.time_nano {
        0 => Time::from_unix(event.time, 0),
        nanos => Time::from_unix(
            nanos.div_euclid(1_000_000_000),
            u32::try_from(nanos.rem_euclid(1_000_000_000)).unwrap_or_default(),
        ),
    };
    let whole = Time::from_unix(moment.unix(), 0).to_string();
    let whole = whole.trim_end_matches('Z');
    let attributes: Vec<String> = event
        .actor
        .attributes
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let attributes = match attributes.is_empty() {
        true => String::new(),
        false => format!(" ({})", attributes.join(", ")),
    };
    let line = format!(
        "{whole}.{:09}Z {} {} {}{attributes}",
        moment.subsec_nanos(),
        event.kind,
        event.action,
        event.actor.id
    );
    one_line(&line).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same event as Docker 28 printed it.
    #[test]
    fn a_line_is_dockers() {
        let event: Message = serde_json::from_str(
            r#"{"status":"create","id":"8da4","from":"busybox","Type":"container","Action":"create",
            "Actor":{"ID":"8da4","Attributes":{"com.ex.a":"b","image":"busybox","name":"aa"}},
            "scope":"local","time":1795245107,"timeNano":1795245107990586331}"#,
        )
        .unwrap();
        assert_eq!(
            line(&event),
            "2026-11-21T07:11:47.990586331Z container create 8da4 (com.ex.a=b, image=busybox, name=aa)"
        );
    }
}
