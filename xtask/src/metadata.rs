//! What cargo knows about the crates of this workspace: names, features, direct dependencies.

use std::path::PathBuf;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::shell;

/// One crate of the workspace.
#[derive(Debug, Clone)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) manifest: PathBuf,
    pub(crate) features: Vec<String>,
    pub(crate) dependencies: Vec<Dependency>,
}

/// One direct dependency, as written in a `Cargo.toml`.
#[derive(Debug, Clone)]
pub(crate) struct Dependency {
    pub(crate) name: String,
    /// True for `[dev-dependencies]`.
    pub(crate) dev: bool,
}

/// Every crate of the workspace.
pub(crate) fn packages() -> Result<Vec<Package>> {
    let text = shell::capture(&mut shell::cargo([
        "metadata",
        "--format-version",
        "1",
        "--no-deps",
        "--locked",
    ]))?;
    parse(&text).context("cannot read what `cargo metadata` wrote")
}

/// Where cargo builds to, and where it keeps the sources of one outside crate.
pub(crate) fn places(of_crate: &str) -> Result<(PathBuf, PathBuf)> {
    let text = shell::capture(&mut shell::cargo([
        "metadata",
        "--format-version",
        "1",
        "--locked",
    ]))?;
    let value: Value = serde_json::from_str(&text)?;
    let manifest = array(&value, "packages")?
        .iter()
        .find(|p| p["name"] == of_crate)
        .and_then(|p| p["manifest_path"].as_str())
        .with_context(|| format!("`{of_crate}` is no dependency"))?;
    let sources = PathBuf::from(manifest)
        .parent()
        .map(PathBuf::from)
        .unwrap_or_default();
    Ok((string(&value, "target_directory")?.into(), sources))
}

fn parse(text: &str) -> Result<Vec<Package>> {
    let value: Value = serde_json::from_str(text)?;
    array(&value, "packages")?.iter().map(package).collect()
}

fn package(value: &Value) -> Result<Package> {
    let dependencies = array(value, "dependencies")?
        .iter()
        .map(|d| {
            Ok(Dependency {
                name: string(d, "name")?,
                dev: d["kind"] == "dev",
            })
        })
        .collect::<Result<_>>()?;
    let features = value["features"]
        .as_object()
        .map(|f| f.keys().cloned().collect())
        .unwrap_or_default();
    Ok(Package {
        name: string(value, "name")?,
        manifest: string(value, "manifest_path")?.into(),
        features,
        dependencies,
    })
}

fn array<'a>(value: &'a Value, key: &str) -> Result<&'a Vec<Value>> {
    value[key].as_array().with_context(|| format!("no list `{key}`"))
}

fn string(value: &Value, key: &str) -> Result<String> {
    Ok(value[key]
        .as_str()
        .with_context(|| format!("no text `{key}`"))?
        .to_owned())
}

/// `crate/failpoints` for each crate that has the feature, joined as `--features` wants it.
pub(crate) fn failpoint_features(packages: &[Package]) -> Option<String> {
    let with: Vec<String> = packages
        .iter()
        .filter(|p| p.features.iter().any(|f| f == "failpoints"))
        .map(|p| format!("{}/failpoints", p.name))
        .collect();
    (!with.is_empty()).then(|| with.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"{"packages":[
        {"name":"a","manifest_path":"/x/a/Cargo.toml","features":{"failpoints":[]},
         "dependencies":[{"name":"b","kind":null},{"name":"c","kind":"dev"}]},
        {"name":"b","manifest_path":"/x/b/Cargo.toml","features":{},"dependencies":[]}]}"#;

    #[test]
    fn reads_names_features_and_kinds() {
        let packages = parse(TEXT).unwrap();
        assert_eq!(packages.len(), 2);
        assert!(!packages[0].dependencies[0].dev);
        assert!(packages[0].dependencies[1].dev);
        assert_eq!(failpoint_features(&packages).as_deref(), Some("a/failpoints"));
    }

    #[test]
    fn truncated_metadata_is_an_error() {
        assert!(parse(&TEXT[..TEXT.len() / 2]).is_err());
        assert!(parse("{}").is_err());
    }
}
