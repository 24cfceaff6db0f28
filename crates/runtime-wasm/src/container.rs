//! One Wasm container.

use std::error::Error;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use sampan_runtime::{Container, RuntimeError};
use sampan_types::{Ending, Signal, Usage, Used};
use sampan_wasm_host::{Guest, GuestHandle, HostError, Reported, Sharing};
use tokio::runtime::{Builder, Handle};
use tokio::sync::{oneshot, watch};

use crate::error::WasmRuntimeError;

/// How long a guest that shall end may take to return by itself. One that computes without checks does not.
const GRACE: Duration = Duration::from_millis(20);

type Ended = Result<Ending, Reported>;

/// A guest with its place in the world: started once, waited for by many.
pub(crate) struct WasmContainer {
    guest: Mutex<Option<Guest>>,
    handle: GuestHandle,
    sharing: Sharing,
    compile_time: Duration,
    ending: watch::Sender<Option<Ended>>,
}

impl WasmContainer {
    pub(crate) fn new(guest: Guest, sharing: Sharing, compile_time: Duration) -> Self {
        let handle = guest.handle();
        Self {
            guest: Mutex::new(Some(guest)),
            handle,
            sharing,
            compile_time,
            ending: watch::Sender::new(None),
        }
    }
}

/// Runs a guest to its end.
async fn run(guest: Guest) -> Ended {
    let finished = guest.run_watched().await.map_err(|error| Reported::of(&error))?;
    if let Some(path) = &finished.coredump {
        tracing::info!("the core dump is in `{}`", path.display());
    }
    for trouble in &finished.troubles {
        match trouble.source() {
            Some(cause) => tracing::warn!("{trouble}: {cause}"),
            None => tracing::warn!("{trouble}"),
        }
    }
    Ok(finished.ending)
}

/// Runs a guest on a thread of its own, which it does not leave while it computes.
fn run_on_thread(guest: Guest) -> std::io::Result<oneshot::Receiver<Ended>> {
    let (tell, told) = oneshot::channel();
    let whole = move || {
        // A command needs no more than one thread; requests are answered on all processors.
        let mut tasks = if guest.is_server() {
            Builder::new_multi_thread()
        } else {
            Builder::new_current_thread()
        };
        // Guests take their turns of ten milliseconds; clients and timers are looked at after each.
        let ended = match tasks.enable_all().event_interval(1).build() {
            Ok(tasks) => {
                let ended = tasks.block_on(run(guest));
                // A thread that waits for standard input would wait for ever.
                tasks.shutdown_background();
                ended
            }
            Err(error) => Err(Reported::of(&HostError::Thread(error))),
        };
        // With nobody waiting, nobody need be told.
        let _ = tell.send(ended);
    };
    std::thread::Builder::new()
        .name("guest".to_owned())
        .spawn(whole)?;
    Ok(told)
}

/// The end of a guest on its own thread: its return, or what ended it from outside when it does not return.
async fn ended(mut returned: oneshot::Receiver<Ended>, handle: GuestHandle) -> Ended {
    let fell = |_| Err(Reported::of(&WasmRuntimeError::Fell));
    tokio::select! {
        biased;
        ended = &mut returned => ended.unwrap_or_else(fell),
        ending = handle.ended_from_outside() => {
            match tokio::time::timeout(GRACE, &mut returned).await {
                Ok(ended) => ended.unwrap_or_else(fell),
                // Out of its code it is as good as gone: what was asked for about its end is written first.
                Err(_) if handle.has_returned() => returned.await.unwrap_or_else(fell),
                Err(_) => Ok(ending),
            }
        }
    }
}

#[async_trait]
impl Container for WasmContainer {
    async fn start(&self) -> Result<(), RuntimeError> {
        let guest = self.guest.lock().unwrap_or_else(PoisonError::into_inner).take();
        let guest = guest.ok_or(RuntimeError::AlreadyStarted)?;
        let tasks = Handle::try_current().map_err(|_| RuntimeError::backend(WasmRuntimeError::NoTasks))?;
        let ending = self.ending.clone();
        // With nobody waiting the ending is still kept, for those who ask later.
        match self.sharing {
            Sharing::Alone => {
                let handle = self.handle.clone();
                let returned = run_on_thread(guest)
                    .map_err(|error| RuntimeError::backend(WasmRuntimeError::Thread(error)))?;
                tasks.spawn(async move { ending.send_replace(Some(ended(returned, handle).await)) });
            }
            Sharing::Shared => {
                tasks.spawn(async move { ending.send_replace(Some(run(guest).await)) });
            }
        }
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

    async fn usage(&self) -> Usage {
        Usage {
            compile_time: self.compile_time,
            ..self.handle.usage()
        }
    }

    async fn used(&self) -> Used {
        self.handle.used()
    }
}
