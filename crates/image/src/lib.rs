//! Images of every format: what in them runs, their root filesystems, and their archives.
//!
//! [`resolve()`] reads an image that the store has and says what it gives; [`unpack::rootfs`] makes its root
//! filesystem; [`locate`] finds the program in there; [`prepare`] does all three. [`pack`], [`load`] and
//! [`save`] move images in and out of files. Everything read here is hostile input: bounded, checked, and
//! never followed out of the folder it belongs to. Nothing here speaks to a network, runs a program, starts a
//! process or prints. The formats, and what is left out, are in `docs/design/images.md`.

mod archive;
mod config;
mod decompress;
pub mod dockerfile;
mod document;
mod error;
mod exchange;
mod export;
mod history;
mod inspect;
mod list;
mod locate;
mod names;
mod pack;
mod prepare;
pub mod resolve;
pub mod tarstream;
pub mod unpack;
mod wasm;

pub use archive::{ArchiveFormat, Loaded, LoadedImage, import_layout, load, save, save_artifact};
pub use config::{HistoryEntry, ImageConfig};
pub use decompress::decompressed;
pub use error::{ImageError, Result, UnpackError};
pub use exchange::{Exchange, exchange_program};
pub use export::export_wasm;
pub use history::{HistoryRow, history};
pub use inspect::{ConfigInspect, FileInspect, ImageInspect, RootFsInspect, WasmInspect, inspect};
pub use list::{ImageRow, ImageSize, image_size, list};
pub use locate::{FileForm, Located, locate};
pub use names::{Removed, build_cache_name, find, is_build_cache, remove};
pub use pack::{Artifact, PackOptions, Packed, pack};
pub use prepare::{Prepared, Program, prepare};
pub use resolve::{ArtifactFile, LayerPlan, ProgramSource, Request, RootfsPlan, Runnable, resolve};
pub use sampan_store::is_unnamed;
pub use wasm::{WasmForm, WasmSummary, summarise};

/// A place where a test lets this crate fail or die (feature `failpoints`).
pub(crate) fn failpoint(name: &'static str) -> std::io::Result<()> {
    fail::fail_point!(name, |_| Err(std::io::Error::other(format!("failpoint {name}"))));
    let _ = name;
    Ok(())
}
