//! Zygote, workers and daemon die in every order; the daemon is replaced; the machine goes down.

use rustix::process::Signal;
use serde_json::Value;

use crate::audit;
use crate::host::{Host, Role, kill};

const CAT: &str = r#"{"Image":"cat","OpenStdin":true}"#;

fn cat(policy: &str) -> String {
    format!(r#"{{"Image":"cat","OpenStdin":true,"HostConfig":{{"RestartPolicy":{{"Name":"{policy}"}}}}}}"#)
}

fn alone() -> &'static str {
    r#"{"Image":"cat","OpenStdin":true,"HostConfig":{"Isolation":"process"}}"#
}

fn pid(host: &Host, name: &str) -> u32 {
    let state = host.state(name, |state| state["Running"] == true);
    state["Pid"]
        .as_u64()
        .and_then(|pid| pid.try_into().ok())
        .expect("a process")
}

fn lost(state: &Value) -> bool {
    let why = state["Error"].as_str().unwrap_or_default();
    state["Status"] == "exited" && state["ExitCode"] == 137 && why.contains("lost")
}

#[test]
fn a_killed_worker_takes_its_own_containers_and_policies_start_them_again() {
    let mut host = Host::new();
    host.start();
    host.runs("plain", CAT);
    host.runs("again", &cat("always"));
    host.runs("failing", &cat("on-failure"));
    host.runs("alone", alone());
    let worker = pid(&host, "plain");
    assert_eq!(worker, pid(&host, "again"));
    assert_ne!(worker, pid(&host, "alone"));
    kill(worker, Signal::KILL);
    host.state("plain", lost);
    for name in ["again", "failing"] {
        host.state(name, |state| {
            state["Running"] == true && state["Restarting"] == false && state["Pid"] != worker
        });
        host.answers(name);
    }
    assert_eq!(host.inspect("again")["RestartCount"], 1);
    host.answers("alone");
    kill(pid(&host, "alone"), Signal::KILL);
    host.state("alone", lost);
    host.answers("again");
    audit::nothing_left_over(&host);
}

#[test]
fn a_killed_zygote_is_replaced_and_containers_run_on() {
    let mut host = Host::new();
    host.start();
    host.runs("shared", CAT);
    host.runs("alone", alone());
    let zygote = host.with_role(Role::Zygote)[0];
    kill(zygote, Signal::KILL);
    sampan_testkit::until("the zygote to be gone", || {
        (!host.with_role(Role::Zygote).contains(&zygote)).then_some(())
    });
    host.answers("shared");
    host.answers("alone");
    // What needs a process of its own gets one, by another zygote.
    host.runs("next", alone());
    host.answers("next");
    host.runs("beside", CAT);
    host.answers("beside");
    // A worker of the zygote that is gone ends, and that is noticed.
    kill(pid(&host, "alone"), Signal::KILL);
    host.state("alone", lost);
    host.done("DELETE", "/containers/shared?force=1", "");
    host.answers("next");
    audit::nothing_left_over(&host);
}

#[test]
fn a_worker_of_a_short_exec_ends_with_it() {
    let mut host = Host::new();
    host.start();
    host.runs("box", alone());
    for _ in 0..40 {
        let made = host.done("POST", "/containers/box/exec", r#"{"Cmd":["true"]}"#);
        let path = format!("/exec/{}/start", made.json()["Id"].as_str().unwrap());
        host.done("POST", &path, r#"{"Detach":true}"#);
    }
    // The container has one, and one of each sort waits.
    sampan_testkit::until("the workers to end", || {
        (host.with_role(Role::Worker).len() <= 3).then_some(())
    });
}

#[test]
fn with_zygote_and_daemon_killed_workers_end_and_policies_start_containers_again() {
    let mut host = Host::new();
    host.start();
    host.runs("plain", CAT);
    host.runs("alone", alone());
    host.runs("again", &cat("unless-stopped"));
    let workers = host.with_role(Role::Worker);
    kill(host.with_role(Role::Zygote)[0], Signal::KILL);
    host.fell();
    host.start();
    for name in ["plain", "alone"] {
        let state = host.state(name, |state| state["Status"] == "exited");
        assert_eq!(state["ExitCode"], 137, "{state}");
        assert_ne!(state["Error"], "", "{state}");
    }
    host.state("again", |state| {
        state["Running"] == true && state["Restarting"] == false
    });
    host.answers("again");
    sampan_testkit::until("the old workers to end", || {
        let now = host.with_role(Role::Worker);
        workers.iter().all(|pid| !now.contains(pid)).then_some(())
    });
    audit::nothing_left_over(&host);
}

#[test]
fn a_zygote_killed_before_the_daemon_has_none_of_its_containers_doubled() {
    let mut host = Host::new();
    host.start();
    host.runs("old", alone());
    kill(host.with_role(Role::Zygote)[0], Signal::KILL);
    host.runs("new", alone());
    host.fell();
    host.start();
    host.answers("new");
    host.state("old", |state| {
        state["Status"] == "exited" && state["ExitCode"] == 137
    });
    host.done("POST", "/containers/old/start", "");
    host.answers("old");
    audit::nothing_left_over(&host);
}

#[test]
fn endings_that_fall_into_the_gap_are_known() {
    let mut host = Host::new();
    host.start();
    host.runs("in-gap", alone());
    host.runs("shared", CAT);
    host.runs("again", r#"{"Image":"cat","OpenStdin":true,"HostConfig":{"Isolation":"process","RestartPolicy":{"Name":"always"}}}"#);
    let (gap, again) = (pid(&host, "in-gap"), pid(&host, "again"));
    host.fell();
    kill(gap, Signal::KILL);
    kill(again, Signal::KILL);
    host.start();
    let state = host.state("in-gap", |state| state["Status"] == "exited");
    assert_eq!(state["ExitCode"], 137);
    host.state("again", |state| {
        state["Running"] == true && state["Restarting"] == false
    });
    host.answers("again");
    host.answers("shared");
    audit::nothing_left_over(&host);
}

#[test]
fn an_upgrade_takes_running_containers_over() {
    let mut host = Host::new();
    host.start();
    host.runs("shared", CAT);
    host.runs("alone", alone());
    host.runs("terminal", r#"{"Image":"cat","OpenStdin":true,"Tty":true}"#);
    host.runs("endless", r#"{"Image":"endless"}"#);
    host.answers("shared");
    let (shared, alone) = (pid(&host, "shared"), pid(&host, "alone"));
    host.stop();
    assert_eq!(host.with_role(Role::Daemon), Vec::<u32>::new());
    host.upgrade();
    host.start();
    assert_eq!((shared, alone), (pid(&host, "shared"), pid(&host, "alone")));
    host.answers("shared");
    host.answers("alone");
    for (name, code) in [
        ("terminal", 137),
        ("endless", 137),
        ("shared", 143),
        ("alone", 143),
    ] {
        let act = if code == 143 { "stop" } else { "kill" };
        host.done("POST", &format!("/containers/{name}/{act}"), "");
        assert_eq!(host.inspect(name)["State"]["ExitCode"], code, "{name}");
    }
    host.runs("next", CAT);
    host.answers("next");
    // The log of both daemons' times is one.
    let log = host.done("GET", "/containers/shared/logs?stdout=1", "");
    assert_eq!(
        String::from_utf8_lossy(&log.body)
            .matches("are you there")
            .count(),
        2
    );
    audit::nothing_left_over(&host);
}

#[test]
fn after_a_reboot_what_always_runs_is_started_and_the_rest_is_stopped() {
    let mut host = Host::new();
    host.start();
    host.runs("plain", CAT);
    host.runs("always", &cat("always"));
    host.runs("unless", &cat("unless-stopped"));
    host.runs("stopped", &cat("unless-stopped"));
    host.runs("always-stopped", &cat("always"));
    host.done("POST", "/containers/stopped/stop", "");
    host.done("POST", "/containers/always-stopped/stop", "");
    host.done("POST", "/containers/create?name=fresh", &cat("always"));
    host.runs(
        "goes",
        r#"{"Image":"cat","OpenStdin":true,"HostConfig":{"AutoRemove":true}}"#,
    );
    host.pull_the_plug();
    host.start();
    for name in ["always", "unless", "always-stopped"] {
        host.state(name, |state| {
            state["Running"] == true && state["Restarting"] == false
        });
        host.answers(name);
    }
    let state = host.state("plain", |state| state["Status"] == "exited");
    assert_eq!(state["ExitCode"], 137);
    assert_ne!(state["Error"], "");
    assert_eq!(host.inspect("stopped")["State"]["Status"], "exited");
    assert_eq!(host.inspect("stopped")["State"]["ExitCode"], 143);
    assert_eq!(host.inspect("fresh")["State"]["Status"], "created");
    sampan_testkit::until("what goes with its end to go", || {
        (host.ask("GET", "/containers/goes/json", "").status == 404).then_some(())
    });
    audit::nothing_left_over(&host);
}

#[test]
fn a_second_daemon_is_refused_and_harms_nothing() {
    let mut host = Host::new();
    host.start();
    host.runs("shared", CAT);
    let second = host.second();
    assert!(!second.status.success());
    let words = String::from_utf8_lossy(&second.stderr).into_owned();
    assert!(
        words.contains("another daemon uses") && words.contains("hint: stop the other daemon"),
        "{words}"
    );
    host.answers("shared");
    host.runs("next", alone());
    host.answers("next");
}
