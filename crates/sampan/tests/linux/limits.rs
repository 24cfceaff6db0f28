//! What a container may use, what it uses, and holding it.

use serde_json::json;

use crate::machine::Machine;

const STAYS: &str = "echo up; while :; do sleep 1; done";

#[test]
fn memory_that_is_too_much_ends_it_and_is_named() {
    let Some(machine) = Machine::new() else { return };
    let name = machine.begin(
        "exec dd if=/dev/zero of=/dev/null bs=200M count=1",
        json!({ "HostConfig": { "Memory": 32 << 20 } }),
    );
    assert_eq!(machine.end_of(&name).code, 137);
    let state = machine.inspect(&name)["State"].clone();
    assert_eq!(state["OOMKilled"], true, "{state}");
}

#[test]
fn memory_that_runs_out_is_told_while_the_container_goes_on() {
    let Some(machine) = Machine::new() else { return };
    let name = machine.begin("sleep 1000", json!({ "HostConfig": { "Memory": 32 << 20 } }));
    let ended = machine.exec(
        &name,
        "exec dd if=/dev/zero of=/dev/null bs=200M count=1",
        json!({}),
    );
    assert_eq!(ended.code, 137);
    let told = |action: &str| {
        let now = std::time::SystemTime::now();
        let now = now.duration_since(std::time::UNIX_EPOCH).unwrap().as_secs() + 1;
        let filters = format!("%7B%22event%22%3A%5B%22{action}%22%5D%7D");
        let path = format!("/events?since=1&until={now}&filters={filters}");
        let text = machine.done("GET", &path, "").text();
        text.matches(&format!("\"Action\":\"{action}\"")).count()
    };
    sampan_testkit::until("the event", || (told("oom") == 1).then_some(()));
    assert_eq!(machine.inspect(&name)["State"]["Running"], true);
    machine.done("POST", &format!("/containers/{name}/kill"), "");
    machine.done("POST", &format!("/containers/{name}/wait"), "");
    assert_eq!(machine.inspect(&name)["State"]["OOMKilled"], true);
    sampan_testkit::until("its end to be told", || (told("die") == 1).then_some(()));
    assert_eq!(told("oom"), 1);
}

#[test]
fn what_is_ended_beside_the_program_for_want_of_memory_is_told() {
    let Some(machine) = Machine::new() else { return };
    let eats = "dd if=/dev/zero of=/dev/null bs=200M count=1; echo went on; exit 5";
    let name = machine.begin(eats, json!({ "HostConfig": { "Memory": 32 << 20 } }));
    assert_eq!(machine.end_of(&name).code, 5);
    let state = machine.inspect(&name)["State"].clone();
    assert_eq!(state["OOMKilled"], true, "{state}");
}

#[test]
fn processes_are_counted() {
    let Some(machine) = Machine::new() else { return };
    let script = "for i in 1 2 3 4 5 6 7 8 9; do sleep 5 & done; wait";
    let ended = machine.run(script, json!({ "HostConfig": { "PidsLimit": 5 } }));
    assert!(ended.err.contains("can't fork"), "{ended:?}");
}

#[test]
fn limits_of_processes_hold_as_far_as_the_host_lets_them() {
    let Some(machine) = Machine::new() else { return };
    let limits = json!({ "HostConfig": { "Ulimits": [
        { "Name": "nofile", "Soft": 50, "Hard": 60 }, { "Name": "core", "Soft": 0, "Hard": 0 },
        { "Name": "nproc", "Soft": -1, "Hard": -1 },
    ] } });
    let ended = machine.run("ulimit -n; ulimit -Hn; ulimit -c", limits);
    assert_eq!((ended.code, ended.out.as_str()), (0, "50\n60\n0\n"), "{ended:?}");
}

#[test]
fn statistics_tell_what_the_kernel_counts() {
    let Some(machine) = Machine::new() else { return };
    // Until it has had five hundredths of a second for itself, as the kernel counts a process.
    let name = machine.begin(
        "had=0; while [ $had -lt 5 ]; do x=0; while [ $x -lt 5000 ]; do x=$((x+1)); done; \
         set -- $(cat /proc/$$/stat); had=${14}; done; sleep 1000 & echo $had up; wait",
        json!({ "HostConfig": { "Memory": 64 << 20, "PidsLimit": 7 } }),
    );
    machine.wrote(&name, "up");
    let told = machine.logs(&name).0;
    let had: u64 = told.split(' ').next().unwrap().parse().unwrap();
    let path = format!("/containers/{name}/stats?stream=0&one-shot=1");
    let stats = machine.done("GET", &path, "").json();
    let number = |pointer: &str| {
        stats
            .pointer(pointer)
            .and_then(serde_json::Value::as_u64)
            .unwrap_or(0)
    };
    // In nanoseconds. A hundredth more or less is how the process was counted.
    let all = number("/cpu_stats/cpu_usage/total_usage");
    assert!(all >= (had - 1) * 10_000_000, "{had} {stats}");
    let part = |mode: &str| number(&format!("/cpu_stats/cpu_usage/usage_in_{mode}mode"));
    assert!(part("user") + part("kernel") > 1_000_000, "{had} {stats}");
    assert_eq!(number("/memory_stats/limit"), 64 << 20);
    assert!(number("/memory_stats/usage") > 4096);
    assert_eq!(
        (number("/pids_stats/limit"), number("/pids_stats/current")),
        (7, 2)
    );
}

#[test]
fn limits_change_while_it_runs() {
    let Some(machine) = Machine::new() else { return };
    let name = machine.begin(STAYS, json!({ "HostConfig": { "Memory": 64 << 20 } }));
    let body = json!({ "Memory": 96 << 20, "MemorySwap": 192 << 20, "CpuShares": 512, "PidsLimit": 9 });
    machine.done("POST", &format!("/containers/{name}/update"), &body.to_string());
    let path = format!("/containers/{name}/stats?stream=0&one-shot=1");
    let stats = machine.done("GET", &path, "").json();
    assert_eq!(stats["memory_stats"]["limit"], 96 << 20);
    assert_eq!(stats["pids_stats"]["limit"], 9);
}

/// Where cgroups are of version 2 alone, and a container sees its own. Elsewhere the kernel's files have other names.
#[test]
#[allow(clippy::print_stderr, reason = "a test that does nothing says so")]
fn limits_are_those_of_the_group_that_a_container_sees() {
    if !std::path::Path::new("/sys/fs/cgroup/cgroup.controllers").exists() {
        eprintln!("not run: this machine has cgroups of version 1");
        return;
    }
    let Some(machine) = Machine::new() else { return };
    let files = "memory.max memory.swap.max memory.low cpu.max cpu.weight pids.max cpuset.cpus io.bfq.weight io.weight";
    let script =
        format!("cd /sys/fs/cgroup; for f in {files}; do test -e $f && echo $f $(cat $f); done; : >pids.max");
    let ended = machine.run(
        &script,
        json!({ "HostConfig": {
        "Memory": 64 << 20, "MemorySwap": 96 << 20, "MemoryReservation": 32 << 20, "CpuShares": 512,
        "CpuQuota": 50_000, "CpuPeriod": 100_000, "PidsLimit": 33, "CpusetCpus": "0", "BlkioWeight": 300,
    } }),
    );
    for line in [
        "memory.max 67108864",
        "memory.swap.max 33554432",
        "memory.low 33554432",
        "cpu.max 50000 100000",
        "pids.max 33",
        "cpuset.cpus 0",
    ] {
        assert!(ended.out.lines().any(|had| had == line), "{line}: {ended:?}");
    }
    let of = |name: &str| {
        ended
            .out
            .lines()
            .find_map(|line| line.strip_prefix(name))
            .map(str::to_owned)
    };
    // Shares become a weight, of which 100 is the usual one.
    let weight: u32 = of("cpu.weight ").unwrap().parse().unwrap();
    assert!((1..100).contains(&weight), "{ended:?}");
    // A kernel that has neither has no weights for disks.
    match (of("io.bfq.weight "), of("io.weight ")) {
        (Some(weight), _) => assert_eq!(weight, "default 300", "{ended:?}"),
        (None, Some(weight)) => assert_eq!(weight, "default 2930", "{ended:?}"),
        (None, None) => {}
    }
    // And it cannot change them.
    assert!(ended.code != 0 && ended.err.contains("ead-only"), "{ended:?}");
}

#[test]
fn a_paused_container_does_nothing_until_it_goes_on() {
    let Some(machine) = Machine::new() else { return };
    let name = machine.begin(
        "x=0; while :; do x=$((x+1)); echo $x; sleep 0.01; done",
        json!({}),
    );
    machine.wrote(&name, "3\n");
    machine.done("POST", &format!("/containers/{name}/pause"), "");
    assert_eq!(machine.inspect(&name)["State"]["Status"], "paused");
    // What was on its way has come once two looks are the same; afterwards nothing does.
    let still = sampan_testkit::until("the output to stand still", || {
        let before = machine.logs(&name).0;
        std::thread::sleep(std::time::Duration::from_millis(100));
        (machine.logs(&name).0 == before).then_some(before)
    });
    let body = json!({ "Cmd": ["true"] }).to_string();
    let (status, _) = machine.refused("POST", &format!("/containers/{name}/exec"), &body);
    assert_eq!(status, 409);
    machine.done("POST", &format!("/containers/{name}/unpause"), "");
    sampan_testkit::until("it to go on", || {
        (machine.logs(&name).0.len() > still.len()).then_some(())
    });
    machine.done("POST", &format!("/containers/{name}/pause"), "");
    machine.done("POST", &format!("/containers/{name}/kill"), "");
    assert_eq!(machine.end_of(&name).code, 137);
}

#[test]
fn its_processes_are_told() {
    let Some(machine) = Machine::new() else { return };
    let name = machine.begin("sleep 1234 & echo up; wait", json!({ "User": "web" }));
    machine.wrote(&name, "up");
    let path = format!("/containers/{name}/top?ps_args=-eo%20pid,ppid,cmd");
    // The shell's child is a shell, too, until it has executed its program.
    let top = sampan_testkit::until("the child's program", || {
        let top = machine.done("GET", &path, "").json();
        (top["Processes"][1][2] == "sleep 1234").then_some(top)
    });
    assert_eq!(top["Titles"], json!(["PID", "PPID", "CMD"]));
    let rows = top["Processes"].as_array().unwrap();
    assert_eq!(rows.len(), 2, "{top}");
    assert_eq!(rows[1][1], rows[0][0]);
    assert_eq!(rows[0][0], machine.inspect(&name)["State"]["Pid"].to_string());
}

/// Fewer than whoever makes the container needs himself.
#[test]
fn a_container_may_have_few_descriptors() {
    let Some(machine) = Machine::new() else { return };
    let few = json!({ "HostConfig": { "Ulimits": [{ "Name": "nofile", "Soft": 5, "Hard": 6 }] } });
    let id = machine.begin("ulimit -n; ulimit -Hn; echo up; sleep 4321", few.clone());
    machine.wrote(&id, "5\n6\nup\n");
    let exec = machine.exec(&id, "ulimit -n; ulimit -Hn", json!({}));
    assert_eq!((exec.code, exec.out.as_str()), (0, "5\n6\n"), "{exec:?}");
    let mut beneath_init = few;
    beneath_init["HostConfig"]["Init"] = json!(true);
    let ended = machine.run("ulimit -n", beneath_init);
    assert_eq!(ended.out, "5\n", "{ended:?}");
}

#[test]
fn shares_of_processors_that_make_no_sense_are_refused() {
    let Some(machine) = Machine::new() else { return };
    for nanos in [-1, 1, 1_000_000_000_000_i64] {
        let body = crate::machine::body("true", json!({ "HostConfig": { "NanoCpus": nanos } }));
        let refused = machine.refused("POST", "/containers/create", &body.to_string());
        assert!(
            refused.0 == 400 && refused.1.contains("ange of CPUs"),
            "{refused:?}"
        );
    }
}
