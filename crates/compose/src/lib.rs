//! Compose files to calls of the Docker Engine API.
//!
//! [`load`] turns files into a [`Project`]; [`Session`] makes the daemon's containers, networks and volumes what the
//! project says. What this crate cannot do itself (credentials, builds, talking to people) its caller does as a [`Host`].
//! It reads the files that it is told of, never the environment, and it never prints.

mod canonical;
mod consistency;
mod dotenv;
mod emit;
mod error;
mod find;
mod interpolate;
mod load;
mod merge;
mod model;
mod near;
mod normalize;
mod paths;
mod schema;
mod tree;
mod variables;
mod yaml;

pub use emit::{escape_dollars, yaml as to_yaml};
pub use error::{ComposeError, HostError};
pub use load::{LoadOptions, Loaded, load};
pub use paths::is_wasm_file;
pub use model::*;
pub use variables::Variables;
