//! The steps of a stage: what each changes in the image's configuration or files.

use std::io::{self, Read as _};
use std::path::Path;

use sampan_api::container::{Config, HealthConfig};
use sampan_api::{Empty, StrSlice, Time};
use sampan_image::dockerfile::{Copy, Ignore, Instruction, Pair, clean_path};
use sampan_store::{Blob, Ingest};
use sampan_types::Platform;
use sampan_types::platform::Kind;

use super::Builder;
use super::context::discard;
use super::copy::{Copying, target};
use super::files::{Change, Files, MOST};
use super::image::{Below, Made, key, write};
use super::layer::Packing;
use super::source::{Source, SourceError, Summing, find};
use super::stage::Stage;
use super::tree::{As, Root};
use crate::supervisor::error::{Result, SupervisorError, step};

/// The shell where nobody chose another one.
const SHELL: [&str; 2] = ["/bin/sh", "-c"];

fn invalid(error: impl std::fmt::Display) -> SupervisorError {
    SupervisorError::Invalid(error.to_string())
}

/// The words before a command that is one line.
pub(super) fn shell(config: &Config) -> Vec<String> {
    match &config.shell {
        Some(words) if !words.0.is_empty() => words.0.clone(),
        _ => SHELL.map(str::to_owned).to_vec(),
    }
}

/// The words of a command, with the shell where it is one line.
pub(super) fn words(config: &Config, command: &sampan_image::dockerfile::CommandLine) -> Vec<String> {
    match command.shell && !command.words.is_empty() {
        true => [shell(config), command.words.clone()].concat(),
        false => command.words.clone(),
    }
}

fn quoted(words: &[String]) -> String {
    let each: Vec<String> = words.iter().map(|word| format!("{word:?}")).collect();
    format!("[{}]", each.join(" "))
}

fn joined(word: &str, pairs: &[Pair]) -> String {
    let each = pairs.iter().map(|pair| format!(" {}={}", pair.name, pair.value));
    std::iter::once(word.to_owned()).chain(each).collect()
}

impl Builder<'_> {
    /// Does one step.
    pub(super) async fn dispatch(&mut self, stage: &mut Stage, mut instruction: Instruction) -> Result<()> {
        let env = stage.config.env.clone().unwrap_or_default();
        let values = |name: &str| stage.arguments.of_step(name, &env);
        instruction.expand(&self.lexer, &values).map_err(invalid)?;
        let said = match instruction {
            Instruction::Copy(copy) => return self.copy(stage, *copy).await,
            Instruction::Run(run) => return self.run_step(stage, *run).await,
            Instruction::Workdir(path) => return self.workdir(stage, &path).await,
            other => configure(stage, other)?,
        };
        self.commit(stage, &format!("#(nop)  {said}")).await
    }

    /// Makes the image of a step that changed no files, or finds the one of before.
    async fn commit(&mut self, stage: &mut Stage, said: &str) -> Result<()> {
        let created_by = [shell(&stage.config), vec![said.to_owned()]].concat().join(" ");
        if self.probe(stage, &[&created_by]).await? {
            return Ok(());
        }
        self.make(stage, created_by.clone(), &[&created_by], None)
    }

    /// Looks for the image that an earlier build made of this step, and goes on from it.
    pub(super) async fn probe(&mut self, stage: &mut Stage, words: &[&str]) -> Result<bool> {
        if stage.fresh {
            return Ok(false);
        }
        let name = self.key(stage, words)?;
        match self.lease.images().resolve(&name) {
            Ok(found)
                if self
                    .usable
                    .as_ref()
                    .is_some_and(|usable| !usable.contains(&found.descriptor.digest)) =>
            {
                stage.fresh = true;
                Ok(false)
            }
            Ok(found) => {
                stage.below = Some(Below::again(&self.lease, found.descriptor)?);
                self.output.say(" ---> Using cache\n").await;
                Ok(true)
            }
            Err(error) if error.is_not_found() => {
                stage.fresh = true;
                Ok(false)
            }
            Err(error) => Err(error.into()),
        }
    }

    fn key(&self, stage: &Stage, words: &[&str]) -> Result<sampan_types::Reference> {
        let config = serde_json::to_string(&stage.config).map_err(invalid)?;
        let mut all = vec![config.as_str(), stage.author.as_str()];
        all.extend_from_slice(words);
        key(stage.below.as_ref(), &stage.platform, &all, self.epoch)
    }

    /// Writes the image of a step under the name by which it is found again.
    pub(super) fn make(
        &mut self,
        stage: &mut Stage,
        created_by: String,
        words: &[&str],
        layer: Option<Blob>,
    ) -> Result<()> {
        step!("supervisor::build::image");
        let name = self.key(stage, words)?;
        let platform = self.platform_of(stage)?;
        let made = Made {
            config: &stage.config,
            platform: &platform,
            author: &stage.author,
            created_by,
            layer,
            epoch: self.epoch,
        };
        let below = write(&self.lease, stage.below.as_ref(), made)?;
        self.lease.images().tag(&name, &below.descriptor)?;
        stage.below = Some(below);
        Ok(())
    }

    /// What an image is for: where nobody said it, its program does.
    fn platform_of(&self, stage: &Stage) -> Result<Platform> {
        let named = |words: &Option<StrSlice>| words.as_ref().and_then(|words| words.0.first().cloned());
        let program = named(&stage.config.entrypoint).or_else(|| named(&stage.config.cmd));
        let (true, Some(program)) = (stage.auto, program) else {
            return Ok(stage.platform.clone());
        };
        let view = self
            .supervisor
            .view(&self.lease, &self.context.workshop, &stage.files)?;
        let path = clean_path(&match program.starts_with('/') {
            true => program,
            false => format!("{}/{program}", stage.config.working_dir),
        });
        let mut head = [0; 4];
        let wasm = view
            .root
            .file(Path::new(&path))
            .and_then(|mut file| file.read_exact(&mut head))
            .is_ok_and(|()| head == *b"\0asm");
        Ok(match wasm {
            true => Platform::new("wasi", "wasm"),
            false => stage.platform.clone(),
        })
    }

    /// Goes on from the image of an earlier build whose files are other ones.
    pub(super) fn adopt(&self, stage: &mut Stage) -> Result<()> {
        let Some(below) = &stage.below else { return Ok(()) };
        stage.files = Files {
            base: Some(self.supervisor.image_by_id(&below.descriptor, None)?),
            above: Vec::new(),
        };
        Ok(())
    }

    async fn workdir(&mut self, stage: &mut Stage, path: &str) -> Result<()> {
        let whole = match path.starts_with('/') {
            true => path.to_owned(),
            false => format!("/{}/{path}", stage.config.working_dir),
        };
        stage.config.working_dir = clean_path(&whole);
        let folder = stage.config.working_dir.clone();
        let said = format!("#(nop) WORKDIR {folder}");
        let key = [shell(&stage.config), vec![said]].concat().join(" ");
        if self.probe(stage, &[&key]).await? {
            return self.adopt(stage);
        }
        self.change(stage, key.clone(), &[&key], |root, owner| {
            root.ensure(Path::new(&folder), owner.then_some((0, 0))).map(drop)
        })
    }

    /// Does something to the files of a stage, and makes the image of it.
    fn change(
        &mut self,
        stage: &mut Stage,
        created_by: String,
        words: &[&str],
        work: impl FnOnce(&Root, bool) -> io::Result<()>,
    ) -> Result<()> {
        if stage.below.as_ref().is_some_and(|below| !below.takes_files()) {
            return Err(SupervisorError::Invalid(
                "the stage begins with a single Wasm program, which has no files to change: begin with `FROM scratch` and `COPY` the program"
                    .to_owned(),
            ));
        }
        let workshop = &self.context.workshop;
        let change = self.supervisor.change(&self.lease, workshop, &stage.files)?;
        work(&change.root, self.supervisor.owned()).map_err(|error| match error.raw_os_error() {
            Some(_) if is_full(&error) => SupervisorError::io("write", "the build's files")(error),
            _ => invalid(format!(
                "failed to copy files: {}",
                crate::supervisor::life::chain(&error)
            )),
        })?;
        self.keep(stage, change, created_by, words)
    }

    /// Makes a layer of what a step changed, and the image of it.
    fn keep(&mut self, stage: &mut Stage, change: Change, created_by: String, words: &[&str]) -> Result<()> {
        let (folder, before) = change.over();
        let overlaid = before.is_none();
        let layer = self.pack(|packing| match &before {
            None => packing.upper(&folder),
            Some(before) => {
                let mut found = Vec::new();
                let empty = self.context.workshop.folder("empty").map_err(io::Error::other)?;
                let base = before.as_ref().map_or(empty.as_path(), |rootfs| rootfs.path());
                crate::supervisor::layer::compare(base, &folder, Path::new("/"), &mut found)?;
                packing.differences(&folder, &found)
            }
        })?;
        self.make_with(
            stage,
            created_by,
            words,
            layer,
            overlaid.then_some(folder.as_path()),
        )?;
        if !overlaid {
            discard(&folder);
        }
        Ok(())
    }

    /// Writes the image of a step with a layer. `folder` holds what changed, in the form that lies above others.
    pub(super) fn make_with(
        &mut self,
        stage: &mut Stage,
        created_by: String,
        words: &[&str],
        layer: Option<Blob>,
        folder: Option<&Path>,
    ) -> Result<()> {
        let changed = layer.is_some();
        // Before the image is made: what it is for is told by its program.
        if let (true, Some(folder)) = (changed, folder) {
            stage.files.above.push(folder.to_owned());
        }
        self.make(stage, created_by, words, layer)?;
        if changed && (folder.is_none() || stage.files.above.len() > MOST) {
            self.adopt(stage)?;
        }
        Ok(())
    }

    /// Writes a layer; none where nothing is in it.
    pub(super) fn pack(
        &self,
        fill: impl FnOnce(&mut Packing<&mut Writing>) -> io::Result<()>,
    ) -> Result<Option<Blob>> {
        step!("supervisor::build::layer");
        let mut writing = Writing {
            to: self.lease.blobs().ingest(None, None)?,
            failed: None,
        };
        let mut packing = Packing::new(&mut writing, self.epoch, self.supervisor.owned());
        let packed = fill(&mut packing).and_then(|()| packing.finish().map(|(_, entries)| entries));
        if let Some(error) = writing.failed {
            return Err(error.into());
        }
        // What has no number of the system is wrong with the files themselves.
        let blamed = |error: io::Error| match error.raw_os_error() {
            Some(_) => SupervisorError::io("pack", "the build's files")(error),
            None => invalid(error),
        };
        match packed.map_err(blamed)? {
            0 => Ok(None),
            _ => Ok(Some(writing.to.commit()?)),
        }
    }

    async fn copy(&mut self, stage: &mut Stage, copy: Copy) -> Result<()> {
        let name = if copy.add { "ADD" } else { "COPY" };
        let failed = |error: SourceError| invalid(format!("{name} failed: {error}"));
        for source in &copy.sources {
            let address = source.contains("://") || source.starts_with("git@");
            if address && copy.add {
                return Err(SupervisorError::Unsupported(format!(
                    "ADD of the address {source} is not possible yet: fetch it in a RUN step, or put the file into the context"
                )));
            }
            if address {
                return Err(invalid(format!("{name} failed: source can't be a URL for COPY")));
            }
        }
        let exclude = Ignore::of(copy.exclude.iter().map(String::as_str)).map_err(invalid)?;
        let mode = mode(&copy.chmod)?;
        let files = match copy.from.as_str() {
            "" => None,
            from => {
                let platform = stage.platform.clone();
                Some(self.files_of(from, &platform).await?)
            }
        };
        let view = match &files {
            None => None,
            Some(files) => Some(self.supervisor.view(&self.lease, &self.context.workshop, files)?),
        };
        let from = view.as_ref().map_or(&self.context.root, |view| &view.root);
        let mut sources: Vec<Source> = Vec::new();
        for word in &copy.sources {
            sources.extend(find(from, word, files.is_none()).map_err(failed)?);
        }
        let target = target(&stage.config.working_dir, &copy.target);
        if sources.len() + copy.texts.len() > 1 && !target.ends_with('/') {
            return Err(invalid(format!(
                "When using {name} with more than one source file, the destination must be a directory and end with a /"
            )));
        }
        let summing = Summing {
            root: from,
            owners: files.is_some(),
            exclude: &exclude,
        };
        let mut sums = Vec::new();
        for source in &sources {
            sums.push(summing.sum(source).map_err(failed)?);
        }
        for text in &copy.texts {
            let mut sum = super::sum::Sum::default();
            sum.add(text.name.as_bytes());
            sum.add(text.content.as_bytes());
            sums.push(format!("file:{}", sum.finish().hex()));
        }
        let sum = match sums.as_slice() {
            [one] => one.clone(),
            all => {
                let mut sum = super::sum::Sum::default();
                all.iter().for_each(|one| sum.add(one.as_bytes()));
                format!("multi:{}", sum.finish().hex())
            }
        };
        let chown = match copy.chown.as_str() {
            "" => String::new(),
            chown => format!("--chown={chown} "),
        };
        let said = format!("#(nop) {name} {chown}{sum} in {target} ");
        let created_by = [shell(&stage.config), vec![said]].concat().join(" ");
        let paths: Vec<String> = sources.iter().map(|s| s.path.display().to_string()).collect();
        let flags = format!(
            "{:?}",
            (&copy.chmod, &copy.exclude, copy.parents, copy.unpack, paths)
        );
        let words = [created_by.as_str(), flags.as_str()];
        if self.probe(stage, &words).await? {
            return self.adopt(stage);
        }
        let unpack = copy.unpack.unwrap_or(copy.add);
        let scratch = match unpack {
            true => Some(self.context.workshop.folder("archive")?),
            false => None,
        };
        let now = self.epoch.unwrap_or_else(|| Time::now().unix());
        let preserve = files.is_some();
        self.change(stage, created_by.clone(), &words, |to, owned| {
            let owner = match copy.chown.as_str() {
                "" if preserve => None,
                "" => Some((0, 0)),
                chown => Some(super::run::owner(to, chown)?),
            };
            if !owned && owner.is_some_and(|owner| owner != (0, 0)) {
                return Err(io::Error::other("--chown needs a daemon that runs as root"));
            }
            let copying = Copying {
                from,
                to,
                target,
                as_: As { owner, mode, owned },
                exclude: &exclude,
                parents: copy.parents,
                unpack: scratch,
                now,
            };
            sources.iter().try_for_each(|source| copying.source(source))?;
            copy.texts.iter().try_for_each(|text| copying.text(text))
        })
    }
}

fn is_full(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded
    )
}

fn mode(text: &str) -> Result<Option<u32>> {
    if text.is_empty() {
        return Ok(None);
    }
    match u32::from_str_radix(text, 8) {
        Ok(mode) if mode <= 0o7777 => Ok(Some(mode)),
        _ => Err(invalid(format!(
            "invalid chmod parameter: '{text}'. it should be octal string and between 0 and 07777"
        ))),
    }
}

/// A layer on its way into the store.
pub(super) struct Writing {
    to: Ingest,
    failed: Option<sampan_store::StoreError>,
}

impl io::Write for Writing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.to.append(bytes) {
            Ok(()) => Ok(bytes.len()),
            Err(error) => {
                self.failed = Some(error);
                Err(io::Error::other("the layer cannot be written"))
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What only the configuration knows of; tells it as the history shows it.
fn configure(stage: &mut Stage, instruction: Instruction) -> Result<String> {
    let config = &mut stage.config;
    Ok(match instruction {
        Instruction::Env(pairs) => {
            let env = config.env.get_or_insert_default();
            for Pair { name, value } in &pairs {
                let pair = format!("{name}={value}");
                match env.iter_mut().find(|old| old.split('=').next() == Some(name)) {
                    Some(old) => *old = pair,
                    None => env.push(pair),
                }
            }
            joined("ENV", &pairs)
        }
        Instruction::Label(pairs, _) => {
            let labels = pairs.iter().map(|pair| (pair.name.clone(), pair.value.clone()));
            config.labels.extend(labels);
            joined("LABEL", &pairs)
        }
        Instruction::Maintainer(who) => {
            stage.author.clone_from(&who);
            format!("MAINTAINER {who}")
        }
        Instruction::Cmd(command) => {
            let words = words(config, &command);
            let said = format!("CMD {}", quoted(&words));
            stage.has_command = !command.words.is_empty() || stage.has_command;
            config.cmd = Some(StrSlice(words));
            said
        }
        Instruction::Entrypoint(command) => {
            let words = words(config, &command);
            let said = format!("ENTRYPOINT {}", quoted(&words));
            config.entrypoint = (!words.is_empty()).then_some(StrSlice(words));
            // The image's own command belongs to its own entrypoint.
            if !stage.has_command {
                config.cmd = None;
            }
            said
        }
        Instruction::Expose(ports) => {
            for port in &ports {
                for port in exposed(port)? {
                    config.exposed_ports.insert(port, Empty {});
                }
            }
            format!("EXPOSE {}", ports.join(" "))
        }
        Instruction::Volume(places) => {
            let volumes = config.volumes.get_or_insert_default();
            volumes.extend(places.iter().map(|place| (place.clone(), Empty {})));
            format!("VOLUME [{}]", places.join(" "))
        }
        Instruction::User(user) => {
            config.user.clone_from(&user);
            format!("USER {user}")
        }
        Instruction::StopSignal(signal) => {
            crate::supervisor::create::signal::parse(&signal)?;
            config.stop_signal.clone_from(&signal);
            format!("STOPSIGNAL {signal}")
        }
        Instruction::Shell(words) => {
            let said = format!("SHELL [{}]", words.join(" "));
            config.shell = Some(StrSlice(words));
            said
        }
        Instruction::OnBuild(trigger) => {
            let said = format!("ONBUILD {trigger}");
            config.on_build.get_or_insert_default().push(trigger);
            said
        }
        Instruction::Healthcheck(check) => {
            let said = format!("HEALTHCHECK {}", quoted(&check.test));
            config.healthcheck = Some(HealthConfig {
                test: check.test,
                interval: check.interval,
                timeout: check.timeout,
                start_period: check.start_period,
                start_interval: check.start_interval,
                retries: check.retries,
            });
            said
        }
        Instruction::Arg(arguments) => {
            let each: Vec<String> = arguments
                .iter()
                .map(|one| match &one.value {
                    Some(value) => format!("{}={value}", one.name),
                    None => one.name.clone(),
                })
                .collect();
            for one in arguments {
                stage.arguments.add(&one.name, one.value);
            }
            format!("ARG {}", each.join(" "))
        }
        // Each has its own way.
        Instruction::Copy(_) | Instruction::Run(_) | Instruction::Workdir(_) => String::new(),
    })
}

/// `80`, `80/udp`, `8000-8010`; what stands before a colon is of the host, and nothing of it is exposed.
fn exposed(text: &str) -> Result<Vec<sampan_api::Port>> {
    let own = text.rsplit(':').next().unwrap_or(text);
    let (range, protocol) = own.split_once('/').unwrap_or((own, "tcp"));
    let (first, last) = range.split_once('-').unwrap_or((range, range));
    let bad = || invalid(format!("invalid containerPort: {range}"));
    let (first, last): (u16, u16) = match (first.parse(), last.parse()) {
        (Ok(first), Ok(last)) if first <= last => (first, last),
        _ => return Err(bad()),
    };
    let protocol = protocol.to_lowercase();
    if !["tcp", "udp", "sctp"].contains(&protocol.as_str()) {
        return Err(invalid(format!("invalid proto: {protocol}")));
    }
    (first..=last)
        .map(|port| format!("{port}/{protocol}").parse().map_err(|_| bad()))
        .collect()
}

/// Whether a stage's containers are Wasm ones.
pub(super) fn is_wasm(stage: &Stage) -> bool {
    stage.platform.kind() == Some(Kind::Wasm)
}
