//! Sizes and spans of time: one text for each amount.

use std::time::Duration;

use sampan_types::{ByteCount, duration};
use serde_json::Value;

use super::{Done, Fault};
use crate::tree::{Place, text};

/// A size as its number of bytes, in a text as docker compose writes it; -1 is none.
pub(super) fn size(value: Option<&mut Value>, place: &Place) -> Done {
    let Some(value) = value else { return Ok(()) };
    let Some(written) = text(value) else { return Ok(()) };
    if written == "-1" {
        *value = Value::String(written);
        return Ok(());
    }
    let bytes: ByteCount = written
        .parse()
        .map_err(|error| Fault::new(place, format!("is no size: {error}")))?;
    *value = Value::String(bytes.get().to_string());
    Ok(())
}

/// A span of time as Go writes it.
pub(super) fn duration(value: Option<&mut Value>, place: &Place) -> Done {
    let Some(value) = value else { return Ok(()) };
    let Some(written) = text(value) else { return Ok(()) };
    // Compose knows days and weeks, which Go does not.
    let longer = [('d', 24), ('w', 24 * 7)].into_iter().find_map(|(unit, hours)| {
        let number: u64 = written.strip_suffix(unit)?.parse().ok()?;
        Some(Duration::from_secs(number.checked_mul(hours * 3600)?))
    });
    let span = match longer {
        Some(span) => span,
        None => {
            duration::parse(&written).map_err(|error| Fault::new(place, format!("is no time: {error}")))?
        }
    };
    *value = Value::String(go(span));
    Ok(())
}

/// As Go writes it: `1m30s`, `1.5s`, `100ms`.
fn go(span: Duration) -> String {
    let nanos = span.subsec_nanos();
    if span.is_zero() {
        return "0s".to_owned();
    }
    if span.as_secs() == 0 {
        let (unit, scale) = match nanos {
            1_000_000.. => ("ms", 1e6),
            1_000.. => ("µs", 1e3),
            _ => ("ns", 1.0),
        };
        return format!("{}{unit}", f64::from(nanos) / scale);
    }
    let (hours, minutes, seconds) = (
        span.as_secs() / 3600,
        span.as_secs() / 60 % 60,
        span.as_secs() % 60,
    );
    let seconds = if nanos == 0 {
        format!("{seconds}s")
    } else {
        format!("{}s", format!("{seconds}.{nanos:09}").trim_end_matches('0'))
    };
    match (hours, minutes) {
        (0, 0) => seconds,
        (0, minutes) => format!("{minutes}m{seconds}"),
        (hours, minutes) => format!("{hours}h{minutes}m{seconds}"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn spans_are_written_as_go_writes_them() {
        for (text, want) in [
            (json!("90s"), "1m30s"),
            (json!("1h"), "1h0m0s"),
            (json!("1.5s"), "1.5s"),
            (json!("100ms"), "100ms"),
            (json!("2d"), "48h0m0s"),
            (json!(10), "10s"),
            (json!("0"), "0s"),
        ] {
            let mut value = text;
            duration(Some(&mut value), &Place::default()).unwrap();
            assert_eq!(value, want);
        }
        assert!(duration(Some(&mut json!("soon")), &Place::default()).is_err());
    }

    #[test]
    fn sizes_are_bytes() {
        let mut value = json!("1.5g");
        size(Some(&mut value), &Place::default()).unwrap();
        assert_eq!(value, "1610612736");
        assert!(size(Some(&mut json!("much")), &Place::default()).is_err());
    }
}
