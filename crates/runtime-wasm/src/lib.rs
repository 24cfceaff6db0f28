//! The runtime contract over wasm-host.
