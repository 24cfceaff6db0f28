//! `wget`: one request over HTTP, as health checks make it.

use std::io::{BufRead, BufReader, Read, Write};

use super::options::Given;
use super::talk::why;
use crate::host::Line;
use crate::shell::{Done, Fail, Shell, fail, usage};

/// How often an answer may lead to another address.
const TURNS: usize = 5;
/// The most bytes of one line of an answer's head, and the most lines.
const LINE: u64 = 16 << 10;
const LINES: usize = 200;

struct Address {
    name: String,
    port: u16,
    path: String,
}

impl Address {
    fn read(text: &str) -> Result<Self, Fail> {
        if text.starts_with("https://") {
            return fail("only `http://` is spoken here");
        }
        let rest = text.strip_prefix("http://").unwrap_or(text);
        let (place, path) = match rest.find(['/', '?']) {
            Some(at) => rest.split_at(at),
            None => (rest, "/"),
        };
        let (name, port) = match place.rsplit_once(':') {
            // Of an address of IPv6 the last part is a port only behind its bracket.
            Some((name, port)) if !port.ends_with(']') => (name, port),
            _ => (place, "80"),
        };
        let Ok(port) = port.parse() else {
            return fail(format!("bad port in `{text}`"));
        };
        let slash = if path.starts_with('/') { "" } else { "/" };
        Ok(Self {
            name: name.trim_matches(['[', ']']).to_owned(),
            port,
            path: format!("{slash}{path}"),
        })
    }
}

/// What of an answer's head counts.
struct Head {
    code: u16,
    status: String,
    length: Option<u64>,
    chunked: bool,
    location: Option<String>,
}

pub(super) fn wget(shell: &mut Shell, args: &[String]) -> Done {
    let mut plain: Vec<String> = Vec::with_capacity(args.len());
    let mut spider = false;
    let mut headers = String::new();
    for arg in args {
        // Long ones that health checks use.
        match arg.as_str() {
            "--spider" => spider = true,
            "--quiet" | "--no-verbose" => plain.push("-q".to_owned()),
            arg if arg.starts_with("--tries=") => {}
            arg if arg.starts_with("--timeout=") => plain.push(format!("-T{}", &arg["--timeout=".len()..])),
            arg if arg.starts_with("--output-document=") => {
                plain.push(format!("-O{}", &arg["--output-document=".len()..]));
            }
            arg if arg.starts_with("--header=") => {
                headers.push_str(&arg["--header=".len()..]);
                headers.push_str("\r\n");
            }
            _ => plain.push(arg.clone()),
        }
    }
    let given = Given::read(&plain, "qSO:T:t:U:Y:n:")?;
    let [url] = given.rest.as_slice() else {
        return usage("wget [-q] [--spider] [-O FILE] [-T SECONDS] URL");
    };
    let millis = given.number::<u32>('T')?.unwrap_or(0).saturating_mul(1000);
    let mut url = url.clone();
    for _ in 0..TURNS {
        let address = Address::read(&url)?;
        let (head, mut body) = ask(&address, &headers, spider, millis)?;
        if given.has('S') {
            shell.say("wget", &head.status);
        }
        match (head.code, &head.location) {
            (301 | 302 | 303 | 307 | 308, Some(location)) if location.starts_with('/') => {
                url = format!("http://{}:{}{location}", bracketed(&address.name), address.port);
                continue;
            }
            (301 | 302 | 303 | 307 | 308, Some(location)) => {
                url.clone_from(location);
                continue;
            }
            (200..=299, _) => {}
            _ => return fail(format!("server returned error: {}", head.status)),
        }
        if spider {
            return Ok(0);
        }
        let file = given
            .value('O')
            .map_or_else(|| name_of(&address.path), str::to_owned);
        return match file.as_str() {
            "-" => copy(&head, &mut body, &mut shell.stream(1)?),
            file => {
                let mut options = std::fs::OpenOptions::new();
                options.create(true).write(true).truncate(true);
                copy(&head, &mut body, &mut shell.open(file, &options)?)
            }
        };
    }
    fail("too many redirections")
}

fn bracketed(name: &str) -> String {
    match name.contains(':') {
        true => format!("[{name}]"),
        false => name.to_owned(),
    }
}

fn name_of(path: &str) -> String {
    let path = path.split('?').next().unwrap_or_default();
    let name = path.rsplit('/').next().unwrap_or_default();
    if name.is_empty() { "index.html" } else { name }.to_owned()
}

fn ask(address: &Address, headers: &str, spider: bool, millis: u32) -> Result<(Head, BufReader<Line>), Fail> {
    let Address { name, port, path } = address;
    let failed = |error| fail(format!("can't connect to {name}:{port}: {}", why(&error)));
    let mut line = match Line::dial(name, *port, millis) {
        Ok(line) => line,
        Err(error) => return failed(error),
    };
    let method = if spider { "HEAD" } else { "GET" };
    let host = bracketed(name);
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: {host}:{port}\r\nUser-Agent: Wget\r\n{headers}Connection: close\r\n\r\n"
    );
    if let Err(error) = line.write_all(request.as_bytes()) {
        return failed(error);
    }
    let mut answer = BufReader::new(line);
    match read_head(&mut answer) {
        Ok(Some(head)) => Ok((head, answer)),
        Ok(None) => fail(format!("{name}:{port} does not answer in HTTP")),
        Err(error) => failed(error),
    }
}

fn read_head(from: &mut impl BufRead) -> std::io::Result<Option<Head>> {
    let mut next = || {
        let mut line = Vec::new();
        from.by_ref().take(LINE).read_until(b'\n', &mut line)?;
        Ok::<_, std::io::Error>(String::from_utf8_lossy(&line).trim_end().to_owned())
    };
    let status = next()?;
    let Some((version, rest)) = status.split_once(' ') else {
        return Ok(None);
    };
    let code = rest.split(' ').next().and_then(|code| code.parse().ok());
    let Some(code) = code.filter(|_| version.starts_with("HTTP/")) else {
        return Ok(None);
    };
    let mut head = Head {
        code,
        status,
        length: None,
        chunked: false,
        location: None,
    };
    for _ in 0..LINES {
        let line = next()?;
        if line.is_empty() {
            return Ok(Some(head));
        }
        let (name, value) = line.split_once(':').unwrap_or((&line, ""));
        let value = value.trim();
        match name.to_ascii_lowercase().as_str() {
            "content-length" => head.length = value.parse().ok(),
            "transfer-encoding" => head.chunked = value.to_ascii_lowercase().contains("chunked"),
            "location" => head.location = Some(value.to_owned()),
            _ => {}
        }
    }
    Ok(None)
}

fn copy(head: &Head, from: &mut impl BufRead, to: &mut impl Write) -> Done {
    let failed = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::BrokenPipe => Fail::from(error),
        _ => Fail::from(std::io::Error::other(why(&error))),
    };
    if !head.chunked {
        let wanted = head.length.unwrap_or(u64::MAX);
        let got = std::io::copy(&mut from.take(wanted), to).map_err(failed)?;
        return match head.length {
            Some(length) if got < length => fail("connection closed prematurely"),
            _ => Ok(0),
        };
    }
    loop {
        let mut line = Vec::new();
        from.by_ref()
            .take(LINE)
            .read_until(b'\n', &mut line)
            .map_err(failed)?;
        let text = String::from_utf8_lossy(&line);
        let size = text.split(';').next().unwrap_or_default().trim();
        let Ok(size) = u64::from_str_radix(size, 16) else {
            return fail("a piece of the answer has no size");
        };
        if size == 0 {
            return Ok(0);
        }
        let got = std::io::copy(&mut from.by_ref().take(size), to).map_err(failed)?;
        // And the end of the line behind it.
        from.by_ref()
            .take(LINE)
            .read_until(b'\n', &mut Vec::new())
            .map_err(failed)?;
        if got < size {
            return fail("connection closed prematurely");
        }
    }
}
