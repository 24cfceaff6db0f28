//! `kill -9` at every step of every write path leaves a store that works.
//!
//! For each scenario a child process runs it once and counts the steps that it passes; then one child after
//! the other is killed at the first, the second, … step, and the store is looked over. The steps are all
//! `step!("…")` of the source, and a test fails if one of them is passed by no scenario.
#![allow(clippy::unwrap_used, missing_docs)]

mod common;

use std::collections::BTreeSet;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use common::{child, du, files, put_image, put_index, reference};
use sampan_store::{CodeKey, Fetch, GcPolicy, ManifestRecord, RootfsBuilder, Store, StoreError};
use sampan_types::{ByteCount, Classified, ContainerId, Digest, ErrorClass};

type Error = Box<dyn std::error::Error>;

/// A write path: what is there before, and what the child does.
struct Scenario {
    name: &'static str,
    prepare: fn(&Store),
    run: fn(&Store) -> Result<(), Error>,
}

const KEPT: &str = "kept:1";
const NOTHING: fn(&Store) = |_| {};

fn digest(bytes: &[u8]) -> Digest {
    use sha2::Digest as _;
    Digest::from_bytes(sampan_types::Algorithm::Sha256, &sha2::Sha256::digest(bytes))
}
fn key() -> CodeKey {
    CodeKey::new(&"cd".repeat(32)).unwrap()
}
fn make_code(store: &Store) -> Result<(), Error> {
    let made = store
        .code_cache()
        .get_or_create(&key(), &mut || Ok::<_, std::fmt::Error>(vec![3; 70_000]))?;
    assert_eq!(made.size, 70_000);
    Ok(())
}
fn damage_code(store: &Store) {
    make_code(store).unwrap();
    let folder = store.root().join("v1/code");
    for name in files(&folder).iter().filter(|name| name.contains('.')) {
        std::fs::write(folder.join(name), "damaged").unwrap();
    }
}
fn make_rootfs(store: &Store) -> Result<(), Error> {
    match store.build_rootfs(&digest(b"chain"))? {
        RootfsBuilder::Ready(rootfs) => {
            assert_eq!(std::fs::read(rootfs.path().join("file"))?, b"whole");
        }
        RootfsBuilder::Build(draft) => {
            std::fs::write(draft.path().join("file"), "whole")?;
            draft.publish()?;
        }
    }
    Ok(())
}
fn make_layer(store: &Store) -> Result<(), Error> {
    match store.build_layer(&digest(b"chain"))? {
        RootfsBuilder::Ready(layer) => {
            assert_eq!(std::fs::read(layer.path().join("file"))?, b"whole");
        }
        RootfsBuilder::Build(draft) => {
            std::fs::write(draft.path().join("file"), "whole")?;
            draft.publish_unsynced()?;
        }
    }
    store.sync_layers()?;
    Ok(())
}
fn push_image(store: &Store, seed: &str, tag: Option<&str>) -> Result<Digest, StoreError> {
    let lease = store.lease()?;
    let image = put_image(&lease.blobs(), seed, 1);
    let record = ManifestRecord {
        descriptor: image.manifest.clone(),
        subject: None,
    };
    store.registry().repository("a/b")?.put_manifest(&record, tag)?;
    Ok(image.manifest.digest)
}
/// One of everything that a collection removes.
fn litter(store: &Store) {
    put_image(&store.blobs(), "litter", 2);
    for seed in ["before", "after"] {
        let image = put_image(&store.blobs(), seed, 1);
        store
            .images()
            .tag(&reference("moving:1"), &image.manifest)
            .unwrap();
    }
    damage_code(store);
    make_code(store).unwrap();
    make_rootfs(store).unwrap();
    push_image(store, "untagged", None).unwrap();
    let loose = store.blobs().put(b"loose", None).unwrap().digest;
    let repository = store.registry().repository("a/b").unwrap();
    repository.link_blob(&loose).unwrap();
    repository.start_upload().unwrap();
    drop(
        store
            .containers()
            .create(&ContainerId::from_random([9; 32]), &[])
            .unwrap(),
    );
    let base = store.root().join("v1");
    std::fs::write(base.join("tmp/new-1"), "x").unwrap();
    std::fs::write(base.join("leases/dead"), "x").unwrap();
    std::fs::write(
        base.join("code")
            .join(format!("{}.{}", "ef".repeat(32), "0".repeat(64))),
        "orphan",
    )
    .unwrap();
}
fn collect(store: &Store) -> Result<(), Error> {
    let mut policy = GcPolicy::now();
    policy.budget = Some(ByteCount::new(0));
    policy.registry_untagged = Some(std::time::Duration::ZERO);
    policy.lost_name_age = std::time::Duration::ZERO;
    store.gc(&policy)?;
    Ok(())
}

const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "ingest",
        prepare: NOTHING,
        run: |store| {
            let lease = store.lease()?;
            let mut ingest = lease.blobs().ingest(Some(&digest(b"hello")), Some(5))?;
            ingest.append(b"hel")?;
            ingest.append(b"lo")?;
            ingest.commit()?;
            Ok(())
        },
    },
    Scenario {
        name: "fetch",
        prepare: |store| {
            if let Fetch::Write(mut ingest) = store.blobs().fetch(&digest(b"hello"), Some(5)).unwrap() {
                ingest.append(b"h").unwrap();
            }
        },
        run: |store| {
            if let Fetch::Write(mut ingest) = store.lease()?.blobs().fetch(&digest(b"hello"), Some(5))? {
                let offset = usize::try_from(ingest.offset())?;
                ingest.append(&b"hello"[offset..])?;
                ingest.commit()?;
            }
            Ok(())
        },
    },
    Scenario {
        name: "tag",
        prepare: NOTHING,
        run: |store| {
            let lease = store.lease()?;
            let image = put_image(&lease.blobs(), "new", 2);
            lease.images().tag(&reference("new"), &image.manifest)?;
            let index = put_index(&lease.blobs(), &[image.manifest]);
            lease.images().tag(&reference("new"), &index)?;
            Ok(())
        },
    },
    Scenario {
        name: "untag",
        prepare: |store| {
            let image = put_image(&store.blobs(), "old", 2);
            store.images().tag(&reference("old"), &image.manifest).unwrap();
        },
        run: |store| {
            store.images().untag(&reference("old"))?;
            Ok(())
        },
    },
    Scenario {
        name: "code",
        prepare: NOTHING,
        run: make_code,
    },
    Scenario {
        name: "repair",
        prepare: damage_code,
        run: make_code,
    },
    Scenario {
        name: "memo",
        prepare: NOTHING,
        run: |store| {
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/memo.rs");
            let found = store.file_digest(&path)?;
            assert_eq!(found.digest, digest(&std::fs::read(path)?));
            Ok(())
        },
    },
    Scenario {
        name: "note",
        prepare: NOTHING,
        run: |store| {
            let program = digest(b"a program");
            store.notes().write(&program, b"what it used")?;
            assert_eq!(store.notes().read(&program)?.unwrap(), b"what it used");
            Ok(())
        },
    },
    Scenario {
        name: "rootfs",
        prepare: NOTHING,
        run: make_rootfs,
    },
    Scenario {
        name: "layer",
        prepare: NOTHING,
        run: make_layer,
    },
    Scenario {
        name: "container",
        prepare: NOTHING,
        run: |store| {
            let containers = store.containers();
            let id = ContainerId::from_random([7; 32]);
            let folder = match containers.open(&id)? {
                Some(folder) => folder,
                None => containers.create(&id, &[])?,
            };
            folder.keep()?;
            folder.remove()?;
            Ok(())
        },
    },
    Scenario {
        name: "push",
        prepare: NOTHING,
        run: |store| {
            let old = push_image(store, "old", Some("t"))?;
            let new = push_image(store, "new", None)?;
            let repository = store.registry().repository("a/b")?;
            repository.set_tag("t", &new)?;
            repository.set_tag("old", &old)?;
            repository.delete_manifest(&old)?;
            let fresh = store.registry().repository("fresh")?;
            let upload = fresh.start_upload()?;
            upload.writer(Some(0))?.append(b"uploaded")?;
            let blob = upload.finish(&digest(b"uploaded"))?;
            fresh.unlink_blob(&blob.digest)?;
            Ok(())
        },
    },
    Scenario {
        name: "gc",
        prepare: litter,
        run: collect,
    },
];

/// All steps of the source.
fn steps() -> BTreeSet<String> {
    let mut steps = BTreeSet::new();
    for entry in std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("src")).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        steps.extend(
            text.split("step!(\"")
                .skip(1)
                .filter_map(|rest| Some(rest.split_once('"')?.0.to_owned())),
        );
    }
    assert!(steps.len() > 40, "{steps:?}");
    steps
}

static PASSED: AtomicUsize = AtomicUsize::new(0);
static NAMES: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// Runs a scenario in the child: dies at step number `kill_at`, or writes the names of all steps passed.
#[test]
fn child() {
    let Some(job) = child::job() else { return };
    let [name, root, kill_at, report] = &job[..] else {
        panic!("{job:?}")
    };
    let kill_at: usize = kill_at.parse().unwrap();
    for step in steps() {
        let copy = step.clone();
        fail::cfg_callback(step, move || {
            NAMES.lock().unwrap().insert(copy.clone());
            if PASSED.fetch_add(1, Ordering::Relaxed) == kill_at {
                let me = rustix::process::getpid();
                rustix::process::kill_process(me, rustix::process::Signal::KILL).unwrap();
                // The signal is on its way; nothing more may happen.
                loop {
                    std::thread::park();
                }
            }
        })
        .unwrap();
    }
    let store = Store::open(Path::new(root)).unwrap();
    if name != "create" {
        let scenario = SCENARIOS.iter().find(|s| s.name == name).unwrap();
        (scenario.run)(&store).unwrap();
    }
    let names: Vec<String> = NAMES.lock().unwrap().iter().cloned().collect();
    let passed = PASSED.load(Ordering::Relaxed);
    std::fs::write(report, format!("{passed}\n{}", names.join("\n"))).unwrap();
}

/// An image that has a name, and a manifest that the registry has under a tag.
fn keep(store: &Store) {
    let image = put_image(&store.blobs(), "kept", 2);
    store.images().tag(&reference(KEPT), &image.manifest).unwrap();
    push_image(store, "pushed", Some("kept")).unwrap();
}

fn look_over(store: &Store) {
    for blob in store.blobs().list().unwrap() {
        store.blobs().verify(&blob.digest).unwrap();
    }
    let names = store.images().list().unwrap();
    assert!(names.iter().any(|r| r.reference == reference(KEPT)));
    for record in names {
        for reached in store.images().walk(&record.descriptor).unwrap() {
            assert!(
                reached.present,
                "{} lost {:?}",
                record.reference, reached.descriptor
            );
        }
    }
    for name in store.registry().repositories().unwrap() {
        let repository = store.registry().repository(&name).unwrap();
        assert!(repository.tags().unwrap().contains(&"kept".to_owned()));
        for tag in repository.tags().unwrap() {
            let digest = repository.tag(&tag).unwrap().unwrap();
            let record = repository.manifest(&digest).unwrap().unwrap();
            for reached in store.images().walk(&record.descriptor).unwrap() {
                assert!(reached.present, "{name}:{tag} lost {:?}", reached.descriptor);
            }
        }
    }
    assert_eq!(store.df().unwrap().total(), ByteCount::new(du(store.root())));
}

fn no_leftovers(root: &Path) {
    for folder in ["tmp", "leases", "registry/uploads"] {
        assert_eq!(files(&root.join("v1").join(folder)), [""; 0], "{folder}");
    }
    for name in files(root) {
        assert!(
            !name.starts_with(".v1-") && !name.ends_with(".new") && !name.ends_with(".lock"),
            "{name}"
        );
    }
}

/// Kills at each step; answers with the names of the steps.
fn kill_everywhere(name: &str) -> BTreeSet<String> {
    let scenario = SCENARIOS.iter().find(|s| s.name == name);
    let folder = tempfile::tempdir().unwrap();
    let report = folder.path().join("report");
    let attempt = |kill_at: usize| {
        let root = folder.path().join(format!("root-{kill_at}"));
        if let Some(scenario) = scenario {
            let store = Store::open(&root).unwrap();
            keep(&store);
            (scenario.prepare)(&store);
        }
        let job = [
            name,
            root.to_str().unwrap(),
            &kill_at.to_string(),
            report.to_str().unwrap(),
        ];
        (child::command(&job).output().unwrap(), root)
    };
    let (output, _) = attempt(usize::MAX);
    child::require_success(name, &output);
    let text = std::fs::read_to_string(&report).unwrap();
    let mut lines = text.lines();
    let count: usize = lines.next().unwrap().parse().unwrap();
    assert!(count > 0);
    for kill_at in 0..count {
        let (output, root) = attempt(kill_at);
        assert_eq!(
            output.status.signal(),
            Some(9),
            "{name} at {kill_at} of {count}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        let store = Store::open(&root).unwrap();
        if scenario.is_none() {
            keep(&store);
        }
        look_over(&store);
        // What was begun can be done, whether or not it was done already.
        if let Some(scenario) = scenario
            && let Err(error) = (scenario.run)(&store)
        {
            let found = error.downcast_ref::<StoreError>().map(Classified::class);
            assert_eq!(
                found,
                Some(ErrorClass::NotFound),
                "{name} again after {kill_at}: {error}"
            );
        }
        look_over(&store);
        store.gc(&GcPolicy::now()).unwrap();
        look_over(&store);
        no_leftovers(&root);
        std::fs::remove_dir_all(&root).unwrap();
    }
    lines.map(str::to_owned).collect()
}

macro_rules! scenarios {
    ($($name:ident),*) => {
        $(#[test]
        fn $name() {
            kill_everywhere(stringify!($name));
        })*

        /// Every step of the source is one at which some scenario was killed.
        #[test]
        fn no_step_is_left_out() {
            let folder = tempfile::tempdir().unwrap();
            let mut missed = steps();
            for name in [$(stringify!($name)),*] {
                let root = folder.path().join(name);
                if let Some(scenario) = SCENARIOS.iter().find(|s| s.name == name) {
                    let store = Store::open(&root).unwrap();
                    keep(&store);
                    (scenario.prepare)(&store);
                }
                let report = folder.path().join("report");
                let never = usize::MAX.to_string();
                let job = [name, root.to_str().unwrap(), &never, report.to_str().unwrap()];
                child::require_success(name, &child::command(&job).output().unwrap());
                for line in std::fs::read_to_string(&report).unwrap().lines() {
                    missed.remove(line);
                }
            }
            assert_eq!(missed, BTreeSet::new());
            let tested = [$(stringify!($name)),*];
            assert!(SCENARIOS.iter().all(|s| tested.contains(&s.name)));
        }
    };
}
scenarios!(
    create, ingest, fetch, tag, untag, code, repair, memo, note, rootfs, layer, container, push, gc
);
