//! The collector takes what nothing uses, and nothing else.
#![allow(clippy::unwrap_used, missing_docs)]

mod common;

use std::time::{Duration, SystemTime};

use common::{Fixture, du, files, put_image, put_image_over, put_index, reference};
use sampan_store::{DfKind, Fetch, GcPolicy, ManifestRecord, RootfsBuilder, Store, chain_id};
use sampan_types::{ByteCount, ContainerId, Digest, media};

fn age(path: &std::path::Path) {
    let old = SystemTime::now() - Duration::from_secs(100 * 24 * 3600);
    std::fs::File::open(path).unwrap().set_modified(old).unwrap();
}

#[test]
fn only_what_no_name_leads_to_goes() {
    let f = Fixture::new();
    let (blobs, images) = (f.store.blobs(), f.store.images());
    let kept = put_image(&blobs, "kept", 2);
    let listed = put_image(&blobs, "listed", 2);
    let gone = put_image(&blobs, "gone", 2);
    let absent: Digest = format!("sha256:{}", "0".repeat(64)).parse().unwrap();
    let absent = sampan_store::Descriptor::new(media::OCI_MANIFEST, absent, 1);
    let index = put_index(&blobs, &[absent, listed.manifest.clone()]);
    let outer = put_index(&blobs, std::slice::from_ref(&index));
    for (name, what) in [
        ("kept", &kept.manifest),
        ("outer", &outer),
        ("gone", &gone.manifest),
    ] {
        images.tag(&reference(name), what).unwrap();
    }
    assert_eq!(f.store.gc(&GcPolicy::now()).unwrap().blobs, 0);
    images.untag(&reference("gone")).unwrap();
    // They are young, so the default policy spares them.
    assert_eq!(f.store.gc(&GcPolicy::default()).unwrap().blobs, 0);
    let before = du(&f.root());
    let report = f.store.gc(&GcPolicy::unreferenced()).unwrap();
    assert_eq!(report.blobs, 4);
    assert_eq!(report.freed, ByteCount::new(before - du(&f.root())));
    assert!(gone.digests().iter().all(|d| !blobs.contains(d).unwrap()));
    let mut stay: Vec<_> = kept.digests().into_iter().chain(listed.digests()).collect();
    stay.extend([index.digest, outer.digest]);
    assert!(stay.iter().all(|d| blobs.contains(d).unwrap()));
}

#[test]
fn what_lost_its_name_goes_after_a_while_and_never_what_is_used() {
    let f = Fixture::new();
    let (blobs, images) = (f.store.blobs(), f.store.images());
    let [old, leased, run, last] = ["old", "leased", "run", "last"].map(|seed| put_image(&blobs, seed, 1));
    for image in [&old, &leased, &run, &last] {
        images.tag(&reference("app"), &image.manifest).unwrap();
    }
    let lease = f.store.lease().unwrap();
    lease
        .images()
        .by_digest_prefix(leased.manifest.digest.hex())
        .unwrap();
    lease.images().walk(&leased.manifest).unwrap();
    let id = ContainerId::from_random([7; 32]);
    let container = f
        .store
        .containers()
        .create(&id, std::slice::from_ref(&run.manifest.digest))
        .unwrap();
    let here = |image: &common::Image| image.digests().iter().all(|d| blobs.contains(d).unwrap());
    // Nothing goes at once, whoever asks for room.
    for policy in [GcPolicy::now(), GcPolicy::unreferenced(), GcPolicy::default()] {
        assert_eq!(f.store.gc(&policy).unwrap().unnamed, 0);
    }
    assert!([&old, &leased, &run, &last].into_iter().all(here));
    let mut past = GcPolicy::unreferenced();
    past.lost_name_age = Duration::ZERO;
    assert_eq!(f.store.gc(&past).unwrap().unnamed, 1);
    assert!(!here(&old) && [&leased, &run, &last].into_iter().all(here));
    // And then what was used until now.
    drop((lease, container));
    assert_eq!(f.store.gc(&past).unwrap().unnamed, 2);
    assert!(!here(&leased) && !here(&run) && here(&last));
}

/// The order of names decides which of the two the collector comes to first.
#[test]
fn a_manifest_that_another_image_lists_as_its_layer_keeps_its_own_parts() {
    for (outer_name, inner_name) in [("a", "b"), ("b", "a")] {
        let f = Fixture::new();
        let (blobs, images) = (f.store.blobs(), f.store.images());
        let inner = put_image(&blobs, "inner", 2);
        let outer = put_image_over(&blobs, &inner);
        images.tag(&reference(outer_name), &outer.manifest).unwrap();
        images.tag(&reference(inner_name), &inner.manifest).unwrap();
        f.store.gc(&GcPolicy::now()).unwrap();
        assert!(inner.digests().iter().all(|d| blobs.contains(d).unwrap()));
        // Below one index, in both orders, too.
        let mut listed = vec![outer.manifest.clone(), inner.manifest.clone()];
        if outer_name == "b" {
            listed.reverse();
        }
        let index = put_index(&blobs, &listed);
        images.tag(&reference("c"), &index).unwrap();
        images.untag(&reference(outer_name)).unwrap();
        images.untag(&reference(inner_name)).unwrap();
        f.store.gc(&GcPolicy::now()).unwrap();
        assert!(inner.digests().iter().all(|d| blobs.contains(d).unwrap()));
        let walked = images.walk(&index).unwrap();
        let walked: Vec<_> = walked.into_iter().map(|r| r.descriptor.digest).collect();
        assert!(inner.digests().iter().all(|d| walked.contains(d)));
        let mut once = walked.clone();
        once.sort();
        once.dedup();
        assert_eq!(once.len(), walked.len(), "each once");
    }
}

#[test]
fn the_registry_keeps_the_parts_of_a_manifest_that_is_a_layer_elsewhere() {
    for inner_first in [false, true] {
        let f = Fixture::new();
        let (blobs, repository) = (f.store.blobs(), f.store.registry().repository("a/b").unwrap());
        let inner = put_image(&blobs, "inner", 2);
        let outer = put_image_over(&blobs, &inner);
        let mut images = [(&outer, "x"), (&inner, "y")];
        if inner_first {
            images = [(&inner, "x"), (&outer, "y")];
        }
        for (image, tag) in images {
            for digest in &image.digests()[1..] {
                repository.link_blob(digest).unwrap();
            }
            let record = ManifestRecord {
                descriptor: image.manifest.clone(),
                subject: None,
            };
            repository.put_manifest(&record, Some(tag)).unwrap();
        }
        for untagged in [None, Some(Duration::ZERO)] {
            let mut policy = GcPolicy::now();
            policy.registry_untagged = untagged;
            f.store.gc(&policy).unwrap();
            f.store.gc(&policy).unwrap();
            for digest in inner.digests() {
                assert!(blobs.contains(&digest).unwrap());
            }
            for layer in &inner.layers {
                assert!(
                    repository.blob_size(layer).unwrap().is_some(),
                    "its link is there"
                );
            }
        }
    }
}

#[test]
fn a_lease_protects_until_its_end() {
    let f = Fixture::new();
    let gc = || f.store.gc(&GcPolicy::now()).unwrap().blobs;
    let lease = f.store.lease().unwrap();
    let written = put_image(&lease.blobs(), "written", 1);
    assert_eq!(gc(), 0);
    // Protecting a manifest protects all of it, also what another one wrote.
    let found = put_image(&f.store.blobs(), "found", 1);
    assert!(lease.protect(&found.manifest.digest).unwrap());
    // So does finding blobs that are there already, one by one.
    let again = put_image(&f.store.blobs(), "again", 1);
    put_image(&lease.blobs(), "again", 1);
    f.store
        .images()
        .tag(&reference("named"), &again.manifest)
        .unwrap();
    let named = f.store.lease().unwrap();
    named.images().resolve(&reference("named")).unwrap();
    f.store.images().untag(&reference("named")).unwrap();
    assert_eq!(gc(), 0);
    drop(lease);
    assert_eq!(gc(), 6);
    assert!(
        again
            .digests()
            .iter()
            .all(|d| f.store.blobs().contains(d).unwrap())
    );
    assert!(!f.store.blobs().contains(&written.config).unwrap());
    drop(named);
    assert_eq!(gc(), 3);
    assert_eq!(files(&f.root().join("v1/leases")), [""; 0]);
}

#[test]
fn a_damaged_manifest_holds_everything_back() {
    let f = Fixture::new();
    let blobs = f.store.blobs();
    let image = put_image(&blobs, "a", 2);
    put_image(&blobs, "garbage", 1);
    f.store.images().tag(&reference("a"), &image.manifest).unwrap();
    let path = blobs.blob_path(&image.manifest.digest);
    let bytes = std::fs::read(&path).unwrap();
    for at in [0, bytes.len() / 2] {
        let mut damaged = bytes.clone();
        damaged[at] ^= 4;
        std::fs::write(&path, &damaged).unwrap();
        let report = f.store.gc(&GcPolicy::now()).unwrap();
        assert_eq!(report.blobs, 0);
        assert!(
            report
                .held_back
                .unwrap()
                .contains(&image.manifest.digest.to_string())
        );
    }
    std::fs::remove_file(&path).unwrap();
    assert!(f.store.gc(&GcPolicy::now()).unwrap().held_back.is_some());
    std::fs::write(&path, bytes).unwrap();
    let report = f.store.gc(&GcPolicy::now()).unwrap();
    assert_eq!((report.blobs, report.held_back), (3, None));
}

#[test]
fn the_registry_keeps_its_own() {
    let f = Fixture::new();
    let (blobs, repository) = (f.store.blobs(), f.store.registry().repository("a/b").unwrap());
    let put = |seed: &str, subject: Option<&Digest>, tag: Option<&str>| {
        let image = put_image(&blobs, seed, 1);
        let record = ManifestRecord {
            descriptor: image.manifest.clone(),
            subject: subject.cloned(),
        };
        repository.put_manifest(&record, tag).unwrap();
        image
    };
    let tagged = put("tagged", None, Some("v1"));
    let referrer = put("referrer", Some(&tagged.manifest.digest), None);
    let second = put("referrer of a referrer", Some(&referrer.manifest.digest), None);
    let untagged = put("untagged", None, None);
    let loose = blobs.put(b"uploaded, and no manifest yet", None).unwrap().digest;
    assert!(repository.link_blob(&loose).unwrap());
    let all = |images: &[&common::Image]| {
        images
            .iter()
            .flat_map(|i| i.digests())
            .all(|d| blobs.contains(&d).unwrap())
    };
    let mut policy = GcPolicy::unreferenced();
    assert_eq!(f.store.gc(&policy).unwrap().blobs, 0);
    // By default, also what has no tag stays: somebody may pull it by digest.
    policy.partial_age = Duration::ZERO;
    f.store.gc(&policy).unwrap();
    f.store.gc(&policy).unwrap();
    assert!(all(&[&tagged, &referrer, &second, &untagged]));
    assert!(!blobs.contains(&loose).unwrap() && repository.blob_size(&loose).unwrap().is_none());
    policy.registry_untagged = Some(Duration::ZERO);
    f.store.gc(&policy).unwrap();
    f.store.gc(&policy).unwrap();
    assert!(all(&[&tagged, &referrer, &second]));
    assert!(!blobs.contains(&untagged.config).unwrap());
    assert_eq!(repository.manifest(&untagged.manifest.digest).unwrap(), None);
    // A blob that a local image shares survives the repository's end.
    f.store
        .images()
        .tag(&reference("local"), &tagged.manifest)
        .unwrap();
    for record in repository.manifests().unwrap() {
        assert!(repository.delete_manifest(&record.descriptor.digest).unwrap());
    }
    assert_eq!(repository.tags().unwrap(), [""; 0]);
    f.store.gc(&policy).unwrap();
    assert!(all(&[&tagged]) && !blobs.contains(&referrer.config).unwrap());
}

#[test]
fn a_root_filesystem_stays_while_its_maker_shares_it() {
    let f = Fixture::new();
    let image = put_image(&f.store.blobs(), "a", 1);
    let chain = chain_id(&image.layers).unwrap();
    let RootfsBuilder::Build(draft) = f.store.build_rootfs(&chain).unwrap() else {
        panic!("nothing is there")
    };
    // As it is between the two steps: in place, with a maker at work and nobody on its own lock.
    let name = format!("{}-{}", chain.algorithm().name(), chain.hex());
    let folder = f.root().join("v1/rootfs").join(name);
    std::fs::create_dir_all(folder.join("fs")).unwrap();
    let mut policy = GcPolicy::now();
    policy.budget = Some(ByteCount::default());
    assert_eq!(f.store.gc(&policy).unwrap().rootfs, 0);
    assert!(folder.is_dir());
    drop(draft);
    assert_eq!(f.store.gc(&policy).unwrap().rootfs, 1);
    assert!(!folder.exists());
}

#[test]
fn notes_go_when_their_programs_do_not_run() {
    let f = Fixture::new();
    let notes = f.store.notes();
    let [first, second] =
        ["first", "second"].map(|text| f.store.blobs().put(text.as_bytes(), None).unwrap().digest);
    assert_eq!(notes.read(&first).unwrap(), None);
    for digest in [&first, &second] {
        notes.write(digest, b"before").unwrap();
        notes.write(digest, b"it used little").unwrap();
    }
    let folder = f.root().join("v1/used");
    assert_eq!(files(&folder).len(), 2);
    assert!(f.store.df().unwrap().kinds[&DfKind::Containers] >= ByteCount::new(8192));
    assert_eq!(f.store.df().unwrap().total(), ByteCount::new(du(&f.root())));
    for digest in [&first, &second] {
        age(&folder.join(digest.hex()));
    }
    notes.touch(&second).unwrap();
    f.store.gc(&GcPolicy::default()).unwrap();
    assert_eq!(notes.read(&first).unwrap(), None);
    assert_eq!(notes.read(&second).unwrap().unwrap(), b"it used little");
    assert!(notes.write(&second, &vec![0; 2 << 20]).is_err());
}

#[test]
fn root_filesystems_go_with_their_images() {
    let f = Fixture::new();
    let image = put_image(&f.store.blobs(), "a", 2);
    f.store.images().tag(&reference("a"), &image.manifest).unwrap();
    let chain = chain_id(&image.layers).unwrap();
    assert!(f.store.rootfs(&chain).unwrap().is_none());
    let RootfsBuilder::Build(draft) = f.store.build_rootfs(&chain).unwrap() else {
        panic!("nothing is there")
    };
    let hidden = draft.path().join("hidden");
    std::fs::create_dir(&hidden).unwrap();
    std::fs::write(hidden.join("file"), "x").unwrap();
    rustix::fs::chmod(&hidden, rustix::fs::Mode::empty()).unwrap();
    let rootfs = draft.publish().unwrap();
    assert!(matches!(
        f.store.build_rootfs(&chain).unwrap(),
        RootfsBuilder::Ready(_)
    ));
    let second = f.store.rootfs(&chain).unwrap().unwrap();
    assert_eq!(second.path(), rootfs.path());
    f.store.images().untag(&reference("a")).unwrap();
    drop(rootfs);
    assert_eq!(
        f.store.gc(&GcPolicy::now()).unwrap().rootfs,
        0,
        "somebody uses it"
    );
    drop(second);
    // An image that has a name keeps its root filesystem.
    let image = put_image(&f.store.blobs(), "a", 2);
    f.store.images().tag(&reference("a"), &image.manifest).unwrap();
    assert_eq!(f.store.gc(&GcPolicy::now()).unwrap().rootfs, 0);
    f.store.images().untag(&reference("a")).unwrap();
    assert_eq!(f.store.gc(&GcPolicy::now()).unwrap().rootfs, 1);
    assert!(f.store.rootfs(&chain).unwrap().is_none());
    // A draft that is given up leaves nothing.
    drop(f.store.build_rootfs(&chain).unwrap());
    assert_eq!(files(&f.root().join("v1/tmp")), [""; 0]);
    assert_eq!(files(&f.root().join("v1/rootfs")), [""; 0]);
}

#[test]
fn a_containers_folder_keeps_its_image_and_goes_with_its_process() {
    let f = Fixture::new();
    let id = |n: u8| ContainerId::from_random([n; 32]);
    let image = put_image(&f.store.blobs(), "a", 1);
    let containers = f.store.containers();
    let digest = image.manifest.digest.clone();
    let running = containers.create(&id(1), std::slice::from_ref(&digest)).unwrap();
    assert!(containers.create(&id(1), &[]).is_err(), "it is there already");
    std::fs::write(running.path().join("log"), "x").unwrap();
    let kept = containers.create(&id(2), &[]).unwrap();
    kept.keep().unwrap();
    drop(kept);
    assert_eq!(containers.list().unwrap(), [(id(1), true), (id(2), false)]);
    assert!(containers.open(&id(1)).is_err(), "a living process holds it");
    assert!(containers.open(&id(3)).unwrap().is_none());
    let report = f.store.gc(&GcPolicy::now()).unwrap();
    assert_eq!((report.blobs, report.leftovers), (0, 0));
    drop(running);
    let report = f.store.gc(&GcPolicy::now()).unwrap();
    assert_eq!((report.blobs, report.leftovers), (3, 1));
    assert_eq!(containers.list().unwrap(), [(id(2), false)]);
    containers.open(&id(2)).unwrap().unwrap().remove().unwrap();
    assert_eq!(containers.list().unwrap(), []);
    assert!(containers.create(&id(4), &[digest]).unwrap_err().is_not_found());
}

#[test]
fn what_dead_processes_left_goes() {
    let f = Fixture::new();
    let base = f.root().join("v1");
    let image = put_image(&f.store.blobs(), "a", 1);
    f.store.images().tag(&reference("a"), &image.manifest).unwrap();
    std::fs::write(base.join("tmp/new-1"), "x").unwrap();
    std::fs::create_dir_all(base.join("tmp/new-2/deep")).unwrap();
    std::os::unix::fs::symlink("nowhere", base.join("tmp/link")).unwrap();
    std::fs::write(base.join("leases/dead"), "torn").unwrap();
    std::fs::create_dir(f.root().join(".v1-dead")).unwrap();
    let digest: Digest = format!("sha256:{}", "0".repeat(64)).parse().unwrap();
    let Fetch::Write(mut partial) = f.store.blobs().fetch(&digest, None).unwrap() else {
        panic!("nothing is there")
    };
    partial.append(b"begin").unwrap();
    drop(partial);
    let upload = f
        .store
        .registry()
        .repository("r")
        .unwrap()
        .start_upload()
        .unwrap();
    f.store.gc(&GcPolicy::default()).unwrap();
    // Only what may still serve stays.
    assert_eq!(
        files(&base.join("tmp")),
        [format!("part-sha256-{}", digest.hex())]
    );
    assert_eq!(upload.size().unwrap(), 0);
    assert!(!f.root().join(".v1-dead").exists() && files(&base.join("leases")).is_empty());
    for path in [
        base.join(format!("tmp/part-sha256-{}", digest.hex())),
        base.join(format!("registry/uploads/{}/data", upload.id())),
    ] {
        age(&path);
    }
    let writing = upload.writer(None).unwrap();
    f.store.gc(&GcPolicy::default()).unwrap();
    assert_eq!(files(&base.join("tmp")), [""; 0]);
    assert_eq!(upload.size().unwrap(), 0, "somebody writes to it");
    drop(writing);
    f.store.gc(&GcPolicy::default()).unwrap();
    assert!(upload.size().unwrap_err().is_not_found());
    assert!(f.store.blobs().contains(&image.layers[0]).unwrap());
}

#[test]
fn it_collects_by_itself_but_seldom() {
    let f = Fixture::new();
    let store = Store::open(&f.root()).unwrap();
    assert_eq!(store.maybe_gc().unwrap(), None);
    let stamp = f.root().join("v1/locks/gc");
    age(&stamp);
    std::fs::write(f.root().join("v1/tmp/new-x"), "").unwrap();
    assert_eq!(store.maybe_gc().unwrap().unwrap().leftovers, 1);
    assert_eq!(store.maybe_gc().unwrap(), None);
    // The clock was set back.
    let future = SystemTime::now() + Duration::from_secs(100_000);
    std::fs::File::open(&stamp).unwrap().set_modified(future).unwrap();
    assert!(store.maybe_gc().unwrap().is_some());
}

#[test]
fn df_says_what_du_says() {
    let f = Fixture::new();
    assert_eq!(f.store.df().unwrap().total(), ByteCount::new(du(&f.root())));
    let blobs = f.store.blobs();
    let local = put_image(&blobs, "local", 2);
    f.store
        .images()
        .tag(&reference("local"), &local.manifest)
        .unwrap();
    let pushed = put_image(&blobs, "pushed", 2);
    let record = ManifestRecord {
        descriptor: pushed.manifest.clone(),
        subject: None,
    };
    let repository = f.store.registry().repository("r").unwrap();
    repository.put_manifest(&record, Some("v")).unwrap();
    put_image(&blobs, "nobody's", 3);
    let key = sampan_store::CodeKey::new(&"ab".repeat(32)).unwrap();
    f.store
        .code_cache()
        .get_or_create(&key, &mut || Ok::<_, std::fmt::Error>(vec![1; 100_000]))
        .unwrap();
    let RootfsBuilder::Build(draft) = f.store.build_rootfs(&chain_id(&local.layers).unwrap()).unwrap() else {
        panic!("nothing is there")
    };
    std::fs::write(draft.path().join("a"), vec![1; 50_000]).unwrap();
    std::fs::hard_link(draft.path().join("a"), draft.path().join("b")).unwrap();
    let rootfs = draft.publish().unwrap();
    let sparse = std::fs::File::create(rootfs.path().join("sparse")).unwrap();
    sparse.set_len(1 << 30).unwrap();
    let container = f
        .store
        .containers()
        .create(&ContainerId::from_random([1; 32]), &[])
        .unwrap();
    std::fs::write(container.path().join("log"), vec![1; 9000]).unwrap();
    let upload = repository.start_upload().unwrap();
    upload.writer(None).unwrap().append(&[1; 20_000]).unwrap();
    std::fs::write(f.root().join("not-ours"), "x").unwrap();
    let df = f.store.df().unwrap();
    assert_eq!(df.total(), ByteCount::new(du(&f.root())));
    for kind in [
        DfKind::Images,
        DfKind::Registry,
        DfKind::Unreferenced,
        DfKind::Code,
        DfKind::Rootfs,
        DfKind::Containers,
        DfKind::Temporary,
        DfKind::Other,
    ] {
        assert!(df.kinds[&kind] > ByteCount::new(0), "{kind:?}");
    }
    assert!(df.kinds[&DfKind::Rootfs] < ByteCount::kib(80), "{df:?}");
    f.store.gc(&GcPolicy::now()).unwrap();
    let df = f.store.df().unwrap();
    assert_eq!(df.reclaimable, ByteCount::new(0));
    assert_eq!(df.total(), ByteCount::new(du(&f.root())));
}

#[test]
fn chain_ids_follow_the_standard() {
    let (a, b, c) = (sha256(b"a"), sha256(b"b"), sha256(b"c"));
    assert_eq!(chain_id(&[]), None);
    assert_eq!(chain_id(std::slice::from_ref(&a)), Some(a.clone()));
    let ab = sha256(format!("{a} {b}").as_bytes());
    assert_eq!(chain_id(&[a.clone(), b.clone()]), Some(ab.clone()));
    assert_eq!(
        chain_id(&[a, b, c.clone()]),
        Some(sha256(format!("{ab} {c}").as_bytes()))
    );
}

fn sha256(bytes: &[u8]) -> Digest {
    use sha2::Digest as _;
    Digest::from_bytes(sampan_types::Algorithm::Sha256, &sha2::Sha256::digest(bytes))
}
