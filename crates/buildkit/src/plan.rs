//! What a Dockerfile will do, as clients show it, and which images it names.

use std::collections::BTreeSet;

use sampan_image::dockerfile::{Dockerfile, DockerfileError, Instruction, parse};

/// What a Dockerfile will do.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    /// Of each stage its places: how each is shown, where it is.
    stages: Vec<Vec<Option<String>>>,
    /// The images that it begins with or copies from, as far as they can be told without its variables.
    pub(crate) images: BTreeSet<String>,
}

impl Plan {
    pub(crate) fn read(text: &str) -> Result<Self, DockerfileError> {
        let file = parse(text)?;
        let mut plan = Self::default();
        for (index, stage) in file.stages.iter().enumerate() {
            let (mut total, mut shown) = (0_usize, Vec::new());
            let inner = file.stage(&stage.base).is_some_and(|other| other < index);
            let from = (stage.base != "scratch" && !inner).then(|| format!("FROM {}", stage.base));
            if from.is_some() {
                total += 1;
                plan.image(&file, &stage.base);
            }
            shown.push(from);
            for step in &stage.steps {
                plan.copies(&file, &step.instruction);
                let visible = matches!(
                    step.instruction,
                    Instruction::Run(_) | Instruction::Copy(_) | Instruction::Workdir(_)
                );
                total += usize::from(visible);
                shown.push(visible.then(|| step.source.clone()));
            }
            let name = match (&stage.name, file.stages.len()) {
                (_, 1) => String::new(),
                (Some(name), _) => format!("{name} "),
                (None, _) => format!("stage-{index} "),
            };
            let mut place = 0;
            let numbered = shown.into_iter().map(|source| {
                source.map(|source| {
                    place += 1;
                    format!(
                        "[{name}{place:>width$}/{total}] {source}",
                        width = total.to_string().len()
                    )
                })
            });
            plan.stages.push(numbered.collect());
        }
        Ok(plan)
    }

    fn image(&mut self, file: &Dockerfile, name: &str) {
        let inner = file.stage(name).is_some();
        if !name.is_empty() && !name.contains('$') && !inner && name != "scratch" {
            self.images.insert(name.to_owned());
        }
    }

    fn copies(&mut self, file: &Dockerfile, instruction: &Instruction) {
        match instruction {
            Instruction::Copy(copy) => self.image(file, &copy.from),
            Instruction::Run(run) => {
                for mount in &run.mounts {
                    self.image(file, &mount.from);
                }
            }
            _ => {}
        }
    }

    /// How a place of a stage is shown; nothing where it changes no files. Where the Dockerfile is not here, it is as whoever
    /// builds shows it.
    pub(crate) fn shown(&self, (stage, place): (usize, usize), told: String) -> Option<String> {
        if self.stages.is_empty() {
            return Some(told).filter(|told| !told.is_empty());
        }
        self.stages.get(stage)?.get(place)?.clone()
    }
}
