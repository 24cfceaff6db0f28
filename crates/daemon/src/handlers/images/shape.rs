//! Images in Docker's words.

use std::collections::BTreeMap;

use sampan_api::Time;
use sampan_api::container::DriverData;
use sampan_api::image::{Descriptor, ImageConfig, Inspect, Metadata, RootFs, Summary};
use sampan_api::routes::ApiVersion;
use sampan_engine::supervisor::Supervisor;
use sampan_image::{ImageInspect, ImageRow};
use sampan_types::Digest;

use crate::problem::{Problem, Result};

/// An image with what filters ask for.
pub(super) struct Image {
    pub(super) row: ImageRow,
    pub(super) labels: BTreeMap<String, String>,
    pub(super) created: Time,
    users: usize,
}

/// All images, the newest first. One that cannot be read is in the list too, so that it can be removed.
pub(super) fn all(supervisor: &Supervisor) -> Result<Vec<Image>> {
    let engine = supervisor.engine();
    let rows = engine.images().map_err(|error| Problem::image(&error, None))?;
    let mut images: Vec<Image> = rows
        .into_iter()
        .map(|row| {
            let id = row.id.to_string();
            let labels = engine
                .image(&id, None)
                .map(|image| image.config.labels)
                .unwrap_or_default();
            let created = row
                .created
                .as_deref()
                .and_then(|time| time.parse().ok())
                .unwrap_or_default();
            Image {
                users: supervisor.image_users(&id).len(),
                labels,
                created,
                row,
            }
        })
        .collect();
    images.sort_by(|a, b| b.created.cmp(&a.created).then_with(|| a.row.id.cmp(&b.row.id)));
    Ok(images)
}

/// What images take together, and which of them share it.
pub(super) struct Sharing(BTreeMap<Digest, (u64, usize)>);

impl Sharing {
    pub(super) fn of(images: &[Image]) -> Self {
        let mut blobs = BTreeMap::new();
        for (digest, size) in images.iter().flat_map(|image| &image.row.blobs) {
            blobs.entry(digest.clone()).or_insert((*size, 0)).1 += 1;
        }
        Self(blobs)
    }

    /// All of it, each blob once.
    pub(super) fn total(&self) -> u64 {
        self.0.values().map(|(size, _)| size).sum()
    }

    /// What an image has in common with others.
    pub(super) fn shared(&self, image: &Image) -> u64 {
        let blobs = image.row.blobs.iter();
        let shared = blobs.filter(|(digest, _)| self.0.get(digest).is_some_and(|(_, images)| *images > 1));
        shared.map(|(_, size)| size).sum()
    }
}

impl Image {
    /// The same for a summary of what lies on the disk, which has all numbers whatever the version.
    pub(super) fn usage(self, version: ApiVersion, sharing: &Sharing) -> Summary {
        let (containers, shared_size) = (count(self.users), bytes(sharing.shared(&self)));
        Summary {
            containers,
            shared_size,
            ..self.summary(version)
        }
    }

    /// Its names with a tag.
    pub(super) fn tags(&self) -> impl Iterator<Item = String> {
        self.row
            .references
            .iter()
            .filter(|name| name.tag().is_some())
            .map(|name| name.tagged().familiar())
    }

    fn digests(&self) -> Vec<String> {
        let named = self
            .row
            .references
            .iter()
            .filter(|name| !sampan_image::is_unnamed(name));
        let mut digests: Vec<_> = named
            .map(|name| name.with_digest(self.row.id.clone()).familiar())
            .collect();
        digests.dedup();
        digests
    }

    /// Whether it has no name that a person gave it.
    pub(super) fn dangling(&self) -> bool {
        self.tags().next().is_none()
    }

    pub(super) fn summary(self, version: ApiVersion) -> Summary {
        let size = bytes(self.row.size.bytes);
        let (mut repo_tags, mut repo_digests) = (self.tags().collect::<Vec<_>>(), self.digests());
        if version < ApiVersion::v1(43) && repo_tags.is_empty() && repo_digests.is_empty() {
            repo_tags.push("<none>:<none>".to_owned());
            repo_digests.push("<none>@<none>".to_owned());
        }
        Summary {
            containers: if version < ApiVersion::v1(51) {
                -1
            } else {
                count(self.users)
            },
            created: if self.created.is_zero() {
                0
            } else {
                self.created.unix()
            },
            id: self.row.id.to_string(),
            labels: Some(self.labels).filter(|labels| !labels.is_empty()),
            descriptor: (version >= ApiVersion::v1(48))
                .then(|| descriptor(&self.row.descriptor))
                .flatten(),
            repo_digests,
            repo_tags,
            shared_size: -1,
            size,
            virtual_size: (version < ApiVersion::v1(44)).then_some(size),
            ..Summary::default()
        }
    }
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A number of bytes as the API has it.
pub(super) fn bytes(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// The store's descriptor; both are the one of the OCI image specification.
fn descriptor(of: &impl serde::Serialize) -> Option<Descriptor> {
    serde_json::from_value(serde_json::to_value(of).ok()?).ok()
}

/// Everything about an image.
pub(super) fn inspect(image: &ImageInspect, version: ApiVersion) -> Inspect {
    let config = &image.config;
    let some = |words: &Option<Vec<String>>| words.clone().map(Into::into);
    let size = i64::try_from(image.size).unwrap_or(i64::MAX);
    let shown = ImageConfig {
        user: config.user.clone(),
        exposed_ports: config
            .exposed_ports
            .keys()
            .filter_map(|port| Some((port.parse().ok()?, sampan_api::Empty {})))
            .collect(),
        env: Some(config.env.clone()).filter(|env| !env.is_empty()),
        entrypoint: some(&config.entrypoint),
        cmd: some(&config.cmd),
        volumes: Some(
            config
                .volumes
                .keys()
                .map(|path| (path.clone(), sampan_api::Empty {}))
                .collect(),
        )
        .filter(|volumes: &sampan_api::Set| !volumes.is_empty()),
        working_dir: config.working_dir.clone(),
        labels: Some(config.labels.clone()).filter(|labels| !labels.is_empty()),
        stop_signal: config.stop_signal.clone().unwrap_or_default(),
        healthcheck: config
            .healthcheck
            .clone()
            .and_then(|check| serde_json::from_value(check).ok()),
        on_build: config.on_build.clone(),
        shell: some(&config.shell),
        ..ImageConfig::default()
    };
    Inspect {
        id: image.id.to_string(),
        repo_tags: image.repo_tags.clone(),
        repo_digests: image.repo_digests.clone(),
        parent: image.parent.as_ref().map(ToString::to_string).unwrap_or_default(),
        comment: image.comment.clone(),
        created: image.created.clone().unwrap_or_else(|| Time::ZERO.to_string()),
        author: image.author.clone(),
        // dockerd left it out in 1.45, and since then docker-compose 1.29, which asks for the newest version, makes no
        // container anew.
        container_config: Some(shown.clone()),
        config: shown,
        architecture: image.architecture.clone(),
        variant: image.variant.clone().unwrap_or_default(),
        os: image.os.clone(),
        size,
        virtual_size: (version < ApiVersion::v1(44)).then_some(size),
        graph_driver: Some(DriverData {
            name: "sampan".to_owned(),
            ..DriverData::default()
        }),
        root_fs: RootFs {
            kind: image.root_fs.r#type.to_owned(),
            layers: image.root_fs.layers.iter().map(ToString::to_string).collect(),
        },
        // When it was named is not kept; no name is older than what it names.
        metadata: Metadata {
            last_tag_time: created(image),
        },
        descriptor: (version >= ApiVersion::v1(48))
            .then(|| descriptor(&image.descriptor))
            .flatten(),
        ..Inspect::default()
    }
}

fn created(image: &ImageInspect) -> Time {
    let text = image.created.as_deref();
    text.and_then(|text| text.parse().ok()).unwrap_or_default()
}
