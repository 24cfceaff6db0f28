//! `include`: other projects' files as parts of this one.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::document::Files;
use crate::variables::Variables;
use crate::{ComposeError, paths};

/// What is taken from an included project.
const SECTIONS: [&str; 6] = ["services", "networks", "volumes", "secrets", "configs", "models"];

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
    /// Puts what a document includes beside what it says itself. What both say must be the same.
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
            let included = self.model(&files, &its_folder, &known, within)?;
            import(included, value)?;
        }
        Ok(())
    }
}

/// The resources of an included project into the one that includes it.
fn import(included: Value, into: &mut Value) -> Result<(), ComposeError> {
    let (Value::Object(included), Value::Object(into)) = (included, into) else {
        return Ok(());
    };
    for (section, resources) in included {
        let (true, Value::Object(resources)) = (SECTIONS.contains(&section.as_str()), resources) else {
            continue;
        };
        let own = into.entry(section.clone()).or_insert_with(super::empty);
        if own.is_null() {
            *own = super::empty();
        }
        let Some(own) = own.as_object_mut() else { continue };
        for (name, resource) in resources {
            match own.get(&name) {
                Some(other) if *other == resource => {}
                Some(_) => {
                    return Err(ComposeError::model(
                        format!("{section}.{name}"),
                        "conflicts with imported resource: an included file says it otherwise",
                    ));
                }
                None => drop(own.insert(name, resource)),
            }
        }
    }
    Ok(())
}
