//! Any bytes are looked into or refused, without a panic and without much memory.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sampan_wasm_host::inspect;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(info) = inspect::inspect(bytes) {
        let _ = info.needs();
        let _ = info.unmet().count();
    }
    // As a component and as a module, so that the fuzzer need not find the eight bytes itself.
    for header in [*b"\0asm\x01\0\0\0", *b"\0asm\x0d\0\x01\0"] {
        let mut whole = header.to_vec();
        whole.extend_from_slice(bytes);
        if let Ok(info) = inspect::inspect(&whole) {
            let _ = info.needs();
        }
    }
});
