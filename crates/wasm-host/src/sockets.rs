//! Bounds how many sockets a guest has open at a time, by standing before the functions that make one.

use std::sync::atomic::Ordering::Relaxed;

use wasmtime::StoreContextMut;
use wasmtime::component::{Linker, Resource};
use wasmtime_wasi::p2::bindings::sockets::network::{ErrorCode, Host as _, IpAddressFamily};
use wasmtime_wasi::p2::bindings::sockets::tcp::HostTcpSocket as _;
use wasmtime_wasi::p2::bindings::sockets::{tcp_create_socket, udp_create_socket};
use wasmtime_wasi::p2::{DynInputStream, DynOutputStream, SocketResult, TcpSocket, UdpSocket};
use wasmtime_wasi::p3::bindings::sockets::types as p3;
use wasmtime_wasi::sockets::{TcpSocket as P3TcpSocket, UdpSocket as P3UdpSocket, WasiSocketsView as _};

use crate::state::GuestState;

type Store<'a> = StoreContextMut<'a, GuestState>;
type Accepted = (
    Resource<TcpSocket>,
    Resource<DynInputStream>,
    Resource<DynOutputStream>,
);

/// Whether one more may be made. Sockets are few and are made seldom, so they are counted where they lie.
fn room(state: &mut GuestState) -> bool {
    let open = state
        .table()
        .iter_mut()
        .filter(|entry| {
            entry.is::<TcpSocket>()
                || entry.is::<UdpSocket>()
                || entry.is::<P3TcpSocket>()
                || entry.is::<P3UdpSocket>()
        })
        .count() as u64;
    let control = state.limiter.control();
    if open >= control.limits.sockets {
        return false;
    }
    control.counters.sockets.fetch_max(open + 1, Relaxed);
    true
}

fn answer<T>(state: &mut GuestState, result: SocketResult<T>) -> wasmtime::Result<(Result<T, ErrorCode>,)> {
    Ok((match result {
        Ok(value) => Ok(value),
        Err(error) => Err(state.sockets().convert_error_code(error)?),
    },))
}

/// Puts `add` in the place of what the linker has.
fn shadowing(
    linker: &mut Linker<GuestState>,
    add: impl FnOnce(&mut Linker<GuestState>) -> wasmtime::Result<()>,
) -> wasmtime::Result<()> {
    linker.allow_shadowing(true);
    let added = add(linker);
    linker.allow_shadowing(false);
    added
}

/// After the interface itself.
pub(crate) fn bound_p2_tcp_create(linker: &mut Linker<GuestState>) -> wasmtime::Result<()> {
    shadowing(linker, |l| {
        l.instance("wasi:sockets/tcp-create-socket@0.2.12")?.func_wrap(
            "create-tcp-socket",
            |mut store: Store<'_>, (family,): (IpAddressFamily,)| {
                let state = store.data_mut();
                if !room(state) {
                    return Ok((Err(ErrorCode::NewSocketLimit),));
                }
                let result = tcp_create_socket::Host::create_tcp_socket(&mut state.sockets(), family);
                answer(state, result)
            },
        )
    })
}

/// After the interface itself.
pub(crate) fn bound_p2_udp_create(linker: &mut Linker<GuestState>) -> wasmtime::Result<()> {
    shadowing(linker, |l| {
        l.instance("wasi:sockets/udp-create-socket@0.2.12")?
            .func_wrap_async(
                "create-udp-socket",
                |mut store: Store<'_>, (family,): (IpAddressFamily,)| {
                    Box::new(async move {
                        let state = store.data_mut();
                        if !room(state) {
                            return Ok((Err(ErrorCode::NewSocketLimit),));
                        }
                        let result =
                            udp_create_socket::Host::create_udp_socket(&mut state.sockets(), family).await;
                        answer(state, result)
                    })
                },
            )
    })
}

/// After the interface itself.
pub(crate) fn bound_p2_tcp(linker: &mut Linker<GuestState>) -> wasmtime::Result<()> {
    shadowing(linker, |l| {
        l.instance("wasi:sockets/tcp@0.2.12")?.func_wrap(
            "[method]tcp-socket.accept",
            |mut store: Store<'_>,
             (socket,): (Resource<TcpSocket>,)|
             -> wasmtime::Result<(Result<Accepted, ErrorCode>,)> {
                let state = store.data_mut();
                if !room(state) {
                    return Ok((Err(ErrorCode::NewSocketLimit),));
                }
                let result = state.sockets().accept(socket);
                answer(state, result)
            },
        )
    })
}

/// After the interface itself. What a listener of 0.3 accepts is bounded by the guest's handles alone.
pub(crate) fn bound_p3(linker: &mut Linker<GuestState>) -> wasmtime::Result<()> {
    shadowing(linker, |l| {
        let mut types = l.instance("wasi:sockets/types@0.3.0")?;
        types.func_wrap(
            "[static]tcp-socket.create",
            |mut store: Store<'_>, (family,): (p3::IpAddressFamily,)| {
                let state = store.data_mut();
                if !room(state) {
                    return Ok((Err(p3::ErrorCode::OutOfMemory),));
                }
                let result = p3::HostTcpSocket::create(&mut state.sockets(), family);
                p3_answer(state, result)
            },
        )?;
        types.func_wrap_async(
            "[static]udp-socket.create",
            |mut store: Store<'_>, (family,): (p3::IpAddressFamily,)| {
                Box::new(async move {
                    let state = store.data_mut();
                    if !room(state) {
                        return Ok((Err(p3::ErrorCode::OutOfMemory),));
                    }
                    let result = p3::HostUdpSocket::create(&mut state.sockets(), family).await;
                    p3_answer(state, result)
                })
            },
        )
    })
}

fn p3_answer<T>(
    state: &mut GuestState,
    result: Result<T, wasmtime_wasi::p3::sockets::SocketError>,
) -> wasmtime::Result<(Result<T, p3::ErrorCode>,)> {
    Ok((match result {
        Ok(value) => Ok(value),
        Err(error) => Err(p3::Host::convert_error_code(&mut state.sockets(), error)?),
    },))
}
