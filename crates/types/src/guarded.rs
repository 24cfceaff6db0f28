//! Work on hostile input by libraries that are written for what compilers make, and assert where a valid but odd
//! input differs.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

thread_local! {
    static GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// What the work gives; `None` when it panicked. What it was given must not be used again by then.
pub fn guarded<T>(work: impl FnOnce() -> T) -> Option<T> {
    let before = GUARDED.replace(true);
    let done = catch_unwind(AssertUnwindSafe(work));
    GUARDED.set(before);
    done.ok()
}

/// Whether a panic of this thread is expected and will be told as an error of the input. The process's panic hook
/// asks, so that nothing of it is printed.
pub fn is_guarded() -> bool {
    GUARDED.get()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn panics_end_where_they_are_guarded() {
        assert!(!is_guarded());
        assert_eq!(guarded(is_guarded), Some(true));
        let nested = guarded(|| {
            assert_eq!(guarded(|| Vec::<u8>::new()[0]), None);
            is_guarded()
        });
        assert_eq!(nested, Some(true));
        assert!(!is_guarded());
    }
}
