//! `RUN`: a container of the engine, whose changes become a layer.

use std::fs;
use std::io::{self, Read as _};
use std::path::Path;

use sampan_api::StrSlice;
use sampan_api::container::{CreateRequest, CreateResponse, HealthConfig};
use sampan_image::dockerfile::{CommandLine, Run, chomp, heredoc_of};
use sampan_types::platform::Kind;
use tokio::io::AsyncReadExt;

use super::Builder;
use super::output::BuildLine;
use super::stage::Stage;
use super::steps::{is_wasm, shell, words};
use super::tree::Root;
use crate::supervisor::create::Within;
use crate::supervisor::error::{Result, SupervisorError};
use crate::supervisor::{AttachQuery, RemoveOptions, Supervisor, WaitCondition};

/// Where scripts of heredocs lie for their step.
const SCRIPTS: &str = "/dev/pipes";
/// The most of one piece of output that is told at a time.
const PIECE: usize = 64 << 10;

/// The containers of a build. What is left of them goes when it is dropped, however it ended.
pub(super) struct Containers {
    supervisor: Supervisor,
    ids: Vec<String>,
}

impl Containers {
    pub(super) fn new(supervisor: &Supervisor) -> Self {
        Self {
            supervisor: supervisor.clone(),
            ids: Vec::new(),
        }
    }

    async fn remove(&mut self, id: &str) {
        self.ids.retain(|one| one != id);
        remove(&self.supervisor, id).await;
    }

    pub(super) async fn remove_all(&mut self) {
        while let Some(id) = self.ids.pop() {
            remove(&self.supervisor, &id).await;
        }
    }
}

async fn remove(supervisor: &Supervisor, id: &str) {
    let options = RemoveOptions {
        force: true,
        volumes: true,
        link: false,
    };
    match supervisor.remove(id, options).await {
        Ok(()) | Err(SupervisorError::NoContainer(_)) => {}
        Err(error) => tracing::warn!(%error, id, "a container of a build stays until the next start"),
    }
}

impl Drop for Containers {
    fn drop(&mut self) {
        let (supervisor, ids) = (self.supervisor.clone(), std::mem::take(&mut self.ids));
        if let (false, Ok(runtime)) = (ids.is_empty(), tokio::runtime::Handle::try_current()) {
            runtime.spawn(async move {
                for id in ids {
                    remove(&supervisor, &id).await;
                }
            });
        }
    }
}

impl Builder<'_> {
    pub(super) async fn run_step(&mut self, stage: &mut Stage, run: Run) -> Result<()> {
        refuse(&run)?;
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
        let mut created_by = [before, words.clone()].concat().join(" ");
        if let Some((_, content)) = &script {
            created_by.push('\n');
            created_by.push_str(content);
        }
        let network = run.network.clone().unwrap_or_default();
        let key = [created_by.as_str(), "RUN", network.as_str()];
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
        let id = self.contain(stage, request).await?;
        self.output.say(format!(" ---> Running in {}\n", &id[..12])).await;
        let code = self.follow(&id).await?;
        if code != 0 {
            return Err(SupervisorError::StepFailed {
                command: words.join(" "),
                code,
            });
        }
        self.commit_run(stage, &id, created_by.clone(), &key).await?;
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
    async fn contain(&mut self, stage: &mut Stage, request: CreateRequest) -> Result<String> {
        let stacked = !is_wasm(stage) && !self.options.keep_containers && stage.files.base.is_some();
        if !stacked {
            if stage.below.is_none() {
                return Err(SupervisorError::Invalid(
                    "a RUN step needs files: put some into the stage with COPY or ADD first".to_owned(),
                ));
            }
            self.adopt(stage)?;
        }
        let mut made = self.create(stage, request.clone()).await?;
        let wasm = self.supervisor.shared.find(&made.id)?.record().kind != Kind::Linux;
        if wasm && !stage.files.above.is_empty() {
            // Its program is a Wasm file, whose files are no overlay: they are unpacked as one.
            self.containers.remove(&made.id).await;
            self.adopt(stage)?;
            made = self.create(stage, request).await?;
        }
        for warning in &made.warnings {
            self.output.warn(" ---> [Warning] ", warning.as_str()).await;
        }
        Ok(made.id)
    }

    async fn create(&mut self, stage: &Stage, mut request: CreateRequest) -> Result<CreateResponse> {
        let Some(base) = &stage.files.base else {
            return Err(SupervisorError::Invalid("the stage has no image".to_owned()));
        };
        request.config.image = base.descriptor.digest.to_string();
        let within = Within {
            beneath: stage.files.above.iter().rev().cloned().collect(),
            transient: !self.options.keep_containers,
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

    /// Starts a container, tells what it writes, and how it ended.
    async fn follow(&mut self, id: &str) -> Result<i64> {
        let supervisor = self.supervisor;
        let query = AttachQuery {
            stdout: true,
            stderr: true,
            stream: true,
            ..AttachQuery::default()
        };
        let attached = supervisor.attach(id, query).await?;
        let waiting = supervisor.wait(id, WaitCondition::NextExit)?;
        Box::pin(supervisor.start(id)).await?;
        if let Some(stream) = attached.stream {
            let broken = SupervisorError::io("read", "the output of a step");
            let socket = std::os::unix::net::UnixStream::from(stream.socket);
            let read = async {
                socket.set_nonblocking(true)?;
                let mut socket = tokio::net::UnixStream::from_std(socket)?;
                self.tell_frames(&mut socket).await
            };
            read.await.map_err(broken)?;
        }
        Ok(waiting.done().await.status_code)
    }

    /// Frames of a container's streams (Docker's eight bytes before each) as text.
    async fn tell_frames(&self, socket: &mut tokio::net::UnixStream) -> io::Result<()> {
        let mut head = [0; 8];
        loop {
            match socket.read_exact(&mut head).await {
                Ok(_) => {}
                // A container that is gone may break off what nobody reads any more.
                Err(error)
                    if matches!(
                        error.kind(),
                        io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset
                    ) =>
                {
                    return Ok(());
                }
                Err(error) => return Err(error),
            }
            let mut left = u32::from_be_bytes([head[4], head[5], head[6], head[7]]) as usize;
            while left > 0 {
                let mut piece = vec![0; left.min(PIECE)];
                socket.read_exact(&mut piece).await?;
                left -= piece.len();
                let output = BuildLine::Output {
                    error: head[0] == 2,
                    bytes: piece,
                };
                self.output.tell(output).await;
            }
        }
    }

    async fn commit_run(
        &mut self,
        stage: &mut Stage,
        id: &str,
        created_by: String,
        key: &[&str],
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

/// What only BuildKit's own protocol brings.
fn refuse(run: &Run) -> Result<()> {
    let flag = [
        ("mount", !run.mounts.is_empty()),
        ("security", run.security.is_some()),
        ("device", !run.devices.is_empty()),
    ];
    match flag.iter().find(|(_, used)| *used) {
        None => Ok(()),
        Some((flag, _)) => Err(SupervisorError::Unsupported(format!(
            "the --{flag} option requires BuildKit, whose protocol Sampan does not speak yet"
        ))),
    }
}

/// A command with its heredocs put in: as the shell's input, or as a script of its own where it says by what it is run.
fn with_heredocs(command: &CommandLine) -> (CommandLine, Option<(String, String)>) {
    let (Some(file), [line]) = (command.files.first(), command.words.as_slice()) else {
        return (command.clone(), None);
    };
    let content = |file: &sampan_image::dockerfile::Heredoc| match file.chomp {
        true => chomp(&file.content),
        false => file.content.clone(),
    };
    let mut changed = command.clone();
    if heredoc_of(line.trim()).is_none() {
        // The shell reads them itself.
        let files = command
            .files
            .iter()
            .map(|file| format!("\n{}{}", file.content, file.name));
        changed.words = vec![line.clone() + &files.collect::<String>()];
        return (changed, None);
    }
    if content(file).starts_with("#!") {
        return (changed, Some((file.name.clone(), content(file))));
    }
    changed.words = vec![content(file)];
    (changed, None)
}

fn write_script(path: &Path, content: &str) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::write(path, content)?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755))
}

/// Who `--chown` names, by the image's own lists of users and groups.
pub(super) fn owner(root: &Root, text: &str) -> io::Result<(u32, u32)> {
    let (user, group) = match text.split_once(':') {
        Some((_, group)) if group.contains(':') => {
            return Err(io::Error::other(format!("invalid chown string format: {text}")));
        }
        Some((user, group)) => (user, group),
        None => (text, text),
    };
    let find = |name: &str, list: &str, what: &str| -> io::Result<u32> {
        if let Ok(number) = name.parse() {
            return Ok(number);
        }
        let mut text = String::new();
        if let Ok(file) = root.file(Path::new(list)) {
            file.take(4 << 20).read_to_string(&mut text)?;
        }
        let number = text.lines().find_map(|line| {
            let mut parts = line.split(':');
            (parts.next()? == name)
                .then(|| parts.nth(1)?.parse().ok())
                .flatten()
        });
        number.ok_or_else(|| io::Error::other(format!("can't find {what} {name}: no such {what}: {name}")))
    };
    Ok((
        find(user, "/etc/passwd", "user")?,
        find(group, "/etc/group", "group")?,
    ))
}
