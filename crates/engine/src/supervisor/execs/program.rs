//! What an exec runs: a program of the image, a tool, or another export of the container's own program.

use std::net::SocketAddr;
use std::sync::Arc;

use sampan_api::Protocol;
use sampan_api::container::PortMap;
use sampan_runtime::{
    ContainerSpec, Diagnostics, KeptStreams, LentPort, Logs, Networking, Placement, Program, ProgramBytes,
    RootDir, Streams, Within,
};
use sampan_types::grants::{Access, Transport};
use sampan_types::platform::Kind;
use sampan_types::{Digest, Effort, Serving};

use super::{Exec, Execs};
use crate::environment::{add, extend};
use crate::supervisor::Supervisor;
use crate::supervisor::cell::Cell;
use crate::supervisor::create::{Plan, command, environment_at, extra_hosts};
use crate::supervisor::error::{Result, SupervisorError};
use crate::supervisor::life::terminal_size;
use crate::supervisor::record::Record;

impl Supervisor {
    pub(super) async fn exec_spec(
        &self,
        cell: &Arc<Cell>,
        exec: &Arc<Exec>,
        size: Option<[u64; 2]>,
        detached: bool,
    ) -> Result<(ContainerSpec, Kind)> {
        let record = cell.record();
        let words = exec.words().to_vec();
        let plan = Plan::of(&record.host)?;
        // Those whom it is linked to may have gone since it started.
        let linked = self.links_told(&record).unwrap_or_default();
        let mut env = environment_at(exec.request.tty, &record.config, linked);
        extend(&mut env, exec.request.env.iter().flatten());
        let own = Some(exec.request.working_dir.clone()).filter(|dir| !dir.is_empty());
        let cwd = own.or_else(|| Some(record.config.working_dir.clone()).filter(|dir| !dir.is_empty()));
        // The shell keeps its folder itself, and looks for it here.
        let folder = cwd.clone().unwrap_or_else(|| "/".to_owned());
        extend(&mut env, std::iter::once(&format!("PWD={folder}")));
        let (program, args, entry, kind) = self.exec_program(&record, words).await?;
        let root = self.exec_root(cell, &record).await?;
        let user = match exec.request.user.as_str() {
            "" => &record.config.user,
            user => user,
        };
        let groups = record.host.group_add.as_ref();
        add(
            &mut env,
            self.identity(&program.digest, user, groups, root.as_ref())?,
        );
        let mut grants = plan.grants;
        self.mount_volumes(&record).await?;
        self.mount_grants(&record, &mut grants.mounts, &mut grants.tmpfs)?;
        let tmpfs_dirs = (0..grants.tmpfs.len())
            .map(|n| self.tmpfs_dir(&cell.id, n))
            .collect();
        let spec = ContainerSpec {
            id: exec.id.clone(),
            program,
            args,
            env,
            cwd,
            streams: Streams::Kept(KeptStreams {
                stdin: exec.request.attach_stdin && !detached,
                stdin_once: true,
                terminal: exec.request.tty.then(|| terminal_size(size.unwrap_or_default())),
                log: Logs::default(),
            }),
            root,
            grants,
            tmpfs_dirs,
            limits: plan.limits,
            entry,
            calls: false,
            listeners: Vec::new(),
            serving: Serving::default(),
            beside: None,
            access_log: None,
            networking: self.exec_networking(cell, &record)?,
            diagnostics: Diagnostics::default(),
            learn: false,
            placement: Placement {
                domain: record.domain.clone(),
                isolation: plan.isolation,
                cpu_weight: plan.cpu_weight,
            },
            linux: None,
            kin: Some(self.kin(cell, exec)),
        };
        Ok((spec, kind))
    }

    /// An exec is where its container is: with its names, its neighbours and its ports.
    fn exec_networking(&self, cell: &Cell, record: &Record) -> Result<Networking> {
        let (endpoints, ports) = {
            let live = cell.live();
            (live.state.endpoints.clone(), live.state.ports.clone())
        };
        let networks = self.shared.networks();
        let machine = networks.machine();
        Ok(Networking {
            places: networks.places(record, &endpoints),
            hosts: extra_hosts(&record.host, &machine)?,
            machine,
            resolver: self.asked_name_servers(record),
            within: Some(Within {
                container: cell.id.clone(),
                ports: lent(&ports),
            }),
            ..Networking::default()
        })
    }

    /// The program of an exec: one of the image's files, a tool, or an export of the container's own program as
    /// `#NAME`.
    async fn exec_program(
        &self,
        record: &Record,
        words: Vec<String>,
    ) -> Result<(Program, Vec<String>, Option<String>, Kind)> {
        let first = words.first().cloned().unwrap_or_default();
        let image = self.image_of_record(record)?;
        let artifact = matches!(
            image.runnable.program,
            Some(sampan_image::ProgramSource::Blob { .. })
        );
        let export = first.strip_prefix('#').map(str::to_owned);
        if export.is_some() || !artifact {
            let chosen = match &export {
                Some(_) => command(&record.config),
                None => words.clone(),
            };
            match self.program(&image, &chosen).await {
                Ok(ready) if ready.kind == Kind::Wasm => {
                    let program = ready.program(first, Effort::Full);
                    let entry = export.or_else(|| ready.export.clone());
                    return Ok((program, words, entry, ready.kind));
                }
                Ok(_) => {}
                Err(error) if export.is_some() => return Err(error),
                // Not in the image: perhaps a tool.
                Err(_) => {}
            }
        }
        let tool = first.rsplit('/').next().unwrap_or(&first).to_owned();
        let toolbox = self.shared.config.toolbox.as_ref();
        let Some(toolbox) = toolbox.filter(|toolbox| toolbox.tools.contains(&tool)) else {
            return Err(SupervisorError::CannotStart {
                message: format!(
                    "exec failed: unable to start container process: exec: \"{first}\": executable file not found in $PATH"
                ),
                code: 127,
                source: None,
            });
        };
        let program = Program {
            name: tool,
            digest: self.shared.execs.toolbox_digest(&toolbox.wasm),
            bytes: ProgramBytes::Memory(toolbox.wasm.clone()),
            effort: Effort::Full,
        };
        Ok((program, words, None, Kind::Wasm))
    }

    async fn exec_root(&self, cell: &Arc<Cell>, record: &Record) -> Result<Option<RootDir>> {
        let image = self.image_of_record(record)?;
        if image.runnable.rootfs.is_none() {
            return Ok(None);
        }
        if record.host.readonly_rootfs {
            let ready = self.program(&image, &command(&record.config)).await?;
            return Ok(ready.rootfs.as_ref().map(|rootfs| RootDir {
                path: rootfs.path().to_owned(),
                access: Access::ReadOnly,
            }));
        }
        Ok(Some(RootDir {
            path: self.own_root(cell).await?,
            access: Access::ReadWrite,
        }))
    }
}

/// Where the host answers for published ports.
fn lent(ports: &PortMap) -> Vec<LentPort> {
    let bound = ports.iter().flat_map(|(port, bindings)| {
        let bindings = bindings.iter().flatten();
        bindings.map(move |binding| (port, binding))
    });
    let known = bound.filter_map(|(port, binding)| {
        let transport = match port.protocol {
            Protocol::Tcp => Transport::Tcp,
            Protocol::Udp => Transport::Udp,
            Protocol::Sctp => return None,
        };
        let at = SocketAddr::new(binding.host_ip.parse().ok()?, binding.host_port.parse().ok()?);
        Some(LentPort {
            port: port.number,
            transport,
            at,
        })
    });
    known.collect()
}

impl Execs {
    pub(crate) fn toolbox_digest(&self, wasm: &[u8]) -> Digest {
        let digest = || sampan_store::digest_of(sampan_types::Algorithm::Sha256, wasm);
        self.toolbox.get_or_init(digest).clone()
    }
}
