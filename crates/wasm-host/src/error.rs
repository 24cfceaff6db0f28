//! What can keep a program from running.

use std::path::PathBuf;

use sampan_types::foreign::first_few;
use sampan_types::{Classified, ErrorClass, LimitName};

/// An error of the host. What a guest does while it runs is no error but its [`sampan_types::Ending`].
#[derive(Debug, thiserror::Error)]
pub enum HostError {
    /// Neither module nor component.
    #[error("`{name}` is not WebAssembly")]
    NotWasm {
        /// The program.
        name: String,
    },
    /// The text form has a mistake; `Display` of the source shows where.
    #[error("the text of the module cannot be read")]
    Text(#[source] wat::Error),
    /// The binary breaks the format, or uses what is not supported.
    #[error("`{name}` is not a valid WebAssembly module")]
    Malformed {
        /// The program.
        name: String,
        /// Where and why.
        #[source]
        source: wasmtime::Error,
    },
    /// The binary uses a proposal that is not supported.
    #[error("`{name}` uses {feature}, which is not supported")]
    Feature {
        /// The program.
        name: String,
        /// Which, in plain words.
        feature: &'static str,
        /// What the person can do.
        hint: &'static str,
    },
    /// Components within components, too deep.
    #[error("`{name}` nests components more than {limit} deep")]
    Nesting {
        /// The program.
        name: String,
        /// How deep is allowed.
        limit: usize,
    },
    /// An import that nothing meets.
    #[error("module imports \"{import}\", which {why}")]
    Import {
        /// As the binary names it: `wasi:sockets/tcp@0.2.0` or `env.abort`.
        import: String,
        /// Why it is not met.
        why: &'static str,
        /// What the person can do: the grant that would meet it, or the right target to build for.
        hint: Option<String>,
    },
    /// Imports that are met by name but not by type.
    #[error("`{name}` cannot be linked")]
    Link {
        /// The program.
        name: String,
        /// Which import and how the types differ.
        #[source]
        source: wasmtime::Error,
    },
    /// There is nothing to start.
    #[error("`{name}` has no `{wanted}` to run")]
    NoEntry {
        /// The program.
        name: String,
        /// What was looked for.
        wanted: String,
        /// Functions that it exports and that take no parameters.
        exports: Vec<String>,
    },
    /// The entry takes arguments or gives results that a command line cannot carry.
    #[error("`{entry}` cannot be run as a command: its type is {ty}")]
    EntryType {
        /// The export.
        entry: String,
        /// Its type.
        ty: String,
    },
    /// A call that cannot be made as it was said.
    #[error(transparent)]
    Call(#[from] crate::call::CallError),
    /// A server of `wasi:http`.
    #[error("`{name}` is an HTTP server, and no port leads to it")]
    ServerOnly {
        /// The program.
        name: String,
    },
    /// A port was published for a program that does not answer requests.
    #[error(
        "`{name}` is no HTTP server: a port can be published for a component that exports `wasi:http/handler` or `wasi:http/incoming-handler`"
    )]
    NoServer {
        /// The program.
        name: String,
    },
    /// A limit was reached before the program ran.
    #[error("the program needs more than its {limit} limit of {value}")]
    Limit {
        /// Which one.
        limit: LimitName,
        /// Its value, for people.
        value: String,
    },
    /// The compiler failed on a valid module.
    #[error("`{name}` could not be compiled")]
    Compile {
        /// The program.
        name: String,
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// This host was set up without a compiler.
    #[error("this process may not compile")]
    NoCompiler,
    /// The code cache failed.
    #[error("the code cache failed")]
    Cache(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The bytes are not those that the digest names: nothing was made of them.
    #[error("the bytes of `{name}` are not those of {digest}")]
    Changed {
        /// The program.
        name: String,
        /// What they should have.
        digest: sampan_types::Digest,
    },
    /// Compiled code does not fit this engine.
    #[error("compiled code of `{name}` does not fit this engine")]
    Code {
        /// The program.
        name: String,
        /// Why.
        #[source]
        source: wasmtime::Error,
    },
    /// The engine cannot be set up on this machine.
    #[error("the WebAssembly engine cannot be set up")]
    Engine(#[source] wasmtime::Error),
    /// A folder that was granted cannot be opened.
    #[error("cannot open `{path}`")]
    Folder {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: wasmtime::Error,
    },
    /// The working folder is not there, or not in what was granted.
    #[error("cannot enter the working folder `{path}`")]
    WorkingFolder {
        /// As the guest calls it.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A standard stream cannot be used.
    #[error("cannot use {stream}")]
    Stream {
        /// `standard input`, `standard output` or `standard error`.
        stream: &'static str,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// What a compiler process reported.
    #[error(transparent)]
    Reported(#[from] crate::report::Reported),
    /// The guest could not be started.
    #[error("`{name}` cannot be started")]
    Start {
        /// The program.
        name: String,
        /// Why.
        #[source]
        source: wasmtime::Error,
    },
    /// The pool has no slot left, or the machine no memory.
    #[error("there is no room for another instance in this process")]
    PoolFull(#[source] wasmtime::Error),
    /// The thread that watches over time cannot be started.
    #[error("cannot start a thread")]
    Thread(#[source] std::io::Error),
    /// What was to be written down about the guest cannot be.
    #[error(transparent)]
    Diagnostics(#[from] crate::diagnostics::DiagnosticsError),
    /// A certificate of a server cannot be used.
    #[error(transparent)]
    Certificate(#[from] crate::serve::CertificateError),
    /// A version of a server that was not taken, because it showed that it cannot answer.
    #[error("the new version, `{name}`, {why}")]
    NotWell {
        /// The program.
        name: String,
        /// What it did.
        why: String,
    },
    /// A version of a server that is neither there nor ready.
    #[error("no version {0} of the program is ready")]
    NoVersion(u64),
    /// The spec contradicts itself.
    #[error("{0}")]
    Spec(&'static str),
}

impl HostError {
    /// The same error about a program of this name: a compiler is given bytes alone.
    pub fn about(mut self, program: &str) -> Self {
        match &mut self {
            Self::NotWasm { name }
            | Self::Malformed { name, .. }
            | Self::Feature { name, .. }
            | Self::Nesting { name, .. }
            | Self::Compile { name, .. } => program.clone_into(name),
            Self::Text(error) => error.set_path(std::path::Path::new(program)),
            Self::Reported(report) => report.about(program),
            _ => {}
        }
        self
    }
}

/// How many exports a hint names.
const EXPORTS: usize = 12;

impl Classified for HostError {
    fn class(&self) -> ErrorClass {
        match self {
            Self::NotWasm { .. }
            | Self::Text(_)
            | Self::Malformed { .. }
            | Self::Feature { .. }
            | Self::Nesting { .. }
            | Self::Import { .. }
            | Self::Link { .. }
            | Self::NoEntry { .. }
            | Self::EntryType { .. }
            | Self::ServerOnly { .. }
            | Self::NoServer { .. }
            | Self::Compile { .. } => ErrorClass::CannotInvoke,
            Self::Limit { .. } => ErrorClass::Exhausted,
            Self::NoCompiler => ErrorClass::Unsupported,
            Self::Cache(_) | Self::Stream { .. } => ErrorClass::Internal,
            Self::Changed { .. } | Self::Code { .. } => ErrorClass::Corrupt,
            Self::Call(error) => error.class(),
            Self::Engine(_) => ErrorClass::Unsupported,
            Self::Folder { .. } => ErrorClass::NotFound,
            Self::WorkingFolder { .. } => ErrorClass::InvalidInput,
            Self::Reported(report) => report.class(),
            Self::Start { .. } | Self::NotWell { .. } => ErrorClass::CannotInvoke,
            Self::NoVersion(_) => ErrorClass::Conflict,
            Self::PoolFull(_) => ErrorClass::Exhausted,
            Self::Thread(_) => ErrorClass::Internal,
            Self::Diagnostics(error) => error.class(),
            Self::Certificate(_) | Self::Spec(_) => ErrorClass::InvalidInput,
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::Feature { hint, .. } => Some((*hint).to_owned()),
            Self::Import { hint, .. } => hint.clone(),
            Self::NoEntry { exports, .. } if exports.is_empty() => Some(
                "it exports no function without parameters: it is a library, whose functions `sampan call` calls"
                    .to_owned(),
            ),
            Self::NoEntry { exports, .. } => Some(format!(
                "name one of its exports with `--entrypoint`: {}",
                first_few(exports, EXPORTS)
            )),
            Self::ServerOnly { .. } => Some("publish a port of this machine with `-p 8080:80`".to_owned()),
            Self::NoServer { .. } => {
                Some("let a program listen by itself with `--allow-listen PORT`".to_owned())
            }
            Self::NotWell { .. } => Some("nothing was changed: the version that was there answers on".to_owned()),
            Self::Limit { limit, .. } => Some(limit.how_to_raise()),
            Self::Reported(report) => report.hint(),
            Self::Call(error) => error.hint(),
            Self::Certificate(error) => Some(error.hint().to_owned()),
            Self::Diagnostics(error) => error.hint(),
            Self::Changed { .. } => Some(
                "pull the image again and check the disk; a file that was written meanwhile can be run again"
                    .to_owned(),
            ),
            Self::Code { .. } => Some("remove the entry from the code cache".to_owned()),
            _ => None,
        }
    }
}
