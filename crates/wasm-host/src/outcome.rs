//! From what Wasmtime returns to how a guest ended, or why it never began.

use sampan_types::{Ending, LimitName, Trap};
use wasmtime::component::ResourceTableError;
use wasmtime_wasi::I32Exit;
use wasmtime_wasi_http::FieldMapError;

use crate::HostError;
use crate::call::CallError;
use crate::control::{Cause, Control};
use crate::limiter::{Limiter, TooMuch};
use crate::{diagnostics, text};

/// Most characters of a reason that comes from a guest or from deep inside.
const REASON: usize = 400;

pub(crate) fn conclude(
    result: wasmtime::Result<u8>,
    cause: Option<Cause>,
    control: &Control,
    limiter: &Limiter,
    name: &str,
) -> Result<Ending, HostError> {
    let error = match result {
        Ok(code) => return Ok(Ending::Exited { code }),
        Err(error) => error,
    };
    if let Some(exit) = error.downcast_ref::<I32Exit>() {
        return Ok(Ending::Exited {
            code: (exit.0 & 0xff) as u8,
        });
    }
    if let Some(cause) = cause {
        return Ok(ended_by(cause, control));
    }
    let error = match error.downcast::<CallError>() {
        Ok(wrong) => return Err(wrong.into()),
        Err(error) => error,
    };
    if let Some(limit) = limit_of(&error, limiter) {
        return if limiter.starting {
            Err(HostError::Limit {
                limit,
                value: control.limits.show(limit),
            })
        } else {
            Ok(Ending::Limited(control.breach(limit)))
        };
    }
    if error.is::<wasmtime::PoolConcurrencyLimitError>() {
        return Err(HostError::PoolFull(error));
    }
    let backtrace = diagnostics::frames_of(&error);
    if limiter.starting && backtrace.is_empty() && !error.is::<wasmtime::Trap>() {
        return Err(HostError::Start {
            name: name.to_owned(),
            source: error,
        });
    }
    Ok(Ending::Trapped(Trap {
        reason: reason(&error),
        backtrace,
    }))
}

/// The ending of a guest that was ended from outside.
pub(crate) fn ended_by(cause: Cause, control: &Control) -> Ending {
    match cause {
        Cause::Signal(signal) => Ending::Signalled { signal },
        Cause::Limit(limit) => Ending::Limited(control.breach(limit)),
    }
}

/// Why a server could not make its first instance.
pub(crate) fn not_begun(error: wasmtime::Error, control: &Control, name: &str) -> HostError {
    let error = match error.downcast::<HostError>() {
        Ok(error) => return error,
        Err(error) => error,
    };
    match error.downcast_ref::<TooMuch>() {
        Some(TooMuch(limit)) => HostError::Limit {
            limit: *limit,
            value: control.limits.show(*limit),
        },
        None => HostError::Start {
            name: name.to_owned(),
            source: error,
        },
    }
}

/// Whether an instance could not be made because others take the room.
pub(crate) fn is_for_want_of_room(error: &wasmtime::Error) -> bool {
    matches!(error.downcast_ref::<TooMuch>(), Some(TooMuch(LimitName::Memory)))
        || matches!(error.downcast_ref::<HostError>(), Some(HostError::PoolFull(_)))
        || error.is::<wasmtime::PoolConcurrencyLimitError>()
}

/// The limit that an error stands for.
fn limit_of(error: &wasmtime::Error, limiter: &Limiter) -> Option<LimitName> {
    if let Some(TooMuch(limit)) = error.downcast_ref::<TooMuch>() {
        return Some(*limit);
    }
    if matches!(
        error.downcast_ref::<ResourceTableError>(),
        Some(ResourceTableError::Full)
    ) {
        return Some(LimitName::HostMemory);
    }
    if let Some(trap) = error.downcast_ref::<wasmtime::Trap>() {
        return match trap {
            wasmtime::Trap::StackOverflow => Some(LimitName::Stack),
            // A guest whose memory or table could not grow, and which gave up over it.
            _ => limiter.refused,
        };
    }
    if let Some(FieldMapError::TotalSizeTooBig | FieldMapError::TooManyFields) = error.downcast_ref() {
        return Some(LimitName::HostMemory);
    }
    // These have no types of their own in Wasmtime.
    let root = error.root_cause().to_string();
    if root.starts_with("resource limit exceeded") {
        Some(LimitName::Instances)
    } else if root.contains("allocated for hostcalls")
        || root.contains("handle limit exceeded")
        || (root.starts_with("requested len") && root.contains("exceeds limit"))
    {
        Some(LimitName::HostMemory)
    } else if root.contains("GC heap") {
        Some(LimitName::Memory)
    } else {
        None
    }
}

pub(crate) fn reason(error: &wasmtime::Error) -> String {
    let words = match error.downcast_ref::<wasmtime::Trap>() {
        Some(trap) => trap.to_string(),
        None if error.is::<wasmtime::ThrownException>() => "uncaught exception".to_owned(),
        None => error.root_cause().to_string(),
    };
    text::clean(words.strip_prefix("wasm trap: ").unwrap_or(&words), REASON)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_cannot_turn_the_line_it_is_shown_in() {
        let error = wasmtime::Error::msg("wasm trap: a\u{202e}b\u{1b}[2Jc");
        assert_eq!(reason(&error), "a\u{fffd}b\u{fffd}[2Jc");
    }
}
