//! `sampan daemon`: answers the Docker Engine API until it is asked to end. Containers outlive it.

mod args;
mod defaults;
mod install;
mod networks;
mod ordinary;
mod traces;
mod twice;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use clap::ValueEnum;
use sampan_daemon::{Bounds, DaemonConfig, Listen, Server, Settings, TlsFiles};
use sampan_engine::supervisor::{Supervisor, SupervisorConfig, Toolbox};
use sampan_engine::{Engine, EngineConfig, LinuxHere};
use sampan_types::Classified;

use crate::app::App;
use crate::daemon_registries;
use crate::error::CliError;
use crate::terminal::Signals;

pub(crate) use args::DaemonArgs;

/// Where Docker's file of settings is looked for.
const SETTINGS: &str = "/etc/sampan/daemon.json";

/// How much to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogLevel {
    /// Everything
    Debug,
    /// Requests, starts and ends
    Info,
    /// What may be wrong
    Warn,
    /// What is wrong
    #[value(alias = "fatal")]
    Error,
}

/// In which form it is said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    /// Lines for people
    #[default]
    Text,
    /// A JSON document for each line
    Json,
}

pub(crate) fn run(app: &App<'_>, mut args: DaemonArgs) -> Result<(), CliError> {
    args.listen.extend(app.hosts().iter().cloned());
    if args.install {
        return install::install(app, &args.unit);
    }
    let settings = settings(app, &args)?;
    let level = level(&args, &settings);
    let format = args.log_format.unwrap_or(match settings.log_format.as_deref() {
        Some("json") => LogFormat::Json,
        _ => LogFormat::Text,
    });
    let (layer, sending) = traces::traces(app, &args, &settings)?.unzip();
    crate::trace::log(level, format, layer);
    for key in &settings.without_effect {
        tracing::warn!(key, "a setting has no effect here");
    }
    let exec_root = args.exec_root.clone().or_else(|| settings.exec_root.clone());
    let exec_root = match exec_root {
        Some(folder) => folder,
        None => app.environment.exec_root().ok_or(CliError::NoExecRoot)?,
    };
    // By its name a later daemon finds what this one leaves, from wherever that is started.
    let exec_root = std::path::absolute(&exec_root).unwrap_or(exec_root);
    let linux = ordinary::prepare(&exec_root);
    private_folder(&exec_root)?;
    let listen = places(&args, &settings, &exec_root)?;
    let store = app.store_at(settings.data_root.clone())?;
    let _pid = pid_file(args.pidfile.as_deref().or(settings.pidfile.as_deref()))?;
    let config = DaemonConfig {
        listen,
        read_only: args.read_only,
        debug: level == LogLevel::Debug,
        experimental: settings.experimental == Some(true),
        bounds: bounds(&args, &settings),
        ..DaemonConfig::default()
    };
    let supervision = supervision(&args, &settings)?;
    app.block_on_few(async {
        let nothing = matches!(linux, LinuxHere::Nothing(_));
        let runtimes = app.hosted_runtimes(&store, &exec_root, !nothing).await?;
        let engine = EngineConfig {
            registries: daemon_registries::registries(app, &settings)?,
            linux,
        };
        let engine = Arc::new(Engine::new(engine, store, runtimes));
        let supervisor = Arc::new(Supervisor::open(engine, supervision).await?);
        let server = Server::bind(config, supervisor.clone()).await?;
        let sending = sending.map(sampan_daemon::Sending::start);
        app.printer.done(
            "serving",
            format_args!("the Docker API on {}", server.places().join(", ")),
        );
        let mut signals = Signals::new().map_err(CliError::Signals)?;
        let asked_to_end = async move {
            signals.next().await;
        };
        let outcome = server.run(asked_to_end).await;
        let kept = supervisor.shutdown().await;
        if let Some(sending) = sending {
            sending.flush().await;
        }
        outcome?;
        Ok(kept?)
    })
}

/// The file, where one was named or one is there.
fn settings(app: &App<'_>, args: &DaemonArgs) -> Result<Settings, CliError> {
    let (path, named) = match &args.config_file {
        Some(path) => (path.as_path(), true),
        None => (Path::new(SETTINGS), false),
    };
    let mut settings = match Settings::read(path) {
        Err(error) if !named && error.class() == sampan_types::ErrorClass::NotFound => Settings::default(),
        read => read?,
    };
    args.settle(app.root_flag(), &mut settings, path)?;
    Ok(settings)
}

fn level(args: &DaemonArgs, settings: &Settings) -> LogLevel {
    if args.debug || settings.debug == Some(true) {
        return LogLevel::Debug;
    }
    args.log_level.unwrap_or(match settings.log_level.as_deref() {
        Some("debug") => LogLevel::Debug,
        Some("warn") => LogLevel::Warn,
        Some("error" | "fatal") => LogLevel::Error,
        _ => LogLevel::Info,
    })
}

/// Where it listens: what was asked for, or the socket in the folder of sockets.
fn places(args: &DaemonArgs, settings: &Settings, exec_root: &Path) -> Result<Vec<Listen>, CliError> {
    let hosts = match args.listen.is_empty() {
        true => &settings.hosts,
        false => &args.listen,
    };
    let group = args.group.clone().or_else(|| settings.group.clone());
    let mut places = hosts
        .iter()
        .map(|host| place(host, group.as_ref(), args, settings))
        .collect::<Result<Vec<_>, _>>()?;
    if places.is_empty() {
        places.push(Listen::Unix {
            path: exec_root.join("sampan.sock"),
            group,
        });
    }
    places.extend(args.wasm_socket.clone().map(|path| Listen::WasmOnly { path }));
    if let Some(address) = args.metrics_addr.as_ref().or(settings.metrics_addr.as_ref()) {
        places.push(Listen::Metrics {
            address: address_of(address)?,
        });
    }
    Ok(places)
}

fn place(
    host: &str,
    group: Option<&String>,
    args: &DaemonArgs,
    settings: &Settings,
) -> Result<Listen, CliError> {
    let bad = |why| CliError::ListenPlace {
        place: host.to_owned(),
        why,
    };
    if let Some(path) = host.strip_prefix("unix://") {
        let path = PathBuf::from(path);
        return match path.is_absolute() {
            true => Ok(Listen::Unix {
                path,
                group: group.cloned(),
            }),
            false => Err(bad("a Unix socket needs an absolute path")),
        };
    }
    let Some(address) = host.strip_prefix("tcp://") else {
        return Err(bad("write `unix:///PATH` or `tcp://ADDRESS:PORT`"));
    };
    let file = |flag: &Option<PathBuf>, setting: &Option<PathBuf>| flag.clone().or_else(|| setting.clone());
    let tls = (
        file(&args.tlscacert, &settings.tlscacert),
        file(&args.tlscert, &settings.tlscert),
        file(&args.tlskey, &settings.tlskey),
    );
    let (Some(ca), Some(cert), Some(key)) = tls else {
        return Err(bad(
            "TCP needs certificates on both sides: give `--tlscacert`, `--tlscert` and `--tlskey`",
        ));
    };
    Ok(Listen::Tcp {
        address: address_of(address)?,
        tls: TlsFiles { ca, cert, key },
    })
}

fn address_of(text: &str) -> Result<SocketAddr, CliError> {
    text.parse().map_err(|_| CliError::ListenPlace {
        place: text.to_owned(),
        why: "write an address and a port, such as `127.0.0.1:2376`",
    })
}

fn bounds(args: &DaemonArgs, settings: &Settings) -> Bounds {
    let seconds = args.shutdown_timeout.or_else(|| {
        let seconds = settings.shutdown_timeout?;
        u64::try_from(seconds).ok()
    });
    let usual = Bounds::default();
    Bounds {
        drain: seconds.map_or(usual.drain, Duration::from_secs),
        ..usual
    }
}

fn supervision(args: &DaemonArgs, settings: &Settings) -> Result<SupervisorConfig, CliError> {
    let usual = SupervisorConfig::default();
    let driver = args.log_driver.clone().or_else(|| settings.log_driver.clone());
    let mut log_options: BTreeMap<String, String> = settings.log_opts.clone();
    for option in &args.log_opts {
        let (key, value) = option.split_once('=').ok_or_else(|| CliError::KeyValue {
            flag: "--log-opt",
            text: option.clone(),
        })?;
        log_options.insert(key.to_owned(), value.to_owned());
    }
    let mut labels = settings.labels.clone();
    labels.extend(args.labels.iter().cloned());
    Ok(SupervisorConfig {
        log_driver: driver.unwrap_or(usual.log_driver),
        log_options,
        journal_socket: args
            .journal_socket
            .clone()
            .or_else(|| settings.journal_socket.clone())
            .unwrap_or(usual.journal_socket),
        labels,
        toolbox: Some(toolbox()),
        defaults: defaults::defaults(settings)?,
        build_cache: settings.builder.gc.bound(usual.build_cache),
        ..usual
    })
}

/// What exec opens where the image has no such program.
fn toolbox() -> Toolbox {
    Toolbox {
        wasm: Bytes::from_static(sampan_toolbox::WASM),
        tools: sampan_toolbox::TOOLS
            .iter()
            .map(|&tool| tool.to_owned())
            .collect(),
    }
}

/// A folder that others may pass through to the sockets, but not change.
fn private_folder(path: &Path) -> Result<(), CliError> {
    use std::os::unix::fs::DirBuilderExt;
    let made = std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o711)
        .create(path);
    made.map_err(|source| CliError::Write {
        path: path.to_owned(),
        source,
    })
}

/// Holds the process id until the daemon ends.
fn pid_file(path: Option<&Path>) -> Result<Option<PidFile>, CliError> {
    let Some(path) = path else { return Ok(None) };
    std::fs::write(path, format!("{}\n", std::process::id())).map_err(|source| CliError::Write {
        path: path.to_owned(),
        source,
    })?;
    Ok(Some(PidFile(path.to_owned())))
}

struct PidFile(PathBuf);

impl Drop for PidFile {
    fn drop(&mut self) {
        // A file that somebody removed before is as gone.
        let _ = std::fs::remove_file(&self.0);
    }
}
