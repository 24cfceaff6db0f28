//! The runtime by itself, from create to delete: ours through its contract with a monitor for each container, libcontainer
//! from a slim parent, and the two runtimes of Debian as commands.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use sampan_runtime::linux::LinuxSpec;
use sampan_runtime::{
    ContainerSpec, Diagnostics, KeptStreams, LinuxRoot, Logs, Networking, Placement, Program, ProgramBytes,
    Runtime, Streams,
};
use sampan_runtime_linux::{LinuxConfig, LinuxRuntime};
use sampan_runtime_wasm::fleet::{Fleet, FleetConfig};
use sampan_store::{Store, digest_of};
use sampan_types::{Algorithm, ContainerId, Effort, Ending, Grants, Limits, Serving};

use crate::process;
use crate::samples::{Samples, ratio, show};
use crate::setup::Setup;

/// Turns in which each has a part of its rounds.
const TURNS: usize = 5;

pub(super) fn measure(setup: &Setup) -> Result<String> {
    let root = crate::daemons::root(setup)?.context("there is a busybox")?;
    let tasks = tokio::runtime::Runtime::new()?;
    let ours = Ours::open(setup, &root, &tasks)?;
    let rounds = setup.rounds(100);
    let mut out = format!(
        "\n### The runtime by itself\n\nbusybox `true` from create to delete, with namespaces of its own and no network, {rounds} \
         rounds in {TURNS} turns. Ours is the whole runtime as the engine uses it: an overlay, a monitor of its own that is \
         started for the container, streams, the exit code told. libcontainer is called from a program that does nothing \
         else, by runc's usual specification and by the one that ours writes: with an overlay's root in the place of the \
         overlay, and without the filter of system calls, which is set by ours; the commands are started as such.\n\n| | median | least | p99 | to libcontainer's |\n|---|---|---|---|---|\n"
    );
    let Some(bundle) = bundle(setup, &root)? else {
        let times = Samples::new((0..rounds).map(|_| ours.round(&tasks)).collect::<Result<_>>()?);
        out.push_str(&row("sampan", &times, &times));
        out.push_str("\nNo runc was there, which writes the bundle of the others.\n");
        return Ok(out);
    };
    let same = ours.specification(setup, &tasks)?;
    let mut times: [Vec<Duration>; 5] = Default::default();
    for _ in 0..TURNS {
        let part = rounds.div_ceil(TURNS);
        times[0].extend(slim(setup, &bundle, part)?);
        times[1].extend(slim(setup, &same, part)?);
        for _ in 0..part {
            times[2].push(ours.round(&tasks)?);
        }
        for (program, times) in ["runc", "crun"].iter().zip(&mut times[3..]) {
            let path = Path::new("/usr/bin").join(program);
            for number in 0..if path.exists() { part } else { 0 } {
                times.push(command(setup, &path, &bundle, number)?);
            }
        }
    }
    let names = [
        "libcontainer, slim parent",
        "libcontainer, slim parent, by our specification",
        "sampan",
        "runc run",
        "crun run, without the unified hierarchy",
    ];
    let times: Vec<_> = times
        .into_iter()
        .map(|times| (!times.is_empty()).then(|| Samples::new(times)))
        .collect();
    let least = times[0].clone().context("libcontainer ran")?;
    for (name, times) in names.iter().zip(times) {
        if let Some(times) = times {
            out.push_str(&row(name, &times, &least));
        }
    }
    Ok(out)
}

fn row(name: &str, times: &Samples, to: &Samples) -> String {
    format!(
        "| {name} | {} | {} | {} | {:.2} |\n",
        show(times.median()),
        show(times.min()),
        show(times.p99()),
        ratio(times.median(), to.median()),
    )
}

/// The runtime contract with the release binary behind it.
struct Ours {
    runtime: LinuxRuntime,
    folder: PathBuf,
    image: PathBuf,
}

impl Ours {
    fn open(setup: &Setup, image: &Path, tasks: &tokio::runtime::Runtime) -> Result<Self> {
        let folder = setup.work.join("runtime");
        fs::create_dir_all(&folder)?;
        let store = Store::open(&folder.join("store"))?;
        let config = FleetConfig {
            exe: setup.sampan.clone(),
            run_dir: folder.join("run"),
            slots: 100,
            linger: Duration::from_millis(200),
            toolbox: None,
        };
        let runtime = tasks.block_on(async {
            let launcher = Fleet::open(config, store.code_cache()).await?.launcher();
            let config = LinuxConfig {
                run_dir: folder.join("run"),
                launcher,
                owner: "benchmark".to_owned(),
                desk: None,
            };
            LinuxRuntime::open(config).await
        })?;
        Ok(Self {
            runtime,
            folder,
            image: image.to_owned(),
        })
    }

    fn round(&self, tasks: &tokio::runtime::Runtime) -> Result<Duration> {
        let id = fresh()?;
        let own = self.folder.join(format!("files-{id}"));
        let spec = self.spec(id, &own)?;
        let before = Instant::now();
        tasks.block_on(async {
            let container = self.runtime.create(spec).await?;
            container.start().await?;
            let ending = container.wait().await?;
            ensure!(
                ending == (Ending::Exited { code: 0 }),
                "`true` ended with {ending:?}"
            );
            container.release().await;
            anyhow::Ok(())
        })?;
        let time = before.elapsed();
        fs::remove_dir_all(own)?;
        Ok(time)
    }

    /// A bundle with the specification that a container of ours is made by, for others to run `true` by.
    fn specification(&self, setup: &Setup, tasks: &tokio::runtime::Runtime) -> Result<PathBuf> {
        let id = fresh()?;
        let own = self.folder.join(format!("files-{id}"));
        let mut spec = self.spec(id.clone(), &own)?;
        spec.args = vec!["/bin/sleep".to_owned(), "60".to_owned()];
        let text = tasks.block_on(async {
            let container = self.runtime.create(spec).await?;
            container.start().await?;
            let text = find(&self.folder.join("run"), "config.json").map(fs::read_to_string);
            container.kill(sampan_types::Signal::Kill);
            container.wait().await?;
            container.release().await;
            anyhow::Ok(text.context("a container has a specification")??)
        })?;
        fs::remove_dir_all(own)?;
        let mut config: serde_json::Value = serde_json::from_str(&text)?;
        config["root"]["path"] = self.image.to_string_lossy().into();
        config["process"]["args"] = serde_json::json!(["/bin/true"]);
        config["linux"]["cgroupsPath"] = "/benchmark-by-our-specification".into();
        let namespaces = config["linux"]["namespaces"].as_array_mut();
        for namespace in namespaces.context("a specification has namespaces")? {
            // That of the network was made before.
            if let Some(namespace) = namespace.as_object_mut() {
                namespace.remove("path");
            }
        }
        let bundle = setup.work.join("bundle-of-ours");
        fs::create_dir_all(&bundle)?;
        fs::write(bundle.join("config.json"), config.to_string())?;
        Ok(bundle)
    }

    fn spec(&self, id: ContainerId, own: &Path) -> Result<ContainerSpec> {
        let root = LinuxRoot {
            lower: vec![self.image.clone()],
            upper: own.join("upper"),
            work: own.join("work"),
            read_only: false,
        };
        for folder in [&root.upper, &root.work] {
            fs::create_dir_all(folder)?;
        }
        Ok(ContainerSpec {
            id,
            program: Program {
                name: "/bin/true".to_owned(),
                digest: digest_of(Algorithm::Sha256, b""),
                bytes: ProgramBytes::Memory((&b""[..]).into()),
                effort: Effort::Full,
            },
            args: vec!["/bin/true".to_owned()],
            env: vec![("PATH".to_owned(), "/bin".to_owned())],
            cwd: None,
            streams: Streams::Kept(KeptStreams {
                stdin: false,
                stdin_once: false,
                terminal: None,
                log: Logs::default(),
            }),
            root: None,
            grants: Grants::default(),
            tmpfs_dirs: Vec::new(),
            limits: Limits::default(),
            entry: None,
            calls: false,
            listeners: Vec::new(),
            serving: Serving::default(),
            beside: None,
            access_log: None,
            networking: Networking::default(),
            diagnostics: Diagnostics::default(),
            learn: false,
            placement: Placement::default(),
            linux: Some(Box::new(LinuxSpec {
                root,
                hostname: "benchmark".to_owned(),
                shm_size: 64 << 20,
                ..LinuxSpec::default()
            })),
            kin: None,
        })
    }
}

/// What `runc spec` writes, with another program.
fn bundle(setup: &Setup, root: &Path) -> Result<Option<PathBuf>> {
    let runc = Path::new("/usr/bin/runc");
    if !runc.exists() {
        return Ok(None);
    }
    let bundle = setup.work.join("bundle");
    fs::create_dir_all(&bundle)?;
    let status = setup
        .command(runc)
        .args(["spec", "--bundle"])
        .arg(&bundle)
        .status()?;
    ensure!(status.success(), "`runc spec` failed: {status}");
    let file = bundle.join("config.json");
    let text = fs::read_to_string(&file)?;
    let (program, place) = (r#""sh""#, r#""rootfs""#);
    ensure!(
        text.contains(program) && text.contains(place),
        "`runc spec` writes something else"
    );
    let text = text
        .replace(r#""terminal": true"#, r#""terminal": false"#)
        .replace(program, r#""/bin/true""#)
        .replace(place, &format!("{root:?}"));
    fs::write(file, text)?;
    Ok(Some(bundle))
}

/// libcontainer from a program that does nothing else.
fn slim(setup: &Setup, bundle: &Path, rounds: usize) -> Result<Vec<Duration>> {
    let mut command = setup.command(&setup.native("libcontainer-rounds"));
    let state = setup.work.join("libcontainer");
    fs::create_dir_all(&state)?;
    command.arg(bundle).arg(state).arg(rounds.to_string());
    let output = command.stdout(Stdio::piped()).stderr(Stdio::inherit()).output()?;
    ensure!(output.status.success(), "libcontainer failed: {}", output.status);
    let lines = String::from_utf8(output.stdout)?;
    let times = lines.lines().map(|line| Ok(Duration::from_nanos(line.parse()?)));
    times.collect()
}

/// A runtime of Debian as a command, which deletes what it ran.
fn command(setup: &Setup, program: &Path, bundle: &Path, number: usize) -> Result<Duration> {
    let mut command = Command::new(program);
    command
        .arg("--root")
        .arg(setup.work.join("state"))
        .args(["run", "--bundle"])
        .arg(bundle)
        .arg(format!("round-{number}"))
        .stdin(Stdio::null())
        .stdout(Stdio::null());
    if program.ends_with("crun") {
        process::without_unified(&mut command);
    }
    match process::run(&mut command) {
        Ok(cost) => Ok(cost.wall),
        Err(error) => bail!("{}: {error:#}", program.display()),
    }
}

/// The first file of a name below a folder.
fn find(folder: &Path, name: &str) -> Option<PathBuf> {
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => folders.push(entry.path()),
                Ok(_) if entry.file_name() == name => return Some(entry.path()),
                _ => {}
            }
        }
    }
    None
}

fn fresh() -> Result<ContainerId> {
    let mut bytes = [0; 32];
    fs::File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(ContainerId::from_random(bytes))
}
