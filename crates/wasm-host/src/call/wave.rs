//! Values in WAVE, the text form of the component model's values, by the types of the function that takes them.
//!
//! An error names the way to the value, and names that a statement bound stand for what it gave.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::str::FromStr;

use wasmtime::component::types::Record;
use wasmtime::component::{ResourceAny, Type, Val};

use super::bad_value::BadValue;
use super::syntax::{Kind, Node, Word, is_own};

type Read<T = Val> = Result<T, BadValue>;

/// Reads values out of one text.
pub(super) struct Reader<'a> {
    pub(super) text: &'a str,
    /// What names stand for.
    pub(super) bound: &'a HashMap<String, Val>,
    /// Resources that a function was given to keep.
    pub(super) moved: &'a mut Vec<ResourceAny>,
}

impl Reader<'_> {
    pub(super) fn read(&mut self, node: &Node, ty: &Type) -> Read {
        if let Some(val) = self.named(node, ty)? {
            return Ok(val);
        }
        let text = self.text;
        let wrong = || BadValue::of_type(ty, shown(text, node));
        let word = match &node.kind {
            Kind::Word(word) => Some(word),
            _ => None,
        };
        Ok(match (ty, &node.kind) {
            (Type::Bool, Kind::Word(word)) if word.is("true") => Val::Bool(true),
            (Type::Bool, Kind::Word(word)) if word.is("false") => Val::Bool(false),
            (Type::S8, kind) => Val::S8(number(kind).ok_or_else(wrong)?),
            (Type::U8, kind) => Val::U8(number(kind).ok_or_else(wrong)?),
            (Type::S16, kind) => Val::S16(number(kind).ok_or_else(wrong)?),
            (Type::U16, kind) => Val::U16(number(kind).ok_or_else(wrong)?),
            (Type::S32, kind) => Val::S32(number(kind).ok_or_else(wrong)?),
            (Type::U32, kind) => Val::U32(number(kind).ok_or_else(wrong)?),
            (Type::S64, kind) => Val::S64(number(kind).ok_or_else(wrong)?),
            (Type::U64, kind) => Val::U64(number(kind).ok_or_else(wrong)?),
            (Type::Float32, kind) => Val::Float32(number(kind).ok_or_else(wrong)?),
            (Type::Float64, kind) => Val::Float64(number(kind).ok_or_else(wrong)?),
            (Type::Char, Kind::Char(c)) => Val::Char(*c),
            (Type::String, Kind::Text(text)) => Val::String(text.clone()),
            (Type::List(list), Kind::List(nodes)) => Val::List(self.items(nodes, &list.ty())?),
            (Type::FixedLengthList(list), Kind::List(nodes)) if nodes.len() == list.len() as usize => {
                Val::FixedLengthList(self.items(nodes, &list.ty())?)
            }
            (Type::Map(map), Kind::List(nodes)) => {
                Val::Map(self.entries(nodes, ty, &map.key(), &map.value())?)
            }
            (Type::Record(record), Kind::Record(fields)) => self.record(record, fields)?,
            (Type::Record(record), Kind::Flags(none)) if none.is_empty() => self.record(record, &[])?,
            (Type::Tuple(tuple), Kind::Tuple(nodes)) if nodes.len() == tuple.types().len() => {
                let items = nodes.iter().zip(tuple.types()).enumerate();
                let items = items
                    .map(|(i, (node, ty))| self.read(node, &ty).map_err(|e| e.within(format_args!(".{i}"))));
                Val::Tuple(items.collect::<Result<_, _>>()?)
            }
            (Type::Variant(variant), Kind::Word(word)) => {
                let case = variant
                    .cases()
                    .find(|case| case.name == word.name)
                    .ok_or_else(wrong)?;
                Val::Variant(word.name.clone(), self.held(word, case.ty).ok_or_else(wrong)??)
            }
            (Type::Enum(names), Kind::Word(word))
                if word.holds.is_none() && names.names().any(|name| name == word.name) =>
            {
                Val::Enum(word.name.clone())
            }
            (Type::Option(_), Kind::Word(word)) if word.is("none") && word.holds.is_none() => {
                Val::Option(None)
            }
            (Type::Option(option), Kind::Word(word)) if word.is("some") => {
                Val::Option(self.held(word, Some(option.ty())).ok_or_else(wrong)??)
            }
            // A value alone stands for `some` of it, unless it could be read in two ways.
            (Type::Option(option), _) if !matches!(option.ty(), Type::Option(_) | Type::Result(_)) => {
                Val::Option(Some(Box::new(self.read(node, &option.ty())?)))
            }
            (Type::Result(result), Kind::Word(word)) if word.is("ok") => {
                Val::Result(Ok(self.held(word, result.ok()).ok_or_else(wrong)??))
            }
            (Type::Result(result), Kind::Word(word)) if word.is("err") => {
                Val::Result(Err(self.held(word, result.err()).ok_or_else(wrong)??))
            }
            (Type::Flags(flags), Kind::Flags(set))
                if set.iter().all(|flag| flags.names().any(|name| name == flag)) =>
            {
                Val::Flags(set.clone())
            }
            (Type::Own(_) | Type::Borrow(_), _) => {
                let name = word.map_or("name", |word| word.name.as_str());
                let wanted =
                    format_args!("a resource, which is made first: `{name} = RESOURCE(…)`").to_string();
                return Err(BadValue::new(wanted, shown(self.text, node)));
            }
            _ => return Err(wrong()),
        })
    }

    /// What a bound name stands for. Where a case has the same name, the case is meant.
    fn named(&mut self, node: &Node, ty: &Type) -> Read<Option<Val>> {
        let Kind::Word(Word {
            name,
            holds: None,
            marked: false,
        }) = &node.kind
        else {
            return Ok(None);
        };
        let case = match ty {
            Type::Enum(names) => names.names().any(|known| known == name),
            Type::Variant(variant) => variant.cases().any(|case| case.name == name),
            _ => false,
        };
        let Some(val) = self.bound.get(name).filter(|_| !case) else {
            return Ok(None);
        };
        if let Val::Resource(resource) = val {
            if self.moved.contains(resource) {
                let found = format_args!("`{name}`, which was given away").to_string();
                return Err(BadValue::new("a resource", found));
            }
            if matches!(ty, Type::Own(_)) {
                self.moved.push(*resource);
            }
        }
        Ok(Some(val.clone()))
    }

    fn items(&mut self, nodes: &[Node], item: &Type) -> Read<Vec<Val>> {
        let items = nodes.iter().enumerate();
        items
            .map(|(i, node)| self.read(node, item).map_err(|e| e.within(format_args!("[{i}]"))))
            .collect()
    }

    fn entries(&mut self, nodes: &[Node], ty: &Type, key: &Type, value: &Type) -> Read<Vec<(Val, Val)>> {
        let entries = nodes.iter().enumerate().map(|(i, node)| {
            let read = match &node.kind {
                Kind::Tuple(pair) if pair.len() == 2 => {
                    let k = self.read(&pair[0], key);
                    k.and_then(|k| Ok((k, self.read(&pair[1], value)?)))
                }
                _ => Err(BadValue::of_type(ty, shown(self.text, node))),
            };
            read.map_err(|e| e.within(format_args!("[{i}]")))
        });
        entries.collect()
    }

    fn record(&mut self, ty: &Record, given: &[(String, Node)]) -> Read {
        let mut fields = Vec::new();
        for field in ty.fields() {
            let node = given.iter().find(|(name, _)| name == field.name);
            let val = match (node, &field.ty) {
                (Some((_, node)), ty) => self.read(node, ty),
                (None, Type::Option(_)) => Ok(Val::Option(None)),
                (None, ty) => Err(BadValue::of_type(ty, "missing")),
            };
            let val = val.map_err(|e| e.within(format_args!(".{}", field.name)))?;
            fields.push((field.name.to_owned(), val));
        }
        let known = |name: &str| ty.fields().any(|field| field.name == name);
        match given.iter().find(|(name, _)| !known(name)) {
            Some((unknown, _)) => {
                let ty = Type::Record(ty.clone());
                Err(BadValue::of_type(&ty, "a record with this field").within(format_args!(".{unknown}")))
            }
            None => Ok(Val::Record(fields)),
        }
    }

    /// What a word holds; nothing where it holds a value too many or none.
    fn held(&mut self, word: &Word, wanted: Option<Type>) -> Option<Read<Option<Box<Val>>>> {
        match (wanted, &word.holds) {
            (None, None) => Some(Ok(None)),
            (Some(wanted), Some(node)) => Some(match self.read(node, &wanted) {
                Ok(val) => Ok(Some(Box::new(val))),
                Err(bad) => Err(bad.within(format_args!(".{}", word.name))),
            }),
            _ => None,
        }
    }
}

fn shown(text: &str, node: &Node) -> String {
    format!("`{}`", text.get(node.span.clone()).unwrap_or_default())
}

fn number<T: FromStr>(kind: &Kind) -> Option<T> {
    match kind {
        Kind::Number(text) => text.parse().ok(),
        // Of the floating-point numbers alone, whose parser knows these words.
        Kind::Word(word) if word.is("inf") || word.is("nan") => word.name.parse().ok(),
        _ => None,
    }
}

/// Whether one of these names stands among values.
pub(super) fn mentions(node: &Node, names: &[&str]) -> bool {
    match &node.kind {
        Kind::Word(word) => {
            names.contains(&word.name.as_str())
                || word.holds.as_ref().is_some_and(|node| mentions(node, names))
        }
        Kind::Tuple(nodes) | Kind::List(nodes) => nodes.iter().any(|node| mentions(node, names)),
        Kind::Record(fields) => fields.iter().any(|(_, node)| mentions(node, names)),
        Kind::Number(_) | Kind::Char(_) | Kind::Text(_) | Kind::Flags(_) => false,
    }
}

/// A value as text. What has no text of its own is `<resource>` and the like.
pub(super) fn write(val: &Val) -> String {
    let mut out = String::new();
    put(&mut out, val);
    out
}

fn put(out: &mut String, val: &Val) {
    // Writing to a `String` does not fail.
    let mut show = |shown: &dyn std::fmt::Display| {
        let _ = write!(out, "{shown}");
    };
    match val {
        Val::Bool(v) => show(v),
        Val::S8(v) => show(v),
        Val::U8(v) => show(v),
        Val::S16(v) => show(v),
        Val::U16(v) => show(v),
        Val::S32(v) => show(v),
        Val::U32(v) => show(v),
        Val::S64(v) => show(v),
        Val::U64(v) => show(v),
        Val::Float32(v) if v.is_nan() => show(&"nan"),
        Val::Float32(v) => show(v),
        Val::Float64(v) if v.is_nan() => show(&"nan"),
        Val::Float64(v) => show(v),
        Val::Char(c) => {
            out.push('\'');
            escaped(out, *c, '\'');
            out.push('\'');
        }
        Val::String(text) => {
            out.push('"');
            text.chars().for_each(|c| escaped(out, c, '"'));
            out.push('"');
        }
        Val::List(items) | Val::FixedLengthList(items) => {
            out.push('[');
            separated(out, items, put);
            out.push(']');
        }
        Val::Tuple(items) => {
            out.push('(');
            separated(out, items, put);
            out.push(')');
        }
        Val::Map(entries) => {
            out.push('[');
            separated(out, entries, |out, (key, value)| {
                out.push('(');
                put(out, key);
                out.push_str(", ");
                put(out, value);
                out.push(')');
            });
            out.push(']');
        }
        Val::Record(fields) if fields.is_empty() => out.push_str("{:}"),
        Val::Record(fields) => {
            out.push('{');
            separated(out, fields, |out, (name, value)| {
                label(out, name);
                out.push_str(": ");
                put(out, value);
            });
            out.push('}');
        }
        Val::Flags(names) => {
            out.push('{');
            separated(out, names, |out, name| label(out, name));
            out.push('}');
        }
        Val::Enum(name) => label(out, name),
        Val::Variant(name, payload) => {
            label(out, name);
            wrapped(out, payload.as_deref());
        }
        Val::Option(None) => out.push_str("none"),
        Val::Option(some) => {
            out.push_str("some");
            wrapped(out, some.as_deref());
        }
        Val::Result(Ok(payload)) => {
            out.push_str("ok");
            wrapped(out, payload.as_deref());
        }
        Val::Result(Err(payload)) => {
            out.push_str("err");
            wrapped(out, payload.as_deref());
        }
        Val::Resource(_) => out.push_str("<resource>"),
        Val::Future(_) => out.push_str("<future>"),
        Val::Stream(_) => out.push_str("<stream>"),
        Val::ErrorContext(_) => out.push_str("<error-context>"),
    }
}

fn wrapped(out: &mut String, payload: Option<&Val>) {
    if let Some(payload) = payload {
        out.push('(');
        put(out, payload);
        out.push(')');
    }
}

fn separated<T>(out: &mut String, items: &[T], each: impl Fn(&mut String, &T)) {
    for (i, item) in items.iter().enumerate() {
        if i > 0 {
            out.push_str(", ");
        }
        each(out, item);
    }
}

/// Names that WAVE keeps for itself are marked.
fn label(out: &mut String, name: &str) {
    if is_own(name) {
        out.push('%');
    }
    out.push_str(name);
}

/// Characters that a terminal would obey are written out, too.
fn escaped(out: &mut String, c: char, quote: char) {
    match c {
        '\\' => out.push_str("\\\\"),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        c if c == quote => {
            out.push('\\');
            out.push(c);
        }
        c if sampan_types::foreign::is_unseen(c) => out.extend(c.escape_unicode()),
        c => out.push(c),
    }
}
