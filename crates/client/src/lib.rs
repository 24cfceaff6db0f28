//! A typed client of the Docker Engine API over a Unix socket: what the command line needs of it, and no more.
//!
//! The caller says where the socket is; this crate never reads the environment and never prints. What a server
//! sends is taken for hostile: heads, bodies and lines are bounded, and framing that is wrong is an error.

mod address;
mod call;
mod calls;
mod connection;
mod error;
mod frames;
mod json_lines;
mod output;
mod query;

pub use address::Address;
pub use calls::build::Build;
pub use calls::containers::{AttachOptions, ListOptions, LogOptions, Stop, Waiting};
pub use calls::files::{Archive, Upload};
pub use calls::images::Auth;
pub use calls::states::Commit;
pub use connection::Client;
pub use error::ClientError;
pub use frames::{FrameError, Frames, OutputStream};
pub use json_lines::JsonLines;
pub use output::{Hijacked, Input, Output};
pub use query::Filters;
