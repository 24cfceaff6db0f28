//! `sampan top`: the processes of a container.

use clap::Args;
use sampan_types::foreign::one_line;

use crate::app::App;
use crate::error::CliError;
use crate::template::align;

/// The flags of `sampan top`.
#[derive(Debug, Args)]
pub(crate) struct TopArgs {
    /// Name or id, then flags of `ps`
    #[arg(value_names = ["CONTAINER", "PS-FLAG"], num_args = 1.., required = true, trailing_var_arg = true,
        allow_hyphen_values = true)]
    words: Vec<String>,
}

/// The narrowest column, as Docker has it here.
const WIDTH_MIN: usize = 20;

pub(crate) fn run(app: &App<'_>, args: &TopArgs) -> Result<(), CliError> {
    let (container, words) = args
        .words
        .split_first()
        .ok_or(CliError::Usage("no container is named"))?;
    let top = app.on_daemon("top", async |client| {
        Ok(client.container_top(container, words).await?)
    })?;
    let lines: Vec<String> = std::iter::once(&top.titles)
        .chain(&top.processes)
        .map(|cells| {
            let cells: Vec<_> = cells.iter().map(|cell| one_line(cell)).collect();
            cells.join("\t")
        })
        .collect();
    Ok(app.printer.data(align(&lines.join("\n"), WIDTH_MIN))?)
}
