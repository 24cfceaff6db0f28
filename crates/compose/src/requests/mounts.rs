//! What a container sees of volumes and of the host.

use sampan_api::container::{BindOptions, HostConfig, ImageOptions, Mount, TmpfsOptions, VolumeOptions};

use super::Own;
use crate::{ComposeError, Mounted, Project, Service, Volume};

/// An anonymous volume of a container whose place another one takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Kept {
    pub(crate) name: String,
    pub(crate) target: String,
}

pub(super) fn put_in(
    project: &Project,
    service: &Service,
    own: &Own,
    host: &mut HostConfig,
) -> Result<(), ComposeError> {
    let kept = own.kept.as_slice();
    let mut binds = Vec::new();
    let mut mounts = Vec::new();
    for volume in &service.volumes {
        match bind(volume) {
            Some(bind) => binds.push(bind),
            None => mounts.push(mount(project, volume, kept)),
        }
    }
    for kept in kept {
        let named = service.volumes.iter().any(|volume| volume.target == kept.target);
        if !named {
            mounts.push(Mount {
                kind: "volume".to_owned(),
                source: kept.name.clone(),
                target: kept.target.clone(),
                ..Mount::default()
            });
        }
    }
    let contents = [
        ("secrets", &service.secrets, &project.secrets),
        ("configs", &service.configs, &project.configs),
    ];
    for (key, wanted, all) in contents {
        for mounted in wanted {
            let place = format!("services.{}.{key}", service.name);
            let content = all
                .get(&mounted.source)
                .ok_or_else(|| ComposeError::model(&*place, format!("names `{}`", mounted.source)))?;
            if content.external {
                let what = format!(
                    "names `{}`, which is external, and only a swarm has those",
                    mounted.source
                );
                return Err(ComposeError::model(place, what));
            }
            if let Some(file) = &content.file
                && own.mounts_files
            {
                mounts.push(content_mount(mounted, &file.to_string_lossy()));
            }
        }
    }
    host.volumes_from = volumes_from(project, service);
    host.binds = (!binds.is_empty()).then_some(binds);
    host.mounts = mounts;
    for tmpfs in &service.tmpfs {
        let (target, options) = tmpfs.split_once(':').unwrap_or((tmpfs, ""));
        host.tmpfs.insert(target.to_owned(), options.to_owned());
    }
    Ok(())
}

/// A folder of the host that is made where it is not there, for which the API has the older form alone.
fn bind(volume: &Volume) -> Option<String> {
    let options = volume.bind.as_ref()?;
    if volume.kind != "bind" || !options.create_host_path {
        return None;
    }
    let mut words: Vec<&str> = Vec::new();
    if volume.read_only {
        words.push("ro");
    }
    words.extend(options.propagation.as_deref());
    let source = volume.source.as_deref().unwrap_or_default();
    let mut text = format!("{source}:{}", volume.target);
    if !words.is_empty() {
        text.push(':');
        text.push_str(&words.join(","));
    }
    Some(text)
}

fn mount(project: &Project, volume: &Volume, kept: &[Kept]) -> Mount {
    let source = volume.source.clone().unwrap_or_default();
    let source = match volume.kind.as_str() {
        "volume" if source.is_empty() => {
            let before = kept.iter().find(|kept| kept.target == volume.target);
            before.map(|kept| kept.name.clone()).unwrap_or_default()
        }
        "volume" => project
            .volumes
            .get(&source)
            .map_or(source, |named| named.name.clone()),
        _ => source,
    };
    Mount {
        kind: volume.kind.clone(),
        source,
        target: volume.target.clone(),
        read_only: volume.read_only,
        bind_options: volume
            .bind
            .as_ref()
            .filter(|_| volume.kind == "bind")
            .map(|bind| BindOptions {
                propagation: bind.propagation.clone().unwrap_or_default(),
                ..BindOptions::default()
            }),
        volume_options: volume.volume.as_ref().map(|options| VolumeOptions {
            no_copy: options.nocopy,
            subpath: options.subpath.clone().unwrap_or_default(),
            ..VolumeOptions::default()
        }),
        tmpfs_options: volume.tmpfs.as_ref().map(|tmpfs| TmpfsOptions {
            size_bytes: tmpfs.size.unwrap_or(0),
            mode: tmpfs.mode.and_then(|mode| u32::try_from(mode).ok()).unwrap_or(0),
            ..TmpfsOptions::default()
        }),
        image_options: volume.image.as_ref().map(|image| ImageOptions {
            subpath: image.subpath.clone().unwrap_or_default(),
        }),
        ..Mount::default()
    }
}

fn content_mount(mounted: &Mounted, file: &str) -> Mount {
    Mount {
        kind: "bind".to_owned(),
        source: file.to_owned(),
        target: mounted.target.clone(),
        read_only: true,
        ..Mount::default()
    }
}

fn volumes_from(project: &Project, service: &Service) -> Option<Vec<String>> {
    let all = service
        .volumes_from
        .iter()
        .map(|from| match from.strip_prefix("container:") {
            Some(container) => container.to_owned(),
            None => {
                let (other, mode) = from
                    .split_once(':')
                    .map_or((from.as_str(), ""), |(other, mode)| (other, mode));
                let container = project
                    .services
                    .get(other)
                    .and_then(|other| other.container_name.clone())
                    .unwrap_or_else(|| format!("{}-{other}-1", project.name));
                if mode.is_empty() {
                    container
                } else {
                    format!("{container}:{mode}")
                }
            }
        });
    let all: Vec<_> = all.collect();
    (!all.is_empty()).then_some(all)
}
