//! Fields between commas.

use super::error::Words;

/// Splits at commas, but for those in fields that stand in quotes (RFC 4180).
pub(super) fn fields(text: &str) -> Words<Vec<String>> {
    let mut all = Vec::new();
    let mut letters = text.chars().peekable();
    loop {
        let mut field = String::new();
        if letters.next_if_eq(&'"').is_some() {
            loop {
                match letters.next() {
                    Some('"') if letters.next_if_eq(&'"').is_some() => field.push('"'),
                    Some('"') => break,
                    Some(letter) => field.push(letter),
                    None => return Err(format!("failed to parse csv mounts: a quote is open in {text}")),
                }
            }
            if letters.peek().is_some_and(|next| *next != ',') {
                return Err(format!(
                    "failed to parse csv mounts: a quote ends too soon in {text}"
                ));
            }
        }
        while let Some(letter) = letters.next_if(|letter| *letter != ',') {
            field.push(letter);
        }
        all.push(field);
        if letters.next().is_none() {
            return Ok(all);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_hold_a_field_together() {
        assert_eq!(fields("a,\"b,\"\"c\",,d").unwrap(), ["a", "b,\"c", "", "d"]);
        assert!(fields("\"a").unwrap_err().contains("a quote is open"));
        assert!(fields("\"a\"b").unwrap_err().contains("ends too soon"));
    }
}
