//! Changing what a container is called and what it may use.

use sampan_api::container::{HostConfig, UpdateRequest, UpdateResponse};
use sampan_types::platform::Kind;

use crate::supervisor::Supervisor;
use crate::supervisor::create::{Plan, parse_name, restart_policy};
use crate::supervisor::error::{Result, SupervisorError, step};
use crate::supervisor::linux::resources;
use crate::supervisor::record::Record;

impl Supervisor {
    /// Gives a container another name.
    pub async fn rename(&self, container: &str, name: &str) -> Result<()> {
        if name.trim().trim_start_matches('/').is_empty() {
            return Err(SupervisorError::Invalid(
                "Neither old nor new names may be empty".to_owned(),
            ));
        }
        let cell = self.shared.find(container)?;
        let new = parse_name(name.trim())?;
        let _gate = cell.gate.lock().await;
        let old = cell.record();
        if old.name == new {
            return Err(SupervisorError::Invalid(
                "Renaming a container with the same name as its current name".to_owned(),
            ));
        }
        self.shared.index_mut().take_name(&new, &cell.id)?;
        let record = Record {
            name: new.clone(),
            ..Record::clone(&old)
        };
        let noted: Result<()> = (|| {
            step!("supervisor::rename::journal");
            self.shared.journal.put(&Record::key(&cell.id), &record)?;
            Ok(())
        })();
        let free = if noted.is_ok() { &old.name } else { &new };
        self.shared.index_mut().free_name(free);
        noted?;
        self.shared.wrote();
        cell.live().record = record.into();
        // Whoever answers for names knows it by the new one from now on, and by the old one no longer.
        if let Err(error) = self.names_changed(&cell).await {
            tracing::warn!(%error, id = cell.id.short(), "a container is known in its networks by its old name");
        }
        self.container_event(&cell, "rename", &[("oldName", format!("/{}", old.name))]);
        Ok(())
    }

    /// Changes limits and the restart policy.
    pub async fn update(&self, container: &str, request: UpdateRequest) -> Result<UpdateResponse> {
        let cell = self.shared.find(container)?;
        let _gate = cell.gate.lock().await;
        let old = cell.record();
        let mut host = old.host.clone();
        apply(&mut host, &request);
        restart_policy(&host)?;
        let plan = match old.kind {
            Kind::Linux => None,
            Kind::Wasm | Kind::Windows => Some((Plan::of(&old.host)?, Plan::of(&host)?)),
        };
        if plan.is_none() {
            crate::supervisor::linux::check(&old.config, &host)?;
        }
        let hold = {
            let live = cell.live();
            if live.state.removing || live.removed || live.state.dead {
                return Err(SupervisorError::Conflict(
                    "container is marked for removal and cannot be \"update\"".to_owned(),
                ));
            }
            live.hold.clone()
        };
        match (hold, plan) {
            (Some(hold), Some((old, new))) if old != new => hold.update(&new.limits, new.cpu_weight).await?,
            (Some(hold), None) => {
                let (now, then) = (resources(&old.host), resources(&host));
                if now != then {
                    hold.update_resources(&then).await?;
                }
            }
            _ => {}
        }
        let record = Record {
            host,
            ..Record::clone(&old)
        };
        step!("supervisor::update::journal");
        self.shared.journal.put(&Record::key(&cell.id), &record)?;
        self.shared.wrote();
        cell.live().record = record.into();
        self.container_event(&cell, "update", &[]);
        Ok(UpdateResponse { warnings: Vec::new() })
    }
}

/// Takes over what is not zero, as Docker does.
fn apply(host: &mut HostConfig, request: &UpdateRequest) {
    fn set<T: Clone + Default + PartialEq>(own: &mut T, asked: &T) {
        if *asked != T::default() {
            own.clone_from(asked);
        }
    }
    // One way to say how much of the processor takes the place of the other.
    if request.nano_cpus != 0 {
        (host.cpu_period, host.cpu_quota) = (0, 0);
    }
    if request.cpu_quota != 0 || request.cpu_period != 0 {
        host.nano_cpus = 0;
    }
    set(&mut host.memory, &request.memory);
    set(&mut host.memory_swap, &request.memory_swap);
    set(&mut host.memory_reservation, &request.memory_reservation);
    set(&mut host.nano_cpus, &request.nano_cpus);
    set(&mut host.cpu_period, &request.cpu_period);
    set(&mut host.cpu_quota, &request.cpu_quota);
    set(&mut host.cpu_shares, &request.cpu_shares);
    set(&mut host.cpuset_cpus, &request.cpuset_cpus);
    set(&mut host.cpuset_mems, &request.cpuset_mems);
    set(&mut host.blkio_weight, &request.blkio_weight);
    set(&mut host.pids_limit, &request.pids_limit);
    if !request.restart_policy.name.is_empty() {
        host.restart_policy.clone_from(&request.restart_policy);
    }
}
