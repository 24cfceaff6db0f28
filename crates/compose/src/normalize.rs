//! What a file leaves unsaid.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::variables::Variables;

/// Fills in the default network, names, dependencies that are implied, and variables that are passed on.
pub(crate) fn normalize(tree: &mut Value, project: &str, variables: &Variables) {
    let mut uses_default = false;
    for (_, service) in members(tree, "services") {
        let Some(service) = service.as_object_mut() else {
            continue;
        };
        uses_default |= network(service);
        dependencies(service);
        pass_on(service.get_mut("environment"), variables);
        if service.get("pull_policy").and_then(Value::as_str) == Some("if_not_present") {
            service.insert("pull_policy".to_owned(), "missing".into());
        }
        if let Some(Value::Object(build)) = service.get_mut("build") {
            pass_on(build.get_mut("args"), variables);
            if !build.contains_key("dockerfile_inline") {
                build.entry("dockerfile").or_insert_with(|| "Dockerfile".into());
            }
        }
    }
    if uses_default && let Some(tree) = tree.as_object_mut() {
        let networks = tree.entry("networks").or_insert_with(|| json!({}));
        if let Some(networks) = networks.as_object_mut() {
            networks.entry("default").or_insert(Value::Null);
        }
    }
    for section in ["networks", "volumes", "secrets", "configs"] {
        for (key, resource) in members(tree, section) {
            if resource.is_null() {
                *resource = json!({});
            }
            if let Some(resource) = resource.as_object_mut() {
                let external = resource.get("external") == Some(&Value::Bool(true));
                let name = if external {
                    key.clone()
                } else {
                    format!("{project}_{key}")
                };
                resource.entry("name").or_insert_with(|| name.into());
            }
        }
    }
    for section in ["secrets", "configs"] {
        for (_, resource) in members(tree, section) {
            let name = resource.get("environment").and_then(Value::as_str);
            if let Some(value) = name.and_then(|name| variables.get(name)).cloned() {
                resource["content"] = value.into();
            }
        }
    }
}

fn members<'t>(tree: &'t mut Value, section: &str) -> impl Iterator<Item = (&'t String, &'t mut Value)> {
    tree.get_mut(section)
        .and_then(Value::as_object_mut)
        .into_iter()
        .flatten()
}

/// Whether the service is in the default network.
fn network(service: &mut Map<String, Value>) -> bool {
    if service.contains_key("network_mode") || service.contains_key("provider") {
        return false;
    }
    let networks = service.entry("networks").or_insert_with(|| json!({}));
    match networks.as_object_mut() {
        Some(networks) if networks.is_empty() => {
            networks.insert("default".to_owned(), Value::Null);
            true
        }
        Some(networks) => networks.contains_key("default"),
        None => false,
    }
}

/// Links, shared namespaces and others' volumes make a service depend on others.
fn dependencies(service: &mut Map<String, Value>) {
    let mut implied: Vec<(String, bool)> = Vec::new();
    let list = |service: &Map<String, Value>, key: &str| -> Vec<String> {
        let items = service.get(key).and_then(Value::as_array);
        items
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect()
    };
    for link in list(service, "links") {
        let name = link.split(':').next().unwrap_or_default();
        implied.push((name.to_owned(), true));
    }
    for key in ["network_mode", "ipc", "pid", "uts", "cgroup"] {
        let mode = service.get(key).and_then(Value::as_str);
        if let Some(name) = mode.and_then(|mode| mode.strip_prefix("service:")) {
            implied.push((name.to_owned(), true));
        }
    }
    for from in list(service, "volumes_from") {
        if !from.starts_with("container:") {
            let name = from.split(':').next().unwrap_or_default();
            implied.push((name.to_owned(), false));
        }
    }
    if implied.is_empty() {
        return;
    }
    let depends_on = service.entry("depends_on").or_insert_with(|| json!({}));
    if let Some(depends_on) = depends_on.as_object_mut() {
        for (name, restart) in implied {
            depends_on.entry(name).or_insert_with(
                || json!({"condition": "service_started", "required": true, "restart": restart}),
            );
        }
    }
}

/// Names without a value take the caller's.
fn pass_on(pairs: Option<&mut Value>, variables: &Variables) {
    for (name, value) in pairs.and_then(Value::as_object_mut).into_iter().flatten() {
        if value.is_null()
            && let Some(callers) = variables.get(name)
        {
            *value = callers.clone().into();
        }
    }
}

/// Takes out what no service uses.
pub(crate) fn drop_unused(tree: &mut Value) {
    let mut used: [BTreeSet<String>; 4] = Default::default();
    for (_, service) in members(tree, "services") {
        let names = service.get("networks").and_then(Value::as_object);
        used[0].extend(names.into_iter().flat_map(Map::keys).cloned());
        let sources = |value: Option<&Value>| -> Vec<String> {
            let items = value.and_then(Value::as_array).into_iter().flatten();
            items
                .filter(|item| item.get("type").is_none_or(|kind| kind == "volume"))
                .filter_map(|item| item.get("source")?.as_str().map(str::to_owned))
                .collect()
        };
        used[1].extend(sources(service.get("volumes")));
        used[2].extend(sources(service.get("secrets")));
        used[2].extend(sources(
            service.get("build").and_then(|build| build.get("secrets")),
        ));
        used[3].extend(sources(service.get("configs")));
    }
    for (section, used) in ["networks", "volumes", "secrets", "configs"]
        .into_iter()
        .zip(used)
    {
        if let Some(all) = tree.get_mut(section).and_then(Value::as_object_mut) {
            all.retain(|name, _| used.contains(name));
            if all.is_empty()
                && let Some(tree) = tree.as_object_mut()
            {
                tree.remove(section);
            }
        }
    }
}
