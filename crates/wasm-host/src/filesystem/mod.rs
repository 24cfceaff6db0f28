//! `wasi:filesystem` 0.2 and 0.3 for one guest: Wasmtime's own, with open files and disk space counted around
//! it. Descriptors are known by their number in the guest's resource table.

mod p2;
mod p3;
mod stream;

use std::fs::File;
use std::sync::{Arc, Weak};

use wasmtime::component::{HasData, Linker, Resource, ResourceTable};
use wasmtime_wasi::filesystem::{Descriptor, WasiFilesystemCtxView, WasiFilesystemView as _};
use wasmtime_wasi::{p2 as wasi2, p3 as wasi3};

use crate::files::Files;
use crate::state::GuestState;

/// Marks the data that these interfaces work on.
pub(crate) struct Counting;

impl HasData for Counting {
    type Data<'a> = View<'a>;
}

pub(crate) struct View<'a> {
    inner: WasiFilesystemCtxView<'a>,
    files: &'a mut Files,
}

fn view(state: &mut GuestState) -> View<'_> {
    View {
        inner: state.preview1.inner.filesystem(),
        files: &mut state.preview1.files,
    }
}

pub(crate) fn add_p2_types(linker: &mut Linker<GuestState>) -> wasmtime::Result<()> {
    wasi2::bindings::filesystem::types::add_to_linker::<_, Counting>(linker, view)
}

pub(crate) fn add_p2_preopens(linker: &mut Linker<GuestState>) -> wasmtime::Result<()> {
    wasi2::bindings::filesystem::preopens::add_to_linker::<_, Counting>(linker, view)
}

pub(crate) fn add_p3(linker: &mut Linker<GuestState>) -> wasmtime::Result<()> {
    wasi3::bindings::filesystem::types::add_to_linker::<_, Counting>(linker, view)?;
    wasi3::bindings::filesystem::preopens::add_to_linker::<_, Counting>(linker, view)
}

impl View<'_> {
    fn table(&mut self) -> &mut ResourceTable {
        self.inner.table
    }

    /// Notes the preopened folders in the order in which they were made.
    fn number<T>(&mut self, folders: &[(Resource<Descriptor>, T)]) {
        for (area, (fd, _)) in folders.iter().enumerate() {
            self.files.preopened(fd.rep(), area);
        }
    }

    /// The area beneath a descriptor of a folder.
    fn area(&self, fd: u32) -> usize {
        self.files.get(fd).map_or(usize::MAX, |o| o.area)
    }

    /// The file behind a descriptor, as the streams made from it hold it.
    fn held(&self, fd: &Resource<Descriptor>) -> Weak<File> {
        match self.inner.table.get(fd) {
            Ok(Descriptor::File(file)) => Arc::downgrade(&file.file),
            Ok(Descriptor::Dir(dir)) => Arc::downgrade(&dir.dir),
            Err(_) => Weak::new(),
        }
    }

    fn is_read_only(&self, area: usize) -> bool {
        self.files.area(area).is_some_and(|a| a.read_only)
    }

    /// The area of two folders, if it is the same one.
    fn same_area(&self, a: u32, b: u32) -> Option<usize> {
        let (a, b) = (self.area(a), self.area(b));
        (a == b).then_some(a)
    }
}
