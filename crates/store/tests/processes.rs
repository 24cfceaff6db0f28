//! Several processes in one store at once, some of them killed.
#![allow(clippy::unwrap_used, missing_docs)]

mod common;

use std::fmt::Error as Never;
use std::path::Path;
use std::process::{Child, Stdio};

use common::{Fixture, child, files, put_image, reference};
use rustix::fs::{FlockOperation, flock};
use sampan_store::{CodeKey, Fetch, GcPolicy, Outcome, Store};
use sampan_types::{ByteCount, Digest};

const ROUNDS: usize = 25;

fn key(n: usize) -> CodeKey {
    CodeKey::new(&format!("{n:064x}")).unwrap()
}
fn digest(bytes: &[u8]) -> Digest {
    use sha2::Digest as _;
    Digest::from_bytes(sampan_types::Algorithm::Sha256, &sha2::Sha256::digest(bytes))
}

#[test]
fn child() {
    let Some(job) = child::job() else { return };
    let [what, root, number] = &job[..] else {
        panic!("{job:?}")
    };
    let store = Store::open(Path::new(root)).unwrap();
    // All begin when the parent releases this.
    let start = std::fs::File::open(Path::new(root).join("start")).unwrap();
    flock(&start, FlockOperation::LockShared).unwrap();
    match what.as_str() {
        "pull" => pull(&store, number),
        "collect" => (0..ROUNDS * 4).for_each(|_| {
            let report = store.gc(&GcPolicy::now()).unwrap();
            assert_eq!(report.held_back, None);
            store.df().unwrap();
        }),
        "compile" => compile(&store, Path::new(root)),
        "compile and die" => {
            let _ = store
                .code_cache()
                .get_or_create(&key(0), &mut || -> Result<Vec<u8>, Never> { die() });
        }
        "download and die" => {
            let lease = store.lease().unwrap();
            let Fetch::Write(mut ingest) = lease.blobs().fetch(&digest(b"hello world"), Some(11)).unwrap()
            else {
                panic!("nothing is there")
            };
            ingest.append(b"hello ").unwrap();
            die()
        }
        other => panic!("{other}"),
    }
}

fn die() -> ! {
    let me = rustix::process::getpid();
    rustix::process::kill_process(me, rustix::process::Signal::KILL).unwrap();
    loop {
        std::thread::park();
    }
}

/// Pulls, runs and removes images whose blobs everybody shares, while others collect without mercy.
fn pull(store: &Store, number: &str) {
    for round in 0..ROUNDS {
        let name = reference(&format!("app-{number}:{}", round % 3));
        let seed = format!("{}", round % 5);
        let lease = store.lease().unwrap();
        let image = put_image(&lease.blobs(), &seed, 3);
        lease.images().tag(&name, &image.manifest).unwrap();
        drop(lease);
        // The name alone protects now.
        let lease = store.lease().unwrap();
        let record = lease.images().resolve(&name).unwrap();
        assert_eq!(record.descriptor, image.manifest);
        store.images().untag(&name).unwrap();
        // And now the lease alone.
        for reached in lease.images().walk(&record.descriptor).unwrap() {
            assert!(reached.present, "{reached:?}");
            lease.blobs().verify(&reached.descriptor.digest).unwrap();
        }
        lease.images().tag(&name, &image.manifest).unwrap();
    }
}

/// Asks for the same code as everybody; each making of one leaves a line.
fn compile(store: &Store, root: &Path) {
    for n in 0..ROUNDS {
        let code = format!("code {n} ").repeat(1000).into_bytes();
        let cached = store.code_cache().get_or_create(&key(n), &mut || {
            use std::io::Write;
            let mut log = std::fs::File::options()
                .append(true)
                .open(root.join("log"))
                .unwrap();
            log.write_all(format!("{n}\n").as_bytes()).unwrap();
            Ok::<_, Never>(code.clone())
        });
        assert_eq!(
            std::io::read_to_string(cached.unwrap().file)
                .unwrap()
                .into_bytes(),
            code
        );
    }
}

/// Starts children that wait for each other.
fn run(f: &Fixture, jobs: &[(&str, usize)]) -> Vec<(String, std::process::Output)> {
    let path = f.root().join("start");
    let start = std::fs::File::create(&path).unwrap();
    flock(&start, FlockOperation::LockExclusive).unwrap();
    let children: Vec<(String, Child)> = jobs
        .iter()
        .flat_map(|(what, count)| (0..*count).map(move |i| (*what, i)))
        .map(|(what, i)| {
            let mut command = child::command(&[what, f.root().to_str().unwrap(), &i.to_string()]);
            command.stdout(Stdio::piped()).stderr(Stdio::piped());
            (format!("{what} {i}"), command.spawn().unwrap())
        })
        .collect();
    drop(start);
    children
        .into_iter()
        .map(|(name, child)| (name, child.wait_with_output().unwrap()))
        .collect()
}

#[test]
fn pulls_and_runs_go_on_while_others_collect() {
    let f = Fixture::new();
    for (name, output) in run(&f, &[("pull", 4), ("collect", 2)]) {
        child::require_success(&name, &output);
    }
    let names = f.store.images().list().unwrap();
    // Beside those that lost their names to others.
    let given = names.iter().filter(|r| !sampan_store::is_unnamed(&r.reference));
    assert_eq!(given.count(), 12);
    for record in names {
        assert!(
            f.store
                .images()
                .walk(&record.descriptor)
                .unwrap()
                .iter()
                .all(|r| r.present)
        );
        f.store.images().untag(&record.reference).unwrap();
    }
    f.store.gc(&GcPolicy::now()).unwrap();
    assert_eq!(f.store.blobs().list().unwrap(), []);
    assert_eq!(files(&f.root().join("v1/tmp")), [""; 0]);
}

#[test]
fn the_same_code_is_compiled_once() {
    let f = Fixture::new();
    std::fs::write(f.root().join("log"), "").unwrap();
    for (name, output) in run(&f, &[("compile", 4), ("collect", 1)]) {
        child::require_success(&name, &output);
    }
    let log = std::fs::read_to_string(f.root().join("log")).unwrap();
    let mut made: Vec<usize> = log.lines().map(|line| line.parse().unwrap()).collect();
    made.sort_unstable();
    assert_eq!(made, (0..ROUNDS).collect::<Vec<_>>());
}

#[test]
fn a_killed_compiler_is_replaced() {
    let f = Fixture::new();
    for (_, output) in run(&f, &[("compile and die", 3)]) {
        assert!(!output.status.success());
    }
    let cached = f
        .store
        .code_cache()
        .get_or_create(&key(0), &mut || Ok::<_, Never>(vec![1]));
    assert_eq!(cached.unwrap().outcome, Outcome::Created);
}

#[test]
fn a_killed_download_is_continued_and_its_lease_is_dead() {
    let f = Fixture::new();
    run(&f, &[("download and die", 1)]);
    let report = f.store.gc(&GcPolicy::default()).unwrap();
    assert_eq!(report.leftovers, 1, "the lease");
    let Fetch::Write(mut ingest) = f.store.blobs().fetch(&digest(b"hello world"), Some(11)).unwrap() else {
        panic!("it is not whole")
    };
    assert_eq!(ingest.offset(), 6);
    ingest.append(b"world").unwrap();
    let blob = ingest.commit().unwrap();
    assert_eq!(
        f.store
            .blobs()
            .read_blob(&blob.digest, ByteCount::kib(1))
            .unwrap(),
        b"hello world"
    );
}
