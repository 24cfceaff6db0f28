//! A machine whose daemon has an image of busybox.

use std::fs;
use std::ops::{Deref, DerefMut};
use std::os::fd::AsFd;
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use rustix::process::Signal;
use sampan_network::{NetworkError, namespace};
use sampan_testkit::layer::{Kind, Layer};
use serde_json::{Value, json};

use crate::client::{Answer, Client};
use crate::host::{Host, Role, kill};

const BUSYBOX: [&str; 3] = ["/bin/busybox", "/usr/bin/busybox", "/bin/busybox-static"];
/// What the image has of busybox.
const TOOLS: &str = "sh cat echo env id ls sleep true false pwd mount mkdir rm touch chown chroot stat grep head wc \
     hostname ip nc nslookup ping mknod kill ps tr dd sync unshare test stty yes seq ln tail dmesg nproc date sort";

/// The daemon; its containers go with it.
pub(crate) struct Machine {
    host: Host,
    names: AtomicU32,
}

/// How a program ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: i64,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Machine {
    /// `None`, with a note, where there can be no Linux containers.
    #[allow(clippy::print_stderr, reason = "a test that does nothing says so")]
    pub(crate) fn new() -> Option<Self> {
        if !rustix::process::geteuid().is_root() {
            eprintln!("not run: Linux containers need root");
            return None;
        }
        let Some(busybox) = BUSYBOX.iter().find(|path| Path::new(path).exists()) else {
            eprintln!("not run: no static busybox is installed");
            return None;
        };
        Self::over(Host::new(), busybox)
    }

    /// The same for whom `dress` makes of a host, who need not be root.
    #[allow(dead_code, reason = "made for ordinary users")]
    pub(crate) fn dressed(dress: impl FnOnce(&mut Host)) -> Option<Self> {
        let busybox = BUSYBOX.iter().find(|path| Path::new(path).exists());
        let (true, Some(busybox)) = (rustix::process::geteuid().is_root(), busybox) else {
            return Self::new();
        };
        let mut host = Host::new();
        dress(&mut host);
        Self::over(host, busybox)
    }

    /// The same, with its data on a disk of this size, which is an ordinary one for its containers.
    pub(crate) fn on_a_small_disk(size: &str) -> Option<Self> {
        let busybox = BUSYBOX.iter().find(|path| Path::new(path).exists());
        let (true, Some(busybox)) = (rustix::process::geteuid().is_root(), busybox) else {
            return Self::new();
        };
        Self::over(Host::on_a_small_disk(size)?, busybox)
    }

    fn over(mut host: Host, busybox: &str) -> Option<Self> {
        let handed_out = host.run_dir().with_file_name("wasm.sock").display().to_string();
        host.more = vec!["--wasm-socket".to_owned(), handed_out];
        host.start();
        let machine = Self {
            host,
            names: AtomicU32::new(0),
        };
        machine.import("box", box_layer(busybox));
        Some(machine)
    }

    /// The same on a machine whose network is its own: the calling thread, what it starts and so the daemon are in a
    /// namespace of which nothing is left behind the test.
    pub(crate) fn apart() -> Option<Self> {
        if rustix::process::geteuid().is_root() {
            let namespace = namespace::fresh().unwrap();
            let kind = rustix::thread::LinkNameSpaceType::Network;
            rustix::thread::move_into_link_name_space(namespace.as_fd(), Some(kind)).unwrap();
        }
        Self::new()
    }

    /// Does something in the network namespace of a container.
    #[allow(dead_code, reason = "made for root's networks")]
    #[track_caller]
    pub(crate) fn within<T: Send>(
        &self,
        container: &str,
        what: impl FnOnce() -> Result<T, NetworkError> + Send,
    ) -> T {
        let shown = self
            .done("GET", &format!("/containers/{container}/json"), "")
            .json();
        let pid = u32::try_from(shown["State"]["Pid"].as_u64().unwrap()).unwrap();
        namespace::within(namespace::of_process(pid).unwrap(), what).unwrap()
    }

    /// Makes a network. `more` is merged into the body.
    #[track_caller]
    pub(crate) fn network(&self, name: &str, more: Value) {
        let mut body = json!({ "Name": name });
        merge(&mut body, more);
        self.done("POST", "/networks/create", &body.to_string());
    }

    /// The address of a container in a network.
    #[track_caller]
    pub(crate) fn address(&self, container: &str, network: &str) -> String {
        let shown = self
            .done("GET", &format!("/containers/{container}/json"), "")
            .json();
        let address = &shown["NetworkSettings"]["Networks"][network]["IPAddress"];
        address.as_str().unwrap().to_owned()
    }

    /// An image like the usual one, with more in it.
    pub(crate) fn image(&self, name: &str, more: impl FnOnce(Layer) -> Layer) {
        let busybox = BUSYBOX.iter().find(|path| Path::new(path).exists());
        self.import(name, more(box_layer(busybox.unwrap())));
    }

    /// Loads an image of layers, each as its archive, as `docker save` writes it. What is told is the answer.
    pub(crate) fn load(&self, name: &str, layers: &[Vec<u8>], more: &Value) -> Answer {
        let archive = saved(name, layers, more);
        let mut client = self.client();
        client
            .request("POST", "/images/load", "application/x-tar", &archive)
            .unwrap()
    }

    fn import(&self, name: &str, layer: Layer) {
        let path = format!(
            "/images/create?fromSrc=-&repo={name}&platform=linux%2Famd64&changes=CMD%20%5B%22sh%22%5D"
        );
        let mut client = self.client();
        let answer = client
            .request("POST", &path, "application/x-tar", &layer.tar())
            .unwrap();
        assert!(
            answer.status == 200 && !answer.text().contains("error"),
            "{}",
            answer.text()
        );
    }

    /// Creates a container that is to run a script. `more` is merged into the body.
    #[track_caller]
    pub(crate) fn create(&self, script: &str, more: Value) -> String {
        // No beginning of an id: that would be another one's where this one is gone.
        let name = format!("n{}", self.names.fetch_add(1, Relaxed));
        let path = format!("/containers/create?name={name}");
        self.done("POST", &path, &body(script, more).to_string());
        name
    }

    /// The same, started.
    #[track_caller]
    pub(crate) fn begin(&self, script: &str, more: Value) -> String {
        let name = self.create(script, more);
        self.done("POST", &format!("/containers/{name}/start"), "");
        name
    }

    /// Kills the monitors of containers that run, with the daemon alive and without, and waits until nothing is left of them.
    #[allow(dead_code, reason = "made for what is killed")]
    #[track_caller]
    pub(crate) fn loses_monitors(&mut self) {
        for daemon_too in [false, true] {
            let name = self.begin("sleep 1000 & sleep 1000", json!({}));
            let pid = self.inspect(&name)["State"]["Pid"].as_u64().unwrap();
            if daemon_too {
                self.fell();
            }
            for pid in self.with_role(Role::Monitor) {
                kill(pid, Signal::KILL);
            }
            if daemon_too {
                self.start();
            }
            let state = self.state(&name, |state| state["Status"] == "exited");
            assert_eq!(state["ExitCode"], 137, "{state}");
            assert_ne!(state["Error"], "");
            sampan_testkit::until("its processes to end", || {
                (!Path::new(&format!("/proc/{pid}")).exists()).then_some(())
            });
        }
    }

    /// Runs a script to its end.
    #[track_caller]
    pub(crate) fn run(&self, script: &str, more: Value) -> Ended {
        let name = self.begin(script, more);
        self.end_of(&name)
    }

    /// Waits for the end of a container.
    #[track_caller]
    pub(crate) fn end_of(&self, name: &str) -> Ended {
        let waited = self.done("POST", &format!("/containers/{name}/wait"), "").json();
        let (out, err) = self.logs(name);
        Ended {
            code: waited["StatusCode"].as_i64().unwrap(),
            out,
            err,
        }
    }

    /// Waits until a container has written a text.
    #[track_caller]
    pub(crate) fn wrote(&self, name: &str, text: &str) {
        let what = format!("`{name}` to write `{text}`");
        sampan_testkit::until(&what, || self.logs(name).0.contains(text).then_some(()));
    }

    pub(crate) fn logs(&self, name: &str) -> (String, String) {
        let path = format!("/containers/{name}/logs?stdout=1&stderr=1");
        frames(&self.done("GET", &path, "").body)
    }

    /// Runs a script beside a container's program.
    #[track_caller]
    pub(crate) fn exec(&self, name: &str, script: &str, more: Value) -> Ended {
        let mut body = json!({ "Cmd": ["sh", "-c", script], "AttachStdout": true, "AttachStderr": true });
        merge(&mut body, more);
        let made = self.done("POST", &format!("/containers/{name}/exec"), &body.to_string());
        let id = made.json()["Id"].as_str().unwrap().to_owned();
        let started = self.done("POST", &format!("/exec/{id}/start"), "{}");
        let (out, err) = frames(&started.body);
        let told = || {
            let shown = self.done("GET", &format!("/exec/{id}/json"), "").json();
            shown["ExitCode"].as_i64()
        };
        Ended {
            code: sampan_testkit::until("the exec to end", told),
            out,
            err,
        }
    }

    /// A command of Docker's API that is refused, and why.
    #[track_caller]
    pub(crate) fn refused(&self, method: &str, path: &str, body: &str) -> (u16, String) {
        let answer = self.ask(method, path, body);
        assert!(answer.status >= 400, "{method} {path}: {}", answer.text());
        (
            answer.status,
            answer.json()["message"].as_str().unwrap().to_owned(),
        )
    }

    /// The ids of all containers.
    #[cfg_attr(
        not(feature = "failpoints"),
        allow(dead_code, reason = "for those that are killed")
    )]
    pub(crate) fn ids(&self) -> Vec<String> {
        let all = self.done("GET", "/containers/json?all=1", "").json();
        let all = all.as_array().into_iter().flatten();
        all.filter_map(|one| Some(one["Id"].as_str()?.to_owned()))
            .collect()
    }

    /// A connection through the socket that may be handed out.
    pub(crate) fn stranger(&self) -> Client {
        Client::connect(&self.run_dir().with_file_name("wasm.sock")).unwrap()
    }

    pub(crate) fn connection(&self) -> Client {
        self.client()
    }
}

/// An archive with one image, whose configuration has `more` in it.
pub(crate) fn saved(name: &str, layers: &[Vec<u8>], more: &Value) -> Vec<u8> {
    let digest = |bytes: &[u8]| sampan_store::digest_of(sampan_types::Algorithm::Sha256, bytes).to_string();
    let mut config = json!({
        "os": "linux", "architecture": "amd64", "config": { "Cmd": ["sh"] },
        "rootfs": { "type": "layers", "diff_ids": layers.iter().map(|layer| digest(layer)).collect::<Vec<_>>() },
    });
    merge(&mut config, more.clone());
    let names: Vec<String> = (0..layers.len()).map(|number| format!("{number}.tar")).collect();
    let manifest =
        json!([{ "Config": "config.json", "RepoTags": [format!("{name}:latest")], "Layers": names }]);
    let archive = Layer::new()
        .file("manifest.json", manifest.to_string())
        .file("config.json", config.to_string());
    let each = names.iter().zip(layers);
    each.fold(archive, |archive, (name, layer)| archive.file(name, layer))
        .tar()
}

/// The usual image's files as an archive.
pub(crate) fn box_archive() -> Vec<u8> {
    let busybox = BUSYBOX.iter().find(|path| Path::new(path).exists());
    box_layer(busybox.unwrap()).tar()
}

/// The files of the usual image.
fn box_layer(busybox: &str) -> Layer {
    let busybox = fs::read(busybox).unwrap();
    let mut layer = Layer::new()
        .folder("bin")
        .folder("etc")
        .folder("data")
        .entry("tmp", Kind::Folder, "", 0o1777, b"")
        .entry("bin/busybox", Kind::File, "", 0o755, &busybox);
    for tool in TOOLS.split_whitespace() {
        layer = layer.symlink(&format!("bin/{tool}"), "busybox");
    }
    layer
        .file(
            "etc/passwd",
            "root:x:0:0:root:/root:/bin/sh\nweb:x:33:44::/tmp:/bin/sh\n",
        )
        .file("etc/group", "root:x:0:\nwww:x:44:\nextra:x:55:web\n")
        .file("data/given", "of the image\n")
}

/// A create body.
pub(crate) fn body(script: &str, more: Value) -> Value {
    let mut body = json!({
        "Image": "box", "Cmd": ["sh", "-c", script], "HostConfig": { "NetworkMode": "none" },
    });
    merge(&mut body, more);
    body
}

fn merge(into: &mut Value, more: Value) {
    match (into, more) {
        (Value::Object(into), Value::Object(more)) => {
            for (key, value) in more {
                merge(into.entry(key).or_insert(Value::Null), value);
            }
        }
        (into, more) => {
            if !more.is_null() {
                *into = more;
            }
        }
    }
}

/// Both outputs from frames.
pub(crate) fn frames(mut bytes: &[u8]) -> (String, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    while let Some((head, rest)) = bytes.split_at_checked(8) {
        let length = u32::from_be_bytes([head[4], head[5], head[6], head[7]]) as usize;
        let (text, rest) = rest.split_at(length.min(rest.len()));
        match head[0] {
            1 => out.extend_from_slice(text),
            _ => err.extend_from_slice(text),
        }
        bytes = rest;
    }
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    (text(out), text(err))
}

impl Deref for Machine {
    type Target = Host;
    fn deref(&self) -> &Host {
        &self.host
    }
}

impl DerefMut for Machine {
    fn deref_mut(&mut self) -> &mut Host {
        &mut self.host
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        // Through a daemon, which knows what belongs to them.
        let mut client = match Client::connect(&self.host.socket()) {
            Ok(client) => client,
            Err(_) => return,
        };
        let Ok(all) = client.ask("GET", "/containers/json?all=1", "") else {
            return;
        };
        for one in all.json().as_array().into_iter().flatten() {
            let id = one["Id"].as_str().unwrap_or_default();
            let _ = client.ask("DELETE", &format!("/containers/{id}?force=1&v=1"), "");
        }
    }
}
