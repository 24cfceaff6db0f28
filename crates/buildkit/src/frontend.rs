//! The options of BuildKit's frontend for Dockerfiles, as a typed order.

use std::collections::{BTreeMap, HashMap};

use sampan_types::Platform;

use crate::builder::{Order, Ulimit};
use crate::error::BuildkitError;
use crate::exports::Exports;

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
    /// Folders beside it, by the names that the Dockerfile has for them.
    pub(crate) named: Vec<(String, Local)>,
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
    /// An archive that came with the request.
    Given,
}

type Options = HashMap<String, String>;

/// Where an archive from standard input is to be had.
const UPLOAD: &str = "http://buildkit-session/";

/// Reads the options. What would give another image than was asked for is refused. `given` says that the files came with
/// the request.
pub(crate) fn read(options: &Options, exports: &Exports, given: bool) -> Result<Asked, BuildkitError> {
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
        "" if given => Context::Given,
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
    let beside = Beside::read(options, &local)?;
    let order = Order {
        tags: exports.tags.clone(),
        cache_only: !exports.image,
        files: !exports.files.is_empty(),
        no_cache: options.get("no-cache").is_some_and(String::is_empty),
        no_cache_stages: list(text("no-cache")),
        images: beside.images,
        contexts: beside.folders.iter().map(|(name, _)| name.clone()).collect(),
        annotations: exports.annotations.clone(),
        index_annotations: exports.index_annotations.clone(),
        pull: text("image-resolve-mode") == "pull",
        cache_from: cache_from(options)?,
        arguments: prefixed(options, "build-arg:"),
        labels: prefixed(options, "label:"),
        target: text("target").to_owned(),
        platforms: platforms(text("platform"))?,
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
        named: beside.folders,
    })
}

/// What `--build-context` put beside the build's own files.
#[derive(Debug, Default)]
struct Beside {
    folders: Vec<(String, Local)>,
    images: BTreeMap<String, String>,
}

impl Beside {
    fn read(options: &Options, local: &dyn Fn(&str) -> Local) -> Result<Self, BuildkitError> {
        let mut beside = Self::default();
        let mut all: Vec<_> = options
            .iter()
            .filter_map(|(key, value)| Some((key.strip_prefix("context:")?, value.as_str())))
            .collect();
        all.sort_unstable();
        for (name, value) in all {
            match value.split_once(':') {
                Some(("local", folder)) => beside.folders.push((name.to_owned(), local(folder))),
                Some(("docker-image", image)) => {
                    let image = image.trim_start_matches("//").to_owned();
                    beside.images.insert(name.to_owned(), image);
                }
                Some(("input", _)) => {
                    return Err(BuildkitError::unsupported(
                        format!("the build of another target as the context {name:?}"),
                        "make it a stage of the same Dockerfile, or build it first and name its image",
                    ));
                }
                _ => {
                    return Err(BuildkitError::unsupported(
                        format!("the context {name:?} from {value:?}"),
                        "name a folder, or an image as `docker-image://NAME`",
                    ));
                }
            }
        }
        Ok(beside)
    }
}

fn refuse(options: &Options) -> Result<(), BuildkitError> {
    if let Some(request) = options.get("requestid") {
        return Err(BuildkitError::unsupported(
            format!("the request {request:?}"),
            "build without `--call` and `--check`",
        ));
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
        all.extend(list(text));
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

fn list(text: &str) -> Vec<String> {
    let words = text.split(',').filter(|word| !word.is_empty());
    words.map(str::to_owned).collect()
}

fn platforms(text: &str) -> Result<Vec<Platform>, BuildkitError> {
    let each = list(text).into_iter();
    each.map(|text| {
        let read = text.parse();
        read.map_err(|error| BuildkitError::Invalid(format!("failed to parse platform {text}: {error}")))
    })
    .collect()
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
