//! The secret under which the hashes of compiled code and of the file memo are made. Whoever can write into
//! the cache but not read the key cannot make an entry that is believed.

use std::path::Path;

use blake3::{Hash, Hasher};
use sampan_types::ByteCount;

use crate::disk::{self, Hold};
use crate::error::Result;
use crate::store::Inner;

const LENGTH: usize = 32;

impl Inner {
    /// The key, made once for each store, whoever comes first.
    pub(crate) fn key(&self) -> Result<&[u8; LENGTH]> {
        if let Some(key) = self.key.get() {
            return Ok(key);
        }
        let path = self.code().join("key");
        let key = match read(&path)? {
            Some(key) => key,
            None => match self.create_key(&path) {
                // Nothing was ever kept under it, and nothing can be kept now: one for this process does.
                Err(error) if error.is_unwritable() => fresh()?,
                created => created?,
            },
        };
        Ok(self.key.get_or_init(|| key))
    }

    fn create_key(&self, path: &Path) -> Result<[u8; LENGTH]> {
        let _lock = disk::wait_file(&self.lock_path("key"), Hold::Exclusive)?;
        if let Some(key) = read(path)? {
            return Ok(key);
        }
        if path.exists() {
            tracing::warn!(path = %path.display(), "the key of the code cache is damaged: all code is compiled anew");
        }
        let key = fresh()?;
        self.write_record(path, &key, 0o600)?;
        Ok(key)
    }

    /// A hash that only a holder of the key can make. `domain` keeps its uses apart.
    pub(crate) fn keyed(&self, domain: &str, parts: &[&[u8]]) -> Result<Hash> {
        let mut hasher = Hasher::new_keyed(self.key()?);
        for part in parts {
            hasher.update(part);
        }
        Ok(seal(hasher, domain, parts.len() as u64))
    }
}

fn fresh() -> Result<[u8; LENGTH]> {
    let mut key = [0; LENGTH];
    disk::random(&mut key)?;
    Ok(key)
}

/// Ends a keyed hash with what it is for. Only one part, the first, may vary in length.
pub(crate) fn seal(mut hasher: Hasher, domain: &str, parts: u64) -> Hash {
    hasher.update(domain.as_bytes());
    hasher.update(&(domain.len() as u64).to_le_bytes());
    hasher.update(&parts.to_le_bytes());
    hasher.finalize()
}

/// `None` also where the file does not have the right length.
fn read(path: &Path) -> Result<Option<[u8; LENGTH]>> {
    Ok(match disk::read_small(path, ByteCount::kib(1)) {
        Ok(bytes) => bytes.and_then(|bytes| bytes.try_into().ok()),
        Err(crate::StoreError::TooLarge { .. }) => None,
        Err(error) => return Err(error),
    })
}
