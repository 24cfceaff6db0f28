//! Runs lists and simple commands.

use super::ast::{AndOr, Command, List, Simple};
use super::builtins;
use super::{Fail, Flow, Ran, Shell};
use crate::interrupt;

impl Shell {
    pub(super) fn list(&mut self, list: &List) -> Ran {
        let mut code = 0;
        for and_or in list {
            code = self.and_or(and_or)?;
        }
        Ok(code)
    }

    fn and_or(&mut self, and_or: &AndOr) -> Ran {
        let last = and_or.rest.len();
        let mut code = self.tested(last > 0, |shell| shell.pipeline(&and_or.first, last == 0))?;
        for (index, (and, pipeline)) in and_or.rest.iter().enumerate() {
            if (code == 0) == *and {
                let more = index + 1 < last;
                code = self.tested(more, |shell| shell.pipeline(pipeline, !more))?;
            }
        }
        Ok(code)
    }

    /// Runs what `set -e` does not look at, if it is a condition.
    pub(super) fn tested<T>(&mut self, condition: bool, run: impl FnOnce(&mut Self) -> T) -> T {
        self.conditions += u32::from(condition);
        let ran = run(self);
        self.conditions -= u32::from(condition);
        ran
    }

    pub(super) fn command(&mut self, command: &Command) -> Ran {
        if self.options.noexec && !self.interactive {
            return Ok(0);
        }
        if interrupt::seen() {
            return Err(Flow::Interrupted);
        }
        match command {
            Command::Simple(simple) => self.simple(simple),
            Command::Compound(compound, redirections) => {
                self.deeper(|shell| shell.compound(compound, redirections))
            }
            Command::Function(name, body) => {
                std::rc::Rc::make_mut(&mut self.functions).insert(name.clone(), std::rc::Rc::clone(body));
                Ok(0)
            }
        }
    }

    fn simple(&mut self, simple: &Simple) -> Ran {
        self.substituted = None;
        let args = self.expand_all(&simple.words)?;
        let Some(name) = args.first().cloned() else {
            return self.nothing_but_assignments(simple);
        };
        let special = builtins::special(&name);
        let saved = match self.redirect(&simple.redirections) {
            Ok(saved) => saved,
            Err(Fail::Flow(flow)) => return Err(flow),
            Err(fail) => {
                let code = self.told("sh", Err(fail))?;
                self.status = code;
                return if special { Err(Flow::Fault(code)) } else { Ok(code) };
            }
        };
        let mut before = Vec::new();
        let ran = self.assigned(simple, special, &mut before).and_then(|()| {
            self.trace(&args);
            self.dispatch(&args)
        });
        if !special {
            let variables = std::rc::Rc::make_mut(&mut self.variables);
            for (name, was) in before.into_iter().rev() {
                variables.restore(&name, was);
            }
        }
        // `exec` without a command is there to change the streams for good.
        if let Some(saved) = saved
            && !(name == "exec" && args.len() == 1)
        {
            self.streams = saved;
        }
        ran
    }

    fn nothing_but_assignments(&mut self, simple: &Simple) -> Ran {
        for (name, word) in &simple.assignments {
            let value = self.expand_text(word)?;
            if self.options.xtrace {
                self.trace(&[format!("{name}={value}")]);
            }
            self.assign(name, value)?;
        }
        match self.redirect(&simple.redirections) {
            Ok(Some(saved)) => self.streams = saved,
            Ok(None) => {}
            Err(fail) => return self.told("sh", Err(fail)),
        }
        Ok(self.substituted.take().unwrap_or(0))
    }

    /// Makes the assignments before a command, which last as long as it.
    fn assigned(
        &mut self,
        simple: &Simple,
        special: bool,
        before: &mut Vec<(String, Option<super::variables::Variable>)>,
    ) -> Result<(), Flow> {
        for (name, word) in &simple.assignments {
            let value = self.expand_text(word)?;
            before.push((name.clone(), self.variables.saved(name)));
            self.assign(name, value)?;
            if !special {
                std::rc::Rc::make_mut(&mut self.variables).mark(name, |variable| variable.exported = true);
            }
        }
        Ok(())
    }

    /// Sets a variable.
    pub(super) fn assign(&mut self, name: &str, value: String) -> Result<(), Flow> {
        let variables = std::rc::Rc::make_mut(&mut self.variables);
        if !variables.set(name, value) {
            return Err(self.fault(format_args!("{name}: is read only")));
        }
        if self.options.allexport {
            variables.mark(name, |variable| variable.exported = true);
        }
        Ok(())
    }

    /// `set -x`.
    fn trace(&mut self, args: &[String]) {
        if self.options.xtrace {
            let line: Vec<String> = args.iter().map(|arg| traced(arg)).collect();
            let prefix = self.variables.get("PS4").unwrap_or("+ ").to_owned();
            if let Ok(mut stream) = self.stream(2) {
                use std::io::Write;
                // There is nowhere to say that this failed.
                let _ = stream.write_all(format!("{prefix}{}\n", line.join(" ")).as_bytes());
            }
        }
    }
}

/// A word as one would have to write it.
pub(super) fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', "'\\''"))
}

fn traced(word: &str) -> String {
    let safe = |c: char| c.is_alphanumeric() || "_-./=+:,@%^".contains(c);
    if !word.is_empty() && word.chars().all(safe) {
        word.to_owned()
    } else {
        quoted(word)
    }
}
