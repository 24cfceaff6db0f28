//! Any packets in which a client of BuildKit sends its files are refused, or give an archive that can be read.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sampan_buildkit::fuzzing::files_are_sent;

fuzz_target!(|bytes: &[u8]| files_are_sent(bytes));
