//! Reads `WWW-Authenticate` (RFC 9110 §11.6.1): what a registry wants to see before it answers.
//!
//! The text is hostile: it is read by a small scanner that never fails on the whole because of a part that
//! it does not understand.

/// One challenge that can be met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Challenge {
    /// User name and password with each request (RFC 7617).
    Basic,
    /// A token from the service at `realm` (distribution spec, "token authentication").
    Bearer {
        /// The address of the token service.
        realm: String,
        /// The name of the registry there.
        service: Option<String>,
        /// What the registry thinks that is needed, separated by spaces.
        scope: Option<String>,
    },
}

/// Everything in these header values that can be met, tokens before passwords.
pub(crate) fn parse<'a>(values: impl IntoIterator<Item = &'a str>) -> Vec<Challenge> {
    let mut found: Vec<Challenge> = values.into_iter().flat_map(parse_one).collect();
    found.sort_by_key(|c| matches!(c, Challenge::Basic));
    found
}

fn parse_one(value: &str) -> Vec<Challenge> {
    let mut found = Vec::new();
    let mut scheme: Option<(String, Vec<(String, String)>)> = None;
    let mut rest = value;
    loop {
        rest = rest.trim_start_matches([' ', '\t', ',']);
        if rest.is_empty() {
            break;
        }
        let (name, after) = token(rest);
        if name.is_empty() {
            // Not a token: skip one character, so that what follows still counts.
            rest = rest.get(next_boundary(rest)..).unwrap_or_default();
            continue;
        }
        let value_follows = after.trim_start_matches([' ', '\t']).strip_prefix('=');
        match (value_follows, scheme.as_mut()) {
            (Some(value), Some((_, parameters))) => {
                let (value, after) = parameter(value.trim_start_matches([' ', '\t']));
                parameters.push((name.to_ascii_lowercase(), value));
                rest = after;
            }
            // A parameter before any scheme means nothing.
            (Some(value), None) => rest = parameter(value.trim_start_matches([' ', '\t'])).1,
            (None, _) => {
                found.extend(scheme.take().and_then(finish));
                scheme = Some((name.to_ascii_lowercase(), Vec::new()));
                rest = after;
            }
        }
    }
    found.extend(scheme.and_then(finish));
    found
}

fn finish((scheme, parameters): (String, Vec<(String, String)>)) -> Option<Challenge> {
    let get = |name: &str| {
        let found = parameters.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.clone()).filter(|v| !v.is_empty())
    };
    match scheme.as_str() {
        "basic" => Some(Challenge::Basic),
        "bearer" => Some(Challenge::Bearer {
            realm: get("realm")?,
            service: get("service"),
            scope: get("scope"),
        }),
        _ => None,
    }
}

/// The leading `token` of RFC 9110 and what follows it.
fn token(text: &str) -> (&str, &str) {
    let end = text
        .find(|c: char| !(c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~/:".contains(c)))
        .unwrap_or(text.len());
    text.split_at(end)
}

/// A quoted string, or whatever stands before the next comma or space.
fn parameter(text: &str) -> (String, &str) {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find([',', ' ', '\t']).unwrap_or(text.len());
        let (value, rest) = text.split_at(end);
        return (value.to_owned(), rest);
    };
    let mut value = String::new();
    let mut escaped = false;
    for (at, c) in quoted.char_indices() {
        match c {
            _ if escaped => {
                value.push(c);
                escaped = false;
            }
            '\\' => escaped = true,
            '"' => return (value, &quoted[at + 1..]),
            other => value.push(other),
        }
    }
    (value, "")
}

fn next_boundary(text: &str) -> usize {
    text.chars().next().map_or(text.len(), char::len_utf8)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn bearer(realm: &str, service: Option<&str>, scope: Option<&str>) -> Challenge {
        Challenge::Bearer {
            realm: realm.to_owned(),
            service: service.map(str::to_owned),
            scope: scope.map(str::to_owned),
        }
    }

    #[test]
    fn reads_what_registries_send() {
        let hub = r#"Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:library/alpine:pull,push""#;
        for (text, want) in [
            (
                hub,
                vec![bearer(
                    "https://auth.docker.io/token",
                    Some("registry.docker.io"),
                    Some("repository:library/alpine:pull,push"),
                )],
            ),
            ("Basic realm=\"x\"", vec![Challenge::Basic]),
            ("BASIC", vec![Challenge::Basic]),
            (
                "bearer REALM = https://a/t , service=b",
                vec![bearer("https://a/t", Some("b"), None)],
            ),
            (
                r#"Basic realm="a, Bearer realm=b", Bearer realm="c""#,
                vec![bearer("c", None, None), Challenge::Basic],
            ),
            (
                r#"Negotiate abc==, Bearer realm="q\"uote""#,
                vec![bearer("q\"uote", None, None)],
            ),
            (r#"Bearer service="no realm""#, vec![]),
            (r#"Bearer realm="unclosed"#, vec![bearer("unclosed", None, None)]),
            ("", vec![]),
            (",,,=\"", vec![]),
        ] {
            assert_eq!(parse([text]), want, "{text}");
        }
    }

    proptest! {
        #[test]
        fn never_panics_and_always_ends(text in "\\PC{0,200}") {
            let _ = parse([text.as_str()]);
        }

        #[test]
        fn finds_a_quoted_realm_behind_anything_well_formed(
            realm in "[a-zA-Z0-9:/ ,=.]{1,40}",
            before in prop::sample::select(vec!["", "Basic realm=\"r\", ", "Digest a=b, c=\"d\", "]),
        ) {
            let header = format!("{before}Bearer realm=\"{realm}\"");
            prop_assert_eq!(&parse([header.as_str()])[0], &bearer(&realm, None, None));
        }
    }
}
