//! Workers that were taken over: native code runs in them after they gave up their rights, and gets nowhere.
//!
//! The code is put there from outside, by tracing: that needs root with `CAP_SYS_PTRACE`, without which these tests fail.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "what fails here fails the test"
)]

#[path = "../workers/fleet.rs"]
#[allow(dead_code, reason = "made for the tests of workers")]
mod fleet;

mod files;
mod network;
mod place;
mod privileges;
mod processes;
mod protocol;

use place::{Captive, Kind, Place};
use sampan_testkit::takeover::Outcome;

/// Asserts that every attempt was refused, and tells all that were not.
#[track_caller]
fn assert_refused(kind: Kind, attempts: &[(String, Outcome)]) {
    let through: Vec<_> = attempts
        .iter()
        .filter(|(_, outcome)| !outcome.is_refused())
        .collect();
    assert!(through.is_empty(), "{kind:?} got through with {through:?}");
    assert!(
        !attempts.iter().any(|(_, outcome)| *outcome == Outcome::Ended),
        "{kind:?} was ended: {attempts:?}"
    );
}

/// Does it with a worker of each kind.
fn with_each(attack: impl Fn(&Place, &mut Captive)) {
    let place = Place::new();
    for kind in [
        Kind::Shared,
        Kind::Reads,
        Kind::Writes,
        Kind::Network,
        Kind::Datagrams,
        Kind::Member,
    ] {
        let mut captive = place.captive(kind);
        attack(&place, &mut captive);
        captive.goes_on(&place);
    }
}
