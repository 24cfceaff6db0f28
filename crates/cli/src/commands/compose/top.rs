//! `sampan compose top`: the processes of services.

use clap::Args;
use sampan_types::foreign::one_line;

use super::project::{ProjectFlags, on_project};
use crate::app::App;
use crate::error::CliError;
use crate::template::align;

/// The flags of `sampan compose top`.
#[derive(Debug, Args)]
pub(crate) struct TopArgs {
    /// Services that are meant; all where none is named
    #[arg(value_name = "SERVICE")]
    services: Vec<String>,
}

/// The narrowest column.
const WIDTH_MIN: usize = 4;

pub(crate) fn run(app: &App<'_>, flags: &ProjectFlags, args: &TopArgs) -> Result<(), CliError> {
    on_project(app, "top", flags, &args.services, async |session| {
        for name in &args.services {
            session.project.service(name)?;
        }
        let observed = session.observed().await?;
        let mut lines = Vec::new();
        for container in observed
            .of_services(&args.services)
            .filter(|container| container.is_up())
        {
            let top = session.client.container_top(container.id(), &[]).await?;
            let mut row = |first: [&str; 2], cells: &[String]| {
                let cells = cells.iter().map(|cell| one_line(cell).into_owned());
                let all: Vec<String> = first.iter().map(|&cell| cell.to_owned()).chain(cells).collect();
                lines.push(all.join("\t"));
            };
            row(["SERVICE", "#"], &top.titles);
            for process in &top.processes {
                row([&container.service, &container.number.to_string()], process);
            }
        }
        // One heading is enough where all are the same.
        let heading = lines.first().cloned();
        let mut seen = false;
        lines.retain(|line| {
            let again = heading.as_ref() == Some(line) && seen;
            seen |= heading.as_ref() == Some(line);
            !again
        });
        if lines.is_empty() {
            return Ok(());
        }
        Ok(app.printer.data(align(&lines.join("\n"), WIDTH_MIN))?)
    })
}
