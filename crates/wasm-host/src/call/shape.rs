//! Types, written as WIT writes them. Records, variants and the like have lost their names in the binary's types, so
//! they are written out.

use std::fmt::{self, Display, Formatter};

use wasmtime::component::Type;

/// Shows a type.
pub(super) fn shape(ty: &Type) -> Shape<'_> {
    Shape(ty)
}

pub(super) struct Shape<'t>(&'t Type);

impl Display for Shape<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let word = match self.0 {
            Type::Bool => "bool",
            Type::S8 => "s8",
            Type::U8 => "u8",
            Type::S16 => "s16",
            Type::U16 => "u16",
            Type::S32 => "s32",
            Type::U32 => "u32",
            Type::S64 => "s64",
            Type::U64 => "u64",
            Type::Float32 => "f32",
            Type::Float64 => "f64",
            Type::Char => "char",
            Type::String => "string",
            Type::Own(_) | Type::Borrow(_) => "resource",
            Type::Future(_) => "future",
            Type::Stream(_) => "stream",
            Type::ErrorContext => "error-context",
            Type::List(list) => return write!(f, "list<{}>", shape(&list.ty())),
            Type::FixedLengthList(list) => return write!(f, "list<{}, {}>", shape(&list.ty()), list.len()),
            Type::Map(map) => return write!(f, "map<{}, {}>", shape(&map.key()), shape(&map.value())),
            Type::Option(option) => return write!(f, "option<{}>", shape(&option.ty())),
            Type::Tuple(tuple) => {
                f.write_str("tuple<")?;
                listed(f, tuple.types(), |f, ty| shape(&ty).fmt(f))?;
                return f.write_str(">");
            }
            Type::Record(record) => {
                f.write_str("record {")?;
                listed(f, record.fields(), |f, field| {
                    write!(f, "{}: {}", field.name, shape(&field.ty))
                })?;
                return f.write_str("}");
            }
            Type::Variant(variant) => {
                f.write_str("variant {")?;
                listed(f, variant.cases(), |f, case| match &case.ty {
                    Some(ty) => write!(f, "{}({})", case.name, shape(ty)),
                    None => f.write_str(case.name),
                })?;
                return f.write_str("}");
            }
            Type::Enum(names) => {
                f.write_str("enum {")?;
                listed(f, names.names(), |f, name| f.write_str(name))?;
                return f.write_str("}");
            }
            Type::Flags(flags) => {
                f.write_str("flags {")?;
                listed(f, flags.names(), |f, name| f.write_str(name))?;
                return f.write_str("}");
            }
            Type::Result(result) => {
                return match (result.ok(), result.err()) {
                    (None, None) => f.write_str("result"),
                    (Some(ok), None) => write!(f, "result<{}>", shape(&ok)),
                    (None, Some(err)) => write!(f, "result<_, {}>", shape(&err)),
                    (Some(ok), Some(err)) => write!(f, "result<{}, {}>", shape(&ok), shape(&err)),
                };
            }
        };
        f.write_str(word)
    }
}

fn listed<T>(
    f: &mut Formatter<'_>,
    items: impl Iterator<Item = T>,
    each: impl Fn(&mut Formatter<'_>, T) -> fmt::Result,
) -> fmt::Result {
    for (index, item) in items.enumerate() {
        if index > 0 {
            f.write_str(", ")?;
        }
        each(f, item)?;
    }
    Ok(())
}

/// The first part of a type for which `wanted` holds. A type has at most a million parts, or it was refused.
fn find(ty: &Type, wanted: &dyn Fn(&Type) -> bool) -> Option<Type> {
    if wanted(ty) {
        return Some(ty.clone());
    }
    let inner = |ty: Type| find(&ty, wanted);
    match ty {
        Type::List(list) => inner(list.ty()),
        Type::FixedLengthList(list) => inner(list.ty()),
        Type::Map(map) => inner(map.key()).or_else(|| inner(map.value())),
        Type::Option(option) => inner(option.ty()),
        Type::Tuple(tuple) => tuple.types().find_map(inner),
        Type::Record(record) => record.fields().find_map(|field| inner(field.ty)),
        Type::Variant(variant) => variant.cases().find_map(|case| inner(case.ty?)),
        Type::Result(result) => result
            .ok()
            .and_then(inner)
            .or_else(|| result.err().and_then(inner)),
        _ => None,
    }
}

/// What of a type can be said neither in text nor in JSON.
pub(super) fn unspeakable(ty: &Type) -> Option<String> {
    let found = find(ty, &|ty| {
        matches!(ty, Type::Future(_) | Type::Stream(_) | Type::ErrorContext)
    });
    found.map(|ty| format!("a {}", shape(&ty)))
}
