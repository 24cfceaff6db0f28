//! A server process that is killed, or whose disk is full. The child is this test binary itself, told by
//! its environment to serve a folder.

use std::path::Path;
use std::process::Stdio;

use reqwest::StatusCode;
use sampan_distribution::server::Server;
use sampan_store::Store;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, Command};

use crate::support::{OCTETS, client, config, content, header, sha256, start_in, until};

const ROOT: &str = "SAMPAN_TEST_SERVE";

/// Serves until it is killed, when another test starts it so; otherwise does nothing.
#[tokio::test]
async fn child() {
    #[allow(clippy::disallowed_methods, reason = "how the parent reaches its child")]
    let Ok(root) = std::env::var(ROOT) else {
        return;
    };
    let store = Store::open(Path::new(&root)).unwrap();
    let server = Server::bind(store, config()).await.unwrap();
    println!("\nserving {}", server.url());
    server.serve(std::future::pending()).await.unwrap();
}

struct Served {
    child: Child,
    url: String,
}

/// Starts a child, under a shell's limits if asked.
async fn serve(root: &Path, limits: &str) -> Served {
    let exe = std::env::current_exe().unwrap();
    let mut child = Command::new("/bin/sh")
        .arg("-c")
        .arg(format!("{limits} exec \"$0\" \"$@\""))
        .arg(exe)
        .args(["kill::child", "--exact", "--nocapture"])
        .env(ROOT, root)
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    loop {
        let line = lines.next_line().await.unwrap().expect("the child serves");
        if let Some(url) = line.strip_prefix("serving ") {
            let url = url.to_owned();
            // Nobody reads on, and nothing more is written.
            return Served { child, url };
        }
    }
}

#[tokio::test]
async fn kill_in_the_middle_of_an_upload() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("root");
    let mut served = serve(&root, "").await;
    let http = client();
    let bytes = content(1, 5_000_000);
    let response = http
        .post(format!("{}/v2/a/blobs/uploads/", served.url))
        .send()
        .await
        .unwrap();
    let location = header(&response, "location");
    let mut stream = tokio::net::TcpStream::connect(served.url.strip_prefix("http://").unwrap())
        .await
        .unwrap();
    let head = format!(
        "PATCH {location} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n\r\n",
        bytes.len()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(&bytes[..3_000_000]).await.unwrap();
    until("something arrived", || async {
        let status = http
            .get(format!("{}{location}", served.url))
            .send()
            .await
            .unwrap();
        header(&status, "range") != "0-0"
    })
    .await;
    // A few more in flight, so that the kill falls into them.
    let pushes: Vec<_> = (0..20u64)
        .map(|n| {
            let (http, url) = (http.clone(), served.url.clone());
            tokio::spawn(async move {
                let bytes = content(100 + n, 200_000);
                let path = format!("{url}/v2/b/blobs/uploads/?digest={}", sha256(&bytes));
                http.post(path)
                    .body(bytes)
                    .send()
                    .await
                    .is_ok_and(|r| r.status() == StatusCode::CREATED)
            })
        })
        .collect();
    until("one of them is through", || async {
        pushes.iter().any(tokio::task::JoinHandle::is_finished)
    })
    .await;
    served.child.start_kill().unwrap();
    served.child.wait().await.unwrap();
    let mut through = Vec::new();
    for (n, push) in pushes.into_iter().enumerate() {
        if push.await.unwrap() {
            through.push(100 + n as u64);
        }
    }

    let registry = start_in(dir, |_| {}).await;
    // What was answered with success is there, whole.
    for seed in through {
        let bytes = content(seed, 200_000);
        let pulled = registry
            .send("GET", &format!("/v2/b/blobs/{}", sha256(&bytes)))
            .await;
        assert_eq!(pulled.bytes().await.unwrap(), bytes);
    }
    // Every blob in the store has its name's digest.
    for blob in registry.store.blobs().list().unwrap() {
        let bytes = registry
            .store
            .blobs()
            .read_blob(&blob.digest, sampan_store::MAX_MANIFEST)
            .unwrap();
        assert_eq!(bytes.len() as u64, blob.size);
    }
    // The upload goes on from where it was.
    let status = registry.send("GET", &location).await;
    let last: usize = header(&status, "range")
        .strip_prefix("0-")
        .unwrap()
        .parse()
        .unwrap();
    let at = last + 1;
    assert!(at <= 3_000_000);
    let response = registry
        .request("PUT", &format!("{location}?digest={}", sha256(&bytes)))
        .header("content-type", OCTETS)
        .header("content-range", format!("{at}-{}", bytes.len() - 1))
        .body(bytes[at..].to_vec())
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), StatusCode::CREATED);
}

#[tokio::test]
async fn a_full_disk_is_507_and_leaves_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("root");
    // The limit on file sizes stands in for the disk: it needs no rights and fails the same calls.
    let served = serve(&root, "trap '' XFSZ; ulimit -f 2048;").await;
    let http = client();
    let bytes = content(2, 4_000_000);
    let sum = sha256(&bytes);
    let start = |query: String| http.post(format!("{}/v2/a/blobs/uploads/{query}", served.url));
    let whole = start(format!("?digest={sum}"))
        .body(bytes.clone())
        .send()
        .await
        .unwrap();
    let session = start(String::new()).send().await.unwrap();
    let location = header(&session, "location");
    let chunk = http
        .patch(format!("{}{location}", served.url))
        .body(bytes)
        .send()
        .await
        .unwrap();
    for response in [whole, chunk] {
        assert_eq!(response.status(), StatusCode::INSUFFICIENT_STORAGE);
        let body = response.text().await.unwrap();
        assert!(body.contains("STORAGE_FULL") && !body.contains("root"), "{body}");
    }
    let gone = http
        .get(format!("{}{location}", served.url))
        .send()
        .await
        .unwrap();
    assert_eq!(gone.status(), StatusCode::NOT_FOUND);
    // It goes on with what fits, and nothing of the rest is left.
    let small = start(format!("?digest={}", sha256(b"x")))
        .body("x")
        .send()
        .await
        .unwrap();
    assert_eq!(small.status(), StatusCode::CREATED);
    let store = Store::open(&root).unwrap();
    assert_eq!(store.blobs().list().unwrap().len(), 1);
}
