//! HTTP handlers of the Docker Engine API, hijacked streams, metrics, drain.
//!
//! A request goes one way: [`listen`] accepts, `conn` speaks HTTP, `dispatch` finds the route and refuses what may not
//! be, a handler turns query and body into a call of the engine's supervisor, and `reply` writes what came back. No
//! handler keeps state, and nothing here decides what a container is; that is the supervisor's.

mod body;
mod config;
mod conn;
mod dispatch;
mod eager;
mod error;
mod handlers;
mod listen;
mod metrics;
mod peer;
mod problem;
mod query;
mod reply;
mod serve;
mod settings;
mod state;
mod strangers;
mod streams;
mod traces;

pub use config::{Bounds, DaemonConfig, Listen, TlsFiles};
pub use error::DaemonError;
pub use serve::{Server, serve};
pub use settings::{
    AddressPool, Builder, CgroupnsMode, Collection, IpcMode, PoolError, Settings, SettingsError,
};
pub use traces::{Flush, Layer as TracesLayer, Sending, TracesConfig, traces};
