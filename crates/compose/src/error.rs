//! What can go wrong between a compose file and a running project.

use std::io;
use std::path::PathBuf;

use sampan_client::ClientError;
use sampan_types::{Classified, ErrorClass};

/// A compose command failed.
#[derive(Debug, thiserror::Error)]
pub enum ComposeError {
    /// No file was named, and none of the usual names is here.
    #[error("no compose file in `{folder}` or above it", folder = folder.display())]
    NoFile {
        /// Where the search began.
        folder: PathBuf,
    },
    /// A file that the project is made of cannot be read.
    #[error("cannot read `{path}`", path = path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// A file is larger than any compose file.
    #[error("`{path}` is larger than {max} bytes", path = path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// The most that is read.
        max: u64,
    },
    /// A text that is not YAML, or means more than it may.
    #[error("`{file}` line {line}: {what}", file = file.display())]
    Yaml {
        /// The file.
        file: PathBuf,
        /// Counted from one.
        line: usize,
        /// What is wrong.
        what: String,
    },
    /// A value that the specification does not allow at its place.
    #[error("`{file}` line {line}: `{place}` {what}", file = file.display())]
    Schema {
        /// The file.
        file: PathBuf,
        /// Counted from one; of the value, or of what holds it.
        line: usize,
        /// Where in the tree.
        place: String,
        /// What is wrong.
        what: String,
        /// What was meant, where that can be guessed.
        meant: Option<String>,
    },
    /// A file of variables has a line that is none.
    #[error("`{file}` line {line}: {what}", file = file.display())]
    EnvFile {
        /// The file.
        file: PathBuf,
        /// Counted from one.
        line: usize,
        /// What is wrong.
        what: String,
    },
    /// The model contradicts itself, or names what is not there.
    #[error("`{place}` {what}")]
    Model {
        /// Where in the tree.
        place: String,
        /// What is wrong.
        what: String,
    },
    /// `include` or `extends` leads back to where it came from, or too far.
    #[error("{0}")]
    Nesting(String),
    /// A name that no project can have.
    #[error(
        "`{0}` is not a project's name: it has lower-case letters, digits, `-` and `_`, and begins with a letter or digit"
    )]
    ProjectName(String),
    /// No name can be made of the folder's.
    #[error("the project has no name")]
    NoProjectName,
    /// There is nothing to bring up.
    #[error("no service selected")]
    NoServices,
    /// A service that was named is not in the files.
    #[error("no such service: `{0}`")]
    NoService(String),
    /// A service has no container to do that with.
    #[error("service `{service}` has no {state} container")]
    NoContainer {
        /// The service.
        service: String,
        /// `running`, or nothing in particular.
        state: &'static str,
    },
    /// A network or a volume that is to be there already is not.
    #[error("{kind} `{name}` is declared as external and is not there")]
    NoExternal {
        /// `network` or `volume`.
        kind: &'static str,
        /// Its name.
        name: String,
    },
    /// Something was asked of the daemon for a service or a resource.
    #[error("cannot {action} `{name}`")]
    Call {
        /// What was to be done.
        action: &'static str,
        /// With what.
        name: String,
        /// Why not.
        #[source]
        source: ClientError,
    },
    /// A service that others wait for did not come as far as they need.
    #[error("service `{service}` is not started: `{dependency}` {why}")]
    Dependency {
        /// Who waited.
        service: String,
        /// For whom.
        dependency: String,
        /// What became of it.
        why: String,
    },
    /// `--wait`, and a container did not become what it should.
    #[error("container `{container}` {why}")]
    NotReady {
        /// The container.
        container: String,
        /// What became of it.
        why: String,
    },
    /// Several things failed; each was told when it did.
    #[error("{count} steps failed")]
    Several {
        /// How many.
        count: usize,
    },
    /// What the caller does for this crate failed: an image was not to be had, for example.
    #[error("cannot {action} for service `{service}`")]
    Host {
        /// What was to be done.
        action: &'static str,
        /// For whom.
        service: String,
        /// Why not.
        #[source]
        source: HostError,
    },
    /// A secret, a configuration or a watched folder cannot be read.
    #[error("{what} of service `{service}` cannot be used")]
    Content {
        /// What of it.
        what: String,
        /// The service.
        service: String,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// A command in a container failed.
    #[error("`{command}` in container `{container}` ended with code {code}{}", behind(.said))]
    Command {
        /// What was run.
        command: String,
        /// Where.
        container: String,
        /// Its exit code.
        code: i64,
        /// The last that it wrote.
        said: String,
    },
    /// Files cannot be watched.
    #[error("cannot watch `{path}`", path = path.display())]
    Watch {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// A call that belongs to no service failed.
    #[error(transparent)]
    Client(#[from] ClientError),
}

/// Why the caller could not do what it does for this crate.
#[derive(Debug)]
pub struct HostError(Box<dyn Classified>);

impl HostError {
    /// Keeps a failure as it is.
    pub fn new(error: impl Classified) -> Self {
        Self(Box::new(error))
    }
}

impl std::fmt::Display for HostError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for HostError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source()
    }
}

impl Classified for HostError {
    fn class(&self) -> ErrorClass {
        self.0.class()
    }

    fn hint(&self) -> Option<String> {
        self.0.hint()
    }
}

impl ComposeError {
    /// For `map_err`: a call about something.
    pub(crate) fn call(action: &'static str, name: &str) -> impl FnOnce(ClientError) -> Self {
        let name = name.to_owned();
        move |source| Self::Call { action, name, source }
    }

    /// Something of the model that contradicts itself.
    pub(crate) fn model(place: impl Into<String>, what: impl Into<String>) -> Self {
        Self::Model {
            place: place.into(),
            what: what.into(),
        }
    }
}

/// What a command wrote, behind a colon.
fn behind(said: &str) -> String {
    match said {
        "" => String::new(),
        said => format!(": {said}"),
    }
}

impl Classified for ComposeError {
    fn class(&self) -> ErrorClass {
        match self {
            Self::NoFile { .. } | Self::NoService(_) | Self::NoContainer { .. } | Self::NoExternal { .. } => {
                ErrorClass::NotFound
            }
            Self::Read { .. }
            | Self::TooLarge { .. }
            | Self::Yaml { .. }
            | Self::Schema { .. }
            | Self::EnvFile { .. }
            | Self::Model { .. }
            | Self::Nesting(_)
            | Self::ProjectName(_)
            | Self::NoServices
            | Self::NoProjectName => ErrorClass::InvalidInput,
            Self::Call { source, .. } => source.class(),
            Self::Client(source) => source.class(),
            Self::Host { source, .. } => source.class(),
            Self::Dependency { .. } | Self::NotReady { .. } | Self::Several { .. } | Self::Command { .. } => {
                ErrorClass::Conflict
            }
            Self::Content { .. } | Self::Watch { .. } => ErrorClass::Internal,
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::NoFile { .. } => Some("name one with `-f FILE`".to_owned()),
            Self::Schema { meant, .. } => meant.as_ref().map(|meant| format!("did you mean `{meant}`?")),
            Self::NoServices => {
                Some("write one into the file, or turn a profile on with `--profile NAME`".to_owned())
            }
            Self::NoProjectName => Some("give it one with `-p NAME` or `name:` in the file".to_owned()),
            Self::NoExternal { kind, name } => Some(format!("make it with `sampan {kind} create {name}`")),
            Self::Call { source, .. } => source.hint(),
            Self::Client(source) => source.hint(),
            Self::Host { source, .. } => source.hint(),
            _ => None,
        }
    }
}
