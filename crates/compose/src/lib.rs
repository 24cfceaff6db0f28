//! Compose files to calls of the Docker Engine API.
//!
//! [`load`] turns files into a [`Project`]; [`Session`] makes the daemon's containers, networks and volumes what the
//! project says. What this crate cannot do itself (credentials, builds, talking to people) its caller does as a [`Host`].
//! It reads the files that it is told of, never the environment, and it never prints.

mod canonical;
mod consistency;
mod dotenv;
mod down;
mod emit;
mod error;
mod find;
mod graph;
mod host;
mod interpolate;
mod labels;
mod load;
mod merge;
mod model;
mod normalize;
mod observed;
mod one_off;
mod paths;
mod requests;
mod resources;
mod schema;
mod session;
mod shown;
mod states;
mod tree;
mod up;
mod variables;
mod wait;
mod watch;
mod yaml;

pub use down::{DownOptions, RemoveImages};
pub use emit::{escape_dollars, yaml as to_yaml};
pub use error::{ComposeError, HostError};
pub use host::{Beside, Event, Host, Kind};
pub use load::{LoadOptions, Loaded, load};
pub use model::*;
pub use observed::{Container, Observed, Summed, projects};
pub use one_off::{OneOff, RunOptions};
pub use paths::is_wasm_file;
pub use session::Session;
pub use shown::shown;
pub use up::{Linking, Pull, Recreate, UpOptions};
pub use variables::Variables;
pub use watch::{Change, WatchOptions};
