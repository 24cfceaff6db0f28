//! What a file or image is and may do, without running any of it.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use sampan_image::unpack::UnpackOptions;
use sampan_image::{ImageInspect, Request, export_wasm};
use sampan_runtime::Inspection;
use sampan_types::platform::Kind;
use sampan_types::{ByteCount, Digest, Limits, Platform};
use serde::Serialize;

use crate::containers::LastUse;
use crate::engine::Engine;
use crate::error::EngineError;

/// A program, with what is known of it.
#[derive(Clone, Debug, Serialize)]
pub struct Inspected {
    /// Digest of the program.
    pub digest: Digest,
    /// Its size.
    pub size: ByteCount,
    /// What it is and could ask for.
    pub program: Inspection,
    /// What its last run used, where it used something.
    pub last_use: Option<LastUse>,
    /// The limits that it runs under unless others are set.
    pub limits: Limits,
    /// The image that it is in.
    pub image: Option<ImageInspect>,
}

impl Engine {
    /// Looks into a file.
    pub fn inspect_file(&self, path: &Path) -> Result<Inspected, EngineError> {
        let file = crate::containers::open_program(path, &Limits::default())?;
        let digested = self.store.digest_of_file(file, path)?;
        let read = |source| EngineError::Read {
            path: path.to_path_buf(),
            source,
        };
        let bytes = bounded(digested.file).map_err(read)?;
        self.inspected(digested.digest, &bytes, None)
    }

    /// Looks into an image that is here. `text` is a name or the beginning of an id.
    pub fn inspect_image(&self, text: &str, platform: Option<Platform>) -> Result<Inspected, EngineError> {
        let lease = self.store.lease()?;
        let record = self.find_image(&lease, text)?;
        let request = platform.map_or_else(Request::any, Request::on);
        let image = sampan_image::inspect(&lease, &record.descriptor, &request)?;
        let (file, _) = export_wasm(
            &self.store,
            &lease,
            &record.descriptor,
            &request,
            &UnpackOptions::default(),
        )?;
        let digested = self.store.digest_of_file(file, Path::new(text))?;
        let bytes = bounded(digested.file).map_err(|source| EngineError::Read {
            path: text.into(),
            source,
        })?;
        self.inspected(digested.digest, &bytes, Some(image))
    }

    fn inspected(
        &self,
        digest: Digest,
        bytes: &[u8],
        image: Option<ImageInspect>,
    ) -> Result<Inspected, EngineError> {
        Ok(Inspected {
            size: ByteCount::new(bytes.len() as u64),
            program: self.runtime(Kind::Wasm)?.inspect(bytes)?,
            last_use: self.last_use(&digest),
            limits: Limits::default(),
            digest,
            image,
        })
    }
}

/// Reads a program, but not more than any limit lets run.
pub(crate) fn bounded(file: File) -> std::io::Result<Vec<u8>> {
    let max = Limits::default().module_size.get();
    let mut bytes = Vec::new();
    if file.take(max + 1).read_to_end(&mut bytes)? as u64 > max {
        return Err(std::io::Error::other(format!(
            "it is larger than {}",
            ByteCount::new(max)
        )));
    }
    Ok(bytes)
}
