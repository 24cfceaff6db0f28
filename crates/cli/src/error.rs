//! What can go wrong at the edge.

use std::io;
use std::path::PathBuf;

use sampan_distribution::client::ClientError;
use sampan_distribution::client::docker_config::DockerConfigError;
use sampan_engine::EngineError;
use sampan_store::StoreError;
use sampan_types::limits::LimitError;
use sampan_types::reference::ReferenceError;
use sampan_types::{ByteCount, Classified, ErrorClass};

use crate::app::BackendError;
use crate::environment_file::EntryError;
use crate::template::TemplateError;

/// A command failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CliError {
    #[error(transparent)]
    Engine(#[from] EngineError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Registry(#[from] ClientError),
    #[error(transparent)]
    Credentials(#[from] DockerConfigError),
    #[error(transparent)]
    Server(#[from] sampan_distribution::server::ServerError),
    #[error(transparent)]
    Backend(#[from] BackendError),
    #[error(transparent)]
    Client(#[from] sampan_client::ClientError),
    #[error(transparent)]
    Compose(#[from] sampan_compose::ComposeError),
    /// A command that only a daemon can follow, and there is none.
    #[error("`sampan {0}` needs the daemon, and none is running")]
    NeedsDaemon(String),
    #[error("`--format` cannot be followed")]
    Format(#[source] TemplateError),
    /// What a flag or a word says is not what it should be.
    #[error("`{value}` is not {wanted}")]
    Value { value: String, wanted: &'static str },
    /// A state of the container does not allow it.
    #[error("{0}")]
    Refused(&'static str),
    /// The archive that a container gave cannot be unpacked here.
    #[error("cannot unpack into `{path}`", path = path.display())]
    Unpack {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    #[error("cannot pack `{path}`", path = path.display())]
    Pack {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    #[error("no such object: `{0}`")]
    NoObject(String),
    #[error("the daemon's answer is not what the API says")]
    DaemonJson(#[source] serde_json::Error),
    #[error(transparent)]
    Daemon(#[from] sampan_daemon::DaemonError),
    #[error(transparent)]
    Supervisor(#[from] sampan_engine::supervisor::SupervisorError),
    #[error(transparent)]
    Settings(#[from] sampan_daemon::SettingsError),
    #[error(
        "the following directives are specified both as a flag and in the configuration file `{path}`: {keys}",
        path = path.display()
    )]
    SaidTwice { path: PathBuf, keys: String },
    #[error("cannot listen on `{place}`: {why}")]
    ListenPlace { place: String, why: &'static str },
    #[error("traces cannot be sent in the form `{protocol}`")]
    OtlpProtocol { protocol: String },
    #[error("`{text}` is no `KEY=VALUE`, which `{flag}` takes")]
    KeyValue { flag: &'static str, text: String },
    /// Flags contradict each other.
    #[error("{0}")]
    Usage(&'static str),
    #[error(transparent)]
    Limit(LimitError),
    #[error(transparent)]
    HttpLimit(#[from] sampan_types::serving::HttpLimitError),
    #[error(transparent)]
    Environment(EntryError),
    #[error("`{text}` is neither a file here nor the name of an image")]
    Target {
        text: String,
        #[source]
        source: ReferenceError,
    },
    #[error("`{name}` is a volume, and volumes need the daemon")]
    VolumeName { name: String },
    #[error("`{0}` is granted twice, by several of `-v` and `--tmpfs`")]
    TwoMounts(PathBuf),
    #[error("`{0}` is not an address to listen on: write PORT or ADDRESS:PORT")]
    ListenAddress(String),
    #[error("`{0}` is a core module, which has no interface in WIT")]
    NoInterface(String),
    #[error("the world of `{0}` cannot be written in WIT")]
    NoWit(String),
    #[error("`{name}` neither imports nor exports an interface of `{package}`")]
    NothingPublished { name: String, package: String },
    /// What providers add to what a program could do, and nobody approved it.
    #[error("the providers add {added}, which was not approved")]
    NotApproved { added: String, how: &'static str },
    #[error("neither `HOME` nor `--root` says where to keep images")]
    NoHome,
    #[error("neither `XDG_RUNTIME_DIR` nor `--exec-root` says where the daemon's sockets go")]
    NoExecRoot,
    #[error("cannot tell the working directory")]
    WorkingDir(#[source] io::Error),
    #[error("cannot read `{path}`")]
    Read {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    #[error("cannot write `{path}`")]
    Write {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    #[error("`{path}` is larger than {max}")]
    TooLarge { path: PathBuf, max: ByteCount },
    #[error("`{file}` line {line}: {what}", file = file.display())]
    EnvironmentFile {
        file: PathBuf,
        line: usize,
        what: String,
    },
    #[error("`{path}` is not a file of grants: {what}", path = path.display())]
    GrantsFile { path: PathBuf, what: String },
    #[error("configuration `{path}` cannot be used: {what}", path = path.display())]
    ConfigFile { path: PathBuf, what: String },
    #[error("cannot set up the terminal")]
    Terminal(#[source] io::Error),
    #[error("cannot use the standard streams")]
    Streams(#[source] io::Error),
    #[error("cannot watch for signals")]
    Signals(#[source] io::Error),
    #[error("cannot start tasks")]
    Tasks(#[source] io::Error),
    #[error("cannot write to standard output")]
    Output(#[source] io::Error),
    #[error("cannot read the password")]
    Password(#[source] io::Error),
    #[error("interrupted")]
    Interrupted,
    #[error("`SOURCE_DATE_EPOCH` is `{0}`, not a number of seconds")]
    SourceDate(String),
}

impl CliError {
    /// Whether the command line itself is wrong, whatever lies in files and registries.
    pub(crate) const fn is_usage(&self) -> bool {
        matches!(
            self,
            Self::Usage(_)
                | Self::Limit(_)
                | Self::HttpLimit(_)
                | Self::Value { .. }
                | Self::Format(_)
                | Self::Environment(_)
                | Self::Target { .. }
                | Self::VolumeName { .. }
                | Self::TwoMounts(_)
                | Self::ListenAddress(_)
                | Self::ListenPlace { .. }
                | Self::SaidTwice { .. }
                | Self::KeyValue { .. }
                | Self::OtlpProtocol { .. }
        )
    }
}

impl From<io::Error> for CliError {
    /// The only bare I/O of commands is the writing of their results.
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

impl Classified for CliError {
    fn class(&self) -> ErrorClass {
        match self {
            Self::Engine(error) => error.class(),
            Self::Store(error) => error.class(),
            Self::Registry(error) => error.class(),
            Self::Credentials(error) => error.class(),
            Self::Server(error) => error.class(),
            Self::Client(error) => error.class(),
            Self::Daemon(error) => error.class(),
            Self::Compose(error) => error.class(),
            Self::NeedsDaemon(_) => ErrorClass::Unavailable,
            Self::NotApproved { .. } => ErrorClass::Denied,
            Self::NoObject(_) => ErrorClass::NotFound,
            Self::Refused(_) => ErrorClass::Conflict,
            Self::DaemonJson(_) => ErrorClass::Corrupt,
            Self::Supervisor(error) => error.class(),
            Self::Settings(error) => error.class(),
            Self::Backend(BackendError::Workers(error)) => error.class(),
            Self::ListenPlace { .. }
            | Self::SaidTwice { .. }
            | Self::KeyValue { .. }
            | Self::OtlpProtocol { .. } => ErrorClass::InvalidInput,
            Self::Usage(_)
            | Self::Format(_)
            | Self::Value { .. }
            | Self::Limit(_)
            | Self::HttpLimit(_)
            | Self::Environment(_)
            | Self::Target { .. }
            | Self::VolumeName { .. }
            | Self::TwoMounts(_)
            | Self::ListenAddress(_)
            | Self::NoHome
            | Self::NoExecRoot
            | Self::NoInterface(_)
            | Self::NoWit(_)
            | Self::NothingPublished { .. }
            | Self::TooLarge { .. }
            | Self::EnvironmentFile { .. }
            | Self::GrantsFile { .. }
            | Self::ConfigFile { .. }
            | Self::SourceDate(_) => ErrorClass::InvalidInput,
            // A file that a flag names is an input of ours: `127` is for the program alone.
            Self::Read { .. } => ErrorClass::InvalidInput,
            Self::Backend(_)
            | Self::Unpack { .. }
            | Self::Pack { .. }
            | Self::WorkingDir(_)
            | Self::Write { .. }
            | Self::Terminal(_)
            | Self::Streams(_)
            | Self::Signals(_)
            | Self::Tasks(_)
            | Self::Output(_)
            | Self::Password(_)
            | Self::Interrupted => ErrorClass::Internal,
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::Engine(error) => error.hint(),
            Self::Store(error) => error.hint(),
            Self::Registry(error) => error.hint(),
            Self::Credentials(error) => error.hint(),
            Self::Server(error) => error.hint(),
            Self::Client(error) => error.hint(),
            Self::Daemon(error) => error.hint(),
            Self::Compose(error) => error.hint(),
            Self::NeedsDaemon(_) => {
                Some("start one with `sampan daemon`, or name one with `--host unix:///PATH`".to_owned())
            }
            Self::Supervisor(error) => error.hint(),
            Self::Settings(error) => error.hint(),
            Self::Backend(BackendError::Workers(error)) => error.hint(),
            Self::Target { .. } => Some("files are written with a path, such as `./app.wasm`".to_owned()),
            Self::VolumeName { name } => Some(match name.strip_prefix('/') {
                Some(_) => format!("for a folder write `SOURCE:{name}`"),
                None => {
                    format!("for a folder write `./{name}`; for a volume start `sampan daemon`, and add `-d`")
                }
            }),
            Self::SaidTwice { .. } => Some("leave out the flag, or the key in the file".to_owned()),
            Self::NoInterface(name) => Some(format!(
                "`sampan inspect {name}` shows what it imports and could ask for"
            )),
            Self::NoWit(_) => Some(
                "WIT has no words for what it imports or exports, or needs more than 1 MiB of them; `sampan inspect --json` lists that"
                    .to_owned(),
            ),
            Self::NothingPublished { package, .. } => {
                Some(format!("`sampan inspect --wit {package}` shows what there is"))
            }
            Self::NotApproved { how, .. } => Some(format!("approve it with {how}")),
            Self::NoHome => Some("add `--root DIR`".to_owned()),
            Self::NoExecRoot => Some("add `--exec-root DIR`".to_owned()),
            Self::GrantsFile { .. } => Some("write one with `sampan run --learn FILE`".to_owned()),
            _ => None,
        }
    }
}
