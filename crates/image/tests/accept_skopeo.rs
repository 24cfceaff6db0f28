//! skopeo reads our layout and archives, and we read skopeo's.
#![allow(clippy::unwrap_used, missing_docs)]

mod common;

use std::path::Path;
use std::process::Command;

use common::{Fixture, MODULE, chain, reference, sha256, tree};
use sampan_image::unpack::{UnpackLimits, UnpackOptions};
use sampan_image::{ArchiveFormat, PackOptions, Request, import_layout, load, pack, save};
use sampan_store::Descriptor;
use sampan_types::platform::Kind;

fn command(program: &str, args: &[&str]) -> String {
    let output = Command::new(program)
        .args(args)
        .output()
        .unwrap_or_else(|e| panic!("{program}: {e}"));
    assert!(
        output.status.success(),
        "{program} {args:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

fn skopeo(from: &str, to: &str) {
    command(
        "skopeo",
        &["--insecure-policy", "copy", "--preserve-digests", from, to],
    );
}

fn at(prefix: &str, path: &Path, suffix: &str) -> String {
    format!("{prefix}:{}{suffix}", path.display())
}

/// A root filesystem with Debian's static busybox, links of both sorts and odd modes, as one tar file by tar.
fn busybox(fix: &Fixture) -> std::path::PathBuf {
    let root = fix.path("root");
    std::fs::create_dir_all(root.join("bin")).unwrap();
    std::fs::create_dir_all(root.join("etc/deep/er")).unwrap();
    std::fs::copy("/bin/busybox", root.join("bin/busybox")).expect("Debian's busybox-static");
    for applet in ["sh", "ls", "cat"] {
        std::os::unix::fs::symlink("busybox", root.join("bin").join(applet)).unwrap();
    }
    std::fs::hard_link(root.join("bin/busybox"), root.join("bin/hard")).unwrap();
    std::os::unix::fs::symlink("/etc/deep", root.join("abs")).unwrap();
    std::fs::write(root.join("etc/deep/er").join("n".repeat(200)), "long name").unwrap();
    let tar = fix.path("root.tar");
    command(
        "tar",
        &["-C", root.to_str().unwrap(), "-cf", tar.to_str().unwrap(), "."],
    );
    tar
}

fn unpacked(fix: &Fixture, image: &Descriptor) -> Vec<String> {
    let runnable = fix.resolve(image, None).unwrap();
    assert_eq!(runnable.kind, Kind::Linux);
    let folder = tempfile::tempdir().unwrap();
    let plan = runnable.rootfs.unwrap();
    sampan_image::unpack::into_folder(&fix.lease, &plan, folder.path(), &UnpackOptions::default()).unwrap();
    tree(folder.path())
}

#[test]
#[ignore = "accept: needs skopeo and busybox-static"]
fn we_read_what_skopeo_writes() {
    let fix = Fixture::new();
    let tar = busybox(&fix);
    let source = at("tarball", &tar, "");
    let want = tree(&fix.path("root"));
    let limits = UnpackLimits::default();

    let docker = fix.path("docker.tar");
    command(
        "skopeo",
        &[
            "--insecure-policy",
            "copy",
            &source,
            &at("docker-archive", &docker, ":busybox:d"),
        ],
    );
    let loaded = load(&fix.lease, std::fs::File::open(&docker).unwrap(), &limits).unwrap();
    assert_eq!(loaded.format, ArchiveFormat::Docker);
    assert_eq!(loaded.images[0].references, [reference("busybox:d")]);
    assert_eq!(unpacked(&fix, &loaded.images[0].descriptor), want);

    let oci = fix.path("oci.tar");
    command(
        "skopeo",
        &[
            "--insecure-policy",
            "copy",
            &source,
            &at("oci-archive", &oci, ":busybox:o"),
        ],
    );
    let loaded = load(&fix.lease, std::fs::File::open(&oci).unwrap(), &limits).unwrap();
    assert_eq!(loaded.format, ArchiveFormat::Oci);
    assert_eq!(loaded.images[0].references, [reference("busybox:o")]);
    assert_eq!(unpacked(&fix, &loaded.images[0].descriptor), want);

    let zstd = fix.path("layout");
    let options = ["--insecure-policy", "copy", "--dest-compress-format", "zstd"];
    command(
        "skopeo",
        &[&options[..], &[&source, &at("oci", &zstd, ":busybox:z")]].concat(),
    );
    let loaded = import_layout(&fix.lease, &zstd, &limits).unwrap();
    assert_eq!(loaded.images[0].references, [reference("busybox:z")]);
    assert_eq!(unpacked(&fix, &loaded.images[0].descriptor), want);
}

#[test]
#[ignore = "accept: needs skopeo and busybox-static"]
fn skopeo_reads_what_we_write() {
    let fix = Fixture::new();
    let tar = busybox(&fix);
    let layout = fix.path("layout");
    skopeo(&at("tarball", &tar, ""), &at("oci", &layout, ":busybox:1"));
    let image = import_layout(&fix.lease, &layout, &UnpackLimits::default())
        .unwrap()
        .images
        .remove(0);
    let name = reference("busybox:1");
    assert_eq!(image.references, std::slice::from_ref(&name));
    let images = [(image.descriptor.clone(), vec![name])];
    for (format, from) in [
        (ArchiveFormat::Docker, "docker-archive:{}:busybox:1"),
        (
            ArchiveFormat::Docker,
            "oci-archive:{}:docker.io/library/busybox:1",
        ),
        (ArchiveFormat::Oci, "oci-archive:{}:docker.io/library/busybox:1"),
    ] {
        let path = fix.path("out.tar");
        let file = std::fs::File::create(&path).unwrap();
        save(&fix.lease, &images, Some(format), &Request::any(), file).unwrap();
        let to = fix.path("back");
        let _ = std::fs::remove_dir_all(&to);
        let from = from.replace("{}", path.to_str().unwrap());
        command(
            "skopeo",
            &["--insecure-policy", "copy", &from, &at("oci", &to, ":b:1")],
        );
        let other = Fixture::new();
        let back = import_layout(&other.lease, &to, &UnpackLimits::default()).unwrap();
        assert_eq!(
            unpacked(&other, &back.images[0].descriptor),
            tree(&fix.path("root")),
            "{from}"
        );
    }
    // The store's own folder, as it is.
    let to = fix.path("direct");
    let from = at("oci", &fix.store.layout_path(), ":docker.io/library/busybox:1");
    skopeo(&from, &at("oci", &to, ":b:1"));
    assert!(
        to.join("blobs/sha256")
            .join(image.descriptor.digest.hex())
            .exists()
    );
}

#[test]
#[ignore = "accept: needs skopeo"]
fn skopeo_carries_our_artifacts() {
    let fix = Fixture::new();
    let name = reference("example.org/hello:1");
    let packed = pack(&fix.lease, MODULE, Some(&name), &PackOptions::default()).unwrap();
    let archive = fix.path("hello.tar");
    let file = std::fs::File::create(&archive).unwrap();
    save(
        &fix.lease,
        &[(packed.descriptor.clone(), vec![name])],
        None,
        &Request::any(),
        file,
    )
    .unwrap();
    let to = fix.path("copy");
    skopeo(
        &at("oci-archive", &archive, ":example.org/hello:1"),
        &at("oci", &to, ":hello:2"),
    );
    let other = Fixture::new();
    let back = import_layout(&other.lease, &to, &UnpackLimits::default())
        .unwrap_or_else(|e| panic!("{}", chain(&e)));
    assert_eq!(back.images[0].descriptor.digest, packed.descriptor.digest);
    let runnable = other.resolve(&back.images[0].descriptor, None).unwrap();
    assert_eq!(
        runnable.program,
        Some(sampan_image::ProgramSource::Blob {
            digest: sha256(MODULE),
            size: MODULE.len() as u64
        })
    );
}

#[test]
#[ignore = "accept: needs GNU tar"]
fn every_format_of_gnu_tar_unpacks_alike() {
    let fix = Fixture::new();
    let root = fix.path("root");
    std::fs::create_dir_all(root.join("d")).unwrap();
    let sparse = std::fs::File::create(root.join("sparse")).unwrap();
    for block in 0..60u64 {
        std::os::unix::fs::FileExt::write_all_at(&sparse, b"data", block * 100_000).unwrap();
    }
    sparse.set_len(9_000_000).unwrap();
    drop(sparse);
    std::fs::write(root.join("d/small"), "x").unwrap();
    std::fs::hard_link(root.join("d/small"), root.join("hard")).unwrap();
    std::os::unix::fs::symlink("d/small", root.join("soft")).unwrap();
    let (root_text, tar) = (root.to_str().unwrap().to_owned(), fix.path("root.tar"));
    let tar_text = tar.to_str().unwrap();
    let content = std::fs::read(root.join("sparse")).unwrap();
    for options in [
        &["--format=v7"][..],
        &["--format=ustar"],
        &["--format=gnu"],
        &["--format=gnu", "--sparse"],
        &["--format=posix"],
        &["--format=posix", "--sparse", "--sparse-version=0.0"],
        &["--format=posix", "--sparse", "--sparse-version=0.1"],
        &["--format=posix", "--sparse", "--sparse-version=1.0"],
    ] {
        let args = [options, &["-C", &root_text, "-cf", tar_text, "."]].concat();
        command("tar", &args);
        let folder = tempfile::tempdir().unwrap();
        let bytes = std::fs::read(&tar).unwrap();
        sampan_image::unpack::archive_into_folder(&bytes[..], folder.path(), &UnpackOptions::default())
            .unwrap_or_else(|e| panic!("{options:?}: {}", chain(&e)));
        assert_eq!(tree(folder.path()), tree(&root), "{options:?}");
        assert!(
            std::fs::read(folder.path().join("sparse")).unwrap() == content,
            "{options:?}"
        );
    }
}
