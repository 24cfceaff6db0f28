//! What the file of settings says of containers that say nothing themselves.

use serde_json::json;

use crate::machine::Machine;

#[test]
fn containers_and_networks_are_as_the_settings_have_them() {
    let Some(mut machine) = Machine::apart() else {
        return;
    };
    let bridge = json!({ "HostConfig": { "NetworkMode": "bridge" } });
    let first = machine.begin("sleep 4321", bridge);
    assert_eq!(machine.address(&first, "bridge"), "172.17.0.2");
    machine.done("DELETE", &format!("/containers/{first}?force=1"), "");
    machine.stop();

    let file = machine.run_dir().with_file_name("daemon.json");
    let settings = json!({
        "ip": "127.0.0.9", "bip": "10.8.0.5/24", "fixed-cidr": "10.8.0.128/25", "mtu": 1400,
        "default-address-pools": [{ "base": "10.9.0.0/16", "size": 28 }],
        "default-network-opts": { "bridge": { "com.docker.network.driver.mtu": "1300" } },
        "dns": ["10.8.0.77"], "dns-search": ["shop.example"], "dns-opts": ["timeout:3"],
        "default-shm-size": "3M", "default-ipc-mode": "shareable", "init": true, "no-new-privileges": true,
        "default-ulimits": { "nofile": { "Name": "nofile", "Soft": 33, "Hard": 44 } },
        "cgroup-parent": "/settings-of-sampan", "seccomp-profile": "unconfined",
    });
    std::fs::write(&file, settings.to_string()).unwrap();
    machine
        .more
        .extend(["--config-file".to_owned(), file.display().to_string()]);
    machine.start();

    let script = "ip -o address show eth0; cat /etc/resolv.conf; df -k /dev/shm | grep -o ' 3072 '; \
                  grep -E 'NoNewPrivs|Seccomp:' /proc/self/status; ulimit -n; ulimit -Hn; ip route; ps -o args; echo up";
    let published = json!({ "HostConfig": {
        "NetworkMode": "bridge", "PortBindings": { "80/tcp": [{}] },
    } });
    let usual = machine.begin(&format!("{script}; sleep 4321"), published);
    machine.wrote(&usual, "up");
    let (out, _) = machine.logs(&usual);
    for line in [
        "inet 10.8.0.128/24",
        "nameserver 10.8.0.77\nsearch shop.example\noptions timeout:3\n",
        " 3072 ",
        "NoNewPrivs:\t1",
        "Seccomp:\t0",
        "\n33\n44\n",
        "default via 10.8.0.5",
        "docker-init",
    ] {
        assert!(out.contains(line), "{line:?} is not in {out}");
    }
    let shown = machine
        .done("GET", &format!("/containers/{usual}/json"), "")
        .json();
    let binding = &shown["NetworkSettings"]["Ports"]["80/tcp"][0]["HostIp"];
    assert_eq!(binding, "127.0.0.9", "{shown}");
    assert_eq!(shown["HostConfig"]["IpcMode"], "shareable");
    assert_eq!(shown["HostConfig"]["CgroupParent"], "/settings-of-sampan");
    let mtu = |container: &str| {
        let exec = machine.exec(container, "cat /sys/class/net/eth0/mtu", json!({}));
        exec.out.trim().to_owned()
    };
    assert_eq!(mtu(&usual), "1400");

    machine.network("own", json!({}));
    let member = machine.begin("sleep 4321", json!({ "HostConfig": { "NetworkMode": "own" } }));
    assert_eq!(machine.address(&member, "own"), "10.9.0.2");
    assert_eq!(mtu(&member), "1300");
    let network = machine.done("GET", "/networks/own", "").json();
    assert_eq!(network["IPAM"]["Config"][0]["Subnet"], "10.9.0.0/28", "{network}");

    // What a container says itself counts.
    let more = json!({ "HostConfig": {
        "NetworkMode": "bridge", "ShmSize": 5 << 20, "IpcMode": "private", "Init": false, "Dns": ["10.8.0.78"], "SecurityOpt": ["seccomp=builtin"],
        "Ulimits": [{ "Name": "nofile", "Soft": 55, "Hard": 66 }],
    } });
    let script = "cat /etc/resolv.conf; df -k /dev/shm | grep -o ' 5120 '; grep -E 'NoNewPrivs|Seccomp:' /proc/self/status; \
                  ulimit -n; ps -o args";
    let own = machine.run(script, more);
    for line in [
        "nameserver 10.8.0.78",
        " 5120 ",
        "NoNewPrivs:\t1",
        "Seccomp:\t2",
        "\n55\n",
    ] {
        assert!(own.out.contains(line), "{line:?} is not in {own:?}");
    }
    assert!(!own.out.contains("docker-init"), "{own:?}");
}
