//! Ports: `80`, `8080:80`, `127.0.0.1:8000-8005:80-85/udp`.

use serde_json::{Value, json};

use super::Fault;
use crate::tree::{Place, text};

/// All of a service's, each in its long form; a range becomes several.
pub(super) fn all(items: Vec<Value>, place: &Place) -> Result<Vec<Value>, Fault> {
    let mut all = Vec::new();
    for (index, mut item) in items.into_iter().enumerate() {
        let place = place.child(index.to_string());
        if let Some(port) = item.as_object_mut() {
            port.entry("mode").or_insert_with(|| "ingress".into());
            port.entry("protocol").or_insert_with(|| "tcp".into());
            if let Some(published) = port.get_mut("published")
                && let Some(text) = text(published)
            {
                *published = Value::String(text);
            }
            all.push(item);
        } else if let Some(written) = text(&item) {
            let some = short(&written).ok_or_else(|| {
                Fault::new(
                    &place,
                    format!("is `{written}`, which is no port: write `[ADDRESS:][PUBLISHED:]TARGET[/udp]`"),
                )
            })?;
            all.extend(some);
        }
    }
    Ok(all)
}

fn short(written: &str) -> Option<Vec<Value>> {
    let (rest, protocol) = written.split_once('/').unwrap_or((written, "tcp"));
    let protocol = protocol.to_ascii_lowercase();
    if !matches!(protocol.as_str(), "tcp" | "udp" | "sctp") {
        return None;
    }
    let (before, target) = match rest.rsplit_once(':') {
        Some((before, target)) => (Some(before), target),
        None => (None, rest),
    };
    let (address, published) = match before {
        None => (None, None),
        Some(before) => match before.rsplit_once(':') {
            Some((address, published)) => (Some(address), Some(published)),
            None => (None, Some(before)),
        },
    };
    let address = address.map(|address| address.trim_start_matches('[').trim_end_matches(']'));
    if address.is_some_and(|address| address.parse::<std::net::IpAddr>().is_err()) {
        return None;
    }
    let published = published.filter(|published| !published.is_empty());
    let (first, last) = range(target)?;
    let outside = match published {
        Some(published) => Some(range(published)?),
        None => None,
    };
    let mut ports = Vec::new();
    for (index, target) in (first..=last).enumerate() {
        let published = match outside {
            None => None,
            Some((low, high)) if high - low == last - first => Some((usize::from(low) + index).to_string()),
            // One port that takes whichever of several is free.
            Some((low, high)) if first == last => Some(format!("{low}-{high}")),
            Some(_) => return None,
        };
        let mut port = json!({ "mode": "ingress", "target": target, "protocol": protocol });
        if let Some(published) = published {
            port["published"] = published.into();
        }
        if let Some(address) = address {
            port["host_ip"] = address.into();
        }
        ports.push(port);
    }
    Some(ports)
}

fn range(text: &str) -> Option<(u16, u16)> {
    let number = |text: &str| text.parse::<u16>().ok().filter(|_| !text.starts_with('+'));
    let (low, high) = match text.split_once('-') {
        Some((low, high)) => (number(low)?, number(high)?),
        None => (number(text)?, number(text)?),
    };
    (low <= high).then_some((low, high))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str) -> Value {
        let mut all = short(text).unwrap();
        assert_eq!(all.len(), 1, "{text}");
        all.remove(0)
    }

    #[test]
    fn short_forms_are_dockers() {
        assert_eq!(
            one("80"),
            json!({"mode": "ingress", "target": 80, "protocol": "tcp"})
        );
        assert_eq!(one("8080:80/UDP")["published"], "8080");
        assert_eq!(one("127.0.0.1::80").get("published"), None);
        let six = one("[::1]:8080:80");
        assert_eq!(
            (&six["host_ip"], &six["published"]),
            (&json!("::1"), &json!("8080"))
        );
        assert_eq!(one("9000-9010:80")["published"], "9000-9010");
        let range = short("127.0.0.1:8000-8002:80-82").unwrap();
        assert_eq!(range.len(), 3);
        assert_eq!(
            (&range[2]["target"], &range[2]["published"]),
            (&json!(82), &json!("8002"))
        );
        for bad in [
            "",
            "x",
            "80/x",
            "1:2:3:4",
            "82-80",
            "8000-8001:80-82",
            "70000",
            "host:80:80",
            "80:",
        ] {
            assert!(short(bad).is_none(), "{bad}");
        }
    }
}
