//! The daemon is killed at a random moment under load, over and over.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::{Duration, SystemTime};

use crate::audit;
use crate::host::Host;
use crate::load::{Load, Random, Stand};

/// Clients at once.
const CLIENTS: u64 = 6;

fn rounds(count: u64) {
    let seed = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .map_or(1, |since| since.subsec_nanos().into());
    let mut random = Random::new(seed);
    let mut host = Host::new();
    host.start();
    let mut clients: Vec<Load> = (0..CLIENTS)
        .map(|number| Load::new(&format!("load{number}"), seed + number))
        .collect();
    let mut done = 0;
    for round in 0..count {
        let stop = AtomicBool::new(false);
        let socket = host.socket();
        // The moment is what is random here: nothing is waited for.
        let moment = Duration::from_micros(5_000 + random.below(250_000));
        std::thread::scope(|scope| {
            for client in &mut clients {
                let (socket, stop) = (&socket, &stop);
                scope.spawn(move || client.run(socket, stop));
            }
            std::thread::sleep(moment);
            host.fell();
            stop.store(true, Relaxed);
        });
        host.start();
        for client in &mut clients {
            client
                .known
                .iter_mut()
                .for_each(|known| audit::settle(&host, known));
            client.known.retain(|known| known.stand != Stand::Absent);
            done += std::mem::take(&mut client.done);
        }
        let known: BTreeSet<String> = clients
            .iter()
            .flat_map(|client| client.known.iter().map(|known| known.name.clone()))
            .collect();
        assert_eq!(audit::names(&host), known, "round {round} of seed {seed}");
        audit::nothing_left_over(&host);
    }
    assert!(
        done > count,
        "the clients were kept from their work: {done} answers"
    );
}

#[test]
fn killed_under_load_it_comes_back_with_all_that_it_answered() {
    rounds(25);
}

#[test]
#[ignore = "accept: two hundred rounds take minutes"]
fn killed_two_hundred_times_under_load() {
    rounds(200);
}
