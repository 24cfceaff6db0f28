//! Picks the role of this process.
fn main() {}
