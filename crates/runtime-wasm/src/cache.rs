//! The host's compile cache, kept in the store.

use sampan_store::{CodeCacheError, Outcome};
use sampan_wasm_host::{CachedCode, CodeCache, CodeKey, HostError};

use crate::memory;

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
                memory::holding("code", &code)
                    .map(|file| (CachedCode { file }, false))
                    .map_err(|e| HostError::Cache(Box::new(e)))
            }
            Err(CodeCacheError::Store(error)) => Err(HostError::Cache(Box::new(error))),
        }
    }
}
