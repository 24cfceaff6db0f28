//! Ways in for fuzz targets: what processes hear of each other, on the way that it takes in them.

use std::fmt::Debug;
use std::os::fd::OwnedFd;

use rustix::net::{RecvFlags, SendFlags};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::packet::{self, PACKET_MAX, PacketError, Receiver};

/// What a container asks its name server: it is answered or refused, and the answer is one.
pub fn name_is_asked(bytes: &[u8]) {
    crate::network::names_of_strangers(bytes);
}

/// A connection on which nobody but the fuzzer speaks.
pub struct Way {
    speaker: OwnedFd,
    hearer: OwnedFd,
    receiver: Receiver,
}

impl Way {
    /// A new one.
    pub fn new() -> std::io::Result<Self> {
        let (speaker, hearer) = packet::pair()?;
        Ok(Self {
            speaker,
            hearer,
            receiver: Receiver::new(),
        })
    }

    /// What a worker says to its daemon.
    pub fn worker_says(&mut self, bytes: &[u8]) {
        self.heard::<crate::worker::Say>(bytes);
    }

    /// What a daemon orders of its zygote.
    pub fn zygote_is_ordered(&mut self, bytes: &[u8]) {
        self.heard::<crate::zygote::wire::Order>(bytes);
    }

    /// What a zygote says to a worker.
    pub fn worker_is_summoned(&mut self, bytes: &[u8]) {
        self.heard::<crate::worker::Summons>(bytes);
    }

    /// What a worker asks of the network process.
    pub fn network_is_asked(&mut self, bytes: &[u8]) {
        self.heard::<crate::network::wire::Ask>(bytes);
    }

    /// It is refused, or written and read again as the same.
    fn heard<T: DeserializeOwned + Serialize + Debug>(&mut self, bytes: &[u8]) {
        let bytes = &bytes[..bytes.len().min(PACKET_MAX + 1)];
        if rustix::net::send(&self.speaker, bytes, SendFlags::NOSIGNAL).is_err() {
            return;
        }
        let heard: Result<(T, Vec<OwnedFd>), PacketError> =
            self.receiver.receive(&self.hearer, RecvFlags::DONTWAIT);
        if let Ok((heard, fds)) = heard {
            assert!(fds.is_empty(), "descriptors came from nowhere");
            let written = serde_json::to_value(&heard).map_err(|e| e.to_string());
            let again = written
                .clone()
                .and_then(|value| serde_json::from_value::<T>(value).map_err(|e| e.to_string()))
                .and_then(|read| serde_json::to_value(&read).map_err(|e| e.to_string()));
            assert_eq!(written, again, "{heard:?}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_seeds_of_the_fuzzer_are_heard() {
        let mut way = Way::new().unwrap();
        let seeds = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz/seeds/process_packet");
        let mut count = 0;
        for seed in std::fs::read_dir(seeds).unwrap() {
            let bytes = std::fs::read(seed.unwrap().path()).unwrap();
            let (which, bytes) = bytes.split_first().unwrap();
            let understood = match which {
                b's' => serde_json::from_slice::<crate::worker::Say>(bytes).map(drop),
                b'n' => serde_json::from_slice::<crate::network::wire::Ask>(bytes).map(drop),
                b'o' => serde_json::from_slice::<crate::zygote::wire::Order>(bytes).map(drop),
                _ => serde_json::from_slice::<crate::worker::Summons>(bytes).map(drop),
            };
            understood.unwrap_or_else(|e| panic!("{e}: {}", String::from_utf8_lossy(bytes)));
            match which {
                b's' => way.worker_says(bytes),
                b'n' => way.network_is_asked(bytes),
                b'o' => way.zygote_is_ordered(bytes),
                _ => way.worker_is_summoned(bytes),
            }
            count += 1;
        }
        assert!(count >= 6);
    }
}
