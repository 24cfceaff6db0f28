//! Relative paths of a file, which are meant from its project's folder.

use std::path::{Component, Path, PathBuf};

use serde_json::Value;

/// Joins, and takes `.` and `..` out without asking the disk.
pub(crate) fn join(folder: &Path, path: &str, home: Option<&Path>) -> PathBuf {
    let joined = match (path.strip_prefix('~'), home) {
        (Some(""), Some(home)) => home.to_path_buf(),
        (Some(rest), Some(home)) if rest.starts_with('/') => home.join(&rest[1..]),
        _ => folder.join(path),
    };
    clean(&joined)
}

fn clean(path: &Path) -> PathBuf {
    let mut clean = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => drop(clean.pop()),
            other => clean.push(other),
        }
    }
    clean
}

/// Whether a word is a Wasm file by the way it is written, and no image's name.
pub fn is_wasm_file(image: &str) -> bool {
    image.starts_with(['.', '/']) || image.ends_with(".wasm") || image.ends_with(".wat")
}

/// Makes all paths of a tree absolute. The tree is in its long form.
pub(crate) fn resolve(tree: &mut Value, folder: &Path, home: Option<&Path>) {
    let absolute = |value: &mut Value| {
        if let Some(path) = value.as_str() {
            *value = join(folder, path, home).to_string_lossy().into_owned().into();
        }
    };
    let local = |value: &mut Value| {
        // Contexts may lie elsewhere: `https://…`, `git@…`, `docker-image://…`, `service:…`.
        if value.as_str().is_some_and(|context| !is_remote(context)) {
            absolute(value);
        }
    };
    for section in ["secrets", "configs"] {
        for resource in children(tree.get_mut(section)) {
            resource.get_mut("file").map(absolute);
        }
    }
    for volume in children(tree.get_mut("volumes")) {
        let Some(options) = volume.get_mut("driver_opts") else {
            continue;
        };
        let option = |name: &str| options.get(name).and_then(Value::as_str).unwrap_or_default();
        if option("type") == "none" && option("o").split(',').any(|o| matches!(o, "bind" | "rbind")) {
            options.get_mut("device").map(absolute);
        }
    }
    for service in children(tree.get_mut("services")) {
        if let Some(image) = service.get_mut("image")
            && image.as_str().is_some_and(is_wasm_file)
        {
            absolute(image);
        }
        let links = service.get_mut("x-sampan").and_then(|own| own.get_mut("links"));
        for link in all(links).filter(|link| link.as_str().is_some_and(is_wasm_file)) {
            absolute(link);
        }
        if let Some(build) = service.get_mut("build").and_then(Value::as_object_mut) {
            local(build.entry("context").or_insert_with(|| ".".into()));
            children(build.get_mut("additional_contexts")).for_each(local);
        }
        for (list, key) in [("env_file", "path"), ("volumes", "source")] {
            for item in items(service.get_mut(list)) {
                let is_bind = item.get("type").is_none_or(|kind| kind == "bind");
                if is_bind {
                    item.get_mut(key).map(absolute);
                }
            }
        }
        items(service.get_mut("label_file")).for_each(absolute);
        for rule in items(
            service
                .get_mut("develop")
                .and_then(|develop| develop.get_mut("watch")),
        ) {
            rule.get_mut("path").map(absolute);
        }
    }
}

/// Whether a context of a build is not a folder of this machine.
pub(crate) fn is_remote(context: &str) -> bool {
    context.contains("://") || context.starts_with("git@") || context.starts_with("service:")
}

fn children(value: Option<&mut Value>) -> impl Iterator<Item = &mut Value> {
    value
        .and_then(Value::as_object_mut)
        .into_iter()
        .flat_map(|map| map.values_mut())
}

/// The members of a map or the items of a list.
fn all(value: Option<&mut Value>) -> impl Iterator<Item = &mut Value> {
    let (map, list) = match value {
        Some(Value::Object(map)) => (Some(map), None),
        Some(Value::Array(list)) => (None, Some(list)),
        _ => (None, None),
    };
    let map = map.into_iter().flat_map(|map| map.values_mut());
    map.chain(list.into_iter().flatten())
}

fn items(value: Option<&mut Value>) -> impl Iterator<Item = &mut Value> {
    value.and_then(Value::as_array_mut).into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn paths_are_meant_from_the_folder() {
        let mut tree = json!({
            "services": {"a": {
                "image": "./x.wasm", "build": {}, "env_file": [{"path": "e"}],
                "volumes": [{"type": "bind", "source": "../b"}, {"type": "volume", "source": "v"}, {"type": "bind", "source": "~/c"}],
                "develop": {"watch": [{"path": "src"}]},
            }, "b": {"image": "name", "build": {"context": "https://x/y"}, "x-sampan": {"links": {"l": "./l.wasm", "m": "r/m:1"}}}},
            "secrets": {"s": {"file": "s.txt"}},
            "volumes": {"v": {"driver_opts": {"type": "none", "o": "bind", "device": "d"}}},
        });
        resolve(&mut tree, Path::new("/p/q"), Some(Path::new("/home/u")));
        assert_eq!(
            tree["services"]["a"],
            json!({
                "image": "/p/q/x.wasm", "build": {"context": "/p/q"}, "env_file": [{"path": "/p/q/e"}],
                "volumes": [{"type": "bind", "source": "/p/b"}, {"type": "volume", "source": "v"}, {"type": "bind", "source": "/home/u/c"}],
                "develop": {"watch": [{"path": "/p/q/src"}]},
            })
        );
        assert_eq!(tree["services"]["b"]["build"]["context"], "https://x/y");
        assert_eq!(
            tree["services"]["b"]["x-sampan"]["links"],
            json!({"l": "/p/q/l.wasm", "m": "r/m:1"})
        );
        assert_eq!(tree["secrets"]["s"]["file"], "/p/q/s.txt");
        assert_eq!(tree["volumes"]["v"]["driver_opts"]["device"], "/p/q/d");
    }
}
