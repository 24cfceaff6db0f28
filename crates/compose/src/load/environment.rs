//! `env_file` and `label_file` of services, put into their environment and labels.

use std::path::Path;

use serde_json::{Map, Value};

use super::document::read_text;
use crate::ComposeError;
use crate::dotenv::{self, Form};
use crate::variables::Variables;

/// Reads the files of all services. What a service says itself is stronger than its files.
pub(super) fn put_in(tree: &mut Value, variables: &Variables) -> Result<(), ComposeError> {
    let services = tree.get_mut("services").and_then(Value::as_object_mut);
    for service in services.into_iter().flat_map(|services| services.values_mut()) {
        let Some(service) = service.as_object_mut() else {
            continue;
        };
        if let Some(Value::Array(files)) = service.remove("env_file") {
            let mut found = Map::new();
            for file in &files {
                let path = Path::new(file.get("path").and_then(Value::as_str).unwrap_or_default());
                let required = file.get("required") != Some(&Value::Bool(false));
                if !required && !path.exists() {
                    continue;
                }
                let raw = file.get("format").and_then(Value::as_str) == Some("raw");
                let form = if raw { Form::Raw } else { Form::Full };
                take(path, form, variables, &mut found)?;
            }
            beneath(service, "environment", found);
        }
        if let Some(Value::Array(files)) = service.remove("label_file") {
            let mut found = Map::new();
            for file in files.iter().filter_map(Value::as_str) {
                take(Path::new(file), Form::Full, variables, &mut found)?;
            }
            beneath(service, "labels", found);
        }
    }
    Ok(())
}

fn take(
    path: &Path,
    form: Form,
    variables: &Variables,
    found: &mut Map<String, Value>,
) -> Result<(), ComposeError> {
    let text = read_text(path)?;
    let lines = dotenv::read(&text, form, variables).map_err(|bad| ComposeError::EnvFile {
        file: path.to_path_buf(),
        line: bad.line,
        what: bad.what,
    })?;
    found.extend(
        lines
            .into_iter()
            .map(|(name, value)| (name, Value::String(value))),
    );
    Ok(())
}

fn beneath(service: &mut Map<String, Value>, key: &str, mut found: Map<String, Value>) {
    if let Some(Value::Object(own)) = service.remove(key) {
        found.extend(own);
    }
    if !found.is_empty() {
        service.insert(key.to_owned(), Value::Object(found));
    }
}
