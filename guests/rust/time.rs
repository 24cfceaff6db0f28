//! Prints whether the clocks go forward and the random numbers differ, which every program may expect without a grant.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::time::{Duration, Instant, SystemTime};

fn main() {
    let before = Instant::now();
    std::thread::sleep(Duration::from_millis(2));
    println!("slept: {}", before.elapsed() >= Duration::from_millis(2));
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    println!("after 2020: {}", since.is_ok_and(|s| s.as_secs() > 1_577_836_800));
    println!("random: {}", RandomState::new().hash_one(1) != RandomState::new().hash_one(2));
}
