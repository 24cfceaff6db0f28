//! The calls of the API that the command line needs, by what they are about.

pub(crate) mod build;
pub(crate) mod containers;
pub(crate) mod exec;
pub(crate) mod files;
pub(crate) mod image_objects;
pub(crate) mod images;
pub(crate) mod networks;
pub(crate) mod states;
pub(crate) mod system;
pub(crate) mod versions;
pub(crate) mod volumes;
