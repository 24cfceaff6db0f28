//! Panics three functions deep; built with debug information, its backtrace has this file's lines.

#[inline(never)]
fn innermost(values: &[u32], index: usize) -> u32 {
    values[index]
}

#[inline(never)]
fn between(values: &[u32]) -> u32 {
    innermost(values, values.len() + 7)
}

fn main() {
    let values: Vec<u32> = std::env::args().map(|a| a.len() as u32).collect();
    println!("{}", between(&values));
}
