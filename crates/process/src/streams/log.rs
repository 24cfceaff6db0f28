//! Docker's `json-file` form of a log: a JSON document for each line.

use std::fs::File;
use std::io::{ErrorKind, Write};
use std::time::{Duration, Instant, SystemTime};

use sampan_types::time::rfc3339_nanos;
use serde::Serialize;

use super::{LogOrder, Which};

/// The longest line, in bytes: longer ones are cut into several, of which all but the last have no line feed
/// (dockerd's own limit).
const LINE_MAX: usize = 16 << 10;

/// How long the guest waits for the next file. Where nobody gives one, since the daemon is away, it goes on in the old
/// one: its work matters more than the file's size.
pub(super) const PATIENCE: Duration = Duration::from_secs(if cfg!(test) { 5 } else { 3 });
/// What stands around the text of a line in the file, about.
const AROUND: u64 = 70;

/// The log of one guest.
pub(super) struct Log {
    file: File,
    order: LogOrder,
    /// Fields that each line has, as JSON with a comma before, or nothing.
    attrs: String,
    /// Since when the file is full, and when the next one was asked for last.
    full: Option<(Instant, Instant)>,
    /// Whether the file ends in the middle of a line, because the disk was full.
    torn: bool,
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
            full: None,
            torn: false,
            begun: [Vec::new(), Vec::new()],
            lines: Vec::new(),
        }
    }

    /// How much of this is to be written before it is looked whether the file is full: as far as the line that fills it.
    pub(super) fn portion(&self, bytes: &[u8]) -> usize {
        let Some(max) = self.order.max_size.filter(|_| self.full.is_none()) else {
            return bytes.len();
        };
        let around = AROUND + self.attrs.len() as u64;
        let mut room = max.saturating_sub(self.order.size).max(1);
        let mut taken = 0;
        for line in bytes.split_inclusive(|b| *b == b'\n') {
            let line = line.len().min(LINE_MAX);
            taken += line;
            room = room.saturating_sub(line as u64 + around);
            if room == 0 {
                break;
            }
        }
        taken
    }

    /// Whether what comes now is for the next file, which is on its way.
    pub(super) fn waits(&self) -> bool {
        self.full.is_some_and(|(since, _)| since.elapsed() < PATIENCE)
    }

    /// Writes whole lines and keeps the begun one. Whether the next file is to be asked for.
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
        self.full = None;
        self.torn = false;
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
        if self.torn {
            // What was begun on a full disk is lost; what comes now is not.
            self.lines.insert(0, b'\n');
        }
        let written = self.put();
        self.order.size = self.order.size.saturating_add(written as u64);
        if let Some(last) = self.lines[..written].last() {
            self.torn = *last != b'\n';
        }
        self.lines.clear();
        if self.lines.capacity() > LINE_MAX {
            self.lines.shrink_to(LINE_MAX);
        }
        if self.order.max_size.is_none_or(|max| self.order.size < max) {
            return false;
        }
        let now = Instant::now();
        match &mut self.full {
            // The next file could not be made, on a full disk for example. Perhaps it can now.
            Some((_, asked)) if now.duration_since(*asked) >= PATIENCE => {
                *asked = now;
                true
            }
            Some(_) => false,
            None => {
                self.full = Some((now, now));
                true
            }
        }
    }

    /// Writes as much as there is room for: a full disk loses lines of the log, and the guest's work is not held up by it.
    fn put(&mut self) -> usize {
        let mut written = 0;
        while written < self.lines.len() {
            match self.file.write(&self.lines[written..]) {
                Ok(0) => break,
                Ok(n) => written += n,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => break,
            }
        }
        written
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
    fn a_file_is_filled_by_the_line_that_reaches_its_size() {
        let order = LogOrder {
            max_size: Some(300),
            ..LogOrder::default()
        };
        let mut log = Log::new(tempfile::tempfile().unwrap(), order);
        let text = b"0123456789\n".repeat(100);
        let mut rest = &text[..];
        let mut files = 0;
        while !rest.is_empty() {
            let (now, later) = rest.split_at(log.portion(rest));
            if log.write(Which::Stdout, now) {
                assert!(log.waits());
                let length = log.file.metadata().unwrap().len();
                assert!((300..400).contains(&length), "{length}");
                log.go_on_in(tempfile::tempfile().unwrap());
                files += 1;
            }
            assert!(!log.waits());
            rest = later;
        }
        assert!(files >= 20, "{files}");
        // Without a size all is taken at once, and a text without an end by lines.
        let log = Log::new(tempfile::tempfile().unwrap(), LogOrder::default());
        assert_eq!(log.portion(&text), text.len());
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
