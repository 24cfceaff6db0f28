//! A way in for fuzz targets: what a client sends of its files.

use std::path::Component;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use prost::Message as _;
use tokio::sync::mpsc;

use super::patterns::Patterns;
use super::receive::Receiving;
use crate::proto::fsutil::types::Packet;

/// The most packets of one client: what they give is read behind them, so there must be room for it.
const PACKETS: usize = 2_000;

/// The packets of a client, each behind its length. The first byte chooses where in the archive the files go and what is
/// left out. They are refused, or give an archive that can be read, of files beneath the folder alone.
pub fn files_are_sent(bytes: &[u8]) {
    let Some((way, mut rest)) = bytes.split_first() else {
        return;
    };
    let patterns = Patterns::read("*.o\n!a/keep.o\n").expect("they are patterns");
    let patterns = (way & 1 != 0).then_some(&patterns);
    let beneath = if way & 2 != 0 { "beneath/" } else { "" };
    let (requests, mut asked) = mpsc::channel(8 * PACKETS);
    let (parts, mut given) = mpsc::channel(8 * PACKETS);
    let mut receiving = Receiving::new("the client", (beneath, patterns), requests, &parts, &|_| {});
    let (mut archive, mut whole) = (Vec::new(), false);
    for _ in 0..PACKETS {
        let Ok(packet) = Packet::decode_length_delimited(&mut rest) else {
            break;
        };
        let Poll::Ready(taken) = pin!(receiving.packet(packet)).poll(&mut Context::from_waker(Waker::noop()))
        else {
            panic!("it waits, though there is room for what it says");
        };
        while asked.try_recv().is_ok() {}
        while let Ok(part) = given.try_recv() {
            archive.extend_from_slice(&part.expect("nothing is broken"));
        }
        match taken {
            Ok(false) => {}
            Ok(true) => {
                whole = true;
                break;
            }
            Err(_) => break,
        }
    }
    if whole {
        archive.extend_from_slice(&[0; 1024]);
        read(&archive, beneath);
    }
}

fn read(archive: &[u8], beneath: &str) {
    let mut entries = tar::Archive::new(archive);
    for entry in entries.entries().expect("it is an archive") {
        let entry = entry.expect("it is whole");
        let path = entry.path().expect("it has a path");
        assert!(path.starts_with(beneath), "{path:?}");
        let plain = path.components().all(|part| matches!(part, Component::Normal(_)));
        assert!(plain, "{path:?} leads out");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_seeds_of_the_fuzzer_are_understood() {
        let seeds = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz/seeds/file_packets");
        let mut packets = 0;
        for seed in std::fs::read_dir(seeds).unwrap() {
            let bytes = std::fs::read(seed.unwrap().path()).unwrap();
            let mut rest = &bytes[1..];
            while !rest.is_empty() {
                Packet::decode_length_delimited(&mut rest).unwrap();
                packets += 1;
            }
            files_are_sent(&bytes);
        }
        assert!(packets >= 10, "{packets}");
    }
}
