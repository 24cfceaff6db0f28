//! Callers who have nothing of the host: what they may not ask for, and whose containers they see.
//!
//! Their containers are a trust domain of their own, so that they share no process with those of the daemon's owner. They
//! see no others, and reach nothing but what is inside of their containers.

use std::sync::Arc;

use sampan_api::container::CreateRequest;
use sampan_types::Grants;

use super::cell::Cell;
use super::error::{Result, SupervisorError};
use super::{Caller, Supervisor};

fn denied<T>(what: &str) -> Result<T> {
    Err(SupervisorError::Denied(format!(
        "{what} through this socket, which has nothing of the host; ask on the daemon's own"
    )))
}

/// Whether somebody may have such a container. Folders are looked at where mounts are made.
pub(crate) fn check(caller: &Caller, request: &CreateRequest) -> Result<()> {
    if caller.host {
        return Ok(());
    }
    let host = &request.host_config;
    if host.publish_all_ports || host.port_bindings.as_ref().is_some_and(|ports| !ports.is_empty()) {
        return denied("ports cannot be published");
    }
    let usual = |network: &str| matches!(network, "" | "default" | "bridge" | "none");
    let endpoints = request.networking_config.endpoints_config.keys();
    if let Some(network) = endpoints
        .chain([&host.network_mode])
        .find(|network| !usual(network))
    {
        return denied(&format!("network {network} cannot be joined"));
    }
    // A probe is made by the daemon, with the host's network.
    let health = request.config.healthcheck.as_ref();
    if health.is_some_and(|health| health.test.first().is_some_and(|kind| kind == "HTTP")) {
        return denied("health cannot be checked over HTTP");
    }
    if host.log_config.kind == "journald" {
        return denied("the machine's journal cannot be written");
    }
    Ok(())
}

/// What leads out of a container is the host's.
pub(crate) fn check_grants(caller: &Caller, grants: &Grants) -> Result<()> {
    match caller.host || grants.is_empty() {
        true => Ok(()),
        false => denied("nothing of the network can be granted"),
    }
}

/// Whoever has a Linux container made has what the host's root has.
pub(crate) fn check_linux(caller: &Caller) -> Result<()> {
    match caller.host {
        true => Ok(()),
        false => denied("Linux containers cannot be made"),
    }
}

/// A volume by name may be somebody else's.
pub(crate) fn check_volume(caller: &Caller, anonymous: bool) -> Result<()> {
    match caller.host || anonymous {
        true => Ok(()),
        false => denied("volumes with names cannot be mounted"),
    }
}

impl Caller {
    fn sees(&self, cell: &Cell) -> bool {
        self.host || cell.record().domain == self.domain
    }
}

impl Supervisor {
    /// A container, if the caller may see it.
    pub(crate) fn seen_by(&self, caller: &Caller, name: &str) -> Result<Arc<Cell>> {
        let cell = self.shared.find(name)?;
        match caller.sees(&cell) {
            true => Ok(cell),
            false => Err(SupervisorError::NoContainer(name.to_owned())),
        }
    }

    /// The id of a container that the caller may see. Its name may be another's the next moment.
    pub fn visible(&self, caller: &Caller, name: &str) -> Result<String> {
        Ok(self.seen_by(caller, name)?.id.to_string())
    }

    /// Whether the caller may see the container of an exec.
    pub fn visible_exec(&self, caller: &Caller, exec: &str) -> Result<()> {
        let (_, cell) = self.find_exec(exec)?;
        match caller.sees(&cell) {
            true => Ok(()),
            false => Err(SupervisorError::NoExec(exec.to_owned())),
        }
    }
}
