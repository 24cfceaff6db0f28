//! From text to a tree whose values know their lines.
//!
//! What the plain words mean follows Go's reader of YAML, which docker compose uses: the core schema of YAML 1.2, and
//! of 1.1 the merge key and octal numbers that begin with 0.

use std::collections::HashMap;

use saphyr_parser::{Event, Parser, ScalarStyle, Span, Tag};
use serde_json::Value;

mod scalar;

/// The most values of a tree, counted after aliases were followed.
const VALUES_MAX: usize = 200_000;
/// The deepest that a tree may be.
const DEPTH_MAX: usize = 128;

/// A text that is not YAML, or means more than it may.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct YamlError {
    pub(crate) line: usize,
    pub(crate) what: String,
}

/// What a tag of Compose asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ask {
    /// `!reset`: what earlier files said goes.
    Reset,
    /// `!override`: it is replaced, not merged.
    Override,
}

/// A value, and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) kind: Kind,
    pub(crate) line: usize,
    pub(crate) ask: Option<Ask>,
}

#[derive(Clone, Debug)]
pub(crate) enum Kind {
    /// A text, number, boolean or null.
    Leaf(Value),
    List(Vec<Node>),
    Map(Vec<(String, Node)>),
}

/// Reads all documents of a text.
pub(crate) fn read(text: &str) -> Result<Vec<Node>, YamlError> {
    let mut reader = Reader::default();
    for event in Parser::new_from_str(text.trim_start_matches('\u{feff}')) {
        let (event, span) = event.map_err(|error| YamlError {
            line: error.marker().line(),
            what: error.info().to_owned(),
        })?;
        reader.take(event, span)?;
    }
    Ok(reader.documents)
}

/// A list or map that has begun.
struct Open {
    node: Node,
    anchor: usize,
    /// Values that were read before it.
    before: usize,
    /// The key whose value comes next.
    key: Option<(String, usize)>,
    /// What `<<` brings, weaker than what the map says itself.
    merged: Vec<(String, Node)>,
}

#[derive(Default)]
struct Reader {
    documents: Vec<Node>,
    open: Vec<Open>,
    /// What anchors stand for, and how many values that is.
    anchors: HashMap<usize, (Node, usize)>,
    values: usize,
}

fn error(line: usize, what: impl Into<String>) -> YamlError {
    YamlError {
        line,
        what: what.into(),
    }
}

fn ask(tag: Option<&Tag>) -> Option<Ask> {
    match tag {
        Some(tag) if tag.handle == "!" && tag.suffix == "reset" => Some(Ask::Reset),
        Some(tag) if tag.handle == "!" && tag.suffix == "override" => Some(Ask::Override),
        _ => None,
    }
}

impl Reader {
    fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), YamlError> {
        let line = span.start.line();
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let plain = style == ScalarStyle::Plain;
                let merge = plain && tag.is_none() && text == "<<";
                let value =
                    scalar::resolve(&text, plain, tag.as_deref()).map_err(|what| error(line, what))?;
                let node = Node {
                    kind: Kind::Leaf(value),
                    line,
                    ask: ask(tag.as_deref()),
                };
                self.count(1, line)?;
                if anchor > 0 {
                    self.anchors.insert(anchor, (node.clone(), 1));
                }
                self.put(node, line, merge)
            }
            Event::SequenceStart(anchor, tag) => {
                self.begin(Kind::List(Vec::new()), anchor, tag.as_deref(), line)
            }
            Event::MappingStart(anchor, tag) => {
                self.begin(Kind::Map(Vec::new()), anchor, tag.as_deref(), line)
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(line),
            Event::Alias(anchor) => {
                let Some((node, size)) = self.anchors.get(&anchor) else {
                    return Err(error(line, "an alias stands within its own anchor, or for none"));
                };
                let (node, size) = (node.clone(), *size);
                self.count(size, line)?;
                self.put(node, line, false)
            }
            Event::DocumentStart(_) => {
                self.anchors.clear();
                Ok(())
            }
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => Ok(()),
        }
    }

    /// Counts before anything is copied, so that aliases of aliases cost nothing.
    fn count(&mut self, more: usize, line: usize) -> Result<(), YamlError> {
        self.values = self.values.saturating_add(more);
        if self.values > VALUES_MAX {
            return Err(error(
                line,
                format!("the text means more than {VALUES_MAX} values, its aliases counted"),
            ));
        }
        Ok(())
    }

    fn begin(&mut self, kind: Kind, anchor: usize, tag: Option<&Tag>, line: usize) -> Result<(), YamlError> {
        if self.open.len() >= DEPTH_MAX {
            return Err(error(
                line,
                format!("values are nested more than {DEPTH_MAX} deep"),
            ));
        }
        let before = self.values;
        self.count(1, line)?;
        let node = Node {
            kind,
            line,
            ask: ask(tag),
        };
        self.open.push(Open {
            node,
            anchor,
            before,
            key: None,
            merged: Vec::new(),
        });
        Ok(())
    }

    fn end(&mut self, line: usize) -> Result<(), YamlError> {
        let Some(Open {
            mut node,
            anchor,
            before,
            merged,
            ..
        }) = self.open.pop()
        else {
            return Err(error(line, "a list or map ends that never began"));
        };
        if let Kind::Map(members) = &mut node.kind {
            for (key, value) in merged {
                if !members.iter().any(|(own, _)| *own == key) {
                    members.push((key, value));
                }
            }
        }
        if anchor > 0 {
            self.anchors.insert(anchor, (node.clone(), self.values - before));
        }
        self.put(node, line, false)
    }

    fn put(&mut self, node: Node, line: usize, merge: bool) -> Result<(), YamlError> {
        let Some(open) = self.open.last_mut() else {
            self.documents.push(node);
            return Ok(());
        };
        match &mut open.node.kind {
            Kind::List(items) => items.push(node),
            Kind::Map(members) => match open.key.take() {
                None => {
                    let Kind::Leaf(value) = node.kind else {
                        return Err(error(line, "a key is a list or a map"));
                    };
                    let key = match value {
                        Value::String(text) => text,
                        other => other.to_string(),
                    };
                    // No key of YAML has this character, so the merge key is told from the text `"<<"`.
                    open.key = Some((if merge { "\0<<".to_owned() } else { key }, line));
                }
                Some((key, at)) if key == "\0<<" => merge_into(&mut open.merged, node, at)?,
                Some((key, at)) => {
                    if members.iter().any(|(other, _)| *other == key) {
                        return Err(error(at, format!("key `{key}` stands here a second time")));
                    }
                    members.push((key, node));
                }
            },
            Kind::Leaf(_) => return Err(error(line, "a value stands within a text")),
        }
        Ok(())
    }
}

/// Takes up what `<<` names; of several the first is the strongest.
fn merge_into(merged: &mut Vec<(String, Node)>, node: Node, line: usize) -> Result<(), YamlError> {
    let wrong = || error(line, "`<<` takes a map, or a list of maps");
    match node.kind {
        Kind::Map(members) => {
            for (key, value) in members {
                if !merged.iter().any(|(own, _)| *own == key) {
                    merged.push((key, value));
                }
            }
            Ok(())
        }
        Kind::List(items) => items.into_iter().try_for_each(|item| match item.kind {
            Kind::Map(_) => merge_into(merged, item, line),
            _ => Err(wrong()),
        }),
        Kind::Leaf(Value::Null) => Ok(()),
        Kind::Leaf(_) => Err(wrong()),
    }
}

#[cfg(test)]
mod tests;
