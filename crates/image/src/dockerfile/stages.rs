//! A whole Dockerfile: what stands before the first stage, and the stages.

use super::error::DockerfileError;
use super::instruction::{Argument, Instruction};
use super::lines;
use super::read::{Parsed, parsed};
use super::words::Node;

/// A Dockerfile.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dockerfile {
    /// The sign that escapes and continues lines.
    pub escape: char,
    /// `ARG` before the first stage, each with how it was written.
    pub arguments: Vec<(String, Vec<Argument>)>,
    /// The stages in their order; at least one.
    pub stages: Vec<Stage>,
    /// What a person should know.
    pub warnings: Vec<String>,
}

/// What one image is made by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stage {
    /// Its line.
    pub line: u32,
    /// How it was written.
    pub source: String,
    /// The image or stage that it begins with, variables and all.
    pub base: String,
    /// Its name, in small letters.
    pub name: Option<String>,
    /// The platform that was asked for, variables and all.
    pub platform: Option<String>,
    /// What follows.
    pub steps: Vec<Step>,
}

/// One instruction of a stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Its line.
    pub line: u32,
    /// How it was written, in one line.
    pub source: String,
    /// What it says.
    pub instruction: Instruction,
}

impl Dockerfile {
    /// The place of a stage by its name or number.
    pub fn stage(&self, name: &str) -> Option<usize> {
        let named = |stage: &Stage| stage.name.as_deref() == Some(name.to_lowercase().as_str());
        // The last of that name, as Docker looks for it.
        self.stages.iter().rposition(named).or_else(|| {
            let number: usize = name.parse().ok()?;
            (number < self.stages.len()).then_some(number)
        })
    }
}

/// Reads a Dockerfile.
pub fn parse(text: &str) -> Result<Dockerfile, DockerfileError> {
    let lines = lines::read(text)?;
    let mut file = Dockerfile {
        escape: lines.escape,
        warnings: lines.warnings,
        ..Dockerfile::default()
    };
    for node in lines.nodes {
        let Node { line, original, .. } = &node;
        let (line, source) = (*line, original.trim().to_owned());
        let blamed = |what| DockerfileError { line, what };
        match parsed(&node).map_err(blamed)? {
            Parsed::From { base, name, platform } => file.stages.push(Stage {
                line,
                source,
                base,
                name,
                platform,
                steps: Vec::new(),
            }),
            Parsed::Instruction(instruction) => match (file.stages.last_mut(), instruction) {
                (Some(stage), instruction) => stage.steps.push(Step {
                    line,
                    source,
                    instruction,
                }),
                (None, Instruction::Arg(arguments)) => file.arguments.push((source, arguments)),
                (None, _) => return Err(blamed("no build stage in current context".to_owned())),
            },
        }
    }
    if file.stages.is_empty() {
        return Err(DockerfileError {
            line: 1,
            what: "dockerfile contains no stages to build".to_owned(),
        });
    }
    Ok(file)
}
