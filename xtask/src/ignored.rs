//! A test is ignored for one reason alone: it belongs to the accept tier. Any other would be skipped for ever
//! without anybody noticing.

use std::fs;
use std::path::Path;

use anyhow::{Result, bail};

use crate::shell;

/// How many accept tests there are; fails on a test that is ignored for another reason.
pub(crate) fn count() -> Result<usize> {
    let mut count = 0;
    let mut faults = Vec::new();
    walk(&shell::root().join("crates"), &mut |path, text| {
        for (number, line) in text.lines().enumerate() {
            match judge(line) {
                Some(true) => count += 1,
                Some(false) => faults.push(format!("{}:{}: {}", path.display(), number + 1, line.trim())),
                None => {}
            }
        }
    })?;
    if !faults.is_empty() {
        bail!(
            "tests are ignored for another reason than `accept: needs …`\n  {}",
            faults.join("\n  ")
        );
    }
    Ok(count)
}

fn judge(line: &str) -> Option<bool> {
    let rest = line.trim_start().strip_prefix("#[ignore")?;
    Some(rest.starts_with(" = \"accept: "))
}

fn walk(folder: &Path, see: &mut dyn FnMut(&Path, &str)) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            walk(&path, see)?;
        } else if path.extension().is_some_and(|e| e == "rs") {
            see(&path, &fs::read_to_string(&path)?);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_accept_tier_is_ignored() {
        assert_eq!(judge("    #[ignore = \"accept: needs skopeo\"]"), Some(true));
        assert_eq!(judge("#[ignore]"), Some(false));
        assert_eq!(judge("#[ignore = \"flaky\"]"), Some(false));
        assert_eq!(judge("#[test]"), None);
    }

    #[test]
    fn no_test_of_this_workspace_is_ignored_for_another_reason() {
        count().unwrap();
    }
}
