//! Sizes and spans of time as Docker's command line writes them.

use sampan_api::{Time, in_words};

const DECIMAL: [&str; 9] = ["B", "kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"];
const BINARY: [&str; 9] = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB", "YiB"];

/// Powers of 1000, with so many digits that count.
pub(crate) fn size(bytes: f64, digits: usize) -> String {
    scaled(bytes, 1000.0, &DECIMAL, digits)
}

/// Powers of 1024.
pub(crate) fn binary_size(bytes: f64) -> String {
    scaled(bytes, 1024.0, &BINARY, 4)
}

fn scaled(mut value: f64, base: f64, units: &[&str], digits: usize) -> String {
    let mut unit = 0;
    while value >= base && unit + 1 < units.len() {
        value /= base;
        unit += 1;
    }
    format!("{}{}", general(value, digits), units[unit])
}

/// Go's `%.<digits>g`, for what is less than ten thousand.
fn general(value: f64, digits: usize) -> String {
    let whole = format!("{:.0}", value.abs().trunc()).len();
    let decimals = if value.abs() < 1.0 && value != 0.0 {
        digits
    } else {
        digits.saturating_sub(whole)
    };
    let text = format!("{value:.decimals$}");
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}

/// How long ago a moment was.
pub(crate) fn ago(unix: i64) -> String {
    format!("{} ago", in_words(Time::now().unix() - unix))
}

/// A moment as Go prints one: `2026-01-02 03:04:05 +0000 UTC`.
pub(crate) fn moment(time: Time) -> String {
    let text = time.to_string();
    let text = text.trim_end_matches('Z').replacen('T', " ", 1);
    format!("{text} +0000 UTC")
}

/// The first twelve digits of an id; with its algorithm left out.
pub(crate) fn short(id: &str) -> &str {
    let id = id.strip_prefix("sha256:").unwrap_or(id);
    id.get(..12).unwrap_or(id)
}

/// The beginning of a text, with an ellipsis where something is left out.
pub(crate) fn ellipsis(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most.saturating_sub(1)).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_dockers() {
        for (bytes, three, four) in [
            (0.0, "0B", "0B"),
            (999.0, "999B", "999B"),
            (1_982_001.0, "1.98MB", "1.982MB"),
            (1_000.0, "1kB", "1kB"),
            (123_456_789.0, "123MB", "123.5MB"),
        ] {
            assert_eq!((size(bytes, 3).as_str(), size(bytes, 4).as_str()), (three, four));
        }
        assert_eq!(binary_size(1_650_459.0), "1.574MiB");
        assert_eq!(binary_size(25_275_883_192.0), "23.54GiB");
        assert_eq!(binary_size(0.0), "0B");
    }

    #[test]
    fn spans_are_dockers() {
        for (seconds, text) in [
            (0, "Less than a second"),
            (1, "1 second"),
            (59, "59 seconds"),
            (61, "About a minute"),
            (150, "2 minutes"),
            (3_600, "About an hour"),
            (5_400, "2 hours"),
            (172_800, "2 days"),
            (86_400 * 20, "2 weeks"),
            (86_400 * 100, "3 months"),
            (86_400 * 800, "2 years"),
        ] {
            assert_eq!(in_words(seconds), text);
        }
    }

    #[test]
    fn moments_are_gos() {
        let time: Time = "2026-01-02T03:04:05.5Z".parse().unwrap();
        assert_eq!(moment(time), "2026-01-02 03:04:05.5 +0000 UTC");
    }
}
