//! A client of the Docker Engine API that expects its daemon to die at any moment.

use std::io::{self, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use serde_json::Value;

/// Longer than any answer takes, on an emulated machine too: a deadline for a hang.
const PATIENCE: Duration = Duration::from_secs(120);

/// One connection.
pub(crate) struct Client {
    stream: UnixStream,
    /// What was read beyond the last answer.
    rest: Vec<u8>,
}

/// One answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    head: String,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        let text = String::from_utf8_lossy(&self.body);
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
    }

    pub(crate) fn text(&self) -> String {
        format!("{} {}", self.status, String::from_utf8_lossy(&self.body).trim())
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (found, value) = line.split_once(':')?;
            found.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }
}

fn ended() -> io::Error {
    io::Error::new(io::ErrorKind::UnexpectedEof, "the connection ended in an answer")
}

impl Client {
    pub(crate) fn connect(path: &Path) -> io::Result<Self> {
        let stream = UnixStream::connect(path)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        Ok(Self {
            stream,
            rest: Vec::new(),
        })
    }

    /// One request, with a JSON body if it is not empty. An error says that no whole answer came.
    pub(crate) fn ask(&mut self, method: &str, path: &str, body: &str) -> io::Result<Answer> {
        self.request(method, path, "application/json", body.as_bytes())
    }

    /// One request with any body.
    pub(crate) fn request(
        &mut self,
        method: &str,
        path: &str,
        kind: &str,
        body: &[u8],
    ) -> io::Result<Answer> {
        let length = body.len();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n\r\n"
        );
        let mut bytes = head.into_bytes();
        bytes.extend_from_slice(body);
        self.stream.write_all(&bytes)?;
        self.answer()
    }

    fn answer(&mut self) -> io::Result<Answer> {
        let mut answer = self.head()?;
        if matches!(answer.status, 101 | 204 | 304) {
            return Ok(answer);
        }
        let length = answer.header("content-length").and_then(|l| l.parse().ok());
        if let Some(length) = length {
            answer.body = self.exactly(length)?;
        } else if answer.header("transfer-encoding") == Some("chunked") {
            loop {
                let line = self.until(b"\r\n")?;
                let line = String::from_utf8_lossy(&line).into_owned();
                let length = usize::from_str_radix(line.trim(), 16).map_err(io::Error::other)?;
                let chunk = self.exactly(length + 2)?;
                if length == 0 {
                    break;
                }
                answer.body.extend_from_slice(&chunk[..length]);
            }
        } else {
            while self.more()? {}
            answer.body = std::mem::take(&mut self.rest);
        }
        Ok(answer)
    }

    fn head(&mut self) -> io::Result<Answer> {
        let head = self.until(b"\r\n\r\n")?;
        let head = String::from_utf8_lossy(&head).into_owned();
        let status = head.split(' ').nth(1).and_then(|code| code.parse().ok());
        Ok(Answer {
            status: status.ok_or_else(ended)?,
            head,
            body: Vec::new(),
        })
    }

    fn more(&mut self) -> io::Result<bool> {
        let mut part = [0; 16 << 10];
        let length = self.stream.read(&mut part)?;
        self.rest.extend_from_slice(&part[..length]);
        Ok(length > 0)
    }

    fn until(&mut self, mark: &[u8]) -> io::Result<Vec<u8>> {
        loop {
            if let Some(at) = self.rest.windows(mark.len()).position(|found| found == mark) {
                return Ok(self.rest.drain(..at + mark.len()).collect());
            }
            if !self.more()? {
                return Err(ended());
            }
        }
    }

    fn exactly(&mut self, length: usize) -> io::Result<Vec<u8>> {
        while self.rest.len() < length {
            if !self.more()? {
                return Err(ended());
            }
        }
        Ok(self.rest.drain(..length).collect())
    }

    /// Joins the streams of a container, says something to it and reads its answer of the same length.
    pub(crate) fn challenge(mut self, container: &str, text: &str) -> io::Result<String> {
        self.exchange(container, text)
    }

    /// The same; then it says that nothing more comes, and listens to the end.
    pub(crate) fn last_words(mut self, container: &str, text: &str) -> io::Result<String> {
        let heard = self.exchange(container, text)?;
        self.stream.shutdown(std::net::Shutdown::Write)?;
        while self.more()? {}
        Ok(heard)
    }

    /// Takes the connection for the streams that a request joins.
    #[allow(dead_code, reason = "what the tests of Linux containers need")]
    pub(crate) fn hijack(mut self, path: &str, body: &str) -> io::Result<(Answer, UnixStream, Vec<u8>)> {
        let length = body.len();
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: localhost\r\nUpgrade: tcp\r\nConnection: Upgrade\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
        );
        self.stream.write_all(head.as_bytes())?;
        let answer = self.answer()?;
        Ok((answer, self.stream, self.rest))
    }

    fn exchange(&mut self, container: &str, text: &str) -> io::Result<String> {
        let head = format!(
            "POST /containers/{container}/attach?stream=1&stdin=1&stdout=1 HTTP/1.1\r\nHost: localhost\r\nUpgrade: tcp\r\nConnection: Upgrade\r\nContent-Length: 0\r\n\r\n"
        );
        self.stream.write_all(head.as_bytes())?;
        let answer = self.answer()?;
        if answer.status != 101 {
            return Err(io::Error::other(answer.text()));
        }
        self.stream.write_all(text.as_bytes())?;
        let mut heard = Vec::new();
        while heard.len() < text.len() {
            let frame = self.exactly(8)?;
            let length = u32::from_be_bytes([frame[4], frame[5], frame[6], frame[7]]);
            heard.extend(self.exactly(usize::try_from(length).map_err(io::Error::other)?)?);
        }
        Ok(String::from_utf8_lossy(&heard).into_owned())
    }
}
