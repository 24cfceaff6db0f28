//! Both kinds of containers, each with folders of its own.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use sampan_runtime::linux::LinuxSpec;
use sampan_runtime::{
    ContainerSpec, Diagnostics, KeptStreams, LinuxRoot, Networking, Placement, Program, ProgramBytes,
    Runtime, Streams,
};
use sampan_runtime_linux::{LinuxConfig, LinuxRuntime};
use sampan_runtime_wasm::fleet::{Fleet, FleetConfig};
use sampan_store::{Store, digest_of};
use sampan_types::{Algorithm, ContainerId, Effort, Grants, Limits, Serving};

use crate::conformance::Subject;

const BUSYBOX: [&str; 3] = ["/bin/busybox", "/usr/bin/busybox", "/bin/busybox-static"];

/// Wasm containers in workers. Their shell is the toolbox.
pub(crate) struct Wasm(Place);

/// Linux containers beneath monitors. Their shell is busybox.
pub(crate) struct Linux(Place);

impl Subject for Wasm {
    fn new() -> Option<Self> {
        Some(Self(Place::new()))
    }

    async fn open(&self) -> Arc<dyn Runtime> {
        Arc::new(self.0.fleet().await)
    }

    fn spec(&self, id: ContainerId, words: &[&str], streams: KeptStreams) -> ContainerSpec {
        spec(id, words, streams, sampan_toolbox::PLAIN)
    }

    fn broken(&self, id: ContainerId, streams: KeptStreams) -> ContainerSpec {
        spec(id, &["broken"], streams, b"no module")
    }

    fn folder(&self) -> &Path {
        self.0.0.path()
    }
}

impl Subject for Linux {
    #[allow(clippy::print_stderr, reason = "a test that does nothing says so")]
    fn new() -> Option<Self> {
        if !rustix::process::geteuid().is_root() {
            eprintln!("not run: Linux containers need root");
            return None;
        }
        let Some(busybox) = BUSYBOX.iter().find(|path| Path::new(path).exists()) else {
            eprintln!("not run: no static busybox is installed");
            return None;
        };
        let place = Place::new();
        let image = place.0.path().join("image");
        for folder in ["bin", "dev", "proc", "sys", "etc"] {
            fs::create_dir_all(image.join(folder)).unwrap();
        }
        fs::copy(busybox, image.join("bin/busybox")).unwrap();
        for tool in ["sh", "cat"] {
            symlink("busybox", image.join("bin").join(tool)).unwrap();
        }
        Some(Self(place))
    }

    async fn open(&self) -> Arc<dyn Runtime> {
        // Its zygote starts monitors, too.
        let config = LinuxConfig {
            run_dir: self.0.0.path().join("run"),
            launcher: self.0.fleet().await.launcher(),
            owner: "conformance".to_owned(),
            desk: None,
        };
        Arc::new(LinuxRuntime::open(config).await.unwrap())
    }

    fn spec(&self, id: ContainerId, words: &[&str], streams: KeptStreams) -> ContainerSpec {
        let folder = self.0.0.path();
        let own = folder.join(format!("files-{id}"));
        let root = LinuxRoot {
            lower: vec![folder.join("image")],
            upper: own.join("upper"),
            work: own.join("work"),
            read_only: false,
        };
        for folder in [&root.upper, &root.work] {
            fs::create_dir_all(folder).unwrap();
        }
        ContainerSpec {
            env: vec![("PATH".to_owned(), "/bin".to_owned())],
            linux: Some(Box::new(LinuxSpec {
                root,
                hostname: "conforms".to_owned(),
                shm_size: 1 << 20,
                ..LinuxSpec::default()
            })),
            ..spec(id, words, streams, b"")
        }
    }

    fn broken(&self, id: ContainerId, streams: KeptStreams) -> ContainerSpec {
        self.spec(id, &["not-there"], streams)
    }

    fn folder(&self) -> &Path {
        self.0.0.path()
    }
}

/// What a container of either kind is told.
fn spec(id: ContainerId, words: &[&str], streams: KeptStreams, program: &'static [u8]) -> ContainerSpec {
    ContainerSpec {
        id,
        program: Program {
            name: words[0].to_owned(),
            digest: digest_of(Algorithm::Sha256, program),
            bytes: ProgramBytes::Memory(program.into()),
            effort: Effort::Full,
        },
        args: words.iter().map(|word| (*word).to_owned()).collect(),
        env: Vec::new(),
        cwd: None,
        streams: Streams::Kept(streams),
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
        linux: None,
        kin: None,
    }
}

/// Folders that outlive daemons.
struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    async fn fleet(&self) -> Fleet {
        // One for all tests, so that the shell is compiled once.
        let store = Store::open(&Path::new(env!("CARGO_TARGET_TMPDIR")).join("conformance")).unwrap();
        let end = Instant::now() + Duration::from_secs(60);
        loop {
            let config = FleetConfig {
                exe: sampan_testkit::under_test(env!("CARGO_BIN_EXE_sampan")),
                run_dir: self.0.path().join("run"),
                slots: 100,
                linger: Duration::from_millis(200),
                toolbox: None,
            };
            match Fleet::open(config, store.code_cache()).await {
                Ok(fleet) => return fleet,
                // What the last daemon had begun may hold the folder for a moment more.
                Err(_) if Instant::now() < end => tokio::time::sleep(Duration::from_millis(20)).await,
                Err(error) => panic!("{error}"),
            }
        }
    }
}

impl Drop for Linux {
    /// Ends what a test that failed left running: through a daemon, which knows what belongs to it.
    fn drop(&mut self) {
        if self.0.processes("sampan-monitor").is_empty() {
            return;
        }
        let tasks = tokio::runtime::Runtime::new().unwrap();
        tasks.block_on(async {
            let end = async {
                for survivor in self.open().await.survivors().await.unwrap() {
                    survivor.container.kill(sampan_types::Signal::Kill);
                    let _ = survivor.container.wait().await;
                    survivor.container.release().await;
                }
            };
            let _ = tokio::time::timeout(Duration::from_secs(10), end).await;
        });
    }
}

impl Place {
    /// The processes of a role that are told of this folder, which no other test has.
    fn processes(&self, role: &str) -> Vec<Pid> {
        let folder = self.0.path().to_string_lossy().into_owned();
        let mut found = Vec::new();
        for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
            let name = entry.file_name();
            let Some(pid) = name.to_str().and_then(|name| name.parse::<i32>().ok()) else {
                continue;
            };
            let words = fs::read(entry.path().join("cmdline")).unwrap_or_default();
            let words = String::from_utf8_lossy(&words);
            if words.starts_with(role) && words.contains(&folder) {
                found.extend(Pid::from_raw(pid));
            }
        }
        found
    }
}

impl Drop for Place {
    /// Ends workers whose daemon fell and never came back; their zygote ends without them.
    fn drop(&mut self) {
        for worker in self.processes("sampan-worker") {
            // It fails only where the process has ended already.
            let _ = kill_process(worker, Signal::KILL);
        }
    }
}
