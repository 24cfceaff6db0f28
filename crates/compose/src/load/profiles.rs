//! Which services take part.

use std::collections::BTreeSet;

use serde_json::Value;

fn of(service: &Value) -> impl Iterator<Item = &str> {
    let list = service.get("profiles").and_then(Value::as_array);
    list.into_iter().flatten().filter_map(Value::as_str)
}

/// The names of all profiles.
pub(super) fn all(tree: &Value) -> Vec<String> {
    let services = tree.get("services").and_then(Value::as_object);
    let names: BTreeSet<_> = services
        .into_iter()
        .flat_map(|services| services.values())
        .flat_map(of)
        .collect();
    names.into_iter().map(str::to_owned).collect()
}

/// Takes services out whose profiles are off, and gives their names. `named` ones are on, with what they depend on where
/// that shares a profile with them.
pub(super) fn choose(tree: &mut Value, active: &[String], named: &[String]) -> Vec<String> {
    let Some(services) = tree.get_mut("services").and_then(Value::as_object_mut) else {
        return Vec::new();
    };
    let mut active: Vec<String> = active.to_vec();
    for name in named {
        if let Some(service) = services.get(name) {
            active.extend(of(service).map(str::to_owned));
        }
    }
    let is_on = |service: &Value| {
        let mut profiles = of(service).peekable();
        profiles.peek().is_none()
            || active.iter().any(|name| name == "*")
            || profiles.any(|profile| active.iter().any(|name| name == profile))
    };
    let off: Vec<String> = services
        .iter()
        .filter(|(_, service)| !is_on(service))
        .map(|(name, _)| name.clone())
        .collect();
    for name in &off {
        services.remove(name);
    }
    off
}
