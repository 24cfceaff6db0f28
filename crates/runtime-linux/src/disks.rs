//! A container's share of the disks where cgroups are of version 2 alone.
//!
//! libcgroups 0.7 counts the weight for `io.weight` in sixteen bits, in which all but the smallest weights have no room: it ends there,
//! or sets another weight. So it is written here.

use std::fs;
use std::io;
use std::path::Path;

/// Gives the cgroup its weight among others, of 10 to 1000 as Docker has it. False where the kernel has no weights for disks.
pub(crate) fn weigh(cgroup: &Path, weight: u16) -> io::Result<bool> {
    // Of a scheduler that a disk may have, and of the controller itself, as runc chooses.
    let written = [
        ("io.bfq.weight", u32::from(weight)),
        ("io.weight", of_version_two(weight)),
    ];
    match written.iter().find(|(file, _)| cgroup.join(file).exists()) {
        Some((file, weight)) => fs::write(cgroup.join(file), weight.to_string()).map(|()| true),
        None => Ok(false),
    }
}

/// From 1 to 10000, as the specification of runtimes counts one scale into the other.
fn of_version_two(weight: u16) -> u32 {
    1 + u32::from(weight).saturating_sub(10) * 9999 / 990
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_of_disks_are_counted_into_the_scale_of_version_two() {
        for (weight, counted) in [(10, 1), (16, 61), (17, 71), (300, 2930), (1000, 10_000)] {
            assert_eq!(of_version_two(weight), counted, "{weight}");
        }
    }

    #[test]
    fn a_weight_goes_into_the_file_that_the_kernel_has() {
        let cgroup = tempfile::tempdir().unwrap();
        let read = |file: &str| fs::read_to_string(cgroup.path().join(file)).unwrap();
        assert!(!weigh(cgroup.path(), 300).unwrap());
        fs::write(cgroup.path().join("io.weight"), "default 100").unwrap();
        assert!(weigh(cgroup.path(), 300).unwrap());
        assert_eq!(read("io.weight"), "2930");
        fs::write(cgroup.path().join("io.bfq.weight"), "default 100").unwrap();
        assert!(weigh(cgroup.path(), 500).unwrap());
        assert_eq!(
            (read("io.bfq.weight").as_str(), read("io.weight").as_str()),
            ("500", "2930")
        );
    }
}
