//! A process taken over from outside: system calls of one's choice, made by one of its own threads.
//!
//! It stands for native code that an attacker runs inside of a process after all that the process gave up: the calls
//! pass its filters, rights and roots as if its own code made them. It needs the right to trace (`CAP_SYS_PTRACE`, or
//! root). The thread is held between two calls and goes on where it was when the value is dropped.
#![allow(unsafe_code)]

use std::fs::File;
use std::io;
use std::marker::PhantomData;
use std::os::unix::fs::FileExt;
use std::time::{Duration, Instant};

/// What a process that makes a call may take for it.
const LIMIT: Duration = Duration::from_secs(20);
/// Memory that it maps for arguments, in bytes.
const ROOM: u64 = 1 << 20;
/// `syscall` on this processor.
const SYSCALL: [u8; 2] = [0x0f, 0x05];

/// What came of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It gave this.
    Gave(u64),
    /// It was refused with this error.
    Refused(i32),
    /// The process was ended for it.
    Ended,
}

impl Outcome {
    /// Whether nothing was given.
    pub fn is_refused(self) -> bool {
        !matches!(self, Self::Gave(_))
    }

    /// What the call gave.
    ///
    /// # Panics
    /// When it was refused.
    #[track_caller]
    pub fn given(self) -> u64 {
        match self {
            Self::Gave(value) => value,
            other => panic!("the call gave nothing: {other:?}"),
        }
    }
}

/// One thread of a process, held.
#[derive(Debug)]
pub struct TakenOver {
    pid: i32,
    memory: File,
    saved: libc::user_regs_struct,
    room: u64,
    used: u64,
    instruction: u64,
    alive: bool,
    /// The kernel knows the thread that traces, and no other.
    of_this_thread: PhantomData<*const ()>,
}

impl TakenOver {
    /// Holds the first thread of the process.
    ///
    /// # Panics
    /// When this process may not trace it.
    #[track_caller]
    pub fn seize(pid: u32) -> Self {
        let pid = i32::try_from(pid).expect("a process id");
        trace(libc::PTRACE_SEIZE, pid, 0, 0).unwrap_or_else(|e| {
            panic!("cannot trace process {pid}, which needs root with `CAP_SYS_PTRACE`: {e}")
        });
        trace(libc::PTRACE_INTERRUPT, pid, 0, 0).expect("a traced thread can be held");
        assert!(stopped(pid), "process {pid} ended while it was taken over");
        let mut saved = std::mem::MaybeUninit::<libc::user_regs_struct>::zeroed();
        trace(libc::PTRACE_GETREGS, pid, 0, saved.as_mut_ptr() as u64).expect("a held thread has registers");
        // SAFETY: the kernel filled it, and zeroes are registers too.
        let saved = unsafe { saved.assume_init() };
        let memory = File::options()
            .read(true)
            .write(true)
            .open(format!("/proc/{pid}/mem"))
            .expect("who traces a process can open its memory");
        let mut taken = Self {
            pid,
            saved,
            room: 0,
            used: 0,
            instruction: instruction(pid, &memory),
            memory,
            alive: true,
            of_this_thread: PhantomData,
        };
        let (rights, kind) = (
            libc::PROT_READ | libc::PROT_WRITE,
            libc::MAP_PRIVATE | libc::MAP_ANONYMOUS,
        );
        let room = [0, ROOM, rights as u64, kind as u64, u64::MAX, 0];
        taken.room = taken.call(libc::SYS_mmap, &room).given();
        taken
    }

    /// The process's id.
    pub fn pid(&self) -> u32 {
        self.pid.unsigned_abs()
    }

    /// Puts bytes into the process, to be named in a call. Later calls of this take other places until `clear`.
    ///
    /// # Panics
    /// When the room is full.
    pub fn put(&mut self, bytes: &[u8]) -> u64 {
        let at = self.room + self.used;
        assert!(
            self.used + bytes.len() as u64 <= ROOM,
            "the room for arguments is full"
        );
        self.memory
            .write_all_at(bytes, at)
            .expect("its own memory can be written");
        self.used += (bytes.len() as u64 + 15) & !0xf;
        at
    }

    /// A text with the zero at its end.
    pub fn text(&mut self, text: &str) -> u64 {
        let mut bytes = text.as_bytes().to_vec();
        bytes.push(0);
        self.put(&bytes)
    }

    /// What is in the process's memory.
    pub fn look(&self, at: u64, length: usize) -> Vec<u8> {
        let mut bytes = vec![0; length];
        self.memory
            .read_exact_at(&mut bytes, at)
            .expect("memory that was named can be read");
        bytes
    }

    /// Nothing that was put is needed any more.
    pub fn clear(&mut self) {
        self.used = 0;
    }

    /// Whether it lives still.
    pub fn is_alive(&self) -> bool {
        self.alive
    }

    /// Makes a system call.
    ///
    /// # Panics
    /// When it does not come back in time.
    pub fn call(&mut self, number: i64, arguments: &[u64]) -> Outcome {
        if !self.alive {
            return Outcome::Ended;
        }
        let argument = |n: usize| arguments.get(n).copied().unwrap_or(0);
        let mut registers = self.saved;
        registers.rip = self.instruction;
        registers.rax = number.cast_unsigned();
        // No call is under way that would have to be made again.
        registers.orig_rax = u64::MAX;
        registers.rdi = argument(0);
        registers.rsi = argument(1);
        registers.rdx = argument(2);
        registers.r10 = argument(3);
        registers.r8 = argument(4);
        registers.r9 = argument(5);
        let mut result = registers;
        let made = trace(libc::PTRACE_SETREGS, self.pid, 0, (&raw const registers) as u64)
            .and_then(|()| trace(libc::PTRACE_SINGLESTEP, self.pid, 0, 0))
            .is_ok()
            && stopped(self.pid)
            && trace(libc::PTRACE_GETREGS, self.pid, 0, (&raw mut result) as u64).is_ok();
        if !made {
            self.alive = false;
            // Its parent hears of the end only when who traces it has.
            while stopped(self.pid) {}
            return Outcome::Ended;
        }
        // The last page of numbers are errors.
        match result.rax.cast_signed() {
            error @ -4095..=-1 => Outcome::Refused(i32::try_from(-error).unwrap_or(0)),
            _ => Outcome::Gave(result.rax),
        }
    }
}

impl Drop for TakenOver {
    fn drop(&mut self) {
        if self.alive {
            self.call(libc::SYS_munmap, &[self.room, ROOM]);
            // Each fails only where the process has ended meanwhile.
            let _ = trace(libc::PTRACE_SETREGS, self.pid, 0, (&raw const self.saved) as u64);
            let _ = trace(libc::PTRACE_DETACH, self.pid, 0, 0);
        }
    }
}

/// `ptrace`, whose `data` is a number or points to registers.
fn trace(request: libc::c_uint, pid: i32, address: u64, data: u64) -> io::Result<()> {
    // SAFETY: the requests made here read or write registers at `data`, which each caller owns; all others take
    // numbers.
    match unsafe { libc::ptrace(request, pid, address, data) } {
        -1 => Err(io::Error::last_os_error()),
        _ => Ok(()),
    }
}

/// Waits until the thread is held. `false` when it has ended.
#[track_caller]
fn stopped(pid: i32) -> bool {
    let end = Instant::now() + LIMIT;
    loop {
        let mut status = 0;
        // SAFETY: `status` is a number of its own.
        match unsafe { libc::waitpid(pid, &raw mut status, libc::WNOHANG | libc::__WALL) } {
            0 => {}
            -1 => return false,
            _ => return libc::WIFSTOPPED(status),
        }
        assert!(
            Instant::now() < end,
            "process {pid} did not come back from a call"
        );
        std::thread::sleep(Duration::from_micros(50));
    }
}

/// Where in its code the process has the instruction that makes calls.
#[track_caller]
fn instruction(pid: i32, memory: &File) -> u64 {
    let maps = std::fs::read_to_string(format!("/proc/{pid}/maps")).expect("a process has maps");
    for line in maps.lines() {
        let mut words = line.split_whitespace();
        let (Some(range), Some(rights)) = (words.next(), words.next()) else {
            continue;
        };
        let bounds = range.split_once('-').and_then(|(from, to)| {
            Some((
                u64::from_str_radix(from, 16).ok()?,
                u64::from_str_radix(to, 16).ok()?,
            ))
        });
        let Some((from, to)) = bounds.filter(|_| rights.contains('x')) else {
            continue;
        };
        let mut code = vec![0; usize::try_from((to - from).min(8 << 20)).unwrap_or(0)];
        if memory.read_exact_at(&mut code, from).is_ok()
            && let Some(at) = code.windows(2).position(|bytes| bytes == SYSCALL)
        {
            return from + at as u64;
        }
    }
    panic!("process {pid} has no code that makes system calls");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_makes_calls_for_another_and_goes_on() {
        let mut child = std::process::Command::new("sleep").arg("600").spawn().unwrap();
        // Until it is `sleep`, and no copy of this process.
        crate::until("the program", || {
            let name = std::fs::read_to_string(format!("/proc/{}/comm", child.id())).ok()?;
            (name.trim() == "sleep").then_some(())
        });
        let mut taken = TakenOver::seize(child.id());
        assert_eq!(
            taken.call(libc::SYS_getpid, &[]),
            Outcome::Gave(u64::from(child.id()))
        );
        let path = taken.text("/");
        let fd = taken
            .call(libc::SYS_openat, &[libc::AT_FDCWD as u64, path, 0])
            .given();
        assert_eq!(taken.call(libc::SYS_close, &[fd]), Outcome::Gave(0));
        assert_eq!(taken.call(libc::SYS_close, &[fd]), Outcome::Refused(libc::EBADF));
        drop(taken);
        assert!(child.try_wait().unwrap().is_none(), "it sleeps on");
        child.kill().unwrap();
        child.wait().unwrap();
    }

    #[test]
    fn an_end_is_noticed() {
        let mut child = std::process::Command::new("sleep").arg("600").spawn().unwrap();
        let mut taken = TakenOver::seize(child.id());
        assert_eq!(taken.call(libc::SYS_exit_group, &[7]), Outcome::Ended);
        assert!(!taken.is_alive());
        // Who traces a child of its own has waited for it already.
        let _ = child.wait();
    }
}
