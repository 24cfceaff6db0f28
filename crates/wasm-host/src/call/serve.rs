//! A guest that waits for calls: a library, whose functions other programs call. Each call has an instance of its own,
//! unless it names a session.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures::stream::{FuturesUnordered, StreamExt as _};
use sampan_types::{Call, CallWhat, Called, Classified as _, Ending, Trap, WrongCall, WrongKind};

use super::describe::describe;
use super::functions::Functions;
use super::one::ready;
use super::queue::{Asked, Queue};
use super::session::{Held, Living, Sessions};
use crate::control::{Control, Ended};
use crate::entry::instantiate;
use crate::guest::Template;
use crate::program::Program;
use crate::serve::DRAIN;
use crate::{HostError, outcome};

/// How many calls are under way at a time; the next ones wait.
const AT_A_TIME: usize = 128;
/// The longest time that a call may take.
const LONGEST: Duration = Duration::from_secs(600);

/// What answers the calls of one container. All of it is polled by one guest's task, within that guest's limits.
pub(crate) struct Calls {
    template: Template,
    program: Program,
    functions: Functions,
    queue: Queue,
    control: Arc<Control>,
    sessions: Sessions,
    /// An instance that was made ahead, for the next call without a session.
    ahead: Mutex<Option<Box<Living>>>,
}

impl Calls {
    pub(crate) fn new(template: Template, program: Program, queue: Queue) -> Self {
        Self {
            functions: Functions::of(&program.inner),
            control: template.control.clone(),
            template,
            program,
            queue,
            sessions: Sessions::default(),
            ahead: Mutex::default(),
        }
    }

    /// Answers until it is asked to leave and has finished what is under way. Dropping this ends all of it.
    pub(crate) async fn run(mut self) -> wasmtime::Result<u8> {
        // What cannot start at all shall not answer each call with that.
        *self.lock() = Some(self.make().await?);
        let (_closed, empty) = tokio::sync::mpsc::channel(1);
        let mut queue = std::mem::replace(&mut self.queue, empty);
        let mut under_way = FuturesUnordered::new();
        loop {
            tokio::select! {
                biased;
                () = self.control.asked() => break,
                Some(()) = under_way.next() => {}
                asked = queue.recv(), if under_way.len() < AT_A_TIME => match asked {
                    Some(asked) => under_way.push(self.answer(asked)),
                    None => break,
                },
            }
        }
        // Whoever waits is told that nobody answers.
        drop(queue);
        let rest = async { while under_way.next().await.is_some() {} };
        if tokio::time::timeout(DRAIN, rest).await.is_err() {
            tracing::warn!("cutting calls that did not end");
        }
        Ok(0)
    }

    async fn answer(&self, asked: Asked) {
        let time = asked.call.time.min(LONGEST);
        let called = tokio::time::timeout(time, self.called(&asked.call)).await;
        asked.tell(called.unwrap_or(Called::TimedOut));
        self.make_ahead().await;
    }

    async fn called(&self, call: &Call) -> Called {
        let (name, values, bytes) = match &call.what {
            CallWhat::Functions => return Called::Value(describe(&self.functions).to_string()),
            CallWhat::EndSession => {
                if let Some(session) = &call.session {
                    self.sessions.end(session);
                }
                return Called::Value("null".to_owned());
            }
            CallWhat::Function { name, values, bytes } => (name, values, *bytes),
        };
        let ready = match ready(&self.functions, name, values, bytes) {
            Ok(ready) => ready,
            Err(wrong) => return Called::Wrong(wrong),
        };
        let Some(session) = &call.session else {
            return match self.fresh().await {
                Ok(mut living) => ready.call(&mut living).await,
                Err(told) => told,
            };
        };
        let Some(place) = self.sessions.place(session) else {
            return Called::Wrong(WrongCall {
                kind: WrongKind::Session,
                message: "the name of a session has 1 to 128 bytes".to_owned(),
                hint: None,
                path: None,
            });
        };
        let mut place = place.lock().await;
        // Out of its place while the function runs: if it does not return, nothing of it is left.
        let mut living = match place.take() {
            Some(living) => living,
            None => match self.fresh().await {
                Ok(living) => living,
                Err(told) => return told,
            },
        };
        living.held.keeps = true;
        let called = ready.call(&mut living).await;
        if !matches!(called, Called::Ended(_) | Called::Gone) {
            *place = Some(living);
        }
        called
    }

    fn lock(&self) -> MutexGuard<'_, Option<Box<Living>>> {
        self.ahead.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn fresh(&self) -> Result<Box<Living>, Called> {
        let ahead = self.lock().take();
        match ahead {
            Some(living) => Ok(living),
            None => self.make().await.map_err(|error| self.not_made(error)),
        }
    }

    /// Makes the instance of the next call while nobody waits for it.
    async fn make_ahead(&self) {
        if self.lock().is_none()
            && let Ok(living) = self.make().await
        {
            *self.lock() = Some(living);
        }
        // If it cannot be made now, the next call is told why.
    }

    async fn make(&self) -> wasmtime::Result<Box<Living>> {
        let mut store = self.template.store().map_err(wasmtime::Error::new)?;
        let instance = instantiate(&mut store, &self.program.inner.code).await?;
        Ok(Box::new(Living {
            store,
            instance,
            held: Held::default(),
        }))
    }

    /// What a call is told whose instance could not be made.
    fn not_made(&self, error: wasmtime::Error) -> Called {
        if error.is::<Ended>() {
            return Called::Gone;
        }
        match outcome::not_begun(error, &self.control, &self.program.inner.name) {
            HostError::PoolFull(_) => Called::Busy,
            HostError::Limit { limit, .. } => Called::Ended(Ending::Limited(self.control.breach(limit))),
            HostError::Start { source, .. } => Called::Ended(Ending::Trapped(Trap {
                reason: outcome::reason(&source),
                backtrace: Vec::new(),
            })),
            other => Called::Wrong(WrongCall {
                kind: WrongKind::Unsupported,
                message: other.to_string(),
                hint: other.hint(),
                path: None,
            }),
        }
    }
}
