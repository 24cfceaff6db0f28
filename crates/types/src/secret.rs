//! Values that must not be seen in logs.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A password or token. Its `Debug` and `Display` show `***`; the value comes out by [`Secret::expose`]
/// alone, so that every place that handles it can be found.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret<T>(T);

impl<T> Secret<T> {
    /// Wraps a value.
    pub const fn new(value: T) -> Self {
        Self(value)
    }
    /// The value itself, for the one call that needs it.
    pub const fn expose(&self) -> &T {
        &self.0
    }
}

impl<T> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl<T> fmt::Display for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// Bytes that must not be seen in logs. Other than [`Secret`] they can be written into a document, as hexadecimal digits:
/// only into one that goes to the process that needs them and is kept by nobody.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretBytes(Vec<u8>);

impl SecretBytes {
    /// Wraps bytes.
    pub const fn new(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// The bytes themselves, for the one call that needs them.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for SecretBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl Serialize for SecretBytes {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let digits = |byte: &u8| [byte >> 4, byte & 15].map(|half| char::from(DIGITS[usize::from(half)]));
        to.serialize_str(&self.0.iter().flat_map(digits).collect::<String>())
    }
}

impl<'d> Deserialize<'d> for SecretBytes {
    fn deserialize<D: Deserializer<'d>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        let half = |digit: u8| {
            char::from(digit)
                .to_digit(16)
                .and_then(|half| u8::try_from(half).ok())
        };
        let byte = |pair: &[u8]| match *pair {
            [high, low] => Some(half(high)? << 4 | half(low)?),
            _ => None,
        };
        let bytes = text.as_bytes().chunks(2).map(byte).collect::<Option<Vec<u8>>>();
        // Never what was read: it may be the secret.
        bytes
            .map(Self)
            .ok_or_else(|| de::Error::custom("a secret is not written in hexadecimal digits"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_travel_and_are_not_shown() {
        let secret = SecretBytes::new(vec![0, 0x7f, 0xff]);
        let text = serde_json::to_string(&secret).unwrap();
        assert_eq!(text, "\"007fff\"");
        assert_eq!(serde_json::from_str::<SecretBytes>(&text).unwrap(), secret);
        assert_eq!(format!("{secret:?}"), "***");
        for bad in ["\"0\"", "\"0x\"", "\"zz\"", "\"é\"", "7"] {
            let error = serde_json::from_str::<SecretBytes>(bad).unwrap_err();
            assert!(!error.to_string().contains("zz"), "{bad}");
        }
    }
}
