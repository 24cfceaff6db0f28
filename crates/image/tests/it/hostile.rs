//! Layers made to escape, to exhaust or to confuse. Each ends in a named error, and outside the root nothing
//! changes.

use std::path::Path;

use sampan_image::unpack::{Ownership, UnpackLimits, UnpackOptions};
use sampan_testkit::layer::{self, Kind, Layer};
use sampan_types::{ByteCount, Classified, ErrorClass};

use crate::common::{Fixture, chain, gzip, tree, zstd};

/// Unpacks beside a file that must not change, and says how it ended.
fn attack(layers: &[Vec<u8>]) -> Result<Vec<String>, String> {
    attack_with(layers, UnpackLimits::default())
}

fn attack_with(layers: &[Vec<u8>], limits: UnpackLimits) -> Result<Vec<String>, String> {
    let fix = Fixture::quick();
    let outside = fix.path("outside");
    std::fs::create_dir(&outside).unwrap();
    std::fs::write(outside.join("victim"), "untouched").unwrap();
    let before = outside_of(&fix, &outside);
    let result = fix.unpack(
        layers,
        &UnpackOptions {
            limits: limits.clone(),
            ..UnpackOptions::default()
        },
    );
    assert_eq!(
        outside_of(&fix, &outside),
        before,
        "something outside the root changed"
    );
    // The same for layers that lie over each other, with owners, as Linux containers have them.
    if crate::layers::may_mount() {
        let (merged, stacked) = crate::layers::both(&fix, layers, &limits);
        assert_eq!(tree(&outside), before.0, "something outside the layers changed");
        match (&merged, &stacked) {
            (Ok(merged), Ok(stacked)) => assert_eq!(merged, stacked),
            (Err(_), Err(_)) => {}
            _ => panic!("{merged:?} merged, {stacked:?} over each other"),
        }
    }
    match result {
        Ok((folder, _)) => Ok(tree(&folder)),
        Err(error) => {
            assert!(
                matches!(error.class(), ErrorClass::Corrupt | ErrorClass::Exhausted),
                "{}",
                chain(&error)
            );
            Err(chain(&error))
        }
    }
}

fn outside_of(fix: &Fixture, outside: &Path) -> (Vec<String>, usize) {
    // The root's siblings: the store, the victim's folder, and the roots themselves.
    let siblings = std::fs::read_dir(fix.folder.path())
        .unwrap()
        .filter(|e| {
            !e.as_ref()
                .unwrap()
                .file_name()
                .to_string_lossy()
                .starts_with(".tmp")
        })
        .count();
    (tree(outside), siblings)
}

#[test]
fn names_do_not_climb() {
    for name in [
        "../x",
        "a/../../x",
        "/../x",
        "..",
        "./..",
        "a/..",
        "../outside/victim",
    ] {
        let error = attack(&[Layer::new().file(name, "evil").tar()]).unwrap_err();
        assert!(error.contains("leads out"), "{name}: {error}");
    }
    assert_eq!(
        attack(&[Layer::new().file("/etc/x", "fine").tar()]).unwrap(),
        ["etc/", "etc/x=fine"]
    );
}

#[test]
fn symlinks_do_not_lead_out() {
    for target in ["../outside", "/../../outside", "../../../../../../../tmp", "/"] {
        let layers = [
            Layer::new()
                .symlink("evil", target)
                .file("evil/victim", "evil")
                .tar(),
            Layer::new().symlink("evil", target).tar(),
            Layer::new().file("evil/victim", "evil").tar(),
        ];
        // Within one layer and across two, with the target beneath the root or an error, never outside.
        let _ = attack(&layers[..1]);
        let _ = attack(&layers[1..]);
    }
    // Writing over a symlink replaces the symlink.
    let tar = Layer::new()
        .symlink("evil", "../outside/victim")
        .file("evil", "mine")
        .tar();
    assert_eq!(attack(&[tar]).unwrap(), ["evil=mine"]);
    // A folder that becomes a symlink half-way.
    let tar = Layer::new()
        .folder("d")
        .file("d/a", "1")
        .symlink("d", "../outside")
        .file("d/victim", "evil")
        .tar();
    assert!(attack(&[tar]).is_err() || attack(&[Layer::new().symlink("d", "..").tar()]).is_ok());
    // A chain of symlinks that would add up to a climb.
    let mut layer = Layer::new()
        .folder("a")
        .folder("a/b")
        .symlink("a/b/l1", "..")
        .symlink("l2", "a/b/l1/../..");
    layer = layer.symlink("l3", "l2/../outside").file("l3/victim", "evil");
    let _ = attack(&[layer.tar()]);
    let circle = Layer::new()
        .symlink("a", "b")
        .symlink("b", "a")
        .file("a/x", "1")
        .tar();
    assert!(attack(&[circle]).unwrap_err().contains("circle"));
    let dangling = Layer::new().symlink("a", "nowhere/at/all").file("a/x", "1").tar();
    assert!(attack(&[dangling]).unwrap_err().contains("leads nowhere"));
}

#[test]
fn magic_links_are_no_way_out() {
    for target in ["/proc/self/root", "/proc/self/cwd", "/proc/1/root", "/dev/fd/0"] {
        let tar = Layer::new().symlink("m", target).file("m/victim", "evil").tar();
        let _ = attack(&[tar]);
    }
}

#[test]
fn hard_links_reach_nothing_outside() {
    for (target, why) in [
        ("../outside/victim", "leads out"),
        ("/outside/victim", "not there"),
        ("missing", "not there"),
        ("/", "folder"),
        ("d", "folder"),
    ] {
        let error = attack(&[Layer::new().folder("d").hardlink("x", target).tar()]).unwrap_err();
        assert!(error.contains(why), "{target}: {error}");
    }
    // Through a symlink of the layer: beneath the root it is not there.
    let tar = Layer::new()
        .symlink("s", "../outside")
        .hardlink("x", "s/victim")
        .tar();
    assert!(attack(&[tar]).unwrap_err().contains("not there"));
    // A link to a symlink is a second symlink; writing it then does not go through.
    let tar = Layer::new()
        .symlink("s", "../outside/victim")
        .hardlink("x", "s")
        .file("x", "mine")
        .tar();
    assert_eq!(attack(&[tar]).unwrap(), ["s -> ../outside/victim", "x=mine"]);
}

#[test]
fn whiteouts_remove_nothing_outside() {
    for name in [".wh..", ".wh...", ".wh.", "a/.wh...", ".wh../x"] {
        let error = attack(&[Layer::new().file(name, "").tar()]).unwrap_err();
        assert!(error.contains("refused"), "{name}: {error}");
    }
    let lower = Layer::new().symlink("s", "../outside").symlink("t", "/").tar();
    let upper = Layer::new()
        .file("s/.wh.victim", "")
        .file("s/.wh..wh..opq", "")
        .tar();
    assert_eq!(attack(&[lower.clone(), upper]).unwrap().len(), 2);
    // A whiteout of a symlink takes the symlink, not what it points to.
    let upper = Layer::new().file(".wh.s", "").tar();
    assert_eq!(attack(&[lower, upper]).unwrap(), ["t -> /"]);
}

#[test]
fn the_root_is_not_replaced() {
    for kind in [Kind::Symlink, Kind::File, Kind::Fifo, Kind::Char] {
        for name in ["./", "/", "."] {
            let tar = Layer::new().entry(name, kind, "/tmp", 0o777, b"").tar();
            assert!(attack(&[tar]).unwrap_err().contains("root"), "{name}");
        }
    }
}

#[test]
fn duplicates_end_with_the_last() {
    let tar = Layer::new()
        .file("x", "1")
        .folder("x")
        .file("x/y", "2")
        .file("x", "3")
        .symlink("x", "y")
        .file("x", "4");
    assert_eq!(attack(&[tar.tar()]).unwrap(), ["x=4"]);
}

fn gzip_best(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    std::io::Write::write_all(&mut encoder, bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn bombs_end_at_the_limits() {
    let zeros = vec![0u8; 200 << 20];
    let big = Layer::new().file("zeros", &zeros).tar();
    drop(zeros);
    // 200 MiB of zeros compress a thousandfold with gzip and far more with zstd.
    for bytes in [gzip_best(&big), zstd(&big)] {
        let error = attack(&[bytes]).unwrap_err();
        assert!(
            error.contains("compression ratio") && error.contains("500 to 1"),
            "{error}"
        );
    }
    let limits = UnpackLimits {
        bytes: ByteCount::mib(10),
        ..UnpackLimits::default()
    };
    for bytes in [gzip(&big), big] {
        let error = attack_with(&[bytes], limits.clone()).unwrap_err();
        assert!(error.contains("unpacked bytes, which is 10MiB"), "{error}");
    }
    let limits = UnpackLimits {
        entries: 1_000,
        ..UnpackLimits::default()
    };
    let error = attack_with(&[layer::many_files(2_000)], limits).unwrap_err();
    assert!(error.contains("entries, which is 1000"), "{error}");
    // What follows the archive counts as well.
    let mut tail = Layer::new().tar();
    tail.resize(20 << 20, 0);
    let limits = UnpackLimits {
        bytes: ByteCount::mib(10),
        ..UnpackLimits::default()
    };
    assert!(
        attack_with(&[gzip(&tail)], limits)
            .unwrap_err()
            .contains("unpacked bytes")
    );
}

/// A frame that asks for more memory than anybody grants, before it has said anything.
#[test]
fn a_window_larger_than_memory_is_refused() {
    for exponent in [18, 21, 31] {
        let frame = [0x28, 0xb5, 0x2f, 0xfd, 0, exponent << 3, 1, 0, 0];
        let error = attack(&[frame.to_vec()]).unwrap_err();
        assert!(error.contains("too much memory"), "{error}");
    }
}

/// Rights, labels and the marks of file systems are not a layer's to give.
#[test]
fn attributes_that_the_kernel_reads_are_left_out() {
    let fix = Fixture::quick();
    let names = [
        "trusted.overlay.opaque",
        "trusted.overlay.redirect",
        "trusted.overlay.metacopy",
        "security.selinux",
        "security.ima",
        "system.posix_acl_access",
    ];
    for ownership in [Ownership::Ignore, Ownership::Apply] {
        if ownership == Ownership::Apply && !crate::layers::may_mount() {
            continue;
        }
        for name in names {
            let record = format!(" SCHILY.xattr.{name}=y\n");
            let length = (record.len()..).find(|n| record.len() + n.to_string().len() == *n);
            let record = format!("{}{record}", length.unwrap());
            let tar = Layer::new()
                .entry("pax", Kind::Pax, "", 0o644, record.as_bytes())
                .folder("d")
                .tar();
            let options = UnpackOptions {
                ownership,
                ..UnpackOptions::default()
            };
            let (folder, notes) = fix.unpack(&[tar], &options).unwrap();
            assert_eq!(notes.len(), 1, "{name}");
            let mut value = [0; 16];
            assert!(
                rustix::fs::getxattr(folder.join("d"), name, &mut value).is_err(),
                "{name}"
            );
        }
    }
}

#[test]
fn folders_that_no_entry_names_count() {
    let mut layer = Layer::new();
    for n in 0..50 {
        layer = layer.file(&format!("{}{n}", format!("{n}/").repeat(100)), "");
    }
    let limits = UnpackLimits {
        entries: 1_000,
        ..UnpackLimits::default()
    };
    assert!(
        attack_with(&[layer.tar()], limits)
            .unwrap_err()
            .contains("entries")
    );
}

#[test]
fn whiteouts_that_look_again_and_again_end() {
    let mut layer = Layer::new();
    for n in 0..400 {
        layer = layer.file(&format!("d/{n}"), "");
    }
    for _ in 0..400 {
        layer = layer.file("d/.wh..wh..opq", "");
    }
    let limits = UnpackLimits {
        entries: 1_000,
        ..UnpackLimits::default()
    };
    assert!(
        attack_with(&[layer.tar()], limits)
            .unwrap_err()
            .contains("entries")
    );
}

#[test]
fn several_layers_share_one_allowance() {
    let one = Layer::new().file("a", vec![1; 6 << 20]).tar();
    let two = Layer::new().file("b", vec![2; 6 << 20]).tar();
    let limits = UnpackLimits {
        bytes: ByteCount::mib(10),
        ..UnpackLimits::default()
    };
    assert!(
        attack_with(&[one, two], limits)
            .unwrap_err()
            .contains("unpacked bytes")
    );
}

#[test]
fn depth_counts_folders_and_not_spellings() {
    let deep = "d/".repeat(200);
    let error = attack(&[Layer::new().file(&format!("{deep}x"), "").tar()]).unwrap_err();
    assert!(error.contains("folder depth, which is 128"), "{error}");
    // Symlinks that lead down make short names deep.
    let step = "d/".repeat(100);
    let layer = Layer::new()
        .folder(&step)
        .symlink("one", step.trim_end_matches('/'))
        .file(&format!("one/{step}x"), "");
    assert!(attack(&[layer.tar()]).unwrap_err().contains("folder depth"));
    let long = Layer::new().file(&"n".repeat(256), "").tar();
    assert!(attack(&[long]).unwrap_err().contains("name length"));
    let path = Layer::new().file(&"n/".repeat(3_000), "").tar();
    assert!(attack(&[path]).unwrap_err().contains("path length"));
    let target = Layer::new().symlink("l", &"t".repeat(5_000)).tar();
    assert!(attack(&[target]).unwrap_err().contains("path length"));
}

#[test]
fn lies_about_sizes_are_noticed() {
    let mut more = Layer::new();
    more.header("x", Kind::File, "", 0o644, 8 << 29);
    let limits = UnpackLimits {
        bytes: ByteCount::gib(1),
        ..UnpackLimits::default()
    };
    let error = attack_with(&[more.clone().tar()], limits).unwrap_err();
    assert!(error.contains("unpacked bytes"), "{error}");
    let limits = UnpackLimits {
        bytes: ByteCount::new(u64::MAX),
        ..UnpackLimits::default()
    };
    assert!(attack_with(&[more.tar()], limits).is_err());
    let mut pax = Layer::new();
    pax.header("pax", Kind::Pax, "", 0o644, 8 << 29);
    let error = attack(&[pax.tar()]).unwrap_err();
    assert!(error.contains("header size"), "{error}");
    let records = "x".repeat(2 << 20);
    let tar = Layer::new()
        .entry("pax", Kind::Pax, "", 0o644, records.as_bytes())
        .file("x", "")
        .tar();
    assert!(attack(&[tar]).unwrap_err().contains("header size"));
}

#[test]
fn every_truncation_is_an_error() {
    let whole = Layer::new()
        .folder("d")
        .file("d/a", "hello")
        .symlink("l", "d/a")
        .file("b", vec![7; 2_000])
        .tar();
    let fix = Fixture::quick();
    for compress in [<[u8]>::to_vec, gzip as fn(&[u8]) -> Vec<u8>, zstd] {
        let bytes = compress(&whole);
        let mut plan = fix.plan(std::slice::from_ref(&whole));
        for end in (0..bytes.len()).step_by(97).chain([bytes.len() - 1]) {
            let blob = fix.blob("x", &bytes[..end]);
            plan.layers[0].digest = blob.digest;
            let folder = tempfile::tempdir_in(fix.folder.path()).unwrap();
            let options = UnpackOptions::default();
            let result = sampan_image::unpack::into_folder(&fix.lease, &plan, folder.path(), &options);
            let error = result.expect_err("a truncated layer");
            assert_eq!(error.class(), ErrorClass::Corrupt, "{}", chain(&error));
        }
    }
}

#[test]
fn junk_is_an_error() {
    for junk in [
        b"this is no tar archive, but it is longer than nothing".repeat(40),
        [&[0x1f, 0x8b][..], &[0xff; 600]].concat(),
        [&[0x28, 0xb5, 0x2f, 0xfd][..], &[0xff; 600]].concat(),
        b"\0asm\x01\0\0\0".repeat(100),
        vec![0xff; 1_024],
    ] {
        assert!(attack(&[junk]).is_err());
    }
    // An empty layer is a layer.
    assert!(attack(&[Vec::new()]).unwrap().is_empty());
    assert!(attack(&[gzip(&[0; 1_024])]).unwrap().is_empty());
}

#[test]
fn messages_are_fit_for_a_terminal() {
    let error = attack(&[Layer::new().file("\x1b[2Jevil\n/../x", "").tar()]).unwrap_err();
    assert!(!error.contains('\x1b') && !error.contains('\n'), "{error:?}");
}
