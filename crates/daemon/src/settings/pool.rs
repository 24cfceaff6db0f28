//! Ranges of addresses from which networks are cut.

use std::fmt;
use std::str::FromStr;

use ipnet::IpNet;
use serde::Deserialize;

/// A range of addresses from which networks are cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct AddressPool {
    /// The whole range: `10.0.0.0/8`.
    pub base: IpNet,
    /// The length of the prefix of each network.
    pub size: u8,
}

/// What is wrong with one.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum PoolError {
    /// Not in the form of dockerd.
    #[error("it is not of the form `base=10.0.0.0/8,size=24`")]
    Form,
    /// Nothing can be cut from it.
    #[error("networks of the size {size} are not parts of {base}")]
    Size {
        /// The whole range.
        base: IpNet,
        /// The size of each.
        size: u8,
    },
}

impl FromStr for AddressPool {
    type Err = PoolError;

    fn from_str(text: &str) -> Result<Self, PoolError> {
        let (mut base, mut size) = (None, None);
        for field in text.split(',') {
            match field.split_once('=') {
                Some(("base", net)) => base = net.parse::<IpNet>().ok(),
                Some(("size", length)) => size = length.parse::<u8>().ok(),
                _ => return Err(PoolError::Form),
            }
        }
        let (Some(base), Some(size)) = (base, size) else {
            return Err(PoolError::Form);
        };
        match (base.prefix_len()..=base.max_prefix_len()).contains(&size) {
            true => Ok(Self { base, size }),
            false => Err(PoolError::Size { base, size }),
        }
    }
}

impl fmt::Display for AddressPool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "base={},size={}", self.base, self.size)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pools_are_read_as_dockerd_writes_them() {
        let pool: AddressPool = "base=10.0.0.0/8,size=24".parse().unwrap();
        assert_eq!(pool.to_string(), "base=10.0.0.0/8,size=24");
        assert_eq!("size=24,base=10.0.0.0/8".parse(), Ok(pool));
        for text in [
            "",
            "base=10.0.0.0/8",
            "base=x,size=24",
            "10.0.0.0/8",
            "base=10.0.0.0/8,size=24,x=1",
        ] {
            assert_eq!(text.parse::<AddressPool>(), Err(PoolError::Form), "{text}");
        }
        for text in ["base=10.0.0.0/8,size=7", "base=10.0.0.0/8,size=33"] {
            assert!(
                matches!(text.parse::<AddressPool>(), Err(PoolError::Size { .. })),
                "{text}"
            );
        }
    }
}
