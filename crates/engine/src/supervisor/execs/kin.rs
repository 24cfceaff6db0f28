//! The processes of a container as a shell in it sees them: its program is 1, execs and what they start come after.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use sampan_runtime::{Kin, Process, Program, ProgramBytes};
use sampan_types::{ContainerId, Effort};

use super::Exec;
use crate::supervisor::Supervisor;
use crate::supervisor::cell::Cell;
use crate::supervisor::create::command;
use crate::supervisor::create::signal::{self, Asked, Effect};
use crate::supervisor::record::Record;

/// The number of the container's own program.
const FIRST: u32 = 1;

/// Numbers of processes, and those that execs have started.
#[derive(Default)]
pub(crate) struct Processes {
    last: u32,
    started: BTreeMap<u32, StartedOne>,
}

#[derive(Clone)]
struct StartedOne {
    parent: u32,
    exec: ContainerId,
    command: String,
}

impl Processes {
    /// A number that no other process of the container had for a long time.
    pub(crate) fn next(&mut self) -> u32 {
        // At most what a preview 1 guest reads as a positive number.
        self.last = (self.last.max(FIRST) + 1) & 0x3fff_ffff;
        self.last
    }
}

/// What one exec may see and do among them.
struct ExecKin {
    supervisor: Supervisor,
    cell: Arc<Cell>,
    exec: Arc<Exec>,
}

impl Supervisor {
    pub(super) fn kin(&self, cell: &Arc<Cell>, exec: &Arc<Exec>) -> Arc<dyn Kin> {
        Arc::new(ExecKin {
            supervisor: self.clone(),
            cell: cell.clone(),
            exec: exec.clone(),
        })
    }
}

#[async_trait]
impl Kin for ExecKin {
    fn number(&self) -> u32 {
        self.exec.number
    }

    async fn offered(&self, name: &str) -> Option<Program> {
        let record = self.cell.record();
        let image = self.supervisor.image_of_record(&record).ok()?;
        // With files it is found by its path.
        if image.runnable.rootfs.is_some() || !names(&record).any(|own| own == name) {
            return None;
        }
        let ready = self
            .supervisor
            .program(&image, &command(&record.config))
            .await
            .ok()?;
        Some(Program {
            name: name.to_owned(),
            digest: ready.digest.clone(),
            bytes: ProgramBytes::File(ready.open().ok()?),
            effort: Effort::Full,
        })
    }

    fn began(&self, parent: u32, command: String) -> u32 {
        let mut live = self.cell.live();
        let number = live.processes.next();
        let started = StartedOne {
            parent,
            exec: self.exec.id.clone(),
            command,
        };
        live.processes.started.insert(number, started);
        number
    }

    fn ended(&self, number: u32) {
        let started = &mut self.cell.live().processes.started;
        if started.get(&number).is_some_and(|one| one.exec == self.exec.id) {
            started.remove(&number);
        }
    }

    async fn list(&self) -> Vec<Process> {
        let (record, hold, execs, started) = {
            let live = self.cell.live();
            (
                live.record.clone(),
                live.hold.clone().filter(|_| live.state.running),
                live.execs.clone(),
                live.processes.started.clone(),
            )
        };
        let mut all = Vec::new();
        if let Some(hold) = hold {
            let words = std::iter::once(&record.path).chain(&record.args);
            all.push(Process {
                number: FIRST,
                parent: 0,
                cpu_time: hold.usage().await.cpu_time,
                command: words.map(String::as_str).collect::<Vec<_>>().join(" "),
            });
        }
        for exec in execs {
            let Some(hold) = exec.hold() else { continue };
            all.push(Process {
                number: exec.number,
                parent: 0,
                cpu_time: hold.usage().await.cpu_time,
                command: exec.words().join(" "),
            });
            let times: BTreeMap<_, _> = match started.values().any(|one| one.exec == exec.id) {
                true => hold.started().await.into_iter().collect(),
                false => BTreeMap::new(),
            };
            let own = started.iter().filter(|(_, one)| one.exec == exec.id);
            all.extend(own.map(|(number, one)| Process {
                number: *number,
                parent: one.parent,
                cpu_time: times.get(number).copied().unwrap_or_default(),
                command: one.command.clone(),
            }));
        }
        all.sort_by_key(|process| process.number);
        all
    }

    async fn signal(&self, number: u32, signal: u8) -> bool {
        let asked = match signal {
            0 => None,
            number => match signal::parse(&number.to_string()) {
                Ok(asked) => Some(asked),
                Err(_) => return false,
            },
        };
        let (hold, started) = {
            let mut live = self.cell.live();
            if number == FIRST {
                let hold = live.hold.clone().filter(|_| live.state.running);
                if let (Some(_), Some(asked)) = (&hold, asked)
                    && matches!(asked.effect, Effect::End(_))
                {
                    // As for one that a person sends, the exit code tells which it was; but nobody wants the
                    // container to stay ended.
                    live.sent = Some(asked.number);
                }
                (hold, None)
            } else if let Some(one) = live.processes.started.get(&number) {
                let exec = live.execs.iter().find(|exec| exec.id == one.exec);
                (exec.and_then(|exec| exec.hold()), Some(number))
            } else {
                let exec = live.execs.iter().find(|exec| exec.number == number);
                (exec.and_then(|exec| exec.hold()), None)
            }
        };
        let Some(hold) = hold else { return false };
        match (asked.map(|Asked { effect, .. }| effect), started) {
            (Some(Effect::End(signal)), None) => hold.kill(signal),
            (Some(Effect::End(signal)), Some(number)) => hold.kill_started(number, signal),
            // It may have ended meanwhile, which is no reason to say that it was never there.
            (Some(Effect::Stop), None) => drop(hold.pause(true).await),
            (Some(Effect::Continue), None) => drop(hold.pause(false).await),
            (Some(Effect::Stop | Effect::Continue | Effect::Ignored) | None, _) => {}
        }
        true
    }
}

/// The names by which a container without files offers its own program.
fn names(record: &Record) -> impl Iterator<Item = &str> {
    let last = |path| str::rsplit(path, '/').next().unwrap_or(path);
    let path = last(record.path.as_str());
    let image = last(record.config.image.as_str());
    let image = image.split(['@', ':']).next().unwrap_or(image);
    [path, path.strip_suffix(".wasm").unwrap_or(path), image]
        .into_iter()
        .filter(|name| !name.is_empty())
}
