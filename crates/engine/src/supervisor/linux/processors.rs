//! Lists of processors and of memory nodes (`--cpuset-cpus`, `--cpuset-mems`), as cpuset(7) has them: `0-3,5`.

use std::collections::BTreeSet;
use std::fs;

use crate::supervisor::error::{Result, SupervisorError};

/// The greatest number that the kernel gives.
const MOST: u32 = 8191;

/// Refuses lists that are none, and what the machine does not have.
pub(super) fn check(processors: &str, nodes: &str) -> Result<()> {
    for (asked, kind, what, file) in [
        (processors, "CPUs", "cpus", "/sys/devices/system/cpu/online"),
        (nodes, "memory nodes", "mems", "/sys/devices/system/node/online"),
    ] {
        // A kernel that knows no nodes has one.
        let online = fs::read_to_string(file).unwrap_or_else(|_| "0".to_owned());
        available(asked, online.trim(), kind, what)?;
    }
    Ok(())
}

fn available(asked: &str, online: &str, kind: &str, what: &str) -> Result<()> {
    let Some(wanted) = numbers(asked) else {
        return Err(SupervisorError::Invalid(format!(
            "Invalid value {asked} for cpuset {what}: invalid format: {asked}"
        )));
    };
    match numbers(online) {
        Some(there) if !wanted.is_subset(&there) => Err(SupervisorError::Invalid(format!(
            "Requested {kind} are not available - requested {asked}, available: {online}"
        ))),
        _ => Ok(()),
    }
}

fn numbers(list: &str) -> Option<BTreeSet<u32>> {
    let mut all = BTreeSet::new();
    for part in list.split(',').filter(|_| !list.is_empty()) {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let number = |text: &str| text.parse().ok().filter(|number| *number <= MOST);
        let (first, last): (u32, u32) = (number(first)?, number(last)?);
        if first > last {
            return None;
        }
        all.extend(first..=last);
    }
    Some(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_machine_does_not_have_is_refused_in_dockers_words() {
        let checked = |asked| available(asked, "0-3,6", "CPUs", "cpus").map_err(|error| error.to_string());
        for asked in ["", "0", "1-3", "6,0-2", "3-3"] {
            assert_eq!(checked(asked), Ok(()), "{asked}");
        }
        for asked in ["4", "2-5", "0,9", "8191"] {
            let error = checked(asked).unwrap_err();
            let said = format!("Requested CPUs are not available - requested {asked}, available: 0-3,6");
            assert!(error.contains(&said), "{error}");
        }
        for asked in [
            "abc",
            "1-",
            "-1",
            "3-1",
            ",",
            "1,,2",
            "0x1",
            "8192",
            "0-4294967295",
            " 1",
        ] {
            let error = checked(asked).unwrap_err();
            assert!(error.contains("for cpuset cpus"), "{asked}: {error}");
        }
    }
}
