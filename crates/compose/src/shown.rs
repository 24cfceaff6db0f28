//! The tree as people read it and other tools take it: what is one form within is written as docker compose writes it.

use serde_json::{Value, json};

/// Brings the tree into the form that is shown.
pub fn shown(tree: &mut Value) {
    for section in ["secrets", "configs"] {
        let resources = tree.get_mut(section).and_then(Value::as_object_mut);
        for resource in resources.into_iter().flat_map(|all| all.values_mut()) {
            // Its variable is named, and what that holds may be secret.
            if resource.get("environment").is_some()
                && let Some(resource) = resource.as_object_mut()
            {
                resource.remove("content");
            }
        }
    }
    let services = tree.get_mut("services").and_then(Value::as_object_mut);
    for service in services.into_iter().flat_map(|all| all.values_mut()) {
        extra_hosts(service);
        modes(service);
        if let Some(build) = service.get_mut("build") {
            extra_hosts(build);
            modes(build);
            // An argument that nobody gave a value is not there.
            if let Some(arguments) = build.get_mut("args").and_then(Value::as_object_mut) {
                arguments.retain(|_, value| !value.is_null());
            }
        }
    }
}

/// `{a: ["1"]}` as `["a=1"]`.
fn extra_hosts(holder: &mut Value) {
    let Some(hosts) = holder.get_mut("extra_hosts") else {
        return;
    };
    let lines = hosts
        .as_object()
        .into_iter()
        .flatten()
        .flat_map(|(host, addresses)| {
            let addresses = addresses
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Value::as_str);
            addresses.map(move |address| json!(format!("{host}={address}")))
        });
    *hosts = lines.collect();
}

/// The bits of files are octal.
fn modes(holder: &mut Value) {
    for list in ["secrets", "configs"] {
        let items = holder.get_mut(list).and_then(Value::as_array_mut);
        for mode in items
            .into_iter()
            .flatten()
            .filter_map(|item| item.get_mut("mode"))
        {
            if let Some(bits) = mode.as_u64() {
                *mode = json!(format!("{bits:04o}"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_variable_holds_is_not_shown() {
        let mut tree = json!({
            "secrets": {"s": {"environment": "KEY", "content": "hidden"}},
            "configs": {"c": {"environment": "NAME", "content": "hidden"}, "d": {"content": "written there"}},
        });
        shown(&mut tree);
        assert_eq!(
            tree,
            json!({
                "secrets": {"s": {"environment": "KEY"}},
                "configs": {"c": {"environment": "NAME"}, "d": {"content": "written there"}},
            })
        );
    }

    #[test]
    fn lists_and_bits_are_those_of_docker_compose() {
        let mut tree = json!({"services": {"a": {
            "extra_hosts": {"h": ["1.2.3.4", "::1"]},
            "secrets": [{"source": "s", "mode": 0o440}, {"source": "t"}],
            "build": {"args": {"A": null, "B": "1"}, "secrets": [{"source": "s", "mode": 0o400}]},
        }}});
        shown(&mut tree);
        assert_eq!(
            tree,
            json!({"services": {"a": {
                "extra_hosts": ["h=1.2.3.4", "h=::1"],
                "secrets": [{"source": "s", "mode": "0440"}, {"source": "t"}],
                "build": {"args": {"B": "1"}, "secrets": [{"source": "s", "mode": "0400"}]},
            }}})
        );
    }
}
