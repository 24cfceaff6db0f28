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
mod finish;
mod follow;
mod given;
mod image;
mod keep;
mod layer;
mod limits;
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
use std::fs::File;
use std::sync::Arc;

use sampan_api::container::HostConfig;
use sampan_distribution::client::Credentials;
use sampan_image::dockerfile::{Dockerfile, Lexer, Step, label, parse};
use sampan_store::Lease;
use sampan_types::{Digest, Platform, Reference};

use super::error::{Result, SupervisorError};
use super::{Caller, Supervisor};
use arguments::Arguments;
pub use cache::Pruned;
use containers::Containers;
pub use context::BuildContext;
use image::Below;
pub(super) use layer::Packing;
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
    /// The same for these stages alone, by name or number.
    pub no_cache_stages: Vec<String>,
    /// What the last stage put on what it began with becomes one layer.
    pub squash: bool,
    /// All files of the image are wanted, too, as one archive.
    pub files: bool,
    /// Other images in the place of stages and images of these names (`--build-context NAME=docker-image://…`).
    pub images: BTreeMap<String, String>,
    /// What the image's manifest says of it beside its configuration.
    pub annotations: BTreeMap<String, String>,
    /// The same of an image for several platforms as a whole.
    pub index_annotations: BTreeMap<String, String>,
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
    /// What images are for, where nothing in the file says it; several give one image with a manifest for each.
    pub platforms: Vec<Platform>,
    /// What the containers of steps may use, and their network.
    pub host: HostConfig,
    /// Who the caller is at registries.
    pub credentials: Credentials,
    /// Who tells secrets to steps that ask for them; nobody where it is none.
    pub secrets: Option<Arc<dyn Secrets>>,
}

/// What a build gave.
#[derive(Debug)]
pub struct BuiltImage {
    /// The image's id.
    pub id: String,
    /// Its files as a tar archive, where they were wanted; nobody else has this file.
    pub files: Option<File>,
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
    /// What this round is for, where that was said.
    platform: Option<Platform>,
    step: usize,
    steps: usize,
}

impl Supervisor {
    /// Builds an image. What a failed build made is there for the next one, and nothing else of it.
    pub async fn build(
        &self,
        caller: &Caller,
        context: &BuildContext,
        options: &BuildOptions,
        output: &BuildOutput,
    ) -> Result<BuiltImage> {
        let file = parse(&context.dockerfile).map_err(|e| SupervisorError::Invalid(e.to_string()))?;
        let file = given::replaced(cut(file, options)?, context, options);
        let rounds = options.platforms.len().max(1);
        let epoch = arguments::epoch(&options.arguments).map_err(SupervisorError::Invalid)?;
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
            platform: None,
            step: 0,
            steps: rounds * (file.arguments.len() + each.sum::<usize>()),
        };
        let outcome = builder.rounds(&file).await;
        builder.containers.remove_all().await;
        let built = outcome?;
        self.trim_builds(&builder.lease);
        self.shared.engine.tidy();
        Ok(built)
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
        // For BuildKit the last one of a name is meant, for the builder before it the file is wrong.
        if !names.insert(name) && !options.needed_only {
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
    /// Builds for each platform, and makes one image of all.
    async fn rounds(&mut self, file: &Dockerfile) -> Result<BuiltImage> {
        for warning in &file.warnings {
            self.output.warn("[WARNING]: ", warning.as_str()).await;
        }
        let platforms = match self.options.platforms.as_slice() {
            [] => vec![None],
            all => all.iter().cloned().map(Some).collect(),
        };
        let several = platforms.len() > 1;
        let mut all = Vec::new();
        for platform in platforms {
            if let (true, Some(platform)) = (several, &platform) {
                self.output.tell(BuildLine::Platform(platform.to_string())).await;
            }
            self.platform = platform;
            self.arguments = Arguments::new(self.options.arguments.clone());
            self.finished.clear();
            let below = self.run(file.clone()).await?;
            all.push((self.platform.clone(), below));
        }
        let files = match (self.options.files, all.as_slice()) {
            (false, _) => None,
            (true, [(_, below)]) => Some(self.archive_of(below)?),
            (true, _) => {
                return Err(SupervisorError::Unsupported(
                    "the files of an image for several platforms cannot be given out: build for one at a time"
                        .to_owned(),
                ));
            }
        };
        let descriptor = self.one_of(all)?;
        let id = descriptor.digest.to_string();
        let text = format!("Successfully built {}\n", descriptor.digest.short());
        self.output.say(text).await;
        self.name(&descriptor).await?;
        Ok(BuiltImage { id, files })
    }

    /// Builds for one platform.
    async fn run(&mut self, file: Dockerfile) -> Result<Below> {
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
        let needed = match self.options.needed_only {
            true => {
                let values = |name: &str| self.arguments.of_from(name);
                needed::needed(&file, &|word| self.lexer.word(word, &values).ok())
            }
            false => vec![true; file.stages.len()],
        };
        for (index, (stage, needed)) in file.stages.into_iter().zip(needed).enumerate() {
            let done = match needed {
                true => self.stage(index, stage).await?,
                false => Finished::left_out(stage.name),
            };
            self.finished.push(done);
        }
        let unused = self.arguments.unused().join(" ");
        if !unused.is_empty() {
            let text = format!("One or more build-args [{unused}] were not consumed");
            self.output.warn("[Warning] ", text).await;
        }
        self.finish().await
    }

    /// What every Dockerfile can ask for without being told.
    fn platform_arguments(&mut self) {
        let here = Platform::new("linux", HERE);
        let wanted = self.platform.clone().unwrap_or_else(|| here.clone());
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
