//! Removing containers.

use std::sync::Arc;

use sampan_api::Strings;
use sampan_api::Time;
use sampan_api::container::{Filters, PruneReport};
use sampan_types::TRACES;

use crate::supervisor::cell::Cell;
use crate::supervisor::error::{Result, SupervisorError, step};
use crate::supervisor::filters::Wanted;
use crate::supervisor::log::LogPlace;
use crate::supervisor::record::{MountKind, Record, State};
use crate::supervisor::{RemoveOptions, Supervisor};

/// How often a container that is removed by force is ended, where it is started again each time.
const KILLS: u32 = 10;
/// How often more the end of a killed one is waited for.
const WAITS: u32 = 5;

impl Supervisor {
    /// Removes a container.
    pub async fn remove(&self, container: &str, options: RemoveOptions) -> Result<()> {
        let cell = self.shared.find(container)?;
        if options.link {
            return self.unlink(container).await;
        }
        self.remove_cell(&cell, options).await
    }

    #[tracing::instrument(name = "container.remove", target = TRACES, level = "trace", skip_all, fields(container.id = %cell.id))]
    pub(crate) async fn remove_cell(&self, cell: &Arc<Cell>, options: RemoveOptions) -> Result<()> {
        {
            let mut live = cell.live();
            if live.removed {
                return Err(SupervisorError::NoContainer(cell.id.to_string()));
            }
            if live.state.removing {
                return Err(SupervisorError::Conflict(format!(
                    "removal of container {} is already in progress",
                    cell.id
                )));
            }
            if live.state.running && !options.force {
                return Err(SupervisorError::Conflict(if live.state.paused {
                    format!(
                        "cannot remove container \"{}\": container is paused and must be unpaused first",
                        live.record.name
                    )
                } else {
                    format!(
                        "cannot remove container \"{}\": container is {}: stop the container before removing or force remove",
                        live.record.name,
                        live.state.status().as_str()
                    )
                }));
            }
            live.state.removing = true;
        }
        let outcome = self.remove_marked(cell, options).await;
        if outcome.is_err() {
            cell.live().state.removing = false;
        }
        outcome
    }

    async fn remove_marked(&self, cell: &Arc<Cell>, options: RemoveOptions) -> Result<()> {
        let (mut tries, mut waits) = (0, 0);
        let (_gate, record) = loop {
            if cell.is_running() {
                match self.kill_and_wait(cell).await {
                    Ok(()) | Err(SupervisorError::Conflict(_)) => {}
                    // Where many go at once, the last ones take their time.
                    Err(SupervisorError::Unending(_)) if waits < WAITS => {
                        waits += 1;
                        continue;
                    }
                    Err(error) => return Err(error),
                }
            }
            let gate = cell.gate.lock().await;
            let live = cell.live();
            if !live.state.running || live.state.restarting {
                break (gate, live.record.clone());
            }
            // A start that was under way came in between, by its policy or by somebody's hand.
            tries += 1;
            if !options.force || tries == KILLS {
                return Err(SupervisorError::Conflict(format!(
                    "cannot remove container \"{}\": container is running: stop the container before removing or force remove",
                    live.record.name
                )));
            }
        };
        if !options.volumes {
            for mount in record.mounts.iter().filter(|mount| mount.anonymous) {
                self.leave_behind(&mount.name)?;
            }
        }
        step!("supervisor::remove::journal");
        self.shared
            .journal
            .drop_keys(&[&Record::key(&cell.id), &State::key(&cell.id)])?;
        self.shared.wrote();
        // From here on it is gone; what is left of its files is removed now or by the next daemon.
        {
            let mut live = cell.live();
            live.removed = true;
            live.waiters.clear();
        }
        self.shared.index_mut().remove(&cell.id, &record.name);
        self.forget_execs(cell);
        self.remove_files(cell, &record);
        self.leave_volumes(cell, &record, options.volumes);
        self.container_event(cell, "destroy", &[]);
        cell.tell(|phase| {
            phase.running = false;
            phase.removed = true;
        });
        cell.interrupt.notify_waiters();
        Ok(())
    }

    fn remove_files(&self, cell: &Cell, record: &Record) {
        if cell.live().logged
            && let Err(error) = self
                .shared
                .spare_logs
                .take(&LogPlace::new(&self.shared.logs, &cell.id))
        {
            tracing::warn!(%error, id = cell.id.short(), "a log could not be removed; the next start tries again");
        }
        if record.folder {
            self.drop_folder(&cell.id);
        }
    }

    fn leave_volumes(&self, cell: &Cell, record: &Record, remove: bool) {
        for mount in record.mounts.iter().filter(|m| m.kind == MountKind::Volume) {
            self.shared.volumes().leave(&mount.name, &cell.id);
            if remove
                && mount.anonymous
                && let Err(error) = self.remove_volume(&mount.name)
            {
                // Another container may use it through `VolumesFrom`.
                tracing::debug!(%error, name = mount.name, "a volume stays");
            }
        }
    }

    /// Removes all containers that do not run.
    pub async fn prune_containers(&self, filters: &Filters) -> Result<PruneReport> {
        let wanted = Wanted::of(filters, &["label", "label!", "until"])?;
        let until = wanted.until()?;
        let mut deleted = Vec::new();
        let mut reclaimed = 0;
        for cell in self.shared.cells() {
            let record = cell.record();
            let old = until.is_none_or(|until: Time| record.created <= until);
            if cell.is_running() || !old || !wanted.prunes(&record.config.labels) {
                continue;
            }
            let size = self.layer_size(&record);
            if self.remove_cell(&cell, RemoveOptions::default()).await.is_ok() {
                reclaimed += size;
                deleted.push(cell.id.to_string());
            }
        }
        let attributes = Strings::from([("reclaimed".to_owned(), reclaimed.to_string())]);
        self.shared.events.tell("container", "prune", "", attributes);
        Ok(PruneReport {
            containers_deleted: (!deleted.is_empty()).then_some(deleted),
            space_reclaimed: reclaimed,
        })
    }
}
