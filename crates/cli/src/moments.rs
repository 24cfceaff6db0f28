//! `--since` and `--until`, as people write them and as the API wants them.

use sampan_api::Time;
use sampan_types::duration;

use crate::error::CliError;

/// Seconds since 1970, with a fraction where one was written: of a number of seconds, of a moment (`2026-01-02T03:04:05Z`,
/// with less where less is meant), or of a span that counts back from now (`42m`). A moment without a zone is one of UTC.
pub(crate) fn parse(text: &str) -> Result<String, CliError> {
    parse_at(text, Time::now()).ok_or_else(|| CliError::Value {
        value: text.to_owned(),
        wanted: "a time: write one as `2026-01-02T15:04:05Z`, or how long ago as `42m`",
    })
}

/// The same for a flag that need not be there.
pub(crate) fn parse_some(text: Option<&str>) -> Result<Option<String>, CliError> {
    text.map(parse).transpose()
}

fn parse_at(text: &str, now: Time) -> Option<String> {
    let is_number = !text.is_empty() && text.chars().all(|c| c.is_ascii_digit() || c == '.');
    if is_number {
        let whole: f64 = text.parse().ok()?;
        return (whole.is_finite()).then(|| text.to_owned());
    }
    if let Ok(ago) = duration::parse(text) {
        let nanos = i128::from(now.unix_nanos()) - i128::try_from(ago.as_nanos()).ok()?;
        return Some(fraction(nanos));
    }
    let whole = match text.len() {
        10 => format!("{text}T00:00:00Z"),
        16 => format!("{text}:00Z"),
        _ if text.ends_with('Z') || text.get(19..)?.contains(['+', '-']) => text.to_owned(),
        _ => format!("{text}Z"),
    };
    let moment: Time = whole.parse().ok()?;
    Some(fraction(i128::from(moment.unix_nanos())))
}

fn fraction(nanos: i128) -> String {
    const SECOND: i128 = 1_000_000_000;
    format!("{}.{:09}", nanos.div_euclid(SECOND), nanos.rem_euclid(SECOND))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_and_spans() {
        let now = Time::from_unix(1_000_000, 500);
        for (text, expected) in [
            ("12", "12"),
            ("12.5", "12.5"),
            ("10s", "999990.000000500"),
            ("1h30m", "994600.000000500"),
            ("1970-01-02", "86400.000000000"),
            ("1970-01-01T00:01", "60.000000000"),
            ("1970-01-01T00:00:07", "7.000000000"),
            ("1970-01-01T00:00:07.25Z", "7.250000000"),
            ("1970-01-01T01:00:07+01:00", "7.000000000"),
        ] {
            assert_eq!(parse_at(text, now).as_deref(), Some(expected), "{text}");
        }
        for bad in ["", "yesterday", "1970-13-01", "1.2.3", "é"] {
            assert_eq!(parse_at(bad, now), None, "{bad}");
        }
    }
}
