//! `sampan stats`: what containers use, as it changes.

use std::io::IsTerminal;

use clap::Args;
use sampan_api::container::Stats;
use sampan_client::{Client, JsonLines, ListOptions};

use crate::app::App;
use crate::error::CliError;
use crate::human::{binary_size, short, size};
use crate::template::{Sheet, Value};

/// The flags of `sampan stats`.
#[derive(Debug, Args)]
pub(crate) struct StatsArgs {
    /// Names or ids; all that run without any
    #[arg(value_name = "CONTAINER")]
    containers: Vec<String>,
    /// Show those that do not run, too
    #[arg(short, long)]
    all: bool,
    /// Write them as `json`, a `table TEMPLATE` or a Go template
    #[arg(long, value_name = "FORMAT")]
    format: Option<String>,
    /// Show one measurement, and end
    #[arg(long)]
    no_stream: bool,
    /// Show ids in full
    #[arg(long)]
    no_trunc: bool,
}

const SHEET: Sheet = Sheet {
    columns: &[
        "{{.ID}}",
        "{{.Name}}",
        "{{.CPUPerc}}",
        "{{.MemUsage}}",
        "{{.MemPerc}}",
        "{{.NetIO}}",
        "{{.BlockIO}}",
        "{{.PIDs}}",
    ],
    headings: &[
        ("Container", "CONTAINER"),
        ("ID", "CONTAINER ID"),
        ("Name", "NAME"),
        ("CPUPerc", "CPU %"),
        ("MemUsage", "MEM USAGE / LIMIT"),
        ("MemPerc", "MEM %"),
        ("NetIO", "NET I/O"),
        ("BlockIO", "BLOCK I/O"),
        ("PIDs", "PIDS"),
    ],
};

/// Clears the terminal and begins at its top.
const CLEAR: &str = "\x1b[H\x1b[J";

/// One container that is watched.
struct Watched {
    asked: String,
    lines: JsonLines<Stats>,
    last: Option<Stats>,
    ended: bool,
}

pub(crate) fn run(app: &App<'_>, args: &StatsArgs) -> Result<(), CliError> {
    app.on_daemon("stats", async |client| {
        let mut watched: Vec<Watched> = Vec::new();
        for name in &args.containers {
            watched.push(watch(client, name).await?);
        }
        let live = !args.no_stream && std::io::stdout().is_terminal() && args.format.is_none();
        loop {
            if args.containers.is_empty() {
                renew(client, args.all, &mut watched).await?;
            }
            // Each stream has its next measurement within the same second, so one after another is no slower.
            for one in &mut watched {
                one.measure(args.no_stream).await?;
            }
            let rows: Vec<_> = watched.iter().map(|one| row(one, args.no_trunc)).collect();
            if live {
                let text = SHEET.show(None, &rows)?;
                app.printer.screen(CLEAR, text)?;
            } else {
                app.show_rows(&SHEET, args.format.as_deref(), &rows)?;
            }
            if args.no_stream || (!args.containers.is_empty() && watched.iter().all(|one| one.ended)) {
                return Ok(());
            }
            if watched.iter().all(|one| one.ended) {
                tokio::time::sleep(std::time::Duration::from_secs(1)).await;
            }
        }
    })
}

async fn watch(client: &Client, name: &str) -> Result<Watched, CliError> {
    Ok(Watched {
        asked: name.to_owned(),
        lines: client.container_stats(name, true).await?,
        last: None,
        ended: false,
    })
}

/// Watches what has come, and forgets what has gone.
async fn renew(client: &Client, all: bool, watched: &mut Vec<Watched>) -> Result<(), CliError> {
    let options = ListOptions {
        all,
        ..ListOptions::default()
    };
    let listed = client.containers(&options).await?;
    watched.retain(|one| listed.iter().any(|container| container.id == one.asked));
    for container in listed {
        if watched.iter().all(|one| one.asked != container.id) {
            match watch(client, &container.id).await {
                Ok(one) => watched.push(one),
                // It went between the list and here.
                Err(CliError::Client(error)) if error.is_not_found() => {}
                Err(error) => return Err(error),
            }
        }
    }
    Ok(())
}

impl Watched {
    /// Takes the next measurement. The share of processors needs the one before as well, which a stream's first may
    /// not have.
    async fn measure(&mut self, once: bool) -> Result<(), CliError> {
        for round in 0..2 {
            if self.ended {
                return Ok(());
            }
            match self.lines.next().await? {
                Some(stats) => {
                    let whole = stats.precpu_stats.system_cpu_usage > 0 || stats.pids_stats.current == 0;
                    self.last = Some(stats);
                    if whole || !once || round > 0 {
                        return Ok(());
                    }
                }
                None => self.ended = true,
            }
        }
        Ok(())
    }
}

fn row(watched: &Watched, whole: bool) -> Value {
    let none = || "--".to_owned();
    let stats = watched.last.as_ref().filter(|_| !watched.ended);
    let id = match watched
        .last
        .as_ref()
        .map(|s| s.id.as_str())
        .filter(|id| !id.is_empty())
    {
        Some(id) if whole => id,
        Some(id) => short(id),
        None => short(&watched.asked),
    };
    let name = stats.map_or_else(none, |s| s.name.trim_start_matches('/').to_owned());
    let cells = match stats {
        None => [
            none(),
            format!("{0} / {0}", none()),
            none(),
            none(),
            none(),
            none(),
        ],
        Some(stats) => cells(stats),
    };
    let [cpu, memory, share, network, blocks, pids] = cells;
    Value::row([
        ("Container", watched.asked.as_str().into()),
        ("ID", id.into()),
        ("Name", name.into()),
        ("CPUPerc", cpu.into()),
        ("MemUsage", memory.into()),
        ("MemPerc", share.into()),
        ("NetIO", network.into()),
        ("BlockIO", blocks.into()),
        ("PIDs", pids.into()),
    ])
}

/// Processor, memory, its share, network, block devices, processes.
fn cells(stats: &Stats) -> [String; 6] {
    let cpu = {
        let (now, before) = (&stats.cpu_stats, &stats.precpu_stats);
        let used = now.cpu_usage.total_usage as f64 - before.cpu_usage.total_usage as f64;
        let of = now.system_cpu_usage as f64 - before.system_cpu_usage as f64;
        let processors = match now.online_cpus {
            0 => now.cpu_usage.percpu_usage.len() as f64,
            online => f64::from(online),
        };
        if used > 0.0 && of > 0.0 && before.system_cpu_usage > 0 {
            used / of * processors * 100.0
        } else {
            0.0
        }
    };
    let memory = &stats.memory_stats;
    // What is only a cache of files is given back when it is needed.
    let cache = ["total_inactive_file", "inactive_file"]
        .into_iter()
        .find_map(|name| memory.stats.get(name).copied())
        .filter(|cache| *cache < memory.usage)
        .unwrap_or(0);
    let used = (memory.usage - cache) as f64;
    let share = if memory.limit > 0 {
        used / memory.limit as f64 * 100.0
    } else {
        0.0
    };
    let network = |of: fn(&sampan_api::container::NetworkStats) -> u64| -> f64 {
        stats.networks.values().fold(0.0, |sum, n| sum + of(n) as f64)
    };
    let blocks = |wanted: &str| -> f64 {
        let entries = stats.blkio_stats.io_service_bytes_recursive.iter().flatten();
        entries
            .filter(|entry| entry.op.eq_ignore_ascii_case(wanted))
            // From nought, since a sum of nothing is -0.
            .fold(0.0, |sum, entry| sum + entry.value as f64)
    };
    [
        format!("{cpu:.2}%"),
        format!("{} / {}", binary_size(used), binary_size(memory.limit as f64)),
        format!("{share:.2}%"),
        format!(
            "{} / {}",
            size(network(|n| n.rx_bytes), 3),
            size(network(|n| n.tx_bytes), 3)
        ),
        format!("{} / {}", size(blocks("read"), 3), size(blocks("write"), 3)),
        stats.pids_stats.current.to_string(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_dockers() {
        let stats: Stats = serde_json::from_str(
            r#"{"id":"8da42ac620613657","name":"/aa",
            "cpu_stats":{"cpu_usage":{"total_usage":300},"system_cpu_usage":2000,"online_cpus":2},
            "precpu_stats":{"cpu_usage":{"total_usage":100},"system_cpu_usage":1000},
            "memory_stats":{"usage":2650459,"limit":25275883192,"stats":{"inactive_file":1000000}},
            "networks":{"eth0":{"rx_bytes":1500,"tx_bytes":0}},"pids_stats":{"current":1},
            "blkio_stats":{"io_service_bytes_recursive":[{"op":"Read","value":4096}]}}"#,
        )
        .unwrap();
        assert_eq!(
            cells(&stats),
            [
                "40.00%",
                "1.574MiB / 23.54GiB",
                "0.01%",
                "1.5kB / 0B",
                "4.1kB / 0B",
                "1"
            ]
        );
    }
}
