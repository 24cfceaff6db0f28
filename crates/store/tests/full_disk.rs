//! A full disk ends in one clear error, and nothing half-written stays.
#![allow(clippy::unwrap_used, missing_docs)]

mod common;

use std::path::Path;
use std::process::Command;

use common::{child, files, put_image, reference};
use sampan_store::{CodeCacheError, CodeKey, Fetch, GcPolicy, Store, StoreError};
use sampan_types::{Classified, Digest, ErrorClass};

/// More than the limits below allow in one file.
const BIG: usize = 1 << 20;

#[test]
fn child() {
    let Some(job) = child::job() else { return };
    let root = match &job[..] {
        [root] => root,
        [root, full] if full == "full" => return on_a_full_disk(Path::new(root)),
        [root, locked] if locked == "read-only" => return read_only(Path::new(root)),
        _ => panic!("{job:?}"),
    };
    let store = Store::open(Path::new(root)).unwrap();
    let image = put_image(&store.blobs(), "kept", 1);
    store.images().tag(&reference("kept"), &image.manifest).unwrap();
    let before = files(&store.root().join("v1"));
    let full = |error: StoreError| {
        assert!(matches!(error, StoreError::Full { .. }), "{error:?}");
        assert_eq!(error.class(), ErrorClass::Exhausted);
        assert!(error.to_string().starts_with("no space left to "), "{error}");
        assert!(error.hint().unwrap().contains("system df"));
    };
    let big = vec![7; BIG];
    full(store.blobs().put(&big, None).unwrap_err());
    let digest: Digest = format!("sha256:{}", "0".repeat(64)).parse().unwrap();
    let Fetch::Write(mut ingest) = store.blobs().fetch(&digest, None).unwrap() else {
        panic!("nothing is there")
    };
    full(
        big.chunks(1000)
            .find_map(|chunk| ingest.append(chunk).err())
            .unwrap(),
    );
    drop(ingest);
    let upload = store.registry().repository("r").unwrap().start_upload().unwrap();
    let mut writer = upload.writer(None).unwrap();
    let error = big.chunks(1000).find_map(|chunk| writer.append(chunk).err());
    full(error.unwrap());
    let size = writer.done().unwrap();
    assert_eq!(size % 1000, 0, "a chunk is torn");
    assert_eq!(upload.size().unwrap(), size);
    upload.cancel().unwrap();
    // Compiled code that cannot be kept is still handed out.
    let key = CodeKey::new(&"ab".repeat(16)).unwrap();
    let error = store
        .code_cache()
        .get_or_create(&key, &mut || Ok::<_, std::fmt::Error>(big.clone()))
        .unwrap_err();
    let CodeCacheError::NotKept { code, source } = error else {
        panic!("{error:?}")
    };
    full(source);
    assert_eq!(code, big);
    let mut after = files(&store.root().join("v1"));
    after.retain(|name| !["code/key", "locks/key"].contains(&name.as_str()));
    assert_eq!(after, before);
    for blob in store.blobs().list().unwrap() {
        store.blobs().verify(&blob.digest).unwrap();
    }
    assert!(store.images().resolve(&reference("kept")).is_ok());
}

/// The file system is small and its own.
fn on_a_full_disk(root: &Path) {
    let store = Store::open(root).unwrap();
    let [image, other] = ["one", "two"].map(|name| {
        let image = put_image(&store.blobs(), name, 1);
        store.images().tag(&reference(name), &image.manifest).unwrap();
        image
    });
    let fill = root.with_file_name("fill");
    let mut file = std::fs::File::create(&fill).unwrap();
    for size in [4096, 1] {
        while std::io::Write::write_all(&mut file, &vec![1; size]).is_ok() {}
    }
    assert!(matches!(
        store.blobs().put(b"x", None),
        Err(StoreError::Full { .. })
    ));
    assert!(
        store.lease().unwrap().protect(&image.config).is_err(),
        "a lease needs room"
    );

    // What only looks needs none, and what gives room has some set aside.
    let lease = store.brief_lease().unwrap();
    assert_eq!(lease.images().list().unwrap().len(), 2);
    assert_eq!(
        lease.images().resolve(&reference("one")).unwrap().descriptor,
        image.manifest
    );
    assert!(lease.protect(&image.config).unwrap());
    lease.images().untag(&reference("one")).unwrap();
    drop(lease);
    store.df().unwrap();
    let report = store.gc(&GcPolicy::unreferenced()).unwrap();
    assert_eq!(report.blobs, image.digests().len());
    assert!(store.images().resolve(&reference("two")).is_ok());
    // There is room again, and so for the next time.
    store.images().tag(&reference("three"), &other.manifest).unwrap();
    while std::io::Write::write_all(&mut file, &[1; 512]).is_ok() {}
    for name in ["two", "three"] {
        store.images().untag(&reference(name)).unwrap();
        store.gc(&GcPolicy::unreferenced()).unwrap();
    }
    assert_eq!(store.blobs().list().unwrap(), []);
}

/// The file system is a mount of its own.
fn read_only(root: &Path) {
    let store = Store::open(root).unwrap();
    let image = put_image(&store.blobs(), "one", 1);
    store.images().tag(&reference("one"), &image.manifest).unwrap();
    let key = CodeKey::new(&"ab".repeat(16)).unwrap();
    let made = &mut || Ok::<_, std::fmt::Error>(b"code".to_vec());
    store.code_cache().get_or_create(&key, made).unwrap();
    let locked = Command::new("mount")
        .args(["-o", "remount,ro"])
        .arg(root.parent().unwrap())
        .status();
    assert!(locked.unwrap().success());

    let lease = store.brief_lease().unwrap();
    assert_eq!(lease.images().list().unwrap().len(), 1);
    assert!(lease.images().resolve(&reference("one")).is_ok());
    assert!(
        lease
            .images()
            .untag(&reference("one"))
            .unwrap_err()
            .is_unwritable()
    );
    drop(lease);
    assert!(store.df().unwrap().total().get() > 0);
    // Code that is there is used, and what cannot be kept is handed out.
    assert!(store.code_cache().get_or_create(&key, made).is_ok());
    let other = CodeKey::new(&"cd".repeat(16)).unwrap();
    match store.code_cache().get_or_create(&other, made).unwrap_err() {
        CodeCacheError::NotKept { code, source } => {
            assert_eq!(code, b"code");
            assert!(source.is_unwritable(), "{source}");
        }
        error => panic!("{error:?}"),
    }
}

fn run(script: &str) {
    run_job(script, None);
}

fn run_job(script: &str, job: Option<&str>) {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("disk/root");
    let mut words = vec![root.to_str().unwrap()];
    words.extend(job);
    let template = child::command(&words);
    let mut command = Command::new("sh");
    command
        .args(["-c", script, "sh"])
        .arg(template.get_program())
        .args(template.get_args());
    for (name, value) in template.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    std::fs::create_dir(folder.path().join("disk")).unwrap();
    let output = command.current_dir(folder.path()).output().unwrap();
    child::require_success(script, &output);
}

#[test]
fn past_the_limit_on_file_sizes() {
    // The signal would kill; ignored, the write fails, and that is inherited.
    run(r#"trap '' XFSZ; ulimit -f 128; exec "$@""#);
}

/// A real full file system, where this user may mount one in a namespace of its own; elsewhere the same as
/// above.
#[test]
fn on_a_full_file_system() {
    if may_mount() {
        run(&mounted("512k"));
    } else {
        run(r#"trap '' XFSZ; ulimit -f 64; exec "$@""#);
    }
}

fn may_mount() -> bool {
    Command::new("unshare")
        .args(["-rm", "sh", "-c", "mount -t tmpfs none /mnt"])
        .output()
        .is_ok_and(|output| output.status.success())
}

fn mounted(size: &str) -> String {
    let mount = format!("mount -t tmpfs -o size={size} none disk");
    format!(r#"exec unshare -rm sh -c '{mount} && exec "$@"' sh "$@""#)
}

#[test]
fn on_a_full_disk_images_are_listed_and_removed() {
    if may_mount() {
        run_job(&mounted("1m"), Some("full"));
    } else {
        eprintln!("not tested: this user may not mount a file system");
    }
}

#[test]
fn a_store_that_cannot_be_written_to_is_read() {
    if may_mount() {
        run_job(&mounted("1m"), Some("read-only"));
    } else {
        eprintln!("not tested: this user may not mount a file system");
    }
}
