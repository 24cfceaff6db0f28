//! What `inspect` and `info` say is what is so.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::machine::Machine;

fn shown(machine: &Machine, name: &str) -> Value {
    machine
        .done("GET", &format!("/containers/{name}/json"), "")
        .json()
}

#[test]
fn a_container_shows_what_follows_where_nothing_was_said() {
    let Some(machine) = Machine::new() else { return };
    let more = json!({ "HostConfig": { "Memory": 64 << 20 } });
    let name = machine.begin("grep -E ' /(proc|sys)/' /proc/mounts; echo up; sleep 1000", more);
    machine.wrote(&name, "up");
    let told = shown(&machine, &name);
    let host = &told["HostConfig"];
    assert_eq!(host["MemorySwap"], 128 << 20);
    let unified = fs::metadata("/sys/fs/cgroup/cgroup.controllers").is_ok();
    let own = if unified { "private" } else { "host" };
    assert_eq!(host["CgroupnsMode"], own);
    let (mounts, _) = machine.logs(&name);
    for list in ["MaskedPaths", "ReadonlyPaths"] {
        // Not every kernel has all of them.
        let list = host[list].as_array().unwrap();
        let holds = |path: &Value| mounts.contains(&format!(" {} ", path.as_str().unwrap()));
        assert!(list.iter().any(holds), "{list:?} {mounts}");
    }
    let read = |key: &str| fs::read_to_string(told[key].as_str().unwrap()).unwrap();
    for (key, path) in [
        ("HostsPath", "/etc/hosts"),
        ("HostnamePath", "/etc/hostname"),
        ("ResolvConfPath", "/etc/resolv.conf"),
    ] {
        let seen = machine.exec(&name, &format!("cat {path}"), json!({})).out;
        assert_eq!(read(key), seen, "{key}");
    }
    let key = told["NetworkSettings"]["SandboxKey"].as_str().unwrap();
    let pid = &told["State"]["Pid"];
    assert_eq!(
        fs::read_link(key).unwrap(),
        fs::read_link(format!("/proc/{pid}/ns/net")).unwrap()
    );
    let open = machine.create("true", json!({ "HostConfig": { "Privileged": true } }));
    assert_eq!(shown(&machine, &open)["HostConfig"]["MaskedPaths"], Value::Null);
}

#[test]
fn mounts_show_how_they_spread() {
    let Some(machine) = Machine::new() else { return };
    let mount = |spread: &str| {
        let options = json!({ "Propagation": spread });
        json!({ "HostConfig": {
            "Binds": ["/tmp:/a:ro,slave", "/tmp:/b"],
            "Mounts": [{ "Type": "bind", "Source": "/tmp", "Target": "/c", "BindOptions": options }],
        } })
    };
    let name = machine.create("true", mount("rslave"));
    let told = shown(&machine, &name);
    let mut spreads: Vec<(&str, &str)> = told["Mounts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            (
                one["Destination"].as_str().unwrap(),
                one["Propagation"].as_str().unwrap(),
            )
        })
        .collect();
    spreads.sort_unstable();
    assert_eq!(spreads, [("/a", "slave"), ("/b", "rprivate"), ("/c", "rslave")]);
    let body = crate::machine::body("true", mount("sideways")).to_string();
    let (status, told) = machine.refused("POST", "/containers/create", &body);
    assert!(
        status == 400 && told.contains("invalid propagation mode: sideways"),
        "{told}"
    );
}

#[test]
fn a_container_that_has_ended_is_not_healthy() {
    let Some(machine) = Machine::new() else { return };
    let check = json!({ "Healthcheck": { "Test": ["CMD", "true"], "Interval": 1_000_000_000_i64 } });
    let name = machine.begin("sleep 1000", check);
    let status = || shown(&machine, &name)["State"]["Health"]["Status"].clone();
    sampan_testkit::until("it to be healthy", || (status() == "healthy").then_some(()));
    machine.done("POST", &format!("/containers/{name}/kill"), "");
    machine.done("POST", &format!("/containers/{name}/wait"), "");
    assert_eq!(status(), "unhealthy");
}

#[test]
fn info_is_true_of_the_machine() {
    let Some(machine) = Machine::new() else { return };
    let info = machine.done("GET", "/info", "").json();
    assert_eq!(info["DriverStatus"][0], json!(["Kinds", "wasm linux"]));
    assert_eq!(info["CgroupDriver"], "cgroupfs");
    let root = Path::new("/sys/fs/cgroup");
    let unified = root.join("cgroup.controllers").exists();
    assert_eq!(info["CgroupVersion"], if unified { "2" } else { "1" });
    if !unified {
        let swap = root.join("memory/memory.memsw.limit_in_bytes").exists();
        assert_eq!(info["SwapLimit"], swap);
        assert_eq!(info["CPUSet"], root.join("cpuset").exists());
        let warned = info["Warnings"].to_string().contains("No swap limit support");
        assert_eq!(warned, !swap);
    }
}

#[test]
fn what_stands_for_the_kernels_files_is_refused_with_one_clear_message() {
    let Some(machine) = Machine::new() else { return };
    let volumes = |path: &str| json!({ "Volumes": { path: {} } });
    for (path, why) in [("/proc", "not of type proc"), ("/proc/sys", "is inside `/proc`")] {
        let name = machine.create("true", volumes(path));
        let (status, told) = machine.refused("POST", &format!("/containers/{name}/start"), "");
        assert!(status == 400 && told.contains(why), "{path}: {status} {told}");
    }
    machine.image("linked", |layer| {
        layer.folder("dev").symlink("dev/null", "/etc/passwd")
    });
    let mut linked = volumes("/dev");
    linked["Image"] = json!("linked");
    let name = machine.create("true", linked);
    let (status, told) = machine.refused("POST", &format!("/containers/{name}/start"), "");
    assert!(
        status == 400 && told.contains("a link in the place of the device `null`"),
        "{told}"
    );
    let ended = machine.run("echo runs", volumes("/sys"));
    assert_eq!(ended.out, "runs\n", "{ended:?}");
}
