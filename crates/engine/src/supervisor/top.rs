//! `docker top`: what runs in a container, in the columns that `ps` would show.

use std::time::Duration;

use sampan_api::container::Top;

use super::Supervisor;
use super::error::{Result, SupervisorError};

/// What is told of one process.
pub(super) struct Process {
    pub(super) user: String,
    pub(super) pid: u32,
    pub(super) parent: u32,
    pub(super) started: String,
    pub(super) time: Duration,
    pub(super) memory_kib: u64,
    pub(super) virtual_kib: u64,
    pub(super) command: String,
}

/// A column: the names that `ps -o` knows it by, its title, and its text.
type Column = (&'static [&'static str], &'static str, fn(&Process) -> String);

const COLUMNS: [Column; 14] = [
    (&["uid"], "UID", |p| p.user.clone()),
    (&["user", "euser", "ruser", "uname"], "USER", |p| p.user.clone()),
    (&["pid", "tgid"], "PID", |p| p.pid.to_string()),
    (&["ppid"], "PPID", |p| p.parent.to_string()),
    (&["c"], "C", |_| "0".to_owned()),
    (&["stime", "start", "start_time"], "STIME", |p| p.started.clone()),
    (&["tty", "tt", "tname"], "TTY", |_| "?".to_owned()),
    (&["time", "cputime"], "TIME", |p| clock(p.time)),
    (&["cmd", "args", "command"], "CMD", |p| p.command.clone()),
    (&["comm", "ucmd", "ucomm"], "COMMAND", |p| program(&p.command)),
    (&["rss", "rssize"], "RSS", |p| p.memory_kib.to_string()),
    (&["vsz", "vsize"], "VSZ", |p| p.virtual_kib.to_string()),
    (&["pcpu", "%cpu"], "%CPU", |_| "0.0".to_owned()),
    (&["pmem", "%mem"], "%MEM", |_| "0.0".to_owned()),
];

/// What `ps -ef` shows, which is asked for where nothing is said.
const FULL: &str = "uid,pid,ppid,c,stime,tty,time,cmd";
/// What `ps aux` shows.
const USERS: &str = "user,pid,%cpu,%mem,vsz,rss,tty,stime,time,cmd";

impl Supervisor {
    /// The processes of a container: its program, and what was executed beside it. `arguments` are those of `ps`.
    pub async fn top(&self, container: &str, arguments: &str) -> Result<Top> {
        let columns = columns(arguments)?;
        let cell = self.shared.find(container)?;
        let (record, state, execs, hold) = {
            let live = cell.live();
            (
                live.record.clone(),
                live.state.clone(),
                live.execs.clone(),
                live.hold.clone(),
            )
        };
        let Some(hold) = hold.filter(|_| state.running) else {
            return Err(SupervisorError::not_running(&cell.id));
        };
        if let Some(pids) = hold.processes().await {
            let processes = super::linux::processes(&pids);
            return Ok(table(&columns, &processes));
        }
        let usage = hold.usage().await;
        let user = match record.config.user.split(':').next() {
            None | Some("" | "0") => "root".to_owned(),
            Some(user) => user.to_owned(),
        };
        let process = |pid: u32, command: String| Process {
            user: user.clone(),
            pid,
            parent: 0,
            started: state.started.to_string().get(11..16).unwrap_or("?").to_owned(),
            time: Duration::ZERO,
            memory_kib: 0,
            virtual_kib: 0,
            command,
        };
        let words: Vec<&str> = std::iter::once(record.path.as_str())
            .chain(record.args.iter().map(String::as_str))
            .collect();
        let mut processes = vec![Process {
            time: usage.cpu_time,
            memory_kib: usage.memory.get() >> 10,
            virtual_kib: usage.memory.get() >> 10,
            ..process(hold.pid().unwrap_or(0), words.join(" "))
        }];
        for exec in execs {
            if let Some(pid) = exec.pid() {
                let words = exec.request.cmd.as_ref();
                processes.push(process(pid, words.map(|cmd| cmd.join(" ")).unwrap_or_default()));
            }
        }
        Ok(table(&columns, &processes))
    }
}

fn table(columns: &[Column], processes: &[Process]) -> Top {
    Top {
        titles: columns.iter().map(|(_, title, _)| (*title).to_owned()).collect(),
        processes: processes
            .iter()
            .map(|process| columns.iter().map(|(_, _, text)| text(process)).collect())
            .collect(),
    }
}

/// The columns that the arguments of `ps` ask for. Which processes they ask for changes nothing: all are shown.
fn columns(arguments: &str) -> Result<Vec<Column>> {
    let mut names = Vec::new();
    let mut words = arguments.split_whitespace();
    while let Some(word) = words.next() {
        let list = match (word.strip_prefix("--format"), word.split_once('o')) {
            (Some(list), _) => list.trim_start_matches('='),
            (None, Some((flags, list))) if flags.trim_start_matches('-').chars().all(char::is_alphabetic) => {
                list
            }
            _ => continue,
        };
        names.push(if list.is_empty() {
            words.next().unwrap_or("")
        } else {
            list
        });
    }
    if names.is_empty() {
        let users = arguments
            .split_whitespace()
            .any(|word| !word.starts_with('-') && word.contains('u'));
        names.push(if users { USERS } else { FULL });
    }
    names
        .iter()
        .flat_map(|list| list.split(','))
        .map(|name| {
            let name = name.split('=').next().unwrap_or(name);
            let known = COLUMNS.iter().find(|(names, ..)| names.contains(&name));
            known.copied().ok_or_else(|| {
                SupervisorError::Invalid(format!("ps: unknown user-defined format specifier \"{name}\""))
            })
        })
        .collect()
}

fn clock(time: Duration) -> String {
    let seconds = time.as_secs();
    format!(
        "{:02}:{:02}:{:02}",
        seconds / 3600,
        seconds / 60 % 60,
        seconds % 60
    )
}

/// The program's name alone, as the kernel would have it.
fn program(command: &str) -> String {
    let path = command.split(' ').next().unwrap_or(command);
    path.rsplit('/').next().unwrap_or(path).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_those_that_ps_would_show() {
        let titles = |arguments| {
            columns(arguments)
                .map(|all| {
                    all.iter()
                        .map(|(_, title, _)| *title)
                        .collect::<Vec<_>>()
                        .join(" ")
                })
                .map_err(|error| error.to_string())
        };
        for usual in ["", "-ef", "-e"] {
            assert_eq!(
                titles(usual).unwrap(),
                "UID PID PPID C STIME TTY TIME CMD",
                "{usual}"
            );
        }
        for own in [
            "-eopid,user",
            "-eo pid,user",
            "-o pid -o user",
            "-e --format=pid,user",
            "o pid,user",
        ] {
            assert_eq!(titles(own).unwrap(), "PID USER", "{own}");
        }
        assert!(titles("aux").unwrap().starts_with("USER PID %CPU"));
        assert!(titles("-o nosuch").unwrap_err().contains("nosuch"));
    }
}
