//! Ending a container, holding it, and letting it go on.

use std::sync::Arc;
use std::time::Duration;

use sampan_types::platform::Kind;
use sampan_types::{Signal, TRACES};

use super::start::By;
use crate::supervisor::cell::Cell;
use crate::supervisor::create::signal::{self, Asked, Effect};
use crate::supervisor::error::{Result, SupervisorError, step};
use crate::supervisor::record::{Record, State};
use crate::supervisor::{StopOptions, Supervisor};

/// How long a kill may take before something is wrong.
const KILL: Duration = Duration::from_secs(10);
const KILLED: Asked = Asked {
    number: 9,
    effect: Effect::End(Signal::Kill),
};

impl Supervisor {
    /// Asks a container to end, and kills it when it does not.
    #[tracing::instrument(name = "container.stop", target = TRACES, level = "trace", skip_all, fields(container.name = container))]
    pub async fn stop(&self, container: &str, options: &StopOptions) -> Result<()> {
        let cell = self.shared.find(container)?;
        if !cell.is_running() {
            return Err(SupervisorError::NotModified("container is already stopped"));
        }
        self.stop_cell(&cell, options).await
    }

    async fn stop_cell(&self, cell: &Arc<Cell>, options: &StopOptions) -> Result<()> {
        let record = cell.record();
        let word = options.signal.as_deref().filter(|s| !s.is_empty());
        let own = Some(record.config.stop_signal.as_str()).filter(|s| !s.is_empty());
        let asked = signal::parse(word.or(own).unwrap_or("TERM"))?;
        let usual = i64::try_from(self.shared.config.stop_timeout.as_secs()).unwrap_or(10);
        let timeout = options.timeout.or(record.config.stop_timeout).unwrap_or(usual);
        // Before the signal is sent, so that an end that comes at once is seen.
        let ended = cell.ended();
        tokio::pin!(ended);
        let sent = self.send(cell, asked, true).await;
        match (sent, u64::try_from(timeout)) {
            // It ended by itself meanwhile.
            (Err(SupervisorError::Conflict(_)), _) => {}
            (Err(error), _) => return Err(error),
            (Ok(()), Ok(seconds)) => {
                let wait = Duration::from_secs(seconds);
                if tokio::time::timeout(wait, &mut ended).await.is_err() {
                    tracing::debug!(
                        id = cell.id.short(),
                        "a container did not end in time and is killed"
                    );
                    self.kill_and_wait(cell).await?;
                }
            }
            (Ok(()), Err(_)) => ended.await,
        }
        self.container_event(cell, "stop", &[]);
        Ok(())
    }

    /// Stops a container if it runs, and starts it.
    pub async fn restart(&self, container: &str, options: &StopOptions) -> Result<()> {
        let cell = self.shared.find(container)?;
        let outcome = async {
            if cell.is_running() {
                cell.live().restarted_by_hand = true;
                self.stop_cell(&cell, options).await?;
            }
            let _gate = cell.gate.lock().await;
            match self.start_held(&cell, By::Hand).await {
                // Somebody else started it in between: it runs, which was asked for.
                Ok(()) | Err(SupervisorError::NotModified(_)) => Ok(()),
                Err(error) => Err(error),
            }
        };
        let outcome = outcome.await;
        cell.live().restarted_by_hand = false;
        outcome?;
        self.container_event(&cell, "restart", &[]);
        Ok(())
    }

    /// Sends a signal; SIGKILL where none is said, which waits for the end.
    pub async fn kill(&self, container: &str, signal: Option<&str>) -> Result<()> {
        let asked = match signal.filter(|s| !s.is_empty()) {
            Some(text) => signal::parse(text)?,
            None => KILLED,
        };
        let cell = self.shared.find(container)?;
        if asked == KILLED {
            return self.kill_and_wait(&cell).await;
        }
        self.send(&cell, asked, false).await
    }

    /// Ends a container at once.
    pub(crate) async fn kill_and_wait(&self, cell: &Arc<Cell>) -> Result<()> {
        let ended = cell.ended();
        tokio::pin!(ended);
        self.send(cell, KILLED, true).await?;
        if tokio::time::timeout(KILL, &mut ended).await.is_err() && cell.is_running() {
            return Err(SupervisorError::Unending(cell.id.to_string()));
        }
        Ok(())
    }

    /// Sends a signal to a running container. `ending` means that it is to stay ended, whatever its policy says.
    async fn send(&self, cell: &Arc<Cell>, asked: Asked, ending: bool) -> Result<()> {
        let (hold, paused, restarting, state) = {
            let mut live = cell.live();
            if !live.state.running {
                return Err(SupervisorError::not_running(&cell.id));
            }
            // What a program makes of other signals is its own matter, where it has handlers.
            let deadly = match live.record.kind {
                Kind::Linux => asked == KILLED || Some(asked) == own_signal(&live.record),
                Kind::Wasm | Kind::Windows => matches!(asked.effect, Effect::End(_)),
            };
            let ends = ending || deadly;
            let changed = ends && !live.state.stopped_by_hand;
            live.state.stopped_by_hand |= ends;
            if ends {
                live.sent = Some(asked.number);
            }
            (
                live.hold.clone(),
                live.state.paused,
                live.state.restarting,
                changed.then(|| live.state.clone()),
            )
        };
        if let Some(state) = state {
            step!("supervisor::stop::journal");
            // A daemon that comes back must not start again what a person ended.
            match self.shared.journal.put_end(&State::key(&cell.id), &state) {
                Ok(()) => self.shared.wrote(),
                // It is ended all the same: a guest that fills the disk is stopped so.
                Err(error) => {
                    tracing::error!(%error, id = cell.id.short(), "that a container was ended could not be written down");
                }
            }
        }
        if restarting {
            self.rest(cell).await;
            return Ok(());
        }
        match (asked.effect, &hold) {
            // A program with handlers is sent the very signal.
            (effect, Some(hold)) if hold.signal(asked.number) => {
                if matches!(effect, Effect::End(_)) && paused && hold.pause(false).await.is_ok() {
                    cell.live().state.paused = false;
                }
            }
            (Effect::End(signal), Some(hold)) => {
                hold.kill(signal);
                if paused && hold.pause(false).await.is_ok() {
                    cell.live().state.paused = false;
                }
            }
            (Effect::Stop, Some(hold)) => hold.pause(true).await?,
            (Effect::Continue, Some(hold)) => hold.pause(false).await?,
            (Effect::Ignored, _) | (_, None) => {}
        }
        self.container_event(cell, "kill", &[("signal", asked.number.to_string())]);
        Ok(())
    }

    /// Ends a container that is between two runs.
    async fn rest(&self, cell: &Arc<Cell>) {
        let state = {
            let mut live = cell.live();
            if !live.state.restarting {
                return;
            }
            live.state.restarting = false;
            live.state.running = false;
            live.state.clone()
        };
        cell.interrupt.notify_waiters();
        if let Err(error) = self.shared.journal.put_end(&State::key(&cell.id), &state) {
            tracing::error!(%error, id = cell.id.short(), "that a container rests could not be written down");
        }
        cell.tell(|phase| phase.running = false);
    }

    /// Holds a container where it is.
    pub async fn pause(&self, container: &str) -> Result<()> {
        let cell = self.shared.find(container)?;
        let _gate = cell.gate.lock().await;
        let hold = {
            let live = cell.live();
            if !live.state.running {
                return Err(SupervisorError::not_running(&cell.id));
            }
            if live.state.paused {
                return Err(SupervisorError::Conflict(format!(
                    "container {} is already paused",
                    cell.id
                )));
            }
            live.hold.clone().filter(|_| !live.state.restarting)
        };
        let Some(hold) = hold else {
            return Err(restarting(&cell));
        };
        hold.pause(true).await?;
        self.paused(&cell, true)?;
        self.container_event(&cell, "pause", &[]);
        Ok(())
    }

    /// Lets a held container go on.
    pub async fn unpause(&self, container: &str) -> Result<()> {
        let cell = self.shared.find(container)?;
        let _gate = cell.gate.lock().await;
        let hold = {
            let live = cell.live();
            if !live.state.paused {
                return Err(SupervisorError::Conflict(format!(
                    "Container {} is not paused",
                    cell.id
                )));
            }
            live.hold.clone()
        };
        if let Some(hold) = hold {
            hold.pause(false).await?;
        }
        self.paused(&cell, false)?;
        self.container_event(&cell, "unpause", &[]);
        Ok(())
    }

    fn paused(&self, cell: &Cell, paused: bool) -> Result<()> {
        let state = {
            let mut live = cell.live();
            // It may have ended meanwhile.
            live.state.paused = paused && live.state.running;
            live.state.clone()
        };
        self.shared.journal.put(&State::key(&cell.id), &state)?;
        self.shared.wrote();
        Ok(())
    }
}

/// The signal by which a container is stopped.
fn own_signal(record: &Record) -> Option<Asked> {
    let own = record.config.stop_signal.as_str();
    signal::parse(if own.is_empty() { "TERM" } else { own }).ok()
}

pub(crate) fn restarting(cell: &Cell) -> SupervisorError {
    SupervisorError::Conflict(format!(
        "Container {} is restarting, wait until the container is running",
        cell.id
    ))
}
