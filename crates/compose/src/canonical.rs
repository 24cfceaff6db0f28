//! From short forms to long ones, so that all that follows knows one form of each thing.

use serde_json::{Map, Value, json};

use crate::ComposeError;
use crate::tree::{Place, text};

mod ports;
mod units;
mod volumes;

/// A short form that cannot be read.
#[derive(Debug)]
pub(crate) struct Fault {
    pub(crate) place: Place,
    pub(crate) what: String,
}

impl Fault {
    fn new(place: &Place, what: impl Into<String>) -> Self {
        Self {
            place: place.clone(),
            what: what.into(),
        }
    }
}

type Done = Result<(), Fault>;
type Members = Map<String, Value>;

/// Brings a file's tree into its long form. The tree has passed the schema.
pub(crate) fn canonical(tree: &mut Value) -> Done {
    let Some(tree) = tree.as_object_mut() else {
        return Ok(());
    };
    let place = Place::of(&["services"]);
    for (name, service) in members(tree.get_mut("services")) {
        if service.is_null() {
            *service = json!({});
        }
        if let Some(service) = service.as_object_mut() {
            self::service(service, &place.child(name.clone()))?;
        }
    }
    for section in ["networks", "volumes", "secrets", "configs"] {
        for (_, resource) in members(tree.get_mut(section)) {
            if let Some(resource) = resource.as_object_mut() {
                self::resource(resource);
            }
        }
    }
    Ok(())
}

/// A volume in its short form, as the command line has it.
pub(crate) fn volume(text: &str, folder: &std::path::Path) -> Result<Value, ComposeError> {
    let mut item = Value::from(text);
    volumes::one(&mut item, &Place::of(&["--volume"])).map_err(of_flag)?;
    if item.get("type").is_some_and(|kind| kind == "bind")
        && let Some(source) = item.get("source").and_then(Value::as_str)
    {
        item["source"] = crate::paths::join(folder, source, None)
            .to_string_lossy()
            .into_owned()
            .into();
    }
    Ok(item)
}

/// A port in its short form, as the command line has it.
pub(crate) fn ports(text: &str) -> Result<Vec<Value>, ComposeError> {
    ports::all(vec![text.into()], &Place::of(&["--publish"])).map_err(of_flag)
}

fn of_flag(fault: Fault) -> ComposeError {
    ComposeError::model(fault.place.to_string(), fault.what)
}

fn members(value: Option<&mut Value>) -> impl Iterator<Item = (&String, &mut Value)> {
    value.and_then(Value::as_object_mut).into_iter().flatten()
}

fn service(service: &mut Members, place: &Place) -> Done {
    // A key without a value says nothing, but for what it takes away from an image: its command and its entrypoint.
    service.retain(|key, value| !value.is_null() || matches!(key.as_str(), "command" | "entrypoint"));
    for key in ["environment", "labels", "annotations", "sysctls"] {
        pairs(service.get_mut(key));
    }
    for key in ["dns", "dns_search", "tmpfs", "label_file"] {
        listed(service.get_mut(key));
    }
    for key in ["command", "entrypoint"] {
        words(service.get_mut(key), &place.child(key))?;
    }
    for key in ["mem_limit", "mem_reservation", "memswap_limit", "shm_size"] {
        units::size(service.get_mut(key), &place.child(key))?;
    }
    units::duration(
        service.get_mut("stop_grace_period"),
        &place.child("stop_grace_period"),
    )?;
    if let Some(extends) = service.get_mut("extends")
        && let Some(name) = extends.as_str()
    {
        *extends = json!({ "service": name });
    }
    extra_hosts(service.get_mut("extra_hosts"));
    env_files(service.get_mut("env_file"));
    depends_on(service.get_mut("depends_on"));
    named(service.get_mut("networks"));
    ulimits(service.get_mut("ulimits"));
    for key in ["expose", "group_add"] {
        if let Some(Value::Array(items)) = service.get_mut(key) {
            items.iter_mut().for_each(as_text);
        }
    }
    if let Some(Value::Object(labels)) = service.get_mut("labels") {
        // Unlike a variable, a label without a value has an empty one.
        let empty = labels.values_mut().filter(|value| value.is_null());
        empty.for_each(|value| *value = "".into());
    }
    if let Some(Value::Array(items)) = service.get_mut("ports") {
        *items = ports::all(std::mem::take(items), &place.child("ports"))?;
    }
    if let Some(Value::Array(items)) = service.get_mut("volumes") {
        for (index, item) in items.iter_mut().enumerate() {
            volumes::one(item, &place.child("volumes").child(index.to_string()))?;
        }
    }
    for (key, folder) in [("secrets", "/run/secrets"), ("configs", "")] {
        if let Some(Value::Array(items)) = service.get_mut(key) {
            items.iter_mut().for_each(|item| mounted(item, folder));
        }
    }
    if let Some(Value::Array(items)) = service.get_mut("devices") {
        items.iter_mut().for_each(device);
    }
    if let Some(Value::Object(check)) = service.get_mut("healthcheck") {
        healthcheck(check, &place.child("healthcheck"))?;
    }
    if let Some(build) = service.get_mut("build") {
        self::build(build, &place.child("build"))?;
    }
    if let Some(Value::Object(deploy)) = service.get_mut("deploy") {
        self::deploy(deploy, &place.child("deploy"))?;
    }
    if let Some(Value::Array(watched)) = service
        .get_mut("develop")
        .and_then(|develop| develop.get_mut("watch"))
    {
        for rule in watched.iter_mut() {
            listed(rule.get_mut("ignore"));
            listed(rule.get_mut("include"));
            if let Some(Value::Object(hook)) = rule.get_mut("exec") {
                let place = place.child("develop").child("watch").child("exec");
                words(hook.get_mut("command"), &place.child("command"))?;
                pairs(hook.get_mut("environment"));
            }
        }
    }
    Ok(())
}

fn resource(resource: &mut Members) {
    for key in ["labels", "driver_opts"] {
        pairs(resource.get_mut(key));
    }
    // The older form: `external: {name: NAME}`.
    if let Some(Value::Object(external)) = resource.get("external") {
        let name = external.get("name").cloned();
        resource.insert("external".to_owned(), Value::Bool(true));
        if let Some(name) = name {
            resource.insert("name".to_owned(), name);
        }
    }
}

/// `[A=1, B]` as `{A: "1", B: null}`; values become texts.
fn pairs(value: Option<&mut Value>) {
    let Some(value) = value else { return };
    match value {
        Value::Array(items) => {
            let pairs = items
                .iter()
                .filter_map(text)
                .map(|item| match item.split_once('=') {
                    Some((key, value)) => (key.to_owned(), Value::String(value.to_owned())),
                    None => (item, Value::Null),
                });
            *value = pairs.collect();
        }
        Value::Object(members) => members.values_mut().for_each(as_text),
        _ => {}
    }
}

fn as_text(value: &mut Value) {
    if let Some(text) = text(value) {
        *value = Value::String(text);
    }
}

fn listed(value: Option<&mut Value>) {
    if let Some(value) = value
        && value.is_string()
    {
        *value = Value::Array(vec![value.take()]);
    }
}

/// A command as one text, taken apart as a shell would.
fn words(value: Option<&mut Value>, place: &Place) -> Done {
    let Some(value) = value else { return Ok(()) };
    if let Some(text) = value.as_str() {
        let words = shlex::split(text).ok_or_else(|| Fault::new(place, "has a quote that never ends"))?;
        *value = words.into_iter().collect();
    }
    Ok(())
}

/// `["a:1"]` and `["a=1"]` as `{a: ["1"]}`.
fn extra_hosts(value: Option<&mut Value>) {
    let Some(value) = value else { return };
    match value {
        Value::Array(items) => {
            let mut hosts = Members::new();
            for item in items.iter().filter_map(text) {
                let (host, address) = item
                    .split_once('=')
                    .or_else(|| item.split_once(':'))
                    .unwrap_or((&item, ""));
                let list = hosts.entry(host.to_owned()).or_insert_with(|| json!([]));
                if let Value::Array(list) = list {
                    list.push(address.trim_start_matches('[').trim_end_matches(']').into());
                }
            }
            *value = Value::Object(hosts);
        }
        Value::Object(hosts) => hosts.values_mut().for_each(|address| listed(Some(address))),
        _ => {}
    }
}

fn env_files(value: Option<&mut Value>) {
    let Some(value) = value else { return };
    listed(Some(&mut *value));
    for item in value.as_array_mut().into_iter().flatten() {
        if item.is_string() {
            *item = json!({ "path": item.take(), "required": true });
        } else if let Value::Object(file) = item {
            file.entry("required").or_insert(Value::Bool(true));
        }
    }
}

fn depends_on(value: Option<&mut Value>) {
    let Some(value) = value else { return };
    named(Some(&mut *value));
    for (_, dependency) in members(Some(value)) {
        if dependency.is_null() {
            *dependency = json!({});
        }
        if let Value::Object(dependency) = dependency {
            dependency
                .entry("condition")
                .or_insert_with(|| "service_started".into());
            dependency.entry("required").or_insert(Value::Bool(true));
        }
    }
}

/// `[a, b]` as `{a: null, b: null}`.
fn named(value: Option<&mut Value>) {
    if let Some(value) = value
        && let Value::Array(items) = value
    {
        *value = items
            .iter()
            .filter_map(text)
            .map(|name| (name, Value::Null))
            .collect();
    }
}

fn ulimits(value: Option<&mut Value>) {
    for (_, limit) in members(value) {
        if limit.is_number() {
            *limit = json!({ "soft": limit, "hard": limit });
        }
    }
}

/// A secret or configuration by its name, and where it is put.
fn mounted(item: &mut Value, folder: &str) {
    if item.is_string() {
        *item = json!({ "source": item.take() });
    }
    if let Value::Object(item) = item {
        let source = item.get("source").and_then(text).unwrap_or_default();
        let target = item.get("target").and_then(text).unwrap_or(source);
        let target = if target.starts_with('/') {
            target
        } else {
            format!("{folder}/{target}")
        };
        item.insert("target".to_owned(), target.into());
        if let Some(mode) = item.get_mut("mode") {
            // A number in the file was octal there already; a text is now.
            if let Some(octal) = mode.as_str().and_then(|text| u32::from_str_radix(text, 8).ok()) {
                *mode = octal.into();
            }
        }
    }
}

fn device(item: &mut Value) {
    if let Some(text) = item.as_str() {
        let mut parts = text.splitn(3, ':');
        let source = parts.next().unwrap_or_default();
        let target = parts.next().unwrap_or(source);
        let permissions = parts.next().unwrap_or("rwm");
        *item = json!({ "source": source, "target": target, "permissions": permissions });
    }
}

fn healthcheck(check: &mut Members, place: &Place) -> Done {
    if let Some(test) = check.get_mut("test")
        && test.is_string()
    {
        *test = json!(["CMD-SHELL", test.take()]);
    }
    for key in ["interval", "timeout", "start_period", "start_interval"] {
        units::duration(check.get_mut(key), &place.child(key))?;
    }
    Ok(())
}

fn build(build: &mut Value, place: &Place) -> Done {
    if build.is_string() {
        *build = json!({ "context": build.take() });
    }
    let Value::Object(build) = build else {
        return Ok(());
    };
    for key in ["args", "labels", "additional_contexts"] {
        pairs(build.get_mut(key));
    }
    extra_hosts(build.get_mut("extra_hosts"));
    units::size(build.get_mut("shm_size"), &place.child("shm_size"))?;
    if let Some(Value::Array(items)) = build.get_mut("secrets") {
        for item in items {
            if item.is_string() {
                *item = json!({ "source": item.take() });
            }
        }
    }
    Ok(())
}

fn deploy(deploy: &mut Members, place: &Place) -> Done {
    pairs(deploy.get_mut("labels"));
    if let Some(Value::Object(policy)) = deploy.get_mut("restart_policy") {
        for key in ["delay", "window"] {
            units::duration(policy.get_mut(key), &place.child("restart_policy").child(key))?;
        }
    }
    for half in ["limits", "reservations"] {
        let Some(Value::Object(limits)) = deploy.get_mut("resources").and_then(|all| all.get_mut(half))
        else {
            continue;
        };
        let place = place.child("resources").child(half);
        units::size(limits.get_mut("memory"), &place.child("memory"))?;
        if let Some(cpus) = limits.get_mut("cpus") {
            let number = text(cpus).and_then(|text| text.parse::<f64>().ok());
            let number = number.filter(|number| number.is_finite() && *number >= 0.0);
            *cpus = number
                .map(Value::from)
                .ok_or_else(|| Fault::new(&place.child("cpus"), "takes a number of processors, as 0.5"))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
