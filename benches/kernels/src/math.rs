//! Matrices and large numbers.

use num_bigint::BigInt;

use crate::data::{Random, fold};

pub fn matrix_multiply(iterations: u64) -> u64 {
    const N: usize = 384;
    let mut random = Random(5);
    // Small whole numbers: exact in any order of addition, so that the checksum is the same everywhere.
    let mut matrix = || (0..N * N).map(|_| random.below(16) as f64).collect::<Vec<f64>>();
    let (a, b) = (matrix(), matrix());
    (0..iterations).fold(0, |sum, _| {
        let mut c = vec![0.0; N * N];
        let row = N as isize;
        // SAFETY: all three are N by N, row after row.
        unsafe {
            matrixmultiply::dgemm(
                N,
                N,
                N,
                1.0,
                a.as_ptr(),
                row,
                1,
                b.as_ptr(),
                row,
                1,
                0.0,
                c.as_mut_ptr(),
                row,
                1,
            );
        }
        fold(sum, &c[N * N / 2].to_le_bytes())
    })
}

/// Gibbons' spigot, as in the Computer Language Benchmarks Game.
pub fn pi_digits(digits: u64) -> u64 {
    let big = BigInt::from;
    let (mut q, mut r, mut t) = (big(1), big(0), big(1));
    let (mut k, mut sum, mut found) = (0u32, 0, 0);
    while found < digits {
        k += 1;
        let odd = k * 2 + 1;
        r = (&q * 2u32 + &r) * odd;
        t *= odd;
        q *= k;
        if q > r {
            continue;
        }
        let three = (&q * 3u32 + &r) / &t;
        if three != (&q * 4u32 + &r) / &t {
            continue;
        }
        let digit = three.iter_u32_digits().next().unwrap_or(0);
        sum = fold(sum, &digit.to_le_bytes());
        found += 1;
        r = (&r - &t * digit) * 10u32;
        q *= 10u32;
    }
    sum
}
