//! Several processes at one store: they share a download, and take over from one that was killed.

#![allow(clippy::disallowed_methods)]

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use sampan_distribution::client::{PullOptions, Silent};
use sampan_store::Store;

use crate::fake::{Fake, Sent, ranged};
use crate::fixture::{LAYER_SIZE, client, has, store};

const ROOT: &str = "SAMPAN_TEST_CHILD_ROOT";
const REFERENCE: &str = "SAMPAN_TEST_CHILD_REFERENCE";

/// Not a test of its own: what the other processes run.
#[tokio::test]
async fn child() {
    let (Ok(root), Ok(reference)) = (std::env::var(ROOT), std::env::var(REFERENCE)) else {
        return;
    };
    let store = Store::open(Path::new(&root)).unwrap();
    let reference = reference.parse().unwrap();
    client()
        .pull(&store, &reference, &PullOptions::default(), &Silent)
        .await
        .unwrap();
}

fn spawn(root: &Path, reference: &str) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["process::child", "--exact"])
        .env(ROOT, root)
        .env(REFERENCE, reference)
        .stdout(Stdio::null())
        .stderr(Stdio::inherit())
        .spawn()
        .unwrap()
}

#[tokio::test]
async fn four_processes_fetch_each_byte_once() {
    let fake = Fake::start();
    let image = fake.add_image("app", "1", 4);
    let (folder, store) = store();
    let reference = fake.reference("app:1");
    let children: Vec<Child> = (0..4)
        .map(|_| spawn(folder.path(), &reference.to_string()))
        .collect();
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    for layer in &image.layers {
        assert!(has(&store, layer));
        assert_eq!(fake.served(&layer.to_string()), LAYER_SIZE as u64);
    }
    assert_eq!(
        store.images().resolve(&reference).unwrap().descriptor.digest,
        image.digest
    );
}

#[tokio::test]
async fn two_pulls_in_one_process_share_a_download() {
    let fake = Fake::start();
    let one = fake.add_image("app", "1", 2);
    // Another image with the same layers.
    fake.with(|s| {
        let same = s.manifests["/v2/app/manifests/1"].clone();
        s.manifests.insert("/v2/other/manifests/1".to_owned(), same);
    });
    let (_folder, store) = store();
    let (first, second) = (fake.reference("app:1"), fake.reference("other:1"));
    let options = PullOptions::default();
    let (client, other) = (client(), client());
    let (a, b) = tokio::join!(
        client.pull(&store, &first, &options, &Silent),
        other.pull(&store, &second, &options, &Silent)
    );
    assert_eq!(a.unwrap().descriptor, b.unwrap().descriptor);
    for layer in &one.layers {
        assert_eq!(fake.served(&layer.to_string()), LAYER_SIZE as u64);
    }
}

#[tokio::test]
async fn a_killed_download_is_continued() {
    let fake = Fake::start();
    let image = fake.add_image("app", "1", 1);
    let layer = image.layers[0].clone();
    let (folder, store) = store();
    let reference = fake.reference("app:1");
    let name = layer.to_string();
    fake.hook(move |request, state| {
        let blob = state.blobs.get(&name)?.clone();
        let ours = request.is_blob() && request.path.ends_with(&name);
        ours.then(|| ranged(request, &blob).sent(Sent::Stall(120_000)))
    });
    let mut child = spawn(folder.path(), &reference.to_string());
    // Until the partial file has grown to what was served.
    let deadline = Instant::now() + Duration::from_secs(60);
    while largest_file(folder.path()) < 120_000 {
        assert!(Instant::now() < deadline, "the download did not get that far");
        std::thread::sleep(Duration::from_millis(5));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(!has(&store, &layer));

    fake.behave();
    client()
        .pull(&store, &reference, &PullOptions::default(), &Silent)
        .await
        .unwrap();
    assert!(has(&store, &layer));
    assert_eq!(fake.served(&layer.to_string()), LAYER_SIZE as u64);
}

fn largest_file(folder: &Path) -> u64 {
    let mut largest = 0;
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let Ok(metadata) = entry.metadata() else { continue };
        let size = if metadata.is_dir() {
            largest_file(&entry.path())
        } else {
            metadata.len()
        };
        largest = largest.max(size);
    }
    largest
}
