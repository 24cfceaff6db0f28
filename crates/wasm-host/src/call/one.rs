//! One call with values in JSON, in an instance that is there.

use sampan_types::{CallValues, Called, Classified as _, WrongCall, WrongKind};
use serde_json::Value as Json;
use wasmtime::component::{Type, Val};

use super::bad_value::BadValue;
use super::error::CallError;
use super::functions::{Function, Functions};
use super::json;
use super::perform::{collect, invoke};
use super::session::Living;
use super::shape;
use crate::control::Ended;
use crate::outcome;

/// A function with the values for it, read as far as they can be without an instance.
pub(super) struct Ready<'f> {
    function: &'f Function,
    values: Values,
    bytes: bool,
}

enum Values {
    /// By position; what is missing at the end is left out.
    Json(Vec<Json>),
    Bytes(Vec<Val>),
}

/// Finds the function, and looks whether the values can be for it.
pub(super) fn ready<'f>(
    functions: &'f Functions,
    name: &str,
    values: &CallValues,
    bytes: bool,
) -> Result<Ready<'f>, WrongCall> {
    let function = functions.find(name).map_err(|error| wrong(&error))?;
    let types = function.params.iter().map(|(_, ty)| ty).chain(&function.results);
    if let Some(what) = types.into_iter().find_map(shape::unspeakable) {
        return Err(wrong(&CallError::Unspeakable {
            function: function.full(),
            what,
        }));
    }
    let values = match values {
        CallValues::Bytes(base64) => {
            let fits = matches!(function.params.as_slice(), [(_, Type::List(list))] if list.ty() == Type::U8);
            let bytes = json::bytes(base64).filter(|_| fits);
            Values::Bytes(
                bytes.ok_or_else(|| bad(function, BadValue::new("the parameters of its type", "bytes")))?,
            )
        }
        CallValues::Json(text) => Values::Json(positions(function, text)?),
    };
    Ok(Ready {
        function,
        values,
        bytes,
    })
}

/// The values in the order of the parameters.
fn positions(function: &Function, text: &str) -> Result<Vec<Json>, WrongCall> {
    let json: Json = serde_json::from_str(text).map_err(|error| WrongCall {
        kind: WrongKind::BadArgument,
        message: format!("the values are no JSON: {error}"),
        hint: None,
        path: None,
    })?;
    match json {
        Json::Null => Ok(Vec::new()),
        Json::Array(values) => Ok(values),
        Json::Object(mut named) => {
            let values = function.params.iter();
            let values = values
                .map(|(name, _)| named.remove(name).unwrap_or(Json::Null))
                .collect();
            match named.keys().next() {
                None => Ok(values),
                Some(unknown) => {
                    let found = BadValue::new("a parameter that it has", "given").within(unknown);
                    Err(bad(function, found))
                }
            }
        }
        other => {
            let found = BadValue::new("an array of values or an object of values by name", other);
            Err(bad(function, found.within("arguments")))
        }
    }
}

impl Ready<'_> {
    /// Calls. What is left of the instance is good for another call if the function returned.
    pub(super) async fn call(self, living: &mut Living) -> Called {
        let values = match self.read(living) {
            Ok(values) => values,
            Err(wrong) => {
                living.held.undo();
                return Called::Wrong(wrong);
            }
        };
        let function = self.function;
        let results = invoke(&mut living.store, &living.instance, function, values).await;
        living.held.settle();
        match results {
            Ok(results) => self.said(results, living).await,
            Err(error) => failed(error, living),
        }
    }

    fn read(&self, living: &mut Living) -> Result<Vec<Val>, WrongCall> {
        let function = self.function;
        let given = match &self.values {
            Values::Bytes(bytes) => return Ok(vec![Val::List(bytes.clone())]),
            Values::Json(given) => given,
        };
        let left_out = function.params.get(given.len()..);
        if !left_out.is_some_and(|rest| rest.iter().all(|(_, ty)| matches!(ty, Type::Option(_)))) {
            return Err(wrong(&CallError::Count {
                function: function.full(),
                takes: function.signature(),
                given: given.len(),
            }));
        }
        let values = function.params.iter().enumerate().map(|(i, (name, ty))| {
            let json = given.get(i).unwrap_or(&Json::Null);
            json::read(json, ty, &mut living.held).map_err(|e| bad(function, e.within(name)))
        });
        values.collect()
    }

    /// What the function said, in JSON.
    async fn said(&self, results: Vec<Val>, living: &mut Living) -> Called {
        let types = &self.function.results;
        let (failed, val, ty) = match (results.as_slice(), types.as_slice()) {
            ([], _) => (false, None, None),
            ([Val::Result(result)], [Type::Result(ty)]) => match result {
                Ok(val) => (false, val.as_deref(), ty.ok()),
                Err(val) => (true, val.as_deref(), ty.err()),
            },
            ([val], [ty]) => (false, Some(val), Some(ty.clone())),
            (many, _) => {
                // Numbers of a core module.
                let many = many.iter().zip(types);
                let many = many.map(|(val, ty)| json::write(val, ty, &mut living.held).unwrap_or(Json::Null));
                return Called::Value(Json::Array(many.collect()).to_string());
            }
        };
        if let (true, false, Some(Val::List(items)), Some(Type::List(ty))) = (self.bytes, failed, val, &ty)
            && ty.ty() == Type::U8
        {
            return Called::Bytes(json::base64(items));
        }
        let text = match (val, &ty) {
            (Some(val), Some(ty)) => match json::write(val, ty, &mut living.held) {
                Ok(json) => json.to_string(),
                Err(json::Unkept) => {
                    self.drop_all(val, living).await;
                    return Called::Wrong(WrongCall {
                        kind: WrongKind::Session,
                        message: format!("`{}` gives a resource, which nothing keeps", self.function.full()),
                        hint: Some("name a session, in which an instance lives on".to_owned()),
                        path: None,
                    });
                }
            },
            _ => Json::Null.to_string(),
        };
        match failed {
            true => Called::Failed(text),
            false => Called::Value(text),
        }
    }

    /// The guest hears of resources that nobody will use.
    async fn drop_all(&self, val: &Val, living: &mut Living) {
        let mut resources = Vec::new();
        collect(val, &mut resources);
        for resource in resources {
            if let Err(error) = resource.resource_drop_async(&mut living.store).await {
                tracing::debug!(%error, "a resource was not dropped");
            }
        }
    }
}

/// What a function that did not return came to.
fn failed(error: wasmtime::Error, living: &Living) -> Called {
    if error.is::<Ended>() {
        return Called::Gone;
    }
    let limiter = &living.store.data().limiter;
    match outcome::conclude(Err(error), None, limiter.control(), limiter, "the function") {
        Ok(ending) => Called::Ended(ending),
        // It could not be called at all.
        Err(error) => Called::Wrong(WrongCall {
            kind: WrongKind::Unsupported,
            message: error.to_string(),
            hint: error.hint(),
            path: None,
        }),
    }
}

fn bad(function: &Function, bad: BadValue) -> WrongCall {
    wrong(&CallError::argument(&function.full(), bad))
}

fn wrong(error: &CallError) -> WrongCall {
    WrongCall {
        kind: match error {
            CallError::Unknown { .. } | CallError::Ambiguous { .. } => WrongKind::UnknownFunction,
            CallError::Unspeakable { .. } => WrongKind::Unsupported,
            _ => WrongKind::BadArgument,
        },
        message: error.to_string(),
        hint: error.hint(),
        path: match error {
            CallError::Argument { path, .. } => Some(path.clone()),
            _ => None,
        },
    }
}
