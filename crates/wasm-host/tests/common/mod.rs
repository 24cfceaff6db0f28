//! Runs guests written as text, with their streams in pipes.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    reason = "shared by several test binaries, each using a part"
)]

use std::collections::HashMap;
use std::fs::File;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use sampan_types::{Algorithm, Digest, Ending, LimitName, Usage};
use sampan_wasm_host::{
    CachedCode, CodeCache, CodeKey, Compiler, GuestHandle, GuestSpec, Host, HostConfig, HostError,
    InProcessCompiler, Input, ModuleSource, Output, Program,
};

/// Far more than anything here takes, and less than a person waits.
pub const LONG: Duration = Duration::from_secs(60);

pub fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
}

pub fn host() -> Host {
    Host::new(HostConfig::default()).unwrap()
}

pub fn digest(bytes: &[u8]) -> Digest {
    let mut raw = Vec::new();
    for salt in 0..4_u8 {
        let mut hasher = DefaultHasher::new();
        (salt, bytes).hash(&mut hasher);
        raw.extend(hasher.finish().to_le_bytes());
    }
    Digest::from_bytes(Algorithm::Sha256, &raw)
}

pub fn source(bytes: &[u8]) -> ModuleSource<'_> {
    ModuleSource {
        bytes,
        digest: digest(bytes),
        name: "guest".to_owned(),
    }
}

pub fn load(host: &Host, text: &str, spec: &GuestSpec) -> Result<Program, HostError> {
    let wasm = sampan_wasm_host::wat_to_wasm(text.as_bytes())?;
    host.load(&source(&wasm), &spec.limits, None, &InProcessCompiler)
}

/// What became of a run.
#[derive(Debug)]
pub struct Done {
    pub ending: Ending,
    pub stdout: Vec<u8>,
    pub stderr: Vec<u8>,
    pub usage: Usage,
}

impl Done {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.stdout).into_owned()
    }
    pub fn limit(&self) -> Option<LimitName> {
        match &self.ending {
            Ending::Limited(breach) => Some(breach.limit),
            _ => None,
        }
    }
}

pub fn reader(fd: OwnedFd) -> JoinHandle<Vec<u8>> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        File::from(fd).read_to_end(&mut bytes).unwrap();
        bytes
    })
}

pub fn writer(fd: OwnedFd, bytes: Vec<u8>) -> JoinHandle<()> {
    std::thread::spawn(move || {
        // The guest may go away before it has read all.
        let _ = File::from(fd).write_all(&bytes);
    })
}

/// Runs a program to its end, its output in pipes that are read beside.
pub fn try_run(host: &Host, text: &str, mut spec: GuestSpec) -> Result<Done, HostError> {
    let program = load(host, text, &spec)?;
    let (out_r, out_w) = rustix::pipe::pipe().unwrap();
    let (err_r, err_w) = rustix::pipe::pipe().unwrap();
    spec.stdio.stdout = Output::Fd(out_w);
    spec.stdio.stderr = Output::Fd(err_w);
    let (stdout, stderr) = (reader(out_r), reader(err_r));
    let guest = host.guest(&program, spec)?;
    let handle = guest.handle();
    let ending = within(runtime(), guest.run())?;
    Ok(Done {
        ending,
        stdout: stdout.join().unwrap(),
        stderr: stderr.join().unwrap(),
        usage: handle.usage(),
    })
}

/// Fails instead of hanging for ever.
pub fn within<T>(runtime: tokio::runtime::Runtime, work: impl Future<Output = T>) -> T {
    runtime.block_on(async { tokio::time::timeout(LONG, work).await.expect("it hangs") })
}

pub fn run(text: &str, spec: GuestSpec) -> Done {
    try_run(&host(), text, spec).unwrap()
}

pub fn refused(text: &str, spec: GuestSpec) -> HostError {
    match try_run(&host(), text, spec) {
        Err(error) => error,
        Ok(done) => panic!("it ran: {done:?}"),
    }
}

pub fn with_input(bytes: Vec<u8>) -> GuestSpec {
    let (r, w) = rustix::pipe::pipe().unwrap();
    writer(w, bytes);
    let mut spec = GuestSpec::default();
    spec.stdio.stdin = Input::Fd(r);
    spec
}

/// Runs `text`, and does `then` with its handle on another thread once it has written something.
pub fn run_and(text: &str, mut spec: GuestSpec, then: impl FnOnce(GuestHandle) + Send + 'static) -> Ending {
    let host = host();
    let program = load(&host, text, &spec).unwrap();
    let (r, w) = rustix::pipe::pipe().unwrap();
    spec.stdio.stdout = Output::Fd(w);
    let guest = host.guest(&program, spec).unwrap();
    let handle = guest.handle();
    let other = std::thread::spawn(move || {
        let mut byte = [0];
        let mut file = File::from(r);
        file.read_exact(&mut byte).unwrap();
        let rest = reader(file.into());
        then(handle);
        rest
    });
    let ending = within(runtime(), guest.run()).unwrap();
    other.join().unwrap().join().unwrap();
    ending
}

pub fn until(what: &str, mut condition: impl FnMut() -> bool) {
    let started = Instant::now();
    while !condition() {
        assert!(started.elapsed() < LONG, "{what} never came");
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// Imports and helpers of preview 1, and `body` with the module's own fields. Memory: the first 1 KiB is for
/// calls; `$say` writes a text of the data segment.
pub fn p1(body: &str) -> String {
    format!(
        r#"(module
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_read" (func $fd_read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_close" (func $fd_close (param i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_filestat_set_size" (func $set_size (param i32 i64) (result i32)))
  (import "wasi_snapshot_preview1" "fd_fdstat_get" (func $fdstat (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_open"
    (func $path_open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_unlink_file" (func $unlink (param i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_rename" (func $rename (param i32 i32 i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_create_directory" (func $mkdir (param i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "poll_oneoff" (func $poll (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "args_sizes_get" (func $args_sizes (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "args_get" (func $args (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "environ_sizes_get" (func $env_sizes (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "environ_get" (func $env (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 2)
  ;; writes $len bytes at $at to $fd, once; gives the errno
  (func $write (param $fd i32) (param $at i32) (param $len i32) (result i32)
    (i32.store (i32.const 0) (local.get $at))
    (i32.store (i32.const 4) (local.get $len))
    (call $fd_write (local.get $fd) (i32.const 0) (i32.const 1) (i32.const 8)))
  (func $say (param $at i32) (param $len i32)
    (drop (call $write (i32.const 1) (local.get $at) (local.get $len))))
  ;; reads up to $len bytes from $fd to $at; gives how many, or traps
  (func $read (param $fd i32) (param $at i32) (param $len i32) (result i32)
    (i32.store (i32.const 0) (local.get $at))
    (i32.store (i32.const 4) (local.get $len))
    (if (call $fd_read (local.get $fd) (i32.const 0) (i32.const 1) (i32.const 8)) (then unreachable))
    (i32.load (i32.const 8)))
  ;; opens a path beneath $dir; the descriptor is at 16
  (func $open (param $dir i32) (param $at i32) (param $len i32) (param $oflags i32) (param $rights i64)
    (result i32)
    (call $path_open (local.get $dir) (i32.const 1) (local.get $at) (local.get $len) (local.get $oflags)
      (local.get $rights) (local.get $rights) (i32.const 0) (i32.const 16)))
  (func $fd (result i32) (i32.load (i32.const 16)))
  ;; sleeps
  (func $sleep (param $nanos i64)
    (memory.fill (i32.const 512) (i32.const 0) (i32.const 48))
    (i32.store (i32.const 528) (i32.const 1))
    (i64.store (i32.const 536) (local.get $nanos))
    (drop (call $poll (i32.const 512) (i32.const 576) (i32.const 1) (i32.const 640))))
  {body}
)"#
    )
}

/// `O_CREAT`, and the rights to read and write.
pub const CREATE: &str = "(i32.const 1)";
pub const RW: &str = "(i64.const 0x42)";

/// A cache in memory that counts.
#[derive(Default)]
pub struct MemoryCache {
    entries: Mutex<HashMap<String, Arc<Vec<u8>>>>,
    pub compiled: AtomicUsize,
}

impl CodeCache for MemoryCache {
    fn get_or_compile(
        &self,
        key: &CodeKey,
        compile: &mut dyn FnMut() -> Result<Vec<u8>, HostError>,
    ) -> Result<(CachedCode, bool), HostError> {
        let mut entries = self.entries.lock().unwrap();
        let name = key.to_string();
        let hit = entries.contains_key(&name);
        if !hit {
            let code = compile()?;
            self.compiled.fetch_add(1, Ordering::SeqCst);
            entries.insert(name.clone(), Arc::new(code));
        }
        Ok((held(&entries[&name]), hit))
    }

    fn get(&self, key: &CodeKey) -> Option<CachedCode> {
        let entries = self.entries.lock().unwrap();
        entries.get(&key.to_string()).map(|code| held(code))
    }
}

fn held(code: &[u8]) -> CachedCode {
    let fd = rustix::fs::memfd_create("code", rustix::fs::MemfdFlags::CLOEXEC).unwrap();
    let mut file = File::from(fd);
    file.write_all(code).unwrap();
    CachedCode { file }
}

/// Fails when it is asked.
pub struct NoCompiler;

impl Compiler for NoCompiler {
    fn compile(&self, _: &[u8], _: &HostConfig, _: &sampan_types::Limits) -> Result<Vec<u8>, HostError> {
        panic!("nothing should be compiled")
    }
}
