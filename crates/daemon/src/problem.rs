//! From an error to what the caller is told.

use std::error::Error;

use http::StatusCode;
use sampan_engine::EngineError;
use sampan_engine::supervisor::SupervisorError;
use sampan_types::{Classified, ErrorClass, Reference};

/// What a request fails with: a status and a sentence for the caller. What is for the log alone was logged when the
/// problem was made, so that paths of the host do not get into answers.
#[derive(Debug)]
pub(crate) struct Problem {
    pub(crate) status: StatusCode,
    pub(crate) message: String,
}

pub(crate) type Result<T> = std::result::Result<T, Problem>;

impl Problem {
    pub(crate) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self {
            status,
            message: message.into(),
        }
    }

    pub(crate) fn bad(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    pub(crate) fn not_found(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, message)
    }

    pub(crate) fn forbidden(message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, message)
    }

    /// Something that is nobody's fault but ours.
    pub(crate) fn internal(error: &(dyn Error + 'static)) -> Self {
        tracing::error!(error = ?chain(error), "a request failed");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "the daemon failed; its log says why",
        )
    }

    /// Of an error with a class. Its message, with what is beneath it and what to do about it.
    pub(crate) fn of(error: &(impl Classified + 'static)) -> Self {
        let status = status(error.class());
        if status == StatusCode::INTERNAL_SERVER_ERROR {
            tracing::error!(error = ?chain(error), "a request failed");
        }
        let mut message = chain(error);
        if let Some(hint) = error.hint() {
            message.push_str("; ");
            message.push_str(&hint);
        }
        Self { status, message }
    }
}

/// The status of a class of errors, as dockerd has them.
pub(crate) fn status(class: ErrorClass) -> StatusCode {
    match class {
        ErrorClass::InvalidInput | ErrorClass::CannotInvoke | ErrorClass::Corrupt => StatusCode::BAD_REQUEST,
        ErrorClass::NotFound => StatusCode::NOT_FOUND,
        ErrorClass::Conflict => StatusCode::CONFLICT,
        ErrorClass::Denied => StatusCode::FORBIDDEN,
        ErrorClass::Unauthenticated => StatusCode::UNAUTHORIZED,
        ErrorClass::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        ErrorClass::Unsupported => StatusCode::NOT_IMPLEMENTED,
        ErrorClass::Exhausted => StatusCode::INSUFFICIENT_STORAGE,
        ErrorClass::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// A message and those beneath it.
pub(crate) fn chain(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(source) = next {
        let beneath = source.to_string();
        // Some errors repeat what is beneath them.
        if !text.contains(&beneath) {
            text.push_str(": ");
            text.push_str(&beneath);
        }
        next = source.source();
    }
    text
}

impl From<SupervisorError> for Problem {
    fn from(error: SupervisorError) -> Self {
        match &error {
            SupervisorError::NotModified(_) => Self::new(StatusCode::NOT_MODIFIED, String::new()),
            SupervisorError::Io { .. } | SupervisorError::Journal(_)
                if error.class() == ErrorClass::Internal =>
            {
                Self::internal(&error)
            }
            // Which file it was is for the log alone.
            SupervisorError::Io { .. } | SupervisorError::Journal(_)
                if error.class() == ErrorClass::Exhausted =>
            {
                tracing::error!(error = ?chain(&error), "a request failed");
                Self::new(
                    status(ErrorClass::Exhausted),
                    "no space left on the daemon's disk; remove what is not needed, for example with `docker system prune`",
                )
            }
            SupervisorError::Engine(EngineError::Read { .. } | EngineError::Write { .. }) => {
                Self::internal(&error)
            }
            SupervisorError::Engine(error) => Self::image(error, None),
            _ => Self::of(&error),
        }
    }
}

impl Problem {
    /// Of a use case on the image that the caller named: dockerd's words where nobody has it.
    pub(crate) fn image(error: &EngineError, named: Option<&str>) -> Self {
        match error {
            EngineError::NoImage(name) | EngineError::NoSuchName(name) => {
                Self::not_found(format!("No such image: {}", familiar(named.unwrap_or(name))))
            }
            EngineError::NothingToPush(name) => Self::not_found(format!("tag does not exist: {name}")),
            _ => Self::of(error),
        }
    }
}

/// A name as dockerd speaks of it: short, and with its tag.
fn familiar(text: &str) -> String {
    match text.parse::<Reference>() {
        Ok(name) if name.digest().is_none() => name.tagged().familiar(),
        Ok(name) => name.familiar(),
        Err(_) => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_the_host_stay_in_the_log() {
        let error = SupervisorError::Io {
            action: "open",
            path: "/var/lib/secret".into(),
            source: std::io::Error::other("disk"),
        };
        let problem = Problem::from(error);
        assert_eq!(problem.status, StatusCode::INTERNAL_SERVER_ERROR);
        assert!(!problem.message.contains("secret"));
    }

    #[test]
    fn dockers_words_are_kept() {
        let problem = Problem::from(SupervisorError::NoContainer("a".into()));
        assert_eq!(
            (problem.status, problem.message.as_str()),
            (StatusCode::NOT_FOUND, "No such container: a")
        );
        let problem = Problem::from(SupervisorError::Engine(EngineError::NoImage("b".into())));
        assert_eq!(
            (problem.status, problem.message.as_str()),
            (StatusCode::NOT_FOUND, "No such image: b:latest")
        );
        assert_eq!(
            Problem::from(SupervisorError::NotModified("started")).status,
            StatusCode::NOT_MODIFIED
        );
    }
}
