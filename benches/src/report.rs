//! The page of results: one part for each benchmark, replaced by each run that measures it.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::race::Lap;
use crate::samples::{ratio, show};

const HEAD: &str = "# Benchmarks\n\n\
    Written by `cargo xtask bench`. All contenders of a table ran in the same run, by turns; times are of whole\n\
    processes where nothing else is said, the median of all rounds. Trust ratios more than times.\n";

/// The page.
pub(crate) struct Page {
    path: PathBuf,
    text: String,
}

impl Page {
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => HEAD.to_owned(),
            Err(e) => return Err(e).with_context(|| format!("cannot read `{}`", path.display())),
        };
        Ok(Self {
            path: path.to_owned(),
            text,
        })
    }

    /// Replaces the part of that name, or adds it at the end.
    pub(crate) fn put(&mut self, name: &str, section: &str) {
        let (start, end) = (format!("<!-- {name} -->\n"), format!("<!-- end of {name} -->\n"));
        let part = format!("{start}{section}{end}");
        let found = self
            .text
            .find(&start)
            .zip(self.text.find(&end).map(|at| at + end.len()));
        match found {
            Some((from, to)) => self.text.replace_range(from..to, &part),
            None => {
                self.text.push('\n');
                self.text.push_str(&part);
            }
        }
    }

    /// What stands in the first row of that name.
    pub(crate) fn row(&self, name: &str) -> Option<String> {
        let start = format!("| {name} | ");
        let row = self.text.lines().find_map(|line| line.strip_prefix(&start))?;
        Some(row.trim_end_matches(" |").to_owned())
    }

    pub(crate) fn save(&self) -> Result<()> {
        fs::write(&self.path, &self.text).with_context(|| format!("cannot write `{}`", self.path.display()))
    }
}

/// A table of laps, each against the quickest of those whose name starts with `against`.
pub(crate) fn table(laps: &[Lap], against: &str) -> String {
    let best = laps
        .iter()
        .filter(|l| l.name.starts_with(against))
        .map(|l| l.samples.median())
        .min();
    let mut out = format!("| | median | min | p99 | to the best of {against} |\n|---|---|---|---|---|\n");
    for lap in laps {
        let s = &lap.samples;
        let ratio = best.map_or_else(String::new, |best| format!("{:.2}", ratio(s.median(), best)));
        let row = [show(s.median()), show(s.min()), show(s.p99()), ratio].join(" | ");
        let _ = writeln!(out, "| {} | {row} |", lap.name);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_replaced_and_the_rest_stays() {
        let mut page = Page {
            path: PathBuf::new(),
            text: HEAD.to_owned(),
        };
        page.put("a", "one\n");
        page.put("b", "two\n");
        page.put("a", "three\n");
        page.put("c", "| peer | wasmtime 1 |\n");
        assert_eq!(page.row("peer").as_deref(), Some("wasmtime 1"));
        assert_eq!(page.row("friend"), None);
        assert!(page.text.starts_with(HEAD));
        assert!(!page.text.contains("one"));
        assert!(page.text.contains("<!-- a -->\nthree\n<!-- end of a -->\n"));
        assert!(page.text.contains("two"));
    }
}
