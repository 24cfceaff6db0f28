//! `--trace`: each step of the start with its time. Without it: what the libraries warn of.

use std::fmt::{Debug, Write};

use sampan_daemon::TracesLayer;
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::fmt;
use tracing_subscriber::fmt::time::Uptime;
use tracing_subscriber::layer::{Layer as _, SubscriberExt as _};

use crate::commands::daemon::{LogFormat, LogLevel};
use crate::printer::Printer;

/// Shows steps from now on, or what the libraries warn of.
pub(crate) fn begin(printer: Printer, steps: bool) {
    match steps {
        true => install(),
        false => warnings(printer),
    }
}

/// Shows steps on standard error from now on, with the seconds since this process asked for it.
fn install() {
    let shown = tracing_subscriber::fmt()
        .with_max_level(LevelFilter::DEBUG)
        .with_timer(Uptime::default())
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .with_target(true)
        .finish();
    // A subscriber that is there already was asked for by somebody else, and shows the same.
    drop(tracing::subscriber::set_global_default(shown));
}

/// Shows a daemon's log on standard error from now on. With a layer for traces, that has its spans beside it; without,
/// no span is made at all.
pub(crate) fn log(level: LogLevel, format: LogFormat, traces: Option<TracesLayer>) {
    let level = match level {
        LogLevel::Debug => LevelFilter::DEBUG,
        LogLevel::Info => LevelFilter::INFO,
        LogLevel::Warn => LevelFilter::WARN,
        LogLevel::Error => LevelFilter::ERROR,
    };
    use tracing::subscriber::set_global_default;
    // A subscriber that is there already was asked for by somebody else.
    drop(match traces {
        None => {
            let shown = tracing_subscriber::fmt()
                .with_max_level(level)
                .with_writer(std::io::stderr)
                .with_ansi(false);
            match format {
                LogFormat::Text => set_global_default(shown.finish()),
                LogFormat::Json => set_global_default(shown.json().finish()),
            }
        }
        Some(traces) => {
            let shown = fmt::layer().with_writer(std::io::stderr).with_ansi(false);
            let registry =
                tracing_subscriber::registry().with(traces.with_filter(filter_fn(TracesLayer::wants)));
            match format {
                LogFormat::Text => set_global_default(registry.with(shown.with_filter(level))),
                LogFormat::Json => set_global_default(registry.with(shown.json().with_filter(level))),
            }
        }
    });
}

/// Shows what the libraries warn of, as this program's own lines; it would be lost else. What the runtimes have finished
/// is told too.
pub(crate) fn warnings(printer: Printer) {
    drop(tracing::subscriber::set_global_default(Lines(printer)));
}

/// A line for each event; spans are of no interest.
struct Lines(Printer);

impl Subscriber for Lines {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        let level = *metadata.level();
        level <= Level::WARN || (level == Level::INFO && metadata.target().starts_with("sampan_runtime"))
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(LevelFilter::INFO)
    }

    fn event(&self, event: &Event<'_>) {
        let mut words = Words::default();
        event.record(&mut words);
        let line = format!("{}{}", words.message, words.fields);
        match *event.metadata().level() {
            Level::ERROR => self.0.error_line(line),
            Level::WARN => self.0.warning(line),
            _ => self.0.note(line),
        }
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }
    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

/// What an event says: its message, then what it names beside it.
#[derive(Default)]
struct Words {
    message: String,
    fields: String,
}

impl Visit for Words {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        // Writing to a String cannot fail.
        let _ = match field.name() {
            "message" => write!(self.message, "{value:?}"),
            "error" => write!(self.fields, ": {value:?}"),
            name => write!(self.fields, ", {name} {value:?}"),
        };
    }
}
