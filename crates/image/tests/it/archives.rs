//! Images out of one store, through a file, into another.

use std::collections::BTreeMap;

use sampan_image::unpack::UnpackLimits;
use sampan_image::{
    ArchiveFormat, ImageError, Loaded, PackOptions, Request, import_layout, load, pack, save,
};
use sampan_store::Descriptor;
use sampan_testkit::layer::Layer;
use sampan_types::{ByteCount, Classified, ErrorClass, Reference, media};
use serde_json::{Value, json};

use crate::common::{Fixture, ImageSpec, MODULE, chain, gzip, reference, sha256, tree, zstd};

fn saved(
    fix: &Fixture,
    images: &[(Descriptor, Vec<Reference>)],
    format: Option<ArchiveFormat>,
) -> (Vec<u8>, ArchiveFormat) {
    let mut out = Vec::new();
    let format = save(&fix.lease, images, format, &Request::any(), &mut out).unwrap();
    (out, format)
}

fn loaded(bytes: &[u8]) -> (Fixture, Result<Loaded, ImageError>) {
    let fix = Fixture::new();
    let result = load(&fix.lease, bytes, &UnpackLimits::default());
    (fix, result)
}

/// The members of a tar archive.
fn members(bytes: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut archive = tar::Archive::new(bytes);
    let mut members = BTreeMap::new();
    for entry in archive.entries().unwrap() {
        let mut entry = entry.unwrap();
        let mut content = Vec::new();
        std::io::Read::read_to_end(&mut entry, &mut content).unwrap();
        members.insert(entry.path().unwrap().display().to_string(), content);
    }
    members
}

fn rooted(fix: &Fixture, platform: &str, text: &str) -> Descriptor {
    fix.image(&ImageSpec {
        platform,
        layer_type: media::OCI_LAYER_GZIP,
        compress: gzip,
        layers: vec![
            Layer::new().file("app.wasm", MODULE).tar(),
            Layer::new().file("text", text).tar(),
        ],
        ..ImageSpec::default()
    })
}

#[test]
fn what_goes_out_comes_in_again() {
    let fix = Fixture::new();
    let (one, two) = (rooted(&fix, "linux/amd64", "1"), rooted(&fix, "wasi/wasm", "2"));
    let images = [
        (
            one.clone(),
            vec![reference("app:1"), reference("example.org/app:one")],
        ),
        (two.clone(), vec![]),
    ];
    for format in [None, Some(ArchiveFormat::Docker), Some(ArchiveFormat::Oci)] {
        let (bytes, written) = saved(&fix, &images, format);
        assert_eq!(written, format.unwrap_or(ArchiveFormat::Docker));
        for bytes in [bytes.clone(), gzip(&bytes), zstd(&bytes)] {
            let (other, result) = loaded(&bytes);
            let result = result.unwrap();
            assert_eq!(result.format, written);
            let digests: Vec<_> = result
                .images
                .iter()
                .map(|image| &image.descriptor.digest)
                .collect();
            assert_eq!(digests, [&one.digest, &two.digest]);
            let names: Vec<String> = result.images[0]
                .references
                .iter()
                .map(Reference::familiar)
                .collect();
            assert_eq!(names, ["app:1", "example.org/app:one"]);
            let unnamed = format!("localhost/unnamed@{}", two.digest);
            assert_eq!(result.images[1].references[0].to_string(), unnamed);
            // What was loaded is whole, also after the lease is gone.
            drop(other.lease.clone());
            let record = other.store.images().resolve(&reference("app:1")).unwrap();
            assert_eq!(record.descriptor.digest, one.digest);
            let again = saved(&other, &images, Some(ArchiveFormat::Oci)).0;
            assert_eq!(
                again,
                saved(&fix, &images, Some(ArchiveFormat::Oci)).0,
                "the same bytes from either store"
            );
        }
    }
}

#[test]
fn the_docker_form_has_what_docker_looks_for() {
    let fix = Fixture::new();
    let image = rooted(&fix, "linux/amd64", "1");
    let (bytes, _) = saved(
        &fix,
        &[(image, vec![reference("app:1")])],
        Some(ArchiveFormat::Docker),
    );
    let members = members(&bytes);
    let manifest: Value = serde_json::from_slice(&members["manifest.json"]).unwrap();
    assert_eq!(manifest[0]["RepoTags"], json!(["app:1"]));
    for path in manifest[0]["Layers"]
        .as_array()
        .unwrap()
        .iter()
        .chain([&manifest[0]["Config"]])
    {
        assert!(members.contains_key(path.as_str().unwrap()), "{path}");
    }
    let repositories: Value = serde_json::from_slice(&members["repositories"]).unwrap();
    assert!(repositories["app"]["1"].is_string());
    assert!(members.contains_key("oci-layout") && members.contains_key("index.json"));
}

#[test]
fn an_artifact_goes_into_an_oci_archive() {
    let fix = Fixture::new();
    let name = reference("hello:1");
    let packed = pack(&fix.lease, MODULE, Some(&name), &PackOptions::default()).unwrap();
    let images = [(packed.descriptor.clone(), vec![name.clone()])];
    let (bytes, format) = saved(&fix, &images, None);
    assert_eq!(format, ArchiveFormat::Oci);
    assert!(!members(&bytes).contains_key("manifest.json"));
    let error = save(
        &fix.lease,
        &images,
        Some(ArchiveFormat::Docker),
        &Request::any(),
        Vec::new(),
    )
    .unwrap_err();
    assert!(matches!(error, ImageError::NotForDocker { .. }), "{error}");
    assert!(error.hint().unwrap().contains("oci-archive"));
    let (other, result) = loaded(&bytes);
    assert_eq!(result.unwrap().images[0].references, [name]);
    assert!(other.resolve(&packed.descriptor, None).is_ok());
}

#[test]
fn an_index_travels_with_what_is_there() {
    let fix = Fixture::new();
    let (wasm, linux) = (rooted(&fix, "wasi/wasm", "w"), rooted(&fix, "linux/amd64", "l"));
    let absent = Descriptor::new(media::OCI_MANIFEST, sha256(b"absent"), 6);
    let index = fix.index(&[
        (&wasm, "wasi/wasm"),
        (&linux, "linux/amd64"),
        (&absent, "linux/arm64"),
    ]);
    let (bytes, _) = saved(&fix, &[(index.clone(), vec![reference("multi:1")])], None);
    let (other, result) = loaded(&bytes);
    assert_eq!(result.unwrap().images[0].descriptor.digest, index.digest);
    assert_eq!(
        other.resolve(&index, Some("linux/amd64")).unwrap().manifest,
        linux.digest
    );
    assert!(other.resolve(&index, Some("linux/arm64")).is_err());
}

/// A docker-archive as older Docker wrote it: a folder for each layer, some of them symlinks.
fn legacy(config: &Value, layers: &[(&str, Vec<u8>)], links: &[(&str, &str)], manifest: &Value) -> Vec<u8> {
    let mut layer = Layer::new();
    for (name, content) in layers {
        layer = layer.file(name, content);
    }
    for (name, target) in links {
        layer = layer.symlink(name, target);
    }
    layer
        .file("config.json", serde_json::to_vec(config).unwrap())
        .file("id/VERSION", "1.0")
        .file("id/json", "{}")
        .file("repositories", "{}")
        .file("manifest.json", serde_json::to_vec(manifest).unwrap())
        .tar()
}

fn legacy_config(tars: &[&[u8]]) -> Value {
    let ids: Vec<String> = tars.iter().map(|tar| sha256(tar).to_string()).collect();
    json!({ "os": "wasi", "architecture": "wasm", "config": { "Entrypoint": ["/app.wasm"] },
        "rootfs": { "type": "layers", "diff_ids": ids } })
}

#[test]
fn older_docker_archives_load() {
    let (a, b) = (
        Layer::new().file("app.wasm", MODULE).tar(),
        Layer::new().file("x", "1").tar(),
    );
    let config = legacy_config(&[&a, &b, &a]);
    let manifest = json!([{ "Config": "config.json", "RepoTags": ["old:1", "old:2"],
        "Layers": ["one/layer.tar", "two/layer.tar", "three/layer.tar"] }]);
    for second in [b.clone(), gzip(&b), zstd(&b)] {
        let bytes = legacy(
            &config,
            &[("one/layer.tar", a.clone()), ("./two/layer.tar", second)],
            &[("three/layer.tar", "../one/layer.tar")],
            &manifest,
        );
        let (fix, result) = loaded(&bytes);
        let result = result.unwrap();
        assert_eq!(result.format, ArchiveFormat::Docker);
        assert_eq!(
            result.images[0].references,
            [reference("old:1"), reference("old:2")]
        );
        let runnable = fix.resolve(&result.images[0].descriptor, None).unwrap();
        assert_eq!(runnable.rootfs.as_ref().unwrap().layers.len(), 3);
        let folder = tempfile::tempdir().unwrap();
        let plan = runnable.rootfs.unwrap();
        sampan_image::unpack::into_folder(&fix.lease, &plan, folder.path(), &Default::default()).unwrap();
        assert_eq!(tree(folder.path()).len(), 2);
    }
}

#[test]
fn bad_archives_are_refused_and_name_nothing() {
    let tar = Layer::new().file("app.wasm", MODULE).tar();
    let config = legacy_config(&[&tar]);
    let entry = |layers: &[&str]| json!([{ "Config": "config.json", "RepoTags": ["x:1"], "Layers": layers }]);
    let one = [("l.tar", tar.clone())];
    let oci = |index: &str, blobs: &[(&str, &[u8])]| {
        let mut layer = Layer::new()
            .file("oci-layout", r#"{"imageLayoutVersion":"1.0.0"}"#)
            .file("index.json", index);
        for (name, content) in blobs {
            layer = layer.file(name, content);
        }
        layer.tar()
    };
    let zero = "0".repeat(64);
    let cases: Vec<(Vec<u8>, &str, ErrorClass)> = vec![
        (Vec::new(), "empty", ErrorClass::InvalidInput),
        (
            b"PK\x03\x04".repeat(300),
            "no tar archive",
            ErrorClass::InvalidInput,
        ),
        (gzip(b"hello"), "inside a header", ErrorClass::Corrupt),
        (
            Layer::new().file("app.wasm", MODULE).tar(),
            "but `app.wasm`",
            ErrorClass::InvalidInput,
        ),
        (
            legacy(&config, &one, &[], &json!([])),
            "lists no image",
            ErrorClass::InvalidInput,
        ),
        (
            legacy(&config, &one, &[], &json!("x")),
            "manifest.json",
            ErrorClass::InvalidInput,
        ),
        (
            legacy(&config, &one, &[], &entry(&["gone.tar"])),
            "gone.tar",
            ErrorClass::InvalidInput,
        ),
        (
            legacy(&config, &one, &[], &entry(&["../../etc/passwd"])),
            "etc/passwd",
            ErrorClass::InvalidInput,
        ),
        (
            legacy(&config, &one, &[("l2", "../../etc/passwd")], &entry(&["l2"])),
            "l2",
            ErrorClass::InvalidInput,
        ),
        (
            legacy(&config, &one, &[("l2", "l3"), ("l3", "l2")], &entry(&["l2"])),
            "l2",
            ErrorClass::InvalidInput,
        ),
        (
            legacy(&config, &one, &[], &entry(&[])),
            "promises 1 layers",
            ErrorClass::Corrupt,
        ),
        (
            legacy(&legacy_config(&[b"other"]), &one, &[], &entry(&["l.tar"])),
            "cannot unpack",
            ErrorClass::Corrupt,
        ),
        (
            legacy(
                &config,
                &one,
                &[],
                &json!([{ "Config": "config.json", "RepoTags": ["NOT OK"], "Layers": ["l.tar"] }]),
            ),
            "NOT OK",
            ErrorClass::InvalidInput,
        ),
        (oci("{}", &[]), "lists no image", ErrorClass::InvalidInput),
        (oci("[", &[]), "index.json", ErrorClass::InvalidInput),
        (
            oci(
                &format!(
                    r#"{{"manifests":[{{"mediaType":"{}","digest":"sha256:{zero}","size":1}}]}}"#,
                    media::OCI_MANIFEST
                ),
                &[],
            ),
            &zero,
            ErrorClass::InvalidInput,
        ),
        (
            oci("{}", &[(&format!("blobs/sha256/{zero}"), b"x")]),
            "has digest",
            ErrorClass::Corrupt,
        ),
        (
            Layer::new()
                .file("oci-layout", r#"{"imageLayoutVersion":"9"}"#)
                .file("index.json", "{}")
                .tar(),
            "version `9`",
            ErrorClass::InvalidInput,
        ),
        (
            Layer::new().file("../manifest.json", "[]").tar(),
            "leads out",
            ErrorClass::Corrupt,
        ),
    ];
    for (bytes, words, class) in cases {
        let (fix, result) = loaded(&bytes);
        let error = result.expect_err(words);
        assert!(chain(&error).contains(words), "{words}: {}", chain(&error));
        assert_eq!(error.class(), class, "{error}");
        assert!(fix.lease.images().list().unwrap().is_empty());
    }
}

#[test]
fn incomplete_images_are_refused() {
    let fix = Fixture::new();
    let image = rooted(&fix, "wasi/wasm", "1");
    let (bytes, _) = saved(&fix, &[(image, vec![reference("x:1")])], Some(ArchiveFormat::Oci));
    let all = members(&bytes);
    for left_out in all
        .keys()
        .filter(|name| name.starts_with("blobs/sha256/") && name.len() > 20)
    {
        let mut layer = Layer::new();
        for (name, content) in all
            .iter()
            .filter(|(name, _)| *name != left_out && !name.ends_with('/'))
        {
            layer = layer.file(name, content);
        }
        let (fix, result) = loaded(&layer.tar());
        let error = result.expect_err(left_out);
        assert!(matches!(error, ImageError::ArchiveMember(_)), "{error}");
        assert!(fix.lease.images().list().unwrap().is_empty());
    }
}

#[test]
fn archives_have_limits() {
    let bomb = Layer::new().file("x", vec![0; 30 << 20]).tar();
    let fix = Fixture::new();
    let limits = UnpackLimits {
        bytes: ByteCount::mib(10),
        ..UnpackLimits::default()
    };
    let error = load(&fix.lease, &gzip(&bomb)[..], &limits).unwrap_err();
    assert_eq!(error.class(), ErrorClass::Exhausted);
    assert!(chain(&error).contains("unpacked bytes"), "{}", chain(&error));
    let limits = UnpackLimits {
        entries: 10,
        ..UnpackLimits::default()
    };
    let error = load(&fix.lease, &sampan_testkit::layer::many_files(20)[..], &limits).unwrap_err();
    assert!(chain(&error).contains("entries"), "{}", chain(&error));
    let big = Layer::new().file("manifest.json", vec![b' '; 9 << 20]).tar();
    assert_eq!(
        load(&fix.lease, &big[..], &UnpackLimits::default())
            .unwrap_err()
            .class(),
        ErrorClass::Exhausted
    );
}

#[test]
fn every_truncation_of_an_archive_is_an_error() {
    let fix = Fixture::new();
    let image = rooted(&fix, "wasi/wasm", "1");
    let (bytes, _) = saved(&fix, &[(image, vec![reference("x:1")])], None);
    // The two blocks at the end say nothing; up to them every byte counts.
    let end = bytes.len() - 1024 - 512;
    let other = Fixture::new();
    for cut in (0..end).step_by(509) {
        let result = load(&other.lease, &bytes[..cut], &UnpackLimits::default());
        if let Ok(loaded) = result {
            // All that matters may be there before the last document.
            assert_eq!(loaded.images.len(), 1, "{cut}");
        }
        let zipped = gzip(&bytes);
        let cut = cut * zipped.len() / bytes.len();
        assert!(
            load(&other.lease, &zipped[..cut], &UnpackLimits::default()).is_err(),
            "gzip {cut}"
        );
    }
}

#[test]
fn a_writer_that_fails_is_an_error() {
    struct Full(usize);
    impl std::io::Write for Full {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            if self.0 == 0 {
                return Err(std::io::ErrorKind::StorageFull.into());
            }
            let n = bytes.len().min(self.0);
            self.0 -= n;
            Ok(n)
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let fix = Fixture::new();
    let images = [(rooted(&fix, "wasi/wasm", "1"), vec![reference("x:1")])];
    let whole = saved(&fix, &images, None).0.len();
    for room in (0..whole).step_by(1_000) {
        let error = save(&fix.lease, &images, None, &Request::any(), Full(room)).unwrap_err();
        assert_eq!(error.class(), ErrorClass::Exhausted, "{error}");
    }
}

#[test]
fn layout_folders_come_in() {
    let fix = Fixture::new();
    let image = rooted(&fix, "wasi/wasm", "1");
    let index = fix.index(&[(&image, "wasi/wasm")]);
    fix.tag("example.org/app:1", &index);
    fix.tag("example.org/app:2", &image);
    let other = Fixture::new();
    let loaded = import_layout(&other.lease, &fix.store.layout_path(), &UnpackLimits::default()).unwrap();
    let digests: Vec<_> = loaded
        .images
        .iter()
        .map(|image| &image.descriptor.digest)
        .collect();
    assert_eq!(digests, [&index.digest, &image.digest]);
    assert!(
        other
            .lease
            .images()
            .resolve(&reference("example.org/app:1"))
            .is_ok()
    );
    let empty = tempfile::tempdir().unwrap();
    let error = import_layout(&other.lease, empty.path(), &UnpackLimits::default()).unwrap_err();
    assert!(error.to_string().contains("oci-layout"), "{error}");
}

#[test]
fn a_manifest_that_is_also_a_layer_comes_in_whole() {
    for outer_first in [true, false] {
        let fix = Fixture::new();
        let inner = rooted(&fix, "wasi/wasm", "1");
        let config = fix.blob("application/vnd.oci.empty.v1+json", b"{}");
        let layer = sampan_store::Descriptor::new(media::OCI_LAYER, inner.digest.clone(), inner.size);
        let outer = fix.manifest(&config, &[layer], &[]);
        let mut entries = [(&outer, "linux/amd64"), (&inner, "wasi/wasm")];
        if !outer_first {
            entries.reverse();
        }
        fix.tag("x:1", &fix.index(&entries));
        let other = Fixture::new();
        import_layout(&other.lease, &fix.store.layout_path(), &UnpackLimits::default()).unwrap();
        for reached in other.lease.images().walk(&inner).unwrap() {
            assert!(reached.present, "{}", reached.descriptor.digest);
        }
    }
}

#[test]
fn layout_folders_are_read_within_and_checked() {
    let fix = Fixture::new();
    let image = rooted(&fix, "wasi/wasm", "1");
    fix.tag("x:1", &image);
    let layout = fix.store.layout_path();
    let copy = fix.path("copy");
    let status = std::process::Command::new("cp")
        .arg("-r")
        .arg(&layout)
        .arg(&copy)
        .status()
        .unwrap();
    assert!(status.success());
    let blob = copy.join("blobs/sha256").join(image.digest.hex());
    let content = std::fs::read(&blob).unwrap();
    // Damaged, a pipe that nobody writes to, a symlink to the outside, gone.
    let other = Fixture::new();
    let go = || import_layout(&other.lease, &copy, &UnpackLimits::default()).unwrap_err();
    std::fs::remove_file(&blob).unwrap();
    assert!(matches!(go(), ImageError::ArchiveMember(_)));
    std::fs::write(&blob, content.iter().rev().copied().collect::<Vec<_>>()).unwrap();
    assert!(matches!(go(), ImageError::ArchiveDigest { .. }));
    std::fs::remove_file(&blob).unwrap();
    std::fs::write(fix.path("elsewhere"), &content).unwrap();
    std::os::unix::fs::symlink("../../../elsewhere", &blob).unwrap();
    assert!(matches!(go(), ImageError::Io { .. }));
    std::fs::remove_file(&blob).unwrap();
    let status = std::process::Command::new("mkfifo").arg(&blob).status().unwrap();
    assert!(status.success());
    assert!(matches!(go(), ImageError::ArchiveMember(_)));
}

/// The archive with its only image named otherwise.
fn renamed(archive: &[u8], name: &str) -> Vec<u8> {
    let mut out = tar::Builder::new(Vec::new());
    for (path, mut content) in members(archive) {
        if path == "index.json" {
            let mut index: Value = serde_json::from_slice(&content).unwrap();
            for entry in index["manifests"].as_array_mut().unwrap() {
                entry["annotations"] = json!({ "org.opencontainers.image.ref.name": name });
            }
            content = serde_json::to_vec(&index).unwrap();
        }
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        out.append_data(&mut header, &path, content.as_slice()).unwrap();
    }
    out.into_inner().unwrap()
}

#[test]
fn no_archive_names_its_image_as_the_digest_of_another() {
    let fix = Fixture::new();
    let (evil, victim) = (
        rooted(&fix, "wasi/wasm", "evil"),
        rooted(&fix, "wasi/wasm", "victim"),
    );
    let images = [(evil.clone(), vec![reference("evil:1")])];
    let (bytes, _) = saved(&fix, &images, Some(ArchiveFormat::Oci));
    let other = victim.digest.to_string();
    for name in [
        other.clone(),
        format!("docker.io/library/{other}"),
        victim.digest.hex().to_owned() + ":latest",
        format!("victim@{other}"),
        format!("victim:1@{other}"),
        format!("x@sha256:{}", "0".repeat(64)),
    ] {
        let archive = renamed(&bytes, &name);
        let (into, result) = loaded(&archive);
        assert_eq!(result.unwrap_err().class(), ErrorClass::InvalidInput, "{name}");
        assert_eq!(into.lease.images().list().unwrap(), [], "{name}");
        let folder = fix.path("layout");
        tar::Archive::new(archive.as_slice()).unpack(&folder).unwrap();
        let into = Fixture::new();
        import_layout(&into.lease, &folder, &UnpackLimits::default()).unwrap_err();
        assert_eq!(into.lease.images().list().unwrap(), [], "{name}");
        std::fs::remove_dir_all(folder).unwrap();
    }
    // Its own digest is no lie.
    let (into, result) = loaded(&renamed(&bytes, &format!("own@{}", evil.digest)));
    result.unwrap();
    let kept = into.lease.images().list().unwrap();
    assert_eq!(kept[0].reference.digest(), Some(&evil.digest));
    // Nor does the store take such a name from anybody else.
    let name = reference(&format!("x@{other}"));
    fix.lease.images().tag(&name, &evil).unwrap_err();
}
