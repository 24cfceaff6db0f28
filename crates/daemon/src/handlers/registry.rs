//! Registries: who the caller is there, and what they have.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use http::HeaderMap;
use http::header::HeaderName;
use sampan_api::image::Descriptor;
use sampan_api::registry::{AuthConfig, AuthResponse, DistributionInspect};
use sampan_distribution::client::{About, Credential, Credentials};
use sampan_types::{Classified, ErrorClass, Reference, Secret};

use super::images::parse;
use crate::dispatch::Call;
use crate::problem::{Problem, Result};
use crate::reply::{self, Reply};

const AUTH: HeaderName = HeaderName::from_static("x-registry-auth");
const CONFIG: HeaderName = HeaderName::from_static("x-registry-config");
const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_padding_mode(DecodePaddingMode::Indifferent)
    .with_decode_allow_trailing_bits(true);

/// Who the caller says it is, for this registry alone. What cannot be read counts as nothing, as it does for dockerd:
/// many clients send half of it.
pub(super) fn credentials(headers: &HeaderMap, registry: &str) -> Credentials {
    let given = headers
        .get(AUTH)
        .and_then(|value| decode(value.as_bytes()))
        .and_then(|auth| credential(&auth));
    given.map_or(Credentials::Anonymous, |credential| {
        Credentials::Fixed(BTreeMap::from([(registry.to_owned(), credential)]))
    })
}

/// The same for several registries, as a build has them.
pub(super) fn several(headers: &HeaderMap) -> Credentials {
    let document = headers.get(CONFIG).and_then(|value| {
        [URL_SAFE, STANDARD].iter().find_map(|alphabet| {
            GeneralPurpose::new(alphabet, LENIENT)
                .decode(value.as_bytes())
                .ok()
        })
    });
    let given: BTreeMap<String, AuthConfig> = document
        .and_then(|document| serde_json::from_slice(&document).ok())
        .unwrap_or_default();
    let all: BTreeMap<String, Credential> = given
        .iter()
        .filter_map(|(address, auth)| Some((registry(address).to_owned(), credential(auth)?)))
        .collect();
    match all.is_empty() {
        true => Credentials::Anonymous,
        false => Credentials::Fixed(all),
    }
}

fn decode(value: &[u8]) -> Option<AuthConfig> {
    let document = [URL_SAFE, STANDARD]
        .iter()
        .find_map(|alphabet| GeneralPurpose::new(alphabet, LENIENT).decode(value).ok())?;
    serde_json::from_slice(&document).ok()
}

fn credential(auth: &AuthConfig) -> Option<Credential> {
    if !auth.registry_token.is_empty() {
        return Some(Credential::Bearer(Secret::new(auth.registry_token.clone())));
    }
    if !auth.identity_token.is_empty() {
        return Some(Credential::Identity(Secret::new(auth.identity_token.clone())));
    }
    if !auth.username.is_empty() {
        return Some(Credential::Basic {
            username: auth.username.clone(),
            password: Secret::new(auth.password.clone()),
        });
    }
    let both = GeneralPurpose::new(&STANDARD, LENIENT).decode(&auth.auth).ok()?;
    let both = String::from_utf8(both).ok()?;
    let (username, password) = both.split_once(':')?;
    Some(Credential::Basic {
        username: username.to_owned(),
        password: Secret::new(password.to_owned()),
    })
}

/// The registry's name in references, from what stands in a log-in.
fn registry(address: &str) -> &str {
    let host = address
        .strip_prefix("https://")
        .or_else(|| address.strip_prefix("http://"))
        .unwrap_or(address);
    let host = host.split('/').next().unwrap_or_default();
    match host {
        "" | "index.docker.io" | "registry-1.docker.io" => sampan_types::reference::DEFAULT_REGISTRY,
        host => host,
    }
}

pub(super) async fn auth(mut call: Call<'_>) -> Result<Reply> {
    let given: AuthConfig = call.json().await?;
    let credential = credential(&given).ok_or_else(|| {
        Problem::new(
            http::StatusCode::UNAUTHORIZED,
            "unauthorized: no credentials were given",
        )
    })?;
    let client = call
        .state
        .supervisor
        .engine()
        .registry_client(Credentials::Anonymous);
    client
        .verify(registry(&given.server_address), credential)
        .await
        .map_err(|error| {
            match error.class() {
                // What the registry said is all that the person needs.
                ErrorClass::Denied | ErrorClass::Unauthenticated => {
                    Problem::new(http::StatusCode::UNAUTHORIZED, crate::problem::chain(&error))
                }
                _ => Problem::of(&error),
            }
        })?;
    reply::ok(&AuthResponse {
        identity_token: String::new(),
        status: "Login Succeeded".to_owned(),
    })
}

pub(super) async fn distribution(call: Call<'_>) -> Result<Reply> {
    let name: Reference = parse(call.name)?;
    let client = call
        .state
        .supervisor
        .engine()
        .registry_client(credentials(call.headers, name.registry()));
    let About {
        descriptor,
        platforms,
    } = client.about(&name).await.map_err(|error| Problem::of(&error))?;
    reply::ok(&DistributionInspect {
        descriptor: Descriptor {
            media_type: descriptor.media_type,
            digest: descriptor.digest.to_string(),
            size: i64::try_from(descriptor.size).unwrap_or(i64::MAX),
            ..Descriptor::default()
        },
        // A registry may write anything there; what is no platform is left out.
        platforms: platforms
            .into_iter()
            .filter_map(|platform| serde_json::from_value(platform).ok())
            .collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_read_in_all_their_forms() {
        let encode = |text: &str| base64::prelude::BASE64_URL_SAFE.encode(text);
        let basic = Credential::Basic {
            username: "a".into(),
            password: Secret::new("b?>".into()),
        };
        for text in [
            r#"{"username":"a","password":"b?>","email":null}"#.to_owned(),
            format!(
                r#"{{"auth":"{}"}}"#,
                base64::prelude::BASE64_STANDARD.encode("a:b?>")
            ),
        ] {
            let auth = decode(encode(&text).trim_end_matches('=').as_bytes()).unwrap();
            assert_eq!(credential(&auth), Some(basic.clone()));
        }
        assert!(decode(b"e30").is_some_and(|auth| credential(&auth).is_none()));
        assert!(decode(b"%%%").is_none());
    }

    #[test]
    fn docker_hub_has_one_name() {
        for address in ["", "https://index.docker.io/v1/", "docker.io"] {
            assert_eq!(registry(address), "docker.io", "{address}");
        }
        assert_eq!(registry("http://localhost:5000/v2/"), "localhost:5000");
    }
}
