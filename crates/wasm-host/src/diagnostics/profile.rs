//! Profiles of where a guest spends its time, sampled at epochs, as the Firefox profiler reads them.
//!
//! Samples are taken where the code looks at the epoch (function entries and heads of loops), so time
//! inside host calls does not show.

use std::path::Path;
use std::time::Duration;

use wasmtime::component::Component;
use wasmtime::{Engine, GuestProfiler, Module, StoreContextMut};

use super::{DiagnosticsError, file};

/// What is profiled.
#[derive(Debug)]
pub enum Profiled<'a> {
    /// A core module.
    Module(&'a Module),
    /// A component with all its core modules.
    Component(&'a Component),
}

/// A store's data that has room for a session.
pub trait HasProfiler {
    /// Where the session is kept while the guest runs.
    fn profiler(&mut self) -> &mut Option<ProfilerSession>;
}

/// One guest being profiled, kept in its store's data.
#[derive(Debug)]
pub struct ProfilerSession(Box<GuestProfiler>);

impl ProfilerSession {
    /// Begins. `interval` is the time between two calls of [`ProfilerSession::on_epoch`].
    pub fn start(
        engine: &Engine,
        name: &str,
        interval: Duration,
        profiled: Profiled<'_>,
    ) -> Result<Self, DiagnosticsError> {
        let none = std::iter::empty();
        let profiler = match profiled {
            Profiled::Module(module) => {
                GuestProfiler::new(engine, name, interval, [(name.to_owned(), module.clone())])
            }
            Profiled::Component(component) => {
                GuestProfiler::new_component(engine, name, interval, component.clone(), none)
            }
        };
        profiler
            .map(|p| Self(Box::new(p)))
            .map_err(DiagnosticsError::Profile)
    }

    /// Takes one sample. Call it from the store's epoch callback, while the guest is on the stack; without
    /// a session it does nothing.
    pub fn on_epoch<T: HasProfiler>(mut store: StoreContextMut<'_, T>) {
        // The profiler reads the store, so it is taken out of the store's data for the while.
        if let Some(mut session) = store.data_mut().profiler().take() {
            session.0.sample(&store, Duration::ZERO);
            *store.data_mut().profiler() = Some(session);
        }
    }

    /// Ends and writes the profile.
    pub fn finish(self, path: &Path) -> Result<(), DiagnosticsError> {
        let Self(profiler) = self;
        file::write_whole(path, "a profile", |out| {
            profiler.finish(out).map_err(std::io::Error::other)
        })
    }
}
