//! The parent's side: starts a compiler, bounds its time, and takes what it made.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, poll};
use rustix::fs::Timespec;
use rustix::process::{Pid, PidfdFlags, pidfd_open};
use sampan_types::{LimitName, Limits};
use sampan_wasm_host::{Compiler, HostConfig, HostError, Reported};

use super::ROLE;
use super::wire::{Order, REPORT_MAX, REPORTED, code_max};
use crate::memory;

/// Compiles each module in a process of its own.
#[derive(Clone)]
pub struct ProcessCompiler {
    launch: Arc<dyn Launch>,
}

/// Starts compiler processes.
pub(crate) trait Launch: Send + Sync {
    /// Starts one with its order as the one argument and its three descriptors.
    fn launch(&self, order: String, module: File, code: File, report: File) -> io::Result<Box<dyn Launched>>;
}

/// A compiler at work. Dropping it ends the process.
pub(crate) trait Launched: Send {
    /// Waits for the end at most for `time`; `None` when it has not ended by then.
    fn wait(&mut self, time: Duration) -> io::Result<Option<ExitStatus>>;
}

/// What went wrong with the process, not with the module.
#[derive(Debug, thiserror::Error)]
enum ProcessError {
    #[error("the compiler process cannot be started")]
    Start(#[source] io::Error),
    #[error("the compiler process cannot be given the module")]
    Input(#[source] io::Error),
    #[error("the compiler process cannot be waited for")]
    Wait(#[source] io::Error),
    #[error("what the compiler process made cannot be read")]
    Output(#[source] io::Error),
    #[error("the compiler process made more than {0} bytes of machine code")]
    TooMuch(u64),
    #[error("the compiler process was killed by somebody, or by the kernel for want of memory; try again")]
    Killed,
    #[error("the compiler process ended with {0}")]
    Fell(ExitStatus),
}

impl ProcessCompiler {
    /// Starts `exe`, which is this binary, under the name [`ROLE`].
    pub fn new(exe: PathBuf) -> Self {
        Self::by(Arc::new(Own { exe }))
    }

    pub(crate) fn by(launch: Arc<dyn Launch>) -> Self {
        Self { launch }
    }

    fn start(&self, wasm: &[u8], order: &Order) -> Result<Running, ProcessError> {
        let order = serde_json::to_string(order).map_err(|e| ProcessError::Input(e.into()))?;
        let module = memory::holding("module", wasm).map_err(ProcessError::Input)?;
        let code = memory::empty("code").map_err(ProcessError::Start)?;
        let report = memory::empty("report").map_err(ProcessError::Start)?;
        let shared = |file: &File| file.try_clone().map_err(ProcessError::Start);
        let process = self
            .launch
            .launch(order, module, shared(&code)?, shared(&report)?)
            .map_err(ProcessError::Start)?;
        Ok(Running {
            process,
            code,
            report,
        })
    }
}

impl std::fmt::Debug for ProcessCompiler {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ProcessCompiler").finish_non_exhaustive()
    }
}

/// Children of this process.
struct Own {
    exe: PathBuf,
}

impl Launch for Own {
    fn launch(&self, order: String, module: File, code: File, report: File) -> io::Result<Box<dyn Launched>> {
        let child = Command::new(&self.exe)
            .arg0(ROLE)
            .arg(order)
            .env_clear()
            .current_dir("/")
            .stdin(Stdio::from(module))
            .stdout(Stdio::from(code))
            .stderr(Stdio::from(report))
            .spawn()?;
        Ok(Box::new(OwnChild(child)))
    }
}

struct OwnChild(Child);

impl Launched for OwnChild {
    fn wait(&mut self, time: Duration) -> io::Result<Option<ExitStatus>> {
        let deadline = Instant::now() + time;
        let process = pidfd_open(Pid::from_child(&self.0), PidfdFlags::empty())?;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(None);
            }
            let timeout = Timespec {
                tv_sec: i64::try_from(left.as_secs()).unwrap_or(i64::MAX),
                tv_nsec: i64::from(left.subsec_nanos()),
            };
            match poll(&mut [PollFd::new(&process, PollFlags::IN)], Some(&timeout)) {
                Ok(0) | Err(rustix::io::Errno::INTR) => {}
                Ok(_) => return self.0.wait().map(Some),
                Err(error) => return Err(error.into()),
            }
        }
    }
}

impl Drop for OwnChild {
    fn drop(&mut self) {
        // Both fail only where the process is gone and reaped already.
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

impl Compiler for ProcessCompiler {
    fn compile(&self, wasm: &[u8], config: &HostConfig, limits: &Limits) -> Result<Vec<u8>, HostError> {
        let order = Order {
            config: config.clone(),
            limits: limits.clone(),
        };
        let fail = |error: ProcessError| HostError::Compile {
            name: "module".to_owned(),
            source: Box::new(error),
        };
        let mut running = self.start(wasm, &order).map_err(fail)?;
        let Some(status) = running.wait(limits.compile_time).map_err(fail)? else {
            return Err(breach(LimitName::CompileTime, limits));
        };
        if status.success() {
            return running.code(code_max(wasm.len() as u64)).map_err(fail);
        }
        let report = running.report().map_err(fail)?;
        if status.code() == Some(REPORTED)
            && let Ok(reported) = serde_json::from_slice::<Reported>(&report)
        {
            return Err(reported.into());
        }
        if status.signal() == Some(libc::SIGKILL) {
            return Err(fail(ProcessError::Killed));
        }
        Err(match limit_behind(status, &report) {
            Some(limit) => breach(limit, limits),
            None => fail(ProcessError::Fell(status)),
        })
    }
}

/// The limit that ended a process which did not report, if it was one.
fn limit_behind(status: ExitStatus, report: &[u8]) -> Option<LimitName> {
    match status.signal() {
        // The bound on processor time, which the kernel keeps.
        Some(libc::SIGXCPU) => Some(LimitName::CompileTime),
        // Rust aborts where memory cannot be had; a fall within bounds looks different.
        Some(_) | None if says_out_of_memory(report) => Some(LimitName::CompileMemory),
        Some(_) | None => None,
    }
}

fn breach(limit: LimitName, limits: &Limits) -> HostError {
    HostError::Limit {
        limit,
        value: limits.show(limit),
    }
}

fn says_out_of_memory(report: &[u8]) -> bool {
    let text = String::from_utf8_lossy(report);
    [
        "memory allocation of",
        "Cannot allocate memory",
        "Resource temporarily unavailable",
    ]
    .iter()
    .any(|words| text.contains(words))
}

/// A compiler at work. Dropping it ends the process.
struct Running {
    process: Box<dyn Launched>,
    code: File,
    report: File,
}

impl Running {
    /// Waits for the end at most for `time`; `None` when the process has to be ended.
    fn wait(&mut self, time: Duration) -> Result<Option<ExitStatus>, ProcessError> {
        self.process.wait(time).map_err(ProcessError::Wait)
    }

    fn code(&mut self, max: u64) -> Result<Vec<u8>, ProcessError> {
        whole(&mut self.code, max)
    }

    fn report(&mut self) -> Result<Vec<u8>, ProcessError> {
        let mut report = Vec::new();
        self.report
            .seek(SeekFrom::Start(0))
            .and_then(|_| (&self.report).take(REPORT_MAX).read_to_end(&mut report))
            .map_err(ProcessError::Output)?;
        Ok(report)
    }
}

/// All that was written, unless it is more than `max` bytes.
fn whole(file: &mut File, max: u64) -> Result<Vec<u8>, ProcessError> {
    let mut bytes = Vec::new();
    let read = file
        .seek(SeekFrom::Start(0))
        .and_then(|_| file.take(max.saturating_add(1)).read_to_end(&mut bytes))
        .map_err(ProcessError::Output)?;
    if read as u64 > max {
        return Err(ProcessError::TooMuch(max));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_end_has_its_limit() {
        let behind = |signal, report: &[u8]| limit_behind(ExitStatus::from_raw(signal), report);
        assert_eq!(behind(libc::SIGXCPU, b""), Some(LimitName::CompileTime));
        assert_eq!(behind(libc::SIGKILL, b""), None);
        let report = b"memory allocation of 8 bytes failed";
        assert_eq!(behind(libc::SIGABRT, report), Some(LimitName::CompileMemory));
        assert_eq!(behind(libc::SIGABRT, b"assertion failed"), None);
        assert_eq!(behind(libc::SIGSEGV, b""), None);
    }

    #[test]
    fn no_more_code_is_read_than_is_allowed() {
        let mut file = memory::holding("code", b"12345").unwrap();
        assert_eq!(whole(&mut file, 5).unwrap(), b"12345");
        assert!(matches!(whole(&mut file, 4), Err(ProcessError::TooMuch(4))));
    }
}
