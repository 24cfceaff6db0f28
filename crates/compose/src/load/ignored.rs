//! What a file asks for and nothing is done about: it is told, because containers would be without it in silence.

use serde_json::Value;

/// Keys of a service.
const KEYS: [(&str, &str); 5] = [
    ("/post_start", "post_start"),
    ("/pre_stop", "pre_stop"),
    ("/models", "models"),
    ("/gpus", "gpus"),
    (
        "/deploy/resources/reservations/devices",
        "deploy.resources.reservations.devices",
    ),
];

/// A line for each.
pub(super) fn ignored(tree: &Value) -> Vec<String> {
    let services = tree.get("services").and_then(Value::as_object);
    let mut lines = Vec::new();
    for (name, service) in services.into_iter().flatten() {
        for (pointer, key) in KEYS {
            if service.pointer(pointer).is_some_and(is_something) {
                lines.push(format!(
                    "`services.{name}.{key}` is not done here: the service is started without it"
                ));
            }
        }
    }
    lines
}

fn is_something(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Array(items) => !items.is_empty(),
        Value::Object(items) => !items.is_empty(),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_not_done_is_told_for_each_service() {
        let tree = json!({"services": {
            "a": {"post_start": [{"command": ["touch", "/x"]}], "pre_stop": [], "gpus": "all"},
            "b": {"deploy": {"resources": {"reservations": {"devices": [{"capabilities": ["gpu"]}]}}}},
            "c": {"image": "x", "models": null},
        }});
        let told = ignored(&tree);
        let about = |text: &str| told.iter().filter(|line| line.contains(text)).count();
        assert_eq!(told.len(), 3, "{told:?}");
        assert_eq!(about("`services.a.post_start`") + about("`services.a.gpus`"), 2);
        assert_eq!(about("`services.b.deploy.resources.reservations.devices`"), 1);
    }
}
