//! The processes of a Linux container, as the kernel tells of them.

use std::fs;
use std::time::Duration;

use crate::supervisor::top::Process;

/// Clock ticks in a second, as Linux tells all programs.
const TICKS: u64 = 100;

/// What is told of the processes of these numbers. One that has ended meanwhile is left out.
pub(crate) fn processes(pids: &[u32]) -> Vec<Process> {
    let boot = boot_time();
    pids.iter().filter_map(|pid| process(*pid, boot)).collect()
}

fn boot_time() -> u64 {
    let text = fs::read_to_string("/proc/stat").unwrap_or_default();
    text.lines()
        .find_map(|line| line.strip_prefix("btime ")?.trim().parse().ok())
        .unwrap_or(0)
}

fn process(pid: u32, boot: u64) -> Option<Process> {
    let read = |name: &str| fs::read(format!("/proc/{pid}/{name}")).ok();
    let stat = String::from_utf8_lossy(&read("stat")?).into_owned();
    // The name is in brackets, and may have brackets in it.
    let (head, rest) = stat.rsplit_once(')')?;
    let name = head.split_once('(').map_or("", |(_, name)| name);
    let fields: Vec<&str> = rest.split_whitespace().collect();
    let number = |index: usize| fields.get(index).and_then(|f| f.parse::<u64>().ok()).unwrap_or(0);
    let status = String::from_utf8_lossy(&read("status")?).into_owned();
    let told = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        line.and_then(|line| line.split_whitespace().next().map(str::to_owned))
    };
    let words: Vec<String> = read("cmdline")?
        .split(|byte| *byte == 0)
        .filter(|word| !word.is_empty())
        .map(|word| String::from_utf8_lossy(word).into_owned())
        .collect();
    let began = boot + number(19) / TICKS;
    let began = sampan_api::Time::from_unix(i64::try_from(began).unwrap_or(0), 0);
    Some(Process {
        user: user(told("Uid:").as_deref().unwrap_or("0")),
        pid,
        parent: u32::try_from(number(1)).unwrap_or(0),
        started: began.to_string().get(11..16).unwrap_or("?").to_owned(),
        time: Duration::from_millis((number(11) + number(12)) * 1000 / TICKS),
        memory_kib: told("VmRSS:").and_then(|kib| kib.parse().ok()).unwrap_or(0),
        virtual_kib: told("VmSize:").and_then(|kib| kib.parse().ok()).unwrap_or(0),
        command: match words.is_empty() {
            true => format!("[{name}]"),
            false => words.join(" "),
        },
    })
}

/// The host's name for a user, as `ps` on the host shows it.
fn user(uid: &str) -> String {
    let passwd = fs::read_to_string("/etc/passwd").unwrap_or_default();
    let mut lines = passwd.lines().map(|line| line.split(':').collect::<Vec<_>>());
    let found = lines.find(|fields| fields.get(2) == Some(&uid));
    found.map_or_else(|| uid.to_owned(), |fields| fields[0].to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_is_told_of() {
        let own = std::process::id();
        let found = processes(&[own, u32::MAX]);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].pid, own);
        assert!(found[0].memory_kib > 0 && found[0].parent > 0);
        assert!(!found[0].command.is_empty());
    }
}
