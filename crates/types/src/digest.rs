//! Content digests (OCI image spec, descriptor.md §Digests).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The hash functions that the OCI image spec registers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Algorithm {
    /// SHA-256, what every registry speaks.
    Sha256,
    /// SHA-512, optional in the standard.
    Sha512,
}

impl Algorithm {
    /// Both, in the order in which a store walks them.
    pub const ALL: [Self; 2] = [Self::Sha256, Self::Sha512];

    /// The registered name, as before the colon of a digest.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sha256 => "sha256",
            Self::Sha512 => "sha512",
        }
    }

    /// How many hexadecimal digits a digest has.
    pub const fn hex_len(self) -> usize {
        match self {
            Self::Sha256 => 64,
            Self::Sha512 => 128,
        }
    }
}

/// A digest such as `sha256:e3b0…`: a known algorithm and exactly as many lower-case hexadecimal digits as
/// it gives, so that the hex part is always safe as a file name.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest {
    algorithm: Algorithm,
    hex: Box<str>,
}

/// A text that is not a digest.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum DigestError {
    /// There is no colon.
    #[error("`{0}` is not a digest: write ALGORITHM:HEX, such as sha256:e3b0c4…")]
    Form(String),
    /// The algorithm is none of [`Algorithm::ALL`].
    #[error("digest algorithm `{0}` is not supported: use sha256 or sha512")]
    Algorithm(String),
    /// The hex part has the wrong length or other characters.
    #[error("digest `{0}` needs {1} lower-case hexadecimal digits")]
    Hex(String, usize),
}

impl Digest {
    /// From the raw bytes that a hash function gave.
    ///
    /// # Panics
    /// If `bytes` is not as long as the algorithm's output.
    pub fn from_bytes(algorithm: Algorithm, bytes: &[u8]) -> Self {
        use fmt::Write;
        assert_eq!(
            bytes.len() * 2,
            algorithm.hex_len(),
            "a {} hash has another length",
            algorithm.name()
        );
        let mut hex = String::with_capacity(algorithm.hex_len());
        for byte in bytes {
            // Writing to a String cannot fail.
            let _ = write!(hex, "{byte:02x}");
        }
        Self {
            algorithm,
            hex: hex.into_boxed_str(),
        }
    }

    /// The hash function.
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The hexadecimal part: lower case, of the algorithm's length.
    pub fn hex(&self) -> &str {
        &self.hex
    }

    /// The first twelve digits, as people read them.
    pub fn short(&self) -> &str {
        &self.hex[..12]
    }
}

impl FromStr for Digest {
    type Err = DigestError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (name, hex) = text
            .split_once(':')
            .ok_or_else(|| DigestError::Form(text.to_owned()))?;
        let algorithm = Algorithm::ALL
            .into_iter()
            .find(|a| a.name() == name)
            .ok_or_else(|| DigestError::Algorithm(name.to_owned()))?;
        if hex.len() == algorithm.hex_len() && hex.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
            Ok(Self {
                algorithm,
                hex: hex.into(),
            })
        } else {
            Err(DigestError::Hex(text.to_owned(), algorithm.hex_len()))
        }
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.algorithm.name(), self.hex)
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Digest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_only_what_is_safe_as_a_file_name() {
        let good = format!("sha256:{}", "0af".repeat(22)[..64].to_owned());
        let digest: Digest = good.parse().unwrap();
        assert_eq!(digest.to_string(), good);
        assert_eq!(digest.short().len(), 12);
        for bad in [
            "",
            "sha256",
            "sha256:",
            "sha256:abc",
            &format!("md5:{}", "a".repeat(32)),
            &format!("sha256:{}", "A".repeat(64)),
            &format!("sha256:{}", "../".repeat(22)[..64].to_owned()),
            &format!("sha512:{}", "a".repeat(64)),
        ] {
            assert!(bad.parse::<Digest>().is_err(), "{bad}");
        }
    }
}
