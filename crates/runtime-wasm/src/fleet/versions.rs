//! Versions of a server: from an image's program to one that is ready in the container's worker.

use std::os::fd::OwnedFd;
use std::sync::Arc;

use sampan_runtime::{RuntimeError, Version};
use sampan_types::Answering;
use sampan_wasm_host::inspect::Reach;

use super::FleetError;
use super::container::FleetContainer;
use super::worker::{Tag, Worker};
use crate::worker::{Order, VersionOrder};

impl FleetContainer {
    /// Has a version compiled, and made ready in the worker.
    pub(super) async fn make_ready(&self, version: Version) -> Result<(), RuntimeError> {
        let worker = self.changing().await?;
        let crew = &self.crew;
        let code = crew.codes.get(&version.program, &version.limits, crew).await?;
        let name = || version.program.name.clone();
        if !code.serves {
            return Err(RuntimeError::backend(FleetError::NoHandler { name: name() }));
        }
        if let Some(what) = lacks(&worker.tag, code.reach, &version) {
            return Err(RuntimeError::backend(FleetError::NotGiven { name: name(), what }));
        }
        let file = code
            .file()
            .map_err(|error| RuntimeError::backend(FleetError::Stream("machine code", error)))?;
        let id = self.tenant.id.clone();
        let order = VersionOrder {
            number: version.number,
            facts: code.facts.clone(),
            stack: code.stack.get(),
            args: version.args,
            env: version.env,
            cwd: version.cwd,
            check: version.check,
        };
        let version = Box::new(order);
        let order = |order| Order::Prepare { order, id, version };
        self.ask(order, vec![OwnedFd::from(file)]).await
    }

    pub(super) async fn divide_requests(&self, to: Vec<(u64, u32)>) -> Result<(), RuntimeError> {
        self.changing().await?;
        let id = self.tenant.id.clone();
        self.ask(|order| Order::Divide { order, id, to }, Vec::new())
            .await
    }

    pub(super) async fn answering_now(&self) -> Result<Vec<Answering>, RuntimeError> {
        let worker = self.changing().await?;
        let asked = worker.answering(&self.tenant.id).await;
        asked.map_err(|error| Self::not_done(&worker, error))
    }

    /// The worker, if it knows of versions.
    async fn changing(&self) -> Result<Arc<Worker>, RuntimeError> {
        let worker = self.settled().await.ok_or(RuntimeError::Gone)?;
        match self.crew.knows_all(&worker) {
            true => Ok(worker),
            // To it, an order that it cannot read is the end of its daemon.
            false => Err(RuntimeError::backend(FleetError::OldWorker)),
        }
    }
}

/// What a version would use that its process was not given. A process is confined before it takes its first guest, and
/// nothing can be added.
fn lacks(given: &Tag, reach: Reach, version: &Version) -> Option<&'static str> {
    let grants = &version.grants;
    let folders = !(grants.mounts.is_empty() && grants.tmpfs.is_empty());
    let hosts = !(grants.net.is_empty() && grants.http.is_empty() && grants.listen.is_empty());
    if reach.files && folders && !given.files {
        return Some("files");
    }
    (reach.network && (hosts || version.networked) && !given.sockets).then_some("the network")
}

#[cfg(test)]
mod tests {
    use sampan_runtime::{Program, ProgramBytes};
    use sampan_types::{Algorithm, Digest, Effort, Grants, Limits};

    use super::*;

    fn version(grants: Grants, networked: bool) -> Version {
        Version {
            number: 1,
            program: Program {
                name: "x".to_owned(),
                digest: Digest::from_bytes(Algorithm::Sha256, &[0; 32]),
                bytes: ProgramBytes::Memory(Vec::new().into()),
                effort: Effort::Full,
            },
            args: Vec::new(),
            env: Vec::new(),
            cwd: None,
            limits: Limits::default(),
            grants,
            networked,
            check: None,
        }
    }

    #[test]
    fn a_version_gets_nothing_that_its_process_was_not_given() {
        let none = Reach {
            files: false,
            network: false,
        };
        let given = |files, sockets| Tag {
            files,
            sockets,
            ..Tag::default()
        };
        let granted = Grants {
            net: vec!["db:5432".parse().unwrap()],
            mounts: vec!["/tmp:/data".parse().unwrap()],
            ..Grants::default()
        };
        let all = || version(granted.clone(), true);
        assert_eq!(lacks(&given(false, false), none, &all()), None);
        assert_eq!(lacks(&given(true, true), Reach::ALL, &all()), None);
        assert_eq!(lacks(&given(false, true), Reach::ALL, &all()), Some("files"));
        assert_eq!(
            lacks(&given(true, false), Reach::ALL, &all()),
            Some("the network")
        );
        // What was never granted to the container is not missed.
        let nothing = version(Grants::default(), false);
        assert_eq!(lacks(&given(false, false), Reach::ALL, &nothing), None);
        let networked = version(Grants::default(), true);
        assert_eq!(
            lacks(&given(false, false), Reach::ALL, &networked),
            Some("the network")
        );
    }
}
