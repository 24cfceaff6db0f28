//! Files with content that is random, but the same at each run.

use std::io::{self, Write};
use std::path::Path;

/// A stream of bytes from a seed (xorshift64*), which no compression makes smaller.
#[derive(Clone, Debug)]
pub struct Noise(u64);

impl Noise {
    /// The same seed gives the same bytes.
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// The next 64 bits.
    pub fn word(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// Writes `bytes` of it.
    pub fn write(&mut self, mut bytes: u64, to: &mut dyn Write) -> io::Result<()> {
        let mut block = [0; 8192];
        while bytes > 0 {
            for word in block.chunks_exact_mut(8) {
                word.copy_from_slice(&self.word().to_le_bytes());
            }
            let part = bytes.min(block.len() as u64);
            to.write_all(&block[..part as usize])?;
            bytes -= part;
        }
        Ok(())
    }

    /// `bytes` of it.
    pub fn take(&mut self, bytes: usize) -> Vec<u8> {
        let mut all = Vec::with_capacity(bytes);
        self.write(bytes as u64, &mut all).expect("a vector takes all");
        all
    }
}

/// Makes a file of `bytes` of noise.
pub fn noise_file(path: &Path, seed: u64, bytes: u64) {
    let made = std::fs::File::create(path).and_then(|file| {
        let mut file = io::BufWriter::with_capacity(1 << 20, file);
        Noise::new(seed).write(bytes, &mut file)?;
        file.flush()
    });
    if let Err(error) = made {
        panic!("cannot make `{}`: {error}", path.display());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noise_repeats_by_seed_alone() {
        assert_eq!(Noise::new(7).take(100), Noise::new(7).take(100));
        assert_ne!(Noise::new(7).take(100), Noise::new(8).take(100));
        assert_eq!(Noise::new(7).take(9999).len(), 9999);
    }
}
