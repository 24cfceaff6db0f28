//! The routes as an OpenAPI 3.0 document, for tools that test or draw an API.

use serde_json::{Map, Value, json};

use super::{ApiVersion, Body, Gives, Kind, Route, State, routes};

/// The document. It describes what is served; it promises no more of a body's shape than its fields' types.
pub fn openapi() -> Value {
    let mut paths = Map::new();
    for route in routes().filter(|r| matches!(r.state, State::Served(_))) {
        let path = paths.entry(route.path).or_insert_with(|| json!({}));
        path[route.method.as_str().to_ascii_lowercase()] = operation(route);
    }
    json!({
        "openapi": "3.0.3",
        "info": {
            "title": "Docker Engine API, as Sampan serves it",
            "version": ApiVersion::MAX.to_string(),
        },
        "servers": [{ "url": format!("/v{}", ApiVersion::MAX) }],
        "paths": paths,
        "components": { "schemas": { "Error": {
            "type": "object",
            "required": ["message"],
            "properties": { "message": { "type": "string" } },
        } } },
    })
}

fn operation(route: &Route) -> Value {
    let mut parameters: Vec<Value> = names(route.path)
        .map(|name| {
            json!({ "name": name, "in": "path", "required": true,
                    "schema": { "type": "string", "minLength": 1, "pattern": "^[a-zA-Z0-9][a-zA-Z0-9_.-]*$" } })
        })
        .collect();
    for param in route.query {
        let schema = match param.kind {
            Kind::Flag => json!({ "type": "boolean" }),
            Kind::Number => json!({ "type": "integer" }),
            Kind::Text | Kind::Filters => json!({ "type": "string" }),
            Kind::Texts => json!({ "type": "array", "items": { "type": "string" } }),
        };
        parameters
            .push(json!({ "name": param.name, "in": "query", "required": param.required, "schema": schema }));
    }
    let error = json!({ "application/json": { "schema": { "$ref": "#/components/schemas/Error" } } });
    let mut responses = json!({ "default": { "description": "it failed", "content": error } });
    let (status, content) = match route.gives {
        Gives::Nothing(status) => (status, None),
        Gives::Json(status) => (status, Some("application/json")),
        Gives::JsonLines => (200, Some("application/json")),
        Gives::Text => (200, Some("text/plain")),
        Gives::Tar => (200, Some("application/x-tar")),
        Gives::Hijacked => (200, Some(crate::RAW_STREAM)),
    };
    responses[status.to_string()] = match content {
        None => json!({ "description": "done" }),
        Some(kind) => json!({ "description": "done", "content": { kind: {} } }),
    };
    let mut operation = json!({ "summary": route.about, "parameters": parameters, "responses": responses });
    if let State::Served(handler) = route.state {
        let head = if route.path == "/networks/" { "Slash" } else { "" };
        operation["operationId"] = format!("{}{head}", handler.name()).into();
    }
    match route.body {
        Body::None => {}
        Body::Json(zero) => {
            operation["requestBody"] =
                json!({ "content": { "application/json": { "schema": schema(&zero()) } } });
        }
        Body::Tar => {
            operation["requestBody"] = json!({ "content": { "application/octet-stream": {
                "schema": { "type": "string", "format": "binary" } } } });
        }
    }
    operation
}

/// The names of a path's variable parts.
fn names(path: &str) -> impl Iterator<Item = &str> {
    path.split('{')
        .skip(1)
        .filter_map(|part| part.split_once('}').map(|(name, _)| name))
}

/// The schema of a document, from one with nothing but zero values: a field that is `null` there may be anything.
fn schema(zero: &Value) -> Value {
    match zero {
        Value::Null => json!({}),
        Value::Bool(_) => json!({ "type": "boolean" }),
        Value::Number(_) => json!({ "type": "integer" }),
        Value::String(_) => json!({ "type": "string" }),
        Value::Array(items) => json!({ "type": "array", "items": items.first().map_or(json!({}), schema) }),
        Value::Object(fields) => json!({
            "type": "object",
            "properties": fields.iter().map(|(name, zero)| (name.clone(), schema(zero))).collect::<Map<_, _>>(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_document_has_all_that_is_served() {
        let document = openapi();
        let create = &document["paths"]["/containers/create"]["post"];
        assert_eq!(create["operationId"], "ContainerCreate");
        let body = &create["requestBody"]["content"]["application/json"]["schema"]["properties"];
        assert_eq!(body["Tty"]["type"], "boolean");
        assert_eq!(body["HostConfig"]["properties"]["Memory"]["type"], "integer");
        assert_eq!(
            document["paths"]["/exec/{id}/json"]["get"]["parameters"][0]["name"],
            "id"
        );
        let operations: usize = document["paths"]
            .as_object()
            .unwrap()
            .values()
            .map(|path| path.as_object().unwrap().len())
            .sum();
        let served = routes().filter(|r| matches!(r.state, State::Served(_))).count();
        assert_eq!(operations, served);
    }
}
