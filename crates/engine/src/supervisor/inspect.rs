//! Everything about one container, in Docker's form.

use sampan_api::container::{DriverData, HostConfig, Inspect, NetworkSettings, State as Shown};
use sampan_types::platform::Kind;
use sampan_types::{Classified, LimitName};

use super::Supervisor;
use super::cell::Cell;
use super::create::Plan;
use super::error::Result;
use super::linux::closed_paths;
use super::log::{LogPlace, LogPlan};
use super::record::{Record, State};

impl Supervisor {
    /// Everything about a container.
    pub async fn inspect(&self, container: &str, size: bool) -> Result<Inspect> {
        let cell = self.shared.find(container)?;
        let (record, state, execs, hold) = {
            let live = cell.live();
            let execs: Vec<String> = live.execs.iter().map(|exec| exec.id.to_string()).collect();
            (live.record.clone(), live.state.clone(), execs, live.hold.clone())
        };
        let usage = match hold {
            Some(hold) => hold.usage().await,
            None => cell.live().usage.clone(),
        };
        let mut inspect = self.shown(&cell, &record, &state);
        inspect.exec_ids = (!execs.is_empty()).then_some(execs);
        inspect.sampan = Some(sampan_part(&record, &usage));
        if size {
            let (own, all) = self.sizes(&record);
            inspect.size_rw = Some(own);
            inspect.size_root_fs = Some(all);
        }
        Ok(inspect)
    }

    fn shown(&self, cell: &Cell, record: &Record, state: &State) -> Inspect {
        let log = &record.host.log_config;
        // Files of the other drivers are nobody's business.
        let path = match LogPlan::parse(&log.kind, &log.config) {
            Ok(plan) if plan.is_public() && !state.started.is_zero() => {
                LogPlace::new(&self.shared.logs, &cell.id)
                    .path()
                    .display()
                    .to_string()
            }
            _ => String::new(),
        };
        // Those of other kinds have no such files.
        let files = match record.kind {
            Kind::Linux => self.own_files(record),
            Kind::Wasm | Kind::Windows => Vec::new(),
        };
        let named = |name: &str| {
            let own = files.iter().find(|(at, _)| at.ends_with(name));
            own.map(|(_, source)| source.display().to_string())
                .unwrap_or_default()
        };
        Inspect {
            id: cell.id.to_string(),
            created: record.created,
            path: record.path.clone(),
            args: record.args.clone(),
            state: shown_state(state),
            image: record.image.digest.to_string(),
            log_path: path,
            name: format!("/{}", record.name),
            restart_count: i64::from(state.restarts),
            driver: "sampan".to_owned(),
            platform: "linux".to_owned(),
            host_config: self.shown_host(record),
            resolv_conf_path: named("resolv.conf"),
            hostname_path: named("hostname"),
            hosts_path: named("hosts"),
            graph_driver: Some(DriverData {
                name: "sampan".to_owned(),
                ..DriverData::default()
            }),
            mounts: record.mounts_shown(),
            config: record.config.clone(),
            network_settings: self.network_settings(record, state),
            ..Inspect::default()
        }
    }

    /// What was asked for, with what follows from it where nothing was said.
    fn shown_host(&self, record: &Record) -> HostConfig {
        let mut host = record.host.clone();
        host.links = record.links_shown();
        if record.kind != Kind::Linux {
            return host;
        }
        (host.masked_paths, host.readonly_paths) = closed_paths(&host);
        if host.memory > 0 && host.memory_swap == 0 {
            host.memory_swap = host.memory.saturating_mul(2);
        }
        if host.cgroupns_mode.is_empty() {
            let linux = self.shared.engine.runtime(Kind::Linux).ok();
            let groups = linux.and_then(|linux| linux.control_groups());
            host.cgroupns_mode = match groups.is_some_and(|groups| groups.unified) {
                true => "private",
                false => "host",
            }
            .to_owned();
        }
        host
    }

    fn network_settings(&self, record: &Record, state: &State) -> NetworkSettings {
        let networks = self.shared.networks().shown(record, state);
        let mut settings = NetworkSettings {
            ports: state.ports.clone(),
            ..NetworkSettings::default()
        };
        // What older clients read: the place in the usual network.
        if let Some(bridge) = networks.get("bridge") {
            settings.endpoint_id.clone_from(&bridge.endpoint_id);
            settings.gateway.clone_from(&bridge.gateway);
            settings.ip_address.clone_from(&bridge.ip_address);
            settings.ip_prefix_len = bridge.ip_prefix_len;
            settings.ipv6_gateway.clone_from(&bridge.ipv6_gateway);
            settings
                .global_ipv6_address
                .clone_from(&bridge.global_ipv6_address);
            settings.global_ipv6_prefix_len = bridge.global_ipv6_prefix_len;
            settings.mac_address.clone_from(&bridge.mac_address);
        }
        if state.running {
            settings.sandbox_id = record.id.to_string();
            if record.kind == Kind::Linux && state.pid > 0 {
                // There is no file for it; this leads there as long as it is there.
                settings.sandbox_key = format!("/proc/{}/ns/net", state.pid);
            }
        }
        settings.networks = networks;
        settings
    }
}

/// How a container stands, in Docker's form.
pub(crate) fn shown_state(state: &State) -> Shown {
    Shown {
        status: state.status(),
        running: state.running,
        paused: state.paused,
        restarting: state.restarting,
        oom_killed: state.oom_killed,
        dead: state.dead,
        pid: state.pid,
        exit_code: state.exit_code,
        error: state.error.clone(),
        started_at: state.started,
        finished_at: state.finished,
        health: state.health.clone(),
    }
}

/// What Docker has no place for: grants, and each limit with its use beside it.
pub(crate) fn sampan_part(record: &Record, usage: &sampan_types::Usage) -> serde_json::Value {
    let plan = match Plan::of(&record.host) {
        Ok(plan) => plan,
        // What was accepted once is accepted again, unless this daemon is older than the one that did.
        Err(error) => return serde_json::json!({ "Problem": error.to_string(), "Hint": error.hint() }),
    };
    let limits: serde_json::Map<String, serde_json::Value> = LimitName::ALL
        .iter()
        .map(|name| {
            let entry = serde_json::json!({ "Limit": plan.limits.show(*name), "Used": usage.show(*name) });
            (name.to_string(), entry)
        })
        .collect();
    let mut part = serde_json::json!({ "Grants": plan.grants, "Limits": limits });
    if !record.versions.is_first() {
        let second = record.second();
        let each = std::iter::once(record).chain(&second).zip(record.lineup());
        part["Versions"] = each
            .map(|(version, (number, weight))| {
                serde_json::json!({
                    "Version": number,
                    "Weight": weight,
                    "Image": version.config.image,
                    "Id": version.image.digest,
                })
            })
            .collect();
    }
    part
}
