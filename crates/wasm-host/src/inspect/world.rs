//! Which world a program is made for.

use serde::Serialize;

use super::item::{Export, ItemKind};
use super::scan::Found;
use super::{Layer, classes};

/// What starts a program, or that nothing does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum World {
    /// A core module on WASI preview 1 with a `_start`: runs to its end.
    CommandP1,
    /// `wasi:cli/command` in the version named: runs to its end.
    Command {
        /// The version of `wasi:cli/run` that it exports: `0.2.0`.
        version: String,
    },
    /// A server of `wasi:http`: called for each request.
    HttpServer {
        /// The version of the interface that it exports: `0.2.0`.
        version: String,
    },
    /// A core module with an `_initialize`: made ready, then called.
    Reactor,
    /// Functions to call, nothing that starts.
    Library,
    /// A package of WIT in its binary form: types alone, nothing to run.
    WitPackage,
}

pub(super) fn of(layer: Layer, found: &Found) -> World {
    let exports = &found.exports;
    match layer {
        Layer::Module => {
            let has = |name: &str| exports.iter().any(|e| e.kind == ItemKind::Func && e.name == name);
            if has("_start") {
                World::CommandP1
            } else if has("_initialize") {
                World::Reactor
            } else {
                World::Library
            }
        }
        Layer::Component => of_component(exports, found),
    }
}

fn of_component(exports: &[Export], found: &Found) -> World {
    let version = |wanted: &str| {
        exports
            .iter()
            .filter_map(|e| classes::split(&e.name))
            .filter(|(interface, _)| *interface == wanted)
            .map(|(_, version)| version.to_owned())
            // A program for 0.3 may carry the start of 0.2 as well; the newer one is what runs.
            .max()
    };
    // First, because a start comes along unasked: Rust gives every program one, and that of a server only says so.
    if let Some(version) = version("wasi:http/incoming-handler").or_else(|| version("wasi:http/handler")) {
        return World::HttpServer { version };
    }
    if let Some(version) = version("wasi:cli/run") {
        return World::Command { version };
    }
    if exports.is_empty() && found.imports.is_empty() && found.core_modules == 0 && found.exports_types {
        World::WitPackage
    } else {
        World::Library
    }
}

impl std::fmt::Display for World {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::CommandP1 => f.write_str("command (WASI preview 1)"),
            Self::Command { version } => write!(f, "command (wasi:cli {version})"),
            Self::HttpServer { version } => write!(f, "HTTP server (wasi:http {version})"),
            Self::Reactor => f.write_str("reactor"),
            Self::Library => f.write_str("library"),
            Self::WitPackage => f.write_str("package of WIT types"),
        }
    }
}
