//! Digests: SHA-256 (FIPS 180-4) and MD5 (RFC 1321).

use std::io::{self, Read};

/// What takes blocks of 64 bytes.
trait Blocks {
    const BIG_ENDIAN: bool;
    fn block(&mut self, block: &[u8; 64]);
    fn hex(&self) -> String;
}

fn digest<D: Blocks>(mut state: D, mut from: impl Read) -> io::Result<String> {
    let mut buffer = vec![0; 64 << 10];
    let mut held = 0;
    let mut total = 0_u64;
    loop {
        let len = from.read(&mut buffer[held..])?;
        if len == 0 {
            break;
        }
        total += len as u64;
        held += len;
        let whole = held / 64 * 64;
        for block in buffer[..whole].as_chunks::<64>().0 {
            state.block(block);
        }
        buffer.copy_within(whole..held, 0);
        held -= whole;
    }
    let mut last = [0; 128];
    last[..held].copy_from_slice(&buffer[..held]);
    last[held] = 0x80;
    let end = if held < 56 { 64 } else { 128 };
    let bits = total.wrapping_mul(8);
    let bits = if D::BIG_ENDIAN {
        bits.to_be_bytes()
    } else {
        bits.to_le_bytes()
    };
    last[end - 8..end].copy_from_slice(&bits);
    for block in last[..end].as_chunks::<64>().0 {
        state.block(block);
    }
    Ok(state.hex())
}

/// The SHA-256 digest of all that `from` gives, in hexadecimal.
pub(crate) fn sha256(from: impl Read) -> io::Result<String> {
    // The first 32 bits of the fractional parts of the roots of the first primes.
    let primes: Vec<u32> = (2..312).filter(|n| (2..*n).all(|d| n % d != 0)).collect();
    let mut keys = [0; 64];
    for (key, prime) in keys.iter_mut().zip(&primes) {
        *key = root(*prime, 3);
    }
    let mut state = [0; 8];
    for (word, prime) in state.iter_mut().zip(&primes) {
        *word = root(*prime, 2);
    }
    digest(Sha256 { state, keys }, from)
}

/// The first 32 bits of the fractional part of the square or cube root.
fn root(prime: u32, degree: u32) -> u32 {
    // The largest r with r^degree <= prime * 2^(32 * degree), by bisection; its low 32 bits are the fraction.
    let (mut low, mut high) = (0_u128, 1 << 38);
    while high - low > 1 {
        let middle = (low + high) / 2;
        if below(middle, prime, degree) {
            low = middle
        } else {
            high = middle
        }
    }
    low as u32
}

fn below(r: u128, prime: u32, degree: u32) -> bool {
    let wanted = u128::from(prime) << (32 * degree);
    match r.checked_pow(degree) {
        Some(power) => power <= wanted,
        None => false,
    }
}

struct Sha256 {
    state: [u32; 8],
    keys: [u32; 64],
}

impl Blocks for Sha256 {
    const BIG_ENDIAN: bool = true;

    fn block(&mut self, block: &[u8; 64]) {
        let mut words = [0_u32; 64];
        for (word, bytes) in words.iter_mut().zip(block.as_chunks::<4>().0) {
            *word = u32::from_be_bytes(*bytes);
        }
        for i in 16..64 {
            let (a, b) = (words[i - 15], words[i - 2]);
            let s0 = a.rotate_right(7) ^ a.rotate_right(18) ^ (a >> 3);
            let s1 = b.rotate_right(17) ^ b.rotate_right(19) ^ (b >> 10);
            words[i] = words[i - 16]
                .wrapping_add(s0)
                .wrapping_add(words[i - 7])
                .wrapping_add(s1);
        }
        let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = self.state;
        for (word, key) in words.iter().zip(&self.keys) {
            let s1 = e.rotate_right(6) ^ e.rotate_right(11) ^ e.rotate_right(25);
            let choice = (e & f) ^ (!e & g);
            let t1 = h
                .wrapping_add(s1)
                .wrapping_add(choice)
                .wrapping_add(*key)
                .wrapping_add(*word);
            let s0 = a.rotate_right(2) ^ a.rotate_right(13) ^ a.rotate_right(22);
            let t2 = s0.wrapping_add((a & b) ^ (a & c) ^ (b & c));
            (h, g, f, e) = (g, f, e, d.wrapping_add(t1));
            (d, c, b, a) = (c, b, a, t1.wrapping_add(t2));
        }
        for (word, add) in self.state.iter_mut().zip([a, b, c, d, e, f, g, h]) {
            *word = word.wrapping_add(add);
        }
    }

    fn hex(&self) -> String {
        self.state.iter().map(|word| format!("{word:08x}")).collect()
    }
}

/// The MD5 digest of all that `from` gives, in hexadecimal.
pub(crate) fn md5(from: impl Read) -> io::Result<String> {
    let mut keys = [0; 64];
    for (i, key) in keys.iter_mut().enumerate() {
        *key = (((i + 1) as f64).sin().abs() * 4_294_967_296.0) as u32;
    }
    let state = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476];
    digest(Md5 { state, keys }, from)
}

struct Md5 {
    state: [u32; 4],
    keys: [u32; 64],
}

impl Blocks for Md5 {
    const BIG_ENDIAN: bool = false;

    fn block(&mut self, block: &[u8; 64]) {
        const TURNS: [[u32; 4]; 4] = [[7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [6, 10, 15, 21]];
        let words = block.as_chunks::<4>().0;
        let [mut a, mut b, mut c, mut d] = self.state;
        for i in 0..64 {
            let (mix, at) = match i / 16 {
                0 => ((b & c) | (!b & d), i),
                1 => ((d & b) | (!d & c), 5 * i + 1),
                2 => (b ^ c ^ d, 3 * i + 5),
                _ => (c ^ (b | !d), 7 * i),
            };
            let word = u32::from_le_bytes(words[at % 16]);
            let sum = mix.wrapping_add(a).wrapping_add(self.keys[i]).wrapping_add(word);
            (a, d, c) = (d, c, b);
            b = b.wrapping_add(sum.rotate_left(TURNS[i / 16][i % 4]));
        }
        for (word, add) in self.state.iter_mut().zip([a, b, c, d]) {
            *word = word.wrapping_add(add);
        }
    }

    fn hex(&self) -> String {
        self.state
            .iter()
            .flat_map(|word| word.to_le_bytes())
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }
}
