//! What the engine does for the toolbox: runs other modules, lists and ends processes, talks over the network. `HOST.md` is the contract.

#![cfg_attr(
    feature = "host",
    expect(unsafe_code, reason = "imports of the host are unsafe to call")
)]

use std::io;

/// Where a standard stream of a new process comes from or goes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// The toolbox's own standard output.
    Stdout = 0,
    /// The toolbox's own standard error.
    Stderr = 1,
    /// Kept for [`Process::read`].
    Captured = 2,
    /// Nowhere.
    Null = 3,
}

/// A module that is to run.
#[derive(Debug)]
#[cfg_attr(
    not(feature = "host"),
    expect(dead_code, reason = "nobody is there to read it")
)]
pub(crate) struct Request<'a> {
    /// An absolute path in the container, or a bare name that only the host may know.
    pub(crate) program: &'a str,
    /// Arguments, the program's own name first.
    pub(crate) args: &'a [String],
    /// The whole environment, `NAME=VALUE`.
    pub(crate) env: &'a [String],
    /// The working folder.
    pub(crate) cwd: &'a str,
    /// What standard input begins with.
    pub(crate) stdin: &'a [u8],
    /// Whether the toolbox's own standard input follows.
    pub(crate) stdin_goes_on: bool,
    /// Standard output.
    pub(crate) stdout: Target,
    /// Standard error.
    pub(crate) stderr: Target,
}

/// The `errno` of "no such file or directory" in preview 1.
#[cfg(not(feature = "host"))]
const NOENT: i32 = 44;

#[cfg(feature = "host")]
mod imports {
    #[link(wasm_import_module = "sampan")]
    unsafe extern "C" {
        pub(super) fn spawn(request: *const [u32; 13]) -> i32;
        pub(super) fn read(handle: i32, buffer: *mut u8, len: usize, stream: *mut u32) -> i32;
        pub(super) fn wait(handle: i32) -> i32;
        pub(super) fn kill(pid: u32, signal: u32) -> i32;
        pub(super) fn processes(buffer: *mut u8, len: usize) -> i32;
        pub(super) fn interrupts(take: u32) -> u32;
        pub(super) fn look_up(name: *const u8, len: usize, buffer: *mut u8, most: usize) -> i32;
        pub(super) fn dial(name: *const u8, len: usize, port: u32, millis: u32) -> i32;
        pub(super) fn send(buffer: *const u8, len: usize) -> i32;
        pub(super) fn receive(buffer: *mut u8, len: usize, millis: u32) -> i32;
        pub(super) fn hang_up(whole: u32) -> i32;
    }
}

/// A process that the host runs.
#[derive(Debug)]
pub(crate) struct Process(i32);

#[cfg(feature = "host")]
fn answer(value: i32) -> io::Result<i32> {
    if value < 0 {
        Err(io::Error::from_raw_os_error(value.saturating_neg()))
    } else {
        Ok(value)
    }
}

/// Asks for a module to run.
#[cfg(feature = "host")]
pub(crate) fn spawn(request: &Request<'_>) -> io::Result<Process> {
    let joined = |list: &[String]| {
        list.iter()
            .flat_map(|item| [item.as_bytes(), b"\0"])
            .flatten()
            .copied()
            .collect::<Vec<u8>>()
    };
    let (args, env) = (joined(request.args), joined(request.env));
    let place = |bytes: &[u8]| [bytes.as_ptr() as usize as u32, bytes.len() as u32];
    let [program, args, env, cwd, stdin] = [
        request.program.as_bytes(),
        &args,
        &env,
        request.cwd.as_bytes(),
        request.stdin,
    ]
    .map(place);
    let words = [
        program[0],
        program[1],
        args[0],
        args[1],
        env[0],
        env[1],
        cwd[0],
        cwd[1],
        stdin[0],
        stdin[1],
        u32::from(request.stdin_goes_on),
        request.stdout as u32,
        request.stderr as u32,
    ];
    // SAFETY: the words describe buffers that outlive the call.
    answer(unsafe { imports::spawn(&raw const words) }).map(Process)
}

#[cfg(feature = "host")]
impl Process {
    /// The next piece of captured output: its length, and whether it is of standard error. Zero at the end of both.
    pub(crate) fn read(&self, buffer: &mut [u8]) -> io::Result<(usize, bool)> {
        let mut stream = 0;
        // SAFETY: the buffer is as long as it says.
        let len = unsafe { imports::read(self.0, buffer.as_mut_ptr(), buffer.len(), &raw mut stream) };
        Ok(((answer(len)? as usize).min(buffer.len()), stream == 2))
    }

    /// Its exit code, when it has ended.
    pub(crate) fn wait(self) -> io::Result<i32> {
        // SAFETY: a call without pointers.
        answer(unsafe { imports::wait(self.0) })
    }
}

/// Sends a signal; 0 only asks whether the process is there.
#[cfg(feature = "host")]
pub(crate) fn kill(pid: u32, signal: u32) -> io::Result<()> {
    // SAFETY: a call without pointers.
    answer(unsafe { imports::kill(pid, signal) }).map(drop)
}

/// This program's own number among the container's processes.
#[cfg(feature = "host")]
pub(crate) fn number() -> u32 {
    // SAFETY: a call without pointers.
    answer(unsafe { imports::kill(0, 0) }).map_or(1, i32::cast_unsigned)
}

#[cfg(not(feature = "host"))]
pub(crate) fn number() -> u32 {
    1
}

/// Whether interrupts are taken from now on, and no longer end the module. Gives whether one came since this was last
/// asked.
#[cfg(feature = "host")]
pub(crate) fn interrupts(take: bool) -> bool {
    // SAFETY: a call without pointers.
    unsafe { imports::interrupts(u32::from(take)) != 0 }
}

#[cfg(not(feature = "host"))]
pub(crate) fn interrupts(_: bool) -> bool {
    false
}

/// The container's processes, a line for each as `HOST.md` has it.
#[cfg(feature = "host")]
pub(crate) fn processes() -> io::Result<String> {
    let mut buffer = vec![0; 16 << 10];
    loop {
        // SAFETY: the buffer is as long as it says.
        let len = answer(unsafe { imports::processes(buffer.as_mut_ptr(), buffer.len()) })? as usize;
        if len <= buffer.len() {
            return Ok(String::from_utf8_lossy(&buffer[..len]).into_owned());
        }
        buffer.resize(len, 0);
    }
}

#[cfg(not(feature = "host"))]
pub(crate) fn spawn(request: &Request<'_>) -> io::Result<Process> {
    if request.program.contains('/') {
        return Err(io::ErrorKind::Unsupported.into());
    }
    Err(io::Error::from_raw_os_error(NOENT))
}

#[cfg(not(feature = "host"))]
impl Process {
    pub(crate) fn read(&self, _: &mut [u8]) -> io::Result<(usize, bool)> {
        Ok((0, false))
    }

    pub(crate) fn wait(self) -> io::Result<i32> {
        Ok(self.0)
    }
}

#[cfg(not(feature = "host"))]
pub(crate) fn kill(_: u32, _: u32) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(not(feature = "host"))]
pub(crate) fn processes() -> io::Result<String> {
    Err(io::ErrorKind::Unsupported.into())
}

/// The addresses of a name, a line for each.
#[cfg(feature = "host")]
pub(crate) fn look_up(name: &str) -> io::Result<String> {
    let mut buffer = vec![0; 2 << 10];
    // SAFETY: the name and the buffer are as long as they say.
    let len =
        answer(unsafe { imports::look_up(name.as_ptr(), name.len(), buffer.as_mut_ptr(), buffer.len()) })?;
    let text = buffer.get(..len as usize).ok_or(io::ErrorKind::InvalidData)?;
    Ok(String::from_utf8_lossy(text).into_owned())
}

#[cfg(not(feature = "host"))]
pub(crate) fn look_up(_: &str) -> io::Result<String> {
    Err(io::ErrorKind::Unsupported.into())
}

/// The one connection that may be open.
#[derive(Debug)]
pub(crate) struct Line {
    /// How long each step may take; 0 is as long as the host lets it.
    millis: u32,
}

#[cfg(feature = "host")]
impl Line {
    /// Connects.
    pub(crate) fn dial(name: &str, port: u16, millis: u32) -> io::Result<Self> {
        // SAFETY: the name is as long as it says.
        answer(unsafe { imports::dial(name.as_ptr(), name.len(), port.into(), millis) })?;
        Ok(Self { millis })
    }

    /// Says that nothing more will be said.
    pub(crate) fn end(&mut self) -> io::Result<()> {
        // SAFETY: a call without pointers.
        answer(unsafe { imports::hang_up(0) }).map(drop)
    }
}

#[cfg(not(feature = "host"))]
impl Line {
    pub(crate) fn dial(_: &str, _: u16, millis: u32) -> io::Result<Self> {
        let _ = Self { millis }.millis;
        Err(io::ErrorKind::Unsupported.into())
    }

    pub(crate) fn end(&mut self) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

#[cfg(feature = "host")]
impl io::Read for Line {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        // SAFETY: the buffer is as long as it says.
        let len = answer(unsafe { imports::receive(buffer.as_mut_ptr(), buffer.len(), self.millis) })?;
        Ok((len as usize).min(buffer.len()))
    }
}

#[cfg(feature = "host")]
impl io::Write for Line {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // SAFETY: the bytes are as many as they say.
        let len = answer(unsafe { imports::send(bytes.as_ptr(), bytes.len()) })?;
        Ok((len as usize).min(bytes.len()))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(feature = "host")]
impl Drop for Line {
    fn drop(&mut self) {
        // SAFETY: a call without pointers. What is gone already need not be closed.
        let _ = unsafe { imports::hang_up(1) };
    }
}

#[cfg(not(feature = "host"))]
impl io::Read for Line {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Ok(0)
    }
}

#[cfg(not(feature = "host"))]
impl io::Write for Line {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
