//! Notes that a component asked for its environment variables, by standing before Wasmtime's own function.

use wasmtime::component::Linker;
use wasmtime::{Result, StoreContextMut};
use wasmtime_wasi::WasiView;
use wasmtime_wasi::cli::WasiCliView as _;
use wasmtime_wasi::p2::bindings::cli::environment as p2;
use wasmtime_wasi::p3::bindings::cli::environment as p3;

use super::Ledger;

/// A store's data that has a ledger.
pub(crate) trait LedgerView: WasiView {
    /// Its ledger.
    fn ledger(&self) -> &Ledger;
}

/// For WASI 0.2; the linker has the interface already.
pub(crate) fn watch_p2<T: LedgerView + 'static>(linker: &mut Linker<T>) -> Result<()> {
    linker.allow_shadowing(true);
    let added = linker
        .instance("wasi:cli/environment@0.2.12")
        .and_then(|mut interface| {
            interface.func_wrap("get-environment", |mut store: StoreContextMut<'_, T>, (): ()| {
                store.data().ledger().read_env();
                Ok((p2::Host::get_environment(&mut store.data_mut().cli())?,))
            })
        });
    linker.allow_shadowing(false);
    added
}

/// For WASI 0.3; the linker has the interface already.
pub(crate) fn watch_p3<T: LedgerView + 'static>(linker: &mut Linker<T>) -> Result<()> {
    linker.allow_shadowing(true);
    let added = linker
        .instance("wasi:cli/environment@0.3.0")
        .and_then(|mut interface| {
            interface.func_wrap("get-environment", |mut store: StoreContextMut<'_, T>, (): ()| {
                store.data().ledger().read_env();
                Ok((p3::Host::get_environment(&mut store.data_mut().cli())?,))
            })
        });
    linker.allow_shadowing(false);
    added
}
