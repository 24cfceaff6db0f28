//! What a runtime is told about a container that is to start.

use std::path::PathBuf;
use std::sync::Arc;

use sampan_runtime::{
    ContainerSpec, Diagnostics, KeptStreams, Logs, NetworkPlace, Networking, Placement, Program,
    ProgramBytes, Published, RootDir, Streams, TerminalSize,
};
use sampan_types::grants::{Access, Mount, Tmpfs};
use sampan_types::platform::Kind;
use sampan_types::{ByteCount, Effort, Grants, Limits, Platform, Serving};

use crate::environment::add;
use crate::supervisor::Supervisor;
use crate::supervisor::cell::Cell;
use crate::supervisor::create::{Plan, access_log, command, environment, extra_hosts};
use crate::supervisor::error::{Result, SupervisorError};
use crate::supervisor::images::{Image, Ready};
use crate::supervisor::log::{JournalSocket, LogDriver, LogFacts, LogPlace, LogPlan, WrittenLog};
use crate::supervisor::record::{MountKind, Record};

impl Supervisor {
    /// What the runtime is told.
    pub(super) async fn spec(
        &self,
        cell: &Arc<Cell>,
        record: &Record,
        places: Vec<NetworkPlace>,
        published: Vec<Published>,
    ) -> Result<(ContainerSpec, Kind)> {
        let image = self.image_of_record(record)?;
        let words = command(&record.config);
        let ready = self.program(&image, &words).await?;
        if ready.kind == Kind::Linux {
            let networking = Networking {
                places,
                published,
                hosts: self.given_names(record)?,
                resolver: self.name_servers(record),
                ..Networking::default()
            };
            let spec = self
                .linux_container(cell, record, &ready, words, networking)
                .await?;
            return Ok((spec, ready.kind));
        }
        let plan = Plan::of(&record.host)?;
        let (args, entry) = words_for(record, &image, &ready, words);
        let mut env = environment(&record.config, self.links_told(record)?);
        let log = self.checked_logs(record, &env)?;
        self.give_files(cell, record).await?;
        let (root, tmpfs_dirs) = self.folders(cell, record, &ready).await?;
        let (user, groups) = (&record.config.user, record.host.group_add.as_ref());
        add(
            &mut env,
            self.identity(&ready.digest, user, groups, root.as_ref())?,
        );
        add(&mut env, cell.private_env());
        let mut grants = plan.grants;
        self.mount_volumes(record).await?;
        self.mount_grants(record, &mut grants.mounts, &mut grants.tmpfs)?;
        let size = record.host.console_size;
        let machine = self.shared.networks().machine();
        let spec = ContainerSpec {
            id: cell.id.clone(),
            program: ready.program(record.config.image.clone(), plan.effort),
            args,
            env,
            cwd: Some(record.config.working_dir.clone()).filter(|dir| !dir.is_empty()),
            streams: Streams::Kept(KeptStreams {
                stdin: record.config.open_stdin,
                stdin_once: record.config.stdin_once,
                terminal: record.config.tty.then(|| terminal_size(size)),
                log,
            }),
            root,
            grants,
            tmpfs_dirs,
            limits: plan.limits,
            entry,
            calls: true,
            listeners: Vec::new(),
            serving: Serving {
                version: record.versions.now,
                access_log: access_log(&record.config)?,
                ..Serving::default()
            },
            beside: None,
            access_log: None,
            networking: Networking {
                places,
                published,
                exposed: exposed(record),
                hosts: extra_hosts(&record.host, &machine)?,
                machine,
                resolver: self.asked_name_servers(record),
                within: None,
            },
            diagnostics: Diagnostics::default(),
            learn: false,
            placement: Placement {
                domain: record.domain.clone(),
                isolation: plan.isolation,
                cpu_weight: plan.cpu_weight,
            },
            linux: None,
            kin: None,
        };
        Ok((spec, ready.kind))
    }

    /// What the runtime of Linux containers is told.
    async fn linux_container(
        &self,
        cell: &Arc<Cell>,
        record: &Record,
        ready: &Arc<Ready>,
        args: Vec<String>,
        networking: Networking,
    ) -> Result<ContainerSpec> {
        let mut env = environment(&record.config, self.links_told(record)?);
        let log = self.checked_logs(record, &env)?;
        add(&mut env, cell.private_env());
        self.mount_volumes(record).await?;
        let linux = self.linux_spec(cell, record, ready, &networking.places).await?;
        Ok(ContainerSpec {
            id: cell.id.clone(),
            program: Program {
                name: record.config.image.clone(),
                digest: ready.digest.clone(),
                bytes: ProgramBytes::Memory(bytes::Bytes::new()),
                effort: Effort::Full,
            },
            args,
            cwd: Some(record.config.working_dir.clone()).filter(|dir| !dir.is_empty()),
            streams: Streams::Kept(KeptStreams {
                stdin: record.config.open_stdin,
                stdin_once: record.config.stdin_once,
                terminal: record.config.tty.then(|| terminal_size(record.host.console_size)),
                log,
            }),
            env,
            root: None,
            grants: Grants::default(),
            tmpfs_dirs: Vec::new(),
            limits: Limits::default(),
            entry: None,
            calls: false,
            listeners: Vec::new(),
            serving: Serving::default(),
            beside: None,
            access_log: None,
            networking,
            diagnostics: Diagnostics::default(),
            learn: false,
            placement: Placement::default(),
            linux: Some(Box::new(linux)),
            kin: None,
        })
    }

    /// Where its output goes; an error where that cannot be reached.
    fn checked_logs(&self, record: &Record, env: &[(String, String)]) -> Result<Logs> {
        let log = self.logs_of(record, env)?;
        if let Some(journal) = &log.journal {
            journal.connect().map_err(|source| SupervisorError::LogDriver {
                why: "journald is not enabled on this host",
                source,
            })?;
        }
        Ok(log)
    }

    /// The image that a container was made from.
    pub(crate) fn image_of_record(&self, record: &Record) -> Result<Arc<Image>> {
        let platform = record
            .platform
            .as_ref()
            .and_then(|text| text.parse::<Platform>().ok());
        self.image_by_id(&record.image, platform)
    }

    /// Where its output goes.
    pub(crate) fn logs_of(&self, record: &Record, env: &[(String, String)]) -> Result<Logs> {
        let plan = LogPlan::parse(&record.host.log_config.kind, &record.host.log_config.config)?;
        let image_id = record.image.digest.to_string();
        let facts = LogFacts {
            id: record.id.as_str(),
            name: record.name.as_str(),
            image: &record.config.image,
            image_id: &image_id,
            path: &record.path,
            args: &record.args,
            labels: &record.config.labels,
            env,
        };
        let place = || LogPlace::new(&self.shared.logs, &record.id);
        let mut logs = Logs::default();
        if let Some(files) = plan.files {
            logs.files = Some(Arc::new(WrittenLog::new(
                place(),
                files,
                plan.attrs(&facts),
                self.shared.spare_logs.clone(),
            )));
        }
        if plan.driver == LogDriver::Journald {
            logs.journal = Some(Arc::new(JournalSocket {
                path: self.shared.config.journal_socket.clone(),
                fields: plan.fields(&facts, crate::supervisor::random_hex()?),
                lossy_buffer: plan.lossy_buffer(),
            }));
        }
        Ok(logs)
    }

    /// The folders of its own that it needs: a root to write to, and one for each tmpfs.
    async fn folders(
        &self,
        cell: &Arc<Cell>,
        record: &Record,
        ready: &Arc<Ready>,
    ) -> Result<(Option<RootDir>, Vec<PathBuf>)> {
        let tmpfs = record
            .mounts
            .iter()
            .filter(|m| m.kind == MountKind::Tmpfs)
            .count();
        let root = match &ready.rootfs {
            Some(rootfs) if ready.uses_files || record.folder => match record.host.readonly_rootfs {
                true => Some(RootDir {
                    path: rootfs.path().to_owned(),
                    access: Access::ReadOnly,
                }),
                false => Some(RootDir {
                    path: self.own_root(cell).await?,
                    access: Access::ReadWrite,
                }),
            },
            _ => None,
        };
        let mut dirs = Vec::with_capacity(tmpfs);
        for number in 0..tmpfs {
            dirs.push(self.fresh_tmpfs(cell, number).await?);
        }
        Ok((root, dirs))
    }

    /// What stands where of the host's.
    pub(crate) fn mount_grants(
        &self,
        record: &Record,
        mounts: &mut Vec<Mount>,
        tmpfs: &mut Vec<Tmpfs>,
    ) -> Result<()> {
        for mount in &record.mounts {
            let access = if mount.writable {
                Access::ReadWrite
            } else {
                Access::ReadOnly
            };
            let target = PathBuf::from(&mount.destination);
            match mount.kind {
                MountKind::Tmpfs => tmpfs.push(Tmpfs {
                    target,
                    size: mount.size.map(ByteCount::new),
                }),
                // It is among the container's own files.
                MountKind::File => {}
                MountKind::Bind | MountKind::Volume => {
                    let source = PathBuf::from(&mount.source);
                    // It may have been taken away since the container was made.
                    std::fs::create_dir_all(&source).map_err(SupervisorError::io("create", &source))?;
                    mounts.push(Mount {
                        source,
                        target,
                        access,
                    });
                }
            }
        }
        Ok(())
    }
}

/// TCP ports on which a container says that it listens.
pub(crate) fn exposed(record: &Record) -> Vec<u16> {
    let ports = record.config.exposed_ports.keys();
    let tcp = ports.filter(|port| port.protocol == sampan_api::Protocol::Tcp);
    tcp.map(|port| port.number).filter(|port| *port != 0).collect()
}

/// Arguments, the program's own name first, and the export to call.
pub(crate) fn words_for(
    record: &Record,
    image: &Image,
    ready: &Ready,
    words: Vec<String>,
) -> (Vec<String>, Option<String>) {
    let blob = matches!(
        image.runnable.program,
        Some(sampan_image::ProgramSource::Blob { .. })
    );
    if !blob {
        return (words, ready.export.clone());
    }
    // The program has no name of its own in the image; an entrypoint that the image does not have names an export.
    let own = record
        .config
        .entrypoint
        .as_ref()
        .map(|e| e.0.as_slice())
        .unwrap_or_default();
    let export = match own {
        [first, ..] if own != image.runnable.config.entrypoint.as_slice() => Some(first.clone()),
        _ => None,
    };
    let skipped = usize::from(export.is_some());
    let mut args = vec![record.config.image.clone()];
    args.extend(words.into_iter().skip(skipped));
    (args, export)
}

pub(crate) fn terminal_size(size: [u64; 2]) -> TerminalSize {
    let usual = TerminalSize::default();
    let part = |n: u64, usual| u16::try_from(n).ok().filter(|n| *n > 0).unwrap_or(usual);
    TerminalSize {
        rows: part(size[0], usual.rows),
        columns: part(size[1], usual.columns),
    }
}
