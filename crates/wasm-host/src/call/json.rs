//! Values in JSON, by the types of the function. `docs/design/calls.md` has the table; it is Sampan's contract with
//! programs in other languages, so what is written here is also what is read.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Number, Value as Json};
use wasmtime::component::{ResourceAny, Type, Val};

use super::bad_value::BadValue;

type Read<T = Val> = Result<T, BadValue>;

/// The resources that a caller holds, by number.
pub(super) trait Handles {
    /// The resource of a number.
    fn get(&self, number: u64) -> Option<ResourceAny>;
    /// A resource is the guest's from now on.
    fn give(&mut self, number: u64);
    /// Keeps a resource for the caller; nothing where nothing is kept.
    fn keep(&mut self, resource: ResourceAny) -> Option<u64>;
}

/// Reads a value.
pub(super) fn read(json: &Json, ty: &Type, handles: &mut dyn Handles) -> Read {
    let wrong = || BadValue::of_type(ty, shown(json));
    Ok(match ty {
        Type::Bool => Val::Bool(json.as_bool().ok_or_else(wrong)?),
        Type::S8 => Val::S8(signed(json).ok_or_else(wrong)?),
        Type::S16 => Val::S16(signed(json).ok_or_else(wrong)?),
        Type::S32 => Val::S32(signed(json).ok_or_else(wrong)?),
        Type::S64 => Val::S64(signed(json).ok_or_else(wrong)?),
        Type::U8 => Val::U8(unsigned(json).ok_or_else(wrong)?),
        Type::U16 => Val::U16(unsigned(json).ok_or_else(wrong)?),
        Type::U32 => Val::U32(unsigned(json).ok_or_else(wrong)?),
        Type::U64 => Val::U64(unsigned(json).ok_or_else(wrong)?),
        Type::Float32 => Val::Float32(float(json).ok_or_else(wrong)? as f32),
        Type::Float64 => Val::Float64(float(json).ok_or_else(wrong)?),
        Type::Char => {
            let mut chars = json.as_str().ok_or_else(wrong)?.chars();
            match (chars.next(), chars.next()) {
                (Some(c), None) => Val::Char(c),
                _ => return Err(wrong()),
            }
        }
        Type::String => Val::String(json.as_str().ok_or_else(wrong)?.to_owned()),
        Type::List(list) => Val::List(items(json, ty, &list.ty(), handles)?),
        Type::FixedLengthList(list) => {
            let items = items(json, ty, &list.ty(), handles)?;
            match items.len() == list.len() as usize {
                true => Val::FixedLengthList(items),
                false => return Err(wrong()),
            }
        }
        Type::Map(map) => {
            let entries = json.as_array().ok_or_else(wrong)?.iter().enumerate();
            let (key, value) = (map.key(), map.value());
            let entries = entries.map(|(i, entry)| match entry.as_array().map(Vec::as_slice) {
                Some([k, v]) => {
                    let read = read(k, &key, handles).and_then(|k| Ok((k, read(v, &value, handles)?)));
                    read.map_err(|e| e.within(format_args!("[{i}]")))
                }
                _ => Err(wrong()),
            });
            Val::Map(entries.collect::<Result<_, _>>()?)
        }
        Type::Record(record) => {
            let given = json.as_object().ok_or_else(wrong)?;
            let mut fields = Vec::with_capacity(record.fields().len());
            for field in record.fields() {
                let val = match given.get(field.name) {
                    Some(json) => read(json, &field.ty, handles),
                    None if matches!(field.ty, Type::Option(_)) => Ok(Val::Option(None)),
                    None => Err(BadValue::of_type(&field.ty, "missing")),
                };
                let val = val.map_err(|e| e.within(format_args!(".{}", field.name)))?;
                fields.push((field.name.to_owned(), val));
            }
            let known = |name: &&String| !record.fields().any(|field| field.name == name.as_str());
            if let Some(unknown) = given.keys().find(known) {
                let bad = BadValue::of_type(ty, "a record with this field");
                return Err(bad.within(format_args!(".{unknown}")));
            }
            Val::Record(fields)
        }
        Type::Tuple(tuple) => {
            let given = json.as_array().ok_or_else(wrong)?;
            if given.len() != tuple.types().len() {
                return Err(wrong());
            }
            let items = given.iter().zip(tuple.types()).enumerate();
            let items = items
                .map(|(i, (json, ty))| read(json, &ty, handles).map_err(|e| e.within(format_args!("[{i}]"))));
            Val::Tuple(items.collect::<Result<_, _>>()?)
        }
        Type::Variant(variant) => {
            let (name, payload) = case(json).ok_or_else(wrong)?;
            let case = variant.cases().find(|case| case.name == name).ok_or_else(wrong)?;
            Val::Variant(
                name.to_owned(),
                held(name, case.ty, payload, handles).ok_or_else(wrong)??,
            )
        }
        Type::Enum(names) => {
            let name = json.as_str().ok_or_else(wrong)?;
            match names.names().any(|known| known == name) {
                true => Val::Enum(name.to_owned()),
                false => return Err(wrong()),
            }
        }
        Type::Option(option) => match (json, option.ty()) {
            (Json::Null, _) => Val::Option(None),
            (json, inner @ Type::Option(_)) => {
                let some = json
                    .as_object()
                    .filter(|o| o.len() == 1)
                    .and_then(|o| o.get("some"));
                let inner = read(some.ok_or_else(wrong)?, &inner, handles);
                Val::Option(Some(Box::new(inner.map_err(|e| e.within(".some"))?)))
            }
            (json, inner) => Val::Option(Some(Box::new(read(json, &inner, handles)?))),
        },
        Type::Result(result) => {
            let (name, payload) = case(json).ok_or_else(wrong)?;
            Val::Result(match name {
                "ok" => Ok(held(name, result.ok(), payload, handles).ok_or_else(wrong)??),
                "err" => Err(held(name, result.err(), payload, handles).ok_or_else(wrong)??),
                _ => return Err(wrong()),
            })
        }
        Type::Flags(flags) => {
            let names = json.as_array().ok_or_else(wrong)?.iter();
            let names = names
                .map(|name| Some(name.as_str()?.to_owned()))
                .collect::<Option<Vec<_>>>();
            let names = names.ok_or_else(wrong)?;
            match names.iter().all(|name| flags.names().any(|known| known == name)) {
                true => Val::Flags(names),
                false => return Err(wrong()),
            }
        }
        Type::Own(_) | Type::Borrow(_) => {
            let handle = || BadValue::new("{\"resource\": NUMBER} of this session", shown(json));
            let number = json.get("resource").and_then(Json::as_u64).ok_or_else(handle)?;
            let resource = handles.get(number).ok_or_else(handle)?;
            if matches!(ty, Type::Own(_)) {
                handles.give(number);
            }
            Val::Resource(resource)
        }
        Type::Future(_) | Type::Stream(_) | Type::ErrorContext => return Err(wrong()),
    })
}

fn shown(json: &Json) -> String {
    let text = json.to_string();
    format!("`{}`", text.chars().take(60).collect::<String>())
}

/// Numbers of 64 bits may be text, because a number of JavaScript does not hold them.
fn signed<T: TryFrom<i64>>(json: &Json) -> Option<T> {
    let number = match json {
        Json::String(text) => text.parse().ok(),
        json => json.as_i64(),
    };
    number.and_then(|n| T::try_from(n).ok())
}

fn unsigned<T: TryFrom<u64>>(json: &Json) -> Option<T> {
    let number = match json {
        Json::String(text) => text.parse().ok(),
        json => json.as_u64(),
    };
    number.and_then(|n| T::try_from(n).ok())
}

fn float(json: &Json) -> Option<f64> {
    match json {
        Json::String(text) => match text.as_str() {
            "nan" => Some(f64::NAN),
            "inf" => Some(f64::INFINITY),
            "-inf" => Some(f64::NEG_INFINITY),
            _ => None,
        },
        json => json.as_f64(),
    }
}

/// The items of a list. Bytes may be base64.
fn items(json: &Json, ty: &Type, item: &Type, handles: &mut dyn Handles) -> Read<Vec<Val>> {
    let wrong = || BadValue::of_type(ty, shown(json));
    match (json, item) {
        (Json::String(text), Type::U8) => bytes(text).ok_or_else(wrong),
        (Json::Array(items), _) => {
            let items = items.iter().enumerate();
            items
                .map(|(i, json)| read(json, item, handles).map_err(|e| e.within(format_args!("[{i}]"))))
                .collect()
        }
        _ => Err(wrong()),
    }
}

/// The bytes that a base64 text stands for.
pub(super) fn bytes(text: &str) -> Option<Vec<Val>> {
    let bytes = BASE64.decode(text).ok()?;
    Some(bytes.into_iter().map(Val::U8).collect())
}

/// The name of a case and its payload: `"name"` or `{"name": payload}`.
fn case(json: &Json) -> Option<(&str, Option<&Json>)> {
    match json {
        Json::String(name) => Some((name, None)),
        Json::Object(fields) if fields.len() == 1 => {
            let (name, payload) = fields.iter().next()?;
            Some((name, Some(payload)))
        }
        _ => None,
    }
}

/// The payload of a case; nothing where there is one too many or too few.
fn held(
    case: &str,
    wanted: Option<Type>,
    given: Option<&Json>,
    handles: &mut dyn Handles,
) -> Option<Read<Option<Box<Val>>>> {
    match (wanted, given) {
        (None, None | Some(Json::Null)) => Some(Ok(None)),
        (Some(wanted), Some(given)) => Some(match read(given, &wanted, handles) {
            Ok(val) => Ok(Some(Box::new(val))),
            Err(bad) => Err(bad.within(format_args!(".{case}"))),
        }),
        _ => None,
    }
}

/// A resource was given where nothing keeps it.
#[derive(Debug)]
pub(super) struct Unkept;

/// Writes a value of a type.
pub(super) fn write(val: &Val, ty: &Type, handles: &mut dyn Handles) -> Result<Json, Unkept> {
    Ok(match (val, ty) {
        (Val::Bool(v), _) => Json::Bool(*v),
        (Val::S8(v), _) => Json::from(*v),
        (Val::U8(v), _) => Json::from(*v),
        (Val::S16(v), _) => Json::from(*v),
        (Val::U16(v), _) => Json::from(*v),
        (Val::S32(v), _) => Json::from(*v),
        (Val::U32(v), _) => Json::from(*v),
        (Val::S64(v), _) => Json::String(v.to_string()),
        (Val::U64(v), _) => Json::String(v.to_string()),
        (Val::Float32(v), _) => number(f64::from(*v)),
        (Val::Float64(v), _) => number(*v),
        (Val::Char(c), _) => Json::String(c.to_string()),
        (Val::String(text), _) => Json::String(text.clone()),
        (Val::List(items) | Val::FixedLengthList(items), ty) => {
            let item = match ty {
                Type::List(list) => list.ty(),
                Type::FixedLengthList(list) => list.ty(),
                _ => return Err(Unkept),
            };
            match item {
                Type::U8 => Json::String(base64(items)),
                item => Json::Array(
                    items
                        .iter()
                        .map(|val| write(val, &item, handles))
                        .collect::<Result<_, _>>()?,
                ),
            }
        }
        (Val::Map(entries), Type::Map(map)) => {
            let (key, value) = (map.key(), map.value());
            let entries = entries.iter().map(|(k, v)| {
                Ok(Json::Array(vec![
                    write(k, &key, handles)?,
                    write(v, &value, handles)?,
                ]))
            });
            Json::Array(entries.collect::<Result<_, _>>()?)
        }
        (Val::Record(fields), Type::Record(record)) => {
            let fields = fields.iter().zip(record.fields());
            let fields =
                fields.map(|((name, val), field)| Ok((name.clone(), write(val, &field.ty, handles)?)));
            Json::Object(fields.collect::<Result<_, _>>()?)
        }
        (Val::Tuple(items), Type::Tuple(tuple)) => {
            let items = items.iter().zip(tuple.types());
            let items = items.map(|(val, ty)| write(val, &ty, handles));
            Json::Array(items.collect::<Result<_, _>>()?)
        }
        (Val::Variant(name, payload), Type::Variant(variant)) => {
            let ty = variant
                .cases()
                .find(|case| case.name == name)
                .and_then(|case| case.ty);
            match (payload, ty) {
                (Some(val), Some(ty)) => one(name, write(val, &ty, handles)?),
                _ => Json::String(name.clone()),
            }
        }
        (Val::Enum(name), _) => Json::String(name.clone()),
        (Val::Option(None), _) => Json::Null,
        (Val::Option(Some(val)), Type::Option(option)) => match option.ty() {
            ty @ Type::Option(_) => one("some", write(val, &ty, handles)?),
            ty => write(val, &ty, handles)?,
        },
        (Val::Result(held), Type::Result(result)) => {
            let (name, val, ty) = match held {
                Ok(val) => ("ok", val, result.ok()),
                Err(val) => ("err", val, result.err()),
            };
            match (val, ty) {
                (Some(val), Some(ty)) => one(name, write(val, &ty, handles)?),
                _ => one(name, Json::Null),
            }
        }
        (Val::Flags(names), _) => Json::Array(names.iter().cloned().map(Json::String).collect()),
        (Val::Resource(resource), _) => one("resource", Json::from(handles.keep(*resource).ok_or(Unkept)?)),
        _ => return Err(Unkept),
    })
}

fn one(name: &str, value: Json) -> Json {
    Json::Object([(name.to_owned(), value)].into_iter().collect())
}

/// JSON has no infinities.
fn number(v: f64) -> Json {
    match Number::from_f64(v) {
        Some(number) => Json::Number(number),
        None if v.is_nan() => Json::from("nan"),
        None if v > 0.0 => Json::from("inf"),
        None => Json::from("-inf"),
    }
}

/// A list of bytes.
pub(super) fn base64(items: &[Val]) -> String {
    let bytes: Vec<u8> = items
        .iter()
        .filter_map(|val| match val {
            Val::U8(byte) => Some(*byte),
            _ => None,
        })
        .collect();
    BASE64.encode(bytes)
}
