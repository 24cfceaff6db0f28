//! Images, over the API alone.

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
