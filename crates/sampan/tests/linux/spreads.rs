//! What is mounted on one side of a bind and seen on the other.

use std::fs;
use std::path::{Path, PathBuf};

use rustix::mount::{MountFlags, MountPropagationFlags, UnmountFlags, mount, mount_change, unmount};
use serde_json::{Value, json};

use crate::host::Role;
use crate::machine::Machine;

/// A file system in memory that the host shares; it goes with this.
struct Place(PathBuf);

impl Place {
    fn new(machine: &Machine, name: &str, spreads: MountPropagationFlags) -> Self {
        let path = machine.run_dir().with_file_name(name);
        fs::create_dir(&path).unwrap();
        mounted(&path);
        mount_change(&path, spreads).unwrap();
        Self(path)
    }

    /// Mounts something below it, with a file in it.
    fn mount(&self, name: &str) {
        let path = self.0.join(name);
        fs::create_dir(&path).unwrap();
        mounted(&path);
        fs::write(path.join("file"), "from the host").unwrap();
    }

    fn bind(&self, options: &str) -> Value {
        json!({ "HostConfig": { "Binds": [format!("{}:/s:{options}", self.0.display())], "CapAdd": ["SYS_ADMIN"] } })
    }

    fn read(&self, name: &str) -> Option<String> {
        fs::read_to_string(self.0.join(name).join("file")).ok()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        // With what is mounted below it.
        let _ = unmount(&self.0, UnmountFlags::DETACH);
    }
}

fn mounted(path: &Path) {
    mount("place", path, "tmpfs", MountFlags::empty(), None).unwrap();
}

fn shown(machine: &Machine, name: &str) -> Value {
    let shown = machine
        .done("GET", &format!("/containers/{name}/json"), "")
        .json();
    shown["Mounts"][0].clone()
}

const LOOK: &str =
    "until [ -e /s/asked ]; do sleep 0.05; done; cat /s/later/file /x/later/file; echo looked; sleep 4321";

#[test]
fn what_the_host_mounts_later_is_seen_by_binds_that_follow_and_no_others() {
    let Some(machine) = Machine::new() else { return };
    let place = Place::new(&machine, "place", MountPropagationFlags::SHARED);
    fs::write(place.0.join("kept"), "the host's").unwrap();
    let at = place.0.display();
    for (follows, stays) in [
        ("rslave", "rprivate"),
        ("slave", "private"),
        ("rshared", "rprivate"),
    ] {
        let binds =
            json!({ "HostConfig": { "Binds": [format!("{at}:/s:{follows}"), format!("{at}:/x:{stays}")] } });
        let name = machine.begin(LOOK, binds);
        assert_eq!(shown(&machine, &name)["Propagation"], follows);
        place.mount("later");
        fs::write(place.0.join("asked"), "").unwrap();
        machine.wrote(&name, "looked");
        let (out, _) = machine.logs(&name);
        assert_eq!(
            out, "from the hostlooked\n",
            "{follows}: the other bind stays as it was"
        );
        machine.done("DELETE", &format!("/containers/{name}?force=1"), "");
        fs::remove_file(place.0.join("asked")).unwrap();
        unmount(place.0.join("later"), UnmountFlags::empty()).expect("no container holds it any more");
        fs::remove_dir(place.0.join("later")).unwrap();
        // Where the container's folder was removed with its binds in it, the host's files went along.
        assert_eq!(fs::read_to_string(place.0.join("kept")).unwrap(), "the host's");
    }
}

#[test]
fn what_a_container_mounts_is_seen_on_the_host_through_shared_binds_alone() {
    let Some(machine) = Machine::new() else { return };
    let place = Place::new(&machine, "place", MountPropagationFlags::SHARED);
    let script = |name: &str| {
        format!(
            "mkdir /s/{name} && mount -t tmpfs in /s/{name} && echo inside > /s/{name}/file && cat /s/{name}/file"
        )
    };
    for (number, options) in ["rshared", "shared", "rslave", "rprivate", "rw"]
        .into_iter()
        .enumerate()
    {
        let name = format!("n{number}");
        let ended = machine.run(&script(&name), place.bind(options));
        assert_eq!(ended.out, "inside\n", "{options}: {}", ended.err);
        let seen = place.read(&name);
        let wanted = options.ends_with("shared").then(|| "inside\n".to_owned());
        assert_eq!(seen, wanted, "{options}");
    }
    // As `Mounts` says it.
    let mounts = |spread: &str| {
        json!({ "HostConfig": { "CapAdd": ["SYS_ADMIN"], "Mounts": [{
            "Type": "bind", "Source": place.0, "Target": "/s", "BindOptions": { "Propagation": spread },
        }] } })
    };
    let name = machine.create(&script("last"), mounts("rshared"));
    assert_eq!(shown(&machine, &name)["Propagation"], "rshared");
    machine.done("POST", &format!("/containers/{name}/start"), "");
    assert_eq!(machine.end_of(&name).out, "inside\n");
    assert_eq!(place.read("last").as_deref(), Some("inside\n"));
    let mut body = mounts("sideways");
    body["Image"] = json!("box");
    let (status, why) = machine.refused("POST", "/containers/create", &body.to_string());
    assert_eq!(status, 400);
    assert_eq!(
        why,
        "invalid mount config for type \"bind\": invalid propagation mode: sideways"
    );
}

#[test]
fn a_mount_that_the_host_keeps_to_itself_spreads_to_nobody() {
    let Some(machine) = Machine::new() else { return };
    let place = Place::new(&machine, "own", MountPropagationFlags::PRIVATE);
    let at = place.0.display();
    for (options, wanted) in [
        ("rshared", "a shared"),
        ("shared", "a shared"),
        ("rslave", "a shared or slave"),
    ] {
        let name = machine.create("true", place.bind(options));
        let (status, why) = machine.refused("POST", &format!("/containers/{name}/start"), "");
        let said = format!("path {at} is mounted on {at} but it is not {wanted} mount");
        assert!(status == 500 && why.starts_with(&said), "{status} {why}");
    }
    assert_eq!(machine.run("echo ran", place.bind("rprivate")).out, "ran\n");
}

/// The monitor of the second container was there before the mount.
#[test]
fn what_the_host_mounted_between_two_starts_is_seen_by_the_second() {
    let Some(machine) = Machine::new() else { return };
    machine.begin("sleep 1000", json!({}));
    sampan_testkit::until("a monitor that waits", || {
        machine.with_role(Role::Spare).first().copied()
    });
    let place = Place::new(&machine, "place", MountPropagationFlags::PRIVATE);
    place.mount("later");
    let binds = json!({ "HostConfig": { "Binds": [format!("{}:/s", place.0.display())] } });
    let name = machine.begin("sleep 1000", binds);
    let read = machine.exec(&name, "cat /s/later/file", json!({}));
    assert_eq!(read.out, "from the host");
}
