//! Requests that are under way while the version changes.

use sampan_testkit::guest;
use serde_json::json;

use crate::http::until;
use crate::service::{KeepAlive, deployed, saying, says, service, versions};

#[test]
fn a_stream_that_is_under_way_ends_whole_with_the_version_that_began_it() {
    let (host, to) = service(&[
        ("mirror", guest::http_server("mirror")),
        ("next", saying("next!")),
    ]);
    let mut streams: Vec<_> = (0..20).map(|_| KeepAlive::new(to)).collect();
    for stream in &mut streams {
        let head = "POST /it HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n";
        stream.write(head.as_bytes()).unwrap();
        let begun = stream.until("first\r\n").unwrap();
        assert!(begun.starts_with("HTTP/1.1 200"), "{begun}");
    }
    deployed(&host, &json!({ "image": "next" }));
    assert_eq!(says(to), "next!\n");
    for (number, stream) in streams.iter_mut().enumerate() {
        // The version that began it still reads and writes.
        let more = format!("more-{number:03}");
        stream.write(format!("8\r\n{more}\r\n").as_bytes()).unwrap();
        stream.until(&format!("{more}\r\n")).unwrap();
        stream.write(b"0\r\n\r\n").unwrap();
        assert_eq!(stream.until("0\r\n\r\n").unwrap(), "0\r\n\r\n");
        // The next request on the same connection is the new version's.
        assert_eq!(stream.get().unwrap(), (200, "next!\n".to_owned()));
    }
}

#[test]
fn a_service_that_nobody_asks_has_no_instance() {
    let (host, to) = service(&[
        ("mirror", guest::http_server("mirror")),
        ("next", saying("next!")),
    ]);
    let instances = || {
        let all = versions(&host);
        let each = all["versions"].as_array().unwrap().iter();
        each.map(|version| version["instances"].as_u64().unwrap())
            .sum::<u64>()
    };
    assert_eq!(instances(), 0, "nobody has asked yet");
    let mut stream = KeepAlive::new(to);
    stream
        .write(b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n")
        .unwrap();
    stream.until("x\r\n").unwrap();
    assert_eq!(instances(), 1);
    stream.write(b"0\r\n\r\n").unwrap();
    stream.until("0\r\n\r\n").unwrap();
    until("its instance to go", || instances() == 0);
    deployed(&host, &json!({ "image": "next", "split": "1:1" }));
    until("the instances of the trial to go", || instances() == 0);
    for _ in 0..10 {
        let _ = KeepAlive::new(to).get().unwrap();
    }
    until("no instance", || instances() == 0);
}
