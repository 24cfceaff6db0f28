//! Moments and spans in the forms that Docker's clients write.

use std::time::Duration;

use sampan_api::Time;

const DAY: i64 = 86_400;

/// How long ago it was; zero where it lies ahead.
pub(crate) fn elapsed(moment: Time) -> Duration {
    Time::now().since(moment)
}

/// That much earlier.
pub(crate) fn before(moment: Time, span: Duration) -> Time {
    let nanos = i128::from(moment.unix()) * 1_000_000_000 + i128::from(moment.subsec_nanos())
        - i128::try_from(span.as_nanos()).unwrap_or(i128::MAX / 2);
    from_nanos(nanos)
}

fn from_nanos(nanos: i128) -> Time {
    let seconds = i64::try_from(nanos.div_euclid(1_000_000_000)).unwrap_or(0);
    let rest = u32::try_from(nanos.rem_euclid(1_000_000_000)).unwrap_or(0);
    Time::from_unix(seconds, rest)
}

/// Reads what `since` and `until` take: RFC 3339 in whole or part, seconds since 1970 with an optional fraction,
/// or a span of Go's such as `10m`, which counts back from `now`.
pub fn moment(text: &str, now: Time) -> Option<Time> {
    unix(text)
        .or_else(|| go_duration(text).map(|span| before(now, span)))
        .or_else(|| rfc3339(text))
}

/// `1700000000` or `1700000000.25`.
fn unix(text: &str) -> Option<Time> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if whole.is_empty() || fraction.len() > 9 || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let seconds: i64 = whole.parse().ok()?;
    Some(Time::from_unix(seconds, format!("{fraction:0<9}").parse().ok()?))
}

/// A span as Go writes it: `1h30m`, `1.5s`, `300ms`.
pub(crate) fn go_duration(text: &str) -> Option<Duration> {
    let mut rest = text;
    let mut total = Duration::ZERO;
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let number: f64 = rest[..end].parse().ok()?;
        rest = &rest[end..];
        let units: [(&str, f64); 7] = [
            ("ns", 1e-9),
            ("us", 1e-6),
            ("µs", 1e-6),
            ("ms", 1e-3),
            ("h", 3600.0),
            ("m", 60.0),
            ("s", 1.0),
        ];
        let (unit, scale) = units.iter().find(|(unit, _)| rest.starts_with(unit))?;
        rest = &rest[unit.len()..];
        total = total.checked_add(Duration::try_from_secs_f64(number * scale).ok()?)?;
    }
    Some(total)
}

/// RFC 3339, where the time of day, its seconds and the zone may be missing.
fn rfc3339(text: &str) -> Option<Time> {
    let (date, time) = text.split_once(['T', 't', ' ']).unwrap_or((text, ""));
    let mut parts = date.split('-');
    let mut number = |least, most| -> Option<i64> {
        let value: i64 = parts.next()?.parse().ok()?;
        (least..=most).contains(&value).then_some(value)
    };
    let (year, month, day) = (number(1, 9999)?, number(1, 12)?, number(1, 31)?);
    if parts.next().is_some() {
        return None;
    }
    let (time, offset) = zone(time)?;
    let (time, fraction) = time.split_once('.').unwrap_or((time, ""));
    if fraction.len() > 9 || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let mut seconds = days(year, month, day) * DAY - offset;
    for (part, (scale, most)) in
        time.split(':')
            .filter(|p| !p.is_empty())
            .zip([(3600, 23), (60, 59), (1, 60)])
    {
        let value: i64 = part.parse().ok().filter(|v| (0..=most).contains(v))?;
        seconds += value * scale;
    }
    Some(Time::from_unix(seconds, format!("{fraction:0<9}").parse().ok()?))
}

/// Takes the zone off a time of day, and tells its offset in seconds.
fn zone(time: &str) -> Option<(&str, i64)> {
    if let Some(time) = time.strip_suffix(['Z', 'z']) {
        return Some((time, 0));
    }
    let Some(at) = time.rfind(['+', '-']) else {
        return Some((time, 0));
    };
    let (hours, minutes) = time[at + 1..].split_once(':')?;
    let offset = hours.parse::<i64>().ok()? * 3600 + minutes.parse::<i64>().ok()? * 60;
    let sign = if time.as_bytes()[at] == b'-' { -1 } else { 1 };
    Some((&time[..at], sign * offset))
}

/// Days since 1970 (Howard Hinnant, "chrono-compatible low-level date algorithms").
fn days(year: i64, month: i64, day: i64) -> i64 {
    let y = year - i64::from(month <= 2);
    let era = y.div_euclid(400);
    let yoe = y.rem_euclid(400);
    let doy = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + day - 1;
    era * 146_097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_forms_of_since_are_read() {
        let now = Time::from_unix(1_700_000_000, 0);
        for (text, seconds, nanos) in [
            ("1700000000", 1_700_000_000, 0),
            ("1700000000.5", 1_700_000_000, 500_000_000),
            ("10m", 1_699_999_400, 0),
            ("1h30m", 1_699_994_600, 0),
            ("1.5s", 1_699_999_998, 500_000_000),
            ("2023-11-14T22:13:20Z", 1_700_000_000, 0),
            ("2023-11-14T22:13:20.25Z", 1_700_000_000, 250_000_000),
            ("2023-11-14T23:13:20+01:00", 1_700_000_000, 0),
            ("2023-11-14", 1_699_920_000, 0),
            ("2000-02-29T00:00", 951_782_400, 0),
        ] {
            let expected = Time::from_unix(seconds, nanos);
            assert_eq!(moment(text, now), Some(expected), "{text}");
        }
        for bad in ["", "x", "1h3", "2023-13-01", "2023-11-14T25:00", "1.1234567890"] {
            assert_eq!(moment(bad, now), None, "{bad}");
        }
    }
}
