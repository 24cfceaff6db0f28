//! The specification's own schema: which keys there are and what they take.
//!
//! This reads as much of JSON Schema as that schema uses, and tells of a value that fits none of several forms what is
//! wrong with the form that it comes nearest to.

use std::collections::BTreeMap;
use std::sync::{Mutex, OnceLock, PoisonError};

use regex_lite::Regex;
use serde_json::{Map, Value};

use crate::tree::Place;

const TEXT: &str = include_str!("schema/compose-spec.json");

/// What is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) place: Place,
    pub(crate) what: String,
    pub(crate) meant: Option<String>,
}

fn schema() -> &'static Value {
    static SCHEMA: OnceLock<Value> = OnceLock::new();
    // The text is a part of the program, and a test reads it.
    SCHEMA.get_or_init(|| serde_json::from_str(TEXT).unwrap_or_default())
}

/// Checks a whole file's tree.
pub(crate) fn check(value: &Value) -> Result<(), Fault> {
    check_against(schema(), value, &Place::default())
}

fn fault(place: &Place, what: impl Into<String>) -> Fault {
    Fault {
        place: place.clone(),
        what: what.into(),
        meant: None,
    }
}

fn check_against(schema: &Value, value: &Value, place: &Place) -> Result<(), Fault> {
    let Some(rules) = schema.as_object() else {
        return Ok(());
    };
    if let Some(target) = rules.get("$ref").and_then(Value::as_str) {
        return check_against(definition(target), value, place);
    }
    if let Some(kinds) = rules.get("type")
        && !names(kinds).iter().any(|kind| is(value, kind))
    {
        return Err(fault(
            place,
            format!("is {}, and takes {}", kind_of(value), wanted(schema)),
        ));
    }
    if let Some(forms) = rules.get("oneOf").and_then(Value::as_array) {
        check_forms(schema, forms, value, place)?;
    }
    if let Some(allowed) = rules.get("enum").and_then(Value::as_array)
        && !allowed.contains(value)
    {
        return Err(not_one_of(allowed, value, place));
    }
    if let (Some(pattern), Some(text)) = (rules.get("pattern").and_then(Value::as_str), value.as_str())
        && !matches(pattern, text)
    {
        return Err(fault(
            place,
            format!("is `{text}`, which is not of the form `{pattern}`"),
        ));
    }
    if let Some(number) = value.as_f64() {
        let bound = |name: &str| rules.get(name).and_then(Value::as_f64);
        if let Some(least) = bound("minimum").filter(|least| number < *least) {
            return Err(fault(place, format!("is {number}, and must be at least {least}")));
        }
        if let Some(most) = bound("maximum").filter(|most| number > *most) {
            return Err(fault(place, format!("is {number}, and must be at most {most}")));
        }
    }
    if let Some(items) = value.as_array() {
        check_list(rules, items, place)?;
    }
    if let Some(members) = value.as_object() {
        check_map(rules, members, place)?;
    }
    Ok(())
}

fn definition(target: &str) -> &'static Value {
    let name = target.rsplit('/').next().unwrap_or_default();
    schema()
        .get("$defs")
        .and_then(|all| all.get(name))
        .unwrap_or(&Value::Null)
}

fn check_forms(schema: &Value, forms: &[Value], value: &Value, place: &Place) -> Result<(), Fault> {
    let mut nearest: Option<Fault> = None;
    for form in forms {
        match check_against(form, value, place) {
            Ok(()) => return Ok(()),
            Err(fault) => {
                let depth = |fault: &Fault| (fault.place.words().len(), fault.meant.is_some());
                // A fault within the value tells more than that it has another kind.
                let within = fault.place != *place || fault.meant.is_some() || !fault.what.contains("takes");
                if within && nearest.as_ref().is_none_or(|best| depth(&fault) > depth(best)) {
                    nearest = Some(fault);
                }
            }
        }
    }
    Err(nearest.unwrap_or_else(|| {
        fault(
            place,
            format!("is {}, and takes {}", kind_of(value), wanted(schema)),
        )
    }))
}

fn check_list(rules: &Map<String, Value>, items: &[Value], place: &Place) -> Result<(), Fault> {
    if rules.get("uniqueItems") == Some(&Value::Bool(true)) {
        for (index, item) in items.iter().enumerate() {
            if items[..index].contains(item) {
                return Err(fault(
                    &place.child(index.to_string()),
                    "stands in the list a second time",
                ));
            }
        }
    }
    if let Some(each) = rules.get("items") {
        for (index, item) in items.iter().enumerate() {
            check_against(each, item, &place.child(index.to_string()))?;
        }
    }
    Ok(())
}

fn check_map(rules: &Map<String, Value>, members: &Map<String, Value>, place: &Place) -> Result<(), Fault> {
    let known = rules.get("properties").and_then(Value::as_object);
    let patterns = rules.get("patternProperties").and_then(Value::as_object);
    for (key, member) in members {
        let at = place.child(key.clone());
        if let Some(schema) = known.and_then(|known| known.get(key)) {
            check_against(schema, member, &at)?;
            continue;
        }
        let fitting = patterns.and_then(|all| all.iter().find(|(pattern, _)| matches(pattern, key)));
        if let Some((_, schema)) = fitting {
            check_against(schema, member, &at)?;
            continue;
        }
        match rules.get("additionalProperties") {
            Some(Value::Bool(false)) => {
                let names = known.into_iter().flat_map(Map::keys).map(String::as_str);
                return Err(Fault {
                    meant: sampan_types::near::nearest(key, names).map(str::to_owned),
                    ..fault(&at, "is not a key that this place has")
                });
            }
            Some(schema @ Value::Object(_)) => check_against(schema, member, &at)?,
            _ => {}
        }
    }
    let needed = rules.get("required").and_then(Value::as_array);
    for name in needed.into_iter().flatten().filter_map(Value::as_str) {
        if !members.contains_key(name) {
            return Err(fault(place, format!("lacks `{name}`")));
        }
    }
    Ok(())
}

fn not_one_of(allowed: &[Value], value: &Value, place: &Place) -> Fault {
    let texts = allowed.iter().filter_map(Value::as_str);
    let list: Vec<_> = texts.clone().map(|text| format!("`{text}`")).collect();
    let given = value.as_str().unwrap_or_default();
    Fault {
        meant: sampan_types::near::nearest(given, texts).map(str::to_owned),
        ..fault(
            place,
            format!("is `{given}`, and must be one of {}", list.join(", ")),
        )
    }
}

fn names(kinds: &Value) -> Vec<&str> {
    match kinds {
        Value::String(kind) => vec![kind],
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

fn is(value: &Value, kind: &str) -> bool {
    match kind {
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64() || value.as_f64().is_some_and(|n| n.fract() == 0.0),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        "null" => value.is_null(),
        _ => false,
    }
}

fn in_words(kind: &str) -> &str {
    match kind {
        "string" => "a text",
        "integer" => "a whole number",
        "number" => "a number",
        "boolean" => "`true` or `false`",
        "array" => "a list",
        "object" => "a map",
        "null" => "nothing",
        other => other,
    }
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "empty",
        Value::Bool(_) => "`true` or `false`",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "a map",
    }
}

/// The kinds that a place takes, in words.
fn wanted(schema: &Value) -> String {
    fn gather<'s>(schema: &'s Value, into: &mut Vec<&'s str>) {
        if let Some(target) = schema.get("$ref").and_then(Value::as_str) {
            return gather(definition(target), into);
        }
        for form in schema
            .get("oneOf")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            gather(form, into);
        }
        for kind in schema.get("type").map(names).unwrap_or_default() {
            if !into.contains(&kind) {
                into.push(kind);
            }
        }
    }
    let mut kinds = Vec::new();
    gather(schema, &mut kinds);
    let words: Vec<_> = kinds.into_iter().map(in_words).collect();
    words.join(" or ")
}

fn matches(pattern: &str, text: &str) -> bool {
    /// The few patterns of the schema, which each key of a file is held against.
    static READ: Mutex<BTreeMap<String, Option<Regex>>> = Mutex::new(BTreeMap::new());
    let mut read = READ.lock().unwrap_or_else(PoisonError::into_inner);
    let known = read
        .entry(pattern.to_owned())
        .or_insert_with(|| Regex::new(pattern).ok());
    known.as_ref().is_some_and(|pattern| pattern.is_match(text))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn wrong(value: Value) -> (String, String, Option<String>) {
        let fault = check(&value).unwrap_err();
        (fault.place.to_string(), fault.what, fault.meant)
    }

    #[test]
    fn the_schema_is_there() {
        assert!(
            schema()["$defs"]["service"]["properties"]
                .as_object()
                .unwrap()
                .len()
                > 80
        );
    }

    #[test]
    fn what_the_specification_allows_passes() {
        let value = json!({
            "name": "x", "x-any": {"a": [1]},
            "services": {"web": {
                "image": "i", "ports": ["80", 81, {"target": 82}], "environment": {"A": 1, "B": null},
                "depends_on": ["a"], "networks": {"default": null}, "x-more": 1,
                "deploy": {"replicas": 2, "resources": {"limits": {"cpus": "0.5", "memory": "1m"}}},
                "healthcheck": {"test": "x", "interval": "1s", "retries": 3},
                "volumes": ["a:/b", {"type": "bind", "source": ".", "target": "/c"}],
            }},
            "volumes": {"a": null}, "networks": {"n": {"driver_opts": {"mtu": 1}}},
        });
        assert_eq!(check(&value), Ok(()));
    }

    #[test]
    fn unknown_keys_are_told_with_what_was_meant() {
        let (place, what, meant) = wrong(json!({"services": {"web": {"image": "i", "enviroment": {}}}}));
        assert_eq!(place, "services.web.enviroment");
        assert!(what.contains("not a key"));
        assert_eq!(meant.as_deref(), Some("environment"));
        assert_eq!(wrong(json!({"service": {}})).2.as_deref(), Some("services"));
        let (place, _, meant) =
            wrong(json!({"services": {"a": {"volumes": [{"type": "bind", "sourc": ".", "target": "/"}]}}}));
        assert_eq!(
            (place.as_str(), meant.as_deref()),
            ("services.a.volumes.0.sourc", Some("source"))
        );
    }

    #[test]
    fn wrong_kinds_are_told_in_words() {
        let (place, what, _) = wrong(json!({"services": {"web": {"ports": "80"}}}));
        assert_eq!(
            (place.as_str(), what.as_str()),
            ("services.web.ports", "is a text, and takes a list")
        );
        let (_, what, _) = wrong(json!({"services": {"web": {"environment": 1}}}));
        assert_eq!(what, "is a number, and takes a map or a list");
        let (place, what, _) =
            wrong(json!({"services": {"a": {"depends_on": {"b": {"condition": "service_up"}}}}}));
        assert_eq!(place, "services.a.depends_on.b.condition");
        assert!(what.contains("`service_healthy`"), "{what}");
        assert!(
            wrong(json!({"services": {"bad name!": {}}}))
                .0
                .contains("bad name!")
        );
        assert!(wrong(json!([])).1.contains("takes a map"));
        assert!(
            wrong(json!({"services": {"a": {"cap_add": ["A", "A"]}}}))
                .1
                .contains("second time")
        );
    }
}
