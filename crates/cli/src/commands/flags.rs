//! Flags that several commands have.

use std::io::{BufRead, Write};

use clap::Args;
use sampan_client::Filters;

use crate::app::App;
use crate::error::CliError;
use crate::template::{Sheet, Template, Value};

/// What lists of networks and volumes are told.
#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    /// Show those that fit alone
    #[arg(short, long, value_name = "NAME=VALUE")]
    pub(crate) filter: Vec<String>,
    /// Write them as `json`, a `table TEMPLATE` or a Go template
    #[arg(long, value_name = "FORMAT")]
    pub(crate) format: Option<String>,
}

/// Conditions as flags write them.
pub(crate) fn filters(flags: &[String]) -> Result<Filters, CliError> {
    let mut filters = Filters::default();
    for flag in flags {
        let (name, value) = flag.split_once('=').ok_or_else(|| CliError::Value {
            value: flag.clone(),
            wanted: "a condition: write NAME=VALUE",
        })?;
        filters.add(name.trim().to_lowercase().as_str(), value.trim());
    }
    Ok(filters)
}

/// `KEY=VALUE` for labels and options; a key alone has an empty value.
pub(crate) fn pairs(flags: &[String]) -> sampan_api::Strings {
    flags
        .iter()
        .map(|flag| flag.split_once('=').unwrap_or((flag, "")))
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .collect()
}

impl App<'_> {
    /// Writes rows in the form that was asked for; nothing where there are none and no heading.
    pub(crate) fn show_rows(
        &self,
        sheet: &Sheet,
        format: Option<&str>,
        rows: &[Value],
    ) -> Result<(), CliError> {
        let text = sheet.show(format, rows)?;
        if text.is_empty() && rows.is_empty() {
            return Ok(());
        }
        Ok(self.printer.data(text)?)
    }

    /// Writes documents: as a list of JSON, or each by a template. Numbers, order and unknown fields stay as the daemon
    /// wrote them.
    pub(crate) fn show_documents(&self, format: Option<&str>, documents: &[Value]) -> Result<(), CliError> {
        match format {
            None | Some("") => Ok(self.printer.indented_json(&documents)?),
            Some("json") => documents
                .iter()
                .try_for_each(|document| self.printer.json_line(document))
                .map_err(CliError::Output),
            Some(format) => {
                let template = Template::parse(format).map_err(CliError::Format)?;
                for document in documents {
                    let text = template.render(document).map_err(CliError::Format)?;
                    self.printer.data(text)?;
                }
                Ok(())
            }
        }
    }

    /// Asks before something is taken away; with `force` it is not asked.
    pub(crate) fn confirmed(&self, force: bool, warning: &str) -> Result<bool, CliError> {
        if force {
            return Ok(true);
        }
        let mut out = std::io::stdout().lock();
        write!(
            out,
            "WARNING! {warning}\nAre you sure you want to continue? [y/N] "
        )?;
        out.flush()?;
        let mut answer = String::new();
        std::io::stdin()
            .lock()
            .read_line(&mut answer)
            .map_err(CliError::Streams)?;
        Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_have_a_name() {
        let flags = ["Status=running".to_owned(), "label=a=b".to_owned()];
        let read = filters(&flags).unwrap();
        assert!(read.has("status") && read.has("label"));
        assert!(filters(&["running".to_owned()]).is_err());
    }
}
