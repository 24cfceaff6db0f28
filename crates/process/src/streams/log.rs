//! Docker's `json-file` form of a log: a JSON document for each line.

use std::fs::File;
use std::io::Write;
use std::time::SystemTime;

use sampan_types::time::rfc3339_nanos;
use serde::Serialize;

use super::{LogOrder, Which};

/// The longest line, in bytes: longer ones are cut into several, of which all but the last have no line feed
/// (dockerd's own limit).
const LINE_MAX: usize = 16 << 10;

/// The log of one guest.
pub(super) struct Log {
    file: File,
    order: LogOrder,
    /// Fields that each line has, as JSON with a comma before, or nothing.
    attrs: String,
    /// Whether it was said already that the file is full.
    told: bool,
    /// Begun lines of standard output and standard error.
    begun: [Vec<u8>; 2],
    /// Lines on their way to the file.
    lines: Vec<u8>,
}

#[derive(Serialize)]
struct Line<'a> {
    log: &'a str,
    stream: &'static str,
}

impl Log {
    pub(super) fn new(file: File, order: LogOrder) -> Self {
        let attrs: serde_json::Map<String, serde_json::Value> = order
            .attrs
            .iter()
            .map(|(name, value)| (name.clone(), value.clone().into()))
            .collect();
        let attrs = match attrs.is_empty() {
            true => String::new(),
            false => format!(",\"attrs\":{}", serde_json::Value::Object(attrs)),
        };
        Self {
            file,
            order,
            attrs,
            told: false,
            begun: [Vec::new(), Vec::new()],
            lines: Vec::new(),
        }
    }

    /// Writes whole lines and keeps the begun one. Whether the file just became full.
    pub(super) fn write(&mut self, which: Which, bytes: &[u8]) -> bool {
        let index = which as usize - 1;
        let mut begun = std::mem::take(&mut self.begun[index]);
        let time = rfc3339_nanos(SystemTime::now());
        for part in bytes.split_inclusive(|b| *b == b'\n') {
            let mut part = part;
            while begun.len() + part.len() > LINE_MAX {
                let (now, later) = part.split_at(LINE_MAX - begun.len());
                begun.extend_from_slice(now);
                self.line(which, &begun, &time);
                begun.clear();
                part = later;
            }
            if !part.ends_with(b"\n") {
                begun.extend_from_slice(part);
            } else if begun.is_empty() {
                self.line(which, part, &time);
            } else {
                begun.extend_from_slice(part);
                self.line(which, &begun, &time);
                begun.clear();
            }
        }
        self.begun[index] = begun;
        self.flush()
    }

    /// Writes down the begun lines as they are.
    pub(super) fn end(&mut self) {
        let time = rfc3339_nanos(SystemTime::now());
        for which in [Which::Stdout, Which::Stderr] {
            let begun = std::mem::take(&mut self.begun[which as usize - 1]);
            if !begun.is_empty() {
                self.line(which, &begun, &time);
            }
        }
        self.flush();
    }

    pub(super) fn go_on_in(&mut self, file: File) {
        self.file = file;
        self.order.size = 0;
        self.told = false;
    }

    fn line(&mut self, which: Which, text: &[u8], time: &str) {
        let line = Line {
            log: &String::from_utf8_lossy(text),
            stream: match which {
                Which::Stdout => "stdout",
                Which::Stderr => "stderr",
            },
        };
        // Writing into memory does not fail, and neither does a string.
        if serde_json::to_writer(&mut self.lines, &line).is_ok() {
            self.lines.pop();
            self.lines.extend_from_slice(self.attrs.as_bytes());
            self.lines.extend_from_slice(b",\"time\":\"");
            self.lines.extend_from_slice(time.as_bytes());
            self.lines.extend_from_slice(b"\"}\n");
        }
    }

    fn flush(&mut self) -> bool {
        if self.lines.is_empty() {
            return false;
        }
        // A full disk loses lines of the log; the guest's work is not held up by it.
        if self.file.write_all(&self.lines).is_ok() {
            self.order.size = self.order.size.saturating_add(self.lines.len() as u64);
        }
        self.lines.clear();
        if self.lines.capacity() > LINE_MAX {
            self.lines.shrink_to(LINE_MAX);
        }
        let full = self.order.max_size.is_some_and(|max| self.order.size >= max);
        full && !std::mem::replace(&mut self.told, full)
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Seek};

    use super::*;

    fn lines(log: &mut Log) -> Vec<(String, String)> {
        let mut text = String::new();
        log.file.rewind().unwrap();
        log.file.read_to_string(&mut text).unwrap();
        text.lines()
            .map(|line| {
                let line: serde_json::Value = serde_json::from_str(line).unwrap();
                assert_eq!(line["time"].as_str().unwrap().len(), 30);
                let field = |name: &str| line[name].as_str().unwrap().to_owned();
                (field("stream"), field("log"))
            })
            .collect()
    }

    #[test]
    fn lines_are_whole_however_they_come() {
        let mut log = Log::new(tempfile::tempfile().unwrap(), LogOrder::default());
        log.write(Which::Stdout, b"one\ntw");
        log.write(Which::Stderr, b"\xff\"e\"\n");
        log.write(Which::Stdout, b"o\nthr");
        log.end();
        let expected = [
            ("stdout", "one\n"),
            ("stderr", "\u{fffd}\"e\"\n"),
            ("stdout", "two\n"),
            ("stdout", "thr"),
        ];
        let expected = expected.map(|(a, b)| (a.to_owned(), b.to_owned()));
        assert_eq!(lines(&mut log), expected);
    }

    #[test]
    fn a_line_without_end_is_cut() {
        let mut log = Log::new(tempfile::tempfile().unwrap(), LogOrder::default());
        log.write(Which::Stdout, &[b'x'; 3 * LINE_MAX + 7]);
        log.end();
        let lengths: Vec<usize> = lines(&mut log).iter().map(|(_, text)| text.len()).collect();
        assert_eq!(lengths, [LINE_MAX, LINE_MAX, LINE_MAX, 7]);
    }

    #[test]
    fn a_full_file_is_told_once() {
        let order = LogOrder {
            max_size: Some(100),
            attrs: vec![("a".into(), "b\"".into())],
            ..LogOrder::default()
        };
        let mut log = Log::new(tempfile::tempfile().unwrap(), order);
        assert!(!log.write(Which::Stdout, b"1\n"));
        assert!(log.write(Which::Stdout, b"2\n"));
        assert!(!log.write(Which::Stdout, b"3\n"));
        log.go_on_in(tempfile::tempfile().unwrap());
        assert!(!log.write(Which::Stdout, b"4\n"));
        assert!(log.write(Which::Stdout, b"5\n"));
    }
}
