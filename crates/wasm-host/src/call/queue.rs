//! The way of a call from whoever asks to the guest, which answers it on its own thread: the answer is handed on there,
//! so that no other thread need be woken for it.

use sampan_types::{Call, Called};
use tokio::sync::mpsc;

/// How many calls wait for their turn.
const WAITING: usize = 1024;

/// What is done with an answer.
type Tell = Box<dyn FnOnce(Called) + Send>;

/// Where calls are put.
#[derive(Clone)]
pub(crate) struct Callers(mpsc::Sender<Asked>);

/// Where they are taken from.
pub(crate) type Queue = mpsc::Receiver<Asked>;

/// A call that waits for its answer, and gets one whatever becomes of the guest.
pub(crate) struct Asked {
    pub(super) call: Call,
    tell: Option<Tell>,
}

pub(crate) fn queue() -> (Callers, Queue) {
    let (sender, receiver) = mpsc::channel(WAITING);
    (Callers(sender), receiver)
}

impl Callers {
    /// Asks. `tell` is called once, on the guest's thread or here.
    pub(crate) fn ask(&self, call: Call, tell: impl FnOnce(Called) + Send + 'static) {
        let asked = Asked {
            call,
            tell: Some(Box::new(tell)),
        };
        match self.0.try_send(asked) {
            Ok(()) => {}
            Err(mpsc::error::TrySendError::Full(asked)) => asked.tell(Called::Busy),
            // Dropping it tells that nobody answers.
            Err(mpsc::error::TrySendError::Closed(asked)) => drop(asked),
        }
    }
}

impl Asked {
    pub(super) fn tell(mut self, called: Called) {
        if let Some(tell) = self.tell.take() {
            tell(called);
        }
    }
}

impl Drop for Asked {
    fn drop(&mut self) {
        if let Some(tell) = self.tell.take() {
            tell(Called::Gone);
        }
    }
}
