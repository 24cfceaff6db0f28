//! Clients that send what no client should.

use std::sync::Arc;

use super::builds::direct;
use super::client::{Client, FOLDER, Folder, Looker, asking, named, packet, stat};
use crate::kit::BuildKit;
use crate::proto::fsutil::types::Packet;
use crate::proto::fsutil::types::packet::PacketType::{
    PacketData, PacketErr, PacketFin, PacketReq, PacketStat,
};

async fn refused(packets: Vec<Packet>) -> (String, Looker) {
    let kit = BuildKit::default();
    let mut client = Client::with("FROM scratch\nCOPY a /\n", Vec::new());
    client
        .folders
        .insert("context".to_owned(), Folder::Script(packets));
    let _session = client.open(&kit, "s1");
    let looker = Arc::new(Looker::default());
    let mut asking = asking(&kit, looker.clone()).await;
    let status = asking.control.solve(direct("b1", "s1")).await.unwrap_err();
    drop(asking);
    let seen = std::mem::take(&mut *looker.seen.lock().unwrap());
    let looker = Looker {
        seen: Arc::new(seen.into()),
        ..Looker::default()
    };
    (status.message().to_owned(), looker)
}

fn last() -> Packet {
    packet(PacketStat, 0, &[])
}

#[tokio::test]
async fn names_that_lead_elsewhere_are_refused() {
    for (path, word) in [
        ("../evil", "not a clean one"),
        ("/etc/passwd", "not beneath"),
        ("a/../../b", "not a clean one"),
        ("a//b", "not a clean one"),
        ("./a", "not a clean one"),
        ("a/", "not a clean one"),
        ("", "not beneath"),
        ("a\0b", "zero byte"),
    ] {
        let (message, looker) = refused(vec![named(stat(path, 0o644, 0)), last()]).await;
        assert!(message.contains(word), "{path:?}: {message}");
        assert!(
            looker.seen.lock().unwrap().broken.is_some(),
            "{path:?} broke the archive off"
        );
    }
    let (message, _) = refused(vec![named(stat(&"n/".repeat(3000), 0o644, 0)), last()]).await;
    assert!(message.contains("more than 4096 bytes"), "{message}");
    let mut hard = stat("a", 0o644, 0);
    hard.linkname = "../../etc/shadow".to_owned();
    let (message, _) = refused(vec![named(hard), last()]).await;
    assert!(message.contains("not a clean one"), "{message}");
}

#[tokio::test]
async fn an_order_that_no_walk_gives_is_refused() {
    for pair in [["b", "a"], ["a", "a"], ["a/b", "a"], ["a0", "a/b"]] {
        let (message, _) = refused(vec![
            named(stat(pair[0], FOLDER | 0o755, 0)),
            named(stat(pair[1], FOLDER | 0o755, 0)),
            last(),
        ])
        .await;
        assert!(message.contains("out of order"), "{pair:?}: {message}");
    }
}

#[tokio::test]
async fn sizes_that_are_not_kept_are_refused() {
    let large = 1 << 20;
    let data = |length: usize| packet(PacketData, 0, &vec![7; length]);
    let end = || packet(PacketData, 0, &[]);
    for (size, sent) in [
        // More than was said, in one and in the other way of sending.
        (large, vec![data(large), data(1)]),
        (4, vec![data(600 << 10)]),
        // Less.
        (large, vec![data(5), end()]),
    ] {
        let mut packets = vec![named(stat("a", 0o644, size)), last()];
        packets.extend(sent);
        let (message, _) = refused(packets).await;
        assert!(message.contains("changed while it was sent"), "{message}");
    }
    let mut odd = stat("a", 0o644, 0);
    odd.size = -1;
    let (message, _) = refused(vec![named(odd), last()]).await;
    assert!(message.contains("no proper size"), "{message}");
}

#[tokio::test]
async fn packets_out_of_turn_are_refused() {
    let a = || named(stat("a", 0o644, 1));
    for (packets, word) in [
        (vec![a(), packet(PacketData, 9, b"x")], "was not asked for"),
        (
            vec![named(stat("a", FOLDER, 0)), packet(PacketData, 0, b"x")],
            "was not asked for",
        ),
        (
            vec![a(), last(), named(stat("b", 0o644, 1))],
            "behind the last one",
        ),
        (vec![a(), last(), last()], "twice"),
        (
            vec![a(), last(), packet(PacketFin, 0, &[])],
            "before it had sent all",
        ),
        (vec![packet(PacketReq, 0, &[])], "not its part"),
        (
            vec![packet(PacketErr, 0, b"my disk is broken")],
            "my disk is broken",
        ),
    ] {
        let (message, _) = refused(packets).await;
        assert!(message.contains(word), "{word}: {message}");
    }
}

#[tokio::test]
async fn attributes_and_devices_are_bounded() {
    let mut heavy = stat("a", 0o644, 0);
    heavy.linkname = "b".to_owned();
    heavy.xattrs.insert("user.big".to_owned(), vec![0; 2 << 20]);
    let (message, _) = refused(vec![named(heavy), last()]).await;
    assert!(message.contains("1 MiB of attributes"), "{message}");
    let mut odd = stat("a", FOLDER, 0);
    odd.xattrs.insert("user.a=b".to_owned(), vec![0]);
    let (message, _) = refused(vec![named(odd), last()]).await;
    assert!(message.contains("without a proper name"), "{message}");
    let mut device = stat("a", 1 << 26, 0);
    device.devmajor = -1;
    let (message, _) = refused(vec![named(device), last()]).await;
    assert!(message.contains("no proper number"), "{message}");
}
