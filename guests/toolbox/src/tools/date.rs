//! `date` and `sleep`. A guest knows no time zone: all is UTC.

use std::io::Write;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::options::Given;
use crate::shell::{Done, Shell, usage};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const DAYS: [&str; 7] = [
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
    "Monday",
    "Tuesday",
    "Wednesday",
];

pub(super) fn date(shell: &mut Shell, args: &[String]) -> Done {
    let given = Given::read(args, "ud:r:RI")?;
    let time = match (given.value('d'), given.value('r')) {
        (Some(text), _) => match parse(text) {
            Some(time) => time,
            None => return usage(format!("`{text}` is not a date")),
        },
        (None, Some(path)) => UNIX_EPOCH + Duration::from_nanos(shell.stat(path, true)?.mtim),
        (None, None) => SystemTime::now(),
    };
    let format = match given.rest.first() {
        Some(format) => match format.strip_prefix('+') {
            Some(format) => format,
            None => return usage("the clock belongs to the host"),
        },
        None if given.has('R') => "%a, %d %b %Y %H:%M:%S +0000",
        None if given.has('I') => "%Y-%m-%d",
        None => "%a %b %e %H:%M:%S UTC %Y",
    };
    let mut out = shell.out()?;
    writeln!(out, "{}", formatted(time, format))?;
    out.done()?;
    Ok(0)
}

/// A time from `@SECONDS`, `YYYY-MM-DD`, or that with ` HH:MM[:SS]`.
pub(super) fn parse(text: &str) -> Option<SystemTime> {
    if let Some(seconds) = text.strip_prefix('@') {
        return UNIX_EPOCH.checked_add(Duration::from_secs(seconds.parse().ok()?));
    }
    let text = text.trim_end_matches('Z').replace('T', " ");
    let (day, time) = text.split_once(' ').unwrap_or((&text, "0:0:0"));
    let mut day = day.split('-').map(|part| part.parse::<i64>().ok());
    let (year, month, day) = (day.next()??, day.next()??, day.next()??);
    let mut time = time.split(':').map(|part| part.parse::<i64>().ok());
    let (hour, minute) = (time.next()??, time.next()??);
    let second = time.next().unwrap_or(Some(0))?;
    let valid = (1970..10000).contains(&year)
        && (1..=12).contains(&month)
        && (1..=31).contains(&day)
        && (0..24).contains(&hour)
        && (0..60).contains(&minute)
        && (0..61).contains(&second);
    if !valid {
        return None;
    }
    let seconds = days_before(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second;
    UNIX_EPOCH.checked_add(Duration::from_secs(u64::try_from(seconds).ok()?))
}

/// Days from 1970-01-01 to a date of the Gregorian calendar, counted in years that begin in March.
fn days_before(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// Year, month and day of a number of days since 1970-01-01.
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year + era * 400 + i64::from(month <= 2), month, day)
}

/// A time in a format of `strftime`.
pub(super) fn formatted(time: SystemTime, format: &str) -> String {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    let seconds = i64::try_from(since.as_secs()).unwrap_or(0);
    let (days, of_day) = (seconds / 86_400, seconds % 86_400);
    let (year, month, day) = civil(days);
    let (hour, minute, second) = (of_day / 3600, of_day / 60 % 60, of_day % 60);
    let month_name = usize::try_from(month - 1)
        .ok()
        .and_then(|index| MONTHS.get(index))
        .unwrap_or(&"");
    let day_name = DAYS[usize::try_from(days % 7).unwrap_or(0)];
    let half = if hour % 12 == 0 { 12 } else { hour % 12 };
    let mut text = String::new();
    let mut chars = format.chars();
    while let Some(c) = chars.next() {
        if c != '%' {
            text.push(c);
            continue;
        }
        let piece = match chars.next() {
            Some('Y') => year.to_string(),
            Some('y') => format!("{:02}", year % 100),
            Some('m') => format!("{month:02}"),
            Some('d') => format!("{day:02}"),
            Some('e') => format!("{day:2}"),
            Some('H') => format!("{hour:02}"),
            Some('I') => format!("{half:02}"),
            Some('M') => format!("{minute:02}"),
            Some('S') => format!("{second:02}"),
            Some('N') => format!("{:09}", since.subsec_nanos()),
            Some('s') => seconds.to_string(),
            Some('p') => if hour < 12 { "AM" } else { "PM" }.to_owned(),
            Some('j') => format!("{:03}", days - days_before(year, 1, 1) + 1),
            Some('u') => ((days + 3) % 7 + 1).to_string(),
            Some('w') => ((days + 4) % 7).to_string(),
            Some('a') => day_name[..3].to_owned(),
            Some('A') => day_name.to_owned(),
            Some('b' | 'h') => month_name.chars().take(3).collect(),
            Some('B') => (*month_name).to_owned(),
            Some('F') => format!("{year}-{month:02}-{day:02}"),
            Some('T') => format!("{hour:02}:{minute:02}:{second:02}"),
            Some('R') => format!("{hour:02}:{minute:02}"),
            Some('D') => format!("{month:02}/{day:02}/{:02}", year % 100),
            Some('z') => "+0000".to_owned(),
            Some('Z') => "UTC".to_owned(),
            Some('n') => "\n".to_owned(),
            Some('t') => "\t".to_owned(),
            Some('%') => "%".to_owned(),
            Some(other) => format!("%{other}"),
            None => "%".to_owned(),
        };
        text.push_str(&piece);
    }
    text
}

/// `sleep`: seconds, or with `m`, `h`, `d`; several are added.
pub(super) fn sleep(_: &mut Shell, args: &[String]) -> Done {
    let mut total = Duration::ZERO;
    if args.len() < 2 {
        return usage("how long?");
    }
    for arg in &args[1..] {
        let (number, unit) = match arg.chars().last() {
            Some('s') => (&arg[..arg.len() - 1], 1.0),
            Some('m') => (&arg[..arg.len() - 1], 60.0),
            Some('h') => (&arg[..arg.len() - 1], 3600.0),
            Some('d') => (&arg[..arg.len() - 1], 86_400.0),
            _ => (arg.as_str(), 1.0),
        };
        let seconds = number.parse::<f64>().ok().filter(|seconds| *seconds >= 0.0);
        let duration = match arg.as_str() {
            "infinity" => Some(Duration::from_secs(u64::from(u32::MAX))),
            _ => seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds * unit).ok()),
        };
        match duration {
            Some(duration) => total = total.saturating_add(duration),
            None => return usage(format!("`{arg}` is not a time")),
        }
    }
    crate::interrupt::sleep(total.min(Duration::from_secs(u64::from(u32::MAX))))?;
    Ok(0)
}
