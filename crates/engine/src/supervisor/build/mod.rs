//! `docker build` as the classic builder does it: stages, steps, and an image after each, by which the next build finds
//! what need not be done again. `docs/design/build.md` has the words.
//!
//! The work of a build is done on the thread that drives its future, which therefore must be one of its own.

mod address;
mod arguments;
mod cache;
mod configure;
mod containers;
mod context;
mod copy;
mod copying;
mod fetch;
mod files;
mod follow;
mod image;
mod keep;
mod layer;
mod mounts;
mod needed;
mod output;
mod owner;
mod put;
mod run;
mod script;
mod secrets;
mod source;
mod stage;
mod steps;
mod sum;
mod tree;

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use sampan_api::container::HostConfig;
use sampan_distribution::client::Credentials;
use sampan_image::dockerfile::{Dockerfile, Lexer, Step, label, parse};
use sampan_store::Lease;
use sampan_types::{Digest, Platform, Reference};

use super::error::{Result, SupervisorError};
use super::{Caller, Supervisor};
use arguments::{Arguments, EPOCH};
pub use cache::Pruned;
use containers::Containers;
pub use context::BuildContext;
pub(crate) use mounts::Caches;
pub use output::{BuildLine, BuildOutput, BuildStep};
pub use secrets::{GivenSecrets, LARGEST_SECRET, Secrets};
use stage::Finished;

/// The architecture of this machine.
const HERE: &str = std::env::consts::ARCH;

/// What a build is to be.
#[derive(Debug, Default)]
pub struct BuildOptions {
    /// The image's names.
    pub tags: Vec<Reference>,
    /// Stages that the last one does not need are left out, as BuildKit does it.
    pub needed_only: bool,
    /// Nobody wants the image itself: it is kept as far as later builds can use its steps.
    pub cache_only: bool,
    /// Nothing of earlier builds is used.
    pub no_cache: bool,
    /// Where something is said: of earlier builds only what these images came from is used.
    pub cache_from: Vec<String>,
    /// Images are fetched also where they are here.
    pub pull: bool,
    /// Containers of steps stay after the build.
    pub keep_containers: bool,
    /// `--build-arg`; `None` where a name was said without a value.
    pub arguments: BTreeMap<String, Option<String>>,
    /// `--label`.
    pub labels: BTreeMap<String, String>,
    /// The last stage; empty for the last one of the file.
    pub target: String,
    /// What images are for, where nothing in the file says it.
    pub platform: Option<Platform>,
    /// What the containers of steps may use, and their network.
    pub host: HostConfig,
    /// Who the caller is at registries.
    pub credentials: Credentials,
    /// Who tells secrets to steps that ask for them; nobody where it is none.
    pub secrets: Option<Arc<dyn Secrets>>,
}

/// A build on its way.
struct Builder<'b> {
    supervisor: &'b Supervisor,
    caller: &'b Caller,
    options: &'b BuildOptions,
    context: &'b BuildContext,
    output: &'b BuildOutput,
    lease: Lease,
    lexer: Lexer,
    arguments: Arguments,
    finished: Vec<Finished>,
    containers: Containers,
    /// The images of steps that may be used; any where nobody chose.
    usable: Option<HashSet<Digest>>,
    epoch: Option<i64>,
    step: usize,
    steps: usize,
}

impl Supervisor {
    /// Builds an image and tells its id. What a failed build made is there for the next one, and nothing else of it.
    pub async fn build(
        &self,
        caller: &Caller,
        context: &BuildContext,
        options: &BuildOptions,
        output: &BuildOutput,
    ) -> Result<String> {
        let file = parse(&context.dockerfile).map_err(|e| SupervisorError::Invalid(e.to_string()))?;
        let file = cut(file, options)?;
        let epoch = match options.arguments.get(EPOCH) {
            Some(Some(text)) if !text.is_empty() => Some(text.parse::<i64>().map_err(|_| {
                SupervisorError::Invalid(format!(
                    "invalid SOURCE_DATE_EPOCH: {text:?} is no number of seconds"
                ))
            })?),
            _ => None,
        };
        let each = file.stages.iter().map(|stage| stage.steps.len() + 1);
        let mut builder = Builder {
            supervisor: self,
            caller,
            options,
            context,
            output,
            lease: self.shared.engine.store().lease()?,
            lexer: Lexer::new(file.escape),
            arguments: Arguments::new(options.arguments.clone()),
            finished: Vec::new(),
            containers: Containers::new(self),
            usable: self.ancestors(&options.cache_from)?,
            epoch,
            step: 0,
            steps: file.arguments.len() + each.sum::<usize>(),
        };
        let outcome = builder.run(file).await;
        builder.containers.remove_all().await;
        let image = outcome?;
        self.trim_builds(&builder.lease);
        self.shared.engine.tidy();
        Ok(image)
    }
}

/// The stages up to the one that is wanted, with the caller's labels at its end.
fn cut(mut file: Dockerfile, options: &BuildOptions) -> Result<Dockerfile> {
    if !options.target.is_empty() {
        let last = file.stage(&options.target).ok_or_else(|| {
            SupervisorError::Invalid(format!("target stage {:?} could not be found", options.target))
        })?;
        file.stages.truncate(last + 1);
    }
    let mut names = std::collections::BTreeSet::new();
    for name in file.stages.iter().filter_map(|stage| stage.name.as_deref()) {
        if !names.insert(name) {
            return Err(SupervisorError::Invalid(format!(
                "{name} stage name already used"
            )));
        }
    }
    if let Some(stage) = file.stages.last_mut() {
        for (name, value) in &options.labels {
            stage.steps.push(Step {
                line: 0,
                source: format!("LABEL {name}={value}"),
                instruction: label(name, value),
            });
        }
    }
    Ok(file)
}

impl Builder<'_> {
    async fn run(&mut self, file: Dockerfile) -> Result<String> {
        for warning in &file.warnings {
            self.output.warn("[WARNING]: ", warning.as_str()).await;
        }
        self.platform_arguments();
        for (source, arguments) in &file.arguments {
            self.announce(None, 0, source).await;
            for argument in arguments {
                let values = |name: &str| self.arguments.of_from(name);
                let read = |word: &str| {
                    let read = self.lexer.word(word, &values);
                    read.map_err(|e| SupervisorError::Invalid(e.to_string()))
                };
                let name = read(&argument.name)?;
                let value = argument.value.as_deref().map(read).transpose()?;
                self.arguments.add_first(&name, value);
            }
        }
        let mut last = None;
        let needed = match self.options.needed_only {
            true => needed::needed(&file),
            false => vec![true; file.stages.len()],
        };
        for (index, (stage, needed)) in file.stages.into_iter().zip(needed).enumerate() {
            if !needed {
                self.finished.push(Finished::left_out(stage.name));
                continue;
            }
            let done = self.stage(index, stage).await?;
            last = done.below.as_ref().map(|below| below.descriptor.clone());
            self.finished.push(done);
        }
        let unused = self.arguments.unused().join(" ");
        if !unused.is_empty() {
            let text = format!("One or more build-args [{unused}] were not consumed");
            self.output.warn("[Warning] ", text).await;
        }
        let descriptor = last.ok_or_else(|| {
            SupervisorError::Invalid("No image was generated. Is your Dockerfile empty?".to_owned())
        })?;
        let id = descriptor.digest.to_string();
        let text = format!("Successfully built {}\n", descriptor.digest.short());
        self.output.say(text).await;
        if self.options.tags.is_empty() && !self.options.cache_only {
            // Kept under its own digest, so that it is found by it and not collected.
            let name = format!("sampan.local/commit@{}", descriptor.digest);
            let name = name
                .parse()
                .map_err(|e: sampan_types::reference::ReferenceError| {
                    SupervisorError::Invalid(e.to_string())
                })?;
            self.lease.images().tag(&name, &descriptor)?;
        }
        for name in &self.options.tags {
            self.lease.images().tag(name, &descriptor)?;
            self.supervisor.image_event("tag", &id, &name.familiar());
            self.output
                .say(format!("Successfully tagged {}\n", name.familiar()))
                .await;
        }
        Ok(id)
    }

    /// What every Dockerfile can ask for without being told.
    fn platform_arguments(&mut self) {
        let here = Platform::new("linux", HERE);
        let wanted = self.options.platform.clone().unwrap_or_else(|| here.clone());
        for (word, platform) in [("BUILD", here), ("TARGET", wanted)] {
            let parts = [
                ("PLATFORM", platform.to_string()),
                ("OS", platform.os.clone()),
                ("ARCH", platform.architecture.clone()),
                ("VARIANT", platform.variant.clone().unwrap_or_default()),
            ];
            for (part, value) in parts {
                self.arguments.add_first(&format!("{word}{part}"), Some(value));
            }
        }
    }

    async fn announce(&mut self, place: Option<(usize, usize)>, line: u32, source: &str) {
        self.step += 1;
        let step = BuildStep {
            number: self.step,
            of: self.steps,
            place,
            line,
            source: source.to_owned(),
        };
        self.output.tell(BuildLine::Step(step)).await;
    }

    async fn stage(&mut self, index: usize, parsed: sampan_image::dockerfile::Stage) -> Result<Finished> {
        self.announce(Some((index, 0)), parsed.line, &parsed.source).await;
        let mut stage = self.begin(&parsed).await?;
        self.output.say(format!(" ---> {}\n", stage.shown())).await;
        for (place, step) in parsed.steps.into_iter().enumerate() {
            self.announce(Some((index, place + 1)), step.line, &step.source)
                .await;
            // Apart, because a step's future is a large one.
            Box::pin(self.dispatch(&mut stage, step.instruction)).await?;
            self.output.say(format!(" ---> {}\n", stage.shown())).await;
        }
        if let Some(below) = &stage.below {
            self.output.tell(BuildLine::Image(below.id())).await;
        }
        self.arguments.learn(&stage.arguments);
        Ok(Finished::of(parsed.name, stage))
    }
}
