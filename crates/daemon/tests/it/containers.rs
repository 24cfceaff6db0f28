//! Containers, over the API alone.

use serde_json::json;

use crate::client::Client;
use crate::daemon::Daemon;

async fn create(client: &mut Client, name: &str, body: serde_json::Value) -> String {
    let answer = client
        .ask(
            "POST",
            &format!("/containers/create?name={name}"),
            &body.to_string(),
        )
        .await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    answer.json()["Id"].as_str().unwrap().to_owned()
}

fn frame(stream: u8, text: &str) -> Vec<u8> {
    let mut frame = vec![stream, 0, 0, 0];
    frame.extend_from_slice(&u32::try_from(text.len()).unwrap().to_be_bytes());
    frame.extend_from_slice(text.as_bytes());
    frame
}

#[tokio::test(flavor = "multi_thread")]
async fn a_container_lives_and_is_told_of() {
    let daemon = Daemon::start().await;
    daemon.image("hello");
    let mut client = daemon.client().await;
    let id = create(
        &mut client,
        "box",
        json!({ "Image": "hello", "Cmd": ["exit", "3"] }),
    )
    .await;

    // The head of the answer comes before the end, and so before the start.
    let mut waiting = daemon.client().await;
    waiting
        .send("POST /v1.41/containers/box/wait?condition=next-exit HTTP/1.1\r\nHost: x\r\n\r\n")
        .await;
    assert_eq!(waiting.head().await.status, 200);
    assert_eq!(client.ask("POST", "/containers/box/start", "").await.status, 204);
    let mut body = Vec::new();
    while let Some(chunk) = waiting.chunk().await {
        body.extend_from_slice(&chunk);
    }
    assert_eq!(
        serde_json::from_slice::<serde_json::Value>(&body).unwrap(),
        json!({ "StatusCode": 3 })
    );

    let all = client.ask("GET", "/containers/json?all=1", "").await.json();
    assert_eq!(
        (all[0]["Id"].as_str(), all[0]["State"].as_str()),
        (Some(id.as_str()), Some("exited"))
    );
    let inspect = client
        .ask("GET", &format!("/containers/{}/json", &id[..12]), "")
        .await
        .json();
    assert_eq!(inspect["State"]["ExitCode"], 3);
    assert_eq!(inspect["Name"], "/box");
    assert_eq!(client.ask("DELETE", "/containers/box", "").await.status, 204);
    let gone = client.ask("GET", "/containers/box/json", "").await;
    assert_eq!(
        (gone.status, gone.message().as_str()),
        (404, "No such container: box")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn starting_twice_is_no_error_and_no_change() {
    let daemon = Daemon::start().await;
    daemon.image("hello");
    let mut client = daemon.client().await;
    create(&mut client, "box", json!({ "Image": "hello", "Cmd": ["sleep"] })).await;
    assert_eq!(client.ask("POST", "/containers/box/start", "").await.status, 204);
    assert_eq!(client.ask("POST", "/containers/box/start", "").await.status, 304);
    assert_eq!(client.ask("DELETE", "/containers/box", "").await.status, 409);
    assert_eq!(client.ask("POST", "/containers/box/kill", "").await.status, 204);
    let dead = client.ask("POST", "/containers/box/kill", "").await;
    assert_eq!(dead.status, 409);
    assert!(
        dead.message().starts_with("cannot kill container: box: "),
        "{}",
        dead.message()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn logs_come_in_frames() {
    let daemon = Daemon::start().await;
    daemon.image("hello");
    let mut client = daemon.client().await;
    create(
        &mut client,
        "box",
        json!({ "Image": "hello", "Cmd": ["say", "hello", "world"] }),
    )
    .await;
    client.ask("POST", "/containers/box/start", "").await;
    client.ask("POST", "/containers/box/wait", "").await;
    let logs = client
        .ask("GET", "/containers/box/logs?stdout=1&stderr=1", "")
        .await;
    assert_eq!(
        logs.header("content-type"),
        Some("application/vnd.docker.multiplexed-stream")
    );
    assert_eq!(
        logs.body,
        [frame(1, "hello world\n"), frame(2, "done\n")].concat()
    );
    let logs = client.ask("GET", "/v1.41/containers/box/logs?stderr=1", "").await;
    assert_eq!(
        logs.header("content-type"),
        Some("application/vnd.docker.raw-stream")
    );
    assert_eq!(logs.body, frame(2, "done\n"));
}

const ALL: &str = "stream=1&stdin=1&stdout=1&stderr=1";

#[tokio::test(flavor = "multi_thread")]
async fn an_attached_client_may_say_all_and_go_on_listening() {
    let daemon = Daemon::start().await;
    daemon.image("hello");
    let mut client = daemon.client().await;
    let body = json!({ "Image": "hello", "Cmd": ["echo"], "OpenStdin": true, "StdinOnce": true });
    create(&mut client, "box", body).await;
    let mut attached = daemon.client().await;
    attached
        .send(format!(
            "POST /v1.43/containers/box/attach?{ALL} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n"
        ))
        .await;
    let head = attached.head().await;
    assert!(head.head.starts_with("HTTP/1.1 101 UPGRADED"), "{}", head.head);
    assert_eq!(
        head.header("content-type"),
        Some("application/vnd.docker.multiplexed-stream")
    );
    client.ask("POST", "/containers/box/start", "").await;
    attached.send("hello").await;
    assert_eq!(attached.exactly(13).await, frame(1, "hello"));
    tokio::io::AsyncWriteExt::shutdown(&mut attached.stream)
        .await
        .unwrap();
    assert_eq!(attached.rest().await, frame(2, "end\n"));
    let ended = client.ask("POST", "/containers/box/wait", "").await.json();
    assert_eq!(ended["StatusCode"], 7);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_terminal_is_left_by_its_keys() {
    let daemon = Daemon::start().await;
    daemon.image("hello");
    let mut client = daemon.client().await;
    create(
        &mut client,
        "box",
        json!({ "Image": "hello", "Cmd": ["echo"], "OpenStdin": true, "Tty": true }),
    )
    .await;
    client.ask("POST", "/containers/box/start", "").await;
    let mut attached = daemon.client().await;
    attached
        .send(format!(
            "POST /containers/box/attach?{ALL} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n"
        ))
        .await;
    let head = attached.head().await;
    assert_eq!(
        head.header("content-type"),
        Some("application/vnd.docker.raw-stream")
    );
    attached.send("hello").await;
    assert_eq!(attached.exactly(5).await, b"hello");
    attached.send([16, 17]).await;
    assert!(attached.rest().await.is_empty());
    let inspect = client.ask("GET", "/containers/box/json", "").await.json();
    assert_eq!(inspect["State"]["Running"], true);
    client.ask("POST", "/containers/box/kill", "").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_that_leave_an_exec_are_kept_as_dockerd_shows_them() {
    let daemon = Daemon::start().await;
    daemon.image("hello");
    let mut client = daemon.client().await;
    create(
        &mut client,
        "box",
        json!({ "Image": "hello", "Cmd": ["sleep"], "OpenStdin": true }),
    )
    .await;
    client.ask("POST", "/containers/box/start", "").await;
    // As the Docker SDK for Python spells it.
    let body = json!({ "detachKeys": "a,ctrl-b", "Cmd": ["sh"], "AttachStdin": true, "AttachStdout": true, "Tty": true });
    let made = client
        .ask("POST", "/containers/box/exec", &body.to_string())
        .await
        .json();
    let path = format!("/exec/{}", made["Id"].as_str().unwrap());
    let told = client.ask("GET", &format!("{path}/json"), "").await.json();
    assert_eq!(told["DetachKeys"], "YQI=");
    let bad = json!({ "DetachKeys": "ctrl-A", "Cmd": ["echo"] }).to_string();
    let refused = client.ask("POST", "/containers/box/exec", &bad).await;
    assert_eq!(
        (refused.status, &refused.json()["message"]),
        (400, &json!("Invalid escape keys (ctrl-A) provided"))
    );
    client.ask("POST", "/containers/box/kill", "").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_asks_for_no_upgrade_gets_the_output() {
    let daemon = Daemon::start().await;
    daemon.image("hello");
    let mut client = daemon.client().await;
    create(
        &mut client,
        "box",
        json!({ "Image": "hello", "Cmd": ["say", "x"] }),
    )
    .await;
    let mut attached = daemon.client().await;
    attached
        .send(
            "POST /containers/box/attach?stream=1&stdout=1 HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n",
        )
        .await;
    let head = attached.head().await;
    assert_eq!((head.status, head.header("transfer-encoding")), (200, None));
    assert_eq!(
        head.header("content-type"),
        Some("application/vnd.docker.raw-stream")
    );
    client.ask("POST", "/containers/box/start", "").await;
    assert_eq!(attached.rest().await, frame(1, "x\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn events_are_told_as_they_come_and_end_with_the_daemon() {
    let daemon = Daemon::start().await;
    daemon.image("hello");
    let mut listening = daemon.client().await;
    listening
        .send("GET /v1.41/events HTTP/1.1\r\nHost: x\r\n\r\n")
        .await;
    assert_eq!(listening.head().await.status, 200);
    let mut client = daemon.client().await;
    let id = create(
        &mut client,
        "box",
        json!({ "Image": "hello", "Cmd": ["exit", "0"] }),
    )
    .await;
    let line = listening.chunk().await.unwrap();
    let event: serde_json::Value = serde_json::from_slice(&line).unwrap();
    assert_eq!(
        (&event["Type"], &event["Action"]),
        (&json!("container"), &json!("create"))
    );
    assert_eq!((&event["status"], &event["id"]), (&json!("create"), &json!(id)));
    assert_eq!(event["from"], "hello");
    drop(client);
    daemon.stop().await.unwrap();
    while listening.chunk().await.is_some() {}
}

#[tokio::test(flavor = "multi_thread")]
async fn an_exec_that_cannot_be_run_says_so_on_its_stream() {
    let daemon = Daemon::start().await;
    daemon.image("hello");
    let mut client = daemon.client().await;
    create(&mut client, "box", json!({ "Image": "hello", "Cmd": ["sleep"] })).await;
    let body = r#"{"Cmd":["nothing"],"AttachStdout":true}"#;
    let stopped = client.ask("POST", "/containers/box/exec", body).await;
    assert_eq!(stopped.status, 409, "{}", stopped.text());
    client.ask("POST", "/containers/box/start", "").await;
    let made = client.ask("POST", "/containers/box/exec", body).await.json();
    let id = made["Id"].as_str().unwrap().to_owned();
    let mut running = daemon.client().await;
    running
        .send(format!(
            "POST /exec/{id}/start HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\
             Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{{}}"
        ))
        .await;
    assert_eq!(running.head().await.status, 101);
    let told = String::from_utf8_lossy(&running.rest().await).into_owned();
    assert!(told.contains("nothing"), "{told:?}");
    let inspect = client.ask("GET", &format!("/exec/{id}/json"), "").await.json();
    assert_eq!(inspect["Running"], false);
    client.ask("POST", "/containers/box/kill", "").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn followed_logs_end_when_their_reader_is_gone() {
    let daemon = Daemon::start().await;
    daemon.image("hello");
    let mut client = daemon.client().await;
    create(&mut client, "box", json!({ "Image": "hello", "Cmd": ["sleep"] })).await;
    client.ask("POST", "/containers/box/start", "").await;
    for path in [
        "/containers/box/logs?stdout=1&follow=1",
        "/events",
        "/containers/box/wait",
    ] {
        let mut following = daemon.client().await;
        let method = if path.ends_with("wait") { "POST" } else { "GET" };
        following
            .send(format!("{method} {path} HTTP/1.1\r\nHost: x\r\n\r\n"))
            .await;
        assert_eq!(following.head().await.status, 200, "{path}");
        drop(following);
    }
    // Only the one that asks is open in the end.
    let begun = std::time::Instant::now();
    loop {
        let page = client.ask("GET", "/metrics", "").await.text();
        if page.contains("sampan_connections 1\n") {
            break;
        }
        assert!(begun.elapsed() < crate::client::PATIENCE, "{page}");
        tokio::task::yield_now().await;
    }
    client.ask("POST", "/containers/box/kill", "").await;
}

/// A daemon with an image and the socket `wasm` in its folder.
async fn with_second_socket() -> Daemon {
    let daemon = Daemon::with(|config, dir| {
        config.listen.push(sampan_daemon::Listen::WasmOnly {
            path: dir.join("wasm"),
        });
    })
    .await;
    daemon.image("hello");
    daemon
}

#[tokio::test(flavor = "multi_thread")]
async fn the_second_socket_has_nothing_of_the_host() {
    let daemon = with_second_socket().await;
    let mut client = Client::connect(&daemon.dir.path().join("wasm")).await;
    let body = json!({ "Image": "hello", "HostConfig": { "Binds": ["/etc:/etc"] } }).to_string();
    let refused = client.ask("POST", "/containers/create", &body).await;
    assert_eq!(refused.status, 403, "{}", refused.text());
    create(
        &mut client,
        "box",
        json!({ "Image": "hello", "Cmd": ["exit", "0"] }),
    )
    .await;
    assert_eq!(client.ask("POST", "/containers/box/start", "").await.status, 204);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_second_socket_grants_nothing_and_shows_its_own_containers_alone() {
    let daemon = with_second_socket().await;
    let mut owner = daemon.client().await;
    create(
        &mut owner,
        "theirs",
        json!({ "Image": "hello", "Cmd": ["sleep"] }),
    )
    .await;
    owner.ask("POST", "/containers/theirs/start", "").await;
    let exec = owner
        .ask("POST", "/containers/theirs/exec", r#"{"Cmd":["x"]}"#)
        .await;
    assert_eq!(exec.status, 201, "{}", exec.text());
    let exec = exec.json()["Id"].as_str().unwrap().to_owned();
    assert_eq!(
        owner
            .ask("POST", "/volumes/create", r#"{"Name":"kept"}"#)
            .await
            .status,
        201
    );
    let mut client = Client::connect(&daemon.dir.path().join("wasm")).await;
    for host in [
        json!({ "SecurityOpt": ["wasm.net=127.0.0.1:80"] }),
        json!({ "SecurityOpt": ["wasm.http:example.com"] }),
        json!({ "SecurityOpt": ["wasm.listen=0.0.0.0:80"] }),
        json!({ "PortBindings": { "80/tcp": [{ "HostPort": "0" }] } }),
        json!({ "PublishAllPorts": true }),
        json!({ "NetworkMode": "host" }),
        json!({ "NetworkMode": "mine" }),
        json!({ "Binds": ["kept:/data"] }),
        json!({ "Mounts": [{ "Type": "volume", "Source": "kept", "Target": "/data" }] }),
        json!({ "LogConfig": { "Type": "journald" } }),
    ] {
        let body = json!({ "Image": "hello", "HostConfig": host }).to_string();
        let refused = client.ask("POST", "/containers/create", &body).await;
        assert_eq!(refused.status, 403, "{body}: {}", refused.text());
    }
    for body in [
        json!({ "Image": "hello", "Healthcheck": { "Test": ["HTTP", "http://127.0.0.1/"] } }),
        json!({ "Image": "hello", "NetworkingConfig": { "EndpointsConfig": { "mine": {} } } }),
    ] {
        let refused = client.ask("POST", "/containers/create", &body.to_string()).await;
        assert_eq!(refused.status, 403, "{body}: {}", refused.text());
    }
    // As if they were not there.
    for host in [
        json!({ "VolumesFrom": ["theirs"] }),
        json!({ "Links": ["theirs:it"] }),
    ] {
        let body = json!({ "Image": "hello", "HostConfig": host }).to_string();
        let refused = client.ask("POST", "/containers/create", &body).await;
        assert_eq!(refused.status, 400, "{body}: {}", refused.text());
    }
    for (method, path) in [
        ("GET", "/containers/theirs/json".to_owned()),
        ("GET", "/containers/theirs/archive?path=/".to_owned()),
        ("POST", "/containers/theirs/exec".to_owned()),
        ("POST", "/containers/theirs/kill".to_owned()),
        ("DELETE", "/containers/theirs?force=1".to_owned()),
        ("GET", format!("/exec/{exec}/json")),
        ("POST", format!("/exec/{exec}/start")),
    ] {
        let answer = client.ask(method, &path, "{}").await;
        assert_eq!(answer.status, 404, "{method} {path}: {}", answer.text());
    }
    for (method, path) in [
        ("POST", "/images/create?fromImage=127.0.0.1:1/x&tag=1"),
        ("POST", "/images/load"),
        ("DELETE", "/images/hello"),
        ("POST", "/images/hello/tag?repo=other"),
        ("POST", "/commit?container=theirs"),
        ("POST", "/containers/prune"),
        ("POST", "/volumes/prune"),
        ("DELETE", "/volumes/kept"),
        ("POST", "/networks/create"),
        ("POST", "/auth"),
        ("GET", "/distribution/127.0.0.1:1/x/json"),
        ("GET", "/events"),
        ("GET", "/system/df"),
    ] {
        let answer = client.ask(method, path, "{}").await;
        assert_eq!(answer.status, 403, "{method} {path}: {}", answer.text());
    }
    create(&mut client, "own", json!({ "Image": "hello", "Cmd": ["sleep"] })).await;
    let names = |list: serde_json::Value| {
        let names = list.as_array().unwrap().iter();
        let mut names: Vec<String> = names
            .map(|c| c["Names"][0].as_str().unwrap().to_owned())
            .collect();
        names.sort_unstable();
        names
    };
    assert_eq!(
        names(client.ask("GET", "/containers/json?all=1", "").await.json()),
        ["/own"]
    );
    let all = names(owner.ask("GET", "/containers/json?all=1", "").await.json());
    assert_eq!(all, ["/own", "/theirs"]);
    assert_eq!(client.ask("DELETE", "/containers/own", "").await.status, 204);
    owner.ask("POST", "/containers/theirs/kill", "").await;
}
