//! Each entry of `[workspace.dependencies]` has its line in `docs/design/dependencies.md`: what for, and what
//! else was looked at.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

pub(crate) fn faults(root: &Path) -> Result<Vec<String>> {
    let manifest = fs::read_to_string(root.join("Cargo.toml"))?;
    let page = root.join("docs/design/dependencies.md");
    let page = fs::read_to_string(&page).with_context(|| format!("cannot read `{}`", page.display()))?;
    Ok(compare(&manifest, &page))
}

fn compare(manifest: &str, page: &str) -> Vec<String> {
    let used = entries(manifest);
    let given: BTreeSet<&str> = page.lines().filter_map(row).collect();
    let missing = used
        .difference(&given)
        .map(|name| format!("`{name}` has no line of reason in `docs/design/dependencies.md`"));
    let stale = given
        .difference(&used)
        .map(|name| format!("`docs/design/dependencies.md` gives a reason for `{name}`, which is not used"));
    missing.chain(stale).collect()
}

/// Names under `[workspace.dependencies]`, without the crates of the workspace itself.
fn entries(manifest: &str) -> BTreeSet<&str> {
    manifest
        .lines()
        .skip_while(|l| l.trim() != "[workspace.dependencies]")
        .skip(1)
        .take_while(|l| !l.starts_with('['))
        .filter(|l| !l.starts_with(['#', ' ', ']', '}']) && !l.contains("path ="))
        .filter_map(|l| Some(l.split_once('=')?.0.trim()))
        .collect()
}

/// The name in a table's row `| name | what for | what else |`.
fn row(line: &str) -> Option<&str> {
    let name = line
        .strip_prefix('|')?
        .split('|')
        .next()?
        .trim()
        .trim_matches('`');
    (!name.is_empty() && name != "crate" && !name.starts_with('-')).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANIFEST: &str = "[workspace]\nx = 1\n[workspace.dependencies]\nown = { path = \"own\" }\n# why\n\
                            serde = \"1\"\nwasmtime = { features = [\n    \"a\",\n] }\n[profile.dev]\ny = 2\n";

    #[test]
    fn a_dependency_without_a_reason_is_found() {
        let page = "| crate | what for | what else |\n|---|---|---|\n| serde | words | none |\n";
        let faults = compare(MANIFEST, page);
        assert_eq!(
            faults,
            ["`wasmtime` has no line of reason in `docs/design/dependencies.md`"]
        );
    }

    #[test]
    fn a_reason_that_outlived_its_dependency_is_found() {
        let page = "| serde | a | b |\n| wasmtime | a | b |\n| gone | a | b |\n";
        assert_eq!(compare(MANIFEST, page).len(), 1);
    }
}
