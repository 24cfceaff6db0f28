//! Random layers, made of every trick at once: whatever they are, nothing outside the root is touched, and
//! what comes out is the same every time.

use std::collections::BTreeMap;
use std::path::Path;

use proptest::prelude::*;
use sampan_image::unpack::{UnpackLimits, UnpackOptions};
use sampan_testkit::layer::{Kind, Layer};
use sampan_types::{ByteCount, Classified, ErrorClass};

use crate::common::{Fixture, chain, tree};

#[derive(Clone, Debug)]
struct Edit {
    name: String,
    kind: Kind,
    target: String,
    content: Vec<u8>,
}

/// Few names, so that entries meet; all ways of writing a path.
fn name() -> impl Strategy<Value = String> {
    let part = prop::sample::select(vec![
        "a",
        "b",
        "c",
        "s",
        ".",
        "..",
        "",
        ".wh.a",
        ".wh.b",
        ".wh..wh..opq",
        ".wh...",
        "outside",
        "victim",
    ]);
    (prop::collection::vec(part, 1..5), any::<bool>())
        .prop_map(|(parts, absolute)| format!("{}{}", if absolute { "/" } else { "" }, parts.join("/")))
}

fn target() -> impl Strategy<Value = String> {
    prop_oneof![
        name(),
        Just("../outside".to_owned()),
        Just("../outside/victim".to_owned()),
        Just("/".to_owned()),
        Just("/proc/self/root".to_owned()),
        Just("../../..".to_owned()),
    ]
}

fn edit() -> impl Strategy<Value = Edit> {
    let kind = prop::sample::select(vec![
        Kind::File,
        Kind::File,
        Kind::Hardlink,
        Kind::Symlink,
        Kind::Symlink,
        Kind::Folder,
        Kind::Folder,
        Kind::Char,
        Kind::Fifo,
    ]);
    (name(), kind, target(), prop::collection::vec(any::<u8>(), 0..30)).prop_map(
        |(name, kind, target, content)| Edit {
            name,
            content: if kind == Kind::File { content } else { Vec::new() },
            target: if matches!(kind, Kind::Hardlink | Kind::Symlink) {
                target
            } else {
                String::new()
            },
            kind,
        },
    )
}

fn layers() -> impl Strategy<Value = Vec<Vec<Edit>>> {
    prop::collection::vec(prop::collection::vec(edit(), 0..10), 1..4)
}

fn bytes(edits: &[Edit]) -> Vec<u8> {
    edits
        .iter()
        .fold(Layer::new(), |layer, e| {
            layer.entry(&e.name, e.kind, &e.target, 0o644, &e.content)
        })
        .tar()
}

fn options() -> UnpackOptions {
    let limits = UnpackLimits {
        bytes: ByteCount::mib(1),
        depth: 8,
        ..UnpackLimits::default()
    };
    UnpackOptions {
        limits,
        ..UnpackOptions::default()
    }
}

/// Everything under the fixture but the store and the roots.
fn outside(fix: &Fixture) -> Vec<String> {
    tree(&fix.path("outside"))
}

fn surroundings(fix: &Fixture) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(fix.folder.path())
        .unwrap()
        .map(|e| e.unwrap().file_name().to_string_lossy().into_owned())
        .filter(|name| !name.starts_with(".tmp"))
        .collect();
    names.sort();
    names
}

fn victim(fix: &Fixture) {
    std::fs::create_dir(fix.path("outside")).unwrap();
    std::fs::write(fix.path("outside/victim"), "untouched").unwrap();
}

/// No folder of the root can be a way out: every real folder's path stays below it.
fn contained(root: &Path) {
    for line in tree(root) {
        assert!(!line.starts_with('/') && !line.contains("untouched"), "{line}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn nothing_outside_is_touched(layers in layers()) {
        let fix = Fixture::quick();
        victim(&fix);
        let (before, around) = (outside(&fix), surroundings(&fix));
        let archives: Vec<Vec<u8>> = layers.iter().map(|edits| bytes(edits)).collect();
        let first = fix.unpack(&archives, &options());
        prop_assert_eq!(outside(&fix), before);
        prop_assert_eq!(surroundings(&fix), around);
        let second = fix.unpack(&archives, &options());
        match (first, second) {
            (Ok((a, _)), Ok((b, _))) => {
                contained(&a);
                prop_assert_eq!(tree(&a), tree(&b));
            }
            (Err(a), Err(b)) => {
                prop_assert_eq!(chain(&a), chain(&b));
                prop_assert!(matches!(a.class(), ErrorClass::Corrupt | ErrorClass::Exhausted), "{}", chain(&a));
            }
            (a, b) => prop_assert!(false, "{:?} and {:?}", a.is_ok(), b.is_ok()),
        }
    }

    /// A folder for each layer and all of them merged are one and the same.
    #[test]
    fn layers_over_each_other_are_what_they_are_merged(layers in layers()) {
        if crate::layers::may_mount() {
            let fix = Fixture::quick();
            victim(&fix);
            let before = outside(&fix);
            let archives: Vec<Vec<u8>> = layers.iter().map(|edits| bytes(edits)).collect();
            let (merged, stacked) = crate::layers::both(&fix, &archives, &options().limits);
            prop_assert_eq!(outside(&fix), before);
            match (&merged, &stacked) {
                (Ok(merged), Ok(stacked)) => prop_assert_eq!(merged, stacked),
                (Err(_), Err(_)) => {}
                _ => prop_assert!(false, "{:?} and {:?}", merged, stacked),
            }
        }
    }

    /// Flipped bytes anywhere in an archive give an error or a tree, and nothing outside.
    #[test]
    fn damaged_archives_touch_nothing(edits in prop::collection::vec(edit(), 1..6), flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6)) {
        let fix = Fixture::quick();
        victim(&fix);
        let before = outside(&fix);
        let mut archive = bytes(&edits);
        for (at, value) in flips {
            let at = at.index(archive.len());
            archive[at] = value;
        }
        let _ = fix.unpack(&[archive], &options());
        prop_assert_eq!(outside(&fix), before);
    }

    /// Plain files and folders with whiteouts, against a model that is a map of paths.
    #[test]
    fn merging_is_what_a_map_says(layers in prop::collection::vec(prop::collection::vec(
        (prop::sample::select(vec!["a", "b", "d/a", "d/b", "d/e/a"]), 0u8..4, "[a-z]{0,3}"), 0..6), 1..4))
    {
        let fix = Fixture::quick();
        let mut model: BTreeMap<&str, String> = BTreeMap::new();
        let mut archives = Vec::new();
        for edits in &layers {
            let mut layer = Layer::new();
            // Within a layer, whiteouts act on what was there before it.
            let mut own: BTreeMap<&str, String> = BTreeMap::new();
            for (path, action, content) in edits {
                let (folder, name) = path.rsplit_once('/').map_or(("", *path), |(f, n)| (f, n));
                let at = |name: &str| if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
                match action {
                    0 => {
                        layer = layer.file(&at(&format!(".wh.{name}")), "");
                        model.remove(path);
                    }
                    1 => {
                        layer = layer.file(&at(".wh..wh..opq"), "");
                        model.retain(|key, _| !folder.is_empty() && !key.starts_with(&format!("{folder}/")));
                    }
                    _ => {
                        layer = layer.file(path, content);
                        own.insert(path, content.clone());
                    }
                }
            }
            model.extend(own);
            archives.push(layer.tar());
        }
        let (folder, _) = fix.unpack(&archives, &options()).unwrap();
        let files: Vec<String> = tree(&folder).into_iter().filter(|line| line.contains('=')).collect();
        let want: Vec<String> = model.iter().map(|(path, content)| format!("{path}={content}")).collect();
        prop_assert_eq!(files, want);
    }
}
