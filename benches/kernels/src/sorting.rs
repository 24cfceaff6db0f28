//! The standard library's sorts, stable and unstable.

use crate::data::{Random, fold};

pub fn sort(iterations: u64) -> u64 {
    let mut random = Random(4);
    let numbers: Vec<u64> = (0..500_000).map(|_| random.next()).collect();
    let words: Vec<String> = numbers.iter().take(50_000).map(|n| format!("{n:x}")).collect();
    (0..iterations).fold(0, |sum, _| {
        let mut numbers = numbers.clone();
        numbers.sort_unstable();
        let mut words = words.clone();
        words.sort();
        fold(
            fold(sum, &numbers[numbers.len() / 2].to_le_bytes()),
            words[words.len() / 2].as_bytes(),
        )
    })
}
