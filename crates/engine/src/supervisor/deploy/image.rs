//! What a container becomes with another image: what its first image said gives way to what the new one says, and what
//! was asked for stays.

use sampan_api::Empty;
use sampan_api::container::{Config, HealthConfig};
use sampan_image::ImageConfig;
use sampan_types::platform::Kind;

use crate::supervisor::Supervisor;
use crate::supervisor::create::{access_log, command, merge};
use crate::supervisor::error::{Result, SupervisorError};
use crate::supervisor::health;
use crate::supervisor::record::{Record, Versions};

impl Supervisor {
    /// A container's record with another image.
    pub(super) async fn next_version(&self, old: &Record, text: &str) -> Result<Record> {
        let platform = old.platform.as_ref().and_then(|text| text.parse().ok());
        let image = self.image(text, platform.as_ref())?;
        let before = self.image_of_record(old)?;
        let mut config = asked(&old.config, &before.runnable.config);
        text.clone_into(&mut config.image);
        merge(&mut config, &image.runnable.config);
        if self.kind(&image, &config).await? != Kind::Wasm {
            return Err(SupervisorError::Invalid(format!(
                "the program of `{text}` is one for Linux, which cannot take the place of a Wasm program; remove the container \
                 and run the new image in its place"
            )));
        }
        health::check(&config)?;
        access_log(&config)?;
        let missing = config.volumes.iter().flatten().map(|(path, _)| path);
        let mut missing = missing.filter(|path| {
            let path = path.trim_end_matches('/');
            !old.mounts.iter().any(|mount| mount.destination == path)
        });
        if let Some(path) = missing.next() {
            return Err(SupervisorError::Conflict(format!(
                "`{text}` declares the volume `{path}`, which the container does not have; remove the container and run the new \
                 image in its place"
            )));
        }
        let (path, args) = self.shown_command(&image, command(&config));
        let number = old.versions.last + 1;
        Ok(Record {
            config,
            image: image.descriptor.clone(),
            path,
            args,
            versions: Versions {
                now: number,
                last: number,
                second: None,
            },
            ..old.clone()
        })
    }
}

/// What of a container's configuration is not its image's: what is word for word what the image says came from there.
fn asked(config: &Config, image: &ImageConfig) -> Config {
    let mut own = config.clone();
    let same = |own: &Option<sampan_api::StrSlice>, image: &[String]| {
        own.as_ref().is_some_and(|words| words.0.as_slice() == image)
    };
    if same(&own.entrypoint, &image.entrypoint) || own.entrypoint.is_none() && image.entrypoint.is_empty() {
        own.entrypoint = None;
        if same(&own.cmd, &image.cmd) {
            own.cmd = None;
        }
    }
    if same(&own.shell, &image.shell) {
        own.shell = None;
    }
    if let Some(env) = &mut own.env {
        env.retain(|pair| !image.env.contains(pair));
    }
    for (text, given) in [
        (&mut own.user, Some(&image.user)),
        (&mut own.working_dir, Some(&image.working_dir)),
        (&mut own.stop_signal, image.stop_signal.as_ref()),
    ] {
        if given.is_some_and(|given| given == text) {
            text.clear();
        }
    }
    own.labels
        .retain(|key, value| image.labels.get(key) != Some(value));
    let port = |port: &sampan_api::Port| {
        image
            .exposed_ports
            .iter()
            .any(|text| text.parse().ok().as_ref() == Some(port))
    };
    own.exposed_ports.retain(|own, _| !port(own));
    if let Some(volumes) = &mut own.volumes {
        volumes.retain(|path: &String, _: &mut Empty| !image.volumes.contains(path));
    }
    let declared = image.healthcheck.clone();
    let declared = declared.and_then(|check| serde_json::from_value::<HealthConfig>(check).ok());
    if own.healthcheck == declared {
        own.healthcheck = None;
    }
    own
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn words(text: &str) -> Vec<String> {
        text.split_whitespace().map(str::to_owned).collect()
    }

    fn image(name: &str) -> ImageConfig {
        ImageConfig {
            entrypoint: words(&format!("/{name}")),
            cmd: words(&format!("--{name}")),
            env: vec![format!("NAME={name}"), "SAME=1".to_owned()],
            user: name.to_owned(),
            working_dir: format!("/{name}"),
            labels: BTreeMap::from([("image".to_owned(), name.to_owned())]),
            exposed_ports: ["80/tcp".to_owned()].into(),
            healthcheck: Some(serde_json::json!({ "Test": ["HTTP", format!("http://localhost/{name}")] })),
            ..ImageConfig::default()
        }
    }

    #[test]
    fn what_the_first_image_said_gives_way_and_what_was_asked_for_stays() {
        let (old, new) = (image("old"), image("new"));
        let mut plain = Config::default();
        merge(&mut plain, &old);
        let mut next = asked(&plain, &old);
        merge(&mut next, &new);
        let mut fresh = Config::default();
        merge(&mut fresh, &new);
        assert_eq!(next, fresh, "nothing was asked for");
        let own = Config {
            env: Some(vec!["NAME=mine".to_owned(), "MORE=1".to_owned()]),
            cmd: Some(sampan_api::StrSlice(words("--mine"))),
            user: "me".to_owned(),
            labels: BTreeMap::from([("image".to_owned(), "mine".to_owned())]),
            ..Config::default()
        };
        let mut made = own.clone();
        merge(&mut made, &old);
        let mut next = asked(&made, &old);
        merge(&mut next, &new);
        let mut fresh = own;
        merge(&mut fresh, &new);
        assert_eq!(next, fresh, "the same as if it had been made with the new image");
    }
}
