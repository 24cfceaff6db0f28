//! The host's compile cache, kept in the store.

use std::fs::File;
use std::io::{Seek, SeekFrom, Write};

use rustix::fs::{MemfdFlags, memfd_create};
use sampan_store::{CodeCacheError, Outcome};
use sampan_types::{Classified, ErrorClass};
use sampan_wasm_host::{CachedCode, CodeCache, CodeKey, HostError};

/// Machine code in the store, verified by its keyed hash each time that it is used.
#[derive(Clone, Debug)]
pub(crate) struct StoreCache(sampan_store::CodeCache);

impl StoreCache {
    pub(crate) const fn new(cache: sampan_store::CodeCache) -> Self {
        Self(cache)
    }
}

impl CodeCache for StoreCache {
    fn get_or_compile(
        &self,
        key: &CodeKey,
        compile: &mut dyn FnMut() -> Result<Vec<u8>, HostError>,
    ) -> Result<(CachedCode, bool), HostError> {
        let key = sampan_store::CodeKey::new(&key.to_string().replace('-', ""))
            .map_err(|e| HostError::Cache(Box::new(e)))?;
        match self.0.get_or_create(&key, compile) {
            Ok(code) => Ok((CachedCode { file: code.file }, code.outcome == Outcome::Hit)),
            Err(CodeCacheError::Create(error)) => Err(error),
            // A disk that is full slows the next start; it does not stop this one.
            Err(CodeCacheError::NotKept { code, source }) => {
                tracing::warn!(error = %source, "compiled code could not be kept; the next run compiles again");
                in_memory(&code)
                    .map(|file| (CachedCode { file }, false))
                    .map_err(|e| HostError::Cache(Box::new(e)))
            }
            Err(CodeCacheError::Store(error)) => {
                debug_assert!(
                    error.class() != ErrorClass::InvalidInput,
                    "the key's form is ours"
                );
                Err(HostError::Cache(Box::new(error)))
            }
        }
    }
}

fn in_memory(code: &[u8]) -> std::io::Result<File> {
    let mut file = File::from(memfd_create("code", MemfdFlags::CLOEXEC)?);
    file.write_all(code)?;
    file.seek(SeekFrom::Start(0))?;
    Ok(file)
}
