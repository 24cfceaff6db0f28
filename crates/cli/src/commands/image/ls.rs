//! `sampan image ls`.

use clap::Args;
use sampan_store::is_unnamed;
use sampan_types::ByteCount;
use sampan_types::foreign::one_line;
use serde_json::json;

use crate::app::App;
use crate::error::CliError;
use crate::table::Table;

/// The flags of `sampan image ls`.
#[derive(Debug, Args)]
pub(crate) struct LsArgs {
    /// Print JSON, a line for each image
    #[arg(long)]
    json: bool,
    /// Do not shorten digests
    #[arg(long)]
    no_trunc: bool,
}

pub(crate) fn run(app: &App<'_>, args: &LsArgs) -> Result<(), CliError> {
    let mut table = Table::new(&["REPOSITORY", "TAG", "IMAGE ID", "CREATED", "SIZE"]);
    for row in app.engine()?.images()? {
        let id = if args.no_trunc {
            row.id.to_string()
        } else {
            row.id.short().to_owned()
        };
        if args.json {
            let names: Vec<_> = row.references.iter().map(|r| r.familiar()).collect();
            let line = json!({
                "Id": row.id, "Names": names, "Size": row.size.bytes, "Created": row.created,
                "Platforms": row.platforms, "Problem": row.problem,
            });
            app.printer.json_line(&line)?;
            continue;
        }
        if app.printer.quiet() {
            app.printer.data(&id)?;
            continue;
        }
        for reference in &row.references {
            let familiar = reference.familiar();
            let (repository, tag) = match reference.tag() {
                Some(tag) => (
                    familiar
                        .strip_suffix(&format!(":{tag}"))
                        .unwrap_or(&familiar)
                        .to_owned(),
                    tag.to_owned(),
                ),
                None if is_unnamed(reference) => ("<none>".to_owned(), "<none>".to_owned()),
                None => (
                    familiar.split('@').next().unwrap_or(&familiar).to_owned(),
                    "<none>".to_owned(),
                ),
            };
            let created = row
                .created
                .as_deref()
                .map_or("-", |c| c.get(..10).unwrap_or(c))
                .to_owned();
            table.row([
                repository,
                tag,
                id.clone(),
                created,
                ByteCount::new(row.size.bytes).to_string(),
            ]);
        }
        if let Some(problem) = &row.problem {
            app.printer
                .warning(format_args!("image {}: {}", row.id.short(), one_line(problem)));
        }
    }
    if !args.json && !app.printer.quiet() {
        app.printer.data(table)?;
    }
    Ok(())
}
