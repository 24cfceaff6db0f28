//! What a runtime is told of a version.

use std::sync::Arc;

use sampan_runtime::Version;
use sampan_types::HttpCheck;
use sampan_types::platform::Kind;

use crate::environment::add;
use crate::supervisor::Supervisor;
use crate::supervisor::cell::Cell;
use crate::supervisor::create::{Plan, command, environment};
use crate::supervisor::error::{Result, SupervisorError};
use crate::supervisor::life::{exposed, words_for};
use crate::supervisor::record::Record;

impl Supervisor {
    /// The version that a record says is the one that was there.
    pub(super) async fn version_of(
        &self,
        cell: &Arc<Cell>,
        record: &Record,
        check: Option<HttpCheck>,
    ) -> Result<Version> {
        let image = self.image_of_record(record)?;
        let words = command(&record.config);
        let ready = self.program(&image, &words).await?;
        let name = &record.config.image;
        if ready.kind != Kind::Wasm {
            return Err(SupervisorError::Invalid(format!(
                "the program of `{name}` is none for Wasm"
            )));
        }
        if ready.rootfs.is_some() && ready.uses_files {
            return Err(SupervisorError::Conflict(format!(
                "the program of `{name}` reads files of its image, which a container gets when it starts alone; remove the \
                 container and run the new image in its place"
            )));
        }
        let plan = Plan::of(&record.host)?;
        let (args, entry) = words_for(record, &image, &ready, words);
        if let Some(entry) = entry {
            return Err(SupervisorError::Invalid(format!(
                "the entrypoint `{entry}` is an export, and a server answers requests alone"
            )));
        }
        let mut env = environment(&record.config, self.links_told(record)?);
        add(&mut env, cell.private_env());
        let mut grants = plan.grants;
        self.mount_grants(record, &mut grants.mounts, &mut grants.tmpfs)?;
        let endpoints = cell.state().endpoints;
        let places = self.shared.networks().places(record, &endpoints);
        let heard = !exposed(record).is_empty();
        Ok(Version {
            number: record.versions.now,
            program: ready.program(name.clone(), plan.effort),
            args,
            env,
            cwd: Some(record.config.working_dir.clone()).filter(|dir| !dir.is_empty()),
            limits: plan.limits,
            grants,
            networked: places
                .iter()
                .any(|place| place.open || heard || !place.links.is_empty()),
            check,
        })
    }
}
