//! Compiles the programs in `guests/` once, and keeps them by what they were made from.
//!
//! Several test processes may ask for the same program at once: one builds it, under a file lock, the others wait.

use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::place;

/// What a Rust guest is compiled for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// A core module on WASI preview 1.
    P1,
    /// A component on WASI 0.2.
    P2,
}

impl Target {
    const fn triple(self) -> &'static str {
        match self {
            Self::P1 => "wasm32-wasip1",
            Self::P2 => "wasm32-wasip2",
        }
    }
}

/// The path of `guests/wat/NAME.wat`, which runs as it is.
pub fn wat(name: &str) -> PathBuf {
    existing(&format!("wat/{name}.wat"))
}

/// The path of `guests/evil/NAME.wat`, which runs as it is.
pub fn evil(name: &str) -> PathBuf {
    existing(&format!("evil/{name}.wat"))
}

/// `guests/rust/NAME.rs`, optimised, without debug information.
pub fn rust(name: &str, target: Target) -> PathBuf {
    compile(name, target, &["-O", "-C", "strip=symbols"])
}

/// `guests/rust/NAME.rs` with debug information and without optimisation.
pub fn rust_debug(name: &str, target: Target) -> PathBuf {
    compile(name, target, &["-g"])
}

/// `guests/c/NAME.c`, by Debian's clang and wasi-libc: for the `accept` tests.
pub fn c(name: &str, flags: &[&str]) -> PathBuf {
    let source = existing(&format!("c/{name}.c"));
    built(&source, "c", "clang", &["--version"], |output| {
        let mut command = Command::new("clang");
        command
            .args(["--target=wasm32-wasi", "-O1", "-o"])
            .arg(output)
            .arg(&source)
            .args(flags);
        command
    })
}

/// `guests/http/NAME.wat` as a server component of `wasi:http` 0.2.
pub fn http_server(name: &str) -> Vec<u8> {
    component(&text(&format!("http/{name}.wat")), "http/server.wit", "server")
}

/// A server component of `wasi:http` 0.3 that answers each request with this status and no body.
pub fn http_service(status: u16) -> Vec<u8> {
    let module = text("http/service.wat").replace("@STATUS@", &status.to_string());
    component(&module, "http/service.wit", "service")
}

/// `guests/call/NAME.wat` as a component with the functions that the world `NAME` of `guests/call/NAME.wit` says.
pub fn callable(name: &str) -> Vec<u8> {
    component(
        &text(&format!("call/{name}.wat")),
        &format!("call/{name}.wit"),
        name,
    )
}

/// A core module in text as a component of a world.
fn component(module: &str, wit: &str, world: &str) -> Vec<u8> {
    let mut resolve = wit_parser::Resolve::default();
    let world = resolve
        .push_str(wit, &text(wit))
        .and_then(|package| resolve.select_world(&[package], Some(world)))
        .unwrap_or_else(|e| panic!("the world `{world}`: {e:?}"));
    let mut bytes = wat::parse_str(module).unwrap_or_else(|e| panic!("a module of `{wit}`: {e}"));
    wit_component::embed_component_metadata(&mut bytes, &resolve, world, wit_component::StringEncoding::UTF8)
        .and_then(|()| wit_component::ComponentEncoder::default().module(&bytes))
        .and_then(|encoder| encoder.validate(true).encode())
        .unwrap_or_else(|e| panic!("a module as a component of `{wit}`: {e:?}"))
}

/// A component on `wasi:http` 0.2 that sends one request, and ends well when the answer is 200, with a trap
/// when it is refused, and badly otherwise.
pub fn http_client(authority: &str) -> Vec<u8> {
    let text = text("http/client.wat")
        .replace("@AUTHORITY@", authority)
        .replace("@LENGTH@", &authority.len().to_string());
    wat::parse_str(text).unwrap_or_else(|e| panic!("the client of `{authority}`: {e}"))
}

fn text(beneath: &str) -> String {
    let path = existing(beneath);
    fs::read_to_string(&path).unwrap_or_else(|e| panic!("cannot read `{}`: {e}", path.display()))
}

fn existing(beneath: &str) -> PathBuf {
    let path = place::guests(beneath);
    assert!(path.is_file(), "there is no guest `{}`", path.display());
    path
}

fn compile(name: &str, target: Target, flags: &[&str]) -> PathBuf {
    let source = existing(&format!("rust/{name}.rs"));
    #[expect(clippy::disallowed_methods, reason = "cargo names the compiler this way")]
    let rustc = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned());
    let triple = target.triple();
    let kind = format!("{triple}{}", flags.concat());
    built(&source, &kind, &rustc, &["-vV"], |output| {
        let mut command = Command::new(&rustc);
        // The folder decides which toolchain file holds, the remap keeps this machine's paths out of the program.
        command
            .current_dir(place::repository())
            .args(["--edition", "2024", "--target", triple])
            .args(flags)
            .arg(format!("--remap-path-prefix={}=", place::guests("").display()))
            .arg("-o")
            .arg(output)
            .arg(&source);
        command
    })
}

/// The program that `command` makes from `source`, from `target/guests/` when it is there.
fn built(
    source: &Path,
    kind: &str,
    compiler: &str,
    version: &[&str],
    command: impl FnOnce(&Path) -> Command,
) -> PathBuf {
    let text = fs::read(source).unwrap_or_else(|e| panic!("cannot read `{}`: {e}", source.display()));
    let version = Command::new(compiler)
        .args(version)
        .current_dir(place::repository())
        .output();
    let version = version.unwrap_or_else(|e| panic!("cannot run `{compiler}`, which builds guests: {e}"));
    let mut hash = DefaultHasher::new();
    (&text, kind, version.stdout).hash(&mut hash);
    let name = source.file_stem().unwrap_or_default().to_string_lossy();
    let folder = place::target().join("guests");
    let path = folder.join(format!("{name}-{:016x}.wasm", hash.finish()));
    if path.is_file() {
        return path;
    }
    fs::create_dir_all(&folder).unwrap_or_else(|e| panic!("cannot make `{}`: {e}", folder.display()));
    let lock = File::create(path.with_extension("lock")).expect("the folder takes a lock file");
    lock.lock().expect("a file can be locked");
    if !path.is_file() {
        let part = path.with_extension("part");
        let done = command(&part)
            .output()
            .unwrap_or_else(|e| panic!("cannot run `{compiler}`: {e}"));
        assert!(
            done.status.success(),
            "cannot build the guest `{}`:\n{}",
            source.display(),
            String::from_utf8_lossy(&done.stderr)
        );
        fs::rename(&part, &path).expect("a file moves within its folder");
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guest_is_built_once_by_many() {
        let paths: Vec<_> = std::thread::scope(|scope| {
            let all: Vec<_> = (0..4)
                .map(|_| scope.spawn(|| rust("primes", Target::P1)))
                .collect();
            all.into_iter().map(|t| t.join().expect("it builds")).collect()
        });
        assert!(paths.windows(2).all(|p| p[0] == p[1]));
        let bytes = fs::read(&paths[0]).expect("it was built");
        assert_eq!(&bytes[..8], b"\0asm\x01\0\0\0");
    }
}
