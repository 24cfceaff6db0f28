//! Lists of things of one sort, in the form that `--format` asks for: a table, JSON, or a template for each.

use sampan_types::foreign::one_line;

use super::tabs::align;
use super::{Template, TemplateError, Value};
use crate::error::CliError;

/// The narrowest column of Docker's tables.
const WIDTH_MIN: usize = 10;

/// A sort of things that are listed.
#[derive(Debug)]
pub(crate) struct Sheet {
    /// The columns of the plain table, as templates.
    pub(crate) columns: &'static [&'static str],
    /// The heading of each field.
    pub(crate) headings: &'static [(&'static str, &'static str)],
}

impl Sheet {
    /// Shows rows. `format` is what `--format` says; nothing is the plain table.
    pub(crate) fn show(&self, format: Option<&str>, rows: &[Value]) -> Result<String, CliError> {
        self.write(format, rows).map_err(CliError::Format)
    }

    fn write(&self, format: Option<&str>, rows: &[Value]) -> Result<String, TemplateError> {
        let format = match format {
            None | Some("" | "table") => format!("table {}", self.columns.join("\\t")),
            Some("json") => "{{json .}}".to_owned(),
            Some(format) => format.to_owned(),
        };
        let (is_table, format) = match format.strip_prefix("table") {
            Some(rest) if rest.starts_with(char::is_whitespace) => (true, rest.trim()),
            _ => (false, format.trim()),
        };
        let template = Template::parse(&unescaped(format))?;
        let mut lines = Vec::with_capacity(rows.len() + 1);
        if is_table {
            let names = self
                .headings
                .iter()
                .map(|(field, name)| ((*field).to_owned(), Value::from(*name)))
                .collect();
            lines.push(template.heading(&Value::Fields(names))?);
        }
        for row in rows {
            let row = if is_table {
                template.render(&harmless(row))
            } else {
                template.render(row)
            };
            lines.push(row?);
        }
        let text = lines.join("\n");
        Ok(if is_table { align(&text, WIDTH_MIN) } else { text })
    }
}

/// A cell may hold what others wrote, which must neither end its row nor begin another cell.
fn harmless(row: &Value) -> Value {
    match row {
        Value::Fields(fields) => Value::Fields(
            fields
                .iter()
                .map(|(name, value)| (name.clone(), harmless(value)))
                .collect(),
        ),
        Value::Text(text) => Value::Text(one_line(text).into_owned()),
        other => other.clone(),
    }
}

/// People write tabs and line breaks as `\t` and `\n`, which no shell turns into such.
fn unescaped(format: &str) -> String {
    format.replace("\\t", "\t").replace("\\n", "\n")
}
