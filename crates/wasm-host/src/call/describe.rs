//! The functions of a program as a document, from which clients know how to name and to turn values.

use serde_json::{Value as Json, json};
use wasmtime::component::{ResourceType, Type};

use super::functions::{Function, Functions};

/// All functions that can be called.
pub(super) fn describe(functions: &Functions) -> Json {
    let resources = functions.resources();
    let all = functions.all().map(|function| one(function, resources));
    Json::Array(all.collect())
}

fn one(function: &Function, resources: &[(ResourceType, String)]) -> Json {
    let params = function
        .params
        .iter()
        .map(|(name, ty)| json!({ "name": name, "type": of_type(ty, resources) }));
    json!({
        "interface": function.interface,
        "name": function.plain(),
        "kind": function.kind(),
        "call": function.full(),
        "params": params.collect::<Vec<_>>(),
        "result": match function.results.as_slice() {
            [] => Json::Null,
            [one] => of_type(one, resources),
            many => json!({ "tuple": many.iter().map(|ty| of_type(ty, resources)).collect::<Vec<_>>() }),
        },
    })
}

fn of_type(ty: &Type, resources: &[(ResourceType, String)]) -> Json {
    let inner = |ty: Type| of_type(&ty, resources);
    let maybe = |ty: Option<Type>| ty.map_or(Json::Null, inner);
    let resource = |ty: &ResourceType| {
        let known = resources.iter().find(|(known, _)| known == ty);
        Json::from(known.map_or("resource", |(_, name)| name.as_str()))
    };
    match ty {
        Type::List(list) => json!({ "list": inner(list.ty()) }),
        Type::FixedLengthList(list) => json!({ "list": inner(list.ty()), "length": list.len() }),
        Type::Map(map) => json!({ "map": [inner(map.key()), inner(map.value())] }),
        Type::Option(option) => json!({ "option": inner(option.ty()) }),
        Type::Tuple(tuple) => json!({ "tuple": tuple.types().map(inner).collect::<Vec<_>>() }),
        Type::Record(record) => {
            let fields = record
                .fields()
                .map(|f| json!({ "name": f.name, "type": inner(f.ty) }));
            json!({ "record": fields.collect::<Vec<_>>() })
        }
        Type::Variant(variant) => {
            let cases = variant
                .cases()
                .map(|c| json!({ "name": c.name, "type": maybe(c.ty) }));
            json!({ "variant": cases.collect::<Vec<_>>() })
        }
        Type::Enum(names) => json!({ "enum": names.names().collect::<Vec<_>>() }),
        Type::Flags(flags) => json!({ "flags": flags.names().collect::<Vec<_>>() }),
        Type::Result(result) => json!({ "result": { "ok": maybe(result.ok()), "err": maybe(result.err()) } }),
        Type::Own(ty) => json!({ "own": resource(ty) }),
        Type::Borrow(ty) => json!({ "borrow": resource(ty) }),
        plain => Json::from(super::shape::shape(plain).to_string()),
    }
}
