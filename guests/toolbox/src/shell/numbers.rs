//! Numbers as `printf` reads and writes them.

pub(super) fn exponent(value: f64, precision: usize) -> String {
    let text = format!("{value:.precision$e}");
    let (digits, power) = text.split_once('e').unwrap_or((&text, "0"));
    let (sign, power) = match power.strip_prefix('-') {
        Some(power) => ('-', power),
        None => ('+', power),
    };
    format!("{digits}e{sign}{power:0>2}")
}

pub(super) fn general(value: f64, precision: usize, keep: bool) -> String {
    let scientific = exponent(value, precision - 1);
    let power: i32 = scientific
        .split_once('e')
        .and_then(|(_, power)| power.parse().ok())
        .unwrap_or(0);
    let trim = |digits: &str| {
        if digits.contains('.') && !keep {
            digits.trim_end_matches('0').trim_end_matches('.').to_owned()
        } else {
            digits.to_owned()
        }
    };
    if power < -4 || power >= precision as i32 {
        let (digits, power) = scientific.split_once('e').unwrap_or((&scientific, "+00"));
        format!("{}e{power}", trim(digits))
    } else {
        let places = usize::try_from(precision as i32 - 1 - power).unwrap_or(0);
        trim(&format!("{value:.places$}"))
    }
}

/// A whole number as C writes it, or the code of the character after a quote.
pub(super) fn whole(text: &str) -> Option<i64> {
    if let Some(quoted) = text.strip_prefix(['\'', '"']) {
        return Some(quoted.chars().next().map_or(0, |c| i64::from(u32::from(c))));
    }
    match text.as_bytes() {
        [] => Some(0),
        [b'-', ..] => super::arithmetic::number(&text[1..]).map(i64::wrapping_neg),
        [b'+', ..] => super::arithmetic::number(&text[1..]),
        _ => super::arithmetic::number(text),
    }
}
