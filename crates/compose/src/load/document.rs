//! One file: read, filled with variables, checked and in its long form.

use std::collections::HashMap;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::{LoadOptions, empty};
use crate::tree::{self, Document, Place};
use crate::variables::{Lookup, Variables};
use crate::yaml::{self, Ask};
use crate::{ComposeError, canonical, interpolate, merge, paths, schema};

/// The largest file.
const FILE_MAX: u64 = 8 << 20;
/// The most files that a project is made of.
const FILES_MAX: usize = 100;

/// Reads a text within its bounds.
pub(super) fn read_text(path: &Path) -> Result<String, ComposeError> {
    let wrong = |source| ComposeError::Read {
        path: path.to_path_buf(),
        source,
    };
    let mut text = String::new();
    let file = File::open(path).map_err(wrong)?;
    file.take(FILE_MAX + 1).read_to_string(&mut text).map_err(wrong)?;
    if text.len() as u64 > FILE_MAX {
        return Err(ComposeError::TooLarge {
            path: path.to_path_buf(),
            max: FILE_MAX,
        });
    }
    Ok(text)
}

/// A document in its long form, and what its tags ask for.
#[derive(Clone, Debug)]
pub(super) struct Ready {
    pub(super) value: Value,
    pub(super) asks: Vec<(Place, Ask)>,
}

/// The files of a project as they are read.
pub(super) struct Files<'o> {
    options: &'o LoadOptions,
    texts: HashMap<PathBuf, String>,
    pub(super) unset: Vec<String>,
    pub(super) warnings: Vec<String>,
}

impl<'o> Files<'o> {
    pub(super) fn new(options: &'o LoadOptions) -> Self {
        Self {
            options,
            texts: HashMap::new(),
            unset: Vec::new(),
            warnings: Vec::new(),
        }
    }

    pub(super) fn home(&self) -> Option<&'o Path> {
        self.options.home.as_deref()
    }

    pub(super) fn callers_variables(&self) -> &'o Variables {
        &self.options.variables
    }

    fn text(&mut self, path: &Path) -> Result<String, ComposeError> {
        if let Some(text) = self.texts.get(path) {
            return Ok(text.clone());
        }
        if self.texts.len() >= FILES_MAX {
            return Err(ComposeError::Nesting(format!(
                "the project has more than {FILES_MAX} files"
            )));
        }
        let text = match (&self.options.stdin, path == Path::new("-")) {
            (Some(text), true) => text.clone(),
            _ => read_text(path)?,
        };
        self.texts.insert(path.to_path_buf(), text.clone());
        Ok(text)
    }

    fn parse(&mut self, path: &Path) -> Result<Vec<Document>, ComposeError> {
        let text = self.text(path)?;
        let nodes = yaml::read(&text).map_err(|error| ComposeError::Yaml {
            file: path.to_path_buf(),
            line: error.line,
            what: error.what,
        })?;
        Ok(nodes
            .into_iter()
            .map(Document::of)
            .filter(|document| !document.value.is_null())
            .collect())
    }

    /// The last `name:` of the files.
    pub(super) fn name_in(
        &mut self,
        files: &[PathBuf],
        variables: &Variables,
    ) -> Result<Option<String>, ComposeError> {
        let mut name = None;
        for file in files {
            for document in self.parse(file)? {
                if let Some(text) = document.value.get("name").and_then(Value::as_str) {
                    let place = Place::of(&["name"]);
                    let filled = Lookup::new(variables).fill(text);
                    name = Some(
                        filled.map_err(|wrong| fault(file, &document, &place, wrong.to_string(), None))?,
                    );
                }
            }
        }
        Ok(name)
    }

    /// Reads a file's documents, with its paths meant from a folder.
    pub(super) fn read(
        &mut self,
        path: &Path,
        folder: &Path,
        variables: &Variables,
    ) -> Result<Vec<Ready>, ComposeError> {
        let mut all = Vec::new();
        for mut document in self.parse(path)? {
            // From the last to the first, so that places in lists still fit.
            for (place, ask) in document.asks.clone().iter().rev() {
                if *ask == Ask::Reset {
                    tree::remove(&mut document.value, place);
                }
            }
            let mut value = std::mem::take(&mut document.value);
            if !self.options.no_interpolate {
                let mut lookup = Lookup::new(variables);
                interpolate::fill(&mut value, &mut lookup)
                    .map_err(|wrong| fault(path, &document, &wrong.place, wrong.what, None))?;
                self.note_unset(lookup.unset);
                interpolate::cast(&mut value)
                    .map_err(|wrong| fault(path, &document, &wrong.place, wrong.what, None))?;
                schema::check(&value)
                    .map_err(|wrong| fault(path, &document, &wrong.place, wrong.what, wrong.meant))?;
            }
            let checked = canonical::canonical(&mut value);
            if !self.options.no_interpolate {
                checked.map_err(|wrong| fault(path, &document, &wrong.place, wrong.what, None))?;
            }
            if value.get("version").is_some() {
                self.warn(format!("`{}`: `version` has no meaning any more", path.display()));
            }
            if let Some(members) = value.as_object_mut() {
                members.remove("version");
                members.remove("name");
            }
            paths::resolve(&mut value, folder, self.home());
            all.push(Ready {
                value,
                asks: document.asks,
            });
        }
        Ok(all)
    }

    fn note_unset(&mut self, names: Vec<String>) {
        for name in names {
            if !self.unset.contains(&name) {
                self.warn(format!(
                    "the variable `{name}` is not set, and stands for an empty text"
                ));
                self.unset.push(name);
            }
        }
    }

    fn warn(&mut self, text: String) {
        if !self.warnings.contains(&text) {
            self.warnings.push(text);
        }
    }

    /// The tree of several files, each over the one before. `within` are the files that include these.
    pub(super) fn model(
        &mut self,
        files: &[PathBuf],
        folder: &Path,
        variables: &Variables,
        within: &mut Vec<PathBuf>,
    ) -> Result<Value, ComposeError> {
        let mut tree = empty();
        for file in files {
            within.push(file.clone());
            for ready in self.read(file, folder, variables)? {
                let mut ready = self.extend_all(ready, file, folder, variables)?;
                self.include_all(&mut ready.value, folder, variables, within)?;
                for (place, _) in ready.asks.iter().rev() {
                    tree::remove(&mut tree, place);
                }
                merge::merge(&mut tree, ready.value);
            }
            within.pop();
        }
        Ok(tree)
    }
}

fn fault(
    file: &Path,
    document: &Document,
    place: &Place,
    what: String,
    meant: Option<String>,
) -> ComposeError {
    ComposeError::Schema {
        file: file.to_path_buf(),
        line: document.line(place),
        place: place.to_string(),
        what,
        meant,
    }
}
