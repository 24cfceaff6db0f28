//! Images, over the API alone.

use sampan_testkit::layer::Layer;
use serde_json::{Value, json};

use crate::client::Client;
use crate::daemon::Daemon;

#[tokio::test]
async fn an_image_is_listed_inspected_named_and_removed() {
    let daemon = Daemon::start().await;
    let mut client = daemon.client().await;
    assert_eq!(client.ask("GET", "/images/json", "").await.text(), "[]\n");
    daemon.image("hello");

    let list = client.ask("GET", "/v1.41/images/json", "").await.json();
    assert_eq!(list[0]["RepoTags"], serde_json::json!(["hello:latest"]));
    assert_eq!(list[0]["Containers"], -1);
    assert_eq!(list[0]["VirtualSize"], list[0]["Size"]);
    let id = list[0]["Id"].as_str().unwrap().to_owned();

    let image = client
        .ask("GET", &format!("/images/{}/json", &id[7..19]), "")
        .await
        .json();
    assert_eq!(image["Id"], id.as_str());
    assert_eq!(image["RepoTags"], serde_json::json!(["hello:latest"]));
    assert_eq!(image["RootFS"]["Type"], "layers");
    assert!(image["Config"]["Cmd"].is_null() || image["Config"]["Cmd"].is_array());
    let history = client.ask("GET", "/images/hello/history", "").await.json();
    assert_eq!(history[0]["Id"], id.as_str());

    assert_eq!(
        client
            .ask("POST", "/images/hello/tag?repo=other/name&tag=v1", "")
            .await
            .status,
        201
    );
    assert_eq!(
        client.ask("POST", "/images/missing/tag?repo=x", "").await.status,
        404
    );
    let filter = "/images/json?filters=%7B%22reference%22%3A%5B%22other%2F*%22%5D%7D";
    assert_eq!(
        client
            .ask("GET", filter, "")
            .await
            .json()
            .as_array()
            .unwrap()
            .len(),
        1
    );
    let filter = "/images/json?filters=%7B%22dangling%22%3A%5B%22true%22%5D%7D";
    assert_eq!(
        client
            .ask("GET", filter, "")
            .await
            .json()
            .as_array()
            .unwrap()
            .len(),
        0
    );

    let removed = client.ask("DELETE", "/images/other/name:v1", "").await.json();
    assert_eq!(removed, serde_json::json!([{ "Untagged": "other/name:v1" }]));
    let removed = client.ask("DELETE", "/images/hello", "").await.json();
    assert_eq!(
        removed,
        serde_json::json!([{ "Untagged": "hello:latest" }, { "Deleted": id }])
    );
    assert_eq!(client.ask("DELETE", "/images/hello", "").await.status, 404);
    assert_eq!(client.ask("GET", "/images/json", "").await.text(), "[]\n");
}

#[tokio::test]
async fn images_go_out_and_in_as_archives() {
    let daemon = Daemon::start().await;
    daemon.image("hello:v1");
    let mut client = daemon.client().await;
    let one = client.ask("GET", "/images/hello:v1/get", "").await;
    assert_eq!(
        (one.status, one.header("content-type")),
        (200, Some("application/x-tar"))
    );
    let archive = client.ask("GET", "/images/get?names=hello:v1", "").await.body;
    assert_eq!(one.body, archive);
    assert_eq!(
        client.ask("GET", "/images/get?names=missing", "").await.status,
        404
    );
    assert_eq!(client.ask("DELETE", "/images/hello:v1", "").await.status, 200);

    client
        .send(format!(
            "POST /images/load?quiet=1 HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n",
            archive.len()
        ))
        .await;
    client.send(&archive).await;
    let loaded = client.answer(false).await;
    assert_eq!(loaded.json()["stream"], "Loaded image: hello:v1\n");
    assert_eq!(client.ask("GET", "/images/hello:v1/json", "").await.status, 200);

    // What is no archive is told in the lines, where Docker's clients look for it.
    client
        .send("POST /images/load HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello")
        .await;
    let refused = client.answer(false).await;
    assert!(refused.json()["error"].is_string(), "{}", refused.text());
}

#[tokio::test]
async fn unused_images_are_pruned() {
    let daemon = Daemon::start().await;
    daemon.image("hello");
    let mut client = daemon.client().await;
    let report = client.ask("POST", "/images/prune", "").await.json();
    assert!(report["ImagesDeleted"].is_null());
    let report = client
        .ask(
            "POST",
            "/images/prune?filters=%7B%22dangling%22%3A%5B%22false%22%5D%7D",
            "",
        )
        .await
        .json();
    assert_eq!(report["ImagesDeleted"].as_array().unwrap().len(), 2);
    assert_eq!(client.ask("GET", "/images/json", "").await.text(), "[]\n");
}

#[tokio::test]
async fn images_travel_between_a_daemon_and_a_registry() {
    use sampan_distribution::server::{Server, ServerConfig};

    let daemon = Daemon::start().await;
    let registry = tempfile::tempdir().unwrap();
    let store = sampan_store::Store::open(&registry.path().join("root")).unwrap();
    let config = ServerConfig {
        listen: "127.0.0.1:0".parse().unwrap(),
        ..ServerConfig::default()
    };
    let server = Server::bind(store, config).await.unwrap();
    let name = format!("{}/team/hello", server.local_addr());
    let serving = tokio::spawn(server.serve(std::future::pending()));

    daemon.image(&format!("{name}:v1"));
    let mut client = daemon.client().await;
    let pushed = client
        .ask("POST", &format!("/images/{name}/push?tag=v1"), "")
        .await;
    assert_eq!(pushed.status, 200, "{}", pushed.text());
    assert!(
        pushed
            .text()
            .contains(&format!("The push refers to repository [{name}]")),
        "{}",
        pushed.text()
    );
    assert!(pushed.text().contains("v1: digest: sha256:"), "{}", pushed.text());

    let found = client
        .ask("GET", &format!("/distribution/{name}:v1/json"), "")
        .await
        .json();
    assert!(
        found["Descriptor"]["digest"]
            .as_str()
            .unwrap()
            .starts_with("sha256:")
    );

    assert_eq!(
        client
            .ask("DELETE", &format!("/images/{name}:v1"), "")
            .await
            .status,
        200
    );
    let pull = format!("/images/create?fromImage={name}&tag=v1");
    let pulled = client.ask("POST", &pull, "").await.text();
    assert!(
        pulled.contains(r#""status":"Pulling from team/hello""#),
        "{pulled}"
    );
    assert!(pulled.contains("Status: Downloaded newer image for"), "{pulled}");
    let again = client.ask("POST", &pull, "").await.text();
    assert!(again.contains("Status: Image is up to date for"), "{again}");
    let missing = client
        .ask("POST", &format!("/images/create?fromImage={name}&tag=none"), "")
        .await;
    assert_eq!(missing.status, 404, "{}", missing.text());
    let missing = client.ask("POST", "/images/never/push?tag=x", "").await;
    assert_eq!(missing.status, 404, "{}", missing.text());

    // Without a tag, all of a repository travel.
    let tag = format!("/images/{name}:v1/tag?repo={name}&tag=v2");
    assert_eq!(client.ask("POST", &tag, "").await.status, 201);
    let pushed = client
        .ask("POST", &format!("/images/{name}/push"), "")
        .await
        .text();
    for tag in ["v1", "v2"] {
        assert!(pushed.contains(&format!("{tag}: digest: sha256:")), "{pushed}");
        let path = format!("/images/{name}:{tag}");
        assert_eq!(client.ask("DELETE", &path, "").await.status, 200);
    }
    let pulled = client
        .ask("POST", &format!("/images/create?fromImage={name}"), "")
        .await
        .text();
    let whole = format!("Status: Downloaded newer image for {name}\"");
    assert!(pulled.contains(&whole), "{pulled}");
    let listed = client.ask("GET", "/images/json", "").await.json();
    let mut tags: Vec<&str> = listed[0]["RepoTags"]
        .as_array()
        .unwrap()
        .iter()
        .map(|tag| tag.as_str().unwrap())
        .collect();
    tags.sort_unstable();
    assert_eq!(tags, [format!("{name}:v1"), format!("{name}:v2")]);
    for path in ["/images/never/push", &format!("/images/create?fromImage={name}x")] {
        let missing = client.ask("POST", path, "").await;
        assert_eq!(missing.status, 404, "{path}: {}", missing.text());
    }
    serving.abort();
}

#[tokio::test]
async fn an_archive_of_files_becomes_an_image() {
    let daemon = Daemon::start().await;
    let mut client = daemon.client().await;
    let archive = archive();
    let path =
        "/images/create?fromSrc=-&repo=made&tag=v1&changes=USER%20somebody&changes=CMD%20%5B%22echo%22%5D";
    client
        .send(format!(
            "POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n",
            archive.len()
        ))
        .await;
    client.send(&archive).await;
    let made = client.answer(false).await;
    assert_eq!(made.status, 200, "{}", made.text());
    let id = made.json()["status"].as_str().unwrap().to_owned();
    let image = client.ask("GET", "/images/made:v1/json", "").await.json();
    assert_eq!(image["Id"], id.as_str());
    assert_eq!(image["Config"]["User"], "somebody");
    assert_eq!(image["Config"]["Cmd"], serde_json::json!(["echo"]));

    client
        .send("POST /images/create?fromSrc=- HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello")
        .await;
    assert_eq!(client.answer(false).await.status, 400);
    let wrong = client
        .ask("POST", "/images/create?fromSrc=-&changes=RUN%20x", "")
        .await;
    assert_eq!(
        (wrong.status, wrong.message().as_str()),
        (400, "RUN is not a valid change command")
    );
}

/// Of the files in `archive`, under this name and with this command.
async fn import(client: &mut Client, name: &str, command: &str) {
    let archive = archive();
    let path = format!(
        "/images/create?fromSrc=-&repo={name}&changes=CMD%20{command}&changes=LABEL%20made%3D{command}"
    );
    client
        .send(format!(
            "POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n",
            archive.len()
        ))
        .await;
    client.send(&archive).await;
    let made = client.answer(false).await;
    assert_eq!(made.status, 200, "{}", made.text());
}

fn filtered(path: &str, filters: &Value) -> String {
    let text = filters.to_string();
    let escaped: String = text.bytes().map(|byte| format!("%{byte:02X}")).collect();
    format!("{path}?filters={escaped}")
}

/// The number under a key of the image of this name.
fn of(images: &Value, name: &str, key: &str) -> i64 {
    let mut images = images.as_array().unwrap().iter();
    let image = images.find(|image| image["RepoTags"] == json!([name])).unwrap();
    image[key].as_i64().unwrap()
}

#[tokio::test]
async fn what_images_share_is_counted_once() {
    let daemon = Daemon::start().await;
    let mut client = daemon.client().await;
    daemon.image("hello");
    import(&mut client, "one:v1", "a").await;
    import(&mut client, "two:v1", "b").await;
    let list = client.ask("GET", "/images/json", "").await.json();
    assert_eq!(of(&list, "one:v1", "SharedSize"), -1);
    let list = client.ask("GET", "/images/json?shared-size=1", "").await.json();
    let shared = of(&list, "one:v1", "SharedSize");
    assert!(shared > 0 && shared < of(&list, "one:v1", "Size"), "{list}");
    assert_eq!(of(&list, "two:v1", "SharedSize"), shared);
    assert_eq!(of(&list, "hello:latest", "SharedSize"), 0);

    let body = r#"{"Image":"hello"}"#;
    assert_eq!(client.ask("POST", "/containers/create", body).await.status, 201);
    // Docker's command line adds up what an old version of the API tells of each image.
    let usage = client.ask("GET", "/v1.41/system/df", "").await.json();
    let images = &usage["Images"];
    assert_eq!(of(images, "hello:latest", "Containers"), 1);
    assert_eq!(of(images, "one:v1", "Containers"), 0);
    assert_eq!(of(images, "one:v1", "SharedSize"), shared);
    let own = |name| of(images, name, "Size") - of(images, name, "SharedSize");
    let (hello, one, two) = (own("hello:latest"), own("one:v1"), own("two:v1"));
    assert_eq!(usage["LayersSize"], hello + one + two + shared);
    let usage = client.ask("GET", "/system/df", "").await.json();
    let images = &usage["ImageUsage"];
    assert_eq!(images["ActiveCount"], 1);
    assert_eq!(images["TotalCount"], 3);
    assert_eq!(images["TotalSize"], hello + one + two + shared);
    assert_eq!(images["Reclaimable"], one + two);

    // What the other one still needs is not given back.
    let path = filtered(
        "/images/prune",
        &json!({"dangling": ["false"], "label": ["made=a"]}),
    );
    let report = client.ask("POST", &path, "").await.json();
    assert_eq!(report["SpaceReclaimed"], one);
    let path = filtered("/images/prune", &json!({"dangling": ["0"]}));
    let report = client.ask("POST", &path, "").await.json();
    assert_eq!(report["SpaceReclaimed"], two + shared);
    let list = client.ask("GET", "/images/json", "").await.json();
    assert_eq!(list.as_array().unwrap().len(), 1);
    assert_eq!(of(&list, "hello:latest", "Size"), hello);
}

#[tokio::test]
async fn removals_are_filtered_as_dockerd_does() {
    let daemon = Daemon::start().await;
    let mut client = daemon.client().await;
    import(&mut client, "one:v1", "a").await;
    import(&mut client, "two:v1", "b").await;
    for wrong in [
        json!({"reference": ["one"]}),
        json!({"dangling": ["perhaps"]}),
        json!({"dangling": ["true", "false"]}),
        json!({"until": ["1h", "2h"]}),
        json!({"until": ["soon"]}),
    ] {
        let answer = client.ask("POST", &filtered("/images/prune", &wrong), "").await;
        assert_eq!(answer.status, 400, "{wrong}: {}", answer.text());
    }
    let any = ["false"];
    for (filters, left) in [
        (json!({}), "one:v1 two:v1"),
        (json!({"label": ["made=a"]}), "one:v1 two:v1"),
        (json!({"dangling": any, "until": ["1h"]}), "one:v1 two:v1"),
        (json!({"dangling": any, "label": ["made=c"]}), "one:v1 two:v1"),
        (json!({"dangling": any, "label!": ["made"]}), "one:v1 two:v1"),
        (json!({"dangling": any, "label!": ["made=a"]}), "one:v1"),
        (
            json!({"dangling": any, "label!": ["made=b"], "until": ["0s"]}),
            "",
        ),
    ] {
        let answer = client.ask("POST", &filtered("/images/prune", &filters), "").await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        let list = client.ask("GET", "/images/json", "").await.json();
        let names = list
            .as_array()
            .unwrap()
            .iter()
            .map(|image| image["RepoTags"][0].as_str().unwrap());
        let mut names: Vec<&str> = names.collect();
        names.sort_unstable();
        assert_eq!(names.join(" "), left, "{filters}");
    }
    // One that lost its name to another stays without one, until somebody wants it gone.
    import(&mut client, "one:v1", "a").await;
    let tagged = client.ask("GET", "/images/one:v1/json", "").await.json();
    import(&mut client, "one:v1", "d").await;
    let path = filtered("/images/json", &json!({"dangling": ["true"]}));
    let list = client.ask("GET", &path, "").await.json();
    assert_eq!(list.as_array().unwrap().len(), 1, "{list}");
    assert_eq!(list[0]["Id"], tagged["Id"]);
    let old = client
        .ask("GET", &path.replacen("/images", "/v1.41/images", 1), "")
        .await
        .json();
    assert_eq!(old[0]["RepoTags"], json!(["<none>:<none>"]));
    let path = format!("/images/{}/json", tagged["Id"].as_str().unwrap());
    let shown = client.ask("GET", &path, "").await.json();
    assert_eq!(
        (&shown["RepoTags"], &shown["RepoDigests"]),
        (&json!([]), &json!([]))
    );
    let report = client.ask("POST", "/images/prune", "").await.json();
    let gone = json!([{ "Deleted": tagged["Id"] }]);
    assert_eq!(report["ImagesDeleted"], gone);
    assert_eq!(client.ask("GET", &path, "").await.status, 404);
    // Of several names, those that fit a pattern are shown.
    client
        .ask("POST", "/images/one:v1/tag?repo=other&tag=v2", "")
        .await;
    for pattern in ["other", "docker.io/library/other:*"] {
        let path = filtered("/images/json", &json!({"reference": [pattern]}));
        let list = client.ask("GET", &path, "").await.json();
        assert_eq!(list[0]["RepoTags"], json!(["other:v2"]), "{pattern}");
    }
}

/// A root file system of one empty file.
pub(crate) fn archive() -> Vec<u8> {
    let mut header = [0_u8; 512];
    header[..4].copy_from_slice(b"file");
    header[100..107].copy_from_slice(b"0000644");
    header[124..135].copy_from_slice(b"00000000000");
    header[136..147].copy_from_slice(b"00000000000");
    header[156] = b'0';
    header[257..265].copy_from_slice(b"ustar\x0000");
    header[148..156].copy_from_slice(b"        ");
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    header[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
    [&header[..], &[0; 1024]].concat()
}

#[tokio::test(flavor = "multi_thread")]
async fn prunes_at_once_take_each_image_once() {
    let daemon = Daemon::start().await;
    let mut client = daemon.client().await;
    for round in 0..5 {
        for number in 0..8 {
            import(
                &mut client,
                &format!("i{number}:v1"),
                &format!("{round}-{number}"),
            )
            .await;
        }
        let path = filtered("/images/prune", &json!({"dangling": ["0"]}));
        let prunes = (0..3).map(async |_| {
            let mut client = daemon.client().await;
            client.ask("POST", &path, "").await
        });
        let mut deleted = 0;
        for answer in futures::future::join_all(prunes).await {
            assert_eq!(answer.status, 200, "{}", answer.text());
            let items = answer.json()["ImagesDeleted"]
                .as_array()
                .cloned()
                .unwrap_or_default();
            deleted += items.iter().filter(|item| item.get("Deleted").is_some()).count();
        }
        assert_eq!(deleted, 8);
    }
}

#[tokio::test]
async fn a_broken_archive_is_refused_when_it_is_imported() {
    let daemon = Daemon::start().await;
    let mut client = daemon.client().await;
    let layer = || {
        Layer::new()
            .file("bin/app", "x".repeat(5_000))
            .file("etc/motd", "hello\n")
    };
    let whole = layer().tar();
    let cut = whole[..3_000].to_vec();
    let mut changed = whole.clone();
    // A letter of the second entry's name, which its checksum covers.
    let second = 512 + 5_120;
    changed[second] ^= 1;
    let mut noise = whole[..second].to_vec();
    noise.extend((0..2_048_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8));
    for broken in [cut, changed, noise] {
        let head = "POST /images/create?fromSrc=-&repo=broken HTTP/1.1\r\nHost: x\r\nContent-Length:";
        client.send(format!("{head} {}\r\n\r\n", broken.len())).await;
        client.send(&broken).await;
        let answer = client.answer(false).await.text();
        assert!(
            answer.contains("\"error\"") || answer.contains("\"message\""),
            "{answer}"
        );
        assert_eq!(client.ask("GET", "/images/broken/json", "").await.status, 404);
    }
}
