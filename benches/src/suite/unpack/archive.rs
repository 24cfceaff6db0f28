//! The image that is unpacked: a Debian in several layers, as an OCI layout that is a docker-archive as well.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::NAME;
use crate::setup::Setup;

/// What of a Debian lies in a layer of its own; the rest is the lowest one.
const PARTS: [&str; 4] = ["./usr/lib", "./usr/share", "./usr/bin", "./var"];

pub(super) struct Archive {
    pub(super) path: PathBuf,
    pub(super) layers: usize,
    /// Bytes of the layers, as they are and as they come.
    pub(super) unpacked: u64,
    pub(super) packed: u64,
}

fn done(command: &mut Command) -> Result<String> {
    let output = command
        .output()
        .with_context(|| format!("cannot start {command:?}"))?;
    if !output.status.success() {
        bail!("{command:?} failed: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The digest and length of a file.
fn digest(path: &Path) -> Result<(String, u64)> {
    let told = done(Command::new("sha256sum").arg(path))?;
    let hex = told.split(' ').next().unwrap_or_default().to_owned();
    Ok((hex, fs::metadata(path)?.len()))
}

impl Archive {
    /// `None` where such an image cannot be had. The Debian itself is kept for the next run.
    pub(super) fn make(setup: &Setup) -> Result<Option<Self>> {
        let root = done(Command::new("id").arg("-u"))?.trim() == "0";
        if !root || !Path::new("/usr/sbin/debootstrap").exists() {
            return Ok(None);
        }
        let debian = setup
            .work
            .parent()
            .unwrap_or(&setup.work)
            .join("debian-with-more");
        if !debian.join("whole").exists() {
            let _ = fs::remove_dir_all(&debian);
            done(
                Command::new("debootstrap")
                    .args([
                        "--variant=minbase",
                        "--include=python3,perl,git,build-essential",
                        "bookworm",
                    ])
                    .arg(&debian),
            )?;
            fs::write(debian.join("whole"), "")?;
        }
        let folder = setup.work.join("unpack");
        let blobs = folder.join("layout/blobs/sha256");
        fs::create_dir_all(&blobs)?;
        let (mut ids, mut layers, mut unpacked, mut packed) = (Vec::new(), Vec::new(), 0, 0);
        let mut parts: Vec<Vec<String>> =
            vec![PARTS.iter().map(|part| format!("--exclude={part}")).collect()];
        parts[0].push(".".to_owned());
        parts.extend(PARTS.iter().map(|part| vec![(*part).to_owned()]));
        for part in parts {
            let tar = folder.join("layer.tar");
            done(
                Command::new("tar")
                    .arg("-C")
                    .arg(&debian)
                    .args(["--numeric-owner", "--sort=name", "-cf"])
                    .arg(&tar)
                    .args(&part),
            )?;
            let (id, length) = digest(&tar)?;
            ids.push(format!("\"sha256:{id}\""));
            unpacked += length;
            done(Command::new("gzip").args(["-n", "-f"]).arg(&tar))?;
            let gzip = folder.join("layer.tar.gz");
            let (hex, length) = digest(&gzip)?;
            fs::rename(&gzip, blobs.join(&hex))?;
            layers.push((hex, length));
            packed += length;
        }
        let path = folder.join("image.tar");
        documents(&folder.join("layout"), &ids.join(","), &layers)?;
        let layout = folder.join("layout");
        done(
            Command::new("tar")
                .arg("-C")
                .arg(&layout)
                .arg("-cf")
                .arg(&path)
                .arg("."),
        )?;
        fs::remove_dir_all(&layout)?;
        Ok(Some(Self {
            path,
            layers: layers.len(),
            unpacked,
            packed,
        }))
    }
}

fn documents(layout: &Path, ids: &str, layers: &[(String, u64)]) -> Result<()> {
    let blob = |text: &str| -> Result<(String, u64)> {
        let path = layout.join("document");
        fs::write(&path, text)?;
        let (hex, length) = digest(&path)?;
        fs::rename(&path, layout.join("blobs/sha256").join(&hex))?;
        Ok((hex, length))
    };
    let each =
        |form: &dyn Fn(&(String, u64)) -> String| layers.iter().map(form).collect::<Vec<_>>().join(",");
    let (config, length) = blob(&format!(
        r#"{{"architecture":"amd64","os":"linux","config":{{"Cmd":["/bin/true"]}},"rootfs":{{"type":"layers","diff_ids":[{ids}]}}}}"#
    ))?;
    let listed = each(&|(hex, length)| {
        format!(
            r#"{{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","digest":"sha256:{hex}","size":{length}}}"#
        )
    });
    let (manifest, size) = blob(&format!(
        r#"{{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"sha256:{config}","size":{length}}},"layers":[{listed}]}}"#
    ))?;
    fs::write(layout.join("oci-layout"), r#"{"imageLayoutVersion":"1.0.0"}"#)?;
    let index = format!(
        r#"{{"schemaVersion":2,"manifests":[{{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"sha256:{manifest}","size":{size},"annotations":{{"io.containerd.image.name":"{NAME}","org.opencontainers.image.ref.name":"latest"}}}}]}}"#
    );
    fs::write(layout.join("index.json"), index)?;
    let listed = each(&|(hex, _)| format!(r#""blobs/sha256/{hex}""#));
    let docker =
        format!(r#"[{{"Config":"blobs/sha256/{config}","RepoTags":["{NAME}"],"Layers":[{listed}]}}]"#);
    Ok(fs::write(layout.join("manifest.json"), docker)?)
}
