//! Files of grants: what `--learn` writes and `--grants` reads.

use std::path::Path;

use sampan_types::Grants;
use serde::{Deserialize, Serialize};

use crate::error::CliError;
use crate::files;

/// The most that is read of such a file.
const MAX_BYTES: u64 = 1 << 20;

/// The version of the form, so that a later one is refused and not misread.
const VERSION: u32 = 1;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    version: u32,
    grants: Grants,
}

pub(crate) fn read(path: &Path) -> Result<Grants, CliError> {
    let bytes = files::read_bounded(path, MAX_BYTES)?;
    let invalid = |what: String| CliError::GrantsFile {
        path: path.to_path_buf(),
        what,
    };
    let form: Form = serde_json::from_slice(&bytes).map_err(|e| invalid(e.to_string()))?;
    if form.version != VERSION {
        return Err(invalid(format!(
            "it is of version {}, this program reads version {VERSION}",
            form.version
        )));
    }
    Ok(form.grants)
}

pub(crate) fn write(path: &Path, grants: &Grants) -> Result<(), CliError> {
    let form = Form {
        version: VERSION,
        grants: grants.clone(),
    };
    let mut bytes = serde_json::to_vec_pretty(&form).map_err(|e| CliError::Write {
        path: path.to_path_buf(),
        source: e.into(),
    })?;
    bytes.push(b'\n');
    files::write_whole(path, &bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comes_back_and_refuses_what_it_does_not_know() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("grants.json");
        let grants = Grants {
            net: vec!["db:5432".parse().unwrap()],
            ..Grants::default()
        };
        write(&file, &grants).unwrap();
        assert_eq!(read(&file).unwrap(), grants);
        for bad in [
            r#"{"version":2,"grants":{}}"#,
            r#"{"version":1,"grants":{"nett":[]}}"#,
            r#"{"version":1,"grants":{"net":["nonsense"]}}"#,
            "",
            "[",
        ] {
            std::fs::write(&file, bad).unwrap();
            assert!(read(&file).is_err(), "{bad}");
        }
    }
}
