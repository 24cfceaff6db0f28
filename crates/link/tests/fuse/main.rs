//! Links of small components, and how they are made.

mod fit;
mod hostile;
mod published;

use sampan_link::{Fused, LinkError, Part, Provider, fuse};
use sampan_types::{Algorithm, Digest};

const F: &str = r#"(func (param "a" u32) (result u32))"#;

/// A component with one function in each interface. With imports, its function is that of the first one.
fn component(imports: &[&str], exports: &[&str]) -> String {
    typed(
        &imports.iter().map(|name| (*name, F)).collect::<Vec<_>>(),
        exports,
    )
}

/// The same, with the types of what it imports.
fn typed(imports: &[(&str, &str)], exports: &[&str]) -> String {
    let mut text = String::from(
        r#"(component
            (core module $m (func (export "f") (param i32) (result i32) local.get 0))
            (core instance $i (instantiate $m))
            (func $own (param "a" u32) (result u32) (canon lift (core func $i "f")))"#,
    );
    for (i, (name, func)) in imports.iter().enumerate() {
        text.push_str(&format!(
            r#"(import "{name}" (instance $i{i} (export "f" {func})))"#
        ));
    }
    if !imports.is_empty() {
        text.push_str(r#"(alias export $i0 "f" (func $first))"#);
    }
    let source = if imports.is_empty() { "$own" } else { "$first" };
    for (i, name) in exports.iter().enumerate() {
        match name.contains(':') {
            true => text.push_str(&format!(
                r#"(instance $e{i} (export "f" (func {source}))) (export "{name}" (instance $e{i}))"#
            )),
            false => text.push_str(&format!(r#"(export "{name}" (func {source}))"#)),
        }
    }
    text.push(')');
    text
}

fn part(name: &str, text: &str) -> Part {
    let bytes = wat::parse_str(text).unwrap_or_else(|e| panic!("{text}: {e}"));
    raw(name, bytes)
}

fn raw(name: &str, bytes: Vec<u8>) -> Part {
    // Equal bytes must have equal digests, and nothing here checks more.
    let mut sum = [0_u8; 32];
    for (i, byte) in bytes.iter().enumerate() {
        sum[i % 32] = sum[i % 32].rotate_left(3) ^ byte ^ (i / 32) as u8;
    }
    Part {
        name: name.to_owned(),
        digest: Digest::from_bytes(Algorithm::Sha256, &sum),
        bytes,
    }
}

fn with(import: Option<&str>, part: Part) -> Provider {
    Provider {
        import: import.map(str::to_owned),
        part,
    }
}

#[track_caller]
fn fused(app: &str, providers: &[(Option<&str>, &str, &str)]) -> Fused {
    linked(app, providers).unwrap_or_else(|e| panic!("{e}"))
}

#[track_caller]
fn refused(app: &str, providers: &[(Option<&str>, &str, &str)]) -> LinkError {
    linked(app, providers)
        .map(|f| f.linked)
        .expect_err("it is refused")
}

fn linked(app: &str, providers: &[(Option<&str>, &str, &str)]) -> Result<Fused, LinkError> {
    let providers = providers
        .iter()
        .map(|(import, name, text)| with(*import, part(name, text)));
    fuse(part("app", app), providers.collect())
}

fn serves(fused: &Fused, name: &str) -> Vec<String> {
    let part = fused.linked.parts.iter().find(|part| part.name == name);
    part.unwrap_or_else(|| panic!("`{name}` is no part"))
        .serves
        .clone()
}
