//! curl as a client: TLS, both versions, names, and certificates that change while it is served.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use rustix::process::Signal;
use sampan_testkit::Sampan;

use crate::http::{ends, program, started, until};
use crate::support::sampan;

/// A certificate and its key for a name, both of this machine's own making.
struct Pair {
    certificate: PathBuf,
    key: PathBuf,
}

impl Pair {
    fn new(sampan: &Sampan, file: &str, name: &str) -> Self {
        let pair = Self {
            certificate: sampan.work().join(format!("{file}.pem")),
            key: sampan.work().join(format!("{file}.key")),
        };
        pair.renew(name);
        pair
    }

    fn renew(&self, name: &str) {
        let made = rcgen::generate_simple_self_signed([name.to_owned()]).unwrap();
        std::fs::write(&self.certificate, made.cert.pem()).unwrap();
        std::fs::write(&self.key, made.signing_key.serialize_pem()).unwrap();
    }

    fn flags(&self) -> [String; 4] {
        [
            "--tls-cert".to_owned(),
            self.certificate.display().to_string(),
            "--tls-key".to_owned(),
            self.key.display().to_string(),
        ]
    }
}

fn curl(address: SocketAddr, name: &str, trusted: &Path, flags: &[&str]) -> Output {
    Command::new("curl")
        .args(["-sS", "--max-time", "60", "--noproxy", "*", "--cacert"])
        .arg(trusted)
        .args([
            "--resolve",
            &format!("{name}:{}:{}", address.port(), address.ip()),
        ])
        .args(flags)
        .arg(format!("https://{name}:{}/p", address.port()))
        .output()
        .expect("curl is installed")
}

/// What curl got, with the version that it was told in.
#[track_caller]
fn got(output: &Output) -> String {
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
#[ignore = "accept: needs curl"]
fn curl_speaks_both_versions_over_tls_to_the_service_of_its_name() {
    let sampan = sampan();
    let (a, b) = (
        Pair::new(&sampan, "a", "a.example"),
        Pair::new(&sampan, "b", "b.example"),
    );
    program(&sampan, "mirror");
    program(&sampan, "count");
    let flags = [&a.flags()[..], &b.flags()[..]].concat();
    let routes = [
        "--route",
        "a.example=./mirror.wasm",
        "--route",
        "b.example=./count.wasm",
    ];
    let flags: Vec<_> = ["-p", "80"]
        .into_iter()
        .chain(flags.iter().map(String::as_str))
        .chain(routes)
        .collect();
    let (running, address) = started(&sampan, &["serve"], &flags, &[]);
    assert!(running.stderr().contains("https://"), "{}", running.stderr());
    for (flag, version) in [("--http1.1", "1.1"), ("--http2", "2")] {
        let write = ["-w", "\n%{http_version}", flag];
        let answer = got(&curl(address, "a.example", &a.certificate, &write));
        assert!(
            answer.contains(&format!("a.example:{}/p\n", address.port())),
            "{answer}"
        );
        assert!(answer.ends_with(&format!("\n{version}")), "{answer}");
        let body = [&write[..], &["--data-binary", "12345"]].concat();
        let answer = got(&curl(address, "b.example", &b.certificate, &body));
        assert!(answer.starts_with("5 1\n"), "{answer}");
    }
    // Over plain HTTP there is nobody.
    let plain = crate::http::get(address);
    assert!(!plain.starts_with("HTTP/1.1 200"), "{plain:?}");
    // Another's certificate is not trusted for this name.
    let wrong = curl(address, "a.example", &b.certificate, &[]);
    assert_eq!(wrong.status.code(), Some(60), "{wrong:?}");
    ends(running, Signal::TERM, 0);
}

#[test]
#[ignore = "accept: needs curl"]
fn a_certificate_that_changes_is_shown_without_a_restart_and_a_broken_one_is_not() {
    let sampan = sampan();
    let pair = Pair::new(&sampan, "a", "a.example");
    let file = program(&sampan, "hello");
    let flags = pair.flags();
    let flags: Vec<_> = ["-p", "80"]
        .into_iter()
        .chain(flags.iter().map(String::as_str))
        .collect();
    let (running, address) = started(&sampan, &["serve"], &flags, &[file]);
    let old = sampan.work().join("old.pem");
    std::fs::copy(&pair.certificate, &old).unwrap();
    assert_eq!(got(&curl(address, "a.example", &old, &[])), "hello\n");
    let mut kept = crate::http::connect(address);
    pair.renew("a.example");
    until("the new certificate", || {
        curl(address, "a.example", &pair.certificate, &[])
            .status
            .success()
    });
    assert_eq!(curl(address, "a.example", &old, &[]).status.code(), Some(60));
    let new = sampan.work().join("new.pem");
    std::fs::copy(&pair.certificate, &new).unwrap();
    std::fs::write(&pair.certificate, "no certificate").unwrap();
    until("a word about it", || {
        running.stderr().contains("holds no certificate")
    });
    assert_eq!(got(&curl(address, "a.example", &new, &[])), "hello\n");
    // The connection that was there when all this began is there still.
    use std::io::Write;
    kept.write_all(b"x").unwrap();
    let ended = ends(running, Signal::TERM, 0);
    assert_eq!(
        ended.err().matches("stays in use").count(),
        1,
        "it is told once: {ended}"
    );
}
