//! What the API is asked for, from a service.

use std::collections::BTreeMap;

use sampan_api::container::{
    Config, CreateRequest, HealthConfig, HostConfig, LogConfig, PortBinding, PortMap,
};
use sampan_api::network::{EndpointIpamConfig, EndpointSettings, NetworkingConfig};
use sampan_api::{Empty, Port, Set, Strings};

use crate::{Attachment, ComposeError, HealthCheck, Project, Service};

mod limits;
mod mounts;

pub(crate) use mounts::Kept;

/// What of a container is not the service's.
#[derive(Clone, Debug, Default)]
pub(crate) struct Own {
    /// Its name.
    pub(crate) name: String,
    /// Its labels beside the service's.
    pub(crate) labels: Strings,
    /// Its image, as the daemon knows it.
    pub(crate) image: String,
    /// Anonymous volumes of the container whose place it takes.
    pub(crate) kept: Vec<Kept>,
    /// Whether it answers to the service's name.
    pub(crate) aliases: bool,
    /// The network mode, where that is another container's.
    pub(crate) network_of: Option<String>,
    /// Whether files of secrets and configurations are mounted; else they are in `contents`.
    pub(crate) mounts_files: bool,
    /// Whether its program is compiled quickly.
    pub(crate) quick: bool,
    /// An archive of what is put into the container before it starts.
    pub(crate) contents: Option<Vec<u8>>,
    /// Other namespaces that are another container's: `container:ID` by `ipc`, `pid`.
    pub(crate) shared: BTreeMap<&'static str, String>,
}

/// The request for a container, and the further networks that it joins when it is there.
pub(crate) struct Wanted {
    pub(crate) request: CreateRequest,
    pub(crate) further: Vec<(String, EndpointSettings)>,
}

/// Makes the request.
pub(crate) fn of(project: &Project, service: &Service, own: &Own) -> Result<Wanted, ComposeError> {
    let (exposed, bindings) = ports(service)?;
    let mut networks = networks(project, service, own)?;
    let (mode, first) = match (&own.network_of, &service.network_mode) {
        (Some(other), _) => (other.clone(), None),
        (None, Some(mode)) => (mode.clone(), None),
        (None, None) if networks.is_empty() => ("none".to_owned(), None),
        (None, None) => {
            let first = networks.remove(0);
            (first.0.clone(), Some(first))
        }
    };
    let mut labels = service.labels.clone();
    labels.extend(own.labels.clone());
    let env = service.environment.iter().map(|(name, value)| match value {
        Some(value) => format!("{name}={value}"),
        None => name.clone(),
    });
    let config = Config {
        hostname: service.hostname.clone().unwrap_or_default(),
        domainname: service.domainname.clone().unwrap_or_default(),
        user: service.user.clone().unwrap_or_default(),
        attach_stdout: true,
        attach_stderr: true,
        exposed_ports: exposed,
        tty: service.tty,
        open_stdin: service.stdin_open,
        env: Some(env.collect()),
        cmd: service.command.clone().map(Into::into),
        entrypoint: service.entrypoint.clone().map(Into::into),
        healthcheck: service.healthcheck.as_ref().map(health),
        image: own.image.clone(),
        working_dir: service.working_dir.clone().unwrap_or_default(),
        mac_address: service
            .mac_address
            .clone()
            .filter(|_| first.is_none())
            .unwrap_or_default(),
        labels,
        stop_signal: service.stop_signal.clone().unwrap_or_default(),
        stop_timeout: service
            .stop_grace_period
            .and_then(|span| i64::try_from(span.as_secs()).ok()),
        ..Config::default()
    };
    let mut host_config = HostConfig {
        network_mode: mode,
        port_bindings: Some(bindings),
        ..limits::host_config(service)?
    };
    mounts::put_in(project, service, own, &mut host_config)?;
    others(service, own, &mut host_config);
    let networking_config = NetworkingConfig {
        endpoints_config: first
            .into_iter()
            .map(|(name, settings)| (name, Some(settings)))
            .collect(),
    };
    Ok(Wanted {
        request: CreateRequest {
            config,
            host_config,
            networking_config,
        },
        further: networks,
    })
}

fn some(list: &[String]) -> Option<Vec<String>> {
    (!list.is_empty()).then(|| list.to_vec())
}

fn others(service: &Service, own: &Own, host: &mut HostConfig) {
    let shared = |name: &'static str, word: &Option<String>| {
        own.shared
            .get(name)
            .cloned()
            .or_else(|| word.clone())
            .unwrap_or_default()
    };
    host.annotations = service.annotations.clone();
    host.cap_add = some(&service.cap_add);
    host.cap_drop = some(&service.cap_drop);
    host.dns = some(&service.dns);
    host.dns_options = some(&service.dns_opt);
    host.dns_search = some(&service.dns_search);
    let hosts = service
        .extra_hosts
        .iter()
        .flat_map(|(host, addresses)| addresses.iter().map(move |address| format!("{host}:{address}")));
    host.extra_hosts = some(&hosts.collect::<Vec<_>>());
    let groups: Vec<_> = service.group_add.iter().filter_map(crate::tree::text).collect();
    host.group_add = some(&groups);
    host.ipc_mode = shared("ipc", &service.ipc);
    host.pid_mode = shared("pid", &service.pid);
    host.uts_mode = service.uts.clone().unwrap_or_default();
    host.userns_mode = service.userns_mode.clone().unwrap_or_default();
    host.cgroupns_mode = service.cgroup.clone().unwrap_or_default();
    host.isolation = service.isolation.clone().unwrap_or_default();
    host.runtime = service.runtime.clone().unwrap_or_default();
    host.privileged = service.privileged;
    host.readonly_rootfs = service.read_only;
    host.init = service.init;
    let (mut confined, open): (Vec<String>, Vec<String>) = service
        .security_opt
        .iter()
        .cloned()
        .partition(|option| option != "systempaths=unconfined");
    if own.quick {
        confined.push("wasm.compile=quick".to_owned());
    }
    host.security_opt = some(&confined);
    if !open.is_empty() {
        host.masked_paths = Some(Vec::new());
        host.readonly_paths = Some(Vec::new());
    }
    host.sysctls = service.sysctls.clone();
    host.storage_opt = service.storage_opt.clone();
    if let Some(logging) = &service.logging {
        host.log_config = LogConfig {
            kind: logging.driver.clone().unwrap_or_default(),
            config: logging.options.clone(),
        };
    }
}

fn nanos(span: Option<std::time::Duration>) -> i64 {
    span.and_then(|span| i64::try_from(span.as_nanos()).ok())
        .unwrap_or(0)
}

fn health(check: &HealthCheck) -> HealthConfig {
    HealthConfig {
        test: if check.disable {
            vec!["NONE".to_owned()]
        } else {
            check.test.clone()
        },
        interval: nanos(check.interval),
        timeout: nanos(check.timeout),
        start_period: nanos(check.start_period),
        start_interval: nanos(check.start_interval),
        retries: check.retries.unwrap_or(0),
    }
}

fn ports(service: &Service) -> Result<(Set<Port>, PortMap), ComposeError> {
    let place = |key: &str| format!("services.{}.{key}", service.name);
    let mut exposed = Set::new();
    for text in &service.expose {
        let (range, protocol) = text.split_once('/').unwrap_or((text, "tcp"));
        let (low, high) = range.split_once('-').unwrap_or((range, range));
        let (Ok(low), Ok(high)) = (low.parse::<u16>(), high.parse::<u16>()) else {
            return Err(ComposeError::model(
                place("expose"),
                format!("has `{text}`, which is no port"),
            ));
        };
        for number in low..=high {
            let port: Port = format!("{number}/{protocol}").parse().map_err(|_| {
                ComposeError::model(place("expose"), format!("has `{text}`, which is no port"))
            })?;
            exposed.insert(port, Empty {});
        }
    }
    let mut bindings = PortMap::new();
    for port in &service.ports {
        let target = port.target.unwrap_or_default();
        let wanted = format!("{target}/{}", port.protocol);
        let container: Port = wanted
            .parse()
            .map_err(|_| ComposeError::model(place("ports"), format!("has `{wanted}`, which is no port")))?;
        exposed.insert(container, Empty {});
        bindings
            .entry(container)
            .or_default()
            .get_or_insert_default()
            .push(PortBinding {
                host_ip: port.host_ip.clone().unwrap_or_default(),
                host_port: port.published.clone().unwrap_or_default(),
            });
    }
    Ok((exposed, bindings))
}

/// The networks by their names at the daemon; the one of the highest priority is the first.
fn networks(
    project: &Project,
    service: &Service,
    own: &Own,
) -> Result<Vec<(String, EndpointSettings)>, ComposeError> {
    if service.network_mode.is_some() || own.network_of.is_some() {
        return Ok(Vec::new());
    }
    let unset = Attachment::default();
    let mut chosen: Vec<(&String, &Attachment)> = service
        .networks
        .iter()
        .map(|(key, attachment)| (key, attachment.as_ref().unwrap_or(&unset)))
        .collect();
    chosen.sort_by_key(|(key, attachment)| (-attachment.priority.unwrap_or(0), *key));
    let mut all = Vec::new();
    for (index, (key, attachment)) in chosen.into_iter().enumerate() {
        let network = project.networks.get(key).ok_or_else(|| {
            ComposeError::model(
                format!("services.{}.networks", service.name),
                format!("names network `{key}`"),
            )
        })?;
        let mut aliases = vec![own.name.clone()];
        if own.aliases {
            aliases.push(service.name.clone());
            aliases.extend(attachment.aliases.clone());
        }
        let fixed = attachment.ipv4_address.is_some()
            || attachment.ipv6_address.is_some()
            || !attachment.link_local_ips.is_empty();
        let mac = attachment
            .mac_address
            .clone()
            .or_else(|| service.mac_address.clone().filter(|_| index == 0));
        let settings = EndpointSettings {
            aliases: Some(aliases),
            mac_address: mac.unwrap_or_default(),
            driver_opts: (!attachment.driver_opts.is_empty()).then(|| attachment.driver_opts.clone()),
            gw_priority: attachment.gw_priority.unwrap_or(0),
            ipam_config: fixed.then(|| EndpointIpamConfig {
                ipv4_address: attachment.ipv4_address.clone().unwrap_or_default(),
                ipv6_address: attachment.ipv6_address.clone().unwrap_or_default(),
                link_local_ips: attachment.link_local_ips.clone(),
            }),
            links: links(project, service),
            ..EndpointSettings::default()
        };
        all.push((network.name.clone(), settings));
    }
    Ok(all)
}

/// Links are names in networks: `SERVICE:ALIAS` is the first container of the service.
fn links(project: &Project, service: &Service) -> Option<Vec<String>> {
    let mut all = Vec::new();
    for link in &service.links {
        let (other, alias) = link.split_once(':').unwrap_or((link, link));
        let container = project
            .services
            .get(other)
            .and_then(|other| other.container_name.clone())
            .unwrap_or_else(|| format!("{}-{other}-1", project.name));
        all.push(format!("{container}:{alias}"));
    }
    all.extend(service.external_links.iter().cloned());
    (!all.is_empty()).then_some(all)
}

#[cfg(test)]
mod tests;
