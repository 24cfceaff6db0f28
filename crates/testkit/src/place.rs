//! Where the repository and its build folder are.

use std::path::{Path, PathBuf};

/// The root of the repository whose test runs. Cargo names the tested crate's folder to each test that it runs;
/// what was compiled in may be of another checkout that shares the build folder, and only stands in.
#[expect(
    clippy::disallowed_methods,
    reason = "tests are told where they are by the environment"
)]
pub fn repository() -> PathBuf {
    let tested = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let here = tested.unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    here.ancestors().nth(2).unwrap_or(&here).to_owned()
}

/// The folder `guests/` of the repository, or a file beneath it.
pub fn guests(beneath: &str) -> PathBuf {
    repository().join("guests").join(beneath)
}

/// Cargo's build folder, found from where the running test lies, so that it is right also under
/// `CARGO_TARGET_DIR` and from an archive of tests.
pub fn target() -> PathBuf {
    let this = std::env::current_exe().expect("the running test has a path");
    this.ancestors()
        .find(|folder| folder.join("CACHEDIR.TAG").is_file())
        .map_or_else(|| repository().join("target"), Path::to_owned)
}

/// The folder for downloads of the `accept` tests, which is kept from one run to the next.
pub fn accept(beneath: &str) -> PathBuf {
    target().join("accept").join(beneath)
}
