//! From an image to a program that can be opened.

use std::io::Read;

use sampan_image::unpack::UnpackOptions;
use sampan_image::{ImageError, Prepared, Program, Request, prepare};
use sampan_store::Descriptor;
use sampan_testkit::layer::Layer;
use sampan_types::platform::Kind;
use sampan_types::{Classified, ErrorClass, media};
use serde_json::json;

use crate::common::{Fixture, ImageSpec, MODULE, gzip, zstd};

fn run(fix: &Fixture, top: &Descriptor, entrypoint: Option<&str>) -> Result<Prepared, ImageError> {
    let words = entrypoint.map(|word| vec![word.to_owned()]);
    prepare(
        &fix.store,
        &fix.lease,
        top,
        &Request::any(),
        words.as_deref(),
        &[],
        &UnpackOptions::default(),
    )
}

fn found(prepared: &Prepared) -> String {
    match &prepared.program {
        Program::InRootfs(located) => {
            let export = located
                .export
                .as_deref()
                .map(|e| format!("#{e}"))
                .unwrap_or_default();
            format!("{}{export}", located.path.display())
        }
        Program::Blob { digest, .. } => digest.to_string(),
    }
}

type Compress = fn(&[u8]) -> Vec<u8>;

#[test]
fn every_compression_gives_the_same_program() {
    let fix = Fixture::new();
    let tar = Layer::new().folder("bin").file("bin/app", MODULE).tar();
    let multi: Compress = |tar| {
        let (a, b) = tar.split_at(tar.len() / 3);
        [gzip(a), gzip(b)].concat()
    };
    let forms: [(&str, Compress); 6] = [
        (media::OCI_LAYER, <[u8]>::to_vec),
        (media::OCI_LAYER_GZIP, gzip),
        (media::OCI_LAYER_ZSTD, zstd),
        (media::DOCKER_LAYER_GZIP, multi),
        // What the type says and what the bytes are differ in practice.
        (media::OCI_LAYER, gzip),
        (media::OCI_LAYER_GZIP, <[u8]>::to_vec),
    ];
    for (layer_type, compress) in forms {
        let top = fix.image(&ImageSpec {
            layer_type,
            compress,
            config: json!({ "Cmd": ["bin/app"] }),
            layers: vec![tar.clone()],
            ..ImageSpec::default()
        });
        let prepared = run(&fix, &top, None).unwrap();
        assert_eq!(
            (prepared.kind, found(&prepared).as_str()),
            (Kind::Wasm, "/bin/app")
        );
        let mut bytes = Vec::new();
        prepared
            .open(&fix.lease)
            .unwrap()
            .read_to_end(&mut bytes)
            .unwrap();
        assert_eq!(bytes, MODULE);
    }
}

#[test]
fn programs_are_found_as_containers_would() {
    let fix = Fixture::new();
    let tar = Layer::new()
        .folder("usr")
        .folder("usr/bin")
        .symlink("bin", "/usr/bin")
        .file("usr/bin/tool", MODULE)
        .file("top.wasm", MODULE)
        .folder("work")
        .file("work/here.wasm", MODULE)
        .file("we#ird", MODULE)
        .symlink("link", "/bin/tool")
        .symlink("out", "/etc/passwd")
        .symlink("loop", "loop")
        .folder("dir.wasm")
        .tar();
    let image = |config| {
        fix.image(&ImageSpec {
            config,
            layers: vec![tar.clone()],
            ..ImageSpec::default()
        })
    };
    let top = image(json!({ "WorkingDir": "/work", "Env": ["PATH=/nowhere:/bin"] }));
    for (word, path) in [
        ("/usr/bin/tool", "/usr/bin/tool"),
        ("/bin/tool", "/bin/tool"),
        ("tool", "/bin/tool"),
        ("usr/bin/tool", "/usr/bin/tool"),
        ("top.wasm", "/top.wasm"),
        ("here.wasm", "/work/here.wasm"),
        ("./here.wasm", "/work/here.wasm"),
        ("../top.wasm", "/work/../top.wasm"),
        ("/link", "/link"),
        ("/top.wasm#_start", "/top.wasm#_start"),
        ("/we#ird", "/we#ird"),
    ] {
        assert_eq!(found(&run(&fix, &top, Some(word)).unwrap()), path, "{word}");
    }
    for word in [
        "/out",
        "/loop",
        "/dir.wasm",
        "nothing",
        "/",
        "../../../../etc/passwd",
        "",
    ] {
        let error = run(&fix, &top, Some(word)).unwrap_err();
        assert_eq!(error.class(), ErrorClass::NotFound, "{word}: {error}");
    }
    let none = run(&fix, &image(json!({})), None).unwrap_err();
    assert!(matches!(none, ImageError::NoProgram(_)));
}

#[test]
fn linux_images_are_wasm_by_their_bytes_alone() {
    let fix = Fixture::new();
    let tar = Layer::new()
        .file("app", MODULE)
        .file("fake.wasm", "\x7fELF\x02\x01\x01\0 not really")
        .file("script", "#!/bin/sh\n")
        .tar();
    let image = |platform, annotations| {
        let layers = vec![tar.clone()];
        fix.image(&ImageSpec {
            platform,
            annotations,
            layers,
            ..ImageSpec::default()
        })
    };
    let linux = image("linux/amd64", vec![]);
    // A Linux machine of another processor would not run the rest, but this does not matter for Wasm.
    assert_eq!(run(&fix, &linux, Some("/app")).unwrap().kind, Kind::Wasm);
    assert_eq!(run(&fix, &linux, Some("/fake.wasm")).unwrap().kind, Kind::Linux);
    let smart = image("linux/amd64", vec![("module.wasm.image/variant", "compat-smart")]);
    assert_eq!(run(&fix, &smart, Some("/script")).unwrap().kind, Kind::Linux);
    for must in [
        image("wasi/wasm", vec![]),
        image("linux/amd64", vec![("run.oci.handler", "wasm")]),
    ] {
        let error = run(&fix, &must, Some("/fake.wasm")).unwrap_err();
        assert_eq!(error.class(), ErrorClass::CannotInvoke);
        assert!(error.to_string().contains("a Linux program"), "{error}");
    }
}

#[test]
fn a_root_filesystem_is_unpacked_once_and_shared() {
    let fix = Fixture::new();
    let tar = Layer::new()
        .file("app.wasm", MODULE)
        .entry("dev", sampan_testkit::layer::Kind::Char, "", 0o666, b"")
        .tar();
    let spec = |compress| ImageSpec {
        layers: vec![tar.clone()],
        compress,
        ..ImageSpec::default()
    };
    let first = run(&fix, &fix.image(&spec(gzip)), None).unwrap();
    assert_eq!(first.notes.len(), 1, "the device is left out");
    // Another compression of the same content is the same folder.
    let second = run(&fix, &fix.image(&spec(zstd)), None).unwrap();
    assert!(second.notes.is_empty());
    assert_eq!(first.rootfs.unwrap().path(), second.rootfs.unwrap().path());
}

#[test]
fn several_at_once_unpack_once() {
    let fix = Fixture::new();
    let mut layer = Layer::new().file("app.wasm", MODULE);
    for n in 0..200 {
        layer = layer.file(&format!("f{n}"), "x");
    }
    let top = fix.image(&ImageSpec {
        layers: vec![layer.tar()],
        ..ImageSpec::default()
    });
    let paths: Vec<_> = std::thread::scope(|scope| {
        let runs: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    let store = sampan_store::Store::open(fix.store.root()).unwrap();
                    let lease = store.lease().unwrap();
                    let options = UnpackOptions::default();
                    let one = prepare(&store, &lease, &top, &Request::any(), None, &[], &options).unwrap();
                    one.rootfs.unwrap().path().to_owned()
                })
            })
            .collect();
        runs.into_iter().map(|run| run.join().unwrap()).collect()
    });
    assert!(paths.windows(2).all(|pair| pair[0] == pair[1]));
    assert_eq!(std::fs::read_dir(&paths[0]).unwrap().count(), 201);
}

#[test]
fn wasm_comes_out_of_any_form() {
    let fix = Fixture::new();
    let rooted = fix.image(&ImageSpec {
        layers: vec![Layer::new().file("app.wasm", MODULE).tar()],
        ..ImageSpec::default()
    });
    let artifact = fix.manifest(
        &fix.json(media::OCI_EMPTY, &json!({})),
        &[fix.blob(media::WASM_LAYER, MODULE)],
        &[],
    );
    for top in [rooted, artifact] {
        let (mut file, size) = sampan_image::export_wasm(
            &fix.store,
            &fix.lease,
            &top,
            &Request::any(),
            &UnpackOptions::default(),
        )
        .unwrap();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        assert_eq!((bytes.as_slice(), size), (MODULE, 8));
    }
}
