//! `sampan compose events`: what happens in a project.

use clap::Args;
use sampan_api::Time;
use sampan_client::Filters;

use super::project::{ProjectFlags, on_project};
use crate::app::App;
use crate::commands::events::line;
use crate::error::CliError;
use crate::moments;

/// The flags of `sampan compose events`.
#[derive(Debug, Args)]
pub(crate) struct EventsArgs {
    /// Services that are meant; all where none is named
    #[arg(value_name = "SERVICE")]
    services: Vec<String>,
    /// As JSON, a document on each line
    #[arg(long)]
    json: bool,
    /// What happened from this time on: `2026-01-02T15:04:05Z`, or `42m` for so long ago
    #[arg(long, value_name = "TIME")]
    since: Option<String>,
    /// Until this time
    #[arg(long, value_name = "TIME")]
    until: Option<String>,
}

pub(crate) fn run(app: &App<'_>, flags: &ProjectFlags, args: &EventsArgs) -> Result<(), CliError> {
    let since = moments::parse_some(args.since.as_deref())?;
    let until = moments::parse_some(args.until.as_deref())?;
    on_project(app, "events", flags, &args.services, async |session| {
        for name in &args.services {
            session.project.service(name)?;
        }
        let mut filters = Filters::default();
        filters.add("type", "container");
        filters.add(
            "label",
            &format!("com.docker.compose.project={}", session.project.name),
        );
        let mut events = session
            .client
            .events(since.as_deref(), until.as_deref(), &filters)
            .await?;
        while let Some(event) = events.next().await? {
            let attributes = &event.actor.attributes;
            let service = attributes
                .get("com.docker.compose.service")
                .cloned()
                .unwrap_or_default();
            if !args.services.is_empty() && !args.services.contains(&service) {
                continue;
            }
            if args.json {
                let own: std::collections::BTreeMap<_, _> = attributes
                    .iter()
                    .filter(|(name, _)| !name.starts_with("com.docker.compose."))
                    .collect();
                app.printer.json_line(&serde_json::json!({
                    "time": Time::from_unix(event.time, 0).to_string(),
                    "type": event.kind,
                    "action": event.action,
                    "id": event.actor.id,
                    "service": service,
                    "attributes": own,
                }))?;
            } else {
                app.printer.data(line(&event))?;
            }
        }
        Ok(())
    })
}
