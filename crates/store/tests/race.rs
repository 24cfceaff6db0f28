//! Whoever begins to rely on a blob while a collector is about to remove it either keeps it or is told that
//! it is gone.
//!
//! The collector is stopped at its first removal, when it has decided. Then another thread begins to rely on
//! one of the blobs, in each way that there is; it gets some time to come through, and the collector goes on.
#![allow(clippy::unwrap_used, missing_docs)]

mod common;

use std::os::unix::fs::MetadataExt;
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use common::{Fixture, Image, put_image, reference};
use sampan_store::{Fetch, GcPolicy, Lease, ManifestRecord, Result, RootfsBuilder, Store};
use sampan_types::{ByteCount, ContainerId, Digest};

/// Begins to rely on an image, and tells which of its blobs must stay from now on.
type Rely = fn(&Store, &Lease, &Image) -> Result<Vec<Digest>>;

const WAYS: &[(&str, Rely)] = &[
    ("protect", |_, lease, image| {
        let all = image.digests().into_iter();
        Ok(all.filter(|d| lease.protect(d).unwrap()).collect())
    }),
    ("open", |_, lease, image| {
        let file = lease.blobs().open_blob(&image.layers[0])?;
        // The descriptor survives; the name stays as well once it was found.
        drop(file);
        Ok(vec![image.layers[0].clone()])
    }),
    ("read", |_, lease, image| {
        lease.blobs().read_blob(&image.config, ByteCount::mib(1))?;
        Ok(vec![image.config.clone()])
    }),
    ("put", |_, lease, _| {
        Ok(put_image(&lease.blobs(), "a", 2).digests())
    }),
    ("fetch", |_, lease, image| {
        Ok(match lease.blobs().fetch(&image.layers[0], None)? {
            Fetch::Present(blob) => vec![blob.digest],
            Fetch::Write(_) => vec![],
        })
    }),
    ("tag", |store, _, image| {
        store.images().tag(&reference("a"), &image.manifest)?;
        Ok(image.digests())
    }),
    ("link", |store, _, image| {
        let linked = store.registry().repository("r")?.link_blob(&image.layers[0])?;
        Ok(linked.then(|| image.layers[0].clone()).into_iter().collect())
    }),
    ("push", |store, _, image| {
        let record = ManifestRecord {
            descriptor: image.manifest.clone(),
            subject: None,
        };
        store
            .registry()
            .repository("r")?
            .put_manifest(&record, Some("t"))?;
        Ok(vec![image.manifest.digest.clone()])
    }),
    ("container", |store, _, image| {
        let image = image.manifest.digest.clone();
        let id = ContainerId::from_random([1; 32]);
        let folder = store.containers().create(&id, std::slice::from_ref(&image))?;
        // Held for as long as the test's process.
        std::mem::forget(folder);
        Ok(vec![image])
    }),
];

#[test]
fn nobody_is_told_of_a_blob_that_is_then_removed() {
    for (name, rely) in WAYS {
        let f = Fixture::new();
        let image = put_image(&f.store.blobs(), "a", 2);
        let lease = f.store.lease().unwrap();
        let result: Arc<Mutex<Option<Receiver<Result<_>>>>> = Arc::default();
        {
            let (store, image, lease, result) =
                (f.store.clone(), image.clone(), lease.clone(), result.clone());
            fail::cfg_callback("store::gc::blob", move || {
                let mut result = result.lock().unwrap();
                if result.is_some() {
                    return;
                }
                let (send, receive) = channel();
                let (store, image, lease) = (store.clone(), image.clone(), lease.clone());
                std::thread::spawn(move || send.send(rely(&store, &lease, &image)));
                // Long enough for it to come through if nothing holds it up, which is the mistake.
                let early = receive.recv_timeout(Duration::from_millis(300));
                let (again, receive_again) = channel();
                if let Ok(early) = early {
                    again.send(early).unwrap();
                    *result = Some(receive_again);
                } else {
                    *result = Some(receive);
                }
            })
            .unwrap();
        }
        let report = f.store.gc(&GcPolicy::now()).unwrap();
        fail::remove("store::gc::blob");
        assert!(report.blobs > 0, "{name}: the collector was not at work");
        let receive = result.lock().unwrap().take().unwrap();
        match receive.recv_timeout(Duration::from_secs(60)).unwrap() {
            Ok(relied) => {
                for digest in relied {
                    assert!(
                        f.store.blobs().contains(&digest).unwrap(),
                        "{name} relies on {digest}, which is gone"
                    );
                }
            }
            Err(error) => assert!(error.is_not_found(), "{name}: {error}"),
        }
    }
}

/// Who waits for a root filesystem that is just being removed does not get it.
#[test]
fn a_root_filesystem_is_not_handed_out_while_it_goes() {
    let f = Fixture::new();
    let chain: Digest = format!("sha256:{}", "1".repeat(64)).parse().unwrap();
    let RootfsBuilder::Build(draft) = f.store.build_rootfs(&chain).unwrap() else {
        panic!("nothing is there")
    };
    std::fs::write(draft.path().join("file"), "x").unwrap();
    drop(draft.publish().unwrap());
    let (send, receive) = channel();
    let store = f.store.clone();
    let folder = f.root().join(format!("v1/rootfs/sha256-{}", chain.hex()));
    fail::cfg_callback("store::gc::rootfs-rename", move || {
        let (store, chain, send) = (store.clone(), chain.clone(), send.clone());
        let inode = folder.metadata().unwrap().ino();
        std::thread::spawn(move || {
            let found = store.rootfs(&chain).unwrap();
            let whole = found
                .as_ref()
                .is_none_or(|rootfs| rootfs.path().join("file").exists());
            send.send(whole).unwrap();
        });
        wait_until_blocked(inode);
    })
    .unwrap();
    assert_eq!(f.store.gc(&GcPolicy::now()).unwrap().rootfs, 1);
    fail::remove("store::gc::rootfs-rename");
    assert!(
        receive.recv_timeout(Duration::from_secs(60)).unwrap(),
        "half a root filesystem was handed out"
    );
}

/// A waiter that is woken by a downloader who gave up holds the download, not a file without a name.
#[test]
fn one_downloader_at_a_time_also_after_one_gave_up() {
    let f = Fixture::new();
    let blobs = f.store.blobs();
    let digest: Digest = format!("sha256:{}", "2".repeat(64)).parse().unwrap();
    let Fetch::Write(first) = blobs.fetch(&digest, None).unwrap() else {
        panic!("nothing is there")
    };
    let path = f.root().join(format!("v1/tmp/part-sha256-{}", digest.hex()));
    let inode = path.metadata().unwrap().ino();
    std::thread::scope(|scope| {
        let waiter = scope.spawn(|| blobs.fetch(&digest, None).unwrap());
        wait_until_blocked(inode);
        drop(first);
        let second = waiter.join().unwrap();
        assert!(matches!(second, Fetch::Write(_)));
        assert!(
            blobs.try_fetch(&digest, None).unwrap().is_none(),
            "two download at once"
        );
    });
}

/// Until somebody waits for a lock on a file, as `/proc/locks` tells: `1: -> FLOCK … 08:01:1234 0 EOF`.
fn wait_until_blocked(inode: u64) {
    let limit = std::time::Instant::now() + Duration::from_secs(60);
    loop {
        let locks = std::fs::read_to_string("/proc/locks").unwrap();
        let waits = |line: &&str| line.contains("->") && line.contains(&format!(":{inode} "));
        if locks.lines().any(|line| waits(&line)) {
            return;
        }
        assert!(std::time::Instant::now() < limit, "nobody waits");
        std::thread::sleep(Duration::from_millis(5));
    }
}
