//! What can go wrong between this process and the kernel.

use std::io;

use sampan_types::{Classified, ErrorClass};

/// The kernel does not do what it was asked.
#[derive(Debug, thiserror::Error)]
#[error("cannot {step}")]
pub struct NetworkError {
    /// What was asked.
    step: String,
    #[source]
    source: io::Error,
}

impl NetworkError {
    pub(crate) fn at(step: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let step = step.into();
        move |source| Self { step, source }
    }

    /// A failure of a step, in words that follow "cannot".
    pub fn new(step: impl Into<String>, source: io::Error) -> Self {
        Self::at(step)(source)
    }

    /// What the kernel said.
    pub fn kind(&self) -> io::ErrorKind {
        self.source.kind()
    }

    fn code(&self) -> i32 {
        self.source.raw_os_error().unwrap_or_default()
    }
}

impl Classified for NetworkError {
    fn class(&self) -> ErrorClass {
        match self.code() {
            libc::EPERM | libc::EACCES => ErrorClass::Denied,
            libc::EOPNOTSUPP | libc::EPROTONOSUPPORT => ErrorClass::Unsupported,
            _ => ErrorClass::Internal,
        }
    }

    fn hint(&self) -> Option<String> {
        let text = match self.code() {
            libc::EPERM | libc::EACCES => "networks of Linux containers need root with `CAP_NET_ADMIN`",
            libc::EOPNOTSUPP | libc::EPROTONOSUPPORT => {
                "the kernel lacks bridges, `veth` or nftables; containers may use the networks `none` and `host`"
            }
            _ => return None,
        };
        Some(text.to_owned())
    }
}
