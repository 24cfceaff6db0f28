//! Networks, volumes, secrets and configurations.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::PathBuf;

use serde::Deserialize;

use super::{or_default, texts};

/// A network of a project.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct NamedNetwork {
    /// Its name at the daemon.
    pub name: String,
    /// Whether it is there already, and not ours.
    pub external: bool,
    /// Its driver.
    #[serde(deserialize_with = "or_default")]
    pub driver: String,
    /// Options of that.
    #[serde(deserialize_with = "texts")]
    pub driver_opts: BTreeMap<String, String>,
    /// Labels.
    #[serde(deserialize_with = "texts")]
    pub labels: BTreeMap<String, String>,
    /// Without a way out.
    pub internal: bool,
    /// Whether others may join.
    pub attachable: bool,
    /// Whether it has addresses of version 4.
    pub enable_ipv4: Option<bool>,
    /// And of version 6.
    pub enable_ipv6: Option<bool>,
    /// Its addresses.
    #[serde(deserialize_with = "or_default")]
    pub ipam: Ipam,
}

/// Who gives addresses.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Ipam {
    /// Its driver.
    #[serde(deserialize_with = "or_default")]
    pub driver: String,
    /// Its ranges.
    #[serde(deserialize_with = "or_default")]
    pub config: Vec<IpamConfig>,
    /// Its options.
    #[serde(deserialize_with = "texts")]
    pub options: BTreeMap<String, String>,
}

/// A range of addresses.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct IpamConfig {
    /// The range.
    #[serde(deserialize_with = "or_default")]
    pub subnet: String,
    /// The part of it that is given away.
    #[serde(deserialize_with = "or_default")]
    pub ip_range: String,
    /// The way out.
    #[serde(deserialize_with = "or_default")]
    pub gateway: String,
    /// Addresses that are taken.
    #[serde(deserialize_with = "texts")]
    pub aux_addresses: BTreeMap<String, String>,
}

/// A volume of a project.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct NamedVolume {
    /// Its name at the daemon.
    pub name: String,
    /// Whether it is there already, and not ours.
    pub external: bool,
    /// Its driver.
    #[serde(deserialize_with = "or_default")]
    pub driver: String,
    /// Options of that.
    #[serde(deserialize_with = "texts")]
    pub driver_opts: BTreeMap<String, String>,
    /// Labels.
    #[serde(deserialize_with = "texts")]
    pub labels: BTreeMap<String, String>,
}

/// A secret or a configuration: where its bytes come from.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Content {
    /// Its name.
    pub name: String,
    /// Whether it is there already, which no daemon without a swarm has.
    pub external: bool,
    /// The file that holds it.
    pub file: Option<PathBuf>,
    /// The variable that holds it.
    pub environment: Option<String>,
    /// The bytes themselves.
    pub content: Option<String>,
}

/// The most of a secret or a configuration that is copied.
const CONTENT_MAX: u64 = 64 << 20;

impl Content {
    /// The bytes themselves, from wherever they come.
    pub(crate) fn bytes(&self) -> io::Result<Vec<u8>> {
        let file = match (&self.file, &self.content) {
            (Some(file), _) => file,
            (None, Some(text)) => return Ok(text.as_bytes().to_vec()),
            (None, None) => {
                let variable = self.environment.as_deref().unwrap_or_default();
                let what = format!("the variable `{variable}` is not set");
                return Err(io::Error::new(io::ErrorKind::NotFound, what));
            }
        };
        let mut bytes = Vec::new();
        File::open(file)?.take(CONTENT_MAX + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > CONTENT_MAX {
            return Err(io::Error::other(format!("it is larger than {CONTENT_MAX} bytes")));
        }
        Ok(bytes)
    }
}
