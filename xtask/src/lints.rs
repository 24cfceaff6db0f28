//! Every crate inherits the workspace's lints: one that forgets the line would quietly obey none of them.

use std::fs;

use anyhow::{Context, Result};

use crate::metadata::Package;

pub(crate) fn faults(packages: &[Package]) -> Result<Vec<String>> {
    let mut faults = Vec::new();
    for package in packages {
        let text = fs::read_to_string(&package.manifest)
            .with_context(|| format!("cannot read `{}`", package.manifest.display()))?;
        if !inherits(&text) {
            faults.push(format!(
                "`{}` does not say `[lints] workspace = true`",
                package.name
            ));
        }
    }
    Ok(faults)
}

fn inherits(manifest: &str) -> bool {
    let mut lines = manifest.lines().map(str::trim).filter(|l| !l.is_empty());
    lines.any(|l| l == "[lints]") && lines.next() == Some("workspace = true")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_inheriting_line_counts() {
        assert!(inherits("[package]\nname = \"a\"\n\n[lints]\nworkspace = true\n"));
        assert!(!inherits("[package]\nname = \"a\"\n"));
        assert!(!inherits("[lints]\n[dependencies]\nworkspace = true\n"));
    }
}
