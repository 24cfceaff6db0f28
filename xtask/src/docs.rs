//! `cargo xtask docs`: the reference pages, completions and man pages, written by the binary about itself.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::{metadata, shell};

const PAGES: &str = "docs/reference";

/// Writes `docs/reference`, or with `--check` fails where it differs.
pub(crate) fn run(args: &[String]) -> Result<()> {
    let (target, _) = metadata::places("wasmtime-wasi")?;
    shell::run(&mut shell::cargo(["build", "--locked", "-p", "sampan"]))?;
    let binary = target.join("debug/sampan");
    if args.iter().any(|a| a == "--check") {
        return check(&binary);
    }
    let pages = shell::root().join(PAGES);
    if pages.exists() {
        fs::remove_dir_all(&pages)?;
    }
    write(&binary, &pages)
}

/// Fails where the pages differ from what this binary writes.
pub(crate) fn check(binary: &Path) -> Result<()> {
    shell::step("reference pages");
    let fresh = binary.with_file_name("sampan-reference");
    if fresh.exists() {
        fs::remove_dir_all(&fresh)?;
    }
    write(binary, &fresh)?;
    let faults = compare(&tree(&shell::root().join(PAGES))?, &tree(&fresh)?);
    if !faults.is_empty() {
        bail!(
            "`{PAGES}` is not what the command line is; run `cargo xtask docs`\n  {}",
            faults.join("\n  ")
        );
    }
    Ok(())
}

fn write(binary: &Path, to: &Path) -> Result<()> {
    shell::run(shell::program(binary).arg("reference").arg(to))
}

/// Every file below the folder; none where there is no folder.
fn tree(folder: &Path) -> Result<BTreeMap<PathBuf, Vec<u8>>> {
    let mut files = BTreeMap::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(here) = open.pop() {
        if !here.exists() {
            continue;
        }
        for entry in fs::read_dir(&here).with_context(|| format!("cannot read `{}`", here.display()))? {
            let path = entry?.path();
            if path.is_dir() {
                open.push(path);
            } else {
                files.insert(path.strip_prefix(folder)?.to_path_buf(), fs::read(&path)?);
            }
        }
    }
    Ok(files)
}

fn compare(kept: &BTreeMap<PathBuf, Vec<u8>>, fresh: &BTreeMap<PathBuf, Vec<u8>>) -> Vec<String> {
    let mut faults = Vec::new();
    for (path, text) in fresh {
        match kept.get(path) {
            None => faults.push(format!("`{}` is missing", path.display())),
            Some(kept) if kept != text => faults.push(format!("`{}` differs", path.display())),
            Some(_) => {}
        }
    }
    let gone = kept.keys().filter(|path| !fresh.contains_key(*path));
    faults.extend(gone.map(|path| format!("`{}` is written no more", path.display())));
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drift_is_named_file_by_file() {
        let files = |list: &[(&str, &str)]| -> BTreeMap<PathBuf, Vec<u8>> {
            list.iter()
                .map(|(path, text)| (PathBuf::from(path), text.as_bytes().to_vec()))
                .collect()
        };
        let kept = files(&[("a", "1"), ("b", "2"), ("old", "3")]);
        let fresh = files(&[("a", "1"), ("b", "changed"), ("new", "4")]);
        assert_eq!(
            compare(&kept, &fresh),
            ["`b` differs", "`new` is missing", "`old` is written no more"]
        );
        assert!(compare(&kept, &kept).is_empty());
    }

    #[test]
    fn files_are_found_at_any_depth() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("man")).unwrap();
        fs::write(dir.path().join("man/x.1"), "x").unwrap();
        let files = tree(dir.path()).unwrap();
        assert_eq!(files.keys().collect::<Vec<_>>(), [Path::new("man/x.1")]);
        assert!(tree(&dir.path().join("none")).unwrap().is_empty());
    }
}
