//! A client that writes what it is told, byte by byte, and reads what comes.

use std::path::Path;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::UnixStream;

/// Longer than anything here takes.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// One connection.
pub(crate) struct Client<S = UnixStream> {
    pub(crate) stream: S,
    /// What was read beyond the last answer.
    pub(crate) rest: Vec<u8>,
}

/// One answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    pub(crate) fn message(&self) -> String {
        self.json()["message"]
            .as_str()
            .expect("an error has a message")
            .to_owned()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (found, value) = line.split_once(':')?;
            found.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }
}

impl Client {
    pub(crate) async fn connect(path: &Path) -> Self {
        Self::over(UnixStream::connect(path).await.expect("the daemon listens"))
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Client<S> {
    pub(crate) fn over(stream: S) -> Self {
        Self {
            stream,
            rest: Vec::new(),
        }
    }

    pub(crate) async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.stream
            .write_all(bytes.as_ref())
            .await
            .expect("the daemon reads");
    }

    /// One request, with a JSON body if it is not empty.
    pub(crate) async fn ask(&mut self, method: &str, path: &str, body: &str) -> Answer {
        let kind = if body.is_empty() {
            ""
        } else {
            "Content-Type: application/json\r\n"
        };
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: localhost\r\n{kind}Content-Length: {}\r\n\r\n",
            body.len()
        );
        self.send(format!("{head}{body}")).await;
        self.answer(method == "HEAD").await
    }

    /// Reads more; false at the end.
    pub(crate) async fn more(&mut self) -> bool {
        let mut part = [0; 4096];
        let length = tokio::time::timeout(PATIENCE, self.stream.read(&mut part))
            .await
            .expect("something comes in time")
            .unwrap_or(0);
        self.rest.extend_from_slice(&part[..length]);
        length > 0
    }

    /// Reads the head of an answer.
    pub(crate) async fn head(&mut self) -> Answer {
        loop {
            if let Some(end) = self.rest.windows(4).position(|four| four == b"\r\n\r\n") {
                let head = String::from_utf8_lossy(&self.rest[..end]).into_owned();
                self.rest.drain(..end + 4);
                let status = head
                    .split(' ')
                    .nth(1)
                    .and_then(|code| code.parse().ok())
                    .expect("a status");
                return Answer {
                    status,
                    head,
                    body: Vec::new(),
                };
            }
            assert!(
                self.more().await,
                "the connection ended in a head: {:?}",
                String::from_utf8_lossy(&self.rest)
            );
        }
    }

    /// Reads an answer to its end.
    pub(crate) async fn answer(&mut self, headless: bool) -> Answer {
        let mut answer = self.head().await;
        if headless || matches!(answer.status, 101 | 204 | 304) {
            return answer;
        }
        if let Some(length) = answer
            .header("content-length")
            .and_then(|length| length.parse::<usize>().ok())
        {
            while self.rest.len() < length {
                assert!(self.more().await, "the connection ended in a body");
            }
            answer.body = self.rest.drain(..length).collect();
        } else if answer.header("transfer-encoding") == Some("chunked") {
            while let Some(chunk) = self.chunk().await {
                answer.body.extend_from_slice(&chunk);
            }
        } else {
            while self.more().await {}
            answer.body = std::mem::take(&mut self.rest);
        }
        answer
    }

    /// The next chunk of a chunked body; `None` at its end.
    pub(crate) async fn chunk(&mut self) -> Option<Vec<u8>> {
        let line = loop {
            if let Some(end) = self.rest.windows(2).position(|two| two == b"\r\n") {
                break end;
            }
            assert!(self.more().await, "the connection ended in a chunk");
        };
        let length = usize::from_str_radix(std::str::from_utf8(&self.rest[..line]).unwrap(), 16).unwrap();
        self.rest.drain(..line + 2);
        while self.rest.len() < length + 2 {
            assert!(self.more().await, "the connection ended in a chunk");
        }
        let chunk: Vec<u8> = self.rest.drain(..length).collect();
        self.rest.drain(..2);
        (length > 0).then_some(chunk)
    }

    /// Reads until so much is there.
    pub(crate) async fn exactly(&mut self, length: usize) -> Vec<u8> {
        while self.rest.len() < length {
            assert!(
                self.more().await,
                "the connection ended early: {:?}",
                String::from_utf8_lossy(&self.rest)
            );
        }
        self.rest.drain(..length).collect()
    }

    /// Reads to the end of the connection.
    pub(crate) async fn rest(mut self) -> Vec<u8> {
        while self.more().await {}
        self.rest
    }
}
