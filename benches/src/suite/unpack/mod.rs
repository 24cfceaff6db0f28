//! An image from an archive until a container could start from it: loaded and unpacked, against containerd, dockerd and
//! podman, as far as they are on the path.
//!
//! What each makes durable on the way is told beside the times, because that costs more than all else.

mod archive;
mod peers;

use std::time::Duration;

use anyhow::{Context, Result};

use crate::samples::{Samples, ratio, show};
use crate::setup::Setup;
use archive::Archive;
use peers::Peer;

/// What the image is called.
const NAME: &str = "bench.local/unpack:latest";

pub(crate) fn measure(setup: &Setup) -> Result<String> {
    let Some(archive) = Archive::make(setup)? else {
        return Ok("\n## Unpacking\n\nNot measured: it needs root and debootstrap.\n".to_owned());
    };
    let mut peers: Vec<Box<dyn Peer>> = vec![Box::new(peers::Sampan::start(setup)?)];
    if let Some(peer) = peers::Containerd::start(setup)? {
        peers.push(Box::new(peer));
    }
    if let Some(peer) = peers::Docker::start(setup)? {
        peers.push(Box::new(peer));
    }
    if let Some(peer) = peers::Podman::find(setup) {
        peers.push(Box::new(peer));
    }
    let mut times: Vec<Vec<Duration>> = peers.iter().map(|_| Vec::new()).collect();
    for round in 0..=setup.rounds(10) {
        for (peer, times) in peers.iter_mut().zip(&mut times) {
            let took = peer.load(&archive).with_context(|| peer.name())?;
            peer.forget().with_context(|| peer.name())?;
            // What a round leaves to be written is not for the next one to wait for.
            write_back();
            // The first warms the page cache.
            if round > 0 {
                times.push(took);
            }
        }
    }
    let mut out = format!(
        "\n## Unpacking\n\nA Debian of {:.0} MB in {} layers of gzip ({:.0} MB), from an archive on the disk until a container could \
         start from it; each begins with nothing, in turns, with a `sync` between.\n\n\
         | | median | min | p99 | to containerd | made durable on the way |\n|---|---|---|---|---|---|\n",
        archive.unpacked as f64 / 1e6,
        archive.layers,
        archive.packed as f64 / 1e6,
    );
    let samples: Vec<Samples> = times.into_iter().map(Samples::new).collect();
    let theirs = peers
        .iter()
        .zip(&samples)
        .find(|(peer, _)| peer.name().starts_with("containerd"));
    let theirs = theirs.map(|(_, samples)| samples.median());
    for (peer, samples) in peers.iter().zip(&samples) {
        let to = theirs.map_or_else(String::new, |theirs| {
            format!("{:.2}", ratio(samples.median(), theirs))
        });
        out.push_str(&format!(
            "| {} | {} | {} | {} | {to} | {} |\n",
            peer.name(),
            show(samples.median()),
            show(samples.min()),
            show(samples.p99()),
            peer.durable(),
        ));
    }
    Ok(out)
}

/// Everything that waits to be written is written.
fn write_back() {
    let _ = std::process::Command::new("sync").status();
}
