//! What keeps an ordinary user from being root over something.

use std::io;

use super::ENOUGH;

/// Why there are fewer ids than Linux containers need.
#[derive(Debug, thiserror::Error)]
pub enum UsersError {
    /// The kernel has no such namespaces for ordinary users.
    #[error("the kernel lets this user have no namespace of users")]
    NoNamespace(#[source] io::Error),
    /// It has none for mounts in them.
    #[error("the kernel lets this user mount nothing")]
    NoMounts(#[source] io::Error),
    /// Containers of an earlier daemon run as its user alone, and this one has to be where they are.
    #[error("the containers that run have none")]
    Kept,
    /// Nobody gives the user ids.
    #[error("`{file}` gives no range of 65536 ids to the user `{user}`")]
    NoRange {
        /// Where it would stand.
        file: &'static str,
        /// By name, or by number where nobody knows one.
        user: String,
    },
    /// Ids are given by a program that is not there or does not do it.
    #[error("`{program}` gives this user no ids: {why}")]
    NoHelper {
        /// The program.
        program: &'static str,
        /// What it says, or why it does not start.
        why: String,
    },
}

impl UsersError {
    /// What to do.
    pub fn hint(&self) -> String {
        match self {
            Self::Kept => "stop all containers, and start the daemon again".to_owned(),
            Self::NoMounts(_) => "start the daemon as root".to_owned(),
            Self::NoNamespace(_) => "let users have namespaces (`sysctl user.max_user_namespaces`, \
                 `kernel.unprivileged_userns_clone`, `kernel.apparmor_restrict_unprivileged_userns`), or start the daemon as root"
                .to_owned(),
            Self::NoRange { file, user } => {
                format!("as root, add a range such as `{user}:100000:{ENOUGH}`, which is nobody else's, to `{file}`, or start the daemon as root")
            }
            Self::NoHelper { .. } => {
                "install newuidmap and newgidmap (Debian's package `uidmap`), or start the daemon as root".to_owned()
            }
        }
    }
}
