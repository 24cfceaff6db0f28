//! The cgroup of one container, on v1, v2 and the hybrid.

use std::fs;
use std::io;
use std::os::fd::{AsRawFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use libcgroups::common::{
    AnyCgroupManager, CgroupConfig, CgroupManager, CgroupSetup, ControllerOpt, FreezerState,
    create_cgroup_manager, get_cgroup_setup,
};
use libcgroups::v1::util::{V1MountPointError, list_subsystem_mount_points};
use libcontainer::oci_spec::runtime::{LinuxDeviceCgroup, LinuxResources};
use rustix::event::{EventfdFlags, eventfd};
use rustix::fs::inotify::{self, CreateFlags, WatchFlags};
use rustix::process::{Pid, Signal, kill_process};
use sampan_process::users;
use sampan_runtime::{ControlGroups, Counted, Resources};
use sampan_types::ContainerId;

use crate::error::LinuxError;
use crate::oci;

/// Where the kernel's controllers are.
pub(crate) const ROOT: &str = "/sys/fs/cgroup";
/// The parent of all containers that ask for no other.
const PARENT: &str = "/sampan";
/// How long processes may take to go once they were killed.
const DYING: Duration = Duration::from_secs(10);

/// Whether all controllers are in one hierarchy. A host does not change that while it runs.
pub(crate) fn is_unified() -> bool {
    static UNIFIED: OnceLock<bool> = OnceLock::new();
    *UNIFIED.get_or_init(|| matches!(get_cgroup_setup(), Ok(CgroupSetup::Unified)))
}

/// The names of the hierarchies of v1 beneath the usual folder. A host does not change them while it runs, either.
pub(crate) fn hierarchies() -> Result<&'static [String], V1MountPointError> {
    static NAMES: OnceLock<Vec<String>> = OnceLock::new();
    if is_unified() {
        return Ok(&[]);
    }
    if let Some(names) = NAMES.get() {
        return Ok(names);
    }
    let name = |path: &PathBuf| Some(path.strip_prefix(ROOT).ok()?.to_str()?.to_owned());
    let names = list_subsystem_mount_points()?.iter().filter_map(name).collect();
    Ok(NAMES.get_or_init(|| names))
}

/// Whether containers have cgroups. Those of an ordinary user run in the one that their daemon was started in.
pub(crate) fn are_had() -> bool {
    users::is_root()
}

/// What the machine's hierarchies can do.
pub(crate) fn abilities() -> ControlGroups {
    let unified = is_unified();
    if !are_had() {
        return ControlGroups {
            unified,
            ..ControlGroups::default()
        };
    }
    let root = Path::new(ROOT);
    let there: Vec<String> = match unified {
        true => fs::read_to_string(root.join("cgroup.controllers"))
            .unwrap_or_default()
            .split_whitespace()
            .map(str::to_owned)
            .collect(),
        // Several may share one, as `cpu,cpuacct`.
        false => hierarchies()
            .unwrap_or_default()
            .iter()
            .flat_map(|name| name.split(','))
            .map(str::to_owned)
            .collect(),
    };
    let has = |controller: &str| there.iter().any(|name| name == controller);
    let memory = |file: &str| root.join("memory").join(file).exists();
    ControlGroups {
        unified,
        memory: has("memory"),
        // The root has no such file on v2, where swap is counted whenever the kernel has any.
        swap: match unified {
            true => has("memory") && Path::new("/proc/swaps").exists(),
            false => memory("memory.memsw.limit_in_bytes"),
        },
        oom_kill_disable: !unified && memory("memory.oom_control"),
        cpu: has("cpu"),
        cpuset: has("cpuset"),
        pids: has("pids"),
    }
}

/// The path of a container's cgroup in each hierarchy.
pub(crate) fn path_of(id: &ContainerId, parent: &str) -> String {
    // Beneath the hierarchies, wherever it says.
    let mut parts = Vec::new();
    for part in parent.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    let parent = match parts.is_empty() {
        true => PARENT.to_owned(),
        false => format!("/{}", parts.join("/")),
    };
    format!("{parent}/{id}")
}

/// One container's.
#[derive(Clone)]
pub(crate) struct Cgroup {
    path: String,
    /// Made when it is first wanted: it looks for each controller in the mounts of this process.
    manager: Arc<OnceLock<AnyCgroupManager>>,
}

fn failed(action: &'static str) -> impl Fn(&dyn std::error::Error) -> LinuxError {
    move |error| LinuxError::Cgroup(action, error.to_string())
}

impl Cgroup {
    pub(crate) fn new(path: String) -> Self {
        let manager = Arc::default();
        Self { path, manager }
    }

    fn manager(&self) -> Result<&AnyCgroupManager, LinuxError> {
        if let Some(manager) = self.manager.get() {
            return Ok(manager);
        }
        let manager = create_cgroup_manager(CgroupConfig {
            cgroup_path: PathBuf::from(&self.path),
            systemd_cgroup: false,
            container_name: String::new(),
        });
        let manager = manager.map_err(|e| failed("found")(&e))?;
        Ok(self.manager.get_or_init(|| manager))
    }

    /// Finds its controllers before they are asked for anything, which takes a millisecond.
    pub(crate) fn find(&self) {
        // Whoever asks them says what was not found.
        let _ = are_had().then(|| self.manager());
    }

    /// Holds all of its processes, or lets them go on.
    pub(crate) fn freeze(&self, frozen: bool) -> Result<(), LinuxError> {
        if !are_had() {
            return Err(LinuxError::ByRootAlone("pausing containers"));
        }
        let state = match frozen {
            true => FreezerState::Frozen,
            false => FreezerState::Thawed,
        };
        self.manager()?.freeze(state).map_err(|e| failed("applied")(&e))
    }

    /// Changes its limits. What the host cannot limit is told.
    pub(crate) fn apply(&self, resources: &Resources) -> Result<Vec<String>, LinuxError> {
        let (json, mut warnings) = oci::resources(resources);
        if !are_had() {
            return Ok(warnings);
        }
        let weight = resources.blkio_weight;
        let resources: LinuxResources = serde_json::from_value(json).map_err(|e| failed("understood")(&e))?;
        let options = ControllerOpt {
            resources: &resources,
            disable_oom_killer: false,
            oom_score_adj: None,
            freezer_state: None,
        };
        self.manager()?
            .apply(&options)
            .map_err(|e| failed("applied")(&e))?;
        warnings.extend(self.weigh_disks(weight).map_err(|e| failed("applied")(&e))?);
        Ok(warnings)
    }

    /// Gives it its share of the disks, or tells that the host has none to give. On v1 libcgroups has done that.
    pub(crate) fn weigh_disks(&self, weight: Option<u16>) -> io::Result<Option<String>> {
        let Some(weight) = weight.filter(|_| is_unified() && are_had()) else {
            return Ok(None);
        };
        let given = crate::disks::weigh(&self.folder(""), weight)?;
        Ok((!given).then(|| oci::unmet(oci::DISKS)))
    }

    /// Lets what is in it use the devices of these rules alone. On v1 libcontainer has done that.
    pub(crate) fn keep_devices(&self, rules: &serde_json::Value) -> io::Result<()> {
        // An ordinary user opens no device that was not open to him anyway.
        if !is_unified() || !are_had() {
            return Ok(());
        }
        let rules: Vec<LinuxDeviceCgroup> = serde_json::from_value(rules.clone())?;
        crate::devices::keep(&self.folder(""), &rules)
    }

    /// The numbers of its processes, in ascending order.
    pub(crate) fn pids(&self) -> Result<Vec<u32>, LinuxError> {
        let pids = self.manager()?.get_all_pids().map_err(|e| failed("read")(&e))?;
        let mut pids: Vec<u32> = pids
            .into_iter()
            .filter_map(|pid| u32::try_from(pid.as_raw()).ok())
            .collect();
        pids.sort_unstable();
        pids.dedup();
        Ok(pids)
    }

    /// What the kernel has counted.
    pub(crate) fn counted(&self) -> Result<Counted, LinuxError> {
        if !are_had() {
            return Err(LinuxError::ByRootAlone("statistics of containers"));
        }
        let stats = self.manager()?.stats().map_err(|e| failed("read")(&e))?;
        let limit = |limit: u64| (limit > 0 && limit < (i64::MAX as u64) >> 1).then_some(limit);
        // libcgroups hands on what the files say: microseconds in v2; in v1 nanoseconds, and hundredths of a second of the parts.
        let (unit, part) = if is_unified() {
            (1000, 1000)
        } else {
            (1, 10_000_000)
        };
        let usage = stats.cpu.usage;
        Ok(Counted {
            cpu: [
                usage.usage_total * unit,
                usage.usage_user * part,
                usage.usage_kernel * part,
            ],
            per_cpu: usage.per_core_usage_total,
            throttled: [
                stats.cpu.throttling.periods,
                stats.cpu.throttling.throttled_periods,
                stats.cpu.throttling.throttled_time * unit,
            ],
            memory: stats.memory.memory.usage,
            memory_max: stats.memory.memory.max_usage,
            memory_failures: stats.memory.memory.fail_count,
            memory_limit: limit(stats.memory.memory.limit),
            memory_details: stats.memory.stats.into_iter().collect(),
            pids: stats.pids.current,
            pids_limit: limit(stats.pids.limit),
            disks: stats
                .blkio
                .service_bytes
                .into_iter()
                .map(|one| (one.major, one.minor, one.op_type.unwrap_or_default(), one.value))
                .collect(),
        })
    }

    fn folder(&self, controller: &str) -> PathBuf {
        let root = match is_unified() {
            true => PathBuf::from(ROOT),
            false => Path::new(ROOT).join(controller),
        };
        root.join(self.path.trim_start_matches('/'))
    }

    /// How often the kernel has killed something of it for want of memory.
    pub(crate) fn oom_kills(&self) -> u64 {
        if !are_had() {
            return 0;
        }
        let file = match is_unified() {
            true => "memory.events",
            false => "memory.oom_control",
        };
        // Without the controller nothing was limited, and nothing was killed for it.
        let text = fs::read_to_string(self.folder("memory").join(file)).unwrap_or_default();
        text.lines()
            .filter_map(|line| line.strip_prefix("oom_kill ")?.trim().parse().ok())
            .next()
            .unwrap_or(0)
    }

    /// A descriptor that can be read whenever memory may have run out in it.
    pub(crate) fn memory_notices(&self) -> io::Result<OwnedFd> {
        if !are_had() {
            return Err(io::ErrorKind::Unsupported.into());
        }
        let folder = self.folder("memory");
        if is_unified() {
            let notices = inotify::init(CreateFlags::CLOEXEC | CreateFlags::NONBLOCK)?;
            inotify::add_watch(&notices, folder.join("memory.events"), WatchFlags::MODIFY)?;
            return Ok(notices);
        }
        let notices = eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)?;
        let watched = fs::File::open(folder.join("memory.oom_control"))?;
        let order = format!("{} {}", notices.as_raw_fd(), watched.as_raw_fd());
        fs::write(folder.join("cgroup.event_control"), order)?;
        Ok(notices)
    }

    /// Ends whatever is in it, and waits until it is gone.
    pub(crate) fn kill_all(&self) -> Result<(), LinuxError> {
        if !self.exists() {
            return Ok(());
        }
        let end = Instant::now() + DYING;
        // On v2 the kernel does it at once, forks in between included.
        let at_once = is_unified() && fs::write(self.folder("").join("cgroup.kill"), "1").is_ok();
        loop {
            let pids = match self.pids() {
                Ok(pids) => pids,
                Err(_) if !self.exists() => return Ok(()),
                Err(error) => return Err(error),
            };
            if pids.is_empty() {
                return Ok(());
            }
            for pid in pids.iter().filter(|_| !at_once) {
                if let Some(pid) = i32::try_from(*pid).ok().and_then(Pid::from_raw) {
                    // It fails only where the process has ended already.
                    let _ = kill_process(pid, Signal::KILL);
                }
            }
            // What is frozen dies when it is let go.
            let _ = self.freeze(false);
            if Instant::now() > end {
                let source = io::Error::from(io::ErrorKind::TimedOut);
                return Err(failed("lifted, because its processes do not end")(&source));
            }
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    /// Brings this process in, which has one thread.
    pub(crate) fn join(&self) -> io::Result<()> {
        if !are_had() {
            return Ok(());
        }
        let root = Path::new(ROOT);
        let path = self.path.trim_start_matches('/');
        if is_unified() {
            return fs::write(root.join(path).join("cgroup.procs"), "0");
        }
        for hierarchy in hierarchies().map_err(io::Error::other)? {
            // Of one thread that asks for itself the kernel need not wait for others (see `moves`).
            match fs::write(root.join(hierarchy).join(path).join("tasks"), "0") {
                // Not every hierarchy has the container.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                done => done?,
            }
        }
        Ok(())
    }

    pub(crate) fn exists(&self) -> bool {
        if !are_had() {
            return false;
        }
        let controllers: &[&str] = match is_unified() {
            true => &[""],
            false => &["devices", "freezer", "memory", "pids", "cpu"],
        };
        controllers
            .iter()
            .any(|controller| self.folder(controller).exists())
    }

    /// Takes it away, with whatever is still in it.
    pub(crate) fn remove(&self) -> Result<(), LinuxError> {
        if !are_had() {
            return Ok(());
        }
        self.kill_all()?;
        self.manager()?.remove().map_err(|e| failed("lifted")(&e))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_container_lies_beneath_the_parent_that_was_asked_for() {
        let id: ContainerId = "ab".repeat(32).parse().unwrap();
        assert_eq!(path_of(&id, ""), format!("/sampan/{id}"));
        for parent in ["/web/", "web"] {
            assert_eq!(path_of(&id, parent), format!("/web/{id}"));
        }
        assert_eq!(path_of(&id, "../../a/./../web"), format!("/web/{id}"));
        assert_eq!(path_of(&id, "/../.."), format!("/sampan/{id}"));
    }

    #[test]
    fn a_cgroup_that_is_not_there_has_nothing_to_be_removed() {
        let cgroup = Cgroup::new("/sampan-of-no-container".into());
        assert!(!cgroup.exists());
        cgroup.kill_all().unwrap();
        assert_eq!(cgroup.oom_kills(), 0);
    }
}
