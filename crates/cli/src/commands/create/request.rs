//! What the API is asked for, from the flags of `run` and `create`.

use std::path::Path;

use sampan_api::container::{Config, CreateRequest, HostConfig, LogConfig, PortBinding, RestartPolicy};
use sampan_api::network::{EndpointSettings, NetworkingConfig};
use sampan_api::{Empty, Port};

use super::values::{bytes, health, mount, nano_cpus, restart_policy};
use crate::app::App;
use crate::commands::flags::pairs;
use crate::commands::run::RunArgs;
use crate::error::CliError;
use crate::{environment_file, grants_file, terminal};

/// Turns flags into a request.
pub(super) fn of(app: &App<'_>, args: &RunArgs, detach: bool) -> Result<CreateRequest, CliError> {
    let unsupported = [
        (args.learn.is_some(), "`--learn` works without the daemon alone"),
        (
            args.coredump.is_some(),
            "`--coredump` works without the daemon alone",
        ),
        (
            args.profile.is_some(),
            "`--profile` works without the daemon alone",
        ),
        (args.debug.is_some(), "`--debug` works without the daemon alone"),
        (args.trace, "`--trace` works without the daemon alone"),
        (
            args.serving.any(),
            "`--tls-cert`, `--reuse`, `--access-log` and `--http-limit` work without the daemon alone",
        ),
    ];
    if let Some((_, why)) = unsupported.into_iter().find(|(given, _)| *given) {
        return Err(CliError::Usage(why));
    }
    Ok(CreateRequest {
        config: config(args, detach)?,
        host_config: host_config(app, args)?,
        networking_config: networking(args),
    })
}

fn config(args: &RunArgs, detach: bool) -> Result<Config, CliError> {
    let flags = &args.daemon;
    let mut env = Vec::new();
    for file in &args.env_file {
        env.extend(environment_file::read(file)?);
    }
    for entry in &args.env {
        env.extend(environment_file::entry(entry).map_err(CliError::Environment)?);
    }
    let mut exposed = sampan_api::Set::<Port>::new();
    for text in &flags.expose {
        let port = text.parse().map_err(|_| CliError::Value {
            value: text.clone(),
            wanted: "a port: write one as 80 or 53/udp",
        })?;
        exposed.insert(port, Empty {});
    }
    exposed.extend(
        args.publish
            .iter()
            .map(|published| (tcp(published.container), Empty {})),
    );
    let (image, words) = args
        .words
        .split_first()
        .ok_or(CliError::Usage("no image is named"))?;
    Ok(Config {
        hostname: flags.hostname.clone().unwrap_or_default(),
        user: flags.user.clone().unwrap_or_default(),
        attach_stdin: args.interactive && !detach,
        attach_stdout: !detach,
        attach_stderr: !detach,
        exposed_ports: exposed,
        tty: args.tty.is_some(),
        open_stdin: args.interactive,
        stdin_once: args.interactive && !detach,
        env: Some(
            env.into_iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect(),
        ),
        cmd: (!words.is_empty()).then(|| words.to_vec().into()),
        healthcheck: health(
            flags.health_cmd.as_deref(),
            flags.no_healthcheck,
            [
                flags.health_interval.as_deref(),
                flags.health_timeout.as_deref(),
                flags.health_start_period.as_deref(),
                flags.health_start_interval.as_deref(),
            ],
            flags.health_retries,
        )?,
        image: image.clone(),
        working_dir: args.workdir.clone().unwrap_or_default(),
        entrypoint: args.entrypoint.clone().map(|entrypoint| vec![entrypoint].into()),
        labels: pairs(&flags.label),
        stop_signal: flags.stop_signal.clone().unwrap_or_default(),
        stop_timeout: flags.stop_timeout,
        volumes: anonymous(args),
        ..Config::default()
    })
}

/// Mounts without a source are new volumes.
fn anonymous(args: &RunArgs) -> Option<sampan_api::Set> {
    let targets: sampan_api::Set = args
        .volume
        .iter()
        .filter_map(|volume| volume.anonymous())
        .map(|target| (target.to_owned(), Empty {}))
        .collect();
    (!targets.is_empty()).then_some(targets)
}

fn tcp(number: u16) -> Port {
    Port {
        number,
        protocol: sampan_api::Protocol::Tcp,
    }
}

fn host_config(app: &App<'_>, args: &RunArgs) -> Result<HostConfig, CliError> {
    let flags = &args.daemon;
    let mut binds = Vec::new();
    for volume in &args.volume {
        if let Some(given) = volume.given() {
            binds.push(bind(&app.working_dir()?, given));
        }
    }
    let mut ports = sampan_api::container::PortMap::new();
    for published in &args.publish {
        let port = published.host.port();
        let binding = PortBinding {
            host_ip: published.host.ip().to_string(),
            host_port: if port == 0 {
                String::new()
            } else {
                port.to_string()
            },
        };
        ports
            .entry(tcp(published.container))
            .or_default()
            .get_or_insert_default()
            .push(binding);
    }
    let [rows, columns] =
        terminal::size().map_or([0, 0], |(rows, columns)| [u64::from(rows), u64::from(columns)]);
    let restart_policy = match &flags.restart {
        Some(text) => restart_policy(text)?,
        None => RestartPolicy {
            name: "no".to_owned(),
            maximum_retry_count: 0,
        },
    };
    if args.rm && !matches!(restart_policy.name.as_str(), "" | "no") {
        return Err(CliError::Usage("`--restart` and `--rm` contradict each other"));
    }
    Ok(HostConfig {
        binds: (!binds.is_empty()).then_some(binds),
        log_config: LogConfig {
            kind: flags.log_driver.clone().unwrap_or_default(),
            config: pairs(&flags.log_opt),
        },
        network_mode: flags
            .network
            .first()
            .cloned()
            .unwrap_or_else(|| "default".to_owned()),
        port_bindings: (!ports.is_empty()).then_some(ports),
        restart_policy,
        auto_remove: args.rm,
        volumes_from: (!flags.volumes_from.is_empty()).then(|| flags.volumes_from.clone()),
        console_size: [rows, columns],
        annotations: pairs(&flags.annotation),
        extra_hosts: (!flags.add_host.is_empty()).then(|| flags.add_host.clone()),
        publish_all_ports: flags.publish_all,
        readonly_rootfs: args.read_only,
        security_opt: security_options(args)?,
        tmpfs: args.tmpfs.iter().map(tmpfs).collect(),
        isolation: flags.isolation.clone().unwrap_or_default(),
        mounts: flags
            .mount
            .iter()
            .map(|text| mount(text))
            .collect::<Result<_, _>>()?,
        init: flags.init.then_some(true),
        cpu_shares: flags.cpu_shares.unwrap_or_default(),
        nano_cpus: nano_cpus(args.cpus.as_deref())?,
        memory: bytes(args.memory.as_deref())?,
        pids_limit: args
            .pids_limit
            .as_deref()
            .map(|text| {
                text.parse().map_err(|_| CliError::Value {
                    value: text.to_owned(),
                    wanted: "a number of processes",
                })
            })
            .transpose()?,
        ..HostConfig::default()
    })
}

/// A source with a slash is a folder of the host, which the daemon needs in full; one without is a volume.
fn bind(here: &Path, mount: &sampan_types::grants::Mount) -> String {
    let source = mount.source.to_string_lossy();
    let source = if source.contains('/') || source == "." || source == ".." {
        let whole: std::path::PathBuf = here.join(&mount.source).components().collect();
        whole.to_string_lossy().into_owned()
    } else {
        source.into_owned()
    };
    let read_only = match mount.access {
        sampan_types::grants::Access::ReadOnly => ":ro",
        sampan_types::grants::Access::ReadWrite => "",
    };
    format!("{source}:{}{read_only}", mount.target.display())
}

fn tmpfs(tmpfs: &sampan_types::grants::Tmpfs) -> (String, String) {
    let text = tmpfs.to_string();
    let (target, options) = text.split_once(':').unwrap_or((&text, ""));
    (target.to_owned(), options.to_owned())
}

/// Grants and limits that are Sampan's own travel as security options.
fn security_options(args: &RunArgs) -> Result<Option<Vec<String>>, CliError> {
    let mut net: Vec<String> = args.allow_net.iter().map(ToString::to_string).collect();
    let mut http: Vec<String> = args.allow_http.iter().map(ToString::to_string).collect();
    let mut listen: Vec<String> = args.allow_listen.iter().map(ToString::to_string).collect();
    for file in &args.grants {
        let given = grants_file::read(file)?;
        if !given.mounts.is_empty() || !given.tmpfs.is_empty() {
            return Err(CliError::Usage(
                "a file of grants with mounts works without the daemon alone: use `-v` and `--tmpfs`",
            ));
        }
        net.extend(given.net.iter().map(ToString::to_string));
        http.extend(given.http.iter().map(ToString::to_string));
        listen.extend(given.listen.iter().map(ToString::to_string));
    }
    let limits = args
        .timeout
        .iter()
        .map(|time| format!("wall-time={time}"))
        .chain(args.limit.iter().cloned())
        .collect();
    let mut options = args.daemon.security_opt.clone();
    for (name, values) in [
        ("net", net),
        ("http", http),
        ("listen", listen),
        ("limit", limits),
    ] {
        options.extend(values.iter().map(|value| format!("wasm.{name}={value}")));
    }
    Ok((!options.is_empty()).then_some(options))
}

fn networking(args: &RunArgs) -> NetworkingConfig {
    let flags = &args.daemon;
    let aliases = (!flags.network_alias.is_empty()).then(|| flags.network_alias.clone());
    let endpoints_config = flags
        .network
        .iter()
        .map(|network| {
            let endpoint = EndpointSettings {
                aliases: aliases.clone(),
                ..EndpointSettings::default()
            };
            (network.clone(), Some(endpoint))
        })
        .collect();
    NetworkingConfig { endpoints_config }
}
