//! A stage: what it began with, and how it stands.

use sampan_api::container::Config;
use sampan_image::dockerfile::parse_instruction;
use sampan_types::Platform;
use sampan_types::platform::Kind;

use super::arguments::Arguments;
use super::files::Files;
use super::given;
use super::image::Below;
use super::{Builder, HERE};
use crate::supervisor::error::{Result, SupervisorError};
use crate::supervisor::images::Image;

/// Where programs are looked for in images that do not say it.
const PATH: &str = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// A stage that is being built.
#[derive(Debug)]
pub(super) struct Stage {
    /// What it began with; none where that was nothing.
    pub(super) base: Option<Below>,
    /// The image so far; none in a stage that began with nothing.
    pub(super) below: Option<Below>,
    pub(super) files: Files,
    /// How its containers start.
    pub(super) config: Config,
    pub(super) arguments: Arguments,
    pub(super) author: String,
    pub(super) platform: Platform,
    /// Nobody said what it is for: its program does.
    pub(super) auto: bool,
    /// Whether a `CMD` of this stage stands.
    pub(super) has_command: bool,
    /// Whether a step was done anew, so that none behind it can be an old one.
    pub(super) fresh: bool,
}

/// A stage that others copy from and begin with.
#[derive(Clone, Debug)]
pub(super) struct Finished {
    name: Option<String>,
    pub(super) base: Option<Below>,
    pub(super) below: Option<Below>,
    pub(super) files: Files,
    config: Config,
    author: String,
    platform: Platform,
    auto: bool,
}

impl Finished {
    pub(super) fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// One that nothing needs: it keeps its number.
    pub(super) fn left_out(name: Option<String>) -> Self {
        Self {
            name,
            base: None,
            below: None,
            files: Files::default(),
            config: Config::default(),
            author: String::new(),
            platform: Platform::new("linux", HERE),
            auto: false,
        }
    }

    pub(super) fn of(name: Option<String>, stage: Stage) -> Self {
        Self {
            name,
            base: stage.base,
            below: stage.below,
            files: stage.files,
            config: stage.config,
            author: stage.author,
            platform: stage.platform,
            auto: stage.auto,
        }
    }
}

impl Stage {
    /// Its image as people see it.
    pub(super) fn shown(&self) -> String {
        let digest = self.below.as_ref().map(|below| below.descriptor.digest.short());
        digest.map(|digest| digest.to_string()).unwrap_or_default()
    }

    fn on(finished: Finished, arguments: Arguments) -> Self {
        Self {
            base: finished.below.clone(),
            below: finished.below,
            files: finished.files,
            config: finished.config,
            arguments,
            author: finished.author,
            platform: finished.platform,
            auto: finished.auto,
            has_command: false,
            fresh: false,
        }
    }
}

impl Builder<'_> {
    /// `FROM`, with what the image wants done first.
    pub(super) async fn begin(&mut self, parsed: &sampan_image::dockerfile::Stage) -> Result<Stage> {
        let values = |name: &str| self.arguments.of_from(name);
        let expand = |word: &str| {
            let read = self.lexer.word(word, &values);
            read.map_err(|e| SupervisorError::Invalid(e.to_string()))
        };
        let asked = match parsed.platform.as_deref().map(expand).transpose()? {
            Some(text) => Some(text.parse::<Platform>().map_err(|error| {
                SupervisorError::Invalid(format!("failed to parse platform {text}: {error}"))
            })?),
            None => self.platform.clone(),
        };
        let base = expand(&parsed.base)?;
        if base.is_empty() {
            let text = format!("base name ({}) should not be blank", parsed.base);
            return Err(SupervisorError::Invalid(text));
        }
        let arguments = self.arguments.for_stage();
        let folder = self.context.named.contains_key(&base);
        let image = given::image(self.options, &base);
        let before = self.finished(&base).filter(|_| !folder && image.is_none());
        let mut stage = match before {
            Some(finished) => Stage::on(finished.clone(), arguments),
            None if folder || (base == "scratch" && image.is_none()) => Stage {
                base: None,
                below: None,
                files: Files::default(),
                config: Config::default(),
                arguments,
                author: String::new(),
                auto: asked.is_none(),
                platform: asked.unwrap_or_else(|| Platform::new("linux", HERE)),
                has_command: false,
                fresh: false,
            },
            None => {
                let (below, image) = self.fetched(image.unwrap_or(&base), asked.as_ref()).await?;
                Stage {
                    base: Some(below.clone()),
                    config: below.run_config(),
                    author: below.author(),
                    platform: platform(&image),
                    files: Files {
                        base: Some(image),
                        above: Vec::new(),
                    },
                    below: Some(below),
                    arguments,
                    auto: false,
                    has_command: false,
                    fresh: false,
                }
            }
        };
        stage.fresh = self.options.no_cache || self.is_anew(parsed);
        let env = stage.config.env.get_or_insert_default();
        if stage.platform.kind() == Some(Kind::Linux)
            && !stage.auto
            && !env.iter().any(|pair| pair.starts_with("PATH="))
        {
            env.push(PATH.to_owned());
        }
        if folder {
            // Apart, because a step's future is a large one.
            Box::pin(self.copy(&mut stage, given::whole(&base))).await?;
            stage.base.clone_from(&stage.below);
        }
        self.triggers(&mut stage).await?;
        Ok(stage)
    }

    /// Whether a stage is one of those that are done anew.
    fn is_anew(&self, parsed: &sampan_image::dockerfile::Stage) -> bool {
        let number = self.finished.len();
        let mut asked = self.options.no_cache_stages.iter();
        asked.any(|one| match &parsed.name {
            Some(name) => one.eq_ignore_ascii_case(name) || *one == number.to_string(),
            None => *one == format!("stage-{number}") || *one == number.to_string(),
        })
    }

    async fn triggers(&mut self, stage: &mut Stage) -> Result<()> {
        let triggers = stage.config.on_build.take().unwrap_or_default();
        if triggers.is_empty() {
            return Ok(());
        }
        let several = if triggers.len() > 1 { "s" } else { "" };
        let text = format!("# Executing {} build trigger{several}\n", triggers.len());
        self.output.say(text).await;
        for trigger in triggers {
            let instruction = parse_instruction(&trigger).map_err(SupervisorError::Invalid)?;
            // Apart, because a step's future is a large one.
            Box::pin(self.dispatch(stage, instruction)).await?;
        }
        Ok(())
    }
}

fn platform(image: &Image) -> Platform {
    let usual = || match image.runnable.kind {
        Kind::Wasm => Platform::new("wasi", "wasm"),
        _ => Platform::new("linux", HERE),
    };
    image.runnable.platform.clone().unwrap_or_else(usual)
}
