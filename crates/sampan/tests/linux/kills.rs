//! The daemon dies once at every step of the supervisor that a Linux container passes, and comes back.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use sampan_network::links::Links;
use serde_json::{Value, json};

use crate::client::Client;
use crate::host::Role;
use crate::machine::{Machine, body};

/// The steps, in about the order in which they are passed.
const POINTS: &[&str] = &[
    "supervisor::network::journal",
    "supervisor::connect::move",
    "supervisor::connect::journal",
    "supervisor::volume::folder",
    "supervisor::volume::journal",
    "supervisor::create::journal",
    "supervisor::folder::create",
    "supervisor::folder::journal",
    "supervisor::start::create",
    "supervisor::start::start",
    "supervisor::start::journal",
    "supervisor::ended::journal",
    "supervisor::exec::create",
    "supervisor::update::journal",
    "supervisor::rename::journal",
    "supervisor::stop::journal",
    "supervisor::remove::journal",
    "journal::write",
];

/// A machine whose containers have their cgroups where no other test has any.
struct Victim {
    machine: Machine,
    parent: String,
}

/// One command: a method, a path and a body.
type Step = (&'static str, &'static str, String);

impl Victim {
    fn new() -> Option<Self> {
        let machine = Machine::apart()?;
        let folder = machine
            .run_dir()
            .parent()?
            .file_name()?
            .to_string_lossy()
            .into_owned();
        Some(Self {
            machine,
            parent: format!("/{}", folder.replace('.', "")),
        })
    }

    fn steps(&self) -> Vec<Step> {
        let under = |more: Value| {
            let mut more = more;
            more["HostConfig"]["CgroupParent"] = self.parent.clone().into();
            more
        };
        let asked = under(json!({
            "OpenStdin": true, "Volumes": { "/anonymous": {} }, "HostConfig": {
                "Tmpfs": { "/t": "" }, "NetworkMode": "one", "PortBindings": { "80/tcp": [{ "HostIp": "0.0.0.0" }] },
            },
        }));
        let stays = json!({ "Container": "stays" }).to_string();
        let post = |path, body: String| ("POST", path, body);
        vec![
            post("/networks/create", json!({ "Name": "one" }).to_string()),
            post("/containers/create?name=stays", body("cat", asked).to_string()),
            post(
                "/containers/create?name=ends",
                body("exit 9", under(json!({ "HostConfig": {} }))).to_string(),
            ),
            post("/containers/stays/start", String::new()),
            post("/containers/ends/start", String::new()),
            post("/containers/ends/wait", String::new()),
            post("/networks/bridge/connect", stays.clone()),
            post("/networks/bridge/disconnect", stays),
            post("/containers/stays/exec", json!({ "Cmd": ["true"] }).to_string()),
            post(
                "/containers/stays/update",
                json!({ "Memory": 64 << 20, "MemorySwap": -1 }).to_string(),
            ),
            post("/containers/stays/rename?name=other", String::new()),
            post("/containers/other/stop?t=0", String::new()),
            ("DELETE", "/containers/other?v=1", String::new()),
            ("DELETE", "/containers/ends", String::new()),
            ("DELETE", "/networks/one", String::new()),
        ]
    }

    /// Asks for everything until the daemon dies. How many were answered, all with success.
    fn ask_all(&self) -> usize {
        let Ok(mut client) = Client::connect(&self.machine.socket()) else {
            return 0;
        };
        let steps = self.steps();
        for (number, (method, path, body)) in steps.iter().enumerate() {
            let Ok(mut answer) = client.ask(method, path, body) else {
                return number;
            };
            if path.ends_with("/exec") {
                let start = format!("/exec/{}/start", answer.json()["Id"].as_str().unwrap());
                match client.ask("POST", &start, r#"{"Detach":true}"#) {
                    Ok(started) => answer = started,
                    Err(_) => return number,
                }
            }
            let fine = answer.status < 300;
            assert!(fine, "{method} {path}: {}\n{}", answer.text(), self.machine.log());
        }
        steps.len()
    }

    fn state(&self, name: &str) -> Option<Value> {
        let answer = self.machine.ask("GET", &format!("/containers/{name}/json"), "");
        (answer.status == 200).then(|| answer.json()["State"].clone())
    }

    /// The ids of containers that run.
    fn running(&self) -> BTreeSet<String> {
        let list = self.machine.done("GET", "/containers/json", "").json();
        let list = list.as_array().into_iter().flatten();
        list.map(|one| one["Id"].as_str().unwrap().to_owned()).collect()
    }

    /// The ids of networks.
    fn networks(&self) -> BTreeSet<String> {
        let list = self.machine.done("GET", "/networks", "").json();
        let list = list.as_array().into_iter().flatten();
        list.map(|one| one["Id"].as_str().unwrap().to_owned()).collect()
    }

    /// The folders of its cgroups, one for each hierarchy that has some.
    fn parents(&self) -> Vec<PathBuf> {
        let mount = PathBuf::from("/sys/fs/cgroup");
        let hierarchies = fs::read_dir(&mount).unwrap().flatten().map(|entry| entry.path());
        let parents = std::iter::once(mount.clone()).chain(hierarchies);
        let parents = parents.map(|folder| folder.join(self.parent.trim_start_matches('/')));
        parents.filter(|folder| folder.is_dir()).collect()
    }

    /// What is on the host for containers that do not run.
    fn left_over(&self) -> Vec<String> {
        let running = self.running();
        let mut left = Vec::new();
        for parent in self.parents() {
            let folders = fs::read_dir(&parent).into_iter().flatten().flatten();
            let folders = folders.filter(|entry| entry.path().is_dir());
            let names = folders.map(|entry| entry.file_name().to_string_lossy().into_owned());
            let strange = names.filter(|name| !running.contains(name));
            left.extend(strange.map(|name| format!("{}/{name}", parent.display())));
        }
        let runs = fs::read_dir(self.machine.run_dir().join("linux"))
            .into_iter()
            .flatten();
        let runs: Vec<String> = runs
            .flatten()
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            // A monitor that waits for the next container is nobody's run.
            .filter(|name| !name.starts_with("spare."))
            .collect();
        if runs.len() != running.len()
            || !runs
                .iter()
                .all(|run| running.iter().any(|id| run.starts_with(id)))
        {
            left.push(format!("runs {runs:?} of {running:?}"));
        }
        let monitors = self.machine.with_role(Role::Monitor);
        if monitors.len() != running.len() {
            left.push(format!("monitors {monitors:?} of {running:?}"));
        }
        for link in Links::here().unwrap().all().unwrap() {
            let of = |ids: &BTreeSet<String>, beginning: &str| ids.iter().any(|id| id.starts_with(beginning));
            let known = match (link.name.strip_prefix("sv"), link.name.strip_prefix("sp-")) {
                (Some(name), _) => of(&running, &name[..7]),
                (_, Some(name)) => of(&self.networks(), name),
                (None, None) => true,
            };
            if !known {
                left.push(link.name);
            }
        }
        let ours = self.machine.run_dir().parent().unwrap().display().to_string();
        let mounts = fs::read_to_string("/proc/self/mountinfo").unwrap();
        let mounts = mounts.lines().filter(|line| line.contains(&ours));
        left.extend(mounts.map(str::to_owned));
        left
    }

    #[track_caller]
    fn nothing_left_over(&self, point: &str) {
        sampan_testkit::until(&format!("{point}: nothing to be left over"), || {
            self.left_over().is_empty().then_some(())
        });
    }

    /// Lets the daemon die at a point, and looks at what the next one makes of it.
    fn dies(&mut self, point: &str) {
        self.machine.stop();
        self.machine
            .start_with(&[("FAILPOINTS", &format!("{point}=panic"))]);
        let mut answered = 0;
        if self.machine.answers_or_falls() {
            answered = self.ask_all();
        }
        // What comes last is written down behind its answer.
        assert!(
            answered < self.steps().len() || self.machine.falls_soon(true),
            "the daemon does not pass {point}"
        );
        self.machine.bury();
        self.machine.start();
        self.nothing_left_over(point);
        for (name, created, gone) in [("stays", 1, 10), ("ends", 2, 13), ("other", 10, 12)] {
            let state = self.state(name);
            // What was not answered may be the one or the other.
            if answered != created && answered != gone {
                let there = answered > created && answered < gone;
                assert_eq!(
                    state.is_some(),
                    there,
                    "{point}: `{name}` after {answered} answers"
                );
            }
            let Some(state) = state else { continue };
            if name == "ends" && answered > 5 {
                assert_eq!(
                    (&state["Status"], &state["ExitCode"]),
                    (&"exited".into(), &9.into()),
                    "{point}"
                );
            }
            if state["Status"] == "running" && name != "ends" {
                self.machine.answers(name);
            }
            if name == "stays" && answered > 3 {
                assert_eq!(state["Status"], "running", "{point}");
            }
        }
        for id in self.machine.ids() {
            self.machine
                .done("DELETE", &format!("/containers/{id}?force=1&v=1"), "");
        }
        let gone = self.machine.ask("DELETE", "/networks/one", "");
        assert!(matches!(gone.status, 204 | 404), "{point}: {}", gone.text());
        self.nothing_left_over(point);
        assert_eq!(
            self.ask_all(),
            self.steps().len(),
            "{point}\n{}",
            self.machine.log()
        );
        self.nothing_left_over(point);
    }
}

impl Drop for Victim {
    fn drop(&mut self) {
        for parent in self.parents() {
            for inner in fs::read_dir(&parent).into_iter().flatten().flatten() {
                // Files of a cgroup are no files that could be removed; it fails while something runs in it.
                let _ = fs::remove_dir(inner.path());
            }
            let _ = fs::remove_dir(parent);
        }
    }
}

#[test]
fn killed_at_every_step_the_daemon_comes_back_and_leaves_nothing() {
    let Some(mut victim) = Victim::new() else { return };
    for point in POINTS {
        victim.dies(point);
    }
}
