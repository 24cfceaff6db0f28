//! Every environment variable that Sampan reads, and the only place that reads them.
//!
//! `docs/reference/environment.md` is generated from [`ALL`].

use std::ffi::OsString;
use std::path::PathBuf;

/// One variable.
#[derive(Debug)]
pub(crate) struct Variable {
    /// Its name.
    pub name: &'static str,
    /// What it does, in a sentence.
    pub about: &'static str,
}

macro_rules! variables {
    ($($constant:ident $name:literal $about:literal;)*) => {
        $(const $constant: &str = $name;)*
        /// All of them.
        pub(crate) const ALL: &[Variable] = &[$(Variable { name: $constant, about: $about },)*];
    };
}

variables! {
    ROOT "SAMPAN_ROOT" "Folder of images, compiled code and containers, as `--root`.";
    CONFIG "SAMPAN_CONFIG" "Sampan's own configuration file, as `--config`.";
    HOST "SAMPAN_HOST" "The daemon's socket, as `--host`.";
    DOCKER_CONFIG "DOCKER_CONFIG" "Folder of Docker's `config.json`, whose registry credentials are used. Default: `~/.docker`.";
    XDG_DATA_HOME "XDG_DATA_HOME" "Where users other than root keep data. Default: `~/.local/share`.";
    XDG_CONFIG_HOME "XDG_CONFIG_HOME" "Where users other than root keep configuration. Default: `~/.config`.";
    XDG_RUNTIME_DIR "XDG_RUNTIME_DIR" "Where users other than root keep the daemon's sockets, in `sampan/`.";
    PATH "PATH" "Where credential helpers (`docker-credential-NAME`) are looked for.";
    HOME "HOME" "The user's home folder.";
    HTTP_PROXY "HTTP_PROXY" "Proxy for registries over plain HTTP (`http_proxy` too).";
    HTTPS_PROXY "HTTPS_PROXY" "Proxy for registries over TLS (`https_proxy` too).";
    NO_PROXY "NO_PROXY" "Hosts that are reached without a proxy (`no_proxy` too).";
    NO_COLOR "NO_COLOR" "Set to anything: no colour.";
    CLICOLOR_FORCE "CLICOLOR_FORCE" "Set to anything but 0: colour also into pipes.";
    TERM "TERM" "`dumb` means no colour; passed on to a guest that has a terminal.";
    SOURCE_DATE_EPOCH "SOURCE_DATE_EPOCH" "Seconds since 1970 that `image pack` writes as the time of creation, for reproducible images.";
    OTLP_ENDPOINT "OTEL_EXPORTER_OTLP_ENDPOINT" "Where `sampan daemon` sends OpenTelemetry traces, as its `--otlp-endpoint`. Default: nowhere.";
    OTLP_HEADERS "OTEL_EXPORTER_OTLP_HEADERS" "Headers that go with the traces, as `NAME=VALUE,NAME=VALUE`.";
    OTLP_PROTOCOL "OTEL_EXPORTER_OTLP_PROTOCOL" "`http/json`, which is the only form in which traces are sent.";
    OTEL_SERVICE_NAME "OTEL_SERVICE_NAME" "How the daemon calls itself in its traces. Default: `sampan`.";
    COMPOSE_FILE "COMPOSE_FILE" "The files of `sampan compose`, with `:` between, as its `--file`.";
    COMPOSE_PROJECT_NAME "COMPOSE_PROJECT_NAME" "The project's name of `sampan compose`, as its `--project-name`.";
    COMPOSE_PROFILES "COMPOSE_PROFILES" "Profiles of `sampan compose` that are on, with `,` between, as its `--profile`.";
    COMPOSE_PATH_SEPARATOR "COMPOSE_PATH_SEPARATOR" "What stands between the files of `COMPOSE_FILE`, where that is not `:`.";
    COMPOSE_ENV_FILES "COMPOSE_ENV_FILES" "Files of variables for `sampan compose`, with `,` between, as its `--env-file`.";
    COMPOSE_REMOVE_ORPHANS "COMPOSE_REMOVE_ORPHANS" "`true`: as `--remove-orphans` of `sampan compose`.";
    COMPOSE_IGNORE_ORPHANS "COMPOSE_IGNORE_ORPHANS" "`true`: `sampan compose` says nothing of containers of services that are not in the files.";
    FAILPOINTS "FAILPOINTS" "In builds with the feature `failpoints`: makes the named steps fail, for tests.";
}

/// The variables as they were at the start.
#[derive(Clone, Debug, Default)]
pub(crate) struct Environment {
    /// Whether root started this, and not an ordinary user who becomes root in a namespace of users later.
    pub by_root: bool,
    /// `SAMPAN_ROOT`.
    pub root: Option<PathBuf>,
    /// `SAMPAN_CONFIG`.
    pub config: Option<PathBuf>,
    /// `SAMPAN_HOST`.
    pub host: Option<String>,
    /// `DOCKER_CONFIG`.
    pub docker_config: Option<PathBuf>,
    /// `XDG_DATA_HOME`, where it is absolute.
    pub data_home: Option<PathBuf>,
    /// `XDG_CONFIG_HOME`, where it is absolute.
    pub config_home: Option<PathBuf>,
    /// `XDG_RUNTIME_DIR`, where it is absolute.
    pub runtime_dir: Option<PathBuf>,
    /// `PATH`, taken apart.
    pub search_path: Vec<PathBuf>,
    /// `HOME`.
    pub home: Option<PathBuf>,
    /// `HTTP_PROXY`.
    pub http_proxy: Option<String>,
    /// `HTTPS_PROXY`.
    pub https_proxy: Option<String>,
    /// `NO_PROXY`.
    pub no_proxy: Option<String>,
    /// `NO_COLOR`.
    pub no_color: bool,
    /// `CLICOLOR_FORCE`.
    pub force_color: bool,
    /// `TERM`.
    pub term: Option<String>,
    /// `OTEL_EXPORTER_OTLP_ENDPOINT`.
    pub otlp_endpoint: Option<String>,
    /// `OTEL_EXPORTER_OTLP_HEADERS`.
    pub otlp_headers: Option<String>,
    /// `OTEL_EXPORTER_OTLP_PROTOCOL`.
    pub otlp_protocol: Option<String>,
    /// `OTEL_SERVICE_NAME`.
    pub otel_service_name: Option<String>,
    /// `SOURCE_DATE_EPOCH`.
    pub source_date_epoch: Option<String>,
}

#[expect(
    clippy::disallowed_methods,
    reason = "this is the place that reads the environment"
)]
fn get(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

fn text(name: &str) -> Option<String> {
    get(name).and_then(|value| value.into_string().ok())
}

fn either(name: &str) -> Option<String> {
    text(&name.to_ascii_lowercase()).or_else(|| text(name))
}

/// A variable of the caller's, for `-e NAME` without a value.
pub(crate) fn of_caller(name: &str) -> Option<String> {
    text(name)
}

/// All variables of the caller, which a compose file may ask for by any name.
pub(crate) fn all_of_caller() -> std::collections::BTreeMap<String, String> {
    let texts = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    texts.collect()
}

/// What `sampan compose` is told by variables of its own.
#[derive(Clone, Debug, Default)]
pub(crate) struct ComposeVariables {
    /// `COMPOSE_ENV_FILES`.
    pub env_files: Vec<PathBuf>,
    /// `COMPOSE_REMOVE_ORPHANS`.
    pub remove_orphans: bool,
    /// `COMPOSE_IGNORE_ORPHANS`.
    pub ignore_orphans: bool,
}

impl ComposeVariables {
    /// Reads them.
    pub(crate) fn read() -> Self {
        let on = |name| text(name).is_some_and(|value| matches!(value.as_str(), "1" | "true" | "yes"));
        let files = text(COMPOSE_ENV_FILES).unwrap_or_default();
        Self {
            env_files: files
                .split(',')
                .filter(|file| !file.is_empty())
                .map(PathBuf::from)
                .collect(),
            remove_orphans: on(COMPOSE_REMOVE_ORPHANS),
            ignore_orphans: on(COMPOSE_IGNORE_ORPHANS),
        }
    }
}

impl Environment {
    /// Reads them once.
    pub(crate) fn read() -> Self {
        let path = |name| get(name).map(PathBuf::from);
        let absolute = |name| path(name).filter(|p| p.is_absolute());
        Self {
            by_root: rustix::process::geteuid().is_root(),
            root: path(ROOT),
            config: path(CONFIG),
            host: text(HOST),
            docker_config: path(DOCKER_CONFIG),
            data_home: absolute(XDG_DATA_HOME),
            config_home: absolute(XDG_CONFIG_HOME),
            runtime_dir: absolute(XDG_RUNTIME_DIR),
            search_path: get(PATH)
                .map(|p| std::env::split_paths(&p).collect())
                .unwrap_or_default(),
            home: path(HOME),
            http_proxy: either(HTTP_PROXY),
            https_proxy: either(HTTPS_PROXY),
            no_proxy: either(NO_PROXY),
            no_color: get(NO_COLOR).is_some(),
            force_color: get(CLICOLOR_FORCE).is_some_and(|v| v != "0"),
            term: text(TERM),
            otlp_endpoint: text(OTLP_ENDPOINT),
            otlp_headers: text(OTLP_HEADERS),
            otlp_protocol: text(OTLP_PROTOCOL),
            otel_service_name: text(OTEL_SERVICE_NAME),
            source_date_epoch: text(SOURCE_DATE_EPOCH),
        }
    }

    /// The folder of state: `--root`, else `SAMPAN_ROOT`, else `/var/lib/sampan` for root and the XDG data
    /// folder for others.
    pub(crate) fn state_root(&self, flag: Option<PathBuf>) -> Option<PathBuf> {
        if let Some(root) = flag.or_else(|| self.root.clone()) {
            return Some(root);
        }
        if self.by_root {
            return Some(PathBuf::from("/var/lib/sampan"));
        }
        let data = self
            .data_home
            .clone()
            .or_else(|| Some(self.home.as_ref()?.join(".local/share")))?;
        Some(data.join("sampan"))
    }

    /// The folder of the daemon's sockets: `/run/sampan` for root, else `sampan` in the user's folder for such things.
    pub(crate) fn exec_root(&self) -> Option<PathBuf> {
        if self.by_root {
            return Some(PathBuf::from("/run/sampan"));
        }
        Some(self.runtime_dir.as_ref()?.join("sampan"))
    }

    /// Docker's `config.json`.
    pub(crate) fn docker_config_file(&self) -> Option<PathBuf> {
        let folder = self
            .docker_config
            .clone()
            .or_else(|| Some(self.home.as_ref()?.join(".docker")))?;
        Some(folder.join("config.json"))
    }

    /// Sampan's configuration file: `--config`, else `SAMPAN_CONFIG`, else `/etc/sampan/config.json` for root
    /// and the XDG configuration folder for others.
    pub(crate) fn config_file(&self, flag: Option<PathBuf>) -> Option<PathBuf> {
        if let Some(file) = flag.or_else(|| self.config.clone()) {
            return Some(file);
        }
        if self.by_root {
            return Some(PathBuf::from("/etc/sampan/config.json"));
        }
        let folder = self
            .config_home
            .clone()
            .or_else(|| Some(self.home.as_ref()?.join(".config")))?;
        Some(folder.join("sampan/config.json"))
    }
}
