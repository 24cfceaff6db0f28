//! What a container may not do, unless it was said.

use serde_json::{Value, json};

use crate::machine::{Machine, body};

#[test]
fn a_container_has_the_usual_rights_and_no_more() {
    let Some(machine) = Machine::new() else { return };
    let script = "grep -E 'CapEff|CapBnd|NoNewPrivs|Seccomp:' /proc/self/status; \
        unshare -m true; mount -t tmpfs x /tmp; mknod /tmp/sda b 8 0; head -c1 /tmp/sda; hostname other; \
        cat /proc/kcore; echo x >/proc/sys/kernel/domainname; ls /sys/firmware";
    let ended = machine.run(script, json!({}));
    let status: Vec<&str> = ended.out.lines().collect();
    assert_eq!(
        status,
        [
            "CapEff:\t00000000a80425fb",
            "CapBnd:\t00000000a80425fb",
            "NoNewPrivs:\t0",
            "Seccomp:\t2"
        ],
        "{ended:?}"
    );
    for refused in ["unshare", "mount", "head", "hostname", "domainname"] {
        assert!(ended.err.contains(refused), "{refused}: {ended:?}");
    }
}

/// Ends with the number of the error that `clone` gives, or with 0. It needs no library, so that any C compiler makes it.
#[cfg(target_arch = "x86_64")]
const CLONES: &str = r#"
static long call(long number, long first) {
    register long r10 __asm__("r10") = 0;
    register long r8 __asm__("r8") = 0;
    long result;
    __asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(first), "S"(0), "d"(0), "r"(r10), "r"(r8)
                     : "rcx", "r11", "memory");
    return result;
}
void _start(void) {
    long child = call(56, FLAGS | 17);
    call(60, child < 0 ? -child : 0);
}
"#;

#[cfg(target_arch = "x86_64")]
#[test]
fn no_new_namespaces_are_made_by_clone_either() {
    use sampan_testkit::layer::Kind;

    let Some(machine) = Machine::new() else { return };
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("clones.c"), CLONES).unwrap();
    let program = |flags: u32| {
        let made = std::process::Command::new("cc")
            .args([
                "-O1",
                "-static",
                "-nostdlib",
                "-fno-stack-protector",
                "clones.c",
                "-o",
                "clones",
            ])
            .arg(format!("-DFLAGS={flags:#x}L"))
            .current_dir(folder.path())
            .status();
        assert!(made.unwrap().success());
        std::fs::read(folder.path().join("clones")).unwrap()
    };
    // User, network, process, mount, IPC, host name and cgroup namespaces, and none.
    let kinds = [
        0x1000_0000,
        0x4000_0000,
        0x2000_0000,
        0x2_0000,
        0x800_0000,
        0x400_0000,
        0x200_0000,
        0,
    ];
    let programs: Vec<Vec<u8>> = kinds.into_iter().map(program).collect();
    machine.image("clones", |layer| {
        let numbered = programs.iter().enumerate();
        numbered.fold(layer, |layer, (at, program)| {
            layer.entry(&format!("bin/clones{at}"), Kind::File, "", 0o755, program)
        })
    });
    let script = "for i in 0 1 2 3 4 5 6 7; do clones$i; echo -n \"$? \"; done";
    let refused = "1 1 1 1 1 1 1 0 ";
    for user in ["", "web"] {
        let more = json!({ "Image": "clones", "User": user });
        assert_eq!(machine.run(script, more.clone()).out, refused, "as `{user}`");
    }
    let name = machine.begin("sleep 1000", json!({ "Image": "clones" }));
    assert_eq!(machine.exec(&name, script, json!({})).out, refused);
    let admin = json!({ "Image": "clones", "HostConfig": { "CapAdd": ["SYS_ADMIN"] } });
    assert_eq!(machine.run(script, admin).out, "0 0 0 0 0 0 0 0 ");
}

#[test]
fn rights_are_given_and_taken() {
    let Some(machine) = Machine::new() else { return };
    let script = "grep CapBnd /proc/self/status; hostname other && hostname";
    let admin = machine.run(
        script,
        json!({ "HostConfig": { "CapAdd": ["SYS_ADMIN"], "CapDrop": ["MKNOD"] } }),
    );
    assert_eq!(admin.out, "CapBnd:\t00000000a02425fb\nother\n", "{admin:?}");
    let none = machine.run(
        "grep CapEff /proc/self/status; chown web /tmp",
        json!({ "HostConfig": { "CapDrop": ["ALL"] } }),
    );
    assert!(
        none.out.contains("0000000000000000") && none.code != 0,
        "{none:?}"
    );
    let kept = machine.run(
        "grep -E 'NoNewPrivs|Seccomp:' /proc/self/status",
        json!({ "HostConfig": { "SecurityOpt": ["no-new-privileges", "seccomp=unconfined"] } }),
    );
    assert_eq!(kept.out, "NoNewPrivs:\t1\nSeccomp:\t0\n");
    let filtered = machine.run(
        "grep Seccomp: /proc/self/status",
        json!({ "HostConfig": { "SecurityOpt": ["no-new-privileges"] } }),
    );
    assert_eq!(filtered.out, "Seccomp:\t2\n", "{filtered:?}");
}

#[test]
fn a_profile_of_ones_own_holds() {
    let Some(machine) = Machine::new() else { return };
    let profile = json!({
        "defaultAction": "SCMP_ACT_ALLOW",
        "syscalls": [{ "names": ["mkdir", "mkdirat"], "action": "SCMP_ACT_ERRNO", "errnoRet": 28 }],
    });
    let option = format!("seccomp={profile}");
    let more = json!({ "HostConfig": { "SecurityOpt": [option] } });
    let name = machine.begin("mkdir /tmp/x; echo up; while :; do sleep 1; done", more);
    machine.wrote(&name, "up");
    assert!(
        machine.logs(&name).1.contains("No space left"),
        "{:?}",
        machine.logs(&name)
    );
    let ended = machine.exec(&name, "mkdir /tmp/y", json!({}));
    assert!(ended.err.contains("No space left"), "{ended:?}");
}

#[test]
fn a_privileged_container_may_what_the_host_may() {
    let Some(machine) = Machine::new() else { return };
    let script = "grep -E 'Seccomp:' /proc/self/status; mount -t tmpfs x /tmp && echo mounted; test -c /dev/kmsg && echo kmsg; test -w /proc/sys/kernel/domainname && echo writable";
    let ended = machine.run(script, json!({ "HostConfig": { "Privileged": true } }));
    assert_eq!(ended.out, "Seccomp:\t0\nmounted\nkmsg\nwritable\n", "{ended:?}");
}

#[test]
fn devices_are_those_that_were_given() {
    let Some(machine) = Machine::new() else { return };
    let more = json!({ "HostConfig": { "Devices": [
        { "PathOnHost": "/dev/null", "PathInContainer": "/dev/nothing", "CgroupPermissions": "rw" },
    ] } });
    let ended = machine.run(
        "echo x >/dev/nothing && test -c /dev/nothing && echo there; ls /dev",
        more,
    );
    assert!(
        ended.out.starts_with("there\n") && !ended.out.contains("kmsg"),
        "{ended:?}"
    );
}

/// It may make nodes, which must give it nothing: with cgroups of either version.
#[test]
fn a_node_for_a_device_that_was_not_given_opens_nothing() {
    let Some(machine) = Machine::new() else { return };
    // The kernel's log, into which everybody who may open it writes, and what every container may open.
    let script =
        "mknod /log c 1 11 && mknod /nothing c 1 3 && : >/nothing && echo made; : >/log && echo opened";
    let ended = machine.run(script, json!({}));
    assert_eq!(ended.out, "made\n", "{ended:?}");
    let given = json!({ "HostConfig": { "DeviceCgroupRules": ["c 1:11 rwm"] } });
    let ended = machine.run(script, given);
    assert_eq!(ended.out, "made\nopened\n", "{ended:?}");
}

#[test]
fn namespaces_are_shared_where_that_was_said() {
    let Some(machine) = Machine::new() else { return };
    let own = |kind: &str| {
        std::fs::read_link(format!("/proc/self/ns/{kind}"))
            .unwrap()
            .display()
            .to_string()
    };
    let script =
        "for ns in pid ipc uts net mnt; do echo $(ls -l /proc/self/ns/$ns | sed 's/.*-> //'); done; true";
    let script = script.replace(
        "ls -l /proc/self/ns/$ns | sed 's/.*-> //'",
        "stat -c %N /proc/self/ns/$ns",
    );
    let apart = machine.run(&script, json!({}));
    for kind in ["pid", "ipc", "uts", "net", "mnt"] {
        assert!(!apart.out.contains(&own(kind)), "{kind} {apart:?}");
    }
    let shared = machine.run(
        &script,
        json!({ "HostConfig": {
        "PidMode": "host", "IpcMode": "host", "UTSMode": "host", "NetworkMode": "host",
    } }),
    );
    for kind in ["pid", "ipc", "uts", "net"] {
        assert!(shared.out.contains(&own(kind)), "{kind} {shared:?}");
    }
    let first = machine.begin("sleep 4321 & echo up; wait", json!({}));
    machine.wrote(&first, "up");
    let more = json!({ "HostConfig": { "PidMode": format!("container:{first}") } });
    let second = machine.run("ps -o args", more);
    assert!(second.out.contains("sleep 4321"), "{second:?}");
}

#[test]
fn memory_is_shared_by_those_who_offered_it() {
    let Some(machine) = Machine::new() else { return };
    let script = "echo lent > /dev/shm/paper; stat -c %N /proc/self/ns/ipc; echo up; \
                  until test -e /dev/shm/answer; do sleep 0.05; done; cat /dev/shm/answer; echo over; sleep 4321";
    let donor = machine.begin(
        script,
        json!({ "HostConfig": { "IpcMode": "shareable", "ShmSize": 3 << 20 } }),
    );
    machine.wrote(&donor, "up");
    let of = |id: &str| json!({ "HostConfig": { "IpcMode": format!("container:{id}") } });
    let ended = machine.run(
        "cat /dev/shm/paper; stat -c %N /proc/self/ns/ipc; df -k /dev/shm | grep -o ' 3072 '; \
         mount | grep -c ' /dev/mqueue '; echo answer > /dev/shm/answer",
        of(&donor),
    );
    let space = machine.logs(&donor).0;
    let space = space.lines().next().unwrap();
    assert_eq!(ended.out, format!("lent\n{space}\n 3072 \n1\n"), "{ended:?}");
    // It is the donor's still, whoever of those that shared it has gone.
    machine.wrote(&donor, "answer\nover");
    let again = machine.run("cat /dev/shm/answer", of(&donor));
    assert_eq!(again.out, "answer\n", "{again:?}");

    let private = machine.begin("sleep 4321", json!({}));
    let refused = |of: Value| {
        let body = body("true", of).to_string();
        let created = machine.ask("POST", "/containers/create", &body);
        let id = match created.status {
            201 => created.json()["Id"].as_str().unwrap().to_owned(),
            _ => return (created.status, created.text()),
        };
        machine.refused("POST", &format!("/containers/{id}/start"), "")
    };
    let (status, message) = refused(of(&private));
    assert!(
        status == 400 && message.contains("non-shareable IPC (hint: use IpcMode:shareable"),
        "{status} {message}"
    );
    let (status, message) = refused(of("nobody"));
    assert!(status == 404 || status == 400, "{status} {message}");
    let none = machine.run(
        "test -e /dev/shm || echo none",
        json!({ "HostConfig": { "IpcMode": "none" } }),
    );
    assert_eq!(none.out, "none\n", "{none:?}");
}

/// A folder of the other's may be a link by now; what it leads to in the host is not what is shared.
#[test]
fn a_link_in_the_place_of_shared_memory_leads_nowhere() {
    let Some(machine) = Machine::new() else { return };
    let script =
        "umount /dev/shm && rmdir /dev/shm && ln -s /proc/1/root/etc /dev/shm && echo linked; sleep 4321";
    let host = json!({ "HostConfig": { "IpcMode": "shareable", "CapAdd": ["SYS_ADMIN"] } });
    let donor = machine.begin(script, host);
    machine.wrote(&donor, "linked");
    let more = json!({ "HostConfig": { "IpcMode": format!("container:{donor}") } });
    let id = machine.create("ls /dev/shm", more);
    let (status, message) = machine.refused("POST", &format!("/containers/{id}/start"), "");
    assert!(
        status == 500 && message.contains("share the memory"),
        "{status} {message}"
    );
}

#[test]
fn a_network_of_its_own_has_a_loopback() {
    let Some(machine) = Machine::new() else { return };
    let ended = machine.run("cat /proc/net/dev | tail -n +3 | wc -l; grep -c 127.0.0.1 /proc/net/fib_trie; cat /sys/class/net/lo/operstate", json!({}));
    assert!(
        ended.out.starts_with("1\n") && ended.out.contains("unknown"),
        "{ended:?}"
    );
}

#[test]
fn kernel_parameters_are_set_where_they_are_its_own() {
    let Some(machine) = Machine::new() else { return };
    let more =
        json!({ "HostConfig": { "Sysctls": { "net.ipv4.ip_forward": "1", "kernel.shmmax": "12345" } } });
    let ended = machine.run("cat /proc/sys/net/ipv4/ip_forward /proc/sys/kernel/shmmax", more);
    assert_eq!(ended.out, "1\n12345\n", "{ended:?}");
    let other = machine.create(
        "true",
        json!({ "HostConfig": { "Sysctls": { "kernel.panic": "1" } } }),
    );
    machine.refused("POST", &format!("/containers/{other}/start"), "");
}

#[test]
fn a_socket_that_is_handed_out_makes_no_linux_container() {
    let Some(machine) = Machine::new() else { return };
    let name = machine.begin("while :; do sleep 1; done", json!({}));
    let exec = json!({ "Cmd": ["true"], "Privileged": true }).to_string();
    let made = machine.done("POST", &format!("/containers/{name}/exec"), &exec);
    let id = made.json()["Id"].as_str().unwrap().to_owned();
    // What is not theirs is not there.
    for (path, body, expected) in [
        (
            "/containers/create".to_owned(),
            body("true", json!({})).to_string(),
            403,
        ),
        (format!("/containers/{name}/exec"), exec.clone(), 404),
        (format!("/exec/{id}/start"), "{}".to_owned(), 404),
        (format!("/containers/{name}/kill"), String::new(), 404),
        (format!("/commit?container={name}"), String::new(), 403),
    ] {
        let answer = machine.stranger().ask("POST", &path, &body).unwrap();
        assert_eq!(answer.status, expected, "{path}: {}", answer.text());
    }
}

#[test]
fn any_user_listens_at_low_ports_and_sends_echoes() {
    let Some(machine) = Machine::new() else { return };
    let script = "cat /proc/sys/net/ipv4/ip_unprivileged_port_start /proc/sys/net/ipv4/ping_group_range";
    for mode in ["none", "bridge"] {
        let more = json!({ "User": "web", "HostConfig": { "NetworkMode": mode } });
        assert_eq!(machine.run(script, more).out, "0\n0\t2147483647\n", "{mode}");
    }
    // Who says otherwise is heard.
    let own = json!({ "HostConfig": { "Sysctls": { "net.ipv4.ip_unprivileged_port_start": "80" } } });
    assert_eq!(machine.run(script, own).out, "80\n0\t2147483647\n");
}
