//! What every test of the binary begins with.

use sampan_testkit::Sampan;

/// The binary under test, with a state of its own.
pub(crate) fn sampan() -> Sampan {
    Sampan::new(sampan_testkit::under_test(env!("CARGO_BIN_EXE_sampan")))
}

/// What is left in the state root that a failed command must not leave: containers and half-written files.
#[allow(dead_code, reason = "not every file of tests looks")]
pub(crate) fn leavings(sampan: &Sampan) -> Vec<String> {
    ["containers", "tmp", "rootfs"]
        .iter()
        .flat_map(|folder| std::fs::read_dir(sampan.root().join("v1").join(folder)))
        .flatten()
        .flatten()
        .map(|entry| entry.path().display().to_string())
        .collect()
}
