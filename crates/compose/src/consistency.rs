//! A model that contradicts itself.

use serde_json::{Map, Value};

use crate::ComposeError;

/// The longest row of services that depend on each other.
const DEPTH_MAX: usize = 500;

fn services(tree: &Value) -> impl Iterator<Item = (&String, &Value)> {
    tree.get("services")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
}

fn keys<'v>(value: &'v Value, key: &str) -> impl Iterator<Item = &'v String> {
    value
        .get(key)
        .and_then(Value::as_object)
        .into_iter()
        .flat_map(Map::keys)
}

fn items<'v>(value: &'v Value, key: &str) -> impl Iterator<Item = &'v Value> {
    value.get(key).and_then(Value::as_array).into_iter().flatten()
}

/// Checks what files say in one of several ways, before anything is filled in.
pub(crate) fn check_ways(tree: &Value) -> Result<(), ComposeError> {
    for section in ["secrets", "configs"] {
        let all = tree.get(section).and_then(Value::as_object);
        for (name, resource) in all.into_iter().flatten() {
            let place = format!("{section}.{name}");
            one_of(&place, resource, &["file", "environment", "content"])?;
        }
    }
    services(tree).try_for_each(|(name, service)| {
        let build = service.get("build").unwrap_or(&Value::Null);
        let place = format!("services.{name}.build");
        one_of(&place, build, &["dockerfile", "dockerfile_inline"])
    })
}

/// Checks all services, whether they take part or not.
pub(crate) fn check(tree: &Value) -> Result<(), ComposeError> {
    let has = |section: &str, name: &str| tree.get(section).is_some_and(|all| all.get(name).is_some());
    for (name, service) in services(tree) {
        let place = |key: &str| format!("services.{name}.{key}");
        let undefined = |key: &str, section: &str, wanted: &str| {
            let kind = section.strip_suffix('s').unwrap_or(section);
            ComposeError::model(
                place(key),
                format!("names {kind} `{wanted}`, which is not in the files"),
            )
        };
        if service.get("image").is_none() && service.get("build").is_none() {
            return Err(ComposeError::model(
                format!("services.{name}"),
                "has neither `image` nor `build`",
            ));
        }
        if service.get("network_mode").is_some() && service.get("networks").is_some() {
            return Err(ComposeError::model(place("network_mode"), "excludes `networks`"));
        }
        if let Some(network) = keys(service, "networks").find(|network| !has("networks", network)) {
            return Err(undefined("networks", "networks", network));
        }
        for (list, section) in [
            ("volumes", "volumes"),
            ("secrets", "secrets"),
            ("configs", "configs"),
        ] {
            for item in items(service, list) {
                let of_section = item.get("type").is_none_or(|kind| kind == "volume");
                if let Some(source) = item.get("source").and_then(Value::as_str)
                    && of_section
                    && !has(section, source)
                {
                    return Err(undefined(list, section, source));
                }
            }
        }
        let build = service.get("build").unwrap_or(&Value::Null);
        for secret in items(build, "secrets").filter_map(|item| item.get("source")?.as_str()) {
            if !has("secrets", secret) {
                return Err(undefined("build.secrets", "secrets", secret));
            }
        }
        let contexts = build.get("additional_contexts").and_then(Value::as_object);
        for context in contexts.into_iter().flat_map(|all| all.values()) {
            let other = context.as_str().and_then(|text| text.strip_prefix("service:"));
            if let Some(other) = other.filter(|other| !has("services", other)) {
                return Err(undefined("build.additional_contexts", "services", other));
            }
        }
        if let Some(other) = keys(service, "depends_on").find(|other| !has("services", other)) {
            return Err(undefined("depends_on", "services", other));
        }
        counts(name, service)?;
        if let Some(first) = items(service.get("healthcheck").unwrap_or(&Value::Null), "test").next()
            && !matches!(first.as_str(), Some("CMD" | "CMD-SHELL" | "NONE"))
        {
            return Err(ComposeError::model(
                place("healthcheck.test"),
                "begins with `CMD`, `CMD-SHELL` or `NONE` where it is a list",
            ));
        }
        for rule in items(service.get("develop").unwrap_or(&Value::Null), "watch") {
            let action = rule.get("action").and_then(Value::as_str).unwrap_or_default();
            if action.starts_with("sync") && rule.get("target").is_none() {
                return Err(ComposeError::model(
                    place("develop.watch"),
                    format!("needs `target` for `{action}`"),
                ));
            }
            if action == "sync+exec" && rule.get("exec").is_none() {
                return Err(ComposeError::model(
                    place("develop.watch"),
                    "needs `exec` for `sync+exec`",
                ));
            }
        }
    }
    acyclic(tree)
}

/// Checks that those that take part depend on no service that does not.
pub(crate) fn check_active(tree: &Value, disabled: &[String]) -> Result<(), ComposeError> {
    for (name, service) in services(tree) {
        let depends_on = service.get("depends_on").and_then(Value::as_object);
        for (other, how) in depends_on.into_iter().flatten() {
            if disabled.contains(other) && how.get("required") != Some(&Value::Bool(false)) {
                return Err(ComposeError::model(
                    format!("services.{name}.depends_on"),
                    format!("names service `{other}`, whose profiles are off"),
                ));
            }
        }
    }
    Ok(())
}

fn counts(name: &str, service: &Value) -> Result<(), ComposeError> {
    let at = |path: &str| {
        path.split('.')
            .try_fold(service, |value, key| value.get(key))
            .cloned()
    };
    for (short, long) in [
        ("scale", "deploy.replicas"),
        ("cpus", "deploy.resources.limits.cpus"),
        ("mem_limit", "deploy.resources.limits.memory"),
        ("mem_reservation", "deploy.resources.reservations.memory"),
        ("pids_limit", "deploy.resources.limits.pids"),
    ] {
        if let (Some(one), Some(other)) = (at(short), at(long))
            && one != other
            && one.as_f64().is_none_or(|one| Some(one) != other.as_f64())
        {
            return Err(ComposeError::model(
                format!("services.{name}.{short}"),
                format!("says another number than `{long}`"),
            ));
        }
    }
    let scale = at("scale")
        .or_else(|| at("deploy.replicas"))
        .and_then(|scale| scale.as_i64());
    if scale.is_some_and(|scale| scale < 0) {
        return Err(ComposeError::model(
            format!("services.{name}.scale"),
            "is less than 0",
        ));
    }
    if scale.is_some_and(|scale| scale > 1) && service.get("container_name").is_some() {
        return Err(ComposeError::model(
            format!("services.{name}.container_name"),
            "is one name, and the service has several containers",
        ));
    }
    Ok(())
}

/// Of several ways to say the same thing at most one is taken.
fn one_of(place: &str, holder: &Value, ways: &[&str]) -> Result<(), ComposeError> {
    let mut said = ways
        .iter()
        .filter(|way| holder.get(**way).is_some_and(|value| !value.is_null()));
    match (said.next(), said.next()) {
        (Some(one), Some(other)) => Err(ComposeError::model(
            format!("{place}.{one}"),
            format!("excludes `{other}`: write one of them"),
        )),
        _ => Ok(()),
    }
}

fn acyclic(tree: &Value) -> Result<(), ComposeError> {
    /// Depth first; `trail` is where it came from.
    fn walk<'t>(
        tree: &'t Value,
        name: &'t str,
        trail: &mut Vec<&'t str>,
        done: &mut Vec<&'t str>,
    ) -> Result<(), ComposeError> {
        if done.contains(&name) {
            return Ok(());
        }
        if trail.len() > DEPTH_MAX {
            return Err(ComposeError::model(
                format!("services.{name}.depends_on"),
                format!("is one of more than {DEPTH_MAX} that depend on each other in a row"),
            ));
        }
        if let Some(at) = trail.iter().position(|other| *other == name) {
            let mut circle: Vec<&str> = trail[at..].to_vec();
            circle.push(name);
            return Err(ComposeError::model(
                format!("services.{name}.depends_on"),
                format!("leads back to itself: {}", circle.join(" → ")),
            ));
        }
        trail.push(name);
        for other in keys(&tree["services"][name], "depends_on") {
            walk(tree, other, trail, done)?;
        }
        trail.pop();
        done.push(name);
        Ok(())
    }
    let mut done = Vec::new();
    services(tree).try_for_each(|(name, _)| walk(tree, name, &mut Vec::new(), &mut done))
}
