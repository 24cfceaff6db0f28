//! RFC 3339 for moments since 1970. Proleptic Gregorian, UTC, no leap seconds.

use std::time::{SystemTime, UNIX_EPOCH};

/// `1970-01-01T00:00:00Z` for 0.
pub fn rfc3339(seconds: u64) -> String {
    let mut text = seconds_of(seconds);
    text.push('Z');
    text
}

/// With nine digits of a second, as Docker writes the lines of its logs: `1970-01-01T00:00:00.000000000Z`. What
/// is before 1970 is taken for its beginning.
pub fn rfc3339_nanos(time: SystemTime) -> String {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    format!("{}.{:09}Z", seconds_of(since.as_secs()), since.subsec_nanos())
}

fn seconds_of(seconds: u64) -> String {
    let (days, rest) = ((seconds / 86_400) as i64, seconds % 86_400);
    // Days are counted from the first of March of the year 0, so that a leap day is the last of its year.
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_shifted + 2) / 5 + 1;
    let month = if month_shifted < 10 {
        month_shifted + 3
    } else {
        month_shifted - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!(
        "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}",
        rest / 3_600,
        rest / 60 % 60,
        rest % 60
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_those_of_date() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_399, "2000-02-28T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_700_000_000, "2023-11-14T22:13:20Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
        ] {
            assert_eq!(rfc3339(seconds), text);
            let moment = UNIX_EPOCH + std::time::Duration::new(seconds, 5);
            assert_eq!(rfc3339_nanos(moment), text.replace('Z', ".000000005Z"));
        }
    }
}
