//! No password and no token is ever written to the log.

use std::io;
use std::sync::{Arc, Mutex};

use sampan_distribution::server::AuthScheme;
use tracing::Level;

use crate::auth::guarded;

#[derive(Clone, Default)]
struct Sink(Arc<Mutex<Vec<u8>>>);

impl io::Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Everything runs on this one thread, so the log of this test is the log of its server.
#[tokio::test(flavor = "current_thread")]
async fn has_no_secret() {
    // With one subscriber alone, `tracing` lets whichever thread comes first decide for all whether a place
    // logs at all; a second one makes it ask both.
    let _second = tracing::Dispatch::new(
        tracing_subscriber::fmt()
            .with_max_level(Level::TRACE)
            .with_writer(io::sink)
            .finish(),
    );
    let sink = Sink::default();
    let writer = sink.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(Level::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    let guard = tracing::subscriber::set_default(subscriber);
    let registry = guarded(AuthScheme::Token, false).await;
    // The client's own log is its own matter; raw requests have none.
    let basic = "c2FtOnNlY3JldA==";
    let request = format!(
        "GET /token?scope=repository:a:pull HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic {basic}\r\nConnection: close\r\n\r\n"
    );
    let answer = registry.exchange(&request).await;
    let token = answer
        .split("\"token\":\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .to_owned();
    let request = format!(
        "GET /v2/a/tags/list HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n"
    );
    assert!(registry.exchange(&request).await.contains("NAME_UNKNOWN"));
    registry.stop().await;
    drop(guard);
    let log = String::from_utf8(sink.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("/v2/a/tags/list"), "nothing was logged: {log}");
    for secret in ["secret", basic, token.as_str(), "$2y$"] {
        assert!(!log.contains(secret), "`{secret}` is in the log: {log}");
    }
}
