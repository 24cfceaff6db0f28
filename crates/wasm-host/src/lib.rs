//! Runs WebAssembly.
