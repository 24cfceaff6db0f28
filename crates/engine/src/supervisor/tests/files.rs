use std::io::Read;

use sampan_testkit::layer::Kind;
use sampan_types::{Classified, ErrorClass};

use super::*;
use crate::supervisor::{ArchiveOptions, ByteStream, CommitOptions, RemoveOptions, SupervisorError};

async fn collect(mut stream: ByteStream) -> Vec<u8> {
    let mut all = Vec::new();
    while let Some(part) = stream.next().await {
        all.extend_from_slice(&part.unwrap());
    }
    all
}

fn entries(archive: &[u8]) -> Vec<(String, String)> {
    let mut archive = tar::Archive::new(archive);
    let entries = archive.entries().unwrap().map(|entry| {
        let mut entry = entry.unwrap();
        let name = entry.path().unwrap().display().to_string();
        let mut text = String::new();
        let _ = entry.read_to_string(&mut text);
        (name, text)
    });
    entries.collect()
}

async fn put(s: &Supervisor, id: &str, path: &str, layer: Layer) -> Result<(), SupervisorError> {
    let archive = Box::new(std::io::Cursor::new(layer.tar()));
    s.archive_put(id, path, ArchiveOptions::default(), archive).await
}

fn of_files(config: &mut Config, _: &mut HostConfig) {
    config.image = "files".into();
}

#[tokio::test]
async fn files_go_in_and_out_and_what_changed_is_told() {
    let house = House::new();
    let s = house.open().await;
    let id = create_with(&s, "cc", &["wait"], of_files).await;
    // Looking copies nothing.
    let stat = s.archive_stat(&id, "/etc/motd").await.unwrap();
    assert_eq!((stat.name.as_str(), stat.size), ("motd", 6));
    let (_, stream) = s.archive_get(&id, "/etc").await.unwrap();
    let names: Vec<String> = entries(&collect(stream).await)
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    assert_eq!(names, ["etc/", "etc/motd"]);
    assert!(s.changes(&id).await.unwrap().is_none());
    put(
        &s,
        &id,
        "/etc",
        Layer::new().file("motd", "changed!\n").file("sub/new", "new\n"),
    )
    .await
    .unwrap();
    let changes = s.changes(&id).await.unwrap().unwrap();
    let shown: Vec<(u8, &str)> = changes.iter().map(|c| (c.kind, c.path.as_str())).collect();
    assert_eq!(
        shown,
        [
            (0, "/etc"),
            (0, "/etc/motd"),
            (1, "/etc/sub"),
            (1, "/etc/sub/new")
        ]
    );
    let (_, stream) = s.archive_get(&id, "/etc/motd").await.unwrap();
    assert_eq!(
        entries(&collect(stream).await),
        [("motd".to_owned(), "changed!\n".to_owned())]
    );
    assert!(
        entries(&collect(s.export(&id).await.unwrap()).await)
            .iter()
            .any(|(name, _)| name == "etc/sub/new")
    );
    let missing = s.archive_stat(&id, "/nothing").await.unwrap_err();
    assert_eq!(missing.class(), ErrorClass::NotFound);
    assert!(put(&s, &id, "/etc/motd", Layer::new()).await.is_err());
    assert!(
        put(&s, &id, "/etc", Layer::new().file("../../escape", "x"))
            .await
            .is_err()
    );
    let s = house.reopen(s).await;
    assert_eq!(s.changes(&id).await.unwrap().unwrap().len(), 4);
    s.remove(&id, RemoveOptions::default()).await.unwrap();
    assert_eq!(
        std::fs::read_dir(house.root().join("v1/containers"))
            .unwrap()
            .count(),
        0
    );
}

#[tokio::test]
async fn links_lead_nowhere_out_of_the_container() {
    let house = House::new();
    let s = house.open().await;
    let id = create_with(&s, "cc", &["wait"], of_files).await;
    let outside = house.root().join("outside");
    std::fs::create_dir(&outside).unwrap();
    let link = Layer::new().symlink("out", outside.to_str().unwrap());
    put(&s, &id, "/", link).await.unwrap();
    // The link leads to the same path within the container, where there is nothing yet.
    let _ = put(&s, &id, "/out", Layer::new().file("file", "x")).await;
    let _ = put(&s, &id, "/", Layer::new().file("out/file", "x")).await;
    assert_eq!(std::fs::read_dir(&outside).unwrap().count(), 0);
    let stat = s.archive_stat(&id, "/out").await.unwrap();
    assert_eq!(stat.link_target, outside.to_str().unwrap());
}

#[tokio::test]
async fn archives_come_compressed_too_and_what_is_none_is_the_callers_fault() {
    let house = House::new();
    let s = house.open().await;
    let id = create_with(&s, "cc", &["wait"], of_files).await;
    let archive = Layer::new().file("new", "new\n").gzip();
    s.archive_put(
        &id,
        "/etc",
        ArchiveOptions::default(),
        Box::new(std::io::Cursor::new(archive)),
    )
    .await
    .unwrap();
    let (_, stream) = s.archive_get(&id, "/etc/new").await.unwrap();
    assert_eq!(entries(&collect(stream).await)[0].1, "new\n");
    let whole = Layer::new().file("cut", "x".repeat(2000)).tar();
    for bad in [b"no archive".repeat(100), whole[..1500].to_vec()] {
        let refused = s
            .archive_put(
                &id,
                "/etc",
                ArchiveOptions::default(),
                Box::new(std::io::Cursor::new(bad)),
            )
            .await
            .unwrap_err();
        assert_eq!(refused.class(), ErrorClass::InvalidInput, "{refused}");
    }
}

#[tokio::test]
async fn a_container_becomes_an_image() {
    let house = House::new();
    let s = house.open().await;
    let id = create_with(&s, "cc", &["wait"], of_files).await;
    put(&s, &id, "/etc", Layer::new().file("new", "new\n"))
        .await
        .unwrap();
    let options = CommitOptions {
        container: id.clone(),
        repo: "made".into(),
        ..CommitOptions::default()
    };
    let image = s.commit(&options, None).await.unwrap().id;
    let child = create_with(&s, "child", &["exit", "0"], |config, _| {
        config.image = "made".into()
    })
    .await;
    let inspect = s.inspect(&child, false).await.unwrap();
    assert_eq!(inspect.image, image);
    let made = s.engine().image("made", None).unwrap();
    assert_eq!(
        made.parent.unwrap().to_string(),
        s.inspect(&id, false).await.unwrap().image
    );
    assert!(inspect.config.env.unwrap().contains(&"FROM=image".to_owned()));
    let (_, stream) = s.archive_get(&child, "/etc/new").await.unwrap();
    assert_eq!(entries(&collect(stream).await)[0].1, "new\n");
    let used = s.image_remove("made", false).await.unwrap_err();
    assert_eq!(used.class(), ErrorClass::Conflict);
    s.remove(&child, RemoveOptions::default()).await.unwrap();
    assert!(!s.image_remove("made", false).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_single_program_becomes_an_image_with_its_settings() {
    let house = House::new();
    let s = house.open().await;
    let id = create_with(&s, "cc", &["exit", "3"], |config, _| {
        config.env = Some(vec!["A=1".to_owned()]);
    })
    .await;
    let options = CommitOptions {
        container: id.clone(),
        repo: "made".into(),
        comment: "again".into(),
        ..CommitOptions::default()
    };
    let over = Config {
        env: Some(vec!["B=2".to_owned()]),
        ..Config::default()
    };
    let image = s.commit(&options, Some(over)).await.unwrap().id;
    let child = create_with(&s, "child", &[], |config, _| {
        config.image = "made".into();
        config.cmd = None;
    })
    .await;
    let inspect = s.inspect(&child, false).await.unwrap();
    assert_eq!(inspect.image, image);
    let env = inspect.config.env.unwrap();
    assert!(
        env.contains(&"A=1".to_owned()) && env.contains(&"B=2".to_owned()),
        "{env:?}"
    );
    assert_eq!(inspect.config.cmd.unwrap().0, ["exit", "3"]);
    s.start(&child).await.unwrap();
    assert_eq!(finish(&s, &child).await, 3);
    // An export that was called in place of the program's own start has no place in an image.
    let entry = create_with(&s, "entry", &[], |config, _| {
        config.entrypoint = Some(StrSlice(vec!["run".to_owned()]));
    })
    .await;
    let options = CommitOptions {
        container: entry,
        ..CommitOptions::default()
    };
    let refused = s.commit(&options, None).await.unwrap_err();
    assert_eq!(refused.class(), ErrorClass::Conflict);
}

#[tokio::test]
async fn folders_of_the_host_are_for_those_who_may() {
    let house = House::new();
    let s = house.open().await;
    let folder = house.root().join("shared");
    let bind = format!("{}:/in:ro", folder.display());
    let stranger = Caller {
        domain: "1".into(),
        host: false,
    };
    let ask = |_: &mut Config, host: &mut HostConfig| host.binds = Some(vec![bind.clone()]);
    let refused = s
        .create(&stranger, None, None, request(&[], ask))
        .await
        .unwrap_err();
    assert_eq!(refused.class(), ErrorClass::Denied);
    let id = create_with(&s, "cc", &["exit", "0"], |_, host| {
        host.binds = Some(vec![bind.clone()]);
        host.tmpfs.insert("/tmp".into(), "size=1m".into());
    })
    .await;
    assert!(folder.is_dir());
    s.start(&id).await.unwrap();
    finish(&s, &id).await;
    let spec = house.world.specs.lock().unwrap().last().unwrap().clone();
    assert!(spec.contains("ReadOnly") && spec.contains("tmpfs-0"), "{spec}");
    assert_eq!(
        put(&s, &id, "/in", Layer::new()).await.unwrap_err().class(),
        ErrorClass::Denied
    );
}

#[tokio::test]
async fn what_is_mounted_has_the_name_that_the_container_knows() {
    let house = House::new();
    let s = house.open().await;
    let id = create_with(&s, "cc", &["wait"], |config, host| {
        of_files(config, host);
        host.binds = Some(vec!["kept:/srv/data".into()]);
    })
    .await;
    put(&s, &id, "/srv/data", Layer::new().file("sub/f", "x\n"))
        .await
        .unwrap();
    let (stat, stream) = s.archive_get(&id, "/srv/data").await.unwrap();
    assert_eq!(stat.name, "data");
    let names =
        |archive: Vec<u8>| -> Vec<String> { entries(&archive).into_iter().map(|(name, _)| name).collect() };
    let all = names(collect(stream).await);
    assert_eq!(all, ["data/", "data/sub/", "data/sub/f"]);
    let (_, stream) = s.archive_get(&id, "/srv/data/.").await.unwrap();
    let inside = names(collect(stream).await);
    assert_eq!(inside, ["./", "./sub/", "./sub/f"]);
}

#[tokio::test]
async fn what_an_archive_has_wrong_is_the_fault_of_who_sent_it() {
    let house = House::new();
    let s = house.open().await;
    let id = create_with(&s, "cc", &["wait"], of_files).await;
    let long = "n".repeat(300);
    let deep = "d/".repeat(3_000) + "f";
    for layer in [
        Layer::new().file(&long, ""),
        Layer::new().file(&deep, ""),
        Layer::new().entry("hard", Kind::Hardlink, "missing", 0o644, b""),
        Layer::new()
            .entry("s", Kind::Symlink, "s", 0o777, b"")
            .file("s/z", ""),
    ] {
        let refused = put(&s, &id, "/etc", layer).await.unwrap_err();
        assert_eq!(refused.class(), ErrorClass::InvalidInput, "{refused}");
        assert!(refused.to_string().contains("cannot unpack `"), "{refused}");
    }
}
