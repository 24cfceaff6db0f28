//! Layers as folders of their own: shared, laid over each other as they would be merged, made again when they are lost.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use sampan_image::unpack::{Layers, Ownership, Stacking, UnpackLimits, UnpackOptions, layers};
use sampan_image::{ImageError, RootfsPlan};
use sampan_store::{GcPolicy, Store};
use sampan_testkit::layer::{Kind, Layer};
use serde_json::json;

use crate::common::{Fixture, ImageSpec, Kernel, chain, gzip, reference, seen};

/// Whether this process can lay folders over each other.
#[allow(clippy::print_stderr, reason = "a test that does nothing says so")]
pub(crate) fn may_mount() -> bool {
    let root = rustix::process::geteuid().is_root();
    if !root {
        eprintln!("not run: layers over each other need root");
    }
    root
}

fn owners(limits: &UnpackLimits) -> UnpackOptions {
    UnpackOptions {
        limits: limits.clone(),
        ownership: Ownership::Apply,
    }
}

/// Content and modes of all files.
fn shape(root: &Path) -> Vec<String> {
    let mode = |line: &String| {
        let name = line.split([' ', '=']).next().unwrap_or_default();
        let meta = fs::symlink_metadata(root.join(name)).map(|meta| meta.mode());
        format!("{line} {:o}", meta.unwrap_or(0))
    };
    // Pipes are not to be read.
    let files = BTreeSet::from_iter(tree_without_pipes(root));
    files.iter().map(mode).collect()
}

fn tree_without_pipes(root: &Path) -> Vec<String> {
    let mut all = Vec::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(at) = folders.pop() {
        for entry in fs::read_dir(root.join(&at)).unwrap() {
            let entry = entry.unwrap();
            let path = at.join(entry.file_name());
            let kind = fs::symlink_metadata(root.join(&path)).unwrap().file_type();
            let name = path.display();
            if kind.is_dir() {
                all.push(format!("{name}/"));
                folders.push(path);
            } else if kind.is_symlink() {
                all.push(format!(
                    "{name} -> {}",
                    fs::read_link(root.join(&path)).unwrap().display()
                ));
            } else if kind.is_file() {
                let content = fs::read(root.join(&path)).unwrap();
                all.push(format!("{name}={}", String::from_utf8_lossy(&content)));
            } else {
                all.push(format!("{name}!"));
            }
        }
    }
    all
}

fn stacked(
    store: &Store,
    fix: &Fixture,
    plan: &RootfsPlan,
    limits: &UnpackLimits,
) -> Result<Layers, ImageError> {
    layers(store, &fix.lease, plan, &owners(limits), &Kernel).map(|unpacked| unpacked.layers)
}

type Shape = Result<Vec<String>, String>;

/// The same layers merged into one folder, and each in its own with the kernel laying them over each other.
pub(crate) fn both(fix: &Fixture, archives: &[Vec<u8>], limits: &UnpackLimits) -> (Shape, Shape) {
    let merged = fix.unpack(archives, &owners(limits));
    let merged = merged
        .map(|(folder, _)| shape(&folder))
        .map_err(|error| chain(&error));
    let plan = fix.plan(archives);
    let stacked = stacked(&fix.store, fix, &plan, limits).map_err(|error| chain(&error));
    let stacked = stacked.map(|layers| shape(&seen(&Kernel.stack(&layers.folders(), None).unwrap())));
    (merged, stacked)
}

#[track_caller]
fn same(archives: &[Vec<u8>]) -> Vec<String> {
    let fix = Fixture::quick();
    let (merged, stacked) = both(&fix, archives, &UnpackLimits::default());
    assert_eq!(merged, stacked);
    stacked.unwrap()
}

fn base() -> Vec<u8> {
    Layer::new()
        .entry("d", Kind::Folder, "", 0o700, b"")
        .file("d/a", "1")
        .file("d/b", "2")
        .folder("d/sub")
        .file("d/sub/c", "3")
        .file("top", "4")
        .folder("usr")
        .folder("usr/lib")
        .symlink("lib", "usr/lib")
        .tar()
}

#[test]
fn layers_lie_over_each_other_as_they_would_be_merged() {
    if !may_mount() {
        return;
    }
    let whiteout = |name: &str| Layer::new().file(name, "");
    for upper in [
        whiteout("d/.wh.a"),
        // Nothing of that name is beneath, with and without its folder.
        Layer::new().folder("d").file("d/.wh.never", ""),
        Layer::new()
            .folder("new")
            .file("new/.wh.never", "")
            .file("new/x", ""),
        whiteout("no/.wh.x"),
        // A folder that comes again is empty, in whichever order.
        Layer::new().file(".wh.d", "").folder("d").file("d/new", ""),
        Layer::new().folder("d").file("d/new", "").file(".wh.d", ""),
        Layer::new().file("d", "").folder("d").file("d/new", ""),
        Layer::new()
            .folder("d")
            .file("d/.wh..wh..opq", "")
            .file("d/.wh.a", "")
            .file("d/new", ""),
        Layer::new().file("d/.wh..wh..opq", "").file("d/sub/new", ""),
        whiteout(".wh..wh..opq").file("own", ""),
        // Folders that are only passed through keep what they are.
        Layer::new().file("d/sub/new", "x"),
        Layer::new().file("d/other/new", "x"),
        // Through links that lie beneath.
        Layer::new().file("lib/new", "x"),
        whiteout("lib/.wh.never"),
        Layer::new().symlink("other", "d").file("other/new", "x"),
        // A folder in a link's place.
        Layer::new().folder("lib").file("lib/x", ""),
        // Second names of what lies beneath.
        Layer::new().hardlink("again", "d/a"),
        Layer::new()
            .folder("d")
            .hardlink("d/a", "d/b")
            .file("d/.wh.b", ""),
        // As overlayfs itself says it.
        Layer::new().folder("d").entry("d/a", Kind::Char, "", 0o644, b""),
    ] {
        let found = same(&[base(), upper.clone().tar()]);
        assert!(!found.is_empty());
        // The same with something above, and compressed.
        let above = Layer::new().folder("d").file("d/last", "z").tar();
        let found = same(&[base(), upper.gzip(), above]);
        assert!(found.iter().any(|line| line.starts_with("d/last=z")), "{found:?}");
    }
}

#[test]
fn what_merging_refuses_is_refused() {
    if !may_mount() {
        return;
    }
    for upper in [
        Layer::new().hardlink("x", "d/never"),
        Layer::new().file(".wh.d", "").hardlink("x", "d/a"),
        Layer::new().file("top/x", ""),
        Layer::new().file("../x", ""),
        Layer::new().file(".wh..", ""),
        Layer::new().symlink("nowhere", "not/there").file("nowhere/x", ""),
    ] {
        let fix = Fixture::quick();
        let (merged, stacked) = both(&fix, &[base(), upper.tar()], &UnpackLimits::default());
        let (merged, stacked) = (merged.unwrap_err(), stacked.unwrap_err());
        assert!(stacked.contains("refused"), "{stacked}");
        assert_eq!(merged, stacked);
    }
}

fn folders(store: &Store) -> BTreeSet<String> {
    let found = fs::read_dir(store.root().join("v1/layers")).into_iter().flatten();
    found
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}

#[test]
fn a_layer_that_two_images_have_lies_there_once() {
    if !may_mount() {
        return;
    }
    let fix = Fixture::quick();
    let limits = UnpackLimits::default();
    let of = |name: &str| [base(), Layer::new().file(name, name).tar()];
    let one = stacked(&fix.store, &fix, &fix.plan(&of("one")), &limits).unwrap();
    // Another compression of the same content.
    let two = of("two").map(|layer| gzip(&layer));
    let two = stacked(&fix.store, &fix, &fix.plan(&two), &limits).unwrap();
    assert_eq!(one.folders().last(), two.folders().last());
    assert_ne!(one.folders().first(), two.folders().first());
    assert_eq!(folders(&fix.store).len(), 3);
    // Unpacked once: it is the file that it was.
    let file = one.folders().last().unwrap().join("d/a");
    let before = fs::metadata(&file).unwrap().ino();
    drop((one, two));
    let again = layers(
        &fix.store,
        &fix.lease,
        &fix.plan(&of("three")),
        &owners(&limits),
        &Kernel,
    )
    .unwrap();
    assert!(again.fresh);
    assert_eq!(fs::metadata(&file).unwrap().ino(), before);
    let again = layers(
        &fix.store,
        &fix.lease,
        &fix.plan(&of("three")),
        &owners(&limits),
        &Kernel,
    )
    .unwrap();
    assert!(!again.fresh);
}

fn tagged(fix: &Fixture, name: &str, layers: Vec<Vec<u8>>) -> RootfsPlan {
    let image = fix.image(&ImageSpec {
        platform: "linux/amd64",
        config: json!({ "Cmd": ["sh"] }),
        layers: layers.clone(),
        ..ImageSpec::default()
    });
    fix.tag(name, &image);
    fix.plan(&layers)
}

#[test]
fn a_layer_goes_with_the_last_image_that_has_it() {
    if !may_mount() {
        return;
    }
    let mut fix = Fixture::quick();
    let limits = UnpackLimits::default();
    let plans = ["one", "two"].map(|name| {
        let layers = vec![base(), Layer::new().file(name, name).tar()];
        (name, tagged(&fix, &format!("{name}:1"), layers))
    });
    for (_, plan) in &plans {
        stacked(&fix.store, &fix, plan, &limits).unwrap();
    }
    let untag = |fix: &mut Fixture, name: &str| {
        fix.lease
            .images()
            .untag(&reference(&format!("{name}:1")))
            .unwrap();
        // What was looked at under it stays as long as a lease.
        fix.lease = fix.store.lease().unwrap();
        fix.store.gc(&GcPolicy::now()).unwrap()
    };
    assert_eq!(folders(&fix.store).len(), 3);
    assert_eq!(untag(&mut fix, "one").rootfs, 1);
    assert_eq!(folders(&fix.store).len(), 2);
    // One that is held stays whatever is untagged.
    let held = Layers::find(&fix.store, &plans[1].1).unwrap().unwrap();
    assert_eq!(untag(&mut fix, "two").rootfs, 0);
    drop(held);
    assert_eq!(fix.store.gc(&GcPolicy::now()).unwrap().rootfs, 2);
    assert!(folders(&fix.store).is_empty());
}

#[test]
fn a_layer_that_a_power_cut_may_have_torn_is_made_again() {
    if !may_mount() {
        return;
    }
    let fix = Fixture::quick();
    let limits = UnpackLimits::default();
    let plan = fix.plan(&[base(), Layer::new().file("x", "1").tar()]);
    let made = stacked(&fix.store, &fix, &plan, &limits).unwrap();
    let top = made.folders()[0].clone();
    let mark = top.with_file_name("unsynced");
    let run = fs::read(&mark).unwrap();
    drop(made);
    // As another run of the machine finds it.
    fs::write(&mark, "another run").unwrap();
    fs::remove_file(top.join("x")).unwrap();
    assert!(Layers::find(&fix.store, &plan).unwrap().is_none());
    let again = stacked(&fix.store, &fix, &plan, &limits).unwrap();
    assert_eq!(again.folders()[0], top);
    assert_eq!(fs::read_to_string(top.join("x")).unwrap(), "1");
    assert_eq!(fs::read(&mark).unwrap(), run);
    // Synced, there is nothing to doubt.
    fix.store.sync_layers().unwrap();
    assert!(!mark.exists());
    assert!(Layers::find(&fix.store, &plan).unwrap().is_some());
}

#[test]
fn more_layers_than_lie_over_each_other_are_refused_before_anything_is_unpacked() {
    if !may_mount() {
        return;
    }
    let fix = Fixture::quick();
    let limits = UnpackLimits::default();
    let of = |count: usize| -> Vec<Vec<u8>> {
        let layer = |number: usize| Layer::new().folder("d").file(&format!("d/{number}"), "").tar();
        (0..count).map(layer).collect()
    };
    let (merged, found) = both(&fix, &of(limits.layers), &limits);
    assert_eq!(merged, found);
    assert_eq!(found.unwrap().len(), limits.layers + 1);
    let before = folders(&fix.store);
    let (merged, found) = both(&fix, &of(10_000), &limits);
    for error in [merged.unwrap_err(), found.unwrap_err()] {
        assert!(
            error.contains("over the limit on layers, which is 128"),
            "{error}"
        );
    }
    assert_eq!(folders(&fix.store), before);
}

/// A store of before there were layers has merged folders, on which containers stand that still run.
#[test]
fn what_older_containers_stand_on_stays_as_long_as_they() {
    let fix = Fixture::quick();
    let plan = tagged(&fix, "old:1", vec![base()]);
    fs::remove_dir(fix.store.root().join("v1/layers")).unwrap();
    let top = fix
        .lease
        .images()
        .resolve(&reference("old:1"))
        .unwrap()
        .descriptor;
    let options = UnpackOptions::default();
    let old = UnpackOptions {
        ownership: if may_mount() {
            Ownership::Apply
        } else {
            Ownership::Ignore
        },
        ..options
    };
    let (rootfs, _) = sampan_image::unpack::rootfs(&fix.store, &fix.lease, &plan, &old).unwrap();
    let folder = rootfs.path().to_owned();
    drop(rootfs);
    let id = "c".repeat(64).parse().unwrap();
    let container = fix.store.containers().create(&id, &[top.digest]).unwrap();
    fix.lease.images().untag(&reference("old:1")).unwrap();
    drop(fix.lease);
    fix.store.gc(&GcPolicy::now()).unwrap();
    assert!(folder.join("d/a").exists());
    // Not even when there is room for nothing.
    let mut tight = GcPolicy::now();
    tight.budget = Some(sampan_types::ByteCount::new(0));
    fix.store.gc(&tight).unwrap();
    assert!(folder.join("d/a").exists());
    drop(container);
    fix.store.gc(&GcPolicy::now()).unwrap();
    assert!(!folder.exists());
}
