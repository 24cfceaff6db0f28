//! Finds libseccomp, by which libcontainer filters system calls, also where only the library is installed and none of
//! what a C compiler wants of it: every Debian has the former, since `apt` needs it.
//!
//! The linker sees one name in a folder of its own: the archive if there is one (the engine then starts without one
//! more library to load), and the shared library otherwise.

#![expect(
    clippy::disallowed_methods,
    reason = "cargo tells a build script by the environment what it builds, and it links files by their paths"
)]

use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=LIBSECCOMP_LIB_PATH");
    let variable = |name: &str| env::var(name).unwrap_or_default();
    if !variable("LIBSECCOMP_LIB_PATH").is_empty() {
        // Whoever builds said where it is.
        return Ok(());
    }
    let folders = folders(&variable("CARGO_CFG_TARGET_ARCH"));
    let archive = || found(&folders, |name| name == "libseccomp.a");
    let shared = || found(&folders, |name| name.starts_with("libseccomp.so"));
    let own = PathBuf::from(variable("OUT_DIR"));
    let (library, name) = match (archive(), variable("CARGO_CFG_TARGET_ENV").as_str()) {
        (Some(archive), _) => (archive, "libseccomp.a"),
        (None, "musl") => {
            println!(
                "cargo::error=a static binary needs libseccomp's archive: apt-get install libseccomp-dev"
            );
            return Ok(());
        }
        (None, _) => match shared() {
            Some(shared) => (shared, "libseccomp.so"),
            None => {
                println!("cargo::error=no libseccomp in {folders:?}: apt-get install libseccomp2");
                return Ok(());
            }
        },
    };
    for old in ["libseccomp.a", "libseccomp.so"] {
        match fs::remove_file(own.join(old)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    std::os::unix::fs::symlink(&library, own.join(name))?;
    println!("cargo::rerun-if-changed={}", library.display());
    println!("cargo::rustc-link-search=native={}", own.display());
    Ok(())
}

/// Where distributions keep libraries of a processor.
fn folders(arch: &str) -> Vec<PathBuf> {
    let triple = format!("{arch}-linux-gnu");
    let of_its_own = [format!("/usr/lib/{triple}"), format!("/lib/{triple}")].map(PathBuf::from);
    let native = env::consts::ARCH == arch;
    let shared = ["/usr/lib64", "/lib64", "/usr/lib", "/usr/local/lib"].map(PathBuf::from);
    of_its_own
        .into_iter()
        .chain(shared.into_iter().filter(|_| native))
        .collect()
}

fn found(folders: &[PathBuf], is: impl Fn(&str) -> bool) -> Option<PathBuf> {
    let mut names = folders.iter().flat_map(|folder| names(folder));
    names.find(|path| path.file_name().and_then(|name| name.to_str()).is_some_and(&is))
}

fn names(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<_> = entries.map(|entry| entry.path()).collect();
    names.sort();
    names
}
