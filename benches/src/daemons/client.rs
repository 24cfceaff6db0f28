//! The smallest client of the Docker Engine API: HTTP/1.1 over one kept Unix connection.

use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// The same for all: without them podman wants limits that a root without CAP_SYS_RESOURCE may not set.
const ULIMITS: &str =
    r#"[{"Name":"nofile","Soft":1024,"Hard":16384},{"Name":"nproc","Soft":4096,"Hard":4096}]"#;

pub(crate) struct Client {
    stream: BufReader<UnixStream>,
}

impl Client {
    pub(crate) fn connect(socket: &Path) -> Result<Self> {
        let stream =
            UnixStream::connect(socket).with_context(|| format!("cannot open {}", socket.display()))?;
        stream.set_read_timeout(Some(Duration::from_secs(60)))?;
        Ok(Self {
            stream: BufReader::new(stream),
        })
    }

    fn ask(&mut self, method: &str, path: &str, body: &str) -> Result<String> {
        let request = format!(
            "{method} /v1.41{path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        self.stream.get_mut().write_all(request.as_bytes())?;
        let (status, body) = self.answer()?;
        if status >= 300 {
            bail!("{method} {path}: {status} {body}");
        }
        Ok(body)
    }

    fn answer(&mut self) -> Result<(u16, String)> {
        let mut line = String::new();
        self.stream.read_line(&mut line)?;
        let status: u16 = line
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok())
            .with_context(|| format!("`{line}` is no status"))?;
        let (mut length, mut chunked) = (0, false);
        loop {
            line.clear();
            self.stream.read_line(&mut line)?;
            let head = line.trim_end().to_ascii_lowercase();
            if head.is_empty() {
                break;
            }
            if let Some(value) = head.strip_prefix("content-length:") {
                length = value.trim().parse()?;
            }
            chunked |= head
                .strip_prefix("transfer-encoding:")
                .is_some_and(|v| v.trim() == "chunked");
        }
        let mut body = Vec::new();
        if chunked {
            loop {
                line.clear();
                self.stream.read_line(&mut line)?;
                let length = usize::from_str_radix(line.trim(), 16)?;
                let from = body.len();
                body.resize(from + length, 0);
                self.stream.read_exact(&mut body[from..])?;
                line.clear();
                self.stream.read_line(&mut line)?;
                if length == 0 {
                    break;
                }
            }
        } else {
            body.resize(length, 0);
            self.stream.read_exact(&mut body)?;
        }
        Ok((status, String::from_utf8(body)?))
    }

    pub(crate) fn get(&mut self, path: &str) -> Result<String> {
        self.ask("GET", path, "")
    }

    pub(crate) fn post(&mut self, path: &str, body: &str) -> Result<String> {
        self.ask("POST", path, body)
    }

    /// A whole archive of images, as `docker load` sends it.
    pub(crate) fn load(&mut self, archive: &Path) -> Result<String> {
        let mut file = std::fs::File::open(archive)?;
        let request = format!(
            "POST /v1.41/images/load?quiet=1 HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-tar\r\nContent-Length: {}\r\n\r\n",
            file.metadata()?.len()
        );
        self.stream.get_mut().write_all(request.as_bytes())?;
        std::io::copy(&mut file, self.stream.get_mut())?;
        match self.answer()? {
            (200, told) if !told.contains("errorDetail") => Ok(told),
            (status, told) => bail!("the archive is not loaded: {status} {told}"),
        }
    }

    /// Takes an image away, and all of it that nobody else has.
    pub(crate) fn remove_image(&mut self, image: &str) -> Result<()> {
        self.ask("DELETE", &format!("/images/{image}?force=1"), "")
            .map(drop)
    }

    pub(crate) fn create(&mut self, image: &str, network: &str) -> Result<String> {
        let body = format!(
            r#"{{"Image":"{image}","HostConfig":{{"NetworkMode":"{network}","Ulimits":{ULIMITS}}}}}"#
        );
        id_of(&self.post("/containers/create", &body)?)
    }

    /// One whose standard input is open.
    pub(crate) fn create_open(&mut self, image: &str) -> Result<String> {
        let body = format!(r#"{{"Image":"{image}","OpenStdin":true,"HostConfig":{{"NetworkMode":"none"}}}}"#);
        id_of(&self.post("/containers/create", &body)?)
    }

    pub(crate) fn start(&mut self, id: &str) -> Result<()> {
        self.post(&format!("/containers/{id}/start"), "").map(drop)
    }

    pub(crate) fn wait(&mut self, id: &str) -> Result<String> {
        self.post(&format!("/containers/{id}/wait"), "")
    }

    pub(crate) fn remove(&mut self, id: &str) -> Result<()> {
        self.ask("DELETE", &format!("/containers/{id}?force=1"), "")
            .map(drop)
    }

    /// Create, start, wait, and all three together; then it is removed.
    pub(crate) fn round(&mut self, image: &str, network: &str) -> Result<[Duration; 4]> {
        let first = Instant::now();
        let id = self.create(image, network)?;
        let created = Instant::now();
        self.start(&id)?;
        let started = Instant::now();
        let status = self.wait(&id)?;
        let waited = Instant::now();
        if !status.contains("\"StatusCode\":0") {
            bail!("{image} ended with {status}");
        }
        self.remove(&id)?;
        Ok([
            created - first,
            started - created,
            waited - started,
            waited - first,
        ])
    }
}

fn id_of(body: &str) -> Result<String> {
    let (_, rest) = body.split_once("\"Id\":\"").context("there is no id")?;
    let (id, _) = rest.split_once('"').context("the id has no end")?;
    Ok(id.to_owned())
}
