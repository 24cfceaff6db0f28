//! Versions, errors, and what every answer has.

use crate::daemon::Daemon;

#[tokio::test]
async fn ping_tells_versions() {
    let daemon = Daemon::start().await;
    let mut client = daemon.client().await;
    for method in ["GET", "HEAD"] {
        for path in ["/_ping", "/v1.24/_ping", "/v1.55/_ping"] {
            let answer = client.ask(method, path, "").await;
            assert_eq!(answer.status, 200, "{method} {path}");
            for (name, value) in [
                ("Api-Version", "1.55"),
                ("Docker-Experimental", "false"),
                ("Ostype", "linux"),
                ("Builder-Version", "2"),
                ("Swarm", "inactive"),
                ("Cache-Control", "no-cache, no-store, must-revalidate"),
                ("Pragma", "no-cache"),
                ("Server", "Docker/0.1.0 (linux)"),
            ] {
                assert_eq!(answer.header(name), Some(value), "{method} {path} {name}");
            }
            assert_eq!(answer.text(), if method == "GET" { "OK" } else { "" });
        }
    }
}

#[tokio::test]
async fn versions_too_old_and_too_new_are_refused() {
    let daemon = Daemon::start().await;
    let mut client = daemon.client().await;
    let old = client.ask("GET", "/v1.23/version", "").await;
    assert_eq!(
        (old.status, old.header("content-type")),
        (400, Some("text/plain; charset=utf-8"))
    );
    assert!(
        old.text()
            .starts_with("client version 1.23 is too old. Minimum supported API version is 1.24")
    );
    let new = client.ask("GET", "/v1.56/version", "").await;
    assert_eq!(new.status, 400);
    assert_eq!(
        new.message(),
        "client version 1.56 is too new. Maximum supported API version is 1.55"
    );
    let early = client.ask("POST", "/v1.24/containers/prune", "").await;
    assert_eq!(early.status, 400);
    assert_eq!(
        early.message(),
        "POST /containers/prune requires minimum API version 1.25"
    );
}

#[tokio::test]
async fn version_has_dockers_fields() {
    let daemon = Daemon::start().await;
    let version = daemon.ask("GET", "/v1.41/version", "").await.json();
    assert_eq!(version["ApiVersion"], "1.55");
    assert_eq!(version["MinAPIVersion"], "1.24");
    assert_eq!(version["Os"], "linux");
    assert_eq!(version["Components"][0]["Name"], "Engine");
    assert_eq!(version["Components"][0]["Details"]["ApiVersion"], "1.55");
}

#[tokio::test]
async fn what_is_not_there_is_told_as_dockerd_tells_it() {
    let daemon = Daemon::start().await;
    let mut client = daemon.client().await;
    for (method, path) in [
        ("GET", "/nothing"),
        ("GET", "/v1.41/nothing"),
        ("PATCH", "/info"),
        ("GET", "/v1.41"),
    ] {
        let answer = client.ask(method, path, "").await;
        assert_eq!(
            (answer.status, answer.message().as_str()),
            (404, "page not found"),
            "{method} {path}"
        );
    }
    assert_eq!(client.ask("HEAD", "/info", "").await.status, 404);
    let swarm = client.ask("GET", "/v1.41/swarm", "").await;
    assert_eq!(
        (swarm.status, swarm.message().as_str()),
        (501, "swarm mode is not supported by Sampan")
    );
    let image = client.ask("GET", "/images/a%2Fb:1/json", "").await;
    assert_eq!(
        (image.status, image.message().as_str()),
        (404, "No such image: a/b:1")
    );
}

#[tokio::test]
async fn bodies_are_checked() {
    let daemon = Daemon::start().await;
    let mut client = daemon.client().await;
    for (path, body) in [
        ("/containers/create", r#"{"Image":1}"#),
        ("/containers/create", r#"{"Image":"x","HostConfig":[]}"#),
        ("/containers/create", "{"),
        ("/containers/create", "[]"),
        ("/containers/create", "{}"),
        ("/containers/create", ""),
        ("/containers/x/exec", r#"{"Cmd":{}}"#),
        ("/containers/x/exec", "{}"),
        ("/networks/create", r#"{"Name":[]}"#),
        ("/volumes/create", "7"),
    ] {
        let answer = client.ask("POST", path, body).await;
        assert_eq!(answer.status, 400, "{path} {body}: {}", answer.text());
        assert!(!answer.message().is_empty());
    }
    let body = r#"{"Name":"x"}"#;
    client
        .send(format!("POST /networks/create HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: {}\r\n\r\n{body}", body.len()))
        .await;
    let answer = client.answer(false).await;
    assert_eq!(answer.status, 400);
    assert_eq!(
        answer.message(),
        "unsupported Content-Type header (text/plain): must be 'application/json'"
    );
}

#[tokio::test]
async fn queries_are_checked() {
    let daemon = Daemon::start().await;
    let mut client = daemon.client().await;
    for path in [
        "/containers/json?filters=x",
        "/containers/json?limit=x",
        "/containers/json?all=%zz",
        "/images/json?filters={%22nothing%22:[]}",
        "/events?since=x",
        "/events?since=20&until=10",
        "/system/df?type=x",
        "/containers/x/logs",
        "/containers/x/logs?stdout=1&since=x",
        "/containers/x/archive",
        "/images/json?filters={%22until%22:[%22x%22]}",
    ] {
        let answer = client.ask("GET", path, "").await;
        assert_eq!(answer.status, 400, "{path}: {}", answer.text());
    }
    for path in [
        "/containers/x/wait?condition=x",
        "/containers/x/resize?h=-1&w=2",
        "/containers/x/resize",
        "/containers/x/stop?t=x",
        "/containers/x/attach?detachKeys=foo",
        "/images/x/tag?repo=X",
        "/images/create?fromImage=:",
    ] {
        let answer = client.ask("POST", path, "").await;
        assert_eq!(answer.status, 400, "{path}: {}", answer.text());
    }
}

#[tokio::test]
async fn a_read_only_daemon_changes_nothing() {
    let daemon = Daemon::with(|config, _| config.read_only = true).await;
    daemon.image("hello");
    let mut client = daemon.client().await;
    assert_eq!(
        client
            .ask("GET", "/images/json", "")
            .await
            .json()
            .as_array()
            .unwrap()
            .len(),
        1
    );
    for (method, path) in [
        ("POST", "/containers/create"),
        ("DELETE", "/images/hello"),
        ("POST", "/containers/x/attach"),
        ("GET", "/containers/x/attach/ws"),
        ("PUT", "/containers/x/archive?path=/"),
        ("POST", "/volumes/create"),
    ] {
        let answer = client.ask(method, path, "").await;
        assert_eq!(answer.status, 403, "{method} {path}");
        assert!(answer.message().contains("read-only"));
    }
    assert_eq!(client.ask("GET", "/images/hello/json", "").await.status, 200);
}

#[tokio::test]
async fn the_daemon_tells_of_itself() {
    let daemon = Daemon::with(|config, _| {
        config.listen.push(sampan_daemon::Listen::Metrics {
            address: "127.0.0.1:0".parse().unwrap(),
        });
    })
    .await;
    let mut client = daemon.client().await;
    assert_eq!(client.ask("GET", "/live", "").await.status, 200);
    assert_eq!(client.ask("GET", "/ready", "").await.text(), "ready\n");
    let document = client.ask("GET", "/openapi.json", "").await.json();
    assert_eq!(document["openapi"], "3.0.3");
    let page = client.ask("GET", "/metrics", "").await.text();
    assert!(
        page.contains("sampan_http_requests_total{handler=\"Live\",outcome=\"ok\"} 1"),
        "{page}"
    );
    assert!(page.contains("sampan_connections 1"), "{page}");

    let address = daemon.places[1]
        .trim_start_matches("http://")
        .trim_end_matches("/metrics");
    let stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let mut stranger = crate::client::Client::over(stream);
    assert_eq!(stranger.ask("GET", "/metrics", "").await.status, 200);
    assert_eq!(stranger.ask("GET", "/images/json", "").await.status, 404);
    stranger
        .send("GET /metrics HTTP/1.1\r\nHost: evil.example\r\n\r\n")
        .await;
    assert_eq!(stranger.answer(false).await.status, 403);
}

#[tokio::test]
async fn the_way_out_leaves_nothing() {
    let daemon = Daemon::start().await;
    let socket = daemon.socket();
    let mut idle = daemon.client().await;
    assert_eq!(idle.ask("GET", "/_ping", "").await.status, 200);
    daemon.stop().await.unwrap();
    assert!(!socket.exists());
    assert!(!idle.more().await);
}
