//! From files to a project.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::dotenv::{self, Form};
use crate::model::Project;
use crate::variables::Variables;
use crate::{ComposeError, consistency, find, merge, normalize};

mod document;
mod environment;
mod extends;
mod ignored;
mod include;
mod profiles;

use document::Files;

/// What is to be loaded, and with what.
#[derive(Clone, Debug, Default)]
pub struct LoadOptions {
    /// Where the caller stands: an absolute path.
    pub working_dir: PathBuf,
    /// The files, each over the one before; where there is none, the usual names are looked for.
    pub files: Vec<PathBuf>,
    /// The text of the file `-`.
    pub stdin: Option<String>,
    /// The folder that paths are meant from; else that of the first file.
    pub project_directory: Option<PathBuf>,
    /// The project's name, where it is given.
    pub name: Option<String>,
    /// Files of variables in the place of `.env`.
    pub env_files: Vec<PathBuf>,
    /// The caller's variables.
    pub variables: Variables,
    /// The profiles that are on.
    pub profiles: Vec<String>,
    /// Services whose profiles are on because they are named.
    pub named: Vec<String>,
    /// The caller's home folder, which `~` means.
    pub home: Option<PathBuf>,
    /// Leave variables as they are written.
    pub no_interpolate: bool,
}

/// A project, and how it came to be.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// What the files say.
    pub project: Project,
    /// The same as a tree in its long form.
    pub tree: Value,
    /// Names of all profiles that services have.
    pub profiles: Vec<String>,
    /// Names of all variables that the files ask for.
    pub unset: Vec<String>,
    /// What may surprise.
    pub warnings: Vec<String>,
}

/// Loads a project.
pub fn load(options: &LoadOptions) -> Result<Loaded, ComposeError> {
    let mut options = options.clone();
    if options.files.is_empty() {
        options.files = usual_files(&options)?;
    }
    let absolute = |path: &PathBuf| options.working_dir.join(path);
    let stdin = Path::new("-");
    let files: Vec<PathBuf> = options
        .files
        .iter()
        .map(|path| {
            if path == stdin {
                path.clone()
            } else {
                absolute(path)
            }
        })
        .collect();
    let folder = match (&options.project_directory, files.first()) {
        (Some(folder), _) => absolute(folder),
        (None, Some(file)) if file != stdin => file.parent().unwrap_or(Path::new("/")).to_path_buf(),
        _ => options.working_dir.clone(),
    };
    let folder = crate::paths::join(&folder, ".", None);
    let env_files: Vec<PathBuf> = options.env_files.iter().map(absolute).collect();
    let mut variables = variables(&options.variables, &env_files, &folder)?;

    let given = options
        .name
        .clone()
        .or_else(|| set(&variables, "COMPOSE_PROJECT_NAME"));
    if let Some(name) = &given {
        check_name(name)?;
        variables.insert("COMPOSE_PROJECT_NAME".to_owned(), name.clone());
    }
    let mut reader = Files::new(&options);
    let name = match given {
        Some(name) => name,
        None => {
            let name = match reader.name_in(&files, &variables)? {
                Some(name) => name,
                None => folder
                    .file_name()
                    .map(|name| name.to_string_lossy().into_owned())
                    .unwrap_or_default(),
            };
            let name = normal_name(&name);
            check_name(&name).map_err(|_| ComposeError::NoProjectName)?;
            name
        }
    };
    variables.insert("COMPOSE_PROJECT_NAME".to_owned(), name.clone());

    let mut tree = reader.model(&files, &folder, &variables, &mut Vec::new())?;
    merge::once(&mut tree);
    tree["name"] = name.clone().into();
    consistency::check_ways(&tree)?;
    normalize::normalize(&mut tree, &name, &variables);
    environment::put_in(&mut tree, &variables)?;
    consistency::check(&tree)?;
    let all_profiles = profiles::all(&tree);
    let disabled = profiles::choose(&mut tree, &active(&options, &variables), &options.named);
    consistency::check_active(&tree, &disabled)?;
    normalize::drop_unused(&mut tree);
    let mut warnings = reader.warnings;
    warnings.extend(ignored::ignored(&tree));
    let mut project: Project = serde_json::from_value(tree.clone())
        .map_err(|error| ComposeError::model("the project", format!("cannot be read: {error}")))?;
    project.take_trees(&tree);
    project.files = files;
    project.env_files = env_files;
    project.folder = folder;
    project.disabled = disabled;
    Ok(Loaded {
        project,
        tree,
        profiles: all_profiles,
        unset: reader.unset,
        warnings,
    })
}

/// `COMPOSE_FILE`, of the caller or of `.env` here; else the usual names.
fn usual_files(options: &LoadOptions) -> Result<Vec<PathBuf>, ComposeError> {
    let folder = options.project_directory.as_ref().map_or_else(
        || options.working_dir.clone(),
        |folder| options.working_dir.join(folder),
    );
    let variables = variables(&options.variables, &options.env_files, &folder)?;
    match set(&variables, "COMPOSE_FILE") {
        Some(list) => {
            let separator = set(&variables, "COMPOSE_PATH_SEPARATOR").unwrap_or_else(|| ":".to_owned());
            Ok(list
                .split(separator.as_str())
                .filter(|path| !path.is_empty())
                .map(PathBuf::from)
                .collect())
        }
        None => find::files(&folder),
    }
}

fn set(variables: &Variables, name: &str) -> Option<String> {
    variables.get(name).filter(|value| !value.is_empty()).cloned()
}

/// The caller's variables and those of files, which are weaker; of several files the last is the strongest.
fn variables(callers: &Variables, files: &[PathBuf], folder: &Path) -> Result<Variables, ComposeError> {
    let usual = folder.join(".env");
    let files: Vec<&Path> = match files {
        [] if usual.is_file() => vec![&usual],
        files => files.iter().map(PathBuf::as_path).collect(),
    };
    let mut all = callers.clone();
    for file in files {
        let text = document::read_text(file)?;
        let found = dotenv::read(&text, Form::Full, &all).map_err(|bad| ComposeError::EnvFile {
            file: file.to_path_buf(),
            line: bad.line,
            what: bad.what,
        })?;
        for (name, value) in found {
            if !callers.contains_key(&name) {
                all.insert(name, value);
            }
        }
    }
    Ok(all)
}

fn active(options: &LoadOptions, variables: &Variables) -> Vec<String> {
    if !options.profiles.is_empty() {
        return options.profiles.clone();
    }
    let list = set(variables, "COMPOSE_PROFILES").unwrap_or_default();
    list.split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect()
}

/// A name made of any text.
fn normal_name(text: &str) -> String {
    let name: String = text
        .to_lowercase()
        .chars()
        .filter(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_'))
        .collect();
    name.trim_start_matches(['-', '_']).to_owned()
}

fn check_name(name: &str) -> Result<(), ComposeError> {
    if name.is_empty() || normal_name(name) != name {
        return Err(ComposeError::ProjectName(name.to_owned()));
    }
    Ok(())
}

/// An empty tree.
fn empty() -> Value {
    json!({})
}

#[cfg(test)]
mod tests;
