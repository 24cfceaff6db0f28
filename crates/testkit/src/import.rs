//! Images of a daemon, made of layers.

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

/// How long the daemon may take.
const LIMIT: Duration = Duration::from_secs(60);

/// Makes an image for Wasm of an archive of files, with a change to its configuration (`CMD ["/app"]`).
pub fn import(socket: &Path, tar: &[u8], name: &str, change: &str) {
    import_for("wasi/wasm", socket, tar, name, change);
}

/// Makes an image of another platform from an archive at a daemon, which need not be able to run it.
pub fn import_for(platform: &str, socket: &Path, tar: &[u8], name: &str, change: &str) {
    let platform = platform.replace('/', "%2F");
    let change = change.replace(' ', "%20").replace('"', "%22");
    let mut stream = UnixStream::connect(socket).expect("the daemon listens");
    stream.set_read_timeout(Some(LIMIT)).expect("a limit can be set");
    let head = format!(
        "POST /images/create?fromSrc=-&repo={name}&platform={platform}&changes={change} HTTP/1.1\r\n\
         Host: x\r\nConnection: close\r\nContent-Type: application/x-tar\r\nContent-Length: {}\r\n\r\n",
        tar.len()
    );
    stream.write_all(head.as_bytes()).expect("a request can be sent");
    stream.write_all(tar).expect("an archive can be sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("the daemon answers");
    assert!(
        answer.starts_with("HTTP/1.1 200") && !answer.contains("error"),
        "{answer}"
    );
}
