//! Volumes of a service: `/data`, `name:/data:ro`, `./folder:/data`.

use serde_json::{Value, json};

use super::{Done, Fault};
use crate::tree::{Place, text};

/// Brings one into its long form.
pub(super) fn one(item: &mut Value, place: &Place) -> Done {
    if let Some(written) = item.as_str() {
        *item = short(written).ok_or_else(|| {
            Fault::new(
                place,
                format!("is `{written}`, which is no volume: write `[SOURCE:]TARGET[:ro]`"),
            )
        })?;
    }
    let Value::Object(volume) = item else {
        return Ok(());
    };
    if let Some(target) = volume.get("target").and_then(Value::as_str) {
        let clean = clean(target);
        volume.insert("target".to_owned(), clean.into());
    }
    if let Some(Value::Object(tmpfs)) = volume.get_mut("tmpfs") {
        super::units::size(tmpfs.get_mut("size"), &place.child("tmpfs"))?;
    }
    if volume.get("type").and_then(text).as_deref() == Some("bind") {
        let bind = volume.entry("bind").or_insert_with(|| json!({}));
        if let Value::Object(bind) = bind {
            bind.entry("create_host_path").or_insert(Value::Bool(true));
        }
    }
    Ok(())
}

fn short(written: &str) -> Option<Value> {
    let parts: Vec<&str> = written.split(':').collect();
    let (source, target, options) = match parts.as_slice() {
        [target] => (None, *target, ""),
        [source, target] => (Some(*source), *target, ""),
        [source, target, options] => (Some(*source), *target, *options),
        _ => return None,
    };
    if target.is_empty() || source.is_some_and(str::is_empty) {
        return None;
    }
    let is_path = source.is_some_and(|source| source.starts_with(['.', '/', '~']));
    let mut volume = json!({ "type": if is_path { "bind" } else { "volume" }, "target": target });
    if let Some(source) = source {
        volume["source"] = source.into();
    }
    for option in options.split(',') {
        match option {
            "" | "rw" => {}
            "ro" => volume["read_only"] = true.into(),
            "nocopy" => volume["volume"] = json!({ "nocopy": true }),
            "z" | "Z" => volume["bind"] = json!({ "selinux": option }),
            "private" | "rprivate" | "shared" | "rshared" | "slave" | "rslave" => {
                volume["bind"] = json!({ "propagation": option });
            }
            // For Docker Desktop, and without meaning elsewhere.
            "cached" | "delegated" | "consistent" => {}
            _ => return None,
        }
    }
    Some(volume)
}

/// Without `.` and double or last slashes.
fn clean(target: &str) -> String {
    let words = target.split('/').filter(|word| !word.is_empty() && *word != ".");
    let clean = words.collect::<Vec<_>>().join("/");
    if target.starts_with('/') {
        format!("/{clean}")
    } else {
        clean
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_forms_are_dockers() {
        let read = |text: &str| {
            let mut item = Value::from(text);
            one(&mut item, &Place::default()).unwrap();
            item
        };
        assert_eq!(read("/data/"), json!({"type": "volume", "target": "/data"}));
        assert_eq!(
            read("v:/data:ro,nocopy"),
            json!({"type": "volume", "source": "v", "target": "/data", "read_only": true, "volume": {"nocopy": true}})
        );
        assert_eq!(
            read("./a:/b"),
            json!({"type": "bind", "source": "./a", "target": "/b", "bind": {"create_host_path": true}})
        );
        for bad in [":/a", "a:", "a:/b:what", "a:b:c:d"] {
            assert!(short(bad).is_none(), "{bad}");
        }
    }
}
