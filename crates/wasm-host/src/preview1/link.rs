//! Puts preview 1 and preview 0 into a linker.

use wasmtime::Linker;
use wasmtime_wasi::{p0, p1};

use crate::state::GuestState;

pub(crate) const P1: &str = "wasi_snapshot_preview1";
pub(crate) const P0: &str = "wasi_unstable";

/// Functions whose parameters and results are the same in both previews, so that preview 0 gets ours.
const SAME: &[&str] = &[
    "args_get",
    "args_sizes_get",
    "environ_get",
    "environ_sizes_get",
    "fd_allocate",
    "fd_close",
    "fd_fdstat_set_flags",
    "fd_filestat_set_size",
    "fd_pwrite",
    "fd_read",
    "fd_renumber",
    "fd_write",
    "path_create_directory",
    "path_link",
    "path_open",
    "path_remove_directory",
    "path_rename",
    "path_symlink",
    "path_unlink_file",
    "proc_exit",
];

pub(crate) fn add_p1(linker: &mut Linker<GuestState>) -> wasmtime::Result<()> {
    p1::wasi_snapshot_preview1::add_to_linker(linker, |s: &mut GuestState| &mut s.preview1)
}

/// Needs preview 1 in the linker already.
pub(crate) fn add_p0(linker: &mut Linker<GuestState>) -> wasmtime::Result<()> {
    p0::add_to_linker_async(linker, |s: &mut GuestState| &mut s.preview1.inner)?;
    linker.allow_shadowing(true);
    for name in SAME {
        linker.alias(P1, name, P0, name)?;
    }
    linker.allow_shadowing(false);
    Ok(())
}
