//! Input that is the same on each run and on each machine.

/// splitmix64, by Sebastiano Vigna.
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }
}

/// FNV-1a over bytes, for checksums of results.
pub fn fold(seed: u64, bytes: &[u8]) -> u64 {
    bytes.iter().fold(seed ^ 0xcbf2_9ce4_8422_2325, |h, &b| {
        (h ^ u64::from(b)).wrapping_mul(0x100_0000_01b3)
    })
}

/// Bytes without pattern.
pub fn noise(len: usize) -> Vec<u8> {
    let mut random = Random(1);
    (0..len).map(|_| random.next() as u8).collect()
}

/// Words with the lengths and repetition of prose, so that compressors and searches have something to find.
pub fn prose(len: usize) -> String {
    let mut random = Random(2);
    let words: Vec<String> = (0..2_000)
        .map(|_| {
            let letters = 2 + random.below(9);
            (0..letters)
                .map(|_| char::from(b'a' + (random.below(26).min(random.below(26)) as u8)))
                .collect()
        })
        .collect();
    let mut text = String::with_capacity(len + 64);
    while text.len() < len {
        let word = &words[random.below(words.len()).min(random.below(words.len()))];
        text.push_str(word);
        match random.below(24) {
            0 => text.push_str(".\n"),
            1 => text.push_str(", "),
            2 => text.push_str(&format!(
                " {}-{:02}-{:02} ",
                1900 + random.below(200),
                1 + random.below(12),
                1 + random.below(28)
            )),
            3 => text.push_str(&format!(" {word}@{}.org ", words[random.below(words.len())])),
            _ => text.push(' '),
        }
    }
    text
}
