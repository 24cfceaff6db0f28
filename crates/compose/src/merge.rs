//! Several files over one another. All are in their long form, so that maps merge by key and lists are joined, with few
//! exceptions.

use serde_json::{Map, Value};

use crate::tree::{Place, text};

/// What a later file replaces as a whole.
const REPLACED: &[&str] = &[
    "services.*.command",
    "services.*.entrypoint",
    "services.*.healthcheck.test",
    "services.*.ulimits.*",
];

/// Lists in which a later element takes the place of an earlier one with the same key.
const KEYED: &[(&str, Key)] = &[
    ("services.*.ports", Key::Port),
    ("services.*.volumes", Key::Target),
    ("services.*.devices", Key::Target),
    ("services.*.secrets", Key::Target),
    ("services.*.configs", Key::Target),
    ("services.*.env_file", Key::Path),
    ("services.*.develop.watch", Key::Path),
    ("networks.*.ipam.config", Key::Subnet),
];

#[derive(Clone, Copy)]
enum Key {
    Port,
    Target,
    Path,
    Subnet,
}

impl Key {
    fn of(self, item: &Value) -> Option<String> {
        let word = |name: &str| item.get(name).and_then(text);
        match self {
            Self::Port => Some(format!(
                "{}:{}:{}/{}",
                word("host_ip").unwrap_or_default(),
                word("published").unwrap_or_default(),
                word("target")?,
                word("protocol").unwrap_or_default()
            )),
            Self::Target => word("target"),
            Self::Path => word("path"),
            Self::Subnet => word("subnet"),
        }
    }
}

/// Puts a later tree over an earlier one.
pub(crate) fn merge(base: &mut Value, over: Value) {
    merge_at(base, over, &Place::default());
}

/// Puts a service over the one that it extends.
pub(crate) fn merge_service(base: &mut Value, over: Value) {
    merge_at(base, over, &Place::of(&["services", "service"]));
}

/// Of several things at one place of a service the last one stands, also within one file.
pub(crate) fn once(tree: &mut Value) {
    let services = tree.get_mut("services").and_then(Value::as_object_mut);
    for (name, service) in services.into_iter().flatten() {
        for key in ["volumes", "devices", "secrets", "configs"] {
            if let Some(Value::Array(items)) = service.get_mut(key) {
                let all = std::mem::take(items);
                join(items, all, &Place::of(&["services", name, key]));
            }
        }
    }
}

fn merge_at(base: &mut Value, over: Value, place: &Place) {
    if REPLACED.iter().any(|pattern| place.fits(pattern)) {
        *base = over;
        return;
    }
    match (base, over) {
        // A key without a value says nothing that an earlier file has not said.
        (_, Value::Null) => {}
        (Value::Object(base), Value::Object(over)) => {
            if place.fits("services.*.logging") && other_driver(base, &over) {
                *base = over;
                return;
            }
            for (key, value) in over {
                match base.get_mut(&key) {
                    Some(before) => merge_at(before, value, &place.child(key)),
                    None => drop(base.insert(key, value)),
                }
            }
        }
        (Value::Array(base), Value::Array(over)) => join(base, over, place),
        (base, over) => *base = over,
    }
}

fn other_driver(base: &Map<String, Value>, over: &Map<String, Value>) -> bool {
    match (base.get("driver"), over.get("driver")) {
        (Some(before), Some(after)) => before != after,
        _ => false,
    }
}

fn join(base: &mut Vec<Value>, over: Vec<Value>, place: &Place) {
    let key = KEYED
        .iter()
        .find(|(pattern, _)| place.fits(pattern))
        .map(|(_, key)| *key);
    for item in over {
        let twin = match key {
            Some(key) => {
                let wanted = key.of(&item);
                base.iter_mut()
                    .find(|before| wanted.is_some() && key.of(before) == wanted)
            }
            None => base.iter_mut().find(|before| **before == item),
        };
        match twin {
            Some(twin) => match (key, &mut *twin) {
                (Some(Key::Subnet), Value::Object(_)) => merge_at(twin, item, &Place::default()),
                _ => *twin = item,
            },
            None => base.push(item),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn later_files_win_key_by_key() {
        let mut base = json!({"services": {"a": {
            "image": "one", "command": ["x", "y"], "environment": {"A": "1", "B": "2"},
            "ports": [{"target": 80, "published": "8080", "protocol": "tcp"}],
            "volumes": [{"type": "volume", "source": "v", "target": "/d"}],
            "cap_add": ["X"], "dns": ["1.1.1.1"],
            "logging": {"driver": "json-file", "options": {"max-size": "1m"}},
            "healthcheck": {"test": ["CMD", "a"], "retries": 3},
        }}});
        merge(
            &mut base,
            json!({"services": {
                "a": {
                    "image": "two", "command": ["z"], "environment": {"B": "3"},
                    "ports": [{"target": 81, "protocol": "tcp"}, {"target": 80, "published": "8080", "protocol": "tcp", "mode": "host"}],
                    "volumes": [{"type": "bind", "source": "/h", "target": "/d"}],
                    "cap_add": ["Y", "X"], "dns": null,
                    "logging": {"driver": "none"},
                    "healthcheck": {"test": ["CMD", "b"]},
                },
                "b": {"image": "three"},
            }}),
        );
        assert_eq!(
            base,
            json!({"services": {
                "a": {
                    "image": "two", "command": ["z"], "environment": {"A": "1", "B": "3"},
                    "ports": [{"target": 80, "published": "8080", "protocol": "tcp", "mode": "host"}, {"target": 81, "protocol": "tcp"}],
                    "volumes": [{"type": "bind", "source": "/h", "target": "/d"}],
                    "cap_add": ["X", "Y"], "dns": ["1.1.1.1"],
                    "logging": {"driver": "none"},
                    "healthcheck": {"test": ["CMD", "b"], "retries": 3},
                },
                "b": {"image": "three"},
            }})
        );
    }
}
