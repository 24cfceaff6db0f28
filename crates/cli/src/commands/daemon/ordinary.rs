//! A daemon that an ordinary user starts: what it can have, and what to tell of the rest.

use std::error::Error as _;
use std::path::Path;

use sampan_engine::{LinuxHere, Missing};
use sampan_process::users::{self, Standing, UsersError};

/// Makes of an ordinary user what root is for containers, as far as the machine lets him. What comes back is what he has of
/// Linux containers. To be called before there is a second thread.
pub(super) fn prepare(run: &Path) -> LinuxHere {
    let ids = match users::standing() {
        Standing::Root => return LinuxHere::Whole,
        Standing::Ordinary => enter(run),
        Standing::Range => Ok(()),
        Standing::Alone => Err(Missing {
            why: "the namespace of users that this daemon was started in has no other".to_owned(),
            hint: "start the daemon without that namespace; it makes its own".to_owned(),
        }),
    };
    let here = match (ids, users::standing()) {
        (Err(missing), Standing::Ordinary) => LinuxHere::Nothing(missing),
        (ids, _) => match (users::furnish(), ids) {
            (Err(error), _) => LinuxHere::Nothing(missing(&error)),
            (Ok(()), Err(missing)) => LinuxHere::Less(missing),
            (Ok(()), Ok(())) => LinuxHere::Whole,
        },
    };
    match &here {
        LinuxHere::Whole => {}
        LinuxHere::Less(missing) => {
            tracing::warn!(
                hint = missing.hint,
                "Linux containers have one user alone: {}",
                missing.why
            );
        }
        LinuxHere::Nothing(missing) => {
            tracing::warn!(hint = missing.hint, "no Linux containers: {}", missing.why);
        }
    }
    here
}

fn enter(run: &Path) -> Result<(), Missing> {
    let binary = std::env::current_exe().map_err(UsersError::NoNamespace);
    binary
        .and_then(|binary| users::enter(&binary, run))
        .map_err(|error| missing(&error))
}

fn missing(error: &UsersError) -> Missing {
    Missing {
        why: match error.source() {
            Some(source) => format!("{error}: {source}"),
            None => error.to_string(),
        },
        hint: error.hint(),
    }
}
