//! The functions of templates: Go's own, and those that Docker adds.

use super::TemplateError;
use super::value::Value;
use std::cmp::Ordering;

macro_rules! functions {
    ($($variant:ident $name:literal)*) => {
        /// A function, by its name.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum Function { $($variant,)* }

        impl Function {
            pub(super) fn find(name: &str) -> Option<Self> {
                match name { $($name => Some(Self::$variant),)* _ => None }
            }

            fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }
        }
    };
}

functions! {
    And "and" Or "or" Not "not" Eq "eq" Ne "ne" Lt "lt" Le "le" Gt "gt" Ge "ge"
    Len "len" Index "index" Print "print" Printf "printf" Println "println"
    Json "json" Split "split" Join "join" Title "title" Lower "lower" Upper "upper" Pad "pad" Truncate "truncate"
}

impl Function {
    pub(super) fn call(self, args: Vec<Value>, heading: bool) -> Result<Value, TemplateError> {
        use Function as F;
        let wrong = |with: String| TemplateError::Call {
            function: self.name(),
            with,
        };
        match (self, args.as_slice()) {
            // In a heading stand the names of columns, which no function changes.
            (F::Json | F::Title | F::Lower | F::Upper, [name]) if heading => Ok(name.clone()),
            (F::Split | F::Pad, [name, ..]) if heading => Ok(name.clone()),
            (F::Join, [name, _]) if heading => Ok(name.clone()),
            (F::Truncate, [name, _]) if heading => Ok(name.clone()),

            (F::And, [.., last]) => Ok(args.iter().find(|v| !v.is_true()).unwrap_or(last).clone()),
            (F::Or, [.., last]) => Ok(args.iter().find(|v| v.is_true()).unwrap_or(last).clone()),
            (F::Not, [value]) => Ok(Value::Bool(!value.is_true())),
            (F::Eq, [first, rest @ ..]) if !rest.is_empty() => {
                Ok(Value::Bool(rest.iter().any(|other| same(first, other))))
            }
            (F::Ne, [a, b]) => Ok(Value::Bool(!same(a, b))),
            (F::Lt | F::Le | F::Gt | F::Ge, [a, b]) => {
                let order = a
                    .compare(b)
                    .ok_or_else(|| wrong(format!("on {} and {}", a.kind(), b.kind())))?;
                Ok(Value::Bool(match self {
                    F::Lt => order == Ordering::Less,
                    F::Le => order != Ordering::Greater,
                    F::Gt => order == Ordering::Greater,
                    _ => order != Ordering::Less,
                }))
            }
            (F::Len, [value]) => {
                let length = match value {
                    Value::Text(text) => text.len(),
                    Value::List(list) => list.len(),
                    Value::Map(map) => map.len(),
                    Value::Fields(fields) => fields.len(),
                    Value::NoList => 0,
                    other => return Err(wrong(format!("on {}", other.kind()))),
                };
                Ok(Value::Int(length as i64))
            }
            (F::Index, [value, keys @ ..]) => keys
                .iter()
                .try_fold(value.clone(), |value, key| index(&value, key).map_err(wrong)),
            (F::Print, values) => Ok(words(values, false).into()),
            (F::Println, values) => Ok((words(values, true) + "\n").into()),
            (F::Printf, [Value::Text(form), values @ ..]) => Ok(printf(form, values).into()),
            (F::Json, [value]) => serde_json::to_string(value)
                .map(Value::Text)
                .map_err(|_| wrong(format!("on {}", value.kind()))),
            (F::Split, [Value::Text(text), Value::Text(by)]) => {
                let parts: Vec<Value> = if by.is_empty() {
                    text.chars().map(|c| c.to_string().into()).collect()
                } else {
                    text.split(by.as_str()).map(Value::from).collect()
                };
                Ok(Value::List(parts))
            }
            (F::Join, [Value::NoList, _]) => Ok("".into()),
            (F::Join, [Value::List(list), Value::Text(by)]) => {
                let parts: Vec<String> = list.iter().map(ToString::to_string).collect();
                Ok(parts.join(by).into())
            }
            (F::Lower, [Value::Text(text)]) => Ok(text.to_lowercase().into()),
            (F::Upper, [Value::Text(text)]) => Ok(text.to_uppercase().into()),
            (F::Title, [Value::Text(text)]) => Ok(title(text).into()),
            (F::Truncate, [Value::Text(text), Value::Int(most)]) => {
                let most = usize::try_from(*most).unwrap_or(0);
                Ok(text.chars().take(most).collect::<String>().into())
            }
            (F::Pad, [Value::Text(text), Value::Int(before), Value::Int(after)]) if !text.is_empty() => {
                let spaces = |n: &i64| " ".repeat(usize::try_from(*n).unwrap_or(0).min(1_000));
                Ok(format!("{}{text}{}", spaces(before), spaces(after)).into())
            }
            (F::Pad, [text @ Value::Text(_), _, _]) => Ok(text.clone()),
            (_, args) => {
                let kinds: Vec<_> = args.iter().map(Value::kind).collect();
                let with = if kinds.is_empty() {
                    "on nothing".to_owned()
                } else {
                    format!("on {}", kinds.join(" and "))
                };
                Err(wrong(with))
            }
        }
    }
}

fn same(a: &Value, b: &Value) -> bool {
    a.compare(b) == Some(Ordering::Equal) || a == b
}

fn index(value: &Value, key: &Value) -> Result<Value, String> {
    match (value, key) {
        (Value::List(list), Value::Int(at)) => usize::try_from(*at)
            .ok()
            .and_then(|at| list.get(at))
            .cloned()
            .ok_or_else(|| format!("with {at}: the list has {} entries", list.len())),
        (Value::Map(map), Value::Text(name)) => Ok(map.get(name).cloned().unwrap_or(Value::Missing)),
        (Value::Fields(fields), Value::Text(name)) => Ok(fields
            .iter()
            .find(|(known, _)| known == name)
            .map_or(Value::Missing, |(_, value)| value.clone())),
        (Value::Text(text), Value::Int(at)) => usize::try_from(*at)
            .ok()
            .and_then(|at| text.as_bytes().get(at))
            .map(|byte| Value::Int(i64::from(*byte)))
            .ok_or_else(|| format!("with {at}: the text has {} bytes", text.len())),
        (Value::Missing, _) => Ok(Value::Missing),
        (Value::NoList | Value::Null, Value::Text(_)) => Ok(Value::Missing),
        (Value::NoList, Value::Int(at)) => Err(format!("with {at}: the list has 0 entries")),
        (value, key) => Err(format!("on {} with {}", value.kind(), key.kind())),
    }
}

/// Go's `Sprint` puts spaces between neighbours neither of which is a text, `Sprintln` between all.
fn words(values: &[Value], always: bool) -> String {
    let mut text = String::new();
    for (at, value) in values.iter().enumerate() {
        let is_text = |v: &Value| matches!(v, Value::Text(_));
        if at > 0 && (always || !(is_text(value) || is_text(&values[at - 1]))) {
            text.push(' ');
        }
        text.push_str(&value.to_string());
    }
    text
}

/// The verbs that people write: `%s %d %v %q %t %%`, with a width and a dash before them.
fn printf(form: &str, values: &[Value]) -> String {
    const WIDTH_MAX: usize = 1_000;
    let mut text = String::new();
    let mut values = values.iter();
    let mut rest = form;
    while let Some(at) = rest.find('%') {
        text.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let flags = rest.len()
            - rest
                .trim_start_matches(|c: char| c == '-' || c.is_ascii_digit())
                .len();
        let (width, after) = rest.split_at(flags);
        let Some(verb) = after.chars().next() else {
            text.push_str("%!(NOVERB)");
            rest = "";
            break;
        };
        rest = &after[verb.len_utf8()..];
        if verb == '%' {
            text.push('%');
            continue;
        }
        let shown = match (verb, values.next()) {
            (_, None) => format!("%!{verb}(MISSING)"),
            ('q', Some(value)) => format!("{:?}", value.to_string()),
            (_, Some(value)) => value.to_string(),
        };
        let left = width.starts_with('-');
        let width = width.trim_start_matches('-').parse().unwrap_or(0).min(WIDTH_MAX);
        if left {
            text.push_str(&format!("{shown:<width$}"));
        } else {
            text.push_str(&format!("{shown:>width$}"));
        }
    }
    text + rest
}

fn title(text: &str) -> String {
    let mut start = true;
    let mut out = String::new();
    for c in text.chars() {
        if start {
            out.extend(c.to_uppercase());
        } else {
            out.push(c);
        }
        start = c.is_whitespace();
    }
    out
}
