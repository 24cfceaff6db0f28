//! Well-known kernels from public crates, each chosen by its name.
//!
//! A checksum depends on every result, so that nothing is optimised away, and it is the same natively and in
//! Wasm: a benchmark that computes something else is noticed.

mod chess;
mod codec;
mod data;
mod digest;
mod game;
mod math;
mod parse;
mod pixels;
mod search;
mod sorting;

/// A kernel: runs the given number of times over its own data.
pub type Kernel = fn(u64) -> u64;

/// Name, iterations that take about half a second natively, the kernel.
pub const KERNELS: &[(&str, u64, Kernel)] = &[
    ("aho-corasick", 50, search::aho_corasick),
    ("base64", 500, codec::base64),
    ("blake3", 900, digest::blake3),
    ("chess-perft", 1, chess::perft),
    ("crc32", 2_000, digest::crc32),
    ("deflate", 15, codec::deflate),
    ("fannkuch", 2, game::fannkuch),
    ("image-resize", 18, pixels::resize),
    ("json", 40, parse::json),
    ("lz4", 170, codec::lz4),
    ("mandelbrot", 3_000, game::mandelbrot),
    ("markdown", 240, parse::markdown),
    ("matrix-multiply", 60, math::matrix_multiply),
    ("nbody", 10_000_000, game::nbody),
    ("pi-digits", 4_200, math::pi_digits),
    ("regex", 42, search::regex),
    ("sha256", 160, digest::sha256),
    ("snappy", 150, codec::snappy),
    ("sort", 36, sorting::sort),
    ("spectral-norm", 3_200, game::spectral_norm),
];

/// Runs a kernel; `None` where there is none of that name.
pub fn run(name: &str, iterations: Option<u64>) -> Option<u64> {
    let (_, default, kernel) = KERNELS.iter().find(|(n, ..)| *n == name)?;
    Some(kernel(iterations.unwrap_or(*default)))
}
