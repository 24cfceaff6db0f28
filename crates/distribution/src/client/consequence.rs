//! What follows from each error: whether to try again, its class, and what to do about it. Every variant
//! decides for itself.

use std::time::Duration;

use sampan_types::{Classified, ErrorClass};

use super::error::ClientError;

impl ClientError {
    /// Whether the same request may succeed a moment later. Every variant decides here.
    pub fn retryable(&self) -> bool {
        match self {
            Self::Connection { .. }
            | Self::Timeout { .. }
            | Self::Truncated { .. }
            | Self::RateLimited { .. } => true,
            // 501 and 505 say that it never will.
            Self::Server { status, .. } => !matches!(status, 501 | 505),
            // A person who mistyped a name should not wait to be told.
            Self::Unreachable { .. }
            | Self::Certificate { .. }
            | Self::Refused { .. }
            | Self::NoImage { .. }
            | Self::NoRepository { .. }
            | Self::NoBlob { .. }
            | Self::NoPlatform { .. }
            | Self::Unauthenticated { .. }
            | Self::LoginRefused { .. }
            | Self::Denied { .. }
            | Self::Challenge { .. }
            | Self::DigestMismatch { .. }
            | Self::SizeMismatch { .. }
            | Self::TooLarge { .. }
            | Self::Malformed { .. }
            | Self::BadHeader { .. }
            | Self::Schema1 { .. }
            | Self::NotAnImage { .. }
            | Self::TooDeep { .. }
            | Self::Pointer { .. }
            | Self::Address { .. }
            | Self::ProxyAddress { .. }
            | Self::CertificateFile { .. }
            | Self::Setup { .. }
            | Self::NotInStore { .. }
            | Self::NotAManifest { .. }
            | Self::ReadBlob { .. }
            | Self::WriteBlob { .. }
            | Self::Store(_)
            | Self::DockerConfig(_)
            | Self::Task { .. } => false,
        }
    }

    /// Whether the other side is gone as far as can be seen from here. In the middle of a transfer that may pass.
    pub(crate) const fn is_unreachable(&self) -> bool {
        matches!(self, Self::Unreachable { .. })
    }

    /// How long the registry asks to wait.
    pub(crate) const fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Server { retry_after, .. } | Self::RateLimited { retry_after, .. } => *retry_after,
            _ => None,
        }
    }

    /// Whether the fault lies with this machine or this request, so that no other mirror can help.
    pub(crate) const fn is_ours(&self) -> bool {
        matches!(
            self,
            Self::Store(_)
                | Self::DockerConfig(_)
                | Self::Task { .. }
                | Self::ReadBlob { .. }
                | Self::WriteBlob { .. }
                | Self::NoPlatform { .. }
                | Self::Setup { .. }
        )
    }
}

impl Classified for ClientError {
    fn class(&self) -> ErrorClass {
        match self {
            Self::Connection { .. }
            | Self::Unreachable { .. }
            | Self::Timeout { .. }
            | Self::Server { .. }
            | Self::RateLimited { .. }
            | Self::Truncated { .. } => ErrorClass::Unavailable,
            Self::NoImage { .. } | Self::NoRepository { .. } | Self::NoPlatform { .. } => {
                ErrorClass::NotFound
            }
            Self::NotInStore { .. } => ErrorClass::NotFound,
            Self::Unauthenticated { .. } | Self::LoginRefused { .. } => ErrorClass::Unauthenticated,
            Self::Certificate { .. } | Self::Denied { .. } => ErrorClass::Denied,
            Self::NoBlob { .. }
            | Self::DigestMismatch { .. }
            | Self::SizeMismatch { .. }
            | Self::TooLarge { .. }
            | Self::Malformed { .. }
            | Self::BadHeader { .. }
            | Self::TooDeep { .. }
            | Self::Pointer { .. } => ErrorClass::Corrupt,
            Self::Refused { .. } => ErrorClass::Conflict,
            Self::Challenge { .. } | Self::Schema1 { .. } | Self::NotAnImage { .. } => {
                ErrorClass::Unsupported
            }
            Self::Address { .. }
            | Self::ProxyAddress { .. }
            | Self::CertificateFile { .. }
            | Self::NotAManifest { .. } => ErrorClass::InvalidInput,
            Self::WriteBlob { source, .. } if source.kind() == std::io::ErrorKind::StorageFull => {
                ErrorClass::Exhausted
            }
            Self::Setup { .. } | Self::Task { .. } | Self::ReadBlob { .. } | Self::WriteBlob { .. } => {
                ErrorClass::Internal
            }
            Self::Store(error) => error.class(),
            Self::DockerConfig(error) => error.class(),
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::Connection { registry, .. } | Self::Unreachable { registry, .. } => Some(format!(
                "check the name `{registry}` and the network, and if there is a proxy set `HTTPS_PROXY`"
            )),
            Self::Timeout { .. } | Self::Server { .. } | Self::Truncated { .. } => {
                Some("try again later: what has arrived is kept and not fetched twice".to_owned())
            }
            Self::RateLimited {
                registry,
                retry_after,
                ..
            } => Some(match retry_after {
                Some(wait) => format!(
                    "try again in {} s, or run `sampan login {registry}`",
                    wait.as_secs()
                ),
                None => format!("try again later, or run `sampan login {registry}`"),
            }),
            Self::Certificate { registry, .. } => Some(format!(
                "put its certificate authority into `certs.d/{registry}/ca.crt`"
            )),
            Self::NoImage { .. } => Some("check the name and the tag".to_owned()),
            Self::NoRepository { .. } => Some("check the name".to_owned()),
            Self::NoPlatform { .. } => Some("ask for one of these with `--platform`".to_owned()),
            Self::Unauthenticated {
                registry,
                with_credentials: false,
                ..
            } => Some(format!(
                "check the name, and run `sampan login {registry}` if it is private"
            )),
            Self::Unauthenticated { registry, .. } => Some(format!(
                "check the name, and that the user you are logged in as on {registry} may use it"
            )),
            Self::Denied { .. } => Some("ask the owner of the repository for access".to_owned()),
            Self::DigestMismatch { .. } | Self::SizeMismatch { .. } => {
                Some("the registry or something on the way changes data: nothing of it was kept".to_owned())
            }
            Self::Schema1 { .. } => Some("push it again with a current tool".to_owned()),
            Self::NotInStore { .. } => {
                Some("pull the image with `--all-platforms`, or push a single platform".to_owned())
            }
            Self::Pointer { .. } => {
                Some("if you trust this network, list the host as an insecure registry".to_owned())
            }
            Self::Store(error) => error.hint(),
            Self::DockerConfig(error) => error.hint(),
            Self::Refused { .. }
            | Self::NoBlob { .. }
            | Self::LoginRefused { .. }
            | Self::Challenge { .. }
            | Self::TooLarge { .. }
            | Self::Malformed { .. }
            | Self::BadHeader { .. }
            | Self::NotAnImage { .. }
            | Self::TooDeep { .. }
            | Self::Address { .. }
            | Self::ProxyAddress { .. }
            | Self::CertificateFile { .. }
            | Self::Setup { .. }
            | Self::NotAManifest { .. }
            | Self::ReadBlob { .. }
            | Self::WriteBlob { .. }
            | Self::Task { .. } => None,
        }
    }
}
