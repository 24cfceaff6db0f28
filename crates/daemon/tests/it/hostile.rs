//! Clients that are slow, stuck, or mean it badly.

use std::time::Duration;

use crate::client::Client;
use crate::daemon::Daemon;

#[tokio::test]
async fn a_thousand_slow_clients_stop_nobody() {
    let daemon = Daemon::with(|config, _| config.bounds.connections = 64).await;
    let mut slow = Vec::new();
    for _ in 0..1000 {
        let mut client = daemon.client().await;
        // Those that were cut already cannot be written to, which is as good.
        let _ = tokio::io::AsyncWriteExt::write_all(&mut client.stream, b"GET /_ping HT").await;
        slow.push(client);
        if slow.len() > 200 {
            // This side has limits of its own.
            slow.drain(..100);
        }
    }
    let answer = daemon.ask("GET", "/_ping", "").await;
    assert_eq!(answer.status, 200);
    let page = daemon.ask("GET", "/metrics", "").await.text();
    let open: u64 = page
        .lines()
        .find_map(|line| line.strip_prefix("sampan_connections ")?.parse().ok())
        .unwrap();
    assert!(open <= 64, "{open}");
}

#[tokio::test]
async fn a_head_that_does_not_end_is_given_up() {
    let daemon = Daemon::with(|config, _| config.bounds.head = Duration::from_millis(200)).await;
    let mut client = daemon.client().await;
    client.send("GET /_ping HTTP/1.1\r\nHost: ").await;
    let rest = client.rest().await;
    assert!(
        rest.is_empty() || rest.starts_with(b"HTTP/1.1 408"),
        "{:?}",
        String::from_utf8_lossy(&rest)
    );
}

#[tokio::test]
async fn a_body_that_does_not_come_is_given_up() {
    let daemon = Daemon::with(|config, _| config.bounds.body_pause = Duration::from_millis(200)).await;
    let mut client = daemon.client().await;
    client
        .send("POST /volumes/create HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{")
        .await;
    assert_eq!(client.head().await.status, 408);
}

#[tokio::test]
async fn bodies_have_a_bound() {
    let daemon = Daemon::with(|config, _| config.bounds.body_size = 1 << 16).await;
    let big = format!(r#"{{"Name":"{}"}}"#, "x".repeat(1 << 17));
    let answer = daemon.ask("POST", "/volumes/create", &big).await;
    assert_eq!(answer.status, 413);
    // The same without a length said before.
    let mut client = daemon.client().await;
    client
        .send("POST /volumes/create HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n")
        .await;
    client
        .send(format!("{:x}\r\n{big}\r\n0\r\n\r\n", big.len()))
        .await;
    assert_eq!(client.head().await.status, 413);
}

#[tokio::test]
async fn heads_that_are_none_are_refused() {
    let daemon = Daemon::start().await;
    let large = format!("GET /_ping HTTP/1.1\r\nX: {}\r\n\r\n", "y".repeat(1 << 20));
    let many = format!("GET /_ping HTTP/1.1\r\n{}\r\n", "A: b\r\n".repeat(1000));
    for head in [
        "\r\n\r\n\r\n\0",
        "NONSENSE\r\n\r\n",
        "GET / HTTP/9.9\r\n\r\n",
        "GET /_ping HTTP/1.1\r\nno colon\r\n\r\n",
        "POST /volumes/create HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "POST /volumes/create HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        &large,
        &many,
    ] {
        let mut client = daemon.client().await;
        let _ = tokio::io::AsyncWriteExt::write_all(&mut client.stream, head.as_bytes()).await;
        let _ = tokio::io::AsyncWriteExt::shutdown(&mut client.stream).await;
        let rest = String::from_utf8_lossy(&client.rest().await).into_owned();
        let shown: String = head.chars().take(40).collect();
        assert!(
            rest.is_empty() || rest.starts_with("HTTP/1.1 4"),
            "{shown:?}: {rest:?}"
        );
    }
    assert_eq!(daemon.ask("GET", "/_ping", "").await.status, 200);
}

#[tokio::test]
async fn one_request_cannot_hide_another() {
    let daemon = Daemon::start().await;
    let mut client = daemon.client().await;
    // A length and chunks: whichever a proxy before us believed, the connection must not go on after it.
    client
        .send("POST /volumes/create HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nDELETE /images/x HTTP/1.1\r\nHost: x\r\n\r\n")
        .await;
    let rest = String::from_utf8_lossy(&client.rest().await).into_owned();
    assert_eq!(rest.matches("HTTP/1.1 ").count(), 1, "{rest}");
}

#[tokio::test]
async fn odd_paths_are_answered() {
    let daemon = Daemon::start().await;
    for path in [
        "/containers/%00/json",
        "/containers/%ff/json",
        "/containers/..%2f..%2fetc/json",
        "/images/%25%25/json",
        "/images/../../etc/passwd/json",
        "//containers/json",
        "/v1.41//containers/json",
        "/containers/json?&&&=&=x",
    ] {
        let answer = daemon.ask("GET", path, "").await;
        assert!(
            answer.status < 500 || answer.status == 501,
            "{path}: {} {}",
            answer.status,
            answer.text()
        );
    }
}

#[tokio::test]
async fn a_client_that_sends_much_sees_why_it_was_refused() {
    let daemon = Daemon::with(|config, _| config.read_only = true).await;
    let mut client = Client::connect(&daemon.socket()).await;
    let size = 4 << 20;
    client
        .send(format!(
            "POST /images/load HTTP/1.1\r\nHost: x\r\nContent-Length: {size}\r\n\r\n"
        ))
        .await;
    client.send(vec![0; size]).await;
    assert_eq!(client.head().await.status, 403);
}
