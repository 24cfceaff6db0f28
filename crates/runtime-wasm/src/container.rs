//! One Wasm container.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use sampan_runtime::{Container, RuntimeError};
use sampan_types::{Ending, Signal, Usage, Used};
use sampan_wasm_host::{Guest, GuestHandle, Reported};
use tokio::sync::watch;

use crate::error::WasmRuntimeError;

/// A guest with its place in the world: started once, waited for by many.
pub(crate) struct WasmContainer {
    guest: Mutex<Option<Guest>>,
    handle: GuestHandle,
    compile_time: Duration,
    ending: watch::Sender<Option<Result<Ending, Reported>>>,
}

impl WasmContainer {
    pub(crate) fn new(guest: Guest, compile_time: Duration) -> Self {
        let handle = guest.handle();
        Self {
            guest: Mutex::new(Some(guest)),
            handle,
            compile_time,
            ending: watch::Sender::new(None),
        }
    }
}

#[async_trait]
impl Container for WasmContainer {
    async fn start(&self) -> Result<(), RuntimeError> {
        let guest = self.guest.lock().unwrap_or_else(PoisonError::into_inner).take();
        let guest = guest.ok_or(RuntimeError::AlreadyStarted)?;
        let tasks = tokio::runtime::Handle::try_current()
            .map_err(|_| RuntimeError::backend(WasmRuntimeError::NoTasks))?;
        let ending = self.ending.clone();
        tasks.spawn(async move {
            let ended = guest.run_watched().await.map_err(|error| Reported::of(&error));
            if let Ok(finished) = &ended {
                for trouble in &finished.troubles {
                    tracing::warn!("{trouble}");
                }
            }
            // With nobody waiting the ending is still kept, for those who ask later.
            ending.send_replace(Some(ended.map(|finished| finished.ending)));
        });
        Ok(())
    }

    async fn wait(&self) -> Result<Ending, RuntimeError> {
        let mut ending = self.ending.subscribe();
        // The sender lives as long as `self`, so waiting cannot fail before an ending is there.
        let known = match ending.wait_for(Option::is_some).await {
            Ok(known) => known.clone(),
            Err(_) => None,
        };
        known
            .unwrap_or(Ok(Ending::Signalled { signal: Signal::Kill }))
            .map_err(RuntimeError::backend)
    }

    fn kill(&self, signal: Signal) {
        self.handle.kill(signal);
    }

    fn usage(&self) -> Usage {
        Usage {
            compile_time: self.compile_time,
            ..self.handle.usage()
        }
    }

    fn used(&self) -> Used {
        self.handle.used()
    }
}
