//! What a word means.

use saphyr_parser::Tag;
use serde_json::{Number, Value};

/// A value of a word: quoted ones are texts, plain ones are what they look like, tags have the last say.
pub(super) fn resolve(text: &str, plain: bool, tag: Option<&Tag>) -> Result<Value, String> {
    let core = tag
        .filter(|tag| tag.is_yaml_core_schema())
        .map(|tag| tag.suffix.as_str());
    let value = match core {
        Some("str") => return Ok(Value::String(text.to_owned())),
        Some(_) => guess(text),
        None if plain => guess(text),
        None => return Ok(Value::String(text.to_owned())),
    };
    let fits = match core {
        Some("int") => value.is_i64() || value.is_u64(),
        Some("float") => value.is_number(),
        Some("bool") => value.is_boolean(),
        Some("null") => value.is_null(),
        _ => true,
    };
    if fits {
        Ok(value)
    } else {
        Err(format!("`{text}` is not what its tag says"))
    }
}

fn guess(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Value::Null,
        "true" | "True" | "TRUE" => return Value::Bool(true),
        "false" | "False" | "FALSE" => return Value::Bool(false),
        _ => {}
    }
    if !text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.')) {
        return Value::String(text.to_owned());
    }
    if let Some(number) = integer(text) {
        return Value::Number(number);
    }
    float(text).map_or_else(|| Value::String(text.to_owned()), Value::Number)
}

fn integer(text: &str) -> Option<Number> {
    let digits = text.replace('_', "");
    let (negative, digits) = match digits.as_bytes().first()? {
        b'-' => (true, &digits[1..]),
        b'+' => (false, &digits[1..]),
        _ => (false, digits.as_str()),
    };
    let lower = digits.to_ascii_lowercase();
    let (radix, digits) = if let Some(hex) = lower.strip_prefix("0x") {
        (16, hex)
    } else if let Some(octal) = lower.strip_prefix("0o") {
        (8, octal)
    } else if let Some(binary) = lower.strip_prefix("0b") {
        (2, binary)
    } else if lower.len() > 1 && lower.starts_with('0') {
        (8, &lower[1..])
    } else {
        (10, lower.as_str())
    };
    if !digits.chars().all(|c| c.is_digit(radix)) {
        return None;
    }
    let value = u64::from_str_radix(digits, radix).ok()?;
    if negative {
        Some(Number::from(0_i64.checked_sub_unsigned(value)?))
    } else {
        Some(Number::from(value))
    }
}

fn float(text: &str) -> Option<Number> {
    let digits = text.replace('_', "");
    let shape = digits.trim_start_matches(['+', '-']);
    let is_number = shape.bytes().any(|b| b.is_ascii_digit())
        && shape
            .bytes()
            .all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'e' | b'E' | b'+' | b'-'));
    if !is_number {
        return None;
    }
    Number::from_f64(digits.parse().ok()?)
}
