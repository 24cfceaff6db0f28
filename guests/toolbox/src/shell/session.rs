//! Where a shell's commands come from: a text, a file, standard input, a person.

use std::io::{Read, Write};
use std::rc::Rc;

use super::parse::{Parser, Syntax};
use super::{Done, Fail, Flow, Ran, Shell, usage};
use crate::{interrupt, place, stream, user};

/// The exit code of a shell whose script cannot be read.
const BAD_SCRIPT: i32 = 2;

/// `sh`.
pub(crate) fn tool(outer: &mut Shell, args: &[String]) -> Done {
    let mut shell = outer.fresh(&args[0]);
    let mut rest = args[1..].iter().peekable();
    let (mut text, mut stdin, mut interactive) = (false, false, false);
    while let Some(arg) = rest.next_if(|arg| arg.len() > 1 && arg.starts_with(['-', '+'])) {
        if arg == "--" {
            break;
        }
        let on = arg.starts_with('-');
        for letter in arg[1..].chars() {
            match letter {
                'c' => text = true,
                's' => stdin = true,
                'i' => interactive = true,
                'l' => {}
                'o' => {
                    let name = rest.next().map(String::as_str).unwrap_or_default();
                    if !shell.options.name(name, on) {
                        return usage(format!("no option `{name}`"));
                    }
                }
                letter if shell.options.letter(letter, on) => {}
                letter => return usage(format!("no option `-{letter}`")),
            }
        }
    }
    let ran = if text {
        let Some(text) = rest.next() else {
            return usage("`-c` needs a command");
        };
        if let Some(name) = rest.next() {
            shell.name.clone_from(name);
        }
        shell.parameters = Rc::new(rest.cloned().collect());
        shell.text(text)
    } else if let Some(path) = rest.next_if(|_| !stdin) {
        let parameters: Vec<String> = rest.cloned().collect();
        let options = shell.options;
        return Ok(script_with(&mut shell, path, &parameters, options)?);
    } else {
        shell.parameters = Rc::new(rest.cloned().collect());
        let terminal = |fd| shell.stream(fd).is_ok_and(|stream| stream.is_terminal());
        shell.interactive = interactive || (terminal(0) && terminal(2));
        shell.session()
    };
    Ok(shell.ended_subshell(ran, false)?)
}

/// Runs a script from a file in a shell of its own.
pub(super) fn script(outer: &mut Shell, path: &str, args: &[String]) -> Ran {
    let options = super::Options::default();
    script_with(outer, path, args, options)
}

fn script_with(outer: &mut Shell, path: &str, args: &[String], options: super::Options) -> Ran {
    let mut shell = outer.fresh(path);
    shell.options = options;
    shell.parameters = Rc::new(args.to_vec());
    let text = match shell.script_text(path) {
        Ok(text) => text,
        Err(fail) => {
            outer.told("sh", Err(fail))?;
            return Ok(127);
        }
    };
    let ran = shell.text(&text);
    shell.ended_subshell(ran, false)
}

impl Shell {
    /// The text of a script in a file.
    pub(super) fn script_text(&self, path: &str) -> Result<String, Fail> {
        let failed = |error| Fail::Said(format!("{path}: {}", place::reason(&error)), 127);
        let file = self.open_input(path).map_err(failed)?;
        let mut bytes = Vec::new();
        file.take(stream::LIMIT as u64 + 1)
            .read_to_end(&mut bytes)
            .map_err(failed)?;
        if bytes.len() > stream::LIMIT {
            return Err(Fail::Said(
                format!("{path}: more than {} MiB", stream::LIMIT >> 20),
                127,
            ));
        }
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// Runs the commands of a text, line by line.
    pub(super) fn text(&mut self, text: &str) -> Ran {
        let text: Vec<char> = text.chars().collect();
        let mut parser = Parser::new(&text, true);
        let mut code = 0;
        loop {
            match parser.next_line() {
                Ok(Some(list)) => code = self.list(&list)?,
                Ok(None) => return Ok(code),
                Err(syntax) => return Err(self.bad_syntax(&syntax)),
            }
        }
    }

    fn bad_syntax(&self, syntax: &Syntax) -> Flow {
        self.fault(format_args!("syntax error: {}", syntax.message()))
    }

    /// Runs the commands that come on standard input. Where somebody sits there, interrupts lead back to the prompt.
    fn session(&mut self) -> Ran {
        if !self.interactive {
            return self.lines();
        }
        let before = interrupt::take(true);
        let ran = self.lines();
        interrupt::take(before);
        ran
    }

    /// Runs the commands that come on standard input, each as soon as it is whole, and reads no further than it: what
    /// follows may be for the command.
    fn lines(&mut self) -> Ran {
        let mut text: Vec<char> = Vec::new();
        let mut here: Option<(String, bool)> = None;
        let mut code = 0;
        loop {
            if self.interactive && !interrupt::seen() {
                self.prompt(text.is_empty());
            }
            let line = match self.input().and_then(|input| input.line()) {
                Ok(line) => line,
                Err(error) if interrupt::is(&error) => {
                    (text, here) = (Vec::new(), None);
                    code = self.survived(Flow::Interrupted)?;
                    self.status = code;
                    continue;
                }
                Err(error) if stream::cut(&error) => return Err(Flow::Cut),
                Err(error) => {
                    self.say("sh", place::reason(&error));
                    return Ok(BAD_SCRIPT);
                }
            };
            let end = line.is_empty();
            if end && self.interactive {
                self.whisper("\n");
            }
            if end && text.is_empty() {
                return Ok(code);
            }
            let line = String::from_utf8_lossy(&line).into_owned();
            text.extend(line.chars());
            if text.len() > stream::LIMIT {
                return Err(self.bound("a command is too long"));
            }
            if let Some((word, tabs)) = &here
                && !end
            {
                let line = line.trim_end_matches('\n');
                let line = if *tabs {
                    line.trim_start_matches('\t')
                } else {
                    line
                };
                if line != word {
                    continue;
                }
            }
            here = None;
            match Parser::new(&text, end).command_lines() {
                Ok(lists) => {
                    text.clear();
                    for list in lists {
                        match self.list(&list) {
                            Ok(ended) => code = ended,
                            Err(flow) => {
                                let rest = matches!(flow, Flow::Interrupted);
                                code = self.survived(flow)?;
                                if rest {
                                    self.status = code;
                                    break;
                                }
                            }
                        }
                        self.status = code;
                    }
                }
                Err(Syntax::Incomplete(_, open)) if !end => here = open,
                Err(syntax) => {
                    text.clear();
                    let flow = self.bad_syntax(&syntax);
                    code = self.survived(flow)?;
                    self.status = code;
                }
            }
        }
    }

    /// A shell that somebody sits at survives a fault, and what stopped a command does not stop it.
    fn survived(&mut self, flow: Flow) -> Ran {
        match flow {
            Flow::Break(_) | Flow::Continue(_) => Ok(0),
            Flow::Fault(code) if self.interactive => Ok(code),
            Flow::Bound if self.interactive => Ok(BAD_SCRIPT),
            Flow::Cut | Flow::Pipe if self.interactive => Ok(super::pipeline::BROKEN_PIPE),
            Flow::Interrupted if self.interactive => {
                interrupt::forget();
                // What was read ahead belongs to what was dropped.
                drop(stream::read_ahead());
                self.whisper("\n");
                Ok(interrupt::CODE)
            }
            flow => Err(flow),
        }
    }

    fn prompt(&self, first: bool) {
        let (name, usual) = if first { ("PS1", "\\w \\$ ") } else { ("PS2", "> ") };
        let template = self.variables.get(name).unwrap_or(usual);
        let mut prompt = String::new();
        let mut chars = template.chars();
        while let Some(c) = chars.next() {
            if c != '\\' {
                prompt.push(c);
                continue;
            }
            match chars.next() {
                Some('w') => prompt.push_str(&self.cwd),
                Some('W') => prompt.push_str(place::base(&self.cwd)),
                Some('h') => prompt.push_str(&crate::tools::host_name(self)),
                Some('u') => prompt.push_str(&user::user_name(user::own().uid).unwrap_or_default()),
                Some('$') => prompt.push(if user::own().uid == 0 { '#' } else { '$' }),
                Some('n') => prompt.push('\n'),
                // Marks of bash around what takes no room.
                Some('[' | ']') => {}
                Some(other) => prompt.extend(['\\', other]),
                None => prompt.push('\\'),
            }
        }
        self.whisper(&prompt);
    }

    /// Writes to standard error what is no message.
    fn whisper(&self, text: &str) {
        if let Ok(mut stream) = self.stream(2) {
            // There is nowhere to say that this failed.
            let _ = stream.write_all(text.as_bytes());
        }
    }

    /// Runs what `trap … EXIT` asked for, once, and gives the exit code.
    pub(super) fn last_words(&mut self, code: i32) -> Ran {
        let Some(action) = self.on_exit.take() else {
            return Ok(code);
        };
        self.status = code;
        match self.text(&action) {
            Err(Flow::Exit(code)) => Ok(code),
            Err(flow @ (Flow::Bound | Flow::Pipe | Flow::Cut | Flow::Interrupted)) => Err(flow),
            Ok(_) | Err(_) => Ok(code),
        }
    }
}
