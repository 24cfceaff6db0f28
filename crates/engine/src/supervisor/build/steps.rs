//! The steps of a stage: how each is found again, or done, and becomes an image.

use std::io::Read as _;
use std::path::Path;

use sampan_api::StrSlice;
use sampan_api::container::Config;
use sampan_image::dockerfile::{Instruction, clean_path};
use sampan_store::Blob;
use sampan_types::Platform;
use sampan_types::platform::Kind;

use super::Builder;
use super::configure::configure;
use super::files::Files;
use super::image::{Below, Made, key, write};
use super::output::BuildLine;
use super::stage::Stage;
use crate::supervisor::error::{Result, SupervisorError, step};

/// The shell where nobody chose another one.
const SHELL: [&str; 2] = ["/bin/sh", "-c"];

pub(super) fn invalid(error: impl std::fmt::Display) -> SupervisorError {
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
                self.output.tell(BuildLine::Cached).await;
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
        let created_by = [shell(&stage.config), vec![said]].concat().join(" ");
        // For BuildKit the folder is the user's, for the builder before it root's.
        let user = match self.options.needed_only {
            true => stage.config.user.clone(),
            false => String::new(),
        };
        let key = [created_by.as_str(), user.as_str()];
        if self.probe(stage, &key).await? {
            return self.adopt(stage);
        }
        self.change(stage, created_by.clone(), &key, |root, owned| {
            let owner = match owned {
                true => Some(super::owner::user(root, &user)?),
                false => None,
            };
            root.ensure(Path::new(&folder), owner).map(drop)
        })
    }
}

/// Whether a stage's containers are Wasm ones.
pub(super) fn is_wasm(stage: &Stage) -> bool {
    stage.platform.kind() == Some(Kind::Wasm)
}
