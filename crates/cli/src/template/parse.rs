//! From words to a tree.

use super::TemplateError;
use super::functions::Function;
use super::lex::Token;
use super::value::Value;

/// What a template is made of.
#[derive(Clone, Debug)]
pub(super) enum Node {
    Text(String),
    /// Writes a value.
    Show(Pipe),
    /// `if` and `with`; the latter makes the value the dot.
    If {
        pipe: Pipe,
        dot: bool,
        then: Vec<Node>,
        otherwise: Vec<Node>,
    },
    Range {
        pipe: Pipe,
        body: Vec<Node>,
        otherwise: Vec<Node>,
    },
}

/// Commands, each of which gets the last one's value as its last argument; and the variables that take the end.
#[derive(Clone, Debug)]
pub(super) struct Pipe {
    pub(super) variables: Vec<String>,
    pub(super) commands: Vec<Command>,
}

/// A value or a call.
#[derive(Clone, Debug)]
pub(super) struct Command {
    pub(super) head: Term,
    pub(super) args: Vec<Term>,
}

#[derive(Clone, Debug)]
pub(super) enum Term {
    Dot,
    Variable(String),
    Constant(Value),
    Function(Function),
    Group(Box<Pipe>),
    Field(Box<Term>, String),
}

/// Templates nest no deeper than this, so that none exhausts the stack.
const DEPTH_MAX: usize = 64;

struct Parser {
    tokens: std::iter::Peekable<std::vec::IntoIter<Token>>,
    depth: usize,
}

/// How a list of nodes ended.
enum Stop {
    Text,
    End,
    Else,
    /// `else if` or `else with`, whose condition comes next.
    ElseAnother {
        dot: bool,
    },
}

pub(super) fn parse(tokens: Vec<Token>) -> Result<Vec<Node>, TemplateError> {
    let mut parser = Parser {
        tokens: tokens.into_iter().peekable(),
        depth: 0,
    };
    match parser.nodes()? {
        (nodes, Stop::Text) => Ok(nodes),
        (_, Stop::End) => Err(TemplateError::Stray("{{end}}".to_owned())),
        (_, Stop::Else | Stop::ElseAnother { .. }) => Err(TemplateError::Stray("{{else}}".to_owned())),
    }
}

impl Parser {
    fn deeper(&mut self) -> Result<(), TemplateError> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err(TemplateError::Stray("(".to_owned()));
        }
        Ok(())
    }

    fn nodes(&mut self) -> Result<(Vec<Node>, Stop), TemplateError> {
        self.deeper()?;
        let mut nodes = Vec::new();
        let end = loop {
            match self.tokens.next() {
                None => break Stop::Text,
                Some(Token::Text(text)) => nodes.push(Node::Text(text)),
                Some(_open) => {
                    let keyword = self.tokens.next_if(|t| {
                        matches!(t, Token::Name(n) if ["if", "with", "range", "end", "else"].contains(&n.as_str()))
                    });
                    let Some(Token::Name(keyword)) = keyword else {
                        let pipe = self.pipe()?;
                        self.close()?;
                        nodes.push(Node::Show(pipe));
                        continue;
                    };
                    match keyword.as_str() {
                        "end" => {
                            self.close()?;
                            break Stop::End;
                        }
                        "else" => break self.after_else()?,
                        "range" => nodes.push(self.range()?),
                        word => nodes.push(self.condition(word == "with")?),
                    }
                }
            }
        };
        self.depth -= 1;
        Ok((nodes, end))
    }

    fn after_else(&mut self) -> Result<Stop, TemplateError> {
        match self.tokens.next() {
            Some(Token::Close) => Ok(Stop::Else),
            Some(Token::Name(word)) if word == "if" => Ok(Stop::ElseAnother { dot: false }),
            Some(Token::Name(word)) if word == "with" => Ok(Stop::ElseAnother { dot: true }),
            _ => Err(TemplateError::Stray("else".to_owned())),
        }
    }

    fn condition(&mut self, dot: bool) -> Result<Node, TemplateError> {
        self.deeper()?;
        let pipe = self.pipe()?;
        self.close()?;
        let (then, end) = self.nodes()?;
        let otherwise = match end {
            Stop::End => Vec::new(),
            Stop::Else => self.up_to_end(if dot { "with" } else { "if" })?,
            Stop::ElseAnother { dot } => vec![self.condition(dot)?],
            Stop::Text => return Err(TemplateError::Unclosed(if dot { "{{with}}" } else { "{{if}}" })),
        };
        self.depth -= 1;
        Ok(Node::If {
            pipe,
            dot,
            then,
            otherwise,
        })
    }

    fn range(&mut self) -> Result<Node, TemplateError> {
        let pipe = self.pipe()?;
        self.close()?;
        let (body, end) = self.nodes()?;
        let otherwise = match end {
            Stop::End => Vec::new(),
            Stop::Else => self.up_to_end("range")?,
            Stop::ElseAnother { .. } => return Err(TemplateError::Stray("else".to_owned())),
            Stop::Text => return Err(TemplateError::Unclosed("{{range}}")),
        };
        Ok(Node::Range {
            pipe,
            body,
            otherwise,
        })
    }

    fn up_to_end(&mut self, of: &'static str) -> Result<Vec<Node>, TemplateError> {
        match self.nodes()? {
            (nodes, Stop::End) => Ok(nodes),
            (_, Stop::Text) => Err(TemplateError::Unclosed(of)),
            (_, Stop::Else | Stop::ElseAnother { .. }) => Err(TemplateError::Stray("{{else}}".to_owned())),
        }
    }

    fn close(&mut self) -> Result<(), TemplateError> {
        match self.tokens.next() {
            Some(Token::Close) => Ok(()),
            Some(other) => Err(TemplateError::Stray(show(&other))),
            None => Err(TemplateError::Unclosed("{{")),
        }
    }

    fn pipe(&mut self) -> Result<Pipe, TemplateError> {
        self.deeper()?;
        let variables = self.variables()?;
        let mut commands = vec![self.command()?];
        while self.tokens.next_if_eq(&Token::Sign("|")).is_some() {
            commands.push(self.command()?);
        }
        self.depth -= 1;
        Ok(Pipe { variables, commands })
    }

    /// `$a :=`, `$a, $b :=`, `$a =`; a variable with no such sign behind it is a value.
    fn variables(&mut self) -> Result<Vec<String>, TemplateError> {
        let mut ahead = self.tokens.clone();
        let mut names = Vec::new();
        while let Some(Token::Variable(name)) = ahead.next() {
            names.push(name);
            match ahead.next() {
                Some(Token::Sign(":=" | "=")) => {
                    self.tokens = ahead;
                    return Ok(names);
                }
                Some(Token::Sign(",")) => {}
                _ => break,
            }
        }
        Ok(Vec::new())
    }

    fn command(&mut self) -> Result<Command, TemplateError> {
        let head = self.term()?.ok_or(TemplateError::Empty)?;
        let mut args = Vec::new();
        while let Some(arg) = self.term()? {
            args.push(arg);
        }
        Ok(Command { head, args })
    }

    fn term(&mut self) -> Result<Option<Term>, TemplateError> {
        let ends = |t: &Token| {
            matches!(
                t,
                Token::Close | Token::Text(_) | Token::Sign("|" | ")" | "," | "=" | ":=")
            )
        };
        if self.tokens.peek().is_none_or(ends) {
            return Ok(None);
        }
        let mut term = match self.tokens.next() {
            Some(Token::Dot) => Term::Dot,
            Some(Token::Field { name, .. }) => Term::Field(Box::new(Term::Dot), name),
            Some(Token::Variable(name)) => Term::Variable(name),
            Some(Token::Literal(text)) => Term::Constant(Value::Text(text)),
            Some(Token::Int(number)) => Term::Constant(Value::Int(number)),
            Some(Token::Float(number)) => Term::Constant(Value::Float(number)),
            Some(Token::Name(name)) => match name.as_str() {
                "true" => Term::Constant(Value::Bool(true)),
                "false" => Term::Constant(Value::Bool(false)),
                "nil" => Term::Constant(Value::Null),
                _ => Term::Function(Function::find(&name).ok_or(TemplateError::Function(name))?),
            },
            Some(Token::Sign("(")) => {
                let pipe = self.pipe()?;
                if self.tokens.next_if_eq(&Token::Sign(")")).is_none() {
                    return Err(TemplateError::Unclosed("("));
                }
                Term::Group(Box::new(pipe))
            }
            Some(other) => return Err(TemplateError::Stray(show(&other))),
            None => return Ok(None),
        };
        while let Some(Token::Field { name, .. }) = self
            .tokens
            .next_if(|t| matches!(t, Token::Field { spaced: false, .. }))
        {
            term = Term::Field(Box::new(term), name);
        }
        Ok(Some(term))
    }
}

fn show(token: &Token) -> String {
    match token {
        Token::Name(name) => name.clone(),
        Token::Field { name, .. } => format!(".{name}"),
        Token::Variable(name) => format!("${name}"),
        Token::Sign(sign) => (*sign).to_owned(),
        Token::Open => "{{".to_owned(),
        Token::Close => "}}".to_owned(),
        Token::Dot => ".".to_owned(),
        Token::Text(text) | Token::Literal(text) => text.clone(),
        Token::Int(number) => number.to_string(),
        Token::Float(number) => number.to_string(),
    }
}
