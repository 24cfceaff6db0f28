//! The image folder is an OCI image layout that skopeo reads as it is.
#![allow(clippy::unwrap_used, missing_docs)]

mod common;

use std::process::Command;

use common::{Fixture, put_image, put_index, reference};

#[test]
#[ignore = "accept: needs skopeo"]
fn skopeo_copies_every_name() {
    let f = Fixture::new();
    let a = put_image(&f.store.blobs(), "a", 2);
    let index = put_index(&f.store.blobs(), std::slice::from_ref(&a.manifest));
    let names = [
        "alpine".to_owned(),
        "ghcr.io/owner/app-x/y_z:v1.2_3".to_owned(),
        "localhost:5000/a/b:1".to_owned(),
        format!("pinned@{}", index.digest),
    ];
    for (i, name) in names.iter().enumerate() {
        let name = reference(name);
        f.store
            .images()
            .tag(&name, if i % 2 == 0 { &a.manifest } else { &index })
            .unwrap();
        let to = f.folder.path().join(format!("copy-{i}"));
        let output = Command::new("skopeo")
            .args(["--insecure-policy", "copy", "--all", "--preserve-digests"])
            .arg(format!("oci:{}:{name}", f.store.layout_path().display()))
            .arg(format!("oci:{}:x", to.display()))
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{name}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        for digest in a.digests() {
            assert!(
                to.join("blobs/sha256").join(digest.hex()).exists(),
                "{name}: {digest}"
            );
        }
    }
}
