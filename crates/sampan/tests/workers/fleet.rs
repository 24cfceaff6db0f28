//! A daemon without its API: a fleet in a runtime of tasks, which can fall.

use std::collections::HashMap;
use std::fs::File;
use std::io;
use std::net::Ipv4Addr;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixDatagram;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::sync::{Arc, Mutex};

use sampan_runtime::{
    Container, ContainerSpec, Diagnostics, Isolation, JournalSink, KeptStreams, Kin, LogFiles, Logs,
    NetworkPlace, Networking, Placement, Program, ProgramBytes, Runtime, Streams, TerminalSize, Wiring,
};
use sampan_runtime_wasm::fleet::{Fleet, FleetConfig};
use sampan_store::Store;
use sampan_types::{Algorithm, ContainerId, Effort, Grants, Limits, Serving};

/// What outlives a daemon: folders.
pub(crate) struct Host {
    pub(crate) folder: tempfile::TempDir,
}

impl Host {
    pub(crate) fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }
}

/// What is wanted of a container beyond the usual.
#[derive(Default)]
pub(crate) struct Wants {
    pub(crate) stdin: bool,
    pub(crate) terminal: bool,
    pub(crate) log_max: Option<u64>,
    /// The socket of a journal, in place of files.
    pub(crate) journal: Option<PathBuf>,
    pub(crate) isolation: Isolation,
    pub(crate) grants: Grants,
    pub(crate) limits: Limits,
    pub(crate) cpu_weight: Option<u64>,
    pub(crate) kin: Option<Arc<dyn Kin>>,
    /// Its arguments; its name where there are none.
    pub(crate) words: Vec<String>,
    pub(crate) networking: Networking,
    /// On what it answers requests.
    pub(crate) listeners: Vec<std::net::TcpListener>,
}

pub(crate) struct Daemon {
    tasks: Option<tokio::runtime::Runtime>,
    fleet: Arc<Fleet>,
    logs: PathBuf,
    count: AtomicU64,
    ids: Mutex<Vec<ContainerId>>,
}

impl Daemon {
    pub(crate) fn start(host: &Host) -> Self {
        let tasks = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap();
        let store = Store::open(&host.folder.path().join("root")).unwrap();
        let config = FleetConfig {
            exe: sampan_testkit::under_test(env!("CARGO_BIN_EXE_sampan")),
            run_dir: host.folder.path().join("run"),
            slots: 2_000,
            linger: std::time::Duration::from_millis(200),
            toolbox: Some(sampan_store::digest_of(Algorithm::Sha256, sampan_toolbox::WASM)),
        };
        let fleet = tasks.block_on(Fleet::open(config, store.code_cache())).unwrap();
        let logs = host.folder.path().join("logs");
        std::fs::create_dir_all(&logs).unwrap();
        Self {
            tasks: Some(tasks),
            fleet: Arc::new(fleet),
            logs,
            count: AtomicU64::new(0),
            ids: Mutex::default(),
        }
    }

    pub(crate) fn block_on<T>(&self, future: impl Future<Output = T>) -> T {
        let whole = async {
            let limit = std::time::Duration::from_secs(60);
            tokio::time::timeout(limit, future)
                .await
                .expect("within a minute")
        };
        self.tasks.as_ref().unwrap().block_on(whole)
    }

    /// As after SIGKILL: sockets close, nothing is said.
    pub(crate) fn fall(mut self) {
        let tasks = self.tasks.take().unwrap();
        tasks.shutdown_timeout(std::time::Duration::from_secs(10));
    }

    pub(crate) fn last_id(&self, before: usize) -> ContainerId {
        let ids = self.ids.lock().unwrap();
        ids[ids.len() - 1 - before].clone()
    }

    pub(crate) async fn survivors(&self) -> HashMap<ContainerId, Arc<dyn Container>> {
        let survivors = self.fleet.survivors().await.unwrap();
        survivors.into_iter().map(|s| (s.id, s.container)).collect()
    }

    /// A container of a program of `guests/wat`, of `guests/evil` behind `evil:`, of `guests/http` behind `http:`, or of
    /// the `toolbox`.
    pub(crate) async fn create(&self, program: &str, wants: Wants) -> (Arc<dyn Container>, Log) {
        let (spec, log) = self.spec(program, wants);
        (self.fleet.create(spec).await.unwrap(), log)
    }

    pub(crate) fn spec(&self, program: &str, wants: Wants) -> (ContainerSpec, Log) {
        let bytes = match program.split_once(':') {
            None if program == "toolbox" => sampan_toolbox::WASM.to_vec(),
            Some(("evil", evil)) => std::fs::read(sampan_testkit::guest::evil(evil)).unwrap(),
            Some(("http", server)) => sampan_testkit::guest::http_server(server),
            _ => std::fs::read(sampan_testkit::guest::wat(program)).unwrap(),
        };
        let mut random = [0; 32];
        rustix::rand::getrandom(&mut random, rustix::rand::GetRandomFlags::empty()).unwrap();
        let id = ContainerId::from_random(random);
        self.ids.lock().unwrap().push(id.clone());
        let log = Log(Arc::new(Files {
            base: self.logs.join(id.as_str()),
            count: AtomicU64::new(0),
            max: wants.log_max,
        }));
        self.count.fetch_add(1, SeqCst);
        let spec = ContainerSpec {
            id,
            program: Program {
                name: program.to_owned(),
                digest: sampan_store::digest_of(Algorithm::Sha256, &bytes),
                bytes: ProgramBytes::Memory(bytes.into()),
                effort: Effort::Full,
            },
            args: match wants.words.is_empty() {
                true => vec![program.to_owned()],
                false => wants.words,
            },
            env: Vec::new(),
            cwd: None,
            streams: Streams::Kept(KeptStreams {
                stdin: wants.stdin,
                stdin_once: true,
                terminal: wants.terminal.then(TerminalSize::default),
                log: match wants.journal {
                    None => Logs::files(log.0.clone()),
                    Some(path) => Logs {
                        files: None,
                        journal: Some(Arc::new(JournalAt(path))),
                    },
                },
            }),
            root: None,
            grants: wants.grants,
            tmpfs_dirs: Vec::new(),
            limits: wants.limits,
            entry: None,
            calls: false,
            listeners: wants.listeners,
            serving: Serving::default(),
            beside: None,
            access_log: None,
            networking: wants.networking,
            diagnostics: Diagnostics::default(),
            learn: false,
            placement: Placement {
                domain: "test".to_owned(),
                isolation: wants.isolation,
                cpu_weight: wants.cpu_weight.unwrap_or(Placement::USUAL_WEIGHT),
            },
            linux: None,
            kin: wants.kin,
        };
        (spec, log)
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        if let Some(tasks) = self.tasks.take() {
            tasks.shutdown_background();
        }
    }
}

impl Drop for Host {
    /// Ends the workers of this folder, whose guests would compute for ever; their zygote ends without them.
    fn drop(&mut self) {
        for pid in workers_of(self) {
            if let Some(pid) = rustix::process::Pid::from_raw(pid) {
                // It fails only where the process has ended already.
                let _ = rustix::process::kill_process(pid, rustix::process::Signal::KILL);
            }
        }
    }
}

/// The process ids of a host's workers: they are told of their folder, which no other test has.
fn workers_of(host: &Host) -> Vec<i32> {
    let folder = host.folder.path().to_string_lossy().into_owned();
    let processes = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let workers = processes.filter_map(|process| {
        let pid = process.file_name().to_str()?.parse().ok()?;
        let words = std::fs::read(process.path().join("cmdline")).unwrap_or_default();
        let words = String::from_utf8_lossy(&words);
        (words.starts_with("sampan-worker") && words.contains(&folder)).then_some(pid)
    });
    workers.collect()
}

/// The log of one container.
#[derive(Clone)]
pub(crate) struct Log(Arc<Files>);

struct Files {
    base: PathBuf,
    count: AtomicU64,
    max: Option<u64>,
}

impl Files {
    fn path(&self, number: u64) -> PathBuf {
        self.base.with_extension(number.to_string())
    }
}

impl LogFiles for Files {
    fn open(&self) -> io::Result<File> {
        let path = self.path(self.count.load(SeqCst));
        File::options().create(true).append(true).open(path)
    }
    fn rotate(&self) -> io::Result<File> {
        self.count.fetch_add(1, SeqCst);
        self.open()
    }
    fn max_size(&self) -> Option<u64> {
        self.max
    }
}

/// A journal that a test stands for.
pub(crate) struct JournalAt(pub(crate) PathBuf);

impl JournalSink for JournalAt {
    fn connect(&self) -> io::Result<OwnedFd> {
        let socket = UnixDatagram::unbound()?;
        socket.connect(&self.0)?;
        Ok(socket.into())
    }
    fn fields(&self) -> Vec<(String, String)> {
        vec![("CONTAINER_NAME".to_owned(), "web".to_owned())]
    }
    fn lossy_buffer(&self) -> Option<u64> {
        None
    }
}

impl Log {
    pub(crate) fn files(&self) -> u64 {
        self.0.count.load(SeqCst) + 1
    }

    /// Streams and lines.
    pub(crate) fn lines(&self) -> Vec<(String, String)> {
        let mut lines = Vec::new();
        for number in 0..self.files() {
            let text = std::fs::read_to_string(self.0.path(number)).unwrap_or_default();
            for line in text.lines() {
                let line: serde_json::Value = serde_json::from_str(line).unwrap();
                let field = |name: &str| line[name].as_str().unwrap().to_owned();
                lines.push((field("stream"), field("log")));
            }
        }
        lines
    }
}

/// The place of a container in a network of 256 addresses.
pub(crate) fn member(address: Ipv4Addr) -> Networking {
    let [a, b, c, _] = address.octets();
    let first = Ipv4Addr::new(a, b, c, 0);
    Networking {
        places: vec![NetworkPlace {
            network: first.to_string(),
            title: format!("net-{first}"),
            addresses: vec![address.into()],
            subnets: vec![format!("{first}/24").parse().unwrap()],
            gateways: vec![Ipv4Addr::new(a, b, c, 1).into()],
            names: vec![format!("at-{}", address.octets()[3])],
            links: Vec::new(),
            open: true,
            internal: false,
            wiring: Wiring::default(),
        }],
        ..Networking::default()
    }
}

/// The process that starts the others of a host.
pub(crate) fn zygote_of(host: &Host) -> u32 {
    let mut parents = workers_of(host).into_iter().filter_map(|pid| {
        let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
        status
            .lines()
            .find_map(|line| line.strip_prefix("PPid:")?.trim().parse().ok())
    });
    parents.next().expect("one of its workers lives")
}

/// Ends a process that a test started.
pub(crate) fn kill(pid: u32) {
    signal(pid, rustix::process::Signal::KILL);
}

/// Signals a process that a test started.
pub(crate) fn signal(pid: u32, signal: rustix::process::Signal) {
    let pid = rustix::process::Pid::from_raw(pid.cast_signed()).unwrap();
    rustix::process::kill_process(pid, signal).unwrap();
}

/// Holds every thread of a process to the first processor that it may use.
pub(crate) fn pin_to_one_processor(pid: u32) {
    use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};
    for thread in std::fs::read_dir(format!("/proc/{pid}/task")).unwrap() {
        let name = thread.unwrap().file_name().into_string().unwrap();
        let thread = rustix::process::Pid::from_raw(name.parse().unwrap());
        let may = sched_getaffinity(thread).unwrap();
        let first = (0..CpuSet::MAX_CPU).find(|cpu| may.is_set(*cpu)).unwrap();
        let mut one = CpuSet::new();
        one.set(first);
        sched_setaffinity(thread, &one).unwrap();
    }
}
