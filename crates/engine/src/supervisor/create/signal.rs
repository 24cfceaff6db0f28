//! Signals as Docker's clients write them, and what they mean to a guest that has no handlers.

use sampan_types::Signal;

use crate::supervisor::error::{Result, SupervisorError};

/// Linux's numbers on the processors that Sampan runs on.
const NAMES: [(&str, u8); 36] = [
    ("ABRT", 6),
    ("ALRM", 14),
    ("BUS", 7),
    ("CHLD", 17),
    ("CLD", 17),
    ("CONT", 18),
    ("FPE", 8),
    ("HUP", 1),
    ("ILL", 4),
    ("INT", 2),
    ("IO", 29),
    ("IOT", 6),
    ("KILL", 9),
    ("PIPE", 13),
    ("POLL", 29),
    ("PROF", 27),
    ("PWR", 30),
    ("QUIT", 3),
    ("SEGV", 11),
    ("STKFLT", 16),
    ("STOP", 19),
    ("SYS", 31),
    ("TERM", 15),
    ("TRAP", 5),
    ("TSTP", 20),
    ("TTIN", 21),
    ("TTOU", 22),
    ("URG", 23),
    ("USR1", 10),
    ("USR2", 12),
    ("VTALRM", 26),
    ("WINCH", 28),
    ("XCPU", 24),
    ("XFSZ", 25),
    ("RTMIN", 34),
    ("RTMAX", 64),
];

/// A signal that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Asked {
    /// Its number, which the exit code tells.
    pub(crate) number: u8,
    /// What it does.
    pub(crate) effect: Effect,
}

/// What a signal does to a program that does not handle it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// It ends.
    End(Signal),
    /// It is held.
    Stop,
    /// It goes on.
    Continue,
    /// Nothing.
    Ignored,
}

/// Reads a name, with or without `SIG`, or a number.
pub(crate) fn parse(text: &str) -> Result<Asked> {
    let invalid = || SupervisorError::Invalid(format!("invalid signal: {text}"));
    let number = match text.parse::<i64>() {
        Ok(number) => u8::try_from(number)
            .ok()
            .filter(|n| (1..=64).contains(n))
            .ok_or_else(invalid)?,
        Err(_) => {
            let upper = text.to_ascii_uppercase();
            let bare = upper.strip_prefix("SIG").unwrap_or(&upper);
            real_time(bare)
                .or_else(|| NAMES.iter().find(|(name, _)| *name == bare).map(|(_, n)| *n))
                .ok_or_else(invalid)?
        }
    };
    let effect = match number {
        2 => Effect::End(Signal::Interrupt),
        9 => Effect::End(Signal::Kill),
        17 | 23 | 28 => Effect::Ignored,
        18 => Effect::Continue,
        19..=22 => Effect::Stop,
        _ => Effect::End(Signal::Terminate),
    };
    Ok(Asked { number, effect })
}

/// `RTMIN+3`, `RTMAX-1`.
fn real_time(name: &str) -> Option<u8> {
    let (least, most) = (34, 64);
    let number = if let Some(more) = name.strip_prefix("RTMIN+") {
        more.parse::<u8>().ok()?.checked_add(least)?
    } else {
        u8::checked_sub(most, name.strip_prefix("RTMAX-")?.parse().ok()?)?
    };
    (least..=most).contains(&number).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signals_are_read_as_docker_does() {
        for (text, number) in [
            ("TERM", 15),
            ("SIGTERM", 15),
            ("sigint", 2),
            ("9", 9),
            ("RTMIN+3", 37),
            ("SIGRTMAX-1", 63),
        ] {
            assert_eq!(parse(text).unwrap().number, number, "{text}");
        }
        for bad in ["", "0", "-1", "65", "SIG", "SIGX", "RTMIN+40", "1.5"] {
            assert!(parse(bad).is_err(), "{bad}");
        }
        assert_eq!(parse("WINCH").unwrap().effect, Effect::Ignored);
        assert_eq!(parse("QUIT").unwrap().effect, Effect::End(Signal::Terminate));
    }
}
