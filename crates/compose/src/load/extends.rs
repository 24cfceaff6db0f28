//! `extends`: a service that begins as another one.

use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use super::document::{Files, Ready};
use super::empty;
use crate::tree::{self, Place};
use crate::variables::Variables;
use crate::yaml::Ask;
use crate::{ComposeError, merge, paths};

/// The longest row of services that extend each other.
const DEPTH_MAX: usize = 100;

/// Where services are looked up.
#[derive(Clone, Copy)]
struct Source<'s> {
    file: &'s Path,
    folder: &'s Path,
    services: &'s Map<String, Value>,
    asks: &'s [(Place, Ask)],
}

impl Files<'_> {
    /// Follows `extends` of all services of a document.
    pub(super) fn extend_all(
        &mut self,
        mut ready: Ready,
        file: &Path,
        folder: &Path,
        variables: &Variables,
    ) -> Result<Ready, ComposeError> {
        let Some(services) = tree::map(&ready.value, "services").cloned() else {
            return Ok(ready);
        };
        let source = Source {
            file,
            folder,
            services: &services,
            asks: &ready.asks,
        };
        let mut extended = Map::new();
        for name in services.keys() {
            let service = self.extended(name, source, variables, &mut Vec::new())?;
            extended.insert(name.clone(), service);
        }
        ready.value["services"] = Value::Object(extended);
        Ok(ready)
    }

    fn extended(
        &mut self,
        name: &str,
        source: Source<'_>,
        variables: &Variables,
        trail: &mut Vec<(PathBuf, String)>,
    ) -> Result<Value, ComposeError> {
        let mut service = source.services.get(name).cloned().unwrap_or_else(empty);
        let Some(extends) = service
            .as_object_mut()
            .and_then(|service| service.remove("extends"))
        else {
            return Ok(service);
        };
        let here = (source.file.to_path_buf(), name.to_owned());
        if trail.len() >= DEPTH_MAX {
            return Err(ComposeError::Nesting(format!(
                "service `{name}` of `{}` extends others more than {DEPTH_MAX} times over",
                source.file.display()
            )));
        }
        if trail.contains(&here) {
            return Err(ComposeError::Nesting(format!(
                "service `{name}` of `{}` extends itself, by way of others",
                source.file.display()
            )));
        }
        trail.push(here);
        let word = |key: &str| extends.get(key).and_then(Value::as_str);
        let target = word("service").unwrap_or_default();
        let missing = |file: &Path| {
            ComposeError::model(
                format!("services.{name}.extends"),
                format!("names service `{target}`, which is not in `{}`", file.display()),
            )
        };
        let mut base = match word("file") {
            None => {
                if !source.services.contains_key(target) {
                    return Err(missing(source.file));
                }
                self.extended(target, source, variables, trail)?
            }
            Some(file) => {
                let file = paths::join(source.folder, file, self.home());
                let folder = file.parent().unwrap_or(Path::new("/")).to_path_buf();
                let mut tree = empty();
                let mut asks = Vec::new();
                for ready in self.read(&file, &folder, variables)? {
                    merge::merge(&mut tree, ready.value);
                    asks.extend(ready.asks);
                }
                let services = tree::map(&tree, "services").cloned().unwrap_or_default();
                if !services.contains_key(target) {
                    return Err(missing(&file));
                }
                let source = Source {
                    file: &file,
                    folder: &folder,
                    services: &services,
                    asks: &asks,
                };
                self.extended(target, source, variables, trail)?
            }
        };
        for (place, _) in source.asks.iter().rev() {
            if let [section, service, rest @ ..] = place.words()
                && section == "services"
                && service == name
            {
                let rest: Vec<&str> = rest.iter().map(String::as_str).collect();
                tree::remove(&mut base, &Place::of(&rest));
            }
        }
        merge::merge_service(&mut base, service);
        Ok(base)
    }
}
