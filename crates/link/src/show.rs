//! Types and errors in words.

use std::error::Error;

use wac_types::{DefinedType, FuncTypeId, InterfaceId, ItemKind, Type, Types, ValueType};

/// The longest type that is written, in characters.
const LONGEST: usize = 300;
/// How deep types within types are written.
const DEPTH: usize = 6;

/// An error with its causes, as one line.
pub(crate) fn chain<'e>(causes: impl Iterator<Item = &'e (dyn Error + 'static)>) -> String {
    let mut text = String::new();
    for cause in causes {
        if !text.is_empty() {
            text.push_str(": ");
        }
        text.push_str(&cause.to_string());
        if text.len() > 2 * LONGEST {
            break;
        }
    }
    short(text.replace('\n', ": "))
}

pub(crate) fn short(mut text: String) -> String {
    if let Some((end, _)) = text.char_indices().nth(LONGEST) {
        text.truncate(end);
        text.push('…');
    }
    text
}

/// A function's type as WIT has it. Types that the interface has a name for are written by it.
pub(crate) fn func(types: &Types, id: FuncTypeId, within: Option<InterfaceId>) -> String {
    let writer = Writer { types, within };
    let func = &types[id];
    let mut text = String::from(if func.is_async { "async func(" } else { "func(" });
    for (i, (name, ty)) in func.params.iter().enumerate() {
        if text.len() > LONGEST {
            break;
        }
        let comma = if i == 0 { "" } else { ", " };
        text.push_str(&format!("{comma}{name}: "));
        writer.value(&mut text, *ty, DEPTH);
    }
    text.push(')');
    if let Some(result) = func.result {
        text.push_str(" -> ");
        writer.value(&mut text, result, DEPTH);
    }
    short(text)
}

/// What an item of an interface is, in WIT or in a word.
pub(crate) fn item(types: &Types, kind: ItemKind, within: Option<InterfaceId>) -> String {
    match kind {
        ItemKind::Func(id) => func(types, id, within),
        ItemKind::Type(Type::Value(ty)) => {
            let mut text = String::new();
            // Under its own name it would say nothing.
            Writer { types, within: None }.value(&mut text, ty, DEPTH);
            short(text)
        }
        other => other.desc(types).to_owned(),
    }
}

struct Writer<'t> {
    types: &'t Types,
    within: Option<InterfaceId>,
}

impl Writer<'_> {
    fn value(&self, text: &mut String, ty: ValueType, depth: usize) {
        if depth == 0 || text.len() > LONGEST {
            text.push('…');
            return;
        }
        match ty {
            ValueType::Primitive(_) => text.push_str(ty.desc(self.types)),
            ValueType::Borrow(id) => {
                let name = &self.types[self.types.resolve_resource(id)].name;
                text.push_str(&format!("borrow<{name}>"));
            }
            ValueType::Own(id) => text.push_str(&self.types[self.types.resolve_resource(id)].name),
            ValueType::Defined(_) => match self.name_of(ty) {
                Some(name) => text.push_str(name),
                None => self.defined(text, ty, depth - 1),
            },
        }
    }

    /// The name that the interface has for a type.
    fn name_of(&self, ty: ValueType) -> Option<&str> {
        let exports = &self.types[self.within?].exports;
        exports
            .iter()
            .find(|(_, kind)| matches!(kind, ItemKind::Type(Type::Value(named)) if *named == ty))
            .map(|(name, _)| name.as_str())
    }

    fn defined(&self, text: &mut String, ty: ValueType, depth: usize) {
        let ValueType::Defined(id) = ty else {
            return;
        };
        match &self.types[id] {
            DefinedType::Tuple(parts) => self.list(text, "tuple<", parts.iter().copied(), depth),
            DefinedType::List(of) => self.list(text, "list<", [*of].into_iter(), depth),
            DefinedType::FixedSizeList(of, length) => {
                text.push_str("list<");
                self.value(text, *of, depth);
                text.push_str(&format!(", {length}>"));
            }
            DefinedType::Map(key, value) => self.list(text, "map<", [*key, *value].into_iter(), depth),
            DefinedType::Option(of) => self.list(text, "option<", [*of].into_iter(), depth),
            DefinedType::Result { ok: None, err: None } => text.push_str("result"),
            DefinedType::Result { ok, err } => {
                text.push_str("result<");
                self.or_none(text, *ok, depth);
                if err.is_some() {
                    text.push_str(", ");
                    self.or_none(text, *err, depth);
                }
                text.push('>');
            }
            DefinedType::Variant(variant) => {
                text.push_str("variant { ");
                for (i, (name, of)) in variant.cases.iter().enumerate() {
                    self.comma(text, i, name);
                    if let Some(of) = of {
                        text.push('(');
                        self.value(text, *of, depth);
                        text.push(')');
                    }
                }
                text.push_str(" }");
            }
            DefinedType::Record(record) => {
                text.push_str("record { ");
                for (i, (name, of)) in record.fields.iter().enumerate() {
                    self.comma(text, i, name);
                    text.push_str(": ");
                    self.value(text, *of, depth);
                }
                text.push_str(" }");
            }
            DefinedType::Flags(flags) => self.words(text, "flags { ", flags.0.iter()),
            DefinedType::Enum(cases) => self.words(text, "enum { ", cases.0.iter()),
            DefinedType::Alias(of) => self.value(text, *of, depth),
            DefinedType::Stream(of) => self.list(text, "stream<", of.iter().copied(), depth),
            DefinedType::Future(of) => self.list(text, "future<", of.iter().copied(), depth),
        }
    }

    fn list(&self, text: &mut String, begin: &str, of: impl Iterator<Item = ValueType>, depth: usize) {
        text.push_str(begin);
        for (i, ty) in of.enumerate() {
            self.comma(text, i, "");
            self.value(text, ty, depth);
            if text.len() > LONGEST {
                break;
            }
        }
        text.push('>');
    }

    fn or_none(&self, text: &mut String, ty: Option<ValueType>, depth: usize) {
        match ty {
            Some(ty) => self.value(text, ty, depth),
            None => text.push('_'),
        }
    }

    fn words<'w>(&self, text: &mut String, begin: &str, words: impl Iterator<Item = &'w String>) {
        text.push_str(begin);
        for (i, word) in words.enumerate() {
            if text.len() > LONGEST {
                break;
            }
            self.comma(text, i, word);
        }
        text.push_str(" }");
    }

    fn comma(&self, text: &mut String, i: usize, word: &str) {
        if text.len() <= LONGEST {
            text.push_str(if i == 0 { "" } else { ", " });
            text.push_str(word);
        }
    }
}
