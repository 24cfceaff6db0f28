//! Any datagram that a container sends to its name server is answered or refused.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sampan_runtime_wasm::fuzzing::name_is_asked;

fuzz_target!(|bytes: &[u8]| name_is_asked(bytes));
