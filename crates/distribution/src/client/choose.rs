//! Picks the manifest for a platform from an index.

use sampan_store::Descriptor;
use sampan_types::Platform;
use sampan_types::media::{WASM_CONFIG, WASM_CONFIG_V1};
use sampan_types::platform::Kind;

/// The annotation by which Docker marks attestations, which are no images.
const DOCKER_REFERENCE_TYPE: &str = "vnd.docker.reference.type";

/// The platform that a descriptor names, in one spelling.
pub(crate) fn platform(descriptor: &Descriptor) -> Option<Platform> {
    let value = descriptor.platform.as_ref()?;
    let text = |name: &str| {
        value
            .get(name)
            .and_then(serde_json::Value::as_str)
            .filter(|s| !s.is_empty())
    };
    let mut platform = Platform::new(text("os")?, text("architecture")?);
    platform.variant = text("variant").map(str::to_ascii_lowercase);
    Some(plain(platform))
}

/// `arm64` and `arm64/v8` are the same machine.
pub(crate) fn plain(mut platform: Platform) -> Platform {
    if platform.architecture == "arm64" && platform.variant.as_deref() == Some("v8") {
        platform.variant = None;
    }
    platform
}

/// The best entry for what is wanted, or what there is instead.
///
/// Nothing wanted: Wasm first, then Linux for this machine's processor. Of equals the first counts, as the
/// image spec says.
pub(crate) fn choose<'d>(
    entries: &'d [Descriptor],
    wanted: Option<&Platform>,
    here: &Platform,
) -> Result<&'d Descriptor, String> {
    let wanted = wanted.cloned().map(plain);
    let images = entries
        .iter()
        .filter(|d| !d.annotations.contains_key(DOCKER_REFERENCE_TYPE));
    let ranked = images.filter_map(|d| Some((rank(d, wanted.as_ref(), here)?, d)));
    match ranked.min_by_key(|(rank, _)| *rank) {
        Some((_, best)) => Ok(best),
        None => Err(available(entries)),
    }
}

/// How well an entry fits; smaller is better, `None` is not at all.
fn rank(descriptor: &Descriptor, wanted: Option<&Platform>, here: &Platform) -> Option<u8> {
    let has = platform(descriptor);
    let wasm_artifact = matches!(
        descriptor.artifact_type.as_deref(),
        Some(WASM_CONFIG | WASM_CONFIG_V1)
    );
    match (has, wanted) {
        (Some(has), Some(wanted)) if has == *wanted => Some(0),
        (Some(has), Some(wanted)) if has.satisfies(wanted) => Some(1),
        (Some(_), Some(_)) => None,
        // An artifact says no platform.
        (None, Some(wanted)) if wasm_artifact => (wanted.kind() == Some(Kind::Wasm)).then_some(2),
        (None, Some(_)) => Some(3),
        (Some(has), None) if has.kind() == Some(Kind::Wasm) => Some(0),
        (None, None) if wasm_artifact => Some(1),
        (Some(has), None) if has == *here => Some(2),
        (Some(has), None) if has.satisfies(here) => Some(3),
        (Some(_), None) => None,
        (None, None) => Some(4),
    }
}

fn available(entries: &[Descriptor]) -> String {
    let mut names: Vec<String> = entries
        .iter()
        .filter_map(platform)
        .filter(|p| p.os != "unknown")
        .map(|p| super::endpoint::clean(&p.to_string()))
        .collect();
    names.dedup();
    names.truncate(20);
    if names.is_empty() {
        return "none".to_owned();
    }
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use sampan_types::media::OCI_MANIFEST;

    fn entry(n: u8, platform: Option<&str>) -> Descriptor {
        let digest = format!("sha256:{}", format!("{n:02x}").repeat(32))
            .parse()
            .unwrap();
        let mut descriptor = Descriptor::new(OCI_MANIFEST, digest, 1);
        descriptor.platform = platform.map(|p| {
            let parts: Vec<&str> = p.split('/').collect();
            serde_json::json!({"os": parts[0], "architecture": parts[1], "variant": parts.get(2)})
        });
        descriptor
    }

    fn pick(entries: &[Option<&str>], wanted: Option<&str>) -> Result<usize, String> {
        let entries: Vec<_> = entries.iter().zip(0..).map(|(p, n)| entry(n, *p)).collect();
        let wanted = wanted.map(|w| w.parse().unwrap());
        let best = choose(&entries, wanted.as_ref(), &Platform::new("linux", "amd64"))?;
        Ok(entries.iter().position(|e| e == best).unwrap())
    }

    #[test]
    fn prefers_the_exact_request() {
        let all = [
            Some("linux/amd64"),
            Some("wasip1/wasm"),
            Some("wasi/wasm"),
            Some("linux/arm64/v8"),
        ];
        assert_eq!(pick(&all, Some("wasi/wasm")), Ok(2));
        assert_eq!(pick(&all, Some("wasip1/wasm")), Ok(1));
        assert_eq!(pick(&all, Some("linux/amd64")), Ok(0));
        assert_eq!(pick(&all, Some("linux/aarch64")), Ok(3));
        assert_eq!(pick(&all[..2], Some("wasi/wasm")), Ok(1));
        let missing = pick(&all[..2], Some("linux/riscv64")).unwrap_err();
        assert_eq!(missing, "linux/amd64, wasip1/wasm");
    }

    #[test]
    fn without_a_request_wasm_comes_first() {
        assert_eq!(pick(&[Some("linux/amd64"), Some("wasi/wasm")], None), Ok(1));
        assert_eq!(pick(&[Some("linux/arm64"), Some("linux/amd64")], None), Ok(1));
        assert_eq!(pick(&[Some("linux/amd64/v3"), Some("linux/amd64")], None), Ok(1));
        assert_eq!(pick(&[None], None), Ok(0));
        assert_eq!(
            pick(&[Some("windows/amd64")], None),
            Err("windows/amd64".to_owned())
        );
        assert_eq!(pick(&[Some("unknown/unknown")], None), Err("none".to_owned()));
    }

    #[test]
    fn attestations_are_no_images() {
        let mut attestation = entry(1, None);
        attestation.annotations.insert(
            DOCKER_REFERENCE_TYPE.to_owned(),
            "attestation-manifest".to_owned(),
        );
        let image = entry(2, Some("linux/amd64"));
        let both = [attestation, image.clone()];
        let best = choose(&both, None, &Platform::new("linux", "amd64"));
        assert_eq!(best, Ok(&image));
    }
}
