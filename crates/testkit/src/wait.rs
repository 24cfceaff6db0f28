//! Waiting for a condition, with a limit.

use std::time::{Duration, Instant};

/// Polls `probe` until it gives something, for as long as a loaded machine may need.
///
/// # Panics
/// When nothing came within a minute; `what` is in the message.
#[track_caller]
pub fn until<T>(what: &str, mut probe: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + Duration::from_secs(60);
    loop {
        if let Some(found) = probe() {
            return found;
        }
        assert!(Instant::now() < end, "waited a minute for {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}
