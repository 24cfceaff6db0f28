//! `sampan info`: what this machine can do, and what follows from each no.

use clap::Args;
use sampan_engine::system;
use serde_json::json;

use crate::app::App;
use crate::error::CliError;
use crate::table::Table;

/// The flags of `sampan info`.
#[derive(Debug, Args)]
pub(crate) struct InfoArgs {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(app: &App<'_>, args: &InfoArgs) -> Result<(), CliError> {
    let findings = system::machine();
    let root = app.state_root()?;
    if args.json {
        return Ok(app.printer.json(&json!({
            "version": env!("CARGO_PKG_VERSION"),
            "root": root,
            "machine": findings,
        }))?);
    }
    app.printer.data(format_args!(
        "sampan {}\nstate in {}\n",
        env!("CARGO_PKG_VERSION"),
        root.display()
    ))?;
    let mut table = Table::new(&["", "FEATURE", "FOUND"]);
    for finding in &findings {
        let mark = if finding.ok { "yes" } else { "no" };
        table.row([mark.to_owned(), finding.name.to_owned(), finding.found.clone()]);
    }
    app.printer.data(table)?;
    for finding in findings.iter().filter(|f| !f.ok) {
        app.printer
            .data(format_args!("\nwithout {}: {}", finding.name, finding.follows))?;
    }
    Ok(())
}
