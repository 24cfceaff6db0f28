//! The options of BuildKit's frontend for Dockerfiles and of its exporters, as a typed order.

use std::collections::{BTreeMap, HashMap};

use sampan_types::{Platform, Reference};

use crate::builder::{Order, Ulimit};
use crate::error::BuildkitError;
use crate::proto::moby::buildkit::v1::Exporter;

/// What becomes of an image.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Exports {
    /// Whether it is kept as an image.
    pub(crate) image: bool,
    pub(crate) tags: Vec<Reference>,
}

impl Exports {
    pub(crate) fn read(exporters: &[Exporter]) -> Result<Self, BuildkitError> {
        let mut exports = Self::default();
        for exporter in exporters {
            match exporter.r#type.as_str() {
                "moby" | "image" => exports.image = true,
                other => {
                    return Err(BuildkitError::unsupported(
                        format!("the output {other:?}"),
                        "build an image, and take files out of it with `docker create` and `docker cp`",
                    ));
                }
            }
            let names = exporter.attrs.get("name").map(String::as_str).unwrap_or_default();
            for name in names.split(',').filter(|name| !name.is_empty()) {
                let tag: Reference = name
                    .parse()
                    .map_err(|_| BuildkitError::Invalid(format!("invalid reference format: {name:?}")))?;
                if tag.digest().is_some() {
                    return Err(BuildkitError::Invalid(format!(
                        "build tag cannot contain a digest: {name:?}"
                    )));
                }
                exports.tags.push(tag.tagged());
            }
        }
        Ok(exports)
    }
}

/// What a build is asked for, and where its files are.
#[derive(Debug)]
pub(crate) struct Asked {
    /// All but the Dockerfile, which is not here yet.
    pub(crate) order: Order,
    /// The Dockerfile's name.
    pub(crate) filename: String,
    /// The name of the folder that it is in.
    pub(crate) dockerfile: Local,
    pub(crate) context: Context,
}

/// A folder of a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Local {
    pub(crate) name: String,
    /// The session that has it, where that is another one than the build's.
    pub(crate) session: Option<String>,
}

/// Where the files come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Context {
    Local(Local),
    /// An archive from the client's standard input, by its path.
    Upload(String),
}

type Options = HashMap<String, String>;

/// Where an archive from standard input is to be had.
const UPLOAD: &str = "http://buildkit-session/";

/// Reads the options. What would give another image than was asked for is refused.
pub(crate) fn read(options: &Options, exports: &Exports) -> Result<Asked, BuildkitError> {
    let text = |name: &str| options.get(name).map(String::as_str).unwrap_or_default();
    refuse(options)?;
    let local = |name: &str| Local {
        name: name.to_owned(),
        session: options.get(&format!("local-sessionid:{name}")).cloned(),
    };
    let named = |key: &str, usual: &str| match text(key) {
        "" => local(usual),
        other => local(other),
    };
    let context = match text("context") {
        "" => Context::Local(named("contextkey", "context")),
        address => match address.strip_prefix(UPLOAD) {
            Some(id) => Context::Upload(format!("/{id}")),
            None => {
                return Err(BuildkitError::unsupported(
                    format!("the context {address:?}"),
                    "fetch it and build from the folder",
                ));
            }
        },
    };
    let filename = match text("filename") {
        "" => "Dockerfile",
        other => other,
    };
    let order = Order {
        tags: exports.tags.clone(),
        cache_only: !exports.image,
        no_cache: options.contains_key("no-cache"),
        pull: text("image-resolve-mode") == "pull",
        cache_from: cache_from(options)?,
        arguments: prefixed(options, "build-arg:"),
        labels: prefixed(options, "label:"),
        target: text("target").to_owned(),
        platform: platform(text("platform"))?,
        network: match text("force-network-mode") {
            "none" => "none",
            "host" => "host",
            "" | "default" | "sandbox" => "",
            other => return Err(BuildkitError::Invalid(format!("invalid network mode {other:?}"))),
        }
        .to_owned(),
        hosts: hosts(text("add-hosts"))?,
        shm_size: match text("shm-size") {
            "" => 0,
            size => size
                .parse()
                .map_err(|_| BuildkitError::Invalid(format!("invalid size of shared memory {size:?}")))?,
        },
        ulimits: ulimits(text("ulimit"))?,
        cgroup_parent: text("cgroup-parent").to_owned(),
        ..Order::default()
    };
    Ok(Asked {
        order,
        filename: filename.to_owned(),
        dockerfile: named("dockerfilekey", "dockerfile"),
        context,
    })
}

fn refuse(options: &Options) -> Result<(), BuildkitError> {
    if let Some(request) = options.get("requestid") {
        return Err(BuildkitError::unsupported(
            format!("the request {request:?}"),
            "build without `--call` and `--check`",
        ));
    }
    if let Some(name) = options.keys().find_map(|key| key.strip_prefix("context:")) {
        return Err(BuildkitError::unsupported(
            format!("the named context {name:?}"),
            "put its files into the context, or name an image or a stage",
        ));
    }
    if options.get("multi-platform").is_some_and(|text| text == "true") {
        return Err(BuildkitError::unsupported(
            "an image for several platforms",
            "build one platform at a time",
        ));
    }
    if let Some(names) = options.get("no-cache").filter(|names| !names.is_empty()) {
        tracing::debug!(names, "steps of all stages are done anew, not of some alone");
    }
    match options.keys().find(|key| key.starts_with("attest:")) {
        Some(_) => Err(BuildkitError::unsupported(
            "an attestation",
            "build with `--provenance=false --sbom=false`",
        )),
        None => Ok(()),
    }
}

fn prefixed(options: &Options, prefix: &str) -> BTreeMap<String, String> {
    let all = options.iter();
    all.filter_map(|(key, value)| Some((key.strip_prefix(prefix)?.to_owned(), value.clone())))
        .collect()
}

/// The images of `--cache-from`; other kinds of caches are not there, which costs time and nothing else.
fn cache_from(options: &Options) -> Result<Vec<String>, BuildkitError> {
    let mut all = Vec::new();
    if let Some(text) = options.get("cache-from") {
        all.extend(text.split(',').filter(|name| !name.is_empty()).map(str::to_owned));
    }
    if let Some(text) = options.get("cache-imports") {
        let read: serde_json::Value = serde_json::from_str(text)
            .map_err(|error| BuildkitError::Invalid(format!("cache-imports cannot be read: {error}")))?;
        for entry in read.as_array().into_iter().flatten() {
            let registry = entry["Type"] == "registry";
            if let (true, Some(name)) = (registry, entry["Attrs"]["ref"].as_str()) {
                all.push(name.to_owned());
            }
        }
    }
    Ok(all)
}

fn platform(text: &str) -> Result<Option<Platform>, BuildkitError> {
    match text {
        "" => Ok(None),
        text if text.contains(',') => Err(BuildkitError::unsupported(
            "an image for several platforms",
            "build one platform at a time",
        )),
        text => text
            .parse()
            .map(Some)
            .map_err(|error| BuildkitError::Invalid(format!("failed to parse platform {text}: {error}"))),
    }
}

/// `NAME=ADDRESS,…`, as clients write `--add-host`; the engine has `NAME:ADDRESS`.
fn hosts(text: &str) -> Result<Vec<String>, BuildkitError> {
    let pairs = text.split(',').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| match pair.split_once('=') {
            Some((name, address)) => Ok(format!("{name}:{address}")),
            None => Err(BuildkitError::Invalid(format!("invalid key-value pair {pair:?}"))),
        })
        .collect()
}

/// `NAME=SOFT:HARD,…`.
fn ulimits(text: &str) -> Result<Vec<Ulimit>, BuildkitError> {
    let one = |text: &str| {
        let (name, limits) = text.split_once('=')?;
        let (soft, hard) = limits.split_once(':').unwrap_or((limits, limits));
        Some(Ulimit {
            name: name.to_owned(),
            soft: soft.parse().ok()?,
            hard: hard.parse().ok()?,
        })
    };
    let all = text.split(',').filter(|text| !text.is_empty());
    all.map(|text| one(text).ok_or_else(|| BuildkitError::Invalid(format!("invalid ulimit {text:?}"))))
        .collect()
}
