//! Variables in a file's values.

use serde_json::Value;

use crate::tree::Place;
use crate::variables::Lookup;

/// A value that cannot be what its place takes.
#[derive(Debug)]
pub(crate) struct Fault {
    pub(crate) place: Place,
    pub(crate) what: String,
}

/// What a text becomes at a place where the specification has no text.
#[derive(Clone, Copy)]
enum Cast {
    Whole,
    Number,
    Bool,
}

const CASTS: &[(&str, Cast)] = &[
    ("services.*.cpu_count", Cast::Whole),
    ("services.*.cpu_percent", Cast::Number),
    ("services.*.cpu_period", Cast::Whole),
    ("services.*.cpu_quota", Cast::Whole),
    ("services.*.cpu_rt_period", Cast::Whole),
    ("services.*.cpu_rt_runtime", Cast::Whole),
    ("services.*.cpu_shares", Cast::Whole),
    ("services.*.cpus", Cast::Number),
    ("services.*.init", Cast::Bool),
    ("services.*.attach", Cast::Bool),
    ("services.*.depends_on.*.required", Cast::Bool),
    ("services.*.depends_on.*.restart", Cast::Bool),
    ("services.*.deploy.replicas", Cast::Whole),
    ("services.*.deploy.restart_policy.max_attempts", Cast::Whole),
    ("services.*.healthcheck.retries", Cast::Whole),
    ("services.*.healthcheck.disable", Cast::Bool),
    ("services.*.oom_kill_disable", Cast::Bool),
    ("services.*.oom_score_adj", Cast::Whole),
    ("services.*.pids_limit", Cast::Whole),
    ("services.*.ports.*.target", Cast::Whole),
    ("services.*.privileged", Cast::Bool),
    ("services.*.read_only", Cast::Bool),
    ("services.*.scale", Cast::Whole),
    ("services.*.stdin_open", Cast::Bool),
    ("services.*.tty", Cast::Bool),
    ("services.*.ulimits.*", Cast::Whole),
    ("services.*.ulimits.*.hard", Cast::Whole),
    ("services.*.ulimits.*.soft", Cast::Whole),
    ("services.*.volumes.*.read_only", Cast::Bool),
    ("services.*.volumes.*.volume.nocopy", Cast::Bool),
    ("services.*.volumes.*.bind.create_host_path", Cast::Bool),
    ("services.*.build.no_cache", Cast::Bool),
    ("services.*.build.pull", Cast::Bool),
    ("services.*.build.privileged", Cast::Bool),
    ("networks.*.external", Cast::Bool),
    ("networks.*.internal", Cast::Bool),
    ("networks.*.attachable", Cast::Bool),
    ("networks.*.enable_ipv4", Cast::Bool),
    ("networks.*.enable_ipv6", Cast::Bool),
    ("volumes.*.external", Cast::Bool),
    ("secrets.*.external", Cast::Bool),
    ("configs.*.external", Cast::Bool),
];

/// Puts variables into all texts; keys stay as they are.
pub(crate) fn fill(value: &mut Value, lookup: &mut Lookup<'_>) -> Result<(), Fault> {
    fill_in(value, &Place::default(), lookup)
}

/// Makes numbers and booleans of texts where the specification has no texts.
pub(crate) fn cast(value: &mut Value) -> Result<(), Fault> {
    cast_in(value, &Place::default())
}

fn fill_in(value: &mut Value, place: &Place, lookup: &mut Lookup<'_>) -> Result<(), Fault> {
    match value {
        Value::String(text) if text.contains('$') => {
            *text = lookup.fill(text).map_err(|wrong| Fault {
                place: place.clone(),
                what: wrong.to_string(),
            })?;
            Ok(())
        }
        Value::Array(items) => items
            .iter_mut()
            .enumerate()
            .try_for_each(|(index, item)| fill_in(item, &place.child(index.to_string()), lookup)),
        Value::Object(members) => members
            .iter_mut()
            .try_for_each(|(key, member)| fill_in(member, &place.child(key.clone()), lookup)),
        _ => Ok(()),
    }
}

fn cast_in(value: &mut Value, place: &Place) -> Result<(), Fault> {
    match value {
        Value::String(text) => {
            let Some((_, cast)) = CASTS.iter().find(|(pattern, _)| place.fits(pattern)) else {
                return Ok(());
            };
            let fault = |wanted: &str| Fault {
                place: place.clone(),
                what: format!("is `{text}`, and takes {wanted}"),
            };
            let number = |text: &str| text.parse().ok().and_then(serde_json::Number::from_f64);
            *value = match cast {
                Cast::Whole => Value::from(text.parse::<i64>().map_err(|_| fault("a whole number"))?),
                Cast::Number => Value::Number(number(text).ok_or_else(|| fault("a number"))?),
                Cast::Bool => match text.to_ascii_lowercase().as_str() {
                    "true" | "yes" | "y" | "on" => Value::Bool(true),
                    "false" | "no" | "n" | "off" => Value::Bool(false),
                    _ => return Err(fault("`true` or `false`")),
                },
            };
            Ok(())
        }
        Value::Array(items) => items
            .iter_mut()
            .enumerate()
            .try_for_each(|(index, item)| cast_in(item, &place.child(index.to_string()))),
        Value::Object(members) => members
            .iter_mut()
            .try_for_each(|(key, member)| cast_in(member, &place.child(key.clone()))),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn texts_become_what_their_place_takes() {
        let variables = [
            ("N".to_owned(), "3".to_owned()),
            ("ON".to_owned(), "yes".to_owned()),
        ]
        .into();
        let mut value =
            json!({"services": {"$N": {"scale": "$N", "tty": "${ON}", "cpus": "0.5", "image": "i:$N"}}});
        let mut lookup = Lookup::new(&variables);
        fill(&mut value, &mut lookup).unwrap();
        cast(&mut value).unwrap();
        assert_eq!(
            value,
            json!({"services": {"$N": {"scale": 3, "tty": true, "cpus": 0.5, "image": "i:3"}}})
        );
        let fault = cast(&mut json!({"services": {"a": {"scale": "x"}}})).unwrap_err();
        assert_eq!(fault.place.to_string(), "services.a.scale");
    }
}
