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
    compile(&format!("rust/{name}.rs"), target, &["-O", "-C", "strip=symbols"])
}

/// `guests/rust/NAME.rs` with debug information and without optimisation.
pub fn rust_debug(name: &str, target: Target) -> PathBuf {
    compile(&format!("rust/{name}.rs"), target, &["-g"])
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

/// `guests/link/NAME.wat` as a component of the world `NAME` of `guests/link/log.wit`.
pub fn linkable(name: &str) -> Vec<u8> {
    component(&text(&format!("link/{name}.wat")), "link/log.wit", name)
}

/// `guests/link/NAME.rs` as a component of the world `WORLD` of `guests/link/log.wit`, on WASI 0.2.
pub fn linkable_rust(name: &str, world: &str) -> PathBuf {
    // The linker takes a file of one world.
    let text =
        fs::read_to_string(existing("link/log.wit")).unwrap_or_else(|e| panic!("the worlds of links: {e}"));
    let mut wit = String::new();
    let mut skipping = false;
    for line in text.lines() {
        if line.starts_with("world ") {
            skipping = line != format!("world {world} {{");
        }
        if !skipping {
            wit.push_str(line);
            wit.push('\n');
        }
        if line == "}" {
            skipping = false;
        }
    }
    let folder = place::target().join("guests");
    fs::create_dir_all(&folder).unwrap_or_else(|e| panic!("cannot make `{}`: {e}", folder.display()));
    // Named by what it says, as the programs made with it are: other worlds are other programs.
    let mut hash = DefaultHasher::new();
    wit.hash(&mut hash);
    let file = folder.join(format!("link-{world}-{:016x}.wit", hash.finish()));
    let beside = folder.join(format!("link-{world}.{}.part", std::process::id()));
    fs::write(&beside, wit)
        .and_then(|()| fs::rename(&beside, &file))
        .unwrap_or_else(|e| panic!("cannot write `{}`: {e}", file.display()));
    let argument = format!("link-arg={}", file.display());
    let flags = [
        "-O",
        "-C",
        "strip=symbols",
        "-C",
        "link-arg=--component-type",
        "-C",
        &argument,
    ];
    compile(&format!("link/{name}.rs"), Target::P2, &flags)
}

/// `guests/link/NAME.c` by Debian's clang as a component of the world `WORLD`: for the `accept` tests.
pub fn linkable_c(name: &str, world: &str) -> Vec<u8> {
    let source = existing(&format!("link/{name}.c"));
    let path = built(&source, "link-c", "clang", &["--version"], |output| {
        let mut command = Command::new("clang");
        command
            .args(["--target=wasm32", "-O1", "-nostdlib", "-Wl,--no-entry", "-o"])
            .arg(output)
            .arg(&source);
        command
    });
    let module = fs::read(&path).unwrap_or_else(|e| panic!("cannot read `{}`: {e}", path.display()));
    encoded(&path.display().to_string(), module, &text("link/log.wit"), world)
}

/// A core module in text as a component of a world.
fn component(module: &str, wit: &str, world: &str) -> Vec<u8> {
    made(module, &text(wit), world)
}

fn text(beneath: &str) -> String {
    let path = existing(beneath);
    fs::read_to_string(&path).unwrap_or_else(|e| panic!("cannot read `{}`: {e}", path.display()))
}

/// A core module in WebAssembly text as a component of a world of a WIT document.
pub fn made(module: &str, wit: &str, world: &str) -> Vec<u8> {
    let bytes = wat::parse_str(module).unwrap_or_else(|e| panic!("`{module}`: {e}"));
    encoded("the module", bytes, wit, world)
}

fn encoded(module: &str, mut bytes: Vec<u8>, wit: &str, world: &str) -> Vec<u8> {
    let mut resolve = wit_parser::Resolve::default();
    let world = resolve
        .push_str("guest.wit", wit)
        .and_then(|package| resolve.select_world(&[package], Some(world)))
        .unwrap_or_else(|e| panic!("the world `{world}`: {e:?}"));
    wit_component::embed_component_metadata(&mut bytes, &resolve, world, wit_component::StringEncoding::UTF8)
        .and_then(|()| wit_component::ComponentEncoder::default().module(&bytes))
        .and_then(|encoder| encoder.validate(true).encode())
        .unwrap_or_else(|e| panic!("`{module}` as a component: {e:?}"))
}

/// A WIT document as a package in its binary form.
pub fn wit_package(wit: &str) -> Vec<u8> {
    let mut resolve = wit_parser::Resolve::default();
    let package = resolve
        .push_str("package.wit", wit)
        .unwrap_or_else(|e| panic!("`{wit}`: {e:?}"));
    wit_component::encode(&resolve, package).unwrap_or_else(|e| panic!("`{wit}`: {e:?}"))
}

/// A WIT document, read and written again; the reader's words where it is none.
pub fn wit_again(wit: &str, docs: bool) -> Result<String, String> {
    let mut resolve = wit_parser::Resolve::default();
    let main = resolve.push_str("again.wit", wit).map_err(|e| format!("{e:?}"))?;
    let mut used: Vec<_> = resolve
        .packages
        .iter()
        .map(|(id, _)| id)
        .filter(|id| *id != main)
        .collect();
    used.sort_by_key(|id| resolve.packages[*id].name.to_string());
    let mut printer = wit_component::WitPrinter::<wit_component::OutputToString>::default();
    printer.emit_docs(docs);
    printer
        .print(&resolve, main, &used)
        .map_err(|e| format!("{e:?}"))?;
    Ok(printer.output.to_string())
}

/// A component on `wasi:http` 0.2 that sends one request, and ends well when the answer is 200, with a trap
/// when it is refused, and badly otherwise.
pub fn http_client(authority: &str) -> Vec<u8> {
    let text = text("http/client.wat")
        .replace("@AUTHORITY@", authority)
        .replace("@LENGTH@", &authority.len().to_string());
    wat::parse_str(text).unwrap_or_else(|e| panic!("the client of `{authority}`: {e}"))
}

fn existing(beneath: &str) -> PathBuf {
    let path = place::guests(beneath);
    assert!(path.is_file(), "there is no guest `{}`", path.display());
    path
}

fn compile(beneath: &str, target: Target, flags: &[&str]) -> PathBuf {
    let source = existing(beneath);
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
