//! What containers use, and what runs in them.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use sampan_api::Time;
use sampan_api::container::{
    BlkioEntry, BlkioStats, CpuStats, CpuUsage, MemoryStats, NetworkStats, PidsStats, Stats, StorageStats,
    ThrottlingData,
};
use sampan_runtime::Counted;

use super::cell::Cell;
use super::create::Plan;
use super::error::Result;
use super::inspect::sampan_part;
use super::{StatsQuery, Supervisor};

/// How long between two looks.
const LOOK: Duration = Duration::from_secs(1);

/// What a container uses, again and again.
pub struct StatsStream {
    cell: Arc<Cell>,
    query: StatsQuery,
    last: Option<Stats>,
    ended: bool,
}

impl std::fmt::Debug for StatsStream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StatsStream")
            .field("query", &self.query)
            .finish_non_exhaustive()
    }
}

impl Supervisor {
    /// What a container uses.
    pub async fn stats(&self, container: &str, query: StatsQuery) -> Result<StatsStream> {
        Ok(StatsStream {
            cell: self.shared.find(container)?,
            query,
            last: None,
            ended: false,
        })
    }
}

impl StatsStream {
    /// The next look; `None` when the container is gone, or after the only one that was asked for.
    pub async fn next(&mut self) -> Option<Stats> {
        if self.ended {
            return None;
        }
        if self.cell.live().removed {
            self.ended = true;
            return None;
        }
        let wants_two = !self.query.one_shot;
        if self.last.is_none() && wants_two && self.cell.is_running() {
            // The use of the processor is told between two looks.
            self.last = Some(self.look().await);
            self.pause().await;
        } else if self.last.is_some() && self.query.stream {
            self.pause().await;
            if self.cell.live().removed {
                self.ended = true;
                return None;
            }
        }
        let mut stats = self.look().await;
        if let Some(last) = &self.last {
            stats.preread = last.read;
            stats.precpu_stats = last.cpu_stats.clone();
        }
        self.ended = !self.query.stream;
        self.last = Some(stats.clone());
        Some(stats)
    }

    async fn pause(&self) {
        let mut phase = self.cell.phase.subscribe();
        tokio::select! {
            () = tokio::time::sleep(LOOK) => {}
            _ = phase.wait_for(|phase| phase.removed) => {}
        }
    }

    async fn look(&self) -> Stats {
        let (record, running, hold, pid) = {
            let live = self.cell.live();
            (
                live.record.clone(),
                live.state.running,
                live.hold.clone(),
                live.state.pid,
            )
        };
        let mut stats = Stats {
            id: record.id.to_string(),
            name: format!("/{}", record.name),
            os_type: "linux".to_owned(),
            ..Stats::default()
        };
        // Of one that does not run Docker tells nothing but who it is.
        let Some(hold) = hold.filter(|_| running) else {
            return stats;
        };
        if let Some(counted) = hold.counted().await {
            fill(&mut stats, *counted);
            if !matches!(record.host.network_mode.as_str(), "none" | "host") {
                stats.networks = interfaces(pid);
            }
            return stats;
        }
        let usage = hold.usage().await;
        let limits = Plan::of(&record.host).map(|plan| plan.limits).unwrap_or_default();
        let cpu = u64::try_from(usage.cpu_time.as_nanos()).unwrap_or(u64::MAX);
        stats.read = Time::now();
        stats.cpu_stats = CpuStats {
            cpu_usage: CpuUsage {
                total_usage: cpu,
                usage_in_usermode: cpu,
                ..CpuUsage::default()
            },
            system_cpu_usage: system_cpu(),
            online_cpus: std::thread::available_parallelism()
                .map_or(1, |n| u32::try_from(n.get()).unwrap_or(1)),
            ..CpuStats::default()
        };
        stats.memory_stats = MemoryStats {
            usage: usage.memory.saturating_add(usage.host_memory).get(),
            max_usage: usage.memory.saturating_add(usage.host_memory).get(),
            stats: BTreeMap::from([
                ("linear_memory".to_owned(), usage.memory.get()),
                ("host_memory".to_owned(), usage.host_memory.get()),
            ]),
            limit: limits.memory.get(),
            ..MemoryStats::default()
        };
        if record.host.network_mode != "none" {
            // Nothing of a container goes through an interface, so that nothing is counted there; clients read it
            // without asking whether it is there.
            stats.networks = BTreeMap::from([("eth0".to_owned(), NetworkStats::default())]);
        }
        stats.pids_stats = PidsStats {
            current: usage.instances,
            limit: limits.instances,
        };
        stats.storage_stats = StorageStats {
            read_size_bytes: usage.input.get(),
            write_size_bytes: usage.output.get(),
            ..StorageStats::default()
        };
        stats.sampan = Some(sampan_part(&record, &usage));
        stats
    }
}

/// What went through the interfaces of a process's network namespace, but for loopback (proc(5), `/proc/pid/net/dev`).
fn interfaces(pid: i64) -> BTreeMap<String, NetworkStats> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/net/dev")).unwrap_or_default();
    counted(&text)
}

fn counted(text: &str) -> BTreeMap<String, NetworkStats> {
    let lines = text.lines().filter_map(|line| line.split_once(':'));
    let each = lines.filter_map(|(name, rest)| {
        let numbers: Vec<u64> = rest
            .split_whitespace()
            .filter_map(|word| word.parse().ok())
            .collect();
        let stats = match numbers.as_slice() {
            [
                rx_bytes,
                rx_packets,
                rx_errors,
                rx_dropped,
                _,
                _,
                _,
                _,
                tx_bytes,
                tx_packets,
                tx_errors,
                tx_dropped,
                ..,
            ] => NetworkStats {
                rx_bytes: *rx_bytes,
                rx_packets: *rx_packets,
                rx_errors: *rx_errors,
                rx_dropped: *rx_dropped,
                tx_bytes: *tx_bytes,
                tx_packets: *tx_packets,
                tx_errors: *tx_errors,
                tx_dropped: *tx_dropped,
            },
            _ => return None,
        };
        Some((name.trim().to_owned(), stats))
    });
    each.filter(|(name, _)| name != "lo").collect()
}

/// What the kernel counts of a Linux container.
fn fill(stats: &mut Stats, counted: Counted) {
    let [total_usage, usage_in_usermode, usage_in_kernelmode] = counted.cpu;
    let [periods, throttled_periods, throttled_time] = counted.throttled;
    stats.read = Time::now();
    stats.cpu_stats = CpuStats {
        cpu_usage: CpuUsage {
            total_usage,
            percpu_usage: counted.per_cpu,
            usage_in_kernelmode,
            usage_in_usermode,
        },
        system_cpu_usage: system_cpu(),
        online_cpus: std::thread::available_parallelism().map_or(1, |n| u32::try_from(n.get()).unwrap_or(1)),
        throttling_data: ThrottlingData {
            periods,
            throttled_periods,
            throttled_time,
        },
    };
    stats.memory_stats = MemoryStats {
        usage: counted.memory,
        max_usage: counted.memory_max,
        stats: counted.memory_details,
        failcnt: counted.memory_failures,
        // Where there is none, the machine is the limit.
        limit: counted.memory_limit.unwrap_or_else(machine_memory),
    };
    stats.pids_stats = PidsStats {
        current: counted.pids,
        limit: counted.pids_limit.unwrap_or(0),
    };
    let disks = counted.disks.into_iter();
    stats.blkio_stats = BlkioStats {
        io_service_bytes_recursive: Some(
            disks
                .map(|(major, minor, op, value)| BlkioEntry {
                    major,
                    minor,
                    op,
                    value,
                })
                .collect(),
        ),
        ..BlkioStats::default()
    };
}

fn machine_memory() -> u64 {
    let text = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("MemTotal:"));
    let kib: u64 = line
        .and_then(|line| line.trim().trim_end_matches(" kB").parse().ok())
        .unwrap_or(0);
    kib << 10
}

/// The time that all processors together have been at work or idle, in nanoseconds, as Docker reads it.
fn system_cpu() -> u64 {
    const TICKS: u64 = 100;
    let text = std::fs::read_to_string("/proc/stat").unwrap_or_default();
    let line = text.lines().next().unwrap_or_default();
    let ticks: u64 = line
        .split_whitespace()
        .skip(1)
        .take(7)
        .filter_map(|word| word.parse::<u64>().ok())
        .sum();
    ticks.saturating_mul(1_000_000_000 / TICKS)
}

#[cfg(test)]
mod interface_tests {
    use super::counted;

    #[test]
    fn what_interfaces_carried_is_read_off_their_table() {
        let text = "Inter-|   Receive                                                |  Transmit\n \
                    face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed\n    \
                    lo:    9 9 0 0 0 0 0 0 9 9 0 0 0 0 0 0\n  \
                    eth0: 1206 13 1 2 0 0 0 0 866 11 3 4 0 0 0 0\n";
        let read = counted(text);
        assert_eq!(read.len(), 1);
        let eth0 = &read["eth0"];
        assert_eq!(
            (eth0.rx_bytes, eth0.rx_packets, eth0.rx_errors, eth0.rx_dropped),
            (1206, 13, 1, 2)
        );
        assert_eq!(
            (eth0.tx_bytes, eth0.tx_packets, eth0.tx_errors, eth0.tx_dropped),
            (866, 11, 3, 4)
        );
    }
}
