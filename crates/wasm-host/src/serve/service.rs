//! One server: from a request that is its own to the answer of its program.

use std::sync::Arc;
use std::time::Duration;

use http::{Request, Response};
use http_body_util::BodyExt;
use hyper::body::{Body as _, Incoming};
use sampan_types::Serving;
use tokio::sync::Semaphore;
use wasmtime_wasi_http::handler::{InstantiationError, TrapOrPanicError};
use wasmtime_wasi_http::{Error, WasiBody};

use super::link::Link;
use super::refusal::Refusal;
use super::turn::{Fault, Turn};
use super::upload::Upload;
use super::versions::Versions;
use super::{Pace, places};
use crate::control::Control;
use crate::outcome;
use crate::ticker::Need;

/// What answers the requests of one container.
pub(super) struct Service {
    versions: Versions,
    places: Arc<Semaphore>,
    control: Arc<Control>,
    pace: Option<Arc<Pace>>,
    need: Need,
    serving: Serving,
}

impl Service {
    pub(super) fn new(
        versions: Versions,
        control: Arc<Control>,
        pace: Option<Arc<Pace>>,
        need: Need,
        serving: Serving,
    ) -> Self {
        Self {
            versions,
            places: places(serving.limits.requests),
            control,
            pace,
            need,
            serving,
        }
    }

    /// Has the component answer, or says why it does not.
    pub(super) async fn answer(
        &self,
        request: Request<Incoming>,
        link: &Link,
    ) -> Result<(Response<WasiBody>, Arc<Turn>), Refusal> {
        let limits = &self.serving.limits;
        let told = request.body().size_hint().exact();
        if let (Some(most), Some(told)) = (limits.body_size, told)
            && told > most.get()
        {
            return Err(Fault::TooLarge.into());
        }
        let version = self.versions.next();
        let counts = &version.counts;
        let place = self.places.clone().try_acquire_owned();
        let place = place.map_err(|_| {
            let refusal = Refusal::busy();
            counts.answered(refusal.status.as_u16(), Duration::ZERO);
            refusal
        })?;
        if let Some(pace) = &self.pace {
            // Short requests end before they are looked at: many of them are held here.
            pace.paid().await;
        }
        let held = (place, self.need.clone().busy());
        let turn = Turn::new(&request, self.control.clone(), counts.clone(), held);
        let request = request.map(|body| match body.is_end_stream() {
            true => body.map_err(Error::from).boxed_unsync(),
            false => Upload::new(body, &turn, limits).boxed_unsync(),
        });
        let mut leaving = Leaving {
            turn: &turn,
            link,
            answered: false,
        };
        let answer = version.handler.handle(turn.clone(), request).await;
        leaving.answered = true;
        drop(leaving);
        match answer {
            Ok(response) => {
                turn.answered();
                link.answered();
                Ok((response, turn))
            }
            Err(error) => {
                let refusal = failed(&error, &turn);
                turn.ended(refusal.status.as_u16(), true);
                Err(refusal)
            }
        }
    }
}

/// While it lives, its request waits for an answer. The client may go away meanwhile: then nobody asks further.
struct Leaving<'a> {
    turn: &'a Turn,
    link: &'a Link,
    answered: bool,
}

impl Drop for Leaving<'_> {
    fn drop(&mut self) {
        if !self.answered {
            self.turn.left();
            self.turn.gone();
            self.link.left();
        }
    }
}

fn failed(error: &wasmtime::Error, turn: &Turn) -> Refusal {
    if let Some(failed) = error.downcast_ref::<InstantiationError<Arc<Turn>>>() {
        if outcome::is_for_want_of_room(&failed.error) {
            return Refusal::busy();
        }
        turn.failed(&failed.error);
    } else if !error.is::<TrapOrPanicError>() {
        // Of a trap, the instance tells.
        turn.failed(error);
    }
    match turn.fault() {
        // The program could not go on with what its client sent.
        Some(fault) => fault.into(),
        None if turn.is_expired() => Refusal::expired(),
        None => Refusal::failed(),
    }
}
