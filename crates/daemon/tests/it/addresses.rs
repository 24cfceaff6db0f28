//! What the daemon fetches from addresses: search results of a registry, archives to import.

use sampan_daemon::Listen;
use sampan_testkit::net::{HttpServer, Response, closed_address};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::client::Client;
use crate::daemon::Daemon;
use crate::images::archive;

fn index() -> HttpServer {
    HttpServer::start(
        |request| match request.path.split('?').next().unwrap_or_default() {
            "/v1/search" => Response::ok(
                json!({ "num_results": 2, "query": "x", "results": [
                { "name": "team/x", "description": "one\nline", "star_count": 7, "is_official": false,
                  "is_automated": true },
                { "name": "x", "star_count": 90, "is_official": true },
            ] })
                .to_string(),
            ),
            _ => Response::status(404),
        },
    )
}

#[tokio::test]
async fn a_registry_is_searched() {
    let daemon = Daemon::start().await;
    let registry = index();
    let term = format!("{}/a%20b", registry.address());
    let path = |rest: &str| format!("/images/search?term={term}{rest}");
    let all = daemon.ask("GET", &path("&limit=5"), "").await;
    assert_eq!(
        all.json(),
        json!([
            { "name": "team/x", "description": "one line", "star_count": 7, "is_official": false,
              "is_automated": false },
            { "name": "x", "description": "", "star_count": 90, "is_official": true, "is_automated": false },
        ])
    );
    let asked = registry.requests();
    let asked = asked
        .iter()
        .find(|request| request.path.starts_with("/v1/"))
        .unwrap();
    assert_eq!(asked.path, "/v1/search?q=a%20b&n=5");
    assert_eq!(asked.headers["x-docker-token"], "true");
    for (filter, expected) in [
        ("%7B%22stars%22%3A%5B%228%22%5D%7D", 1),
        ("%7B%22is-official%22%3A%5B%22false%22%5D%7D", 1),
        ("%7B%22is-automated%22%3A%5B%22true%22%5D%7D", 0),
    ] {
        let found = daemon.ask("GET", &path(&format!("&filters={filter}")), "").await;
        assert_eq!(found.json().as_array().unwrap().len(), expected, "{filter}");
    }
    let sorry = daemon.ask("GET", &path("&limit=101"), "").await;
    assert_eq!(
        (sorry.status, sorry.message().as_str()),
        (400, "limit 101 is outside the range of [1, 100]")
    );
    let sorry = daemon.ask("GET", "/images/search?term=http://x/y", "").await;
    assert_eq!(sorry.status, 400, "{}", sorry.text());
}

#[tokio::test]
async fn a_registry_that_cannot_be_searched_is_an_error() {
    let daemon = Daemon::start().await;
    let refuses = HttpServer::start(|_| Response::status(404));
    let path = format!("/images/search?term={}/x", refuses.address());
    let answer = daemon.ask("GET", &path, "").await;
    assert_eq!(
        (answer.status, answer.message().as_str()),
        (500, "unexpected status code 404")
    );
    let path = format!("/images/search?term={}/x", closed_address());
    let answer = daemon.ask("GET", &path, "").await;
    assert!(answer.status >= 500, "{}", answer.text());
}

#[tokio::test]
async fn an_archive_is_fetched_and_becomes_an_image() {
    let daemon = Daemon::start().await;
    let server = HttpServer::start(|request| match request.path.as_str() {
        "/moved" => Response {
            headers: vec![("location".to_owned(), "/rootfs.tar".to_owned())],
            ..Response::status(302)
        },
        "/rootfs.tar" => Response::ok(archive()),
        _ => Response::status(404),
    });
    // Without a scheme it is plain HTTP, as in dockerd.
    let path = format!(
        "/images/create?fromSrc={}/moved&repo=fetched&tag=v1",
        server.address()
    );
    let made = daemon.ask("POST", &path, "").await;
    assert_eq!(made.status, 200, "{}", made.text());
    let lines: Vec<serde_json::Value> = made
        .text()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(
        lines[0]["status"],
        format!("Downloading from http://{}/moved", server.address())
    );
    let last = lines.iter().rfind(|line| line["status"] == "Importing").unwrap();
    assert_eq!(
        last["progressDetail"],
        json!({ "current": archive().len(), "total": archive().len() })
    );
    let image = daemon.ask("GET", "/images/fetched:v1/json", "").await.json();
    assert_eq!(image["Id"], lines.last().unwrap()["status"]);
    assert_eq!(
        image["Comment"],
        format!("Imported from {}/moved", server.address())
    );

    let missing = format!("/images/create?fromSrc=http://{}/none&repo=x", server.address());
    let answer = daemon.ask("POST", &missing, "").await;
    assert_eq!(answer.status, 404);
    assert!(answer.message().contains("with status 404"), "{}", answer.text());
    for bad in ["ftp://x/y", "http://", "file:///etc/passwd"] {
        let answer = daemon
            .ask("POST", &format!("/images/create?fromSrc={bad}"), "")
            .await;
        assert_eq!(answer.status, 400, "{bad}: {}", answer.text());
    }
}

#[tokio::test]
async fn an_archive_that_breaks_off_leaves_nothing() {
    let daemon = Daemon::start().await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let serving = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let _ = stream.read(&mut [0; 1024]).await.unwrap();
        let whole = archive();
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", whole.len());
        stream.write_all(head.as_bytes()).await.unwrap();
        stream.write_all(&whole[..whole.len() - 1]).await.unwrap();
    });
    let path = format!("/images/create?fromSrc=http://{address}/x&repo=half");
    let answer = daemon.ask("POST", &path, "").await;
    assert!(answer.text().contains("errorDetail"), "{}", answer.text());
    serving.await.unwrap();
    let list = daemon.ask("GET", "/images/json", "").await;
    assert_eq!(list.text(), "[]\n");
}

#[tokio::test]
async fn who_may_not_reach_the_host_may_not_have_it_fetch() {
    let daemon = Daemon::with(|config, dir| {
        config.listen.push(Listen::WasmOnly {
            path: dir.join("wasm"),
        });
    })
    .await;
    let server = HttpServer::start(|_| Response::ok(archive()));
    let mut client = Client::connect(&daemon.dir.path().join("wasm")).await;
    let path = format!("/images/create?fromSrc=http://{}/x&repo=y", server.address());
    let answer = client.ask("POST", &path, "").await;
    assert_eq!(answer.status, 403, "{}", answer.text());
    assert!(server.requests().is_empty());
}
