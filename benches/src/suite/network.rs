//! Throughput of networks of Linux containers, against a real dockerd where one is on the path: one TCP stream between two
//! containers of a network, and from the host through a published port. Each engine is in a network namespace of its own, so
//! that neither sees the other's rules. Needs root, and Debian's `iperf3`, `busybox-static` and `iproute2`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};

use crate::setup::Setup;

const IPERF: &str = "/usr/bin/iperf3";
/// The port on which the server listens, in its container and on the host.
const PORT: &str = "5201";
const NETWORK: &str = "bench";

pub(crate) fn measure(setup: &Setup) -> Result<String> {
    let mut out = String::from("\n## Networks of Linux containers\n");
    if !Path::new(IPERF).exists() || !Path::new("/usr/sbin/dockerd").exists() {
        out.push_str("\nNot measured: `iperf3` and `dockerd` must be installed.\n");
        return Ok(out);
    }
    let image = image(&setup.work.join("network"))?;
    let engines = [Engine::ours(setup, &image)?, Engine::docker(setup, &image)?];
    let rounds = setup.rounds(9);
    let seconds = if setup.quick { 1 } else { 5 };
    out.push_str(&format!(
        "\nOne TCP stream of `iperf3` for {seconds} s, {rounds} rounds by turns, in Gbit/s as the receiver counts them.\n\n\
         | way | engine | median | least | most | to dockerd |\n|---|---|---|---|---|---|\n"
    ));
    for way in WAYS {
        let mut rates = engines.each_ref().map(|_| Vec::new());
        // The first round only warms up.
        for round in 0..=rounds {
            for (engine, rates) in engines.iter().zip(&mut rates) {
                let rate = engine.stream(way, seconds).with_context(|| engine.name)?;
                if round > 0 {
                    rates.push(rate);
                }
            }
        }
        rates.iter_mut().for_each(|rates| rates.sort_by(f64::total_cmp));
        let median = |rates: &[f64]| rates[rates.len() / 2];
        for (engine, own) in engines.iter().zip(&rates) {
            out.push_str(&format!(
                "| {} | {} | {:.2} | {:.2} | {:.2} | {:.2} |\n",
                way.told,
                engine.name,
                median(own),
                own[0],
                own[own.len() - 1],
                median(own) / median(&rates[1]),
            ));
        }
    }
    Ok(out)
}

/// How a stream goes.
struct Way {
    told: &'static str,
    /// The address that the host asks; a container asks by name where there is none.
    host: Option<Place>,
}

enum Place {
    Loopback,
    Gateway,
}

const WAYS: &[Way] = &[
    Way {
        told: "container to container",
        host: None,
    },
    Way {
        told: "host to published port, by the network's gateway",
        host: Some(Place::Gateway),
    },
    Way {
        told: "host to published port, by loopback",
        host: Some(Place::Loopback),
    },
];

/// A daemon in a network namespace, with a server in a network of its own.
struct Engine {
    name: &'static str,
    namespace: String,
    socket: PathBuf,
    child: Child,
    /// Whose processes end with it.
    binary: Option<PathBuf>,
}

impl Engine {
    fn ours(setup: &Setup, image: &Path) -> Result<Self> {
        let folder = setup.work.join("network-sampan");
        let socket = folder.join("run/sampan.sock");
        let mut words = vec![setup.sampan.display().to_string(), "--root".to_owned()];
        words.push(folder.join("data").display().to_string());
        words.extend(["daemon", "--log-level", "error", "--exec-root"].map(str::to_owned));
        words.push(folder.join("run").display().to_string());
        let binary = Some(setup.sampan.canonicalize()?);
        Self::start("sampan", &folder, socket, words, binary, image)
    }

    fn docker(setup: &Setup, image: &Path) -> Result<Self> {
        let folder = setup.work.join("network-docker");
        let socket = folder.join("docker.sock");
        let place = |name: &str| folder.join(name).display().to_string();
        let mut words = vec!["dockerd".to_owned()];
        for (flag, value) in [
            ("--data-root", place("data")),
            ("--exec-root", place("exec")),
            ("--pidfile", place("pid")),
            ("--host", format!("unix://{}", socket.display())),
        ] {
            words.extend([flag.to_owned(), value]);
        }
        Self::start("dockerd", &folder, socket, words, None, image)
    }

    fn start(
        name: &'static str,
        folder: &Path,
        socket: PathBuf,
        words: Vec<String>,
        binary: Option<PathBuf>,
        image: &Path,
    ) -> Result<Self> {
        fs::create_dir_all(folder)?;
        let namespace = format!("bench-{name}-{}", std::process::id());
        done(Command::new("ip").args(["netns", "add", &namespace]))?;
        let log = fs::File::create(folder.join("log"))?;
        let child = inside(&namespace)
            .args(words)
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()?;
        let engine = Self {
            name,
            namespace,
            socket,
            child,
            binary,
        };
        done(inside(&engine.namespace).args(["ip", "link", "set", "lo", "up"]))?;
        for _ in 0..300 {
            if engine.client(&["version"]).output()?.status.success() {
                engine.prepare(image)?;
                return Ok(engine);
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        bail!("{name} does not answer")
    }

    fn prepare(&self, image: &Path) -> Result<()> {
        let change = ["import", "--change", "CMD [\"/usr/bin/iperf3\",\"-s\"]"];
        done(self.client(&change).arg(image).arg("iperf"))?;
        done(&mut self.client(&["network", "create", NETWORK]))?;
        let port = format!("0.0.0.0:{PORT}:{PORT}");
        let server = [
            "run",
            "-d",
            "--name",
            "server",
            "--network",
            NETWORK,
            "-p",
            &port,
            "iperf",
        ];
        done(&mut self.client(&server))
    }

    fn client(&self, words: &[&str]) -> Command {
        let mut command = Command::new("docker");
        command
            .arg("--host")
            .arg(format!("unix://{}", self.socket.display()))
            .args(words)
            .stdin(Stdio::null());
        command
    }

    /// The rate of one stream, in Gbit/s.
    fn stream(&self, way: &Way, seconds: u32) -> Result<f64> {
        let time = seconds.to_string();
        let asked = |at: &str| ["-c", at, "-p", PORT, "-t", &time, "-J"].map(str::to_owned);
        let output = match &way.host {
            None => {
                let run = ["run", "--rm", "--network", NETWORK, "iperf", IPERF];
                self.client(&run).args(asked("server")).output()?
            }
            Some(Place::Loopback) => inside(&self.namespace)
                .arg(IPERF)
                .args(asked("127.0.0.1"))
                .output()?,
            Some(Place::Gateway) => {
                let format = "{{(index .IPAM.Config 0).Gateway}}";
                let told = self
                    .client(&["network", "inspect", "--format", format, NETWORK])
                    .output()?;
                let gateway = String::from_utf8(told.stdout)?;
                inside(&self.namespace)
                    .arg(IPERF)
                    .args(asked(gateway.trim()))
                    .output()?
            }
        };
        let told = String::from_utf8_lossy(&output.stdout);
        ensure!(output.status.success(), "{}: iperf3 failed: {told}", way.told);
        received(&told).with_context(|| format!("iperf3 says no rate: {told}"))
    }
}

/// Starts something in a network namespace. `ip netns exec` would hide the control groups besides.
fn inside(namespace: &str) -> Command {
    let mut command = Command::new("nsenter");
    command.arg(format!("--net=/run/netns/{namespace}"));
    command
}

impl Drop for Engine {
    fn drop(&mut self) {
        let _ = self.client(&["rm", "-f", "server"]).output();
        crate::process::leave(&mut self.child);
        if let Some(binary) = &self.binary {
            end_all(binary);
        }
        let _ = Command::new("ip")
            .args(["netns", "del", &self.namespace])
            .status();
    }
}

/// Ends what runs a binary: everything of it was started for this run.
fn end_all(binary: &Path) {
    for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
        let pid = entry.file_name().to_string_lossy().parse::<libc::pid_t>();
        if let Ok(pid) = pid
            && fs::read_link(entry.path().join("exe")).is_ok_and(|exe| exe == binary)
        {
            crate::process::end(pid);
        }
    }
}

/// What the receiver counted, in Gbit/s: the last of its kind in the report.
fn received(report: &str) -> Option<f64> {
    let (_, rest) = report.split_once("\"sum_received\"")?;
    let (_, rest) = rest.split_once("\"bits_per_second\":")?;
    let number = rest.split([',', '}']).next()?.trim();
    number.parse::<f64>().ok().map(|bits| bits / 1e9)
}

fn done(command: &mut Command) -> Result<()> {
    let output = command
        .output()
        .with_context(|| format!("cannot start {command:?}"))?;
    let why = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{command:?} failed: {why}");
    Ok(())
}

/// An archive with `iperf3` and the libraries that it is linked with.
fn image(folder: &Path) -> Result<PathBuf> {
    let root = folder.join("root");
    let linked = Command::new("ldd")
        .arg(IPERF)
        .output()
        .context("cannot start `ldd`")?;
    let linked = String::from_utf8(linked.stdout)?;
    let libraries = linked.split_whitespace().filter(|word| word.starts_with('/'));
    for file in libraries.chain([IPERF]) {
        let to = root.join(&file[1..]);
        fs::create_dir_all(to.parent().context("a file is in a folder")?)?;
        fs::copy(file, to).with_context(|| format!("cannot copy `{file}`"))?;
    }
    // Where it keeps what it is about to send.
    fs::create_dir_all(root.join("tmp"))?;
    let tar = folder.join("iperf.tar");
    done(
        Command::new("tar")
            .arg("-C")
            .arg(&root)
            .arg("-cf")
            .arg(&tar)
            .arg("."),
    )?;
    Ok(tar)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_receivers_rate_is_read() {
        let report = r#"{"end":{"sum_sent":{"bits_per_second":1e10},"sum_received":{"seconds":1,"bits_per_second":2.5e9,"sender":true}}}"#;
        assert_eq!(received(report), Some(2.5));
        assert_eq!(received("{}"), None);
    }
}
