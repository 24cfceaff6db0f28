//! What a manifest must be to get in (§Pushing Manifests, image-spec manifest.md and image-index.md).
//!
//! Bytes are stored as they came. They are parsed to find what they refer to, and to refuse documents that
//! two clients could read in two ways.

use std::collections::BTreeMap;

use sampan_store::{Descriptor, ManifestRecord};
use sampan_types::{Digest, media};
use serde::Deserialize;

use super::api_error::{ApiError, Code};

/// The parts of a manifest or index that mean something to a registry.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Document {
    media_type: Option<String>,
    artifact_type: Option<String>,
    config: Option<Reference>,
    layers: Option<Vec<Reference>>,
    manifests: Option<Vec<Reference>>,
    subject: Option<Reference>,
    annotations: Option<BTreeMap<String, String>>,
    /// Docker's schema 1, which has no digests to check.
    fs_layers: Option<serde::de::IgnoredAny>,
}

/// A descriptor within a manifest.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Reference {
    #[serde(default)]
    media_type: String,
    digest: Digest,
    size: u64,
    #[serde(default)]
    urls: Option<Vec<String>>,
}

impl Reference {
    /// Whether the content is fetched from elsewhere, so that a registry need not have it
    /// (image-spec layer.md §Non-Distributable Layers; Docker's foreign layers).
    fn elsewhere(&self) -> bool {
        self.media_type.contains("nondistributable")
            || self.media_type.contains(".foreign.")
            || self.urls.as_ref().is_some_and(|urls| !urls.is_empty())
    }
}

/// Something that a manifest needs in its own repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Needed {
    pub(crate) digest: Digest,
    pub(crate) size: u64,
    /// Whether it stands in an index, and so may be a manifest.
    pub(crate) in_index: bool,
}

/// A manifest that may get in, once what it needs is there.
#[derive(Debug)]
pub(crate) struct Accepted {
    pub(crate) record: ManifestRecord,
    pub(crate) needs: Vec<Needed>,
}

/// Parses a manifest that was pushed with a `Content-Type`, under the digest that its bytes have.
pub(crate) fn accept(bytes: &[u8], content_type: Option<&str>, digest: Digest) -> Result<Accepted, ApiError> {
    let document: Document = serde_json::from_slice(bytes)
        .map_err(|error| invalid(format!("the document cannot be read: {error}")))?;
    let media_type = media_type(content_type, document.media_type.as_deref())?;
    if document.fs_layers.is_some() {
        return Err(invalid(
            "image manifests of schema 1 are not accepted: push schema 2 or OCI",
        ));
    }
    // CVE-2021-41190: a document that is a manifest to one reader and an index to another.
    if document.manifests.is_some() && (document.config.is_some() || document.layers.is_some()) {
        return Err(invalid("the document is both a manifest and an index"));
    }
    if media::is_index(&media_type) && document.manifests.is_none() {
        return Err(invalid("an index needs `manifests`"));
    }
    if media::is_manifest(&media_type) && (document.config.is_none() || document.layers.is_none()) {
        return Err(invalid("an image manifest needs `config` and `layers`"));
    }
    let artifact_type = document
        .artifact_type
        .filter(|text| !text.is_empty())
        .or_else(|| document.config.as_ref().map(|config| config.media_type.clone()))
        .filter(|text| !text.is_empty());
    let needs = needs(
        document.config.as_ref(),
        document.layers.as_deref().unwrap_or_default(),
        document.manifests.as_deref().unwrap_or_default(),
    );
    let mut descriptor = Descriptor::new(media_type, digest, bytes.len() as u64);
    descriptor.artifact_type = artifact_type;
    descriptor.annotations = document.annotations.unwrap_or_default();
    Ok(Accepted {
        record: ManifestRecord {
            descriptor,
            subject: document.subject.map(|subject| subject.digest),
        },
        needs,
    })
}

fn needs(config: Option<&Reference>, layers: &[Reference], manifests: &[Reference]) -> Vec<Needed> {
    let blobs = config
        .into_iter()
        .chain(layers)
        .map(|reference| (reference, false));
    let children = manifests.iter().map(|reference| (reference, true));
    blobs
        .chain(children)
        .filter(|(reference, _)| !reference.elsewhere())
        .map(|(reference, in_index)| Needed {
            digest: reference.digest.clone(),
            size: reference.size,
            in_index,
        })
        .collect()
}

/// The one type that header and document agree on.
fn media_type(header: Option<&str>, document: Option<&str>) -> Result<String, ApiError> {
    // The spec has registries ignore parameters.
    let header = header
        .map(|value| value.split(';').next().unwrap_or(value).trim())
        .filter(|value| !value.is_empty());
    let chosen = match (header, document) {
        (Some(header), Some(document)) if header != document => {
            return Err(invalid("`Content-Type` and `mediaType` are not the same"));
        }
        (Some(found), _) | (None, Some(found)) => found,
        (None, None) => {
            return Err(invalid(
                "neither `Content-Type` nor `mediaType` says what this is",
            ));
        }
    };
    let token = |text: &str| {
        !text.is_empty()
            && text
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&b))
    };
    let json = chosen.ends_with("+json") || chosen == "application/json";
    let plain = chosen.len() <= 255 && chosen.split_once('/').is_some_and(|(a, b)| token(a) && token(b));
    if !plain || !json {
        return Err(invalid("the media type is not that of a JSON document"));
    }
    Ok(chosen.to_owned())
}

fn invalid(detail: impl Into<String>) -> ApiError {
    ApiError::new(Code::ManifestInvalid).detail(detail)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sum(digit: char) -> String {
        format!("sha256:{}", digit.to_string().repeat(64))
    }

    fn parse(text: &str, content_type: Option<&str>) -> Result<Accepted, ApiError> {
        accept(text.as_bytes(), content_type, sum('f').parse().unwrap())
    }

    fn manifest(extra: &str) -> String {
        format!(
            r#"{{"schemaVersion":2,"config":{{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"{}","size":2}},"layers":[]{extra}}}"#,
            sum('a')
        )
    }

    #[test]
    fn the_artifact_type_falls_back_to_the_configs() {
        let plain = parse(&manifest(""), Some(media::OCI_MANIFEST)).unwrap();
        assert_eq!(
            plain.record.descriptor.artifact_type.as_deref(),
            Some(media::OCI_CONFIG)
        );
        let empty = parse(&manifest(r#","artifactType":"""#), Some(media::OCI_MANIFEST)).unwrap();
        assert_eq!(
            empty.record.descriptor.artifact_type.as_deref(),
            Some(media::OCI_CONFIG)
        );
        let own = parse(&manifest(r#","artifactType":"a/b""#), Some(media::OCI_MANIFEST)).unwrap();
        assert_eq!(own.record.descriptor.artifact_type.as_deref(), Some("a/b"));
        let index = parse(r#"{"schemaVersion":2,"manifests":[]}"#, Some(media::OCI_INDEX)).unwrap();
        assert_eq!(index.record.descriptor.artifact_type, None);
    }

    #[test]
    fn header_and_document_must_agree() {
        let with = manifest(&format!(r#","mediaType":"{}""#, media::OCI_MANIFEST));
        assert!(parse(&with, Some(media::OCI_MANIFEST)).is_ok());
        assert!(parse(&with, None).is_ok());
        let parameter = format!("{}; charset=utf-8", media::OCI_MANIFEST);
        assert!(parse(&with, Some(&parameter)).is_ok());
        assert!(parse(&with, Some(media::DOCKER_MANIFEST)).is_err());
        assert!(parse(&manifest(""), None).is_err());
    }

    #[test]
    fn refuses_what_two_readers_could_read_in_two_ways() {
        for bad in [
            "",
            "[]",
            "null",
            "\"x\"",
            "{\"schemaVersion\":2",
            &manifest(r#","manifests":[]"#),
            &manifest(r#","layers":[]"#),
            &manifest(r#","config":{}"#),
            r#"{"schemaVersion":1,"fsLayers":[],"config":null}"#,
            r#"{"schemaVersion":2,"layers":[]}"#,
            &manifest(&format!(r#","subject":{{"digest":"{}"}}"#, "sha256:x")),
            &manifest(r#","annotations":{"a":1}"#),
            &format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000)),
        ] {
            let code = parse(bad, Some(media::OCI_MANIFEST)).unwrap_err().code;
            assert_eq!(code, Code::ManifestInvalid, "{}", &bad[..bad.len().min(80)]);
        }
    }

    #[test]
    fn layers_from_elsewhere_are_not_needed() {
        let layer = |kind: &str, urls: &str| {
            format!(
                r#"{{"config":{{"digest":"{}","size":2}},"layers":[{{"mediaType":"{kind}","digest":"{}","size":3{urls}}}]}}"#,
                sum('a'),
                sum('b')
            )
        };
        let count = |text: &str| parse(text, Some(media::OCI_MANIFEST)).unwrap().needs.len();
        assert_eq!(count(&layer(media::OCI_LAYER, "")), 2);
        assert_eq!(count(&layer(media::OCI_LAYER, r#","urls":[]"#)), 2);
        assert_eq!(count(&layer(media::OCI_LAYER, r#","urls":["https://x"]"#)), 1);
        assert_eq!(
            count(&layer(
                "application/vnd.oci.image.layer.nondistributable.v1.tar",
                ""
            )),
            1
        );
        assert_eq!(
            count(&layer(
                "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip",
                ""
            )),
            1
        );
    }

    proptest! {
        #[test]
        fn any_bytes_are_taken_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = accept(&bytes, Some(media::OCI_MANIFEST), sum('f').parse().unwrap());
        }

        #[test]
        fn any_media_type_that_gets_in_can_stand_in_a_header(text in "\\PC{0,60}") {
            if let Ok(accepted) = parse(r#"{"x":1}"#, Some(&text)) {
                let value = accepted.record.descriptor.media_type;
                prop_assert!(http::HeaderValue::from_str(&value).is_ok());
            }
        }
    }
}
