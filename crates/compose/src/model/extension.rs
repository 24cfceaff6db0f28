//! What only Sampan knows of a service: the members of `x-sampan`.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};

/// `x-sampan` of a service.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Extension {
    /// Components that are linked into the service's own.
    #[serde(deserialize_with = "links")]
    pub links: Vec<Link>,
    /// Whether the links may ask for what the service's component alone could not.
    pub approve_links: bool,
}

/// A component that serves imports of others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The import that it is meant for; `None` is whatever it exports.
    pub import: Option<String>,
    /// A Wasm file or an image.
    pub from: String,
}

/// As a map of imports, or as a list like `sampan link --with`.
fn links<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Link>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Form {
        Map(BTreeMap<String, String>),
        List(Vec<String>),
        Nothing(()),
    }
    let form = Form::deserialize(from).map_err(|_| {
        serde::de::Error::custom("`links` is a map of imports to components, or a list of components")
    })?;
    Ok(match form {
        Form::Nothing(()) => Vec::new(),
        Form::Map(map) => map
            .into_iter()
            .map(|(import, from)| Link {
                import: Some(import),
                from,
            })
            .collect(),
        Form::List(list) => list.into_iter().map(|from| Link { import: None, from }).collect(),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn links_are_a_map_or_a_list() {
        let read = |value| serde_json::from_value::<Extension>(value);
        let own = read(json!({"links": {"logger": "r/l:2"}, "approve-links": true})).unwrap();
        assert_eq!(own.links[0].import.as_deref(), Some("logger"));
        assert!(own.approve_links);
        let own = read(json!({"links": ["./l.wasm", "r/l:2"]})).unwrap();
        assert_eq!(own.links.len(), 2);
        assert_eq!(
            own.links[1],
            Link {
                import: None,
                from: "r/l:2".into()
            }
        );
        assert_eq!(read(json!({"links": null})).unwrap(), Extension::default());
        for wrong in [
            json!({"links": "x"}),
            json!({"links": [1]}),
            json!({"link": []}),
            json!({"approve-links": 1}),
        ] {
            assert!(read(wrong.clone()).is_err(), "{wrong}");
        }
    }
}
