//! Puts our look-ups in the place of Wasmtime's: `wasi:sockets/ip-name-lookup` 0.2 and 0.3.

use std::net::IpAddr;
use std::vec;

use wasmtime::component::{Accessor, HasData, Linker, Resource, ResourceType};
use wasmtime::{Result, StoreContextMut};
use wasmtime_wasi::p2::bindings::sockets::network::{ErrorCode, IpAddress};
use wasmtime_wasi::p2::{DynPollable, Network as P2Network, Pollable, subscribe};
use wasmtime_wasi::p3::bindings::sockets::{ip_name_lookup as p3, types as p3_types};
use wasmtime_wasi::runtime::AbortOnDropJoinHandle;

use super::{Lookup, LookupError, NetworkCtx, NetworkView};

/// The interface as Wasmtime's linker has it; components that import an older 0.2 find it too.
const P2: &str = "wasi:sockets/ip-name-lookup@0.2.12";

type Answer = Result<vec::IntoIter<IpAddr>, LookupError>;

/// A guest's `resolve-address-stream`.
enum AddressStream {
    Pending(AbortOnDropJoinHandle<Result<Vec<IpAddr>, LookupError>>),
    Ready(Answer),
}

#[async_trait::async_trait]
impl Pollable for AddressStream {
    async fn ready(&mut self) {
        if let Self::Pending(task) = self {
            *self = Self::Ready(task.await.map(Vec::into_iter));
        }
    }
}

impl AddressStream {
    fn begin(lookup: Lookup) -> Self {
        match lookup {
            Lookup::Address(address) => Self::Ready(Ok(vec![address].into_iter())),
            Lookup::Asked(answer) => Self::Pending(wasmtime_wasi::runtime::spawn(answer)),
        }
    }

    fn next(&mut self) -> Result<Option<IpAddress>, ErrorCode> {
        if let Self::Pending(task) = self {
            match wasmtime_wasi::runtime::poll_noop(std::pin::Pin::new(task)) {
                Some(answer) => *self = Self::Ready(answer.map(Vec::into_iter)),
                None => return Err(ErrorCode::WouldBlock),
            }
        }
        match self {
            Self::Ready(Ok(addresses)) => Ok(addresses.next().map(IpAddress::from)),
            Self::Ready(Err(error)) => Err((*error).into()),
            Self::Pending(_) => Err(ErrorCode::WouldBlock),
        }
    }
}

impl From<LookupError> for ErrorCode {
    fn from(error: LookupError) -> Self {
        match error {
            LookupError::Invalid => Self::InvalidArgument,
            LookupError::Denied => Self::AccessDenied,
            LookupError::Unresolvable => Self::NameUnresolvable,
            LookupError::Timeout | LookupError::Busy => Self::TemporaryResolverFailure,
        }
    }
}

impl From<LookupError> for p3::ErrorCode {
    fn from(error: LookupError) -> Self {
        match error {
            LookupError::Invalid => Self::InvalidArgument,
            LookupError::Denied => Self::AccessDenied,
            LookupError::Unresolvable => Self::NameUnresolvable,
            LookupError::Timeout | LookupError::Busy => Self::TemporaryResolverFailure,
        }
    }
}

/// For components on WASI 0.2: call it after `wasmtime_wasi::p2::add_to_linker_async`, whose look-ups it
/// replaces.
pub fn add_to_linker_p2<T: NetworkView + 'static>(linker: &mut Linker<T>) -> Result<()> {
    linker.allow_shadowing(true);
    let added = add_p2(linker);
    linker.allow_shadowing(false);
    added
}

fn add_p2<T: NetworkView + 'static>(linker: &mut Linker<T>) -> Result<()> {
    let mut lookup = linker.instance(P2)?;
    lookup.resource(
        "resolve-address-stream",
        ResourceType::host::<AddressStream>(),
        |mut store, rep| {
            let stream = Resource::<AddressStream>::new_own(rep);
            store.data_mut().network().table.delete(stream)?;
            Ok(())
        },
    )?;
    lookup.func_wrap(
        "resolve-addresses",
        |mut store: StoreContextMut<'_, T>, (network, name): (Resource<P2Network>, String)| {
            let NetworkCtx { network: own, table } = store.data_mut().network();
            // The resource is the right to ask; it must at least be one.
            table.get(&network)?;
            let stream = match own.lookup(&name) {
                Ok(lookup) => Ok(table.push(AddressStream::begin(lookup))?),
                Err(error) => Err(ErrorCode::from(error)),
            };
            Ok((stream,))
        },
    )?;
    lookup.func_wrap(
        "[method]resolve-address-stream.resolve-next-address",
        |mut store: StoreContextMut<'_, T>, (stream,): (Resource<AddressStream>,)| {
            Ok((store.data_mut().network().table.get_mut(&stream)?.next(),))
        },
    )?;
    lookup.func_wrap(
        "[method]resolve-address-stream.subscribe",
        |mut store: StoreContextMut<'_, T>, (stream,): (Resource<AddressStream>,)| {
            let pollable: Resource<DynPollable> = subscribe(store.data_mut().network().table, stream)?;
            Ok((pollable,))
        },
    )
}

/// Where WASI 0.3's look-up finds the guest's network.
struct Names;

impl HasData for Names {
    type Data<'a> = NetworkCtx<'a>;
}

impl p3::Host for NetworkCtx<'_> {}

impl<U> p3::HostWithStore<U> for Names {
    async fn resolve_addresses(
        store: &Accessor<U, Self>,
        name: String,
    ) -> Result<Result<Vec<p3_types::IpAddress>, p3::ErrorCode>> {
        let addresses = match store.with(|mut view| view.get().network.lookup(&name)) {
            Ok(Lookup::Address(address)) => Ok(vec![address]),
            Ok(Lookup::Asked(answer)) => answer.await,
            Err(error) => Err(error),
        };
        Ok(match addresses {
            Ok(addresses) => Ok(addresses.into_iter().map(Into::into).collect()),
            Err(error) => Err(error.into()),
        })
    }
}

/// For components on WASI 0.3: call it after `wasmtime_wasi::p3::add_to_linker`, whose look-ups it replaces.
pub fn add_to_linker_p3<T: NetworkView + 'static>(linker: &mut Linker<T>) -> Result<()> {
    linker.allow_shadowing(true);
    let added = p3::add_to_linker::<T, Names>(linker, T::network);
    linker.allow_shadowing(false);
    added
}
