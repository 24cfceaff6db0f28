//! Versions of a container's program: Sampan's own routes, beside Docker's. `docs/design/deployment.md` says what they do.

use serde::{Deserialize, Serialize};

/// `POST /sampan/v1/containers/{name}/deploy`. Sampan's own documents refuse what they do not know.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DeployRequest {
    /// The image whose program is to answer; empty where only parts are to change.
    pub image: String,
    /// The parts of the version that was there and of the new one, as `90:10`; empty for all to the new one.
    pub split: String,
    /// The path that the new version must answer with 200 to 399; empty for that of the image's health check, if that is
    /// one over HTTP.
    pub check: String,
    /// How long that may take, in milliseconds; 0 for what the health check says, or half a minute.
    pub timeout: u64,
}

/// The answer to that, and to `GET /sampan/v1/containers/{name}/versions`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Versions {
    /// Those that answer, the one that was there first before the newer one.
    pub versions: Vec<Version>,
    /// The most memory that all instances of all versions had at a time, in bytes.
    pub memory_peak: u64,
}

/// One version of a container's program.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Version {
    /// Which one: 0 is the one that the container was made with.
    pub version: u64,
    /// Its image, as it was named.
    pub image: String,
    /// The image's id.
    pub id: String,
    /// Its part of the requests.
    pub weight: u32,
    /// How many instances of it there are now: one for each request that is under way.
    pub instances: u64,
    /// What it has answered since it began to.
    pub served: Served,
}

/// What a version has answered. Only what has ended is counted.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Served {
    /// All answers.
    pub requests: u64,
    /// Answers of 500 and above.
    pub errors: u64,
    /// Answers by the first digit of their status, from 1 to 5.
    pub statuses: [u64; 5],
    /// Requests whose client left before it had all of its answer.
    pub cut: u64,
    /// The time of all together, in seconds.
    pub seconds: f64,
    /// How many took at most so long.
    pub histogram: Vec<Bucket>,
}

/// One bar of a histogram, with those before it in it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Bucket {
    /// Seconds.
    pub le: f64,
    /// Requests that took no longer.
    pub count: u64,
}
