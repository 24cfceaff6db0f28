//! From a tree and a value to text.

use std::borrow::Cow;

use super::TemplateError;
use super::parse::{Command, Node, Pipe, Term};
use super::value::Value;

struct Scope<'v> {
    root: &'v Value,
    /// The innermost last.
    variables: Vec<(String, Value)>,
    heading: bool,
    out: String,
}

pub(super) fn render(nodes: &[Node], root: &Value, heading: bool) -> Result<String, TemplateError> {
    let mut scope = Scope {
        root,
        variables: Vec::new(),
        heading,
        out: String::new(),
    };
    scope.nodes(nodes, root)?;
    Ok(scope.out)
}

impl Scope<'_> {
    fn nodes(&mut self, nodes: &[Node], dot: &Value) -> Result<(), TemplateError> {
        for node in nodes {
            match node {
                Node::Text(text) => self.out.push_str(text),
                Node::Show(pipe) => {
                    let value = self.pipe(pipe, dot)?;
                    match pipe.variables.first() {
                        Some(name) => self.set(name, value.into_owned()),
                        None => self.out.push_str(&value.to_string()),
                    }
                }
                Node::If {
                    pipe,
                    dot: with,
                    then,
                    otherwise,
                } => {
                    let outer = self.variables.len();
                    let value = self.pipe(pipe, dot)?.into_owned();
                    if let Some(name) = pipe.variables.first() {
                        self.variables.push((name.clone(), value.clone()));
                    }
                    match (value.is_true(), with) {
                        (true, true) => self.nodes(then, &value)?,
                        (true, false) => self.nodes(then, dot)?,
                        (false, _) => self.nodes(otherwise, dot)?,
                    }
                    self.variables.truncate(outer);
                }
                Node::Range {
                    pipe,
                    body,
                    otherwise,
                } => self.range(pipe, body, otherwise, dot)?,
            }
        }
        Ok(())
    }

    fn range(
        &mut self,
        pipe: &Pipe,
        body: &[Node],
        otherwise: &[Node],
        dot: &Value,
    ) -> Result<(), TemplateError> {
        let value = self.pipe(pipe, dot)?.into_owned();
        let entries: Vec<(Value, Value)> = match value {
            Value::Missing | Value::Null | Value::NoList => Vec::new(),
            Value::List(list) => (0..).map(Value::Int).zip(list).collect(),
            Value::Map(map) => map.into_iter().map(|(k, v)| (Value::Text(k), v)).collect(),
            // Whether Go has a map or a document there cannot be told from JSON; going over it is what is meant.
            Value::Fields(mut fields) => {
                fields.sort_by(|a, b| a.0.cmp(&b.0));
                fields.into_iter().map(|(k, v)| (Value::Text(k), v)).collect()
            }
            other => return Err(TemplateError::Range(other.kind())),
        };
        if entries.is_empty() {
            return self.nodes(otherwise, dot);
        }
        let outer = self.variables.len();
        for (key, value) in entries {
            match pipe.variables.as_slice() {
                [] => {}
                [name] => self.variables.push((name.clone(), value.clone())),
                [first, second, ..] => {
                    self.variables.push((first.clone(), key));
                    self.variables.push((second.clone(), value.clone()));
                }
            }
            self.nodes(body, &value)?;
            self.variables.truncate(outer);
        }
        Ok(())
    }

    fn set(&mut self, name: &str, value: Value) {
        match self.variables.iter_mut().rev().find(|(known, _)| known == name) {
            Some((_, old)) => *old = value,
            None => self.variables.push((name.to_owned(), value)),
        }
    }

    fn pipe<'a>(&'a self, pipe: &'a Pipe, dot: &'a Value) -> Result<Cow<'a, Value>, TemplateError> {
        let mut last: Option<Cow<'a, Value>> = None;
        for command in &pipe.commands {
            last = Some(self.command(command, last, dot)?);
        }
        Ok(last.unwrap_or(Cow::Owned(Value::Missing)))
    }

    fn command<'a>(
        &'a self,
        command: &'a Command,
        piped: Option<Cow<'a, Value>>,
        dot: &'a Value,
    ) -> Result<Cow<'a, Value>, TemplateError> {
        let mut args = command
            .args
            .iter()
            .map(|arg| self.term(arg, dot))
            .collect::<Result<Vec<_>, _>>()?;
        args.extend(piped);
        if let Term::Function(function) = &command.head {
            let args = args.into_iter().map(Cow::into_owned).collect();
            return function.call(args, self.heading).map(Cow::Owned);
        }
        let value = self.term(&command.head, dot)?;
        match (value.as_ref(), args.first().map(AsRef::as_ref)) {
            (_, None) => Ok(value),
            (Value::Lookup(map), Some(Value::Text(name))) => {
                Ok(Cow::Owned(map.get(name).cloned().unwrap_or_default().into()))
            }
            // The heading of a column that shows one label is the label.
            (Value::Text(_) | Value::Missing, Some(Value::Text(name))) if self.heading => {
                Ok(Cow::Owned(Value::Text(name.clone())))
            }
            (other, Some(_)) => Err(TemplateError::Call {
                function: "{{.Field}}",
                with: format!("with an argument: it is {}", other.kind()),
            }),
        }
    }

    fn term<'a>(&'a self, term: &'a Term, dot: &'a Value) -> Result<Cow<'a, Value>, TemplateError> {
        match term {
            Term::Dot => Ok(Cow::Borrowed(dot)),
            Term::Constant(value) => Ok(Cow::Borrowed(value)),
            Term::Variable(name) if name.is_empty() => Ok(Cow::Borrowed(self.root)),
            Term::Variable(name) => {
                let known = self.variables.iter().rev().find(|(known, _)| known == name);
                known
                    .map(|(_, value)| Cow::Borrowed(value))
                    .ok_or_else(|| TemplateError::Variable(name.clone()))
            }
            Term::Function(function) => function.call(Vec::new(), self.heading).map(Cow::Owned),
            Term::Group(pipe) => self.pipe(pipe, dot),
            Term::Field(of, name) => {
                let value = self.term(of, dot)?;
                if self.heading {
                    return Ok(Cow::Owned(
                        value.field(name).map_or(Value::Missing, Cow::into_owned),
                    ));
                }
                let found = match &value {
                    Cow::Borrowed(value) => value.field(name),
                    Cow::Owned(value) => value.field(name).map(|found| Cow::Owned(found.into_owned())),
                };
                found.ok_or_else(|| TemplateError::Field {
                    field: name.clone(),
                    known: value.names(),
                })
            }
        }
    }
}
