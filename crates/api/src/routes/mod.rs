//! The routes of the Docker Engine API: one table, from which come what the server answers, the section of
//! `COMPATIBILITY.md` and the OpenAPI document.

mod compatibility;
mod find;
mod handler;
mod openapi;
mod table;
mod version;

pub use compatibility::compatibility;
pub use find::find;
pub use handler::{Handler, Later};
pub use openapi::openapi;
pub use table::routes;
pub use version::{ApiVersion, split_version};

/// One route.
#[derive(Clone, Copy, Debug)]
pub struct Route {
    /// The HTTP method.
    pub method: Method,
    /// The path without the version; a variable part is `{name}` and may hold slashes.
    pub path: &'static str,
    /// The first version that has it.
    pub since: ApiVersion,
    /// Who answers.
    pub state: State,
    /// What it does, in a few words.
    pub about: &'static str,
    /// What may stand in the query.
    pub query: &'static [Param],
    /// What the request's body is.
    pub body: Body,
    /// What the answer's body is where all went well.
    pub gives: Gives,
    /// Whether it changes nothing: what a read-only daemon answers.
    pub reads: bool,
}

/// An HTTP method that a route has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// GET.
    Get,
    /// HEAD.
    Head,
    /// POST.
    Post,
    /// PUT.
    Put,
    /// DELETE.
    Delete,
}

impl Method {
    /// As it stands in a request.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
        }
    }

    /// Reads one.
    pub fn of(text: &str) -> Option<Self> {
        [Self::Get, Self::Post, Self::Head, Self::Delete, Self::Put]
            .into_iter()
            .find(|method| method.as_str() == text)
    }
}

/// Whether a route is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// By this handler.
    Served(Handler),
    /// With status 501.
    NotYet(Later),
}

/// Something in the query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Param {
    /// Its name.
    pub name: &'static str,
    /// What it is.
    pub kind: Kind,
    /// Whether the request makes no sense without it.
    pub required: bool,
}

/// What something in the query is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// True or false, as Docker writes them.
    Flag,
    /// A whole number.
    Number,
    /// Text.
    Text,
    /// Text, any number of times.
    Texts,
    /// A JSON document of names with lists of values.
    Filters,
}

/// What the body of a request is.
#[derive(Clone, Copy, Debug)]
pub enum Body {
    /// There is none.
    None,
    /// A JSON document; the function gives one with nothing but zero values.
    Json(fn() -> serde_json::Value),
    /// A tar archive.
    Tar,
}

/// What the body of a good answer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gives {
    /// Nothing, with this status.
    Nothing(u16),
    /// A JSON document, with this status.
    Json(u16),
    /// JSON documents, one after another as they come.
    JsonLines,
    /// Text.
    Text,
    /// A tar archive.
    Tar,
    /// Bytes in both directions.
    Hijacked,
}
