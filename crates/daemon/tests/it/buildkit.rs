//! Connections that are handed over to those who speak BuildKit's protocol.

use crate::daemon::Daemon;

const UPGRADE: &str = "Host: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n";

#[tokio::test]
async fn a_session_is_asked_and_the_builder_answers() {
    let daemon = Daemon::start().await;
    let mut session = daemon.client().await;
    let id = "X-Docker-Expose-Session-Uuid: one";
    let head = format!("POST /v1.51/session HTTP/1.1\r\n{UPGRADE}{id}\r\n\r\n");
    session.send(&head).await;
    let answer = session.head().await;
    assert_eq!(answer.status, 101);
    assert_eq!(answer.header("upgrade"), Some("h2c"));
    // The daemon begins as the client of HTTP/2 does.
    assert_eq!(session.exactly(24).await, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

    let mut asking = daemon.client().await;
    asking.send(format!("POST /grpc HTTP/1.1\r\n{UPGRADE}\r\n")).await;
    assert_eq!(asking.head().await.status, 101);
    asking
        .send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0")
        .await;
    // Its settings come first.
    assert_eq!(asking.exactly(9).await[3], 4);

    // While it is open there is no other one of its name. It is known a moment behind its first bytes.
    let taken = async {
        loop {
            let mut twice = daemon.client().await;
            twice.send(&head).await;
            if twice.head().await.status == 409 {
                break;
            }
        }
    };
    tokio::time::timeout(crate::client::PATIENCE, taken)
        .await
        .unwrap();
}

#[tokio::test]
async fn what_asks_for_no_upgrade_is_refused() {
    let daemon = Daemon::start().await;
    for path in ["/session", "/grpc"] {
        let answer = daemon.ask("POST", path, "").await;
        let told = (answer.status, answer.message());
        assert_eq!(told, (400, "no upgrade proto in request".to_owned()));
    }
    let mut client = daemon.client().await;
    client
        .send("POST /grpc HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n")
        .await;
    assert_eq!(client.head().await.status, 400);
    let mut client = daemon.client().await;
    client
        .send(format!("POST /session HTTP/1.1\r\n{UPGRADE}\r\n"))
        .await;
    assert_eq!(client.head().await.status, 400);
}
