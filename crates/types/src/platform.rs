//! Platforms (OCI image spec, image-index.md §platform object).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::foreign::one_line;

/// What kind of container an image gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A WebAssembly module or component.
    Wasm,
    /// A Linux root file system.
    Linux,
    /// A Windows root file system.
    Windows,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Wasm => "wasm",
            Self::Linux => "linux",
            Self::Windows => "windows",
        })
    }
}

/// An operating system and a processor, as `--platform` and manifest lists write them: `linux/amd64`,
/// `wasi/wasm`, `linux/arm64/v8`. Names are kept as given but in lower case, with Docker's aliases
/// (`x86_64`, `aarch64`) brought to their standard form.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Platform {
    /// Operating system: `linux`, `windows`, `wasi`, `wasip1`, `wasip2`, …
    pub os: String,
    /// Processor: `amd64`, `arm64`, `wasm`, …
    pub architecture: String,
    /// Variant of the processor: `v8`, …
    pub variant: Option<String>,
}

/// A text that is not a platform.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("`{text}` is not a platform: write OS/ARCHITECTURE, such as wasi/wasm or linux/amd64")]
pub struct PlatformError {
    text: String,
}

impl Platform {
    /// A platform of these names; for constants and for what a manifest says.
    pub fn new(os: &str, architecture: &str) -> Self {
        let architecture = match architecture {
            "x86_64" | "x86-64" => "amd64",
            "aarch64" => "arm64",
            "wasm32" => "wasm",
            other => other,
        };
        Self {
            os: os.to_ascii_lowercase(),
            architecture: architecture.to_ascii_lowercase(),
            variant: None,
        }
    }

    /// Which kind of container this platform's images give; `None` where no kind of Sampan's is meant.
    pub fn kind(&self) -> Option<Kind> {
        match (self.os.as_str(), self.architecture.as_str()) {
            (_, "wasm") => Some(Kind::Wasm),
            (os, _) if os.starts_with("wasi") => Some(Kind::Wasm),
            ("linux", _) => Some(Kind::Linux),
            ("windows", _) => Some(Kind::Windows),
            _ => None,
        }
    }

    /// Whether an image of platform `self` may stand for a request for `wanted`: all Wasm spellings
    /// (`wasi/wasm`, `wasip1/wasm`, `wasip2/wasm`, `js/wasm` aside) meet each other.
    pub fn satisfies(&self, wanted: &Self) -> bool {
        if self.kind() == Some(Kind::Wasm) && wanted.kind() == Some(Kind::Wasm) {
            return wanted.os == "wasi" || self.os == "wasi" || self.os == wanted.os;
        }
        self.os == wanted.os
            && self.architecture == wanted.architecture
            && (wanted.variant.is_none() || self.variant == wanted.variant)
    }
}

impl FromStr for Platform {
    type Err = PlatformError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let error = || PlatformError {
            text: text.to_owned(),
        };
        let part = |s: &str| {
            let good = !s.is_empty()
                && s.bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b"_.-".contains(&b));
            if good { Ok(()) } else { Err(error()) }
        };
        let mut parts = text.split('/');
        let (os, architecture, variant) = (parts.next(), parts.next(), parts.next());
        if parts.next().is_some() {
            return Err(error());
        }
        let (Some(os), Some(architecture)) = (os, architecture) else {
            return Err(error());
        };
        part(os)?;
        part(architecture)?;
        if let Some(variant) = variant {
            part(variant)?;
        }
        Ok(Self {
            variant: variant.map(str::to_ascii_lowercase),
            ..Self::new(os, architecture)
        })
    }
}

impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&one_line(&self.os))?;
        write!(f, "/{}", one_line(&self.architecture))?;
        match &self.variant {
            Some(variant) => write!(f, "/{}", one_line(variant)),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_the_kind() {
        for (text, kind) in [
            ("wasi/wasm", Some(Kind::Wasm)),
            ("wasip2/wasm32", Some(Kind::Wasm)),
            ("linux/x86_64", Some(Kind::Linux)),
            ("windows/amd64", Some(Kind::Windows)),
            ("plan9/amd64", None),
        ] {
            assert_eq!(text.parse::<Platform>().unwrap().kind(), kind, "{text}");
        }
        for bad in ["", "linux", "linux/", "/amd64", "a/b/c/d", "li nux/amd64"] {
            assert!(bad.parse::<Platform>().is_err(), "{bad}");
        }
    }

    #[test]
    fn what_a_manifest_says_stays_on_its_line() {
        let forged = Platform::new("linux", "amd64\nhint: repair it\t");
        assert_eq!(forged.to_string(), "linux/amd64\\nhint: repair it\\t");
    }

    #[test]
    fn wasm_spellings_meet() {
        let p = |s: &str| s.parse::<Platform>().unwrap();
        assert!(p("wasip1/wasm").satisfies(&p("wasi/wasm")));
        assert!(!p("wasip1/wasm").satisfies(&p("wasip2/wasm")));
        assert!(p("linux/arm64/v8").satisfies(&p("linux/aarch64")));
        assert!(!p("linux/amd64").satisfies(&p("wasi/wasm")));
    }
}
