//! Layers become one tree as the image specification has it.

use std::os::unix::fs::{MetadataExt, PermissionsExt};

use sampan_image::UnpackError;
use sampan_image::unpack::{LeftOut, UnpackOptions};
use sampan_image::{ImageError, LayerPlan};
use sampan_testkit::layer::{Kind, Layer};

use crate::common::{Fixture, gzip, sha256, tree};

fn merged(layers: &[Vec<u8>]) -> Vec<String> {
    let fix = Fixture::new();
    let (folder, _) = fix.unpack(layers, &UnpackOptions::default()).unwrap();
    tree(&folder)
}

fn base() -> Vec<u8> {
    Layer::new()
        .folder("d")
        .file("d/a", "1")
        .file("d/b", "2")
        .folder("d/sub")
        .file("d/sub/c", "3")
        .file("top", "4")
        .tar()
}

#[test]
fn later_layers_win() {
    let upper = Layer::new().file("d/a", "new").file("top/inner", "x").tar();
    let error = {
        let fix = Fixture::new();
        fix.unpack(&[base(), upper], &UnpackOptions::default())
            .unwrap_err()
    };
    assert!(
        crate::common::chain(&error).contains("a file is where its folder should be"),
        "{error}"
    );
    let upper = Layer::new()
        .file("d/a", "new")
        .folder("top")
        .file("top/inner", "x")
        .file("d/sub", "file now")
        .tar();
    assert_eq!(
        merged(&[base(), upper]),
        ["d/", "d/a=new", "d/b=2", "d/sub=file now", "top/", "top/inner=x"]
    );
}

#[test]
fn a_folder_over_a_folder_keeps_its_children() {
    let upper = Layer::new()
        .entry("d", Kind::Folder, "", 0o700, b"")
        .file("d/new", "x")
        .tar();
    assert_eq!(
        merged(&[base(), upper]),
        ["d/", "d/a=1", "d/b=2", "d/new=x", "d/sub/", "d/sub/c=3", "top=4"]
    );
}

#[test]
fn whiteouts_take_what_lower_layers_brought() {
    let upper = Layer::new()
        .file("d/.wh.a", "")
        .file("d/.wh.sub", "")
        .file(".wh.never", "")
        .file("no/.wh.x", "")
        .tar();
    assert_eq!(merged(&[base(), upper]), ["d/", "d/b=2", "top=4"]);
    let all = Layer::new().file(".wh.d", "").file(".wh.top", "").tar();
    assert!(merged(&[base(), all]).is_empty());
}

#[test]
fn opaque_folders_keep_only_their_own_whichever_comes_first() {
    let opaque = "d/.wh..wh..opq";
    let before = Layer::new()
        .file(opaque, "")
        .file("d/new", "x")
        .file("d/sub/new", "y")
        .tar();
    let after = Layer::new()
        .file("d/new", "x")
        .file("d/sub/new", "y")
        .file(opaque, "")
        .tar();
    let want = ["d/", "d/new=x", "d/sub/", "d/sub/new=y", "top=4"];
    assert_eq!(merged(&[base(), before]), want);
    assert_eq!(merged(&[base(), after]), want);
    // The same for a plain whiteout beside its own replacement.
    let before = Layer::new()
        .file(".wh.d", "")
        .folder("d")
        .file("d/new", "x")
        .tar();
    let after = Layer::new()
        .folder("d")
        .file("d/new", "x")
        .file(".wh.d", "")
        .tar();
    assert_eq!(merged(&[base(), before]), ["d/", "d/new=x", "top=4"]);
    assert_eq!(merged(&[base(), after]), ["d/", "d/new=x", "top=4"]);
    let root = Layer::new().file("own", "o").file(".wh..wh..opq", "").tar();
    assert_eq!(merged(&[base(), root]), ["own=o"]);
}

#[test]
fn symlinks_of_lower_layers_lead_where_they_would_in_the_container() {
    let lower = Layer::new()
        .folder("usr")
        .folder("usr/lib")
        .symlink("lib", "/usr/lib")
        .symlink("up", "../../usr")
        .tar();
    let upper = Layer::new().file("lib/x", "1").file("up/y", "2").tar();
    assert_eq!(
        merged(&[lower, upper]),
        [
            "lib -> /usr/lib",
            "up -> ../../usr",
            "usr/",
            "usr/lib/",
            "usr/lib/x=1",
            "usr/y=2"
        ]
    );
}

#[test]
fn hard_links_share_and_replace() {
    let fix = Fixture::new();
    let lower = Layer::new().file("a", "1").file("b", "2").tar();
    let upper = Layer::new()
        .hardlink("b", "/a")
        .hardlink("a", "a")
        .hardlink("n/c", "./a")
        .tar();
    let (folder, _) = fix.unpack(&[lower, upper], &UnpackOptions::default()).unwrap();
    assert_eq!(tree(&folder), ["a=1", "b=1", "n/", "n/c=1"]);
    let inode = |name: &str| std::fs::metadata(folder.join(name)).unwrap().ino();
    assert_eq!(inode("a"), inode("n/c"));
}

#[test]
fn odd_names_are_the_same_names() {
    let tar = Layer::new()
        .folder("./")
        .file("./a//b/./c", "1")
        .file("/abs", "2")
        .folder("x/")
        .file("...", "3")
        .tar();
    assert_eq!(merged(&[tar]), ["...=3", "a/", "a/b/", "a/b/c=1", "abs=2", "x/"]);
    let long = format!("{0}/{0}/{0}", "n".repeat(200));
    let tar = Layer::new().file(&long, "deep").tar();
    assert!(merged(&[tar]).contains(&format!("{long}=deep")));
}

#[test]
fn modes_are_ours_and_the_rest_is_noted() {
    let fix = Fixture::new();
    let tar = Layer::new()
        .entry("locked", Kind::Folder, "", 0o000, b"")
        .file("locked/x", "1")
        .entry("setuid", Kind::File, "", 0o4755, b"2")
        .entry("secret", Kind::File, "", 0o000, b"3")
        .entry("pipe", Kind::Fifo, "", 0o644, b"")
        .entry("null", Kind::Char, "", 0o644, b"")
        .file(".wh..wh.plnk/1", "")
        .tar();
    let (folder, notes) = fix.unpack(&[tar], &UnpackOptions::default()).unwrap();
    let mode = |name: &str| std::fs::metadata(folder.join(name)).unwrap().permissions().mode() & 0o7777;
    assert_eq!(
        (mode("locked"), mode("setuid"), mode("secret")),
        (0o700, 0o755, 0o400)
    );
    let left: Vec<_> = notes.iter().map(|note| &note.left_out).collect();
    assert_eq!(left, [&LeftOut::Fifo, &LeftOut::Device, &LeftOut::Aufs]);
}

#[test]
fn times_are_the_layers() {
    let fix = Fixture::new();
    let tar = Layer::new()
        .folder("d")
        .file("d/x", "1")
        .symlink("l", "d/x")
        .tar();
    let (folder, _) = fix.unpack(&[tar], &UnpackOptions::default()).unwrap();
    for name in ["d", "d/x", "l"] {
        assert_eq!(
            std::fs::symlink_metadata(folder.join(name)).unwrap().mtime(),
            0,
            "{name}"
        );
    }
}

#[test]
fn content_must_be_what_the_configuration_promises() {
    let fix = Fixture::new();
    let tar = Layer::new().file("a", "1").tar();
    for bytes in [gzip(&tar), tar.clone()] {
        let mut plan = fix.plan(&[bytes]);
        let right = plan.layers[0].diff_id.clone();
        plan.layers[0] = LayerPlan {
            diff_id: sha256(b"something else"),
            ..plan.layers[0].clone()
        };
        let folder = tempfile::tempdir().unwrap();
        let error =
            sampan_image::unpack::into_folder(&fix.lease, &plan, folder.path(), &UnpackOptions::default())
                .unwrap_err();
        match error {
            ImageError::Unpack {
                source: UnpackError::DiffId { found, .. },
                ..
            } => assert_eq!(found, right),
            other => panic!("{other}"),
        }
    }
    // What follows the archive belongs to the content.
    let mut trailing = tar;
    trailing.extend_from_slice(b"signed by nobody");
    assert!(fix.unpack(&[gzip(&trailing)], &UnpackOptions::default()).is_ok());
}

#[test]
fn attributes_of_users_stay_and_others_are_noted() {
    let fix = Fixture::new();
    let records = b"31 SCHILY.xattr.user.color=red\n35 SCHILY.xattr.security.selinux=x\n";
    let tar = Layer::new()
        .entry("pax", Kind::Pax, "", 0o644, records)
        .file("x", "1")
        .tar();
    let (folder, notes) = fix.unpack(&[tar], &UnpackOptions::default()).unwrap();
    let names: Vec<String> = notes
        .iter()
        .map(|note| match &note.left_out {
            LeftOut::Xattr(name) => name.clone(),
            other => panic!("{other:?}"),
        })
        .collect();
    let mut value = [0; 8];
    match rustix::fs::getxattr(folder.join("x"), "user.color", &mut value) {
        Ok(n) => {
            assert_eq!(&value[..n], b"red");
            assert_eq!(names, ["security.selinux"]);
        }
        // A file system without attributes of users.
        Err(_) => assert_eq!(names, ["user.color", "security.selinux"]),
    }
}

#[test]
fn owners_are_applied_when_asked_for() {
    let fix = Fixture::new();
    let mut owned = Layer::new();
    owned = owned.entry("setuid", Kind::File, "", 0o4755, b"1");
    let mut tar = owned.tar();
    // The owner's field, and the checksum that goes with it.
    tar[108..115].copy_from_slice(b"0002322");
    tar[148..156].copy_from_slice(b"        ");
    let sum: u32 = tar[..512].iter().map(|b| u32::from(*b)).sum();
    tar[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    let options = UnpackOptions {
        ownership: sampan_image::unpack::Ownership::Apply,
        ..UnpackOptions::default()
    };
    let result = fix.unpack(&[tar], &options);
    if rustix::process::geteuid().is_root() {
        let meta = std::fs::metadata(result.unwrap().0.join("setuid")).unwrap();
        assert_eq!((meta.uid(), meta.mode() & 0o7777), (1234, 0o4755));
    } else {
        assert!(result.is_err(), "only root gives files away");
    }
}

#[test]
fn an_archive_alone_is_unpacked_and_hashed() {
    let tar = Layer::new().file("a", "1").tar();
    let folder = tempfile::tempdir().unwrap();
    let options = UnpackOptions::default();
    let unpack = sampan_image::unpack::archive_into_folder;
    let (digest, _) = unpack(&gzip(&tar)[..], folder.path(), &options).unwrap();
    assert_eq!(digest, sha256(&tar));
    assert_eq!(tree(folder.path()), ["a=1"]);
}
