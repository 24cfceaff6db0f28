use std::fs::File;

use libcontainer::oci_spec::runtime::Spec;
use sampan_runtime::Resources;

use super::*;

fn process() -> ProcessOrder {
    ProcessOrder {
        args: vec!["/bin/true".into()],
        env: vec![("PATH".into(), "/bin".into()), ("HOME".into(), "/".into())],
        cwd: None,
        identity: None,
        privileged: false,
    }
}

fn made(spec: &LinuxSpec, unified: bool) -> Result<Config, Failure> {
    let root: OwnedFd = File::open("/").unwrap().into();
    let joins = BTreeMap::new();
    let around = Surroundings {
        root: &root,
        rootfs: Path::new("/x/rootfs"),
        cgroup: "/sampan/x",
        unified,
        hierarchies: &["cpu".to_owned(), "systemd".to_owned()],
        network: Some("/proc/1/fd/9".into()),
        joins: &joins,
        memory: Path::new("/x/memory"),
        permitted: 0b11,
        ceiling: &|name| (name == "RLIMIT_NOFILE").then_some(1000),
    };
    let config = config(spec, &process(), false, &around)?;
    // What libcontainer reads.
    let _: Spec = serde_json::from_value(config.json.clone()).unwrap();
    Ok(config)
}

fn kinds(config: &Config) -> Vec<&str> {
    let all = config.json["linux"]["namespaces"].as_array().unwrap();
    all.iter().map(|one| one["type"].as_str().unwrap()).collect()
}

#[test]
fn a_container_has_namespaces_of_its_own_and_the_cgroup_one_where_that_is_usual() {
    let spec = LinuxSpec {
        hostname: "h".into(),
        ..LinuxSpec::default()
    };
    let config = made(&spec, false).unwrap();
    assert_eq!(kinds(&config), ["mount", "pid", "ipc", "uts", "network"]);
    assert_eq!(config.json["linux"]["namespaces"][4]["path"], "/proc/1/fd/9");
    assert_eq!(config.json["hostname"], "h");
    assert!(config.json["process"].get("noNewPrivileges").is_none());
    assert_eq!(kinds(&made(&spec, true).unwrap()).last(), Some(&"cgroup"));
}

#[test]
fn what_is_the_hosts_is_not_made() {
    let mut spec = LinuxSpec {
        hostname: "h".into(),
        no_new_privileges: true,
        ..LinuxSpec::default()
    };
    spec.namespaces.uts = Namespace::Host;
    spec.namespaces.pid = Namespace::Host;
    spec.namespaces.network = Namespace::Host;
    let config = made(&spec, false).unwrap();
    assert_eq!(kinds(&config), ["mount", "ipc"]);
    assert!(config.json.get("hostname").is_none());
    assert_eq!(config.json["process"]["noNewPrivileges"], true);
    spec.namespaces.pid = Namespace::Of("ab".repeat(32).parse().unwrap());
    assert_eq!(made(&spec, false).unwrap_err().kind, FailureKind::Invalid);
}

#[test]
fn capabilities_that_we_lack_are_told() {
    let spec = LinuxSpec {
        capabilities: ["CAP_CHOWN", "CAP_SYS_RESOURCE"].map(str::to_owned).into(),
        ..LinuxSpec::default()
    };
    let config = made(&spec, false).unwrap();
    assert_eq!(config.capabilities["bounding"], json!(["CAP_CHOWN"]));
    assert!(config.warnings[0].contains("CAP_SYS_RESOURCE"));
    assert_eq!(bits(&config.capabilities["effective"]), 1, "CAP_CHOWN is 0");
    assert_eq!(bits(&json!(["CAP_SYS_ADMIN", "CAP_OF_NOBODY"])), 1 << 21);
}

#[test]
fn limits_that_the_host_does_not_let_us_raise_are_told() {
    let limit = |name: &str, hard| Rlimit {
        name: name.into(),
        soft: hard,
        hard,
    };
    let spec = LinuxSpec {
        rlimits: vec![limit("RLIMIT_NOFILE", 5000), limit("RLIMIT_CORE", 0)],
        resources: Resources {
            pids: Some(9),
            ..Resources::default()
        },
        ..LinuxSpec::default()
    };
    let config = made(&spec, false).unwrap();
    assert_eq!(config.json["process"]["rlimits"][0]["hard"], 1000);
    assert_eq!(config.json["process"]["rlimits"][1]["hard"], 0);
    assert!(
        config.warnings[0].contains("RLIMIT_NOFILE"),
        "{:?}",
        config.warnings
    );
    assert_eq!(config.json["linux"]["resources"]["pids"]["limit"], 9);
}

#[test]
fn cgroups_are_closed_whatever_else_is_opened() {
    let paths = |spec: &LinuxSpec| {
        let linux = made(spec, false).unwrap().json["linux"].clone();
        (linux["readonlyPaths"].clone(), linux["maskedPaths"].clone())
    };
    let mut spec = LinuxSpec::default();
    let closed = json!(["/sys/fs/cgroup", "/sys/fs/cgroup/cpu", "/sys/fs/cgroup/systemd"]);
    assert_eq!(paths(&spec), (closed, json!(["/sys/fs/cgroup/systemd"])));
    spec.privileged = true;
    assert_eq!(paths(&spec), (json!([]), json!([])));
}
