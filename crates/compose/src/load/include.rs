//! `include`: other projects' files as parts of this one.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::document::Files;
use crate::variables::Variables;
use crate::{ComposeError, merge, paths};

fn texts(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::String(text)) => vec![text.clone()],
        Some(Value::Array(items)) => items
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect(),
        _ => Vec::new(),
    }
}

impl Files<'_> {
    /// Puts what a document includes beneath it: what it says itself is stronger.
    pub(super) fn include_all(
        &mut self,
        value: &mut Value,
        folder: &Path,
        variables: &Variables,
        within: &mut Vec<PathBuf>,
    ) -> Result<(), ComposeError> {
        let Some(Value::Array(entries)) = value.as_object_mut().and_then(|value| value.remove("include"))
        else {
            return Ok(());
        };
        for entry in entries {
            let home = self.home();
            let absolute = |path: &String| paths::join(folder, path, home);
            let files: Vec<PathBuf> = match &entry {
                Value::String(path) => vec![absolute(path)],
                entry => texts(entry.get("path")).iter().map(absolute).collect(),
            };
            let Some(first) = files.first() else { continue };
            if let Some(again) = files.iter().find(|file| within.contains(file)) {
                return Err(ComposeError::Nesting(format!(
                    "`{}` includes itself",
                    again.display()
                )));
            }
            let its_folder = match texts(entry.get("project_directory")).first() {
                Some(folder) => absolute(folder),
                None => first.parent().unwrap_or(Path::new("/")).to_path_buf(),
            };
            let env_files: Vec<PathBuf> = texts(entry.get("env_file")).iter().map(absolute).collect();
            // Its own files of variables are weaker than what this project knows already.
            let mut known = super::variables(variables, &env_files, &its_folder)?;
            known.extend(self.callers_variables().clone());
            let mut included = self.model(&files, &its_folder, &known, within)?;
            merge::merge(&mut included, std::mem::take(value));
            *value = included;
        }
        Ok(())
    }
}
