//! What the engine is, and what lies on the disk.

use sampan_api::Time;
use sampan_api::container::Status;
use sampan_api::registry::{IndexInfo, ServiceConfig};
use sampan_api::system::{DiskUsage, Info, PluginsInfo, Runtime, Usage};
use sampan_distribution::client::{ClientConfig, RegistryConfig};
use sampan_runtime::ControlGroups;
use sampan_types::platform::Kind;

use super::create::RUNC;
use super::error::Result;
use super::{DiskQuery, ListQuery, Supervisor};

/// The name under which Docker Hub's images stand in references, and where its users have their accounts.
const HUB: &str = "docker.io";
const INDEX: &str = "https://index.docker.io/v1/";
/// Addresses at which registries may speak plain HTTP.
const LOOPBACK: [&str; 2] = ["::1/128", "127.0.0.0/8"];

impl Supervisor {
    /// What the engine is and has. What concerns HTTP alone is left to the caller.
    pub async fn info(&self) -> Result<Info> {
        let mut counts = [0_i64; 3];
        for cell in self.shared.cells() {
            let at = match cell.live().state.status() {
                Status::Running | Status::Restarting => 0,
                Status::Paused => 1,
                _ => 2,
            };
            counts[at] += 1;
        }
        let [running, paused, stopped] = counts;
        let uname = rustix::system::uname();
        let text = |c: &std::ffi::CStr| c.to_string_lossy().into_owned();
        let memory = rustix::system::sysinfo();
        let total = memory.totalram.saturating_mul(u64::from(memory.mem_unit.max(1)));
        let mut runtimes = vec!["sampan".to_owned()];
        let mut kinds = vec!["wasm"];
        let groups = match self.shared.engine.runtime(Kind::Linux) {
            Ok(linux) => {
                runtimes.push(RUNC.to_owned());
                kinds.push("linux");
                linux.control_groups()
            }
            Err(_) => None,
        };
        // Wasm containers are limited without the kernel.
        let can = |ability: fn(&ControlGroups) -> bool| groups.as_ref().is_none_or(ability);
        let mut warnings = self.shared.engine.warnings();
        warnings.extend(groups.iter().flat_map(missing));
        let words = |list: &[&str]| list.iter().map(|w| (*w).to_owned()).collect::<Vec<_>>();
        Ok(Info {
            id: self.shared.id.clone(),
            containers: running + paused + stopped,
            containers_running: running,
            containers_paused: paused,
            containers_stopped: stopped,
            images: i64::try_from(self.shared.engine.images()?.len()).unwrap_or(i64::MAX),
            driver: "sampan".to_owned(),
            driver_status: vec![["Kinds".to_owned(), kinds.join(" ")]],
            plugins: PluginsInfo {
                volume: words(&["local"]),
                network: words(&["bridge", "host", "null"]),
                authorization: None,
                log: words(&["journald", "json-file", "local", "none"]),
            },
            memory_limit: can(|groups| groups.memory),
            swap_limit: groups.is_some_and(|groups| groups.swap),
            cpu_cfs_period: can(|groups| groups.cpu),
            cpu_cfs_quota: can(|groups| groups.cpu),
            cpu_shares: can(|groups| groups.cpu),
            cpu_set: groups.is_some_and(|groups| groups.cpuset),
            oom_kill_disable: groups.is_some_and(|groups| groups.oom_kill_disable),
            pids_limit: can(|groups| groups.pids),
            ipv4_forwarding: true,
            n_fd: std::fs::read_dir("/proc/self/fd").map_or(0, |d| i64::try_from(d.count()).unwrap_or(0)),
            n_goroutines: 0,
            system_time: Time::now(),
            logging_driver: self.shared.config.log_driver.clone(),
            cgroup_driver: if groups.is_some() { "cgroupfs" } else { "none" }.to_owned(),
            cgroup_version: match groups.map(|groups| groups.unified) {
                Some(true) => "2".to_owned(),
                Some(false) => "1".to_owned(),
                None => String::new(),
            },
            n_events_listener: i64::try_from(self.shared.events.listeners()).unwrap_or(0),
            kernel_version: text(uname.release()),
            operating_system: operating_system(),
            os_type: "linux".to_owned(),
            architecture: text(uname.machine()),
            n_cpu: std::thread::available_parallelism().map_or(1, |n| i64::try_from(n.get()).unwrap_or(1)),
            mem_total: i64::try_from(total).unwrap_or(i64::MAX),
            index_server_address: INDEX.to_owned(),
            registry_config: registries(self.shared.engine.registries()),
            docker_root_dir: self.shared.engine.store().root().display().to_string(),
            name: text(uname.nodename()),
            labels: self.shared.config.labels.clone(),
            server_version: self.shared.config.version.clone(),
            runtimes: runtimes
                .iter()
                .map(|name| (name.clone(), Runtime::default()))
                .collect(),
            default_runtime: runtimes.last().cloned().unwrap_or_default(),
            live_restore_enabled: true,
            security_options: words(&["name=seccomp,profile=builtin"]),
            warnings: Some(warnings).filter(|warnings| !warnings.is_empty()),
            ..Info::default()
        })
    }

    /// What lies on the disk. Images are told by the caller, who has them.
    pub async fn disk_usage(&self, query: DiskQuery) -> Result<DiskUsage> {
        let everything = !(query.images || query.containers || query.volumes || query.build_cache);
        let mut usage = DiskUsage::default();
        if everything || query.containers {
            let all = ListQuery {
                all: true,
                size: true,
                ..ListQuery::default()
            };
            let items = self.list(&all).await?;
            let size = |c: &sampan_api::container::Summary| c.size_rw.unwrap_or(0);
            let active = |c: &&sampan_api::container::Summary| {
                matches!(c.state, Status::Running | Status::Paused | Status::Restarting)
            };
            usage.container_usage = Some(Usage {
                active_count: i64::try_from(items.iter().filter(active).count()).unwrap_or(0),
                total_count: i64::try_from(items.len()).unwrap_or(0),
                total_size: items.iter().map(size).sum(),
                reclaimable: items.iter().filter(|c| !active(c)).map(size).sum(),
                items: items.clone(),
            });
            usage.containers = Some(items);
        }
        if everything || query.volumes {
            let items = self.volumes_with_sizes();
            let used = |v: &sampan_api::volume::Volume| {
                v.usage_data.as_ref().map_or((0, 0), |u| (u.ref_count, u.size))
            };
            usage.volume_usage = Some(Usage {
                active_count: i64::try_from(items.iter().filter(|v| used(v).0 > 0).count()).unwrap_or(0),
                total_count: i64::try_from(items.len()).unwrap_or(0),
                total_size: items.iter().map(|v| used(v).1).sum(),
                reclaimable: items.iter().filter(|v| used(v).0 == 0).map(|v| used(v).1).sum(),
                items: items.clone(),
            });
            usage.volumes = Some(items);
        }
        if everything || query.build_cache {
            let kept = self.build_usage().await?;
            usage.build_cache = Some(kept.items.clone());
            usage.build_cache_usage = Some(kept);
        }
        Ok(usage)
    }
}

/// How registries are reached, as `docker info` shows it: Docker Hub, and those of which something is said.
fn registries(config: &ClientConfig) -> ServiceConfig {
    let slashed = |mirror: &String| format!("{}/", mirror.trim_end_matches('/'));
    let index = |name: &str, registry: &RegistryConfig| IndexInfo {
        name: name.to_owned(),
        mirrors: registry.mirrors.iter().map(slashed).collect(),
        secure: !registry.insecure,
        official: name == HUB,
    };
    let mut known = config.registries.clone();
    let hub = known.entry(HUB.to_owned()).or_default();
    ServiceConfig {
        insecure_registry_cidrs: LOOPBACK.map(str::to_owned).to_vec(),
        mirrors: hub.mirrors.iter().map(slashed).collect(),
        index_configs: known
            .iter()
            .map(|(name, registry)| (name.clone(), index(name, registry)))
            .collect(),
    }
}

/// What the machine cannot limit, in dockerd's words.
fn missing(groups: &ControlGroups) -> Vec<String> {
    [
        (groups.memory, "memory limit"),
        (groups.swap, "swap limit"),
        (groups.cpu, "cpu cfs quota"),
        (groups.cpuset, "cpuset"),
        (groups.pids, "pids limit"),
    ]
    .into_iter()
    .filter(|(there, _)| !there)
    .map(|(_, what)| format!("WARNING: No {what} support"))
    .collect()
}

fn operating_system() -> String {
    let text = std::fs::read_to_string("/etc/os-release").unwrap_or_default();
    text.lines()
        .find_map(|line| line.strip_prefix("PRETTY_NAME="))
        .map_or("Linux".to_owned(), |name| name.trim_matches('"').to_owned())
}
