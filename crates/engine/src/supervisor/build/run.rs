//! `RUN`: a container of the engine, whose changes become a layer.

use std::fs;
use std::path::Path;

use sampan_api::StrSlice;
use sampan_api::container::{CreateRequest, CreateResponse, HealthConfig};
use sampan_image::dockerfile::Run;
use sampan_types::Platform;
use sampan_types::platform::Kind;

use super::files::View;
use super::mounts::{Mounted, Stubs};
use super::script::{with_heredocs, write_script};
use super::stage::Stage;
use super::steps::{is_wasm, shell, words};
use super::{Builder, HERE};
use crate::supervisor::cell::Private;
use crate::supervisor::create::Within;
use crate::supervisor::error::{Result, SupervisorError};

/// Where scripts of heredocs lie for their step.
const SCRIPTS: &str = "/dev/pipes";

impl Builder<'_> {
    pub(super) async fn run_step(&mut self, stage: &mut Stage, run: Run) -> Result<()> {
        refuse(&run)?;
        processor(&stage.platform)?;
        let (command, script) = with_heredocs(&run.command);
        if is_wasm(stage) && command.shell {
            self.check_shell(stage)?;
        }
        let env = stage.config.env.clone().unwrap_or_default();
        let mut words = words(&stage.config, &command);
        let told = stage.arguments.told(&env);
        let before = match told.is_empty() {
            true => Vec::new(),
            false => [vec![format!("|{}", told.len())], told].concat(),
        };
        let said = [before, words.clone()].concat();
        let mut created_by = said.join(" ");
        if let Some((_, content)) = &script {
            created_by.push('\n');
            created_by.push_str(content);
        }
        let network = run.network.clone().unwrap_or_default();
        let planned = self.plan_mounts(stage, &run.mounts).await?;
        let mounts = planned.key.clone();
        // Word by word: what is one word here is two elsewhere.
        let mut key: Vec<&str> = said.iter().map(String::as_str).collect();
        key.push(script.as_ref().map_or("", |(_, content)| content.as_str()));
        key.extend(["RUN", network.as_str()]);
        key.extend(mounts.as_deref());
        let limits = match self.options.needed_only {
            true => super::limits::key(&self.options.host),
            false => Vec::new(),
        };
        key.extend(limits.iter().map(String::as_str));
        if self.probe(stage, &key).await? {
            return self.adopt(stage);
        }
        let folder = self.context.workshop.folder("script")?;
        let mut request = self.request(stage, &run)?;
        if let Some((name, content)) = &script {
            let path = folder.join("script");
            write_script(&path, content).map_err(SupervisorError::io("write", &path))?;
            let bind = format!("{}:{SCRIPTS}/{name}:ro", path.display());
            request.host_config.binds = Some(vec![bind]);
            if let Some(last) = words.last_mut() {
                *last = format!("{SCRIPTS}/{name}");
            }
        }
        request.config.cmd = Some(StrSlice(words.clone()));
        let mounted = self.mount(planned, &mut request.host_config).await?;
        let stubs = self.stubs(stage, &mounted)?;
        let id = self.contain(stage, request, &mounted.private).await?;
        self.output.say(format!(" ---> Running in {}\n", &id[..12])).await;
        let code = self.follow(&id).await?;
        // A container that stays behind its build has none of its secrets.
        self.supervisor.shared.find(&id)?.live().private = Private::default();
        drop(mounted);
        if code != 0 {
            return Err(SupervisorError::StepFailed {
                command: words.join(" "),
                code,
            });
        }
        self.commit_run(stage, &id, created_by.clone(), &key, stubs)
            .await?;
        if !self.options.keep_containers {
            self.containers.remove(&id).await;
            self.output
                .say(format!(" ---> Removed intermediate container {}\n", &id[..12]))
                .await;
        }
        Ok(())
    }

    /// A Wasm image has a shell only where somebody put one in.
    fn check_shell(&self, stage: &Stage) -> Result<()> {
        let shell = shell(&stage.config);
        let program = shell.first().map(String::as_str).unwrap_or_default();
        let view = self
            .supervisor
            .view(&self.lease, &self.context.workshop, &stage.files)?;
        match view.root.stat(Path::new(program)) {
            Ok(_) => Ok(()),
            Err(_) => Err(SupervisorError::Invalid(format!(
                "the stage is a Wasm one and has no shell `{program}`: write the command as a list, such as RUN [\"/tool.wasm\", \"argument\"]"
            ))),
        }
    }

    /// The mount points of a step, and what was there before it.
    fn stubs(&self, stage: &Stage, mounted: &Mounted) -> Result<Option<(Stubs, View)>> {
        if mounted.targets.is_empty() || is_wasm(stage) {
            return Ok(None);
        }
        let view = self
            .supervisor
            .view(&self.lease, &self.context.workshop, &stage.files)?;
        let targets = mounted.targets.iter().map(String::as_str);
        let stubs = Stubs::look(&view.root, targets)
            .map_err(SupervisorError::io("look for", "the mount points of a step"))?;
        Ok(Some((stubs, view)))
    }

    fn request(&self, stage: &Stage, run: &Run) -> Result<CreateRequest> {
        let mut config = stage.config.clone();
        let env = config.env.get_or_insert_default();
        let more = stage.arguments.environment(env);
        env.extend(more);
        config.entrypoint = Some(StrSlice(vec![String::new()]));
        config.on_build = None;
        config.healthcheck = Some(HealthConfig {
            test: vec!["NONE".to_owned()],
            ..HealthConfig::default()
        });
        config.attach_stdout = true;
        config.attach_stderr = true;
        let mut host = self.options.host.clone();
        "none".clone_into(&mut host.log_config.kind);
        match run.network.as_deref() {
            None | Some("default") => {}
            Some(network) => network.clone_into(&mut host.network_mode),
        }
        Ok(CreateRequest {
            config,
            host_config: host,
            ..CreateRequest::default()
        })
    }

    /// Makes the container of a step, on the files of its stage.
    async fn contain(
        &mut self,
        stage: &mut Stage,
        request: CreateRequest,
        private: &Private,
    ) -> Result<String> {
        let stacked = !is_wasm(stage) && !self.options.keep_containers && stage.files.base.is_some();
        if !stacked {
            if stage.below.is_none() {
                return Err(SupervisorError::Invalid(
                    "a RUN step needs files: put some into the stage with COPY or ADD first".to_owned(),
                ));
            }
            self.adopt(stage)?;
        }
        let mut made = self.create(stage, request.clone(), private).await?;
        let wasm = self.supervisor.shared.find(&made.id)?.record().kind != Kind::Linux;
        if wasm && !private.files.is_empty() {
            return Err(SupervisorError::Unsupported(
                "a Wasm step has no secrets as files: give it each as a variable, with --mount=type=secret,id=ID,env=NAME"
                    .to_owned(),
            ));
        }
        if wasm && !stage.files.above.is_empty() {
            // Its program is a Wasm file, whose files are no overlay: they are unpacked as one.
            self.containers.remove(&made.id).await;
            self.adopt(stage)?;
            made = self.create(stage, request, private).await?;
        }
        for warning in &made.warnings {
            self.output.warn(" ---> [Warning] ", warning.as_str()).await;
        }
        Ok(made.id)
    }

    async fn create(
        &mut self,
        stage: &Stage,
        mut request: CreateRequest,
        private: &Private,
    ) -> Result<CreateResponse> {
        let Some(base) = &stage.files.base else {
            return Err(SupervisorError::Invalid("the stage has no image".to_owned()));
        };
        request.config.image = base.descriptor.digest.to_string();
        let within = Within {
            beneath: stage.files.above.iter().rev().cloned().collect(),
            transient: !self.options.keep_containers,
            private: private.clone(),
            image: Some(base.clone()),
            own_hostname: self.options.needed_only,
        };
        let platform = base.platform.clone();
        // Both are large, and a build is many calls deep.
        let made = Box::pin(
            self.supervisor
                .create_within(self.caller, None, platform, request, within),
        )
        .await?;
        if !self.options.keep_containers {
            self.containers.ids.push(made.id.clone());
        }
        Ok(made)
    }

    async fn commit_run(
        &mut self,
        stage: &mut Stage,
        id: &str,
        created_by: String,
        key: &[&str],
        stubs: Option<(Stubs, View)>,
    ) -> Result<()> {
        let cell = self.supervisor.shared.find(id)?;
        let record = cell.record();
        let own = self.supervisor.folder(&record.id);
        if record.kind != Kind::Linux {
            let found = self.supervisor.differences(&record).await?;
            let root = own.join(crate::supervisor::layer::ROOT);
            let layer = match found.is_empty() {
                true => None,
                false => self.pack(|packing| packing.differences(&root, &found))?,
            };
            return self.make_with(stage, created_by, key, layer, None);
        }
        let upper = own.join(crate::supervisor::linux::UPPER);
        if let Some((stubs, view)) = stubs {
            stubs
                .clear(&upper, &view.root)
                .map_err(SupervisorError::io("clear mount points in", &upper))?;
        }
        let layer = self.pack(|packing| packing.upper(&upper))?;
        if self.options.keep_containers {
            return self.make_with(stage, created_by, key, layer, None);
        }
        // What the step changed lies beneath the next one, and the container goes.
        let folder = self.context.workshop.folder("ran")?;
        fs::rename(&upper, &folder).map_err(SupervisorError::io("move", &upper))?;
        self.make_with(stage, created_by, key, layer, Some(&folder))
    }
}

/// Programs of another processor are run only where the host has its kernel emulate it.
fn processor(platform: &Platform) -> Result<()> {
    let here = Platform::new("linux", HERE);
    let same = match (here.architecture.as_str(), platform.architecture.as_str()) {
        (here, wanted) if here == wanted => true,
        ("amd64", "386") | ("arm64", "arm") => true,
        _ => platform.kind() != Some(Kind::Linux) || is_emulated(),
    };
    match same {
        true => Ok(()),
        false => Err(SupervisorError::Unsupported(format!(
            "RUN needs a processor of {platform}, and this machine has {}: run steps in a stage that is `FROM --platform=$BUILDPLATFORM`, and copy from it",
            here.architecture
        ))),
    }
}

/// Whether the host runs programs of other processors by an emulator (binfmt_misc, by the name that emulators give).
fn is_emulated() -> bool {
    let entries = fs::read_dir("/proc/sys/fs/binfmt_misc").into_iter().flatten();
    let mut names = entries.flatten().map(|entry| entry.file_name());
    names.any(|name| name.as_encoded_bytes().starts_with(b"qemu-"))
}

/// What only another builder has.
fn refuse(run: &Run) -> Result<()> {
    match run.security.as_deref() {
        None | Some("" | "sandbox") => {}
        Some("insecure") => {
            return Err(SupervisorError::Unsupported(
                "--security=insecure is not allowed: a build's steps never get the rights of the host's root"
                    .to_owned(),
            ));
        }
        Some(other) => {
            return Err(SupervisorError::Invalid(format!(
                "security {other:?} is not valid: write sandbox"
            )));
        }
    }
    match run.devices.is_empty() {
        true => Ok(()),
        false => Err(SupervisorError::Unsupported(
            "the --device option requires BuildKit with devices of the Container Device Interface, which Sampan does not have"
                .to_owned(),
        )),
    }
}
