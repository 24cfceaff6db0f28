//! `watch`: what changes on the disk comes into the containers.

use std::process::{Child, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use sampan_testkit::{guest, until};

use crate::host::Host;

/// A watch that runs; it ends with this.
struct Watch(Child);

impl Watch {
    fn start(host: &Host) -> Self {
        let log = std::fs::File::create(host.path("watch.log")).unwrap();
        let child = host
            .command(&["compose", "watch"])
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap();
        until("the watch", || said(host).contains("watching").then_some(()));
        Self(child)
    }
}

fn said(host: &Host) -> String {
    std::fs::read_to_string(host.path("watch.log")).unwrap()
}

impl Drop for Watch {
    fn drop(&mut self) {
        let _ = kill_process(Pid::from_child(&self.0), Signal::INT);
        let _ = self.0.wait();
    }
}

#[test]
fn a_wasm_file_that_changes_is_swapped() {
    let host = Host::new("services: {a: {image: ./app.wasm, stop_grace_period: 0s}}\n");
    let stays = wat::parse_file(guest::wat("stays")).unwrap();
    host.write("app.wasm", stays);
    let watch = Watch::start(&host);
    let before = host.id("proj-a-1");
    host.write("new", wat::parse_file(guest::wat("hello")).unwrap());
    std::fs::rename(host.path("new"), host.path("app.wasm")).unwrap();
    host.logs_say("a", "Hello from a module");
    assert_ne!(host.id("proj-a-1"), before);
    until("the word", || {
        said(&host).contains("swapped: service `a`").then_some(())
    });
    // One that is no module is told, and the next one is tried.
    let now = host.id("proj-a-1");
    host.write("app.wasm", "not a module");
    until("the error", || said(&host).contains("error:").then_some(()));
    assert_eq!(host.id("proj-a-1"), now);
    host.write("app.wasm", wat::parse_file(guest::wat("stays")).unwrap());
    until("the next", || {
        (said(&host).matches("swapped").count() == 2).then_some(())
    });
    drop(watch);
    // Its program was compiled in a hurry, which the next `up` makes good.
    let options = |host: &Host| {
        let shown = host.sampan(&[
            "inspect",
            "--format",
            "{{json .HostConfig.SecurityOpt}}",
            "proj-a-1",
        ]);
        shown.out.trim().to_owned()
    };
    assert_eq!(options(&host), r#"["wasm.compile=quick"]"#);
    let swapped = host.id("proj-a-1");
    assert_eq!(host.compose("up -d").code, Some(0));
    assert_ne!(host.id("proj-a-1"), swapped);
    assert_eq!(options(&host), "null");
    let stays = host.id("proj-a-1");
    assert_eq!(host.compose("up -d").code, Some(0));
    assert_eq!(host.id("proj-a-1"), stays);
}

#[test]
fn files_are_synced_and_services_restarted() {
    let host = Host::new(
        r#"
services:
  a:
    image: box
    command: [sh, -c, "echo begins; sleep 1000"]
    stop_grace_period: 0s
    develop:
      watch:
        - {path: ./src, action: sync, target: /data, ignore: ["*.log"]}
        - {path: ./settings, action: restart}
"#,
    );
    host.write("src/first", "1");
    host.write("settings", "1");
    let watch = Watch::start(&host);
    host.write("src/x.log", "no");
    host.write("src/sub/new", "words");
    until("the file", || {
        let read = host.compose("exec -T a cat /data/sub/new");
        (read.out == "words").then_some(())
    });
    assert_ne!(host.compose("exec -T a cat /data/x.log").code, Some(0));
    std::fs::remove_file(host.path("src/sub/new")).unwrap();
    until("the removal", || {
        let read = host.compose("exec -T a cat /data/sub/new");
        (read.code != Some(0)).then_some(())
    });
    host.write("settings", "2");
    until("a second start", || {
        let logs = host.compose("logs --no-log-prefix a").out;
        (logs.matches("begins").count() == 2).then_some(())
    });
    drop(watch);
}

#[test]
fn links_are_synced_as_links_and_nothing_of_what_they_lead_to() {
    let rule = "{path: ./src, action: sync, target: /data}";
    let host = Host::new(&format!(
        "services: {{a: {{image: box, command: [sleep, '1000'], stop_grace_period: 0s, develop: {{watch: [{rule}]}}}}}}\n"
    ));
    host.write("secret", "the host's own");
    host.write("outside/within", "the host's own");
    host.write("src/first", "1");
    let watch = Watch::start(&host);
    let link = |to: &str, name: &str| std::os::unix::fs::symlink(to, host.path(name)).unwrap();
    link("../secret", "src/file");
    link("../outside", "src/folder");
    host.write("src/last", "words");
    until("the last file", || {
        let read = host.compose("exec -T a cat /data/last");
        (read.out == "words").then_some(())
    });
    let listed = host.compose("exec -T a ls -l /data").out;
    for link in ["file -> ../secret\n", "folder -> ../outside\n"] {
        assert!(listed.contains(link), "{listed}");
    }
    let within = host.compose("exec -T a find /data -type f");
    let mut files: Vec<&str> = within.out.lines().collect();
    files.sort_unstable();
    assert_eq!(
        files,
        ["/data/last"],
        "files that were there before are not synced, and nothing through links"
    );
    drop(watch);
}

#[test]
fn a_command_runs_after_files_are_synced() {
    let host = Host::new(
        r#"
services:
  a:
    image: box
    command: [sh, -c, "sleep 1000"]
    stop_grace_period: 0s
    develop:
      watch:
        - path: ./src
          action: sync+exec
          target: /data
          exec: {command: [sh, -c, "cat /data/new >> /data/ran; test ! -e /data/bad"], environment: {A: b}}
"#,
    );
    host.write("src/first", "1");
    let watch = Watch::start(&host);
    host.write("src/new", "words");
    until("the command", || {
        let read = host.compose("exec -T a cat /data/ran");
        read.out.contains("words").then_some(())
    });
    until("the word", || {
        said(&host).contains("executed: service `a`").then_some(())
    });
    // One that fails is told, and does not end the watch.
    host.write("src/bad", "1");
    until("the error", || {
        said(&host).contains("ended with code 1").then_some(())
    });
    drop(watch);
}
