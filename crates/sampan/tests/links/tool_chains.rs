//! Parts of different tool chains in one component.

use std::fs;

use sampan_testkit::guest;

use crate::install::{installed, python, tool};
use crate::link;
use crate::support::sampan;

/// Rust asks, C answers.
#[test]
#[ignore = "accept: needs clang and lld of Debian"]
fn a_rust_command_and_a_c_logger() {
    let sampan = sampan();
    let app = guest::linkable_rust("command", "command");
    sampan.file("words.wasm", guest::linkable_c("provider", "provider"));
    let app = app.to_str().unwrap();
    link(&sampan, &[app, "--with", "words.wasm", "-o", "out.wasm"]).code(0);
    let ran = sampan.run(["out.wasm", "one two", "three"]);
    assert_eq!(ran.quiet(), "2\n3\n");
}

const LOGGER: &str = r#"
from wit_world import exports

total = 0

class Logger(exports.Logger):
    def log(self, level, text):
        global total
        total += len(text.encode())
        return total
"#;

/// Rust asks, Python answers.
#[test]
#[ignore = "accept: needs componentize-py from PyPI"]
fn a_rust_command_and_a_python_logger() {
    let python = python("componentize-py", "componentize-py==0.25.0");
    let made = installed("python-logger", |folder| {
        fs::create_dir(folder.join("wit")).unwrap();
        let wit = fs::read_to_string(sampan_testkit::place::guests("link/log.wit")).unwrap();
        fs::write(folder.join("wit/log.wit"), wit).unwrap();
        fs::write(folder.join("app.py"), LOGGER).unwrap();
        let tools = python.with_file_name("componentize-py");
        tool(
            folder,
            &format!(
                "'{}' -d wit -w provider componentize --stub-wasi app -o logger.wasm",
                tools.display()
            ),
        );
    });
    let sampan = sampan();
    let app = guest::linkable_rust("command", "command");
    let with = format!("logger={}", made.join("logger.wasm").display());
    link(
        &sampan,
        &[app.to_str().unwrap(), "--with", &with, "--yes", "-o", "out.wasm"],
    )
    .code(0);
    let ran = sampan.run(["out.wasm", "one", "zwölf"]);
    assert_eq!(ran.quiet(), "3\n9\n");
}
