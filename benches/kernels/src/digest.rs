//! Checksums over one megabyte.

use sha2::Digest as _;

use crate::data::{fold, noise};

pub fn sha256(iterations: u64) -> u64 {
    let data = noise(1 << 20);
    (0..iterations).fold(0, |sum, i| {
        let mut hash = sha2::Sha256::new();
        hash.update(i.to_le_bytes());
        hash.update(&data);
        fold(sum, &hash.finalize())
    })
}

pub fn blake3(iterations: u64) -> u64 {
    let data = noise(1 << 20);
    (0..iterations).fold(0, |sum, i| {
        let mut hash = blake3::Hasher::new();
        hash.update(&i.to_le_bytes());
        hash.update(&data);
        fold(sum, hash.finalize().as_bytes())
    })
}

pub fn crc32(iterations: u64) -> u64 {
    let data = noise(1 << 20);
    (0..iterations).fold(0, |sum, i| {
        let mut hash = crc32fast::Hasher::new_with_initial(i as u32);
        hash.update(&data);
        fold(sum, &hash.finalize().to_le_bytes())
    })
}
