//! Pipelines: the stages run one after the other, each in a subshell, with a buffer between them.

use std::time::Instant;

use super::ast::{Command, Compound, Pipeline};
use super::{Flow, Ran, Shell};
use crate::stream::{self, Pipe};

/// The exit code of a stage whose reader has left, as if by `SIGPIPE`.
pub(super) const BROKEN_PIPE: i32 = 141;

impl Shell {
    /// Runs a pipeline. `looked_at` says whether `set -e` may look at its exit code.
    pub(super) fn pipeline(&mut self, pipeline: &Pipeline, looked_at: bool) -> Ran {
        let begun = pipeline.timed.then(Instant::now);
        let ran = self.tested(pipeline.negated, |shell| match pipeline.commands.as_slice() {
            [] => Ok(0),
            [command] => shell.command(command),
            stages => shell.stages(stages),
        });
        if let Some(begun) = begun {
            let took = begun.elapsed();
            let minutes = took.as_secs() / 60;
            let seconds = took.as_secs_f64() - (minutes * 60) as f64;
            self.say("real", format_args!("{minutes}m {seconds:.3}s"));
        }
        let mut code = ran?;
        if pipeline.negated {
            code = i32::from(code == 0);
        }
        self.status = code;
        let counts = match pipeline.commands.as_slice() {
            [Command::Simple(_) | Command::Compound(Compound::Subshell(_), _)] => true,
            stages => stages.len() > 1,
        };
        let leave = self.options.errexit && looked_at && counts && !pipeline.negated;
        if code != 0 && leave && self.conditions == 0 {
            return Err(Flow::Exit(code));
        }
        Ok(code)
    }

    fn stages(&mut self, stages: &[Command]) -> Ran {
        self.deeper(|shell| {
            let mut from = None;
            let mut failed = 0;
            let mut code = 0;
            for (index, command) in stages.iter().enumerate() {
                let last = index + 1 == stages.len();
                let mut stage = shell.sub();
                if let Some(from) = from.take() {
                    stage.streams.insert(0, from);
                }
                let pipe = (!last).then(Pipe::pair);
                if let Some((_, stream)) = &pipe {
                    stage.streams.insert(1, stream.clone());
                }
                let ran = stage.command(command);
                code = match (stage.ended_subshell(ran, !last), &pipe) {
                    (Ok(code), _) => code,
                    (Err(Flow::Cut), Some((pipe, _))) => {
                        pipe.borrow_mut().short = true;
                        BROKEN_PIPE
                    }
                    (Err(Flow::Cut), None) => {
                        let mib = stream::LIMIT >> 20;
                        shell.say(
                            "sh",
                            format_args!("more than {mib} MiB between two stages of a pipeline"),
                        );
                        1
                    }
                    (Err(flow), _) => return Err(flow),
                };
                if code != 0 {
                    failed = code;
                }
                from = pipe.map(|(_, stream)| stream);
            }
            Ok(if shell.options.pipefail { failed } else { code })
        })
    }
}
