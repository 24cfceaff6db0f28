//! Files and contexts from addresses. Their servers are here, and each test has one of its own.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::thread;

use sampan_testkit::layer::{self, Layer};

use crate::builds::{build, build_of, context};
use crate::machine::Machine;

/// What a server says: the status line and the heads, and the body.
type Pages = Arc<Mutex<BTreeMap<&'static str, (String, Vec<u8>)>>>;

struct Server {
    at: String,
    pages: Pages,
    asked: Arc<AtomicUsize>,
}

impl Server {
    fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let at = format!("http://{}", listener.local_addr().unwrap());
        let (pages, asked) = (Pages::default(), Arc::new(AtomicUsize::new(0)));
        let (shown, counted) = (Arc::clone(&pages), Arc::clone(&asked));
        thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
                let first = lines.next().and_then(Result::ok).unwrap_or_default();
                // The rest of the head.
                lines
                    .map_while(Result::ok)
                    .take_while(|line| !line.is_empty())
                    .for_each(drop);
                counted.fetch_add(1, SeqCst);
                let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
                let page = shown.lock().unwrap().get(path.as_str()).cloned();
                let (head, body) = page.unwrap_or_else(|| ("404 Not Found\r\n".to_owned(), b"no".to_vec()));
                let head = format!("HTTP/1.1 {head}Connection: close\r\n\r\n");
                // A client that has seen enough is gone.
                let _ = stream
                    .write_all(head.as_bytes())
                    .and_then(|()| stream.write_all(&body));
            }
        });
        Self { at, pages, asked }
    }

    fn page(&self, path: &'static str, head: &str, body: &[u8]) {
        let mut pages = self.pages.lock().unwrap();
        pages.insert(path, (head.replace('\n', "\r\n"), body.to_vec()));
    }
}

#[test]
fn a_file_comes_from_an_address_and_is_known_by_its_content() {
    let Some(machine) = Machine::new() else { return };
    let server = Server::new();
    let old = "200 OK\nLast-Modified: Wed, 21 Oct 2015 07:28:00 GMT\n";
    server.page("/a/file.tar", old, &Layer::new().file("x", "in it\n").tar());
    server.page("/to", "302 Found\nLocation: /a/text?signature=x\n", b"");
    server.page("/a/text?signature=x", "200 OK\n", b"text\n");
    let dockerfile = format!(
        "FROM box\nARG AT={0}\nADD $AT/a/file.tar /got/\nADD --chmod=0644 --chown=33 {0}/to /renamed\n\
         ADD --unpack=true {0}/a/file.tar /unpacked/\n\
         RUN stat -c '%a %u %Y' /got/file.tar /renamed && cat /renamed /unpacked/x\n",
        server.at
    );
    let built = build(&machine, "", context(&dockerfile));
    built.id();
    assert!(built.text.contains("600 0 1445412480\n644 33 "), "{built:?}");
    assert!(built.text.contains("text\nin it\n"), "{built:?}");
    let again = build(&machine, "", context(&dockerfile));
    assert_eq!((again.cached(), again.id()), (5, built.id()));
    server.page("/a/text?signature=x", "200 OK\n", b"other\n");
    assert_eq!(build(&machine, "", context(&dockerfile)).cached(), 2);
}

#[test]
fn a_checksum_is_kept_and_what_cannot_be_had_is_one_error() {
    let Some(machine) = Machine::new() else { return };
    let server = Server::new();
    server.page("/f", "200 OK\n", b"hello\n");
    server.page("/round", "301 Moved\nLocation: /round\n", b"");
    server.page("/away", "301 Moved\nLocation: file:///etc/passwd\n", b"");
    server.page("/huge", "200 OK\nContent-Length: 99999999999999\n", b"x");
    server.page("/short", "200 OK\nContent-Length: 100\n", b"x");
    let add = |words: String| build(&machine, "", context(&format!("FROM box\nADD {words} /x\n")));
    let sum = "sha256:5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03";
    add(format!("--checksum={sum} {}/f", server.at)).id();
    let other = sum.replace("5891", "1985");
    for (words, why) in [
        (format!("--checksum={other} {}/f", server.at), "digest mismatch"),
        (
            format!("--checksum=md5:1 {}/f", server.at),
            "invalid checksum digest format",
        ),
        (format!("{}/none", server.at), "with status 404"),
        (format!("{}/round", server.at), "after too many redirects"),
        (format!("{}/away", server.at), "which is not an HTTP address"),
        (format!("{}/huge", server.at), "is larger than 4GiB"),
        (format!("{}/short", server.at), "failed"),
        (format!("{}/", server.at), "cannot determine filename"),
        (
            "http://me:hunter2@127.0.0.1:1/x".to_owned(),
            "a name or a password",
        ),
        ("https://example.com/a.git#main".to_owned(), "a repository of git"),
        (
            "ftp://example.com/a".to_owned(),
            "only http and https addresses are",
        ),
    ] {
        let built = add(words.clone());
        assert!(built.error.contains(why), "{words}: {built:?}");
    }
    let copied = build(
        &machine,
        "",
        context(&format!("FROM box\nCOPY {}/f /x\n", server.at)),
    );
    assert!(
        copied.error.contains("source can't be a URL for COPY"),
        "{copied:?}"
    );
}

#[test]
fn a_context_comes_from_an_address() {
    let Some(machine) = Machine::new() else { return };
    let server = Server::new();
    let archive = Layer::new()
        .file("Other", "FROM box\nRUN --mount=target=/ctx cat /ctx/a\n")
        .file("a", "of the archive\n");
    server.page("/context.tar", "200 OK\n", &archive.tar());
    server.page(
        "/Dockerfile",
        "200 OK\nContent-Type: text/plain\n",
        b"FROM box\nLABEL from=afar\n",
    );
    server.page("/bomb", "200 OK\n", &layer::bomb(2));
    let from =
        |path: &str, more: &str| build_of(&machine, &format!("remote={}{path}&{more}", server.at), b"");
    let built = from("/context.tar", "dockerfile=Other");
    assert!(built.text.contains("of the archive\n"), "{built:?}");
    from("/Dockerfile", "").id();
    for (path, why) in [("/none", "with status 404"), ("/bomb", "compression ratio")] {
        let built = from(path, "");
        assert!(built.error.contains(why), "{path}: {built:?}");
    }
    let git = build_of(&machine, "remote=https://example.com/a.git", b"");
    assert!(git.error.contains("a repository of git"), "{git:?}");
}

#[test]
fn a_socket_that_is_handed_out_fetches_nothing() {
    let Some(machine) = Machine::new() else { return };
    let server = Server::new();
    server.page("/Dockerfile", "200 OK\n", b"FROM scratch\n");
    let archive = context(&format!("FROM scratch\nADD {}/Dockerfile /\n", server.at)).tar();
    let remote = format!("/build?remote={}/Dockerfile", server.at);
    for (path, body) in [(remote.as_str(), &b""[..]), ("/build", &archive)] {
        let mut stranger = machine.stranger();
        let answer = stranger.request("POST", path, "application/x-tar", body).unwrap();
        let text = answer.text();
        assert!(text.contains("this socket"), "{path}: {} {text}", answer.status);
    }
    assert_eq!(server.asked.load(SeqCst), 0);
}
