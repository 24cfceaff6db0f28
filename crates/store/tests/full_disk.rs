//! A full disk ends in one clear error, and nothing half-written stays.
#![allow(clippy::unwrap_used, missing_docs)]

mod common;

use std::path::Path;
use std::process::Command;

use common::{child, files, put_image, reference};
use sampan_store::{CodeCacheError, CodeKey, Fetch, Store, StoreError};
use sampan_types::{Classified, Digest, ErrorClass};

/// More than the limits below allow in one file.
const BIG: usize = 1 << 20;

#[test]
fn child() {
    let Some(job) = child::job() else { return };
    let [root] = &job[..] else { panic!("{job:?}") };
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
    after.retain(|name| name != "code/key" && name != "locks/key");
    assert_eq!(after, before);
    for blob in store.blobs().list().unwrap() {
        store.blobs().verify(&blob.digest).unwrap();
    }
    assert!(store.images().resolve(&reference("kept")).is_ok());
}

fn run(script: &str) {
    let folder = tempfile::tempdir().unwrap();
    let template = child::command(&[folder.path().join("disk/root").to_str().unwrap()]);
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
    let mount = "mount -t tmpfs -o size=512k none disk";
    let may = Command::new("unshare")
        .args(["-rm", "sh", "-c", "mount -t tmpfs none /mnt"])
        .output()
        .is_ok_and(|output| output.status.success());
    if may {
        run(&format!(
            r#"exec unshare -rm sh -c '{mount} && exec "$@"' sh "$@""#
        ));
    } else {
        run(r#"trap '' XFSZ; ulimit -f 64; exec "$@""#);
    }
}
