//! What follows when a guest has ended: written down, told, and perhaps started again or removed.

use std::sync::Arc;
use std::time::Duration;

use sampan_api::Time;
use sampan_runtime::{Container, RuntimeError};
use sampan_types::{Classified, Ending, ErrorClass, LimitName, Signal, Usage};

use super::start::{By, chain};
use crate::supervisor::cell::Cell;
use crate::supervisor::error::{Result, step};
use crate::supervisor::record::{MountKind, Record, State};
use crate::supervisor::{RemoveOptions, Supervisor, SupervisorError};

/// The first pause before the next run, doubled each time.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
/// The longest.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// The pause before an ending is written down again that could not be.
const NOTE_AGAIN: Duration = Duration::from_secs(1);
/// Who ran so long has not failed at once, and is started again without a long pause.
const RAN_WELL: Duration = Duration::from_secs(10);

/// How a run ended, in Docker's terms.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Outcome {
    pub(crate) code: i64,
    pub(crate) error: String,
    pub(crate) out_of_memory: bool,
}

impl Outcome {
    /// `sent` is the signal that somebody sent last, of which the runtime knows only what it does.
    pub(crate) fn of(ending: &std::result::Result<Ending, RuntimeError>, sent: Option<u8>) -> Self {
        match ending {
            Ok(ending) => Self {
                code: match ending {
                    Ending::Signalled { signal } if *signal != Signal::Kill => {
                        sent.map_or(i64::from(ending.code()), |number| 128 + i64::from(number))
                    }
                    _ => i64::from(ending.code()),
                },
                error: match ending {
                    Ending::Trapped(_) | Ending::Limited(_) | Ending::Lost { .. } => ending.to_string(),
                    Ending::Exited { .. } | Ending::Signalled { .. } => String::new(),
                },
                out_of_memory: matches!(ending, Ending::Limited(breach) if breach.limit == LimitName::Memory),
            },
            Err(error) => Self {
                code: match error {
                    RuntimeError::Gone => 137,
                    // Whoever ran it died, and says why.
                    other if other.class() == ErrorClass::Unavailable => 137,
                    _ => 128,
                },
                error: match error {
                    RuntimeError::Gone => "the process that ran the container is gone".to_owned(),
                    other => chain(other),
                },
                out_of_memory: false,
            },
        }
    }
}

impl Supervisor {
    /// Waits for the end of a run, on a task of its own.
    pub(crate) fn watch(&self, cell: &Arc<Cell>, hold: Arc<dyn Container>, run: u64) {
        let (me, cell) = (self.clone(), cell.clone());
        tokio::spawn(async move {
            let ending = {
                let mut ended = hold.wait();
                loop {
                    tokio::select! {
                        biased;
                        ending = &mut ended => break ending,
                        () = hold.starves() => me.starved(&cell, run),
                    }
                }
            };
            let settling = me.shared.settling.subscribe();
            let usage = hold.usage().await;
            let used = hold.used().await;
            if !used.is_empty()
                && let Ok(image) = me.image_of_record(&cell.record())
                && let Ok(ready) = me
                    .program(&image, &crate::supervisor::create::command(&cell.record().config))
                    .await
            {
                me.shared.engine.keep_use(&ready.digest, &used);
            }
            if !me.ended(&cell, run, &ending, usage).await {
                me.note_later(&cell, run).await;
            }
            hold.release().await;
            drop(settling);
            me.after(&cell, run).await;
        });
    }

    /// Tells that memory ran out in a container that goes on.
    fn starved(&self, cell: &Arc<Cell>, run: u64) {
        let mut live = cell.live();
        if live.run == run {
            live.starved = Some(run);
            drop(live);
            self.container_event(cell, "oom", &[]);
        }
    }

    /// Writes down an ending that could not be written when it came, as soon as it can. Until then whoever hosted
    /// the guest keeps the ending, for the next daemon.
    async fn note_later(&self, cell: &Arc<Cell>, run: u64) {
        loop {
            tokio::time::sleep(NOTE_AGAIN).await;
            let _gate = cell.gate.lock().await;
            let state = {
                let live = cell.live();
                if live.run != run || live.removed {
                    return;
                }
                live.state.clone()
            };
            if self.note_end(cell, &state).is_ok() {
                return;
            }
        }
    }

    /// Writes an ending down and tells of it. False where it was told and could not be written down.
    pub(crate) async fn ended(
        &self,
        cell: &Arc<Cell>,
        run: u64,
        ending: &std::result::Result<Ending, RuntimeError>,
        usage: Usage,
    ) -> bool {
        let _gate = cell.gate.lock().await;
        let (record, state, execs) = {
            let mut live = cell.live();
            if live.run != run {
                return true;
            }
            let mut outcome = Outcome::of(ending, live.sent);
            // Also where it was not the program itself, which went on.
            outcome.out_of_memory |= live.hold.take().is_some_and(|hold| hold.ran_out_of_memory());
            live.usage = usage;
            let restart = self.restarts(&live.record, &live.state, &outcome);
            let state = &mut live.state;
            let ran = Time::now().since(state.started);
            *state = State {
                running: restart,
                restarting: restart,
                exit_code: outcome.code,
                error: outcome.error,
                oom_killed: outcome.out_of_memory,
                started: state.started,
                finished: Time::now(),
                restarts: state.restarts + u32::from(restart),
                stopped_by_hand: state.stopped_by_hand,
                endpoints: std::mem::take(&mut state.endpoints),
                health: state.health.take().map(crate::supervisor::health::at_end),
                removing: state.removing,
                ..State::default()
            };
            live.pause = match live.pause {
                _ if ran >= RAN_WELL => FIRST_PAUSE,
                Duration::ZERO => FIRST_PAUSE,
                pause => (pause * 2).min(LONGEST_PAUSE),
            };
            (
                live.record.clone(),
                live.state.clone(),
                std::mem::take(&mut live.execs),
            )
        };
        for exec in execs {
            exec.end();
        }
        self.neighbour(&record, &[]).await;
        self.shared.networks().leave(&cell.id, &state.endpoints);
        let ran = state.finished.since(state.started);
        let networks: Vec<String> = state.endpoints.keys().cloned().collect();
        let state = State {
            endpoints: Default::default(),
            ..state
        };
        cell.live().state.endpoints.clear();
        let noted = self.note_end(cell, &state);
        if let Err(error) = &noted {
            // The guest has ended, whatever the disk says.
            tracing::error!(%error, id = cell.id.short(), "how a container ended could not be written down");
        }
        self.drop_tmpfs(&record);
        self.unmount_volumes(&record).await;
        for network in networks {
            self.connection_event(cell, &network, "disconnect");
        }
        for mount in record
            .mounts
            .iter()
            .filter(|mount| mount.kind == MountKind::Volume)
        {
            let attributes = [("container".to_owned(), cell.id.to_string())];
            self.volume_event(&mount.name, "unmount", attributes.into());
        }
        if state.oom_killed && cell.live().starved != Some(run) {
            self.container_event(cell, "oom", &[]);
        }
        let attributes = [
            ("exitCode", state.exit_code.to_string()),
            ("execDuration", ran.as_secs().to_string()),
        ];
        self.container_event(cell, "die", &attributes);
        cell.tell(|phase| {
            phase.running = state.running;
            phase.exits += 1;
            phase.code = state.exit_code;
        });
        noted.is_ok()
    }

    fn note_end(&self, cell: &Cell, state: &State) -> Result<()> {
        step!("supervisor::ended::journal");
        self.shared.journal.put_end(&State::key(&cell.id), state)?;
        self.shared.wrote();
        Ok(())
    }

    fn restarts(&self, record: &Record, state: &State, outcome: &Outcome) -> bool {
        let policy = &record.host.restart_policy;
        if state.stopped_by_hand || state.removing {
            return false;
        }
        match policy.name.as_str() {
            "always" | "unless-stopped" => true,
            "on-failure" if outcome.code != 0 => {
                policy.maximum_retry_count == 0 || i64::from(state.restarts) < policy.maximum_retry_count
            }
            _ => false,
        }
    }

    /// After an ending is told: the next run, or the removal.
    pub(crate) async fn after(&self, cell: &Arc<Cell>, run: u64) {
        let (restarting, pause, by_hand, auto_remove) = {
            let live = cell.live();
            if live.run != run || live.removed {
                return;
            }
            (
                live.state.restarting,
                live.pause,
                live.restarted_by_hand,
                live.record.host.auto_remove,
            )
        };
        if restarting {
            self.start_again(cell, run, pause).await;
        } else if auto_remove && !by_hand {
            self.auto_remove(cell).await;
        }
    }

    /// Starts a container again after a pause, unless somebody ends it meanwhile.
    pub(crate) async fn start_again(&self, cell: &Arc<Cell>, run: u64, pause: Duration) {
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = cell.interrupt.notified() => {}
        }
        let _gate = cell.gate.lock().await;
        {
            let live = cell.live();
            if live.run != run || !live.state.restarting || live.removed {
                return;
            }
        }
        // Boxed, because a start that fails comes back here.
        if let Err(error) = Box::pin(self.start_held(cell, By::Policy)).await {
            tracing::warn!(%error, id = cell.id.short(), "a container could not be started again");
        }
    }

    /// Removes a container that was to go with its end.
    pub(crate) async fn auto_remove(&self, cell: &Arc<Cell>) {
        let options = RemoveOptions {
            force: true,
            volumes: true,
            link: false,
        };
        match self.remove_cell(cell, options).await {
            // Somebody else removed it, or is at it.
            Ok(()) | Err(SupervisorError::NoContainer(_) | SupervisorError::Conflict(_)) => {}
            Err(error) => {
                tracing::warn!(%error, id = cell.id.short(), "a container could not be removed after its end");
            }
        }
    }
}
