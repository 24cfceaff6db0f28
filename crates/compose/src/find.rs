//! Which files a project is made of, where nobody says.

use std::path::{Path, PathBuf};

use crate::ComposeError;

/// The usual names, the first first.
const NAMES: [&str; 4] = [
    "compose.yaml",
    "compose.yml",
    "docker-compose.yml",
    "docker-compose.yaml",
];
/// Those of a file that goes over it.
const OVERRIDES: [&str; 4] = [
    "compose.override.yml",
    "compose.override.yaml",
    "docker-compose.override.yml",
    "docker-compose.override.yaml",
];

/// The file in a folder or the nearest above it, with the one that goes over it.
pub(crate) fn files(folder: &Path) -> Result<Vec<PathBuf>, ComposeError> {
    let in_folder = |folder: &Path, names: &[&str]| {
        names
            .iter()
            .map(|name| folder.join(name))
            .find(|path| path.is_file())
    };
    let found = folder.ancestors().find_map(|folder| in_folder(folder, &NAMES));
    let Some(file) = found else {
        return Err(ComposeError::NoFile {
            folder: folder.to_path_buf(),
        });
    };
    let over = file.parent().and_then(|folder| in_folder(folder, &OVERRIDES));
    Ok([Some(file), over].into_iter().flatten().collect())
}
