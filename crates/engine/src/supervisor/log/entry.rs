//! One line of a log file, and what of it a reader wants to see.

use std::borrow::Cow;
use std::collections::BTreeMap;

use sampan_api::Time;
use serde::Deserialize;

/// A line as it lies in the file.
#[derive(Debug, Deserialize)]
pub(super) struct Entry<'a> {
    #[serde(borrow, default)]
    log: Cow<'a, str>,
    #[serde(borrow, default)]
    stream: Cow<'a, str>,
    #[serde(borrow, default)]
    time: Cow<'a, str>,
    #[serde(default)]
    attrs: BTreeMap<String, String>,
}

/// Which entries are shown, and how.
#[derive(Clone, Debug, Default)]
pub(super) struct Shape {
    pub(super) stdout: bool,
    pub(super) stderr: bool,
    pub(super) since: Option<Time>,
    pub(super) until: Option<Time>,
    pub(super) timestamps: bool,
    pub(super) details: bool,
    /// With a terminal there are no frames.
    pub(super) terminal: bool,
}

/// What became of a line.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Shown {
    /// It was added, or is not wanted.
    Next,
    /// It is later than anything that is wanted.
    Past,
}

impl Shape {
    /// Adds one line of a file to the output.
    pub(super) fn show(&self, line: &[u8], out: &mut Vec<u8>) -> Shown {
        // A line that cannot be read is one that a power cut tore; the next one is whole again.
        let Ok(entry) = serde_json::from_slice::<Entry<'_>>(line) else {
            return Shown::Next;
        };
        if self.since.is_some() || self.until.is_some() {
            let time = entry.time.parse::<Time>().unwrap_or_default();
            if self.since.is_some_and(|since| time < since) {
                return Shown::Next;
            }
            if self.until.is_some_and(|until| time > until) {
                return Shown::Past;
            }
        }
        let stream = match &*entry.stream {
            "stderr" => 2,
            _ => 1,
        };
        if !(if stream == 2 { self.stderr } else { self.stdout }) {
            return Shown::Next;
        }
        let start = out.len();
        if !self.terminal {
            out.extend_from_slice(&[stream, 0, 0, 0, 0, 0, 0, 0]);
        }
        if self.timestamps {
            out.extend_from_slice(fixed(&entry.time).as_bytes());
            out.push(b' ');
        }
        if self.details {
            let pairs: Vec<String> = entry
                .attrs
                .iter()
                .map(|(k, v)| format!("{}={}", escape(k), escape(v)))
                .collect();
            out.extend_from_slice(pairs.join(",").as_bytes());
            out.push(b' ');
        }
        out.extend_from_slice(entry.log.as_bytes());
        if !self.terminal {
            let length = u32::try_from(out.len() - start - 8).unwrap_or(u32::MAX);
            out[start + 4..start + 8].copy_from_slice(&length.to_be_bytes());
        }
        Shown::Next
    }
}

/// Nine digits behind the point, as Docker shows its timestamps, so that lines stand beneath each other.
fn fixed(time: &str) -> String {
    let bare = time.trim_end_matches('Z');
    let (whole, fraction) = bare.split_once('.').unwrap_or((bare, ""));
    format!("{whole}.{fraction:0<9}Z")
}

/// As in the query of an address.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(byte.into()),
            b' ' => out.push('+'),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &[u8] =
        br#"{"log":"hi\n","stream":"stderr","attrs":{"a b":"1/2"},"time":"2024-01-02T03:04:05.5Z"}"#;

    fn show(shape: &Shape) -> (Shown, Vec<u8>) {
        let mut out = Vec::new();
        (shape.show(LINE, &mut out), out)
    }

    #[test]
    fn lines_are_shown_as_docker_does() {
        let all = Shape {
            stdout: true,
            stderr: true,
            ..Shape::default()
        };
        assert_eq!(show(&all).1, b"\x02\0\0\0\0\0\0\x03hi\n");
        let plain = Shape {
            terminal: true,
            timestamps: true,
            details: true,
            ..all.clone()
        };
        assert_eq!(show(&plain).1, b"2024-01-02T03:04:05.500000000Z a+b=1%2F2 hi\n");
        let out_only = Shape {
            stderr: false,
            ..all.clone()
        };
        assert_eq!(show(&out_only).1, b"");
        let time = |text: &str| text.parse::<Time>().ok();
        let later = Shape {
            since: time("2024-01-02T03:04:06Z"),
            ..all.clone()
        };
        assert_eq!(show(&later).1, b"");
        let earlier = Shape {
            until: time("2024-01-02T03:04:05Z"),
            ..all
        };
        assert_eq!(show(&earlier).0, Shown::Past);
    }
}
