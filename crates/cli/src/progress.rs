//! Bars for transfers: bytes, rate and time left; hidden when quiet or piped.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use sampan_distribution::client::Progress;
use sampan_types::Digest;

use crate::printer::Printer;

/// One bar for each blob.
pub(crate) struct Bars {
    printer: Printer,
    all: MultiProgress,
    bars: Mutex<HashMap<Digest, ProgressBar>>,
    /// What was said of failed attempts, and until when it holds: blobs that travel together fail together.
    said: Mutex<HashMap<String, Instant>>,
}

impl Bars {
    pub(crate) fn new(printer: Printer) -> Self {
        let target = if printer.animated() {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        Self {
            printer,
            all: MultiProgress::with_draw_target(target),
            bars: Mutex::default(),
            said: Mutex::default(),
        }
    }

    fn bar(&self, item: &Digest) -> Option<ProgressBar> {
        self.bars
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(item)
            .cloned()
    }

    fn finish(&self, item: &Digest, word: &str) {
        if let Some(bar) = self
            .bars
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(item)
        {
            bar.finish_and_clear();
        }
        if !self.printer.animated() {
            self.printer.note(format_args!("{}: {word}", item.short()));
        }
    }
}

impl Progress for Bars {
    fn start(&self, item: &Digest, what: &str, total: Option<u64>) {
        let form = match total {
            Some(_) => {
                "{prefix:12} {msg:10} {wide_bar} {bytes:>10}/{total_bytes:<10} {bytes_per_sec:>12} {eta:>4}"
            }
            None => "{prefix:12} {msg:10} {spinner} {bytes:>10} {bytes_per_sec:>12}",
        };
        let bar = total.map_or_else(ProgressBar::no_length, ProgressBar::new);
        let bar = self
            .all
            .add(bar)
            .with_prefix(item.short().to_owned())
            .with_message(what.to_owned());
        // The form is ours and correct; should it not be, the plain bar does.
        let bar = ProgressStyle::with_template(form).map_or(bar.clone(), |style| bar.with_style(style));
        self.bars
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(item.clone(), bar);
    }

    fn advance(&self, item: &Digest, position: u64) {
        if let Some(bar) = self.bar(item) {
            bar.set_position(position);
        }
    }

    fn done(&self, item: &Digest) {
        self.finish(item, "done");
    }

    fn already(&self, item: &Digest, what: &str) {
        if !self.printer.animated() {
            self.printer
                .note(format_args!("{}: {what} is there already", item.short()));
        }
    }

    fn retry(&self, item: Option<&Digest>, cause: &str, attempt: u32, wait: Duration) {
        let now = Instant::now();
        let until = self
            .said
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(format!("{cause} {attempt}"), now + wait);
        if until.is_some_and(|until| now < until) {
            return;
        }
        let what = item.map_or_else(String::new, |item| format!("{}: ", item.short()));
        let text = format!("{what}{cause}; attempt {attempt} in {:.1}s", wait.as_secs_f32());
        self.all.suspend(|| self.printer.warning(&text));
    }
}
