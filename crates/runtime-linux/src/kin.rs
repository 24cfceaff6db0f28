//! The processes of a container that has no cgroup: they are in one namespace.

use std::fs;

use rustix::param::{clock_ticks_per_second, page_size};
use sampan_runtime::Counted;

/// Those in the namespace of this one, itself among them, in ascending order.
pub(crate) fn of(first: u32) -> Vec<u32> {
    let namespace = |pid: u32| fs::read_link(format!("/proc/{pid}/ns/pid")).ok();
    let Some(own) = namespace(first) else {
        return Vec::new();
    };
    let mut kin: Vec<u32> = fs::read_dir("/proc")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter(|pid| namespace(*pid).as_ref() == Some(&own))
        .collect();
    kin.sort_unstable();
    kin
}

/// What the kernel has counted of each of them and of children that they waited for. Memory that several share counts for each.
pub(crate) fn counted(first: u32) -> Counted {
    let mut counted = Counted::default();
    let tick = 1_000_000_000 / clock_ticks_per_second().max(1);
    for pid in of(first) {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        // Behind the name, which may have anything in it: proc(5) counts from the name's beginning.
        let Some((_, fields)) = stat.rsplit_once(')') else {
            continue;
        };
        let fields: Vec<u64> = fields
            .split_whitespace()
            .map(|field| field.parse().unwrap_or(0))
            .collect();
        let field = |number: usize| fields.get(number - 3).copied().unwrap_or(0);
        let (user, kernel) = (field(14) + field(16), field(15) + field(17));
        counted.cpu[0] += (user + kernel) * tick;
        counted.cpu[1] += user * tick;
        counted.cpu[2] += kernel * tick;
        counted.pids += field(20);
        counted.memory += field(24) * page_size() as u64;
    }
    counted
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_process_is_among_its_kin() {
        let own = std::process::id();
        assert!(super::of(own).contains(&own));
        assert!(super::of(u32::MAX).is_empty());
        let counted = super::counted(own);
        assert!(counted.memory > 1 << 20 && counted.pids > 0, "{counted:?}");
        assert_eq!(super::counted(u32::MAX), super::Counted::default());
    }
}
