//! The host's compile cache, kept in the store.

use sampan_store::{CodeCacheError, Outcome, StoreError, digest_of};
use sampan_types::{Algorithm, Digest};
use sampan_wasm_host::{CachedCode, CodeCache, CodeKey, HostError};

use crate::memory;

/// Machine code in the store, verified by its keyed hash each time that it is used.
#[derive(Clone, Debug)]
pub(crate) struct StoreCache(sampan_store::CodeCache);

impl StoreCache {
    pub(crate) const fn new(cache: sampan_store::CodeCache) -> Self {
        Self(cache)
    }

    /// The cache for one program, whose bytes are hashed before code is made of them.
    pub(crate) const fn of<'a>(&'a self, program: &'a Original<'a>) -> OwnCache<'a> {
        OwnCache { cache: self, program }
    }

    fn get(&self, key: &CodeKey) -> Option<CachedCode> {
        // Where it cannot be read it is made, which tells why.
        let held = self.0.get(&name(key).ok()?).ok().flatten()?;
        Some(CachedCode { file: held.file })
    }

    fn get_or_compile(
        &self,
        key: &CodeKey,
        compile: &mut dyn FnMut() -> Result<Vec<u8>, HostError>,
    ) -> Result<(CachedCode, bool), HostError> {
        let key = name(key).map_err(|e| HostError::Cache(Box::new(e)))?;
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

/// A program as it was read: binary or text.
#[derive(Debug)]
pub(crate) struct Original<'a> {
    pub(crate) bytes: &'a [u8],
    /// What the caller was promised.
    pub(crate) digest: Digest,
    pub(crate) name: String,
}

impl Original<'_> {
    /// Hashes the bytes. Between the hashing that gave the digest and the reading there may be days: a blob can
    /// rot, a file can be written.
    pub(crate) fn check(&self) -> Result<(), HostError> {
        if digest_of(self.digest.algorithm(), self.bytes) == self.digest {
            return Ok(());
        }
        Err(HostError::Changed {
            name: self.name.clone(),
            digest: self.digest.clone(),
        })
    }
}

/// The cache for one program. A warm start hashes the code alone; before code is made, and before it gets the
/// name of a digest, the bytes that it is made of are hashed.
#[derive(Debug)]
pub(crate) struct OwnCache<'a> {
    cache: &'a StoreCache,
    program: &'a Original<'a>,
}

impl CodeCache for OwnCache<'_> {
    fn get_or_compile(
        &self,
        key: &CodeKey,
        compile: &mut dyn FnMut() -> Result<Vec<u8>, HostError>,
    ) -> Result<(CachedCode, bool), HostError> {
        self.cache.get_or_compile(key, &mut || {
            self.program.check()?;
            compile()
        })
    }

    fn get(&self, key: &CodeKey) -> Option<CachedCode> {
        self.cache.get(key)
    }
}

/// An entry's name, of one length whatever the length of the module's digest.
fn name(key: &CodeKey) -> Result<sampan_store::CodeKey, StoreError> {
    sampan_store::CodeKey::new(digest_of(Algorithm::Sha256, key.to_string().as_bytes()).hex())
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use sampan_types::{Classified as _, ErrorClass, Limits};
    use sampan_wasm_host::{Compiler, Host, HostConfig, InProcessCompiler, ModuleSource, Program};

    use super::*;

    const MODULE: &[u8] = b"\0asm\x01\0\0\0";
    const OTHER: &[u8] = b"\0asm\x01\0\0\0\0\x02\x01x";

    struct Counting(AtomicUsize);

    impl Compiler for Counting {
        fn compile(&self, wasm: &[u8], config: &HostConfig, limits: &Limits) -> Result<Vec<u8>, HostError> {
            self.0.fetch_add(1, Ordering::Relaxed);
            InProcessCompiler.compile(wasm, config, limits)
        }
    }

    fn load(cache: &StoreCache, bytes: &[u8], digest: &Digest) -> (Result<Program, HostError>, usize) {
        let host = Host::new(HostConfig::default()).unwrap();
        let original = Original {
            bytes,
            digest: digest.clone(),
            name: "app.wasm".into(),
        };
        let source = ModuleSource {
            bytes,
            digest: digest.clone(),
            name: "app.wasm".into(),
        };
        let compiler = Counting(AtomicUsize::new(0));
        let program = host.load(&source, &Limits::default(), Some(&cache.of(&original)), &compiler);
        (program, compiler.0.load(Ordering::Relaxed))
    }

    fn cache(folder: &tempfile::TempDir) -> StoreCache {
        let store = sampan_store::Store::open(&folder.path().join("root")).unwrap();
        StoreCache::new(store.code_cache())
    }

    #[test]
    fn changed_bytes_are_neither_compiled_nor_kept() {
        let folder = tempfile::tempdir().unwrap();
        let cache = cache(&folder);
        let digest = digest_of(Algorithm::Sha256, MODULE);
        let (refused, compiled) = load(&cache, OTHER, &digest);
        let error = refused.err().unwrap();
        assert_eq!((error.class(), compiled), (ErrorClass::Corrupt, 0), "{error}");
        assert!(error.to_string().contains(&digest.to_string()), "{error}");
        assert!(error.hint().is_some());
        let (right, compiled) = load(&cache, MODULE, &digest);
        assert!(!right.unwrap().from_cache());
        assert_eq!(compiled, 1);
    }

    #[test]
    fn programs_of_every_digest_are_kept() {
        let folder = tempfile::tempdir().unwrap();
        let cache = cache(&folder);
        for algorithm in Algorithm::ALL {
            let digest = digest_of(algorithm, MODULE);
            assert!(!load(&cache, MODULE, &digest).0.unwrap().from_cache());
            assert!(load(&cache, MODULE, &digest).0.unwrap().from_cache());
        }
    }
}
