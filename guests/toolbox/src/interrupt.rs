//! Interrupts: what Ctrl-C does while somebody sits at a shell.
//!
//! No signal reaches a guest. The engine keeps an interrupt until it is asked for it, and ends what waits in a call.
//! Once one was seen, all streams fail and no command begins until the shell is back at its prompt, so that nothing has
//! to know of it but what loops on its own.

use std::cell::Cell;
use std::io;
use std::time::Duration;

use crate::{host, preview1};

/// The kind of error of a stream after an interrupt. Not `Interrupted`, after which the standard library tries again.
const KIND: io::ErrorKind = io::ErrorKind::ConnectionReset;
/// How often at the most what passes within the module is asked about.
const OFTEN: u32 = 256;
/// The exit code of what was interrupted.
pub(crate) const CODE: i32 = 130;

thread_local! {
    /// Whether somebody sits at a shell, to whom an interrupt leads back.
    static TAKEN: Cell<bool> = const { Cell::new(false) };
    static SEEN: Cell<bool> = const { Cell::new(false) };
    static PASSED: Cell<u32> = const { Cell::new(0) };
}

/// Whether an error says that there was an interrupt.
pub(crate) fn is(error: &io::Error) -> bool {
    error.kind() == KIND
}

/// From now on interrupts do not end the module, or do so again. Gives how it was.
pub(crate) fn take(take: bool) -> bool {
    let before = TAKEN.replace(take);
    if before != take {
        host::interrupts(take);
    }
    before
}

/// Forgets what came: the shell is at its prompt.
pub(crate) fn forget() {
    if TAKEN.get() {
        host::interrupts(true);
    }
    SEEN.set(false);
}

/// Whether there was an interrupt.
pub(crate) fn seen() -> bool {
    if !SEEN.get() && TAKEN.get() && host::interrupts(true) {
        SEEN.set(true);
    }
    SEEN.get()
}

/// An error after an interrupt.
pub(crate) fn check() -> io::Result<()> {
    match seen() {
        true => Err(KIND.into()),
        false => Ok(()),
    }
}

/// The same, of which the engine is asked only now and then: for what passes within the module.
pub(crate) fn now_and_then() -> io::Result<()> {
    PASSED.set(PASSED.get().wrapping_add(1));
    match SEEN.get() || PASSED.get().is_multiple_of(OFTEN) {
        true => check(),
        false => Ok(()),
    }
}

/// What a call of the engine gave that may have ended early.
pub(crate) fn after<T>(result: io::Result<T>) -> io::Result<T> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::Interrupted => {
            SEEN.set(true);
            Err(KIND.into())
        }
        result => result,
    }
}

/// Sleeps, at most until an interrupt.
pub(crate) fn sleep(duration: Duration) -> io::Result<()> {
    check()?;
    after(preview1::sleep(duration))
}
