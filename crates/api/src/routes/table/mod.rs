//! The table itself, by what the routes are about.

use serde_json::Value;

use super::{ApiVersion, Body, Gives, Handler, Kind, Later, Method, Param, Route, State};

mod containers;
mod images;
mod later;
mod others;

pub(super) const fn route(method: Method, path: &'static str, state: State, about: &'static str) -> Route {
    Route {
        method,
        path,
        since: ApiVersion::MIN,
        state,
        about,
        query: &[],
        body: Body::None,
        gives: Gives::Json(200),
        reads: matches!(method, Method::Get | Method::Head),
    }
}

pub(super) const fn get(path: &'static str, handler: Handler, about: &'static str) -> Route {
    route(Method::Get, path, State::Served(handler), about)
}

pub(super) const fn post(path: &'static str, handler: Handler, about: &'static str) -> Route {
    route(Method::Post, path, State::Served(handler), about)
}

pub(super) const fn delete(path: &'static str, handler: Handler, about: &'static str) -> Route {
    route(Method::Delete, path, State::Served(handler), about)
}

pub(super) const fn later(method: Method, path: &'static str, later: Later, about: &'static str) -> Route {
    route(method, path, State::NotYet(later), about)
}

impl Route {
    pub(super) const fn since(self, minor: u16) -> Self {
        Self {
            since: ApiVersion::v1(minor),
            ..self
        }
    }
    pub(super) const fn query(self, query: &'static [Param]) -> Self {
        Self { query, ..self }
    }
    pub(super) const fn body(self, body: Body) -> Self {
        Self { body, ..self }
    }
    pub(super) const fn gives(self, gives: Gives) -> Self {
        Self { gives, ..self }
    }
    /// Of those that change nothing although they are a POST, and the other way round.
    pub(super) const fn reads(self, reads: bool) -> Self {
        Self { reads, ..self }
    }
}

pub(super) const fn flag(name: &'static str) -> Param {
    Param {
        name,
        kind: Kind::Flag,
        required: false,
    }
}
pub(super) const fn number(name: &'static str) -> Param {
    Param {
        name,
        kind: Kind::Number,
        required: false,
    }
}
pub(super) const fn text(name: &'static str) -> Param {
    Param {
        name,
        kind: Kind::Text,
        required: false,
    }
}
pub(super) const fn texts(name: &'static str) -> Param {
    Param {
        name,
        kind: Kind::Texts,
        required: false,
    }
}
pub(super) const fn required(param: Param) -> Param {
    Param {
        required: true,
        ..param
    }
}
pub(super) const FILTERS: Param = Param {
    name: "filters",
    kind: Kind::Filters,
    required: false,
};
pub(super) const NO_CONTENT: Gives = Gives::Nothing(204);
pub(super) const CREATED: Gives = Gives::Json(201);

pub(super) fn zero<T: Default + serde::Serialize>() -> Value {
    serde_json::to_value(T::default()).unwrap_or_default()
}

/// All routes, those of the shortest tasks first.
pub fn routes() -> impl Iterator<Item = &'static Route> + Clone {
    [containers::ROUTES, others::ROUTES, images::ROUTES, later::ROUTES]
        .into_iter()
        .flatten()
}
