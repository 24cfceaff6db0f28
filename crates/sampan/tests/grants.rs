//! A program reaches what it was granted and nothing else. "Nothing" is proved at the other side: by a server that
//! counts who came, or a file that is as it was.

mod support;

use std::os::unix::fs::symlink;
use std::path::Path;

use sampan_testkit::guest::{self, Target};
use sampan_testkit::net::{EchoServer, UdpEcho, closed_address};
use sampan_testkit::{Ended, Sampan};
use support::sampan;

fn net(sampan: &Sampan, flags: &[&str], args: &[&str]) -> Ended {
    sampan
        .command(["run"])
        .args(flags)
        .args([guest::rust("net", Target::P2)])
        .args(args)
        .end()
}

#[test]
fn connects_only_where_it_may() {
    let sampan = sampan();
    let (server, other) = (EchoServer::start(), EchoServer::start());
    let (to, elsewhere) = (server.address().to_string(), other.address().to_string());
    let send = ["tcp-connect", &to, "hello"];

    let refused = net(&sampan, &[], &send);
    refused
        .code(1)
        .says("PermissionDenied")
        .says(&format!("--allow-net {to}"));
    net(&sampan, &["--allow-net", &elsewhere], &send).code(1);
    net(&sampan, &["--allow-http", "127.0.0.1"], &send).code(1);
    net(
        &sampan,
        &["--allow-listen", &server.address().port().to_string()],
        &send,
    )
    .code(1);
    assert_eq!(server.accepted(), 0, "a connection was made without a grant");

    assert_eq!(net(&sampan, &["--allow-net", &to], &send).quiet(), "hello\n");
    let block = format!("127.0.0.0/8:{}", server.address().port());
    assert_eq!(net(&sampan, &["--allow-net", &block], &send).quiet(), "hello\n");
    let any = format!("*:{}", server.address().port());
    assert_eq!(net(&sampan, &["--allow-net", &any], &send).quiet(), "hello\n");
    assert_eq!(server.accepted(), 3);
    assert_eq!(other.accepted(), 0);
}

#[test]
fn names_open_only_the_addresses_that_they_have() {
    let sampan = sampan();
    let server = EchoServer::start();
    let port = server.address().port();
    let (by_name, other) = (format!("localhost:{port}"), format!("example.invalid:{port}"));
    let args = ["tcp-connect", by_name.as_str(), "hello"];
    assert_eq!(net(&sampan, &["--allow-net", &by_name], &args).quiet(), "hello\n");
    let before = server.accepted();
    // The name of somebody else, or the right name with another port.
    net(&sampan, &["--allow-net", &other], &args).code(1);
    net(&sampan, &["--allow-net", "localhost:1"], &args).code(1);
    assert_eq!(server.accepted(), before);
}

#[test]
fn looks_up_only_names_that_it_may() {
    let sampan = sampan();
    let refused = net(&sampan, &[], &["resolve", "localhost"]);
    refused.code(1);
    assert_eq!(refused.out(), "");
    let found = net(
        &sampan,
        &["--allow-net", "localhost:80"],
        &["resolve", "localhost"],
    );
    assert!(found.quiet().lines().any(|l| l == "127.0.0.1"), "{found}");
}

#[test]
fn sends_datagrams_only_where_it_may() {
    let sampan = sampan();
    let server = UdpEcho::start();
    let to = server.address().to_string();
    let send = ["udp-send", &to, "hello"];
    net(&sampan, &[], &send).code(1);
    // A grant of TCP is none of UDP.
    net(&sampan, &["--allow-net", &to], &send).code(1);
    let listening = ["--allow-net", &format!("{to}/udp"), "--allow-listen", "0/udp"];
    assert_eq!(net(&sampan, &listening, &send).quiet(), "hello\n");
}

#[test]
fn listens_only_where_it_may() {
    let sampan = sampan();
    let at = closed_address();
    let (place, port) = (at.to_string(), at.port().to_string());
    let listen = ["tcp-listen", place.as_str()];
    net(&sampan, &[], &listen).code(1).says("--allow-listen");
    net(&sampan, &["--allow-listen", "1"], &listen).code(1);
    net(
        &sampan,
        &["--allow-listen", &port],
        &["tcp-listen", &format!("0.0.0.0:{port}")],
    )
    .code(1);

    let program = guest::rust("net", Target::P2);
    let running = sampan
        .command(["run", "--allow-listen", &port])
        .args([&program])
        .args(listen)
        .start();
    running.wait_for(&place);
    let mut stream = std::net::TcpStream::connect(at).expect("it listens");
    std::io::Write::write_all(&mut stream, b"to and fro").expect("it reads");
    stream.shutdown(std::net::Shutdown::Write).expect("half closes");
    let mut back = String::new();
    std::io::Read::read_to_string(&mut stream, &mut back).expect("it answers");
    assert_eq!(back, "to and fro");
    running.end().code(0);
}

#[test]
fn sockets_have_a_limit() {
    let sampan = sampan();
    let server = EchoServer::start();
    let to = server.address().to_string();
    let flags = ["--allow-net", to.as_str(), "--limit", "sockets=5"];
    assert_eq!(net(&sampan, &flags, &["tcp-many", &to, "5"]).quiet(), "5\n");
    let over = net(&sampan, &flags, &["tcp-many", &to, "50"]);
    assert!(matches!(over.status.code(), Some(1 | 137)), "{over}");
    assert!(
        server.accepted() <= 10,
        "{} connections with a limit of 5",
        server.accepted()
    );
}

#[test]
fn learns_the_smallest_grants_and_takes_them_back() {
    let sampan = sampan();
    let (server, other) = (EchoServer::start(), EchoServer::start());
    let (to, elsewhere) = (server.address().to_string(), other.address().to_string());
    let file = sampan.work().join("grants.json").display().to_string();
    let learned = net(&sampan, &["--learn", &file], &["tcp-connect", &to, "hello"]);
    assert_eq!(learned.code(0).out(), "hello\n");
    learned.says("learning: the program may use the network freely in this run\n");
    let text = std::fs::read_to_string(&file).expect("it was written");
    assert!(text.contains(&server.address().port().to_string()), "{text}");
    assert_eq!(
        net(&sampan, &["--grants", &file], &["tcp-connect", &to, "again"]).quiet(),
        "again\n"
    );
    net(
        &sampan,
        &["--grants", &file],
        &["tcp-connect", &elsewhere, "never"],
    )
    .code(1);
    assert_eq!(other.accepted(), 0);
}

#[test]
fn preview_1_has_no_network() {
    let sampan = sampan();
    let server = EchoServer::start();
    let to = server.address().to_string();
    let flags = ["run", "--allow-net", to.as_str()];
    sampan
        .command(flags)
        .args([guest::rust("net", Target::P1)])
        .args(["tcp-connect", &to, "x"])
        .end()
        .code(1);
    assert_eq!(server.accepted(), 0);
}

/// Puts links into a folder that lead out of it, by every way that a host may have them.
fn traps(folder: &Path) {
    for (name, target) in [
        ("absolute-link", "/etc/passwd"),
        ("relative-link", "../../../../../../../../../etc/passwd"),
        ("folder-link", "/etc"),
        ("root-link", "/"),
        ("loop-link", "loop-link"),
        ("self-link", "."),
        ("proc-link", "/proc"),
    ] {
        symlink(target, folder.join(name)).expect("a link can be made");
    }
}

#[test]
fn does_not_leave_its_folders() {
    let sampan = sampan();
    let given = sampan.work().join("given");
    std::fs::create_dir(&given).expect("a folder can be made");
    std::fs::write(sampan.work().join("outside"), "secret").expect("it can be written");
    traps(&given);
    let flag = format!("{}:/data", given.display());
    for target in [Target::P1, Target::P2] {
        let program = guest::rust("escape", target);
        let outside = sampan.work().join("outside").display().to_string();
        let more = [outside.as_str(), "/data/../outside", "/data/self-link/../outside"];
        for flags in [
            ["-v", flag.as_str()].as_slice(),
            &["-v", &format!("{flag}:ro")],
            &["--tmpfs", "/data"],
            &[],
        ] {
            let ended = sampan
                .command(["run"])
                .args(flags)
                .args([&program])
                .args(more)
                .end();
            assert_eq!(ended.code(0).out(), "", "{target:?} {flags:?}");
        }
    }
    assert!(
        !Path::new("/tmp/escaped-by-a-guest").exists() && !sampan.work().join("escaped-by-a-guest").exists()
    );
}

/// A link that the guest itself makes may point anywhere, and leads nowhere.
#[test]
fn its_own_links_do_not_lead_out() {
    let sampan = sampan();
    let given = sampan.work().join("given");
    std::fs::create_dir(&given).expect("a folder can be made");
    let flag = format!("{}:/data", given.display());
    let fs = guest::rust("fs", Target::P1);
    let run = |args: &[&str]| sampan.command(["run", "-v", &flag]).args([&fs]).args(args).end();
    for target in ["/etc/passwd", "../../../../../../etc/passwd", "/etc", "/"] {
        let _ = run(&["ln", target, "/data/link"]);
        for args in [
            ["cat", "/data/link"].as_slice(),
            &["cat", "/data/link/passwd"],
            &["cat", "/data/link/etc/passwd"],
            &["write", "/data/link/tmp/escaped", "x"],
            &["walk", "/data/link"],
        ] {
            let ended = run(args);
            ended.code(1);
            assert_eq!(ended.out(), "", "through a link to {target}");
        }
        let _ = run(&["rm", "/data/link"]);
    }
}

#[test]
fn says_what_a_program_needs_before_it_runs() {
    let sampan = sampan();
    let shown = sampan
        .command(["inspect", "--grants"])
        .args([guest::rust("net", Target::P2)])
        .end();
    let text = shown.quiet();
    for word in ["wasi:sockets", "over TCP", "--allow-net", "--allow-listen"] {
        assert!(text.contains(word), "{word} in {text}");
    }
    let shown = sampan
        .command(["inspect", "--grants"])
        .args([guest::wat("hello_component")])
        .end();
    assert!(!shown.quiet().contains("--allow-net"), "{shown}");
}
