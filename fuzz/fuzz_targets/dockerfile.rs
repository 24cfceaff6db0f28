//! Any bytes as a Dockerfile or a `.dockerignore` are read or refused in bounded time, and what is read can be expanded.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sampan_image::dockerfile::{Ignore, Lexer, parse};

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    if let Ok(ignore) = Ignore::read(text) {
        let _ = ignore.leaves_out("a/b/c.txt");
    }
    let Ok(file) = parse(text) else { return };
    assert!(!file.stages.is_empty());
    let lexer = Lexer::new(file.escape);
    let values = |name: &str| (name.len() % 2 == 1).then(|| "a b/c".to_owned());
    for step in file.stages.into_iter().flat_map(|stage| stage.steps) {
        let mut instruction = step.instruction;
        let _ = instruction.expand(&lexer, &values);
    }
});
