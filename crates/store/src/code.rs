//! Compiled code, verified by a keyed hash on every use.

use std::fs::File;
use std::sync::Arc;

use sampan_types::{Classified, ErrorClass};

use crate::error::{Result, StoreError};
use crate::store::Inner;

/// The name of an entry: 16 to 128 lower-case hexadecimal digits, a hash of all that the code depends on.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CodeKey(Box<str>);

impl CodeKey {
    /// Checks the form.
    pub fn new(_hex: &str) -> Result<Self> {
        todo!()
    }
    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// How an entry came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was there and is intact.
    Hit,
    /// It was made now.
    Created,
    /// It was there but damaged, and was made anew.
    Repaired,
}

/// Verified code.
#[derive(Debug)]
pub struct CachedCode {
    /// Open for reading; the code begins at offset 0 and ends with the file, so it can be mapped.
    pub file: File,
    /// The size in bytes.
    pub size: u64,
    /// How it came about.
    pub outcome: Outcome,
}

/// Why there is no cached code.
#[derive(Debug, thiserror::Error)]
pub enum CodeCacheError<E: std::error::Error + 'static> {
    /// The store failed before anything was compiled.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The code was made but could not be kept (a full disk): it can be used, just not from the cache.
    #[error("compiled code could not be kept in the cache")]
    NotKept {
        /// What was made.
        code: Vec<u8>,
        /// Why it was not kept.
        source: StoreError,
    },
    /// Making it failed.
    #[error(transparent)]
    Create(E),
}

impl<E: Classified> Classified for CodeCacheError<E> {
    fn class(&self) -> ErrorClass {
        match self {
            Self::Store(e) | Self::NotKept { source: e, .. } => e.class(),
            Self::Create(e) => e.class(),
        }
    }
    fn hint(&self) -> Option<String> {
        match self {
            Self::Store(e) | Self::NotKept { source: e, .. } => e.hint(),
            Self::Create(e) => e.hint(),
        }
    }
}

/// The cache of compiled code.
#[derive(Clone, Debug)]
pub struct CodeCache {
    pub(crate) inner: Arc<Inner>,
}

impl CodeCache {
    /// The entry if it is there and intact. A damaged one is removed and logged.
    pub fn get(&self, _key: &CodeKey) -> Result<Option<CachedCode>> {
        todo!()
    }
    /// The entry, made by `create` where there is none. Of several processes that ask for the same missing
    /// entry, one creates it and the others wait.
    pub fn get_or_create<E: std::error::Error + 'static>(
        &self,
        _key: &CodeKey,
        _create: &mut dyn FnMut() -> Result<Vec<u8>, E>,
    ) -> Result<CachedCode, CodeCacheError<E>> {
        todo!()
    }
    /// Removes an entry. `false` where there was none.
    pub fn remove(&self, _key: &CodeKey) -> Result<bool> {
        todo!()
    }
}
