//! The same image with another program.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, Mode, OFlags, ResolveFlags, openat, openat2};
use sampan_store::{Descriptor, Lease, MAX_MANIFEST, Store};
use sampan_types::time::rfc3339;
use sampan_types::{Digest, media};
use serde_json::{Value, json};

use crate::error::{ImageError, Result};
use crate::pack::json as written;
use crate::prepare::{Prepared, Program, prepare};
use crate::resolve::Request;
use crate::unpack::UnpackOptions;
use crate::wasm::{summarise, validate};

/// What takes a program's place.
#[derive(Clone, Debug)]
pub struct Exchange<'e> {
    /// A binary module or component.
    pub wasm: &'e [u8],
    /// Further labels of an image with files, or annotations of an artifact.
    pub labels: BTreeMap<String, String>,
    /// When it was made, in seconds since 1970.
    pub created: u64,
    /// As the history shows it.
    pub created_by: &'e str,
}

/// Writes an image that is the same as `top` in everything but its program, and gives its manifest; it has no name
/// yet. An artifact's layer is replaced; an image with files gets one more layer with the file.
pub fn exchange_program(
    store: &Store,
    lease: &Lease,
    top: &Descriptor,
    request: &Request,
    exchange: &Exchange<'_>,
) -> Result<Descriptor> {
    let prepared = prepare(store, lease, top, request, None, &[], &UnpackOptions::default())?;
    let runnable = &prepared.runnable;
    validate(exchange.wasm, "the program")?;
    let manifest = document(lease, &runnable.manifest, "manifest")?;
    let kind = manifest["config"]["mediaType"].as_str();
    let known = kind
        .is_some_and(|kind| [media::OCI_CONFIG, media::DOCKER_CONFIG, media::WASM_CONFIG].contains(&kind));
    let config = match known {
        true => Some(document(lease, &runnable.config_digest, "configuration")?),
        false => None,
    };
    let mut documents = Documents { manifest, config };
    match &prepared.program {
        Program::Blob { digest, .. } => documents.replace_layer(lease, digest, exchange)?,
        Program::InRootfs(located) => {
            let path = real_path(&prepared, &located.path)?;
            documents.add_layer(lease, &path, exchange)?;
        }
    }
    documents.put(lease)
}

struct Documents {
    manifest: Value,
    /// `None` where it is of a kind that says nothing of containers, and stays.
    config: Option<Value>,
}

impl Documents {
    fn replace_layer(&mut self, lease: &Lease, old: &Digest, exchange: &Exchange<'_>) -> Result<()> {
        let blob = lease.blobs().put(exchange.wasm, None)?;
        let old = json!(old);
        for layer in self.manifest["layers"].as_array_mut().into_iter().flatten() {
            if layer["digest"] == old {
                layer["digest"] = json!(blob.digest);
                layer["size"] = json!(blob.size);
            }
        }
        if let Some(config) = &mut self.config {
            // Some builders list a Wasm layer among the archives.
            for list in ["/layerDigests", "/rootfs/diff_ids"] {
                let list = config.pointer_mut(list).and_then(Value::as_array_mut);
                for digest in list.into_iter().flatten().filter(|digest| **digest == old) {
                    *digest = json!(blob.digest);
                }
            }
            let summary = summarise(exchange.wasm, "the program")?;
            if let Some(component) = config.get_mut("component").and_then(Value::as_object_mut) {
                component.insert("imports".to_owned(), json!(summary.imports));
                component.insert("exports".to_owned(), json!(summary.exports));
            }
            config["created"] = json!(rfc3339(exchange.created));
        }
        for (name, value) in &exchange.labels {
            self.manifest["annotations"][name] = json!(value);
        }
        Ok(())
    }

    fn add_layer(&mut self, lease: &Lease, path: &Path, exchange: &Exchange<'_>) -> Result<()> {
        let archive = archive(path, exchange)?;
        let blob = lease.blobs().put(&archive, None)?;
        let docker = self.manifest["mediaType"] == media::DOCKER_MANIFEST;
        let kind = if docker {
            media::DOCKER_LAYER
        } else {
            media::OCI_LAYER
        };
        let layer = Descriptor::new(kind, blob.digest.clone(), blob.size);
        push(&mut self.manifest["layers"], json!(layer));
        // An image with files has a configuration of a known kind, which was read as one.
        let config = self.config.get_or_insert_with(|| json!({}));
        // It is not compressed, so its digest is also that of what comes out.
        push(&mut config["rootfs"]["diff_ids"], json!(blob.digest));
        let created = rfc3339(exchange.created);
        let step = json!({ "created": created, "created_by": exchange.created_by });
        push(&mut config["history"], step);
        config["created"] = json!(created);
        for (name, value) in &exchange.labels {
            config["config"]["Labels"][name] = json!(value);
        }
        Ok(())
    }

    fn put(mut self, lease: &Lease) -> Result<Descriptor> {
        if let Some(config) = &self.config {
            let config = lease.blobs().put(&written(config)?, None)?;
            self.manifest["config"]["digest"] = json!(config.digest);
            self.manifest["config"]["size"] = json!(config.size);
        }
        let kind = self.manifest["mediaType"]
            .as_str()
            .unwrap_or(media::OCI_MANIFEST)
            .to_owned();
        let made = lease.blobs().put(&written(&self.manifest)?, None)?;
        Ok(Descriptor::new(kind, made.digest, made.size))
    }
}

fn push(list: &mut Value, value: Value) {
    match list {
        Value::Array(all) => all.push(value),
        other => *other = Value::Array(vec![value]),
    }
}

fn document(lease: &Lease, digest: &Digest, what: &'static str) -> Result<Value> {
    let bytes = lease.blobs().read_blob(digest, MAX_MANIFEST)?;
    let value: Value = serde_json::from_slice(&bytes).map_err(|source| ImageError::Document {
        what,
        digest: digest.clone(),
        source,
    })?;
    if value.is_object() {
        return Ok(value);
    }
    Err(ImageError::Unusable {
        what,
        digest: digest.clone(),
        why: "it is no object".to_owned(),
    })
}

/// The path of the program without links on its way, so that the layer hides none of them.
fn real_path(prepared: &Prepared, path: &Path) -> Result<PathBuf> {
    let failed = |source: std::io::Error| ImageError::Io {
        action: "find",
        what: format!("`{}` of the image", path.display()),
        source,
    };
    let root = prepared
        .rootfs
        .as_ref()
        .ok_or_else(|| ImageError::NoProgram(prepared.runnable.id.clone()))?;
    let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let root_fd = openat(CWD, root.path(), flags, Mode::empty()).map_err(|e| failed(e.into()))?;
    let how = ResolveFlags::IN_ROOT | ResolveFlags::NO_MAGICLINKS;
    let file = openat2(&root_fd, path, OFlags::PATH | OFlags::CLOEXEC, Mode::empty(), how)
        .map_err(|e| failed(e.into()))?;
    let place = |fd: &std::os::fd::OwnedFd| {
        use std::os::fd::AsRawFd;
        std::fs::read_link(format!("/proc/self/fd/{}", fd.as_raw_fd())).map_err(failed)
    };
    let (root, file) = (place(&root_fd)?, place(&file)?);
    file.strip_prefix(&root)
        .map(Path::to_path_buf)
        .map_err(|e| failed(std::io::Error::other(e)))
}

/// An archive of one file.
fn archive(path: &Path, exchange: &Exchange<'_>) -> Result<Vec<u8>> {
    let failed = |source| ImageError::Io {
        action: "pack",
        what: format!("`{}`", path.display()),
        source,
    };
    let mut header = tar::Header::new_ustar();
    header.set_size(exchange.wasm.len() as u64);
    header.set_mode(0o755);
    header.set_mtime(exchange.created);
    let mut builder = tar::Builder::new(Vec::with_capacity(exchange.wasm.len() + 4096));
    builder
        .append_data(&mut header, path, exchange.wasm)
        .map_err(failed)?;
    builder.into_inner().map_err(failed)
}
