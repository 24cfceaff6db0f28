//! `cargo xtask spec`: every promise in `SPEC.md` names a test, benchmark or soak target that exists, and so
//! does every row of `SECURITY.md`.
//!
//! A promise is a row of a table headed `| id | promise | shown by |`. The last column holds names in
//! backticks: `crate::file::test_name` for a test in `crates/CRATE` (or `xtask`), `bench:NAME` for
//! `benches/src/suite/NAME.rs`, `soak:NAME` for `fuzz/fuzz_targets/NAME.rs` or `xtask/src/soak/NAME`.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::shell;

/// Fails with every promise that has no proof listed.
pub(crate) fn run() -> Result<()> {
    shell::step("promises");
    let root = shell::root();
    let text = fs::read_to_string(root.join("SPEC.md")).context("cannot read `SPEC.md`")?;
    let promises = parse(&text)?;
    let mut faults = Vec::new();
    for promise in &promises {
        for proof in &promise.proofs {
            if let Err(error) = find(&root, proof) {
                faults.push(format!("{}: {error:#}", promise.id));
            }
        }
    }
    let security = fs::read_to_string(root.join("SECURITY.md")).context("cannot read `SECURITY.md`")?;
    for proof in tests_named_in(&security) {
        if let Err(error) = find(&root, proof) {
            faults.push(format!("`SECURITY.md`: {error:#}"));
        }
    }
    if !faults.is_empty() {
        bail!(
            "{} promises have no proof\n  {}",
            faults.len(),
            faults.join("\n  ")
        );
    }
    eprintln!("{} promises, each with its test or benchmark", promises.len());
    Ok(())
}

#[derive(Debug)]
struct Promise {
    id: String,
    proofs: Vec<String>,
}

fn parse(text: &str) -> Result<Vec<Promise>> {
    let mut promises = Vec::new();
    let mut ids = BTreeSet::new();
    let mut inside = false;
    for line in text.lines() {
        let cells: Vec<&str> = line.trim().trim_matches('|').split('|').map(str::trim).collect();
        if !line.trim_start().starts_with('|') {
            inside = false;
        } else if cells == ["id", "promise", "shown by"] {
            inside = true;
        } else if inside && !cells[0].starts_with("--") {
            let [id, promise, shown_by] = cells[..] else {
                bail!("`SPEC.md`: not three columns: {line}")
            };
            let proofs: Vec<String> = shown_by
                .split('`')
                .skip(1)
                .step_by(2)
                .map(str::to_owned)
                .collect();
            if id.is_empty() || promise.is_empty() || proofs.is_empty() {
                bail!("`SPEC.md`: a promise needs an id, its words and a test in backticks: {line}");
            }
            if !ids.insert(id.to_owned()) {
                bail!("`SPEC.md`: `{id}` stands there twice");
            }
            promises.push(Promise {
                id: id.to_owned(),
                proofs,
            });
        }
    }
    if promises.is_empty() {
        bail!("`SPEC.md` promises nothing");
    }
    Ok(promises)
}

/// Everything in backticks that reads like a test's name.
fn tests_named_in(text: &str) -> impl Iterator<Item = &str> {
    text.split('`')
        .skip(1)
        .step_by(2)
        .filter(|name| name.contains("::") && !name.contains(' '))
}

fn find(root: &Path, proof: &str) -> Result<()> {
    if let Some(name) = proof.strip_prefix("bench:") {
        let folder = format!("benches/src/suite/{name}/mod.rs");
        return exists(root, &format!("benches/src/suite/{name}.rs")).or_else(|_| exists(root, &folder));
    }
    if let Some(name) = proof.strip_prefix("soak:") {
        let target = format!("xtask/src/soak/{name}/mod.rs");
        return exists(root, &format!("fuzz/fuzz_targets/{name}.rs")).or_else(|_| exists(root, &target));
    }
    let parts: Vec<&str> = proof.split("::").collect();
    let [krate, file @ .., test] = parts.as_slice() else {
        bail!("`{proof}` is no name of a test")
    };
    if file.is_empty() || file.contains(&"..") {
        bail!("`{proof}` is not of the form `crate::file::test_name`");
    }
    let folder = if *krate == "xtask" {
        root.join(krate)
    } else {
        root.join("crates").join(krate)
    };
    let files = candidates(&folder, &file.join("/"));
    if files.is_empty() {
        bail!("`{proof}`: there is no such file in `{krate}`");
    }
    for file in &files {
        if has_test(&fs::read_to_string(file)?, test) {
            return Ok(());
        }
    }
    bail!("`{proof}`: the file has no such test")
}

fn exists(root: &Path, path: &str) -> Result<()> {
    if !root.join(path).is_file() {
        bail!("there is no `{path}`");
    }
    Ok(())
}

/// The Rust files below `src` and `tests` whose path ends with the given one, as file or as `mod.rs`.
fn candidates(folder: &Path, name: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![folder.join("src"), folder.join("tests")];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else if path.ends_with(format!("{name}.rs")) || path.ends_with(format!("{name}/mod.rs")) {
                found.push(path);
            }
        }
    }
    found
}

/// Whether the text defines `fn name` beneath an attribute that makes it a test.
fn has_test(text: &str, name: &str) -> bool {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let defines = |line: &str| {
        line.split_once("fn ").is_some_and(|(before, after)| {
            matches!(before, "" | "async ")
                && after
                    .strip_prefix(name)
                    .is_some_and(|rest| rest.starts_with(['(', '<']))
        })
    };
    made_by_macro(&lines, name)
        || lines.iter().enumerate().any(|(at, line)| {
            defines(line)
                && lines[..at]
                    .iter()
                    .rev()
                    .take_while(|l| l.starts_with("#[") || l.starts_with("//") || l.ends_with(")]"))
                    .any(|l| is_test_attribute(l))
        })
}

/// Tests alike are rows of a macro of the same file, whose rule says `#[test] fn $name` and whose rows read
/// `name(…) => …`.
fn made_by_macro(lines: &[&str], name: &str) -> bool {
    let rule = |line: &&str| line.contains("#[test] fn $name");
    let row = |line: &&str| {
        line.strip_prefix(name)
            .is_some_and(|rest| rest.starts_with('(') && rest.contains(") =>"))
    };
    lines.iter().any(rule) && lines.iter().any(row)
}

fn is_test_attribute(line: &str) -> bool {
    let Some(inner) = line.strip_prefix("#[") else {
        return false;
    };
    let path = inner.split(['(', ']', ' ']).next().unwrap_or_default();
    path == "test" || path.ends_with("::test")
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "# Promises\n\n| id | promise | shown by |\n|---|---|---|\n\
                         | a1 | never eats the tag | `store::gc::keeps` `bench:hello` |\n\nafter\n";

    fn checkout() -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        let tests = dir.path().join("crates/store/tests");
        fs::create_dir_all(&tests).unwrap();
        fs::write(
            tests.join("gc.rs"),
            "#[test]\n// why\nfn keeps() {}\n\nfn helper() {}\n\n#[tokio::test(flavor = \"current_thread\")]\n\
             async fn waits() {}\n// #[test]\nfn commented() {}\n",
        )
        .unwrap();
        fs::create_dir_all(dir.path().join("benches/src/suite")).unwrap();
        fs::write(dir.path().join("benches/src/suite/hello.rs"), "").unwrap();
        dir
    }

    #[test]
    fn rows_become_promises() {
        let promises = parse(TABLE).unwrap();
        assert_eq!(promises.len(), 1);
        assert_eq!(promises[0].proofs, ["store::gc::keeps", "bench:hello"]);
    }

    #[test]
    fn tests_are_found_in_running_text() {
        let text = "| s-1 | `..` climbs | `store::gc::keeps`, and `a b::c` |";
        assert_eq!(tests_named_in(text).collect::<Vec<_>>(), ["store::gc::keeps"]);
    }

    #[test]
    fn a_promise_without_proof_or_with_a_used_id_is_refused() {
        assert!(parse(&TABLE.replace("`store::gc::keeps` `bench:hello`", "soon")).is_err());
        assert!(parse(&TABLE.replace("\n\nafter", "\n| a1 | again | `x::y::z` |")).is_err());
        assert!(parse("nothing here").is_err());
    }

    #[test]
    fn names_of_tests_that_exist_are_found() {
        let dir = checkout();
        find(dir.path(), "store::gc::keeps").unwrap();
        find(dir.path(), "store::gc::waits").unwrap();
        find(dir.path(), "bench:hello").unwrap();
    }

    #[test]
    fn rows_of_a_macro_of_tests_are_tests() {
        let text = "$($(#[$note])* #[test] fn $name() {\n})*\nendless(\"--timeout\") => Limit(1);\n";
        assert!(has_test(text, "endless"));
        assert!(!has_test(text, "other"));
        assert!(!has_test("endless() => 1;", "endless"));
    }

    #[test]
    fn a_function_that_is_no_test_proves_nothing() {
        let dir = checkout();
        for name in [
            "store::gc::helper",
            "store::gc::commented",
            "store::gc::keep",
            "store::other::keeps",
        ] {
            assert!(find(dir.path(), name).is_err(), "{name}");
        }
        for name in [
            "bench:gone",
            "soak:gone",
            "keeps",
            "store::keeps",
            "store::../x::keeps",
            "",
        ] {
            assert!(find(dir.path(), name).is_err(), "{name}");
        }
    }
}
