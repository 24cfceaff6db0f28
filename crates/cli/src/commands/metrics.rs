//! `sampan metrics`: what servers have answered, version by version.

use clap::Args;
use sampan_api::deploy::{Served, Versions};

use crate::app::App;
use crate::error::CliError;
use crate::human::binary_size;
use crate::template::{Sheet, Value};

/// The flags of `sampan metrics`.
#[derive(Debug, Args)]
pub(crate) struct MetricsArgs {
    /// Names or ids
    #[arg(required = true, value_name = "CONTAINER")]
    containers: Vec<String>,
    /// Write them as `json`, a `table TEMPLATE` or a Go template
    #[arg(long, value_name = "FORMAT")]
    format: Option<String>,
}

const SHEET: Sheet = Sheet {
    columns: &[
        "{{.Name}}",
        "{{.Version}}",
        "{{.Image}}",
        "{{.Weight}}",
        "{{.Requests}}",
        "{{.Errors}}",
        "{{.Cut}}",
        "{{.P50}}",
        "{{.P99}}",
        "{{.MemPeak}}",
    ],
    headings: &[
        ("Name", "NAME"),
        ("Version", "VERSION"),
        ("Image", "IMAGE"),
        ("Weight", "WEIGHT"),
        ("Requests", "REQUESTS"),
        ("Errors", "ERRORS"),
        ("Cut", "CUT"),
        ("P50", "P50"),
        ("P99", "P99"),
        ("MemPeak", "MEM PEAK"),
    ],
};

pub(crate) fn run(app: &App<'_>, args: &MetricsArgs) -> Result<(), CliError> {
    let rows = app.on_daemon("metrics", async |client| {
        let mut rows = Vec::new();
        for name in &args.containers {
            let versions = client.container_versions(name).await?;
            rows.extend(rows_of(name, &versions));
        }
        Ok(rows)
    })?;
    app.show_rows(&SHEET, args.format.as_deref(), &rows)
}

fn rows_of(name: &str, all: &Versions) -> Vec<Value> {
    let rows = all.versions.iter().map(|version| {
        let served = &version.served;
        let cells = [
            ("Name", name.to_owned()),
            ("Version", version.version.to_string()),
            ("Image", version.image.clone()),
            ("Weight", version.weight.to_string()),
            ("Requests", served.requests.to_string()),
            ("Errors", served.errors.to_string()),
            ("Cut", served.cut.to_string()),
            ("P50", within(served, 0.5)),
            ("P99", within(served, 0.99)),
            ("MemPeak", binary_size(all.memory_peak as f64)),
        ];
        Value::row(cells.map(|(name, text)| (name, text.into())))
    });
    rows.collect()
}

/// The bar of the histogram within which such a part of the requests ended: no more is known of it.
fn within(served: &Served, part: f64) -> String {
    let total = served.requests;
    if total == 0 {
        return "-".to_owned();
    }
    let bar = served
        .histogram
        .iter()
        .find(|bar| bar.count as f64 >= part * total as f64);
    match bar {
        Some(bar) if bar.le < 0.001 => format!("<={}us", (bar.le * 1e6).round()),
        Some(bar) if bar.le < 1.0 => format!("<={}ms", (bar.le * 1e4).round() / 10.0),
        Some(bar) => format!("<={}s", bar.le),
        None => "more".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use sampan_api::deploy::Bucket;

    use super::*;

    #[test]
    fn a_quantile_is_the_bar_that_it_lies_in() {
        let bars = [(0.000_1, 0), (0.002_5, 60), (1.0, 98), (5.0, 99)];
        let served = Served {
            requests: 100,
            histogram: bars.map(|(le, count)| Bucket { le, count }).into(),
            ..Served::default()
        };
        let shown = [0.5, 0.9, 0.99, 1.0].map(|part| within(&served, part));
        assert_eq!(shown, ["<=2.5ms", "<=1s", "<=5s", "more"]);
        assert_eq!(within(&Served::default(), 0.5), "-");
    }
}
