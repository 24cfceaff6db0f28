//! Runs compound commands and functions.

use std::rc::Rc;

use super::ast::{Command, Compound, List, Redirection, Word};
use super::{Fail, Flow, Ran, Shell};
use crate::pattern;

impl Shell {
    pub(super) fn compound(&mut self, compound: &Compound, redirections: &[Redirection]) -> Ran {
        let saved = match self.redirect(redirections) {
            Ok(saved) => saved,
            Err(Fail::Flow(flow)) => return Err(flow),
            Err(fail) => return self.told("sh", Err(fail)),
        };
        let ran = match compound {
            Compound::Group(list) => self.list(list),
            Compound::Subshell(list) => {
                let mut sub = self.sub();
                let ran = sub.list(list);
                sub.ended_subshell(ran, false)
            }
            Compound::If(arms, otherwise) => self.conditional(arms, otherwise.as_ref()),
            Compound::While(until, condition, body) => {
                self.loops += 1;
                let ran = self.repetition(*until, condition, body);
                self.loops -= 1;
                ran
            }
            Compound::For(name, words, body) => {
                self.loops += 1;
                let ran = self.for_each(name, words.as_deref(), body);
                self.loops -= 1;
                ran
            }
            Compound::Case(word, arms) => self.case(word, arms),
        };
        if let Some(saved) = saved {
            self.streams = saved;
        }
        ran
    }

    fn conditional(&mut self, arms: &[(List, List)], otherwise: Option<&List>) -> Ran {
        for (condition, then) in arms {
            if self.tested(true, |shell| shell.list(condition))? == 0 {
                return self.list(then);
            }
        }
        otherwise.map_or(Ok(0), |list| self.list(list))
    }

    fn repetition(&mut self, until: bool, condition: &List, body: &List) -> Ran {
        let mut code = 0;
        loop {
            let holds = self.tested(true, |shell| shell.list(condition));
            match holds {
                Ok(0) if until => return Ok(code),
                Ok(nonzero) if nonzero != 0 && !until => return Ok(code),
                Ok(_) => {}
                Err(flow) => match around(flow)? {
                    true => continue,
                    false => return Ok(code),
                },
            }
            match self.list(body) {
                Ok(ended) => code = ended,
                Err(flow) => {
                    code = 0;
                    if !around(flow)? {
                        return Ok(0);
                    }
                }
            }
        }
    }

    fn for_each(&mut self, name: &str, words: Option<&[Word]>, body: &List) -> Ran {
        let values = match words {
            Some(words) => self.expand_all(words)?,
            None => self.parameters.to_vec(),
        };
        let mut code = 0;
        for value in values {
            self.assign(name, value)?;
            match self.list(body) {
                Ok(ended) => code = ended,
                Err(flow) => {
                    code = 0;
                    if !around(flow)? {
                        break;
                    }
                }
            }
        }
        Ok(code)
    }

    fn case(&mut self, word: &Word, arms: &[(Vec<Word>, List)]) -> Ran {
        let text: Vec<char> = self.expand_text(word)?.chars().collect();
        for (patterns, list) in arms {
            for word in patterns {
                let pattern: Vec<char> = self.expand_one(word)?.pattern.chars().collect();
                if pattern::matches(&pattern, &text) {
                    return self.list(list);
                }
            }
        }
        Ok(0)
    }

    /// Calls a function.
    pub(super) fn call(&mut self, body: &Rc<Command>, args: &[String]) -> Ran {
        let parameters = Rc::new(args[1..].to_vec());
        let outer = std::mem::replace(&mut self.parameters, parameters);
        let loops = std::mem::replace(&mut self.loops, 0);
        self.locals.push(Vec::new());
        let ran = self.deeper(|shell| shell.command(body));
        let variables = Rc::make_mut(&mut self.variables);
        for (name, was) in self.locals.pop().unwrap_or_default().into_iter().rev() {
            variables.restore(&name, was);
        }
        self.loops = loops;
        self.parameters = outer;
        match ran {
            Err(Flow::Return(code)) => Ok(code),
            ran => ran,
        }
    }
}

/// What a loop makes of what stopped its body: whether it goes round again.
fn around(flow: Flow) -> Result<bool, Flow> {
    match flow {
        Flow::Break(1) => Ok(false),
        Flow::Continue(1) => Ok(true),
        Flow::Break(more) => Err(Flow::Break(more - 1)),
        Flow::Continue(more) => Err(Flow::Continue(more - 1)),
        other => Err(other),
    }
}
