//! A pseudo terminal for commands that want one.

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use rustix::pty::OpenptFlags;
use rustix::termios::Winsize;

/// A terminal with a process in it. The process is killed when this value goes.
#[derive(Debug)]
pub struct Terminal {
    master: File,
    seen: Arc<Mutex<Vec<u8>>>,
    child: Child,
    /// Ends when nobody has the other side open any more.
    reader: JoinHandle<()>,
}

impl Terminal {
    /// Runs `command` in a session of its own on a new terminal of that size.
    ///
    /// `setsid` of util-linux makes it the controlling terminal, so that Ctrl-C in it is a signal.
    #[track_caller]
    pub fn start(command: &Command, columns: u16, rows: u16) -> Self {
        let master = rustix::pty::openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a new terminal");
        rustix::pty::grantpt(&master).expect("a new terminal can be granted");
        rustix::pty::unlockpt(&master).expect("a new terminal can be unlocked");
        let name = rustix::pty::ptsname(&master, Vec::new()).expect("a new terminal has a name");
        let size = Winsize {
            ws_row: rows,
            ws_col: columns,
            ws_xpixel: 0,
            ws_ypixel: 0,
        };
        rustix::termios::tcsetwinsize(&master, size).expect("a terminal has a size");
        let path = Path::new(std::ffi::OsStr::from_bytes(name.as_bytes()));
        let slave = || {
            let open = File::options().read(true).write(true).open(path);
            Stdio::from(OwnedFd::from(
                open.expect("the other side of a new terminal opens"),
            ))
        };
        let mut inside = Command::new("setsid");
        inside
            .args(["--ctty", "--wait"])
            .arg(command.get_program())
            .args(command.get_args())
            .env_clear();
        for (name, value) in command.get_envs() {
            if let Some(value) = value {
                inside.env(name, value);
            }
        }
        if let Some(folder) = command.get_current_dir() {
            inside.current_dir(folder);
        }
        inside.stdin(slave()).stdout(slave()).stderr(slave());
        let child = inside.spawn().expect("`setsid` of util-linux is there");
        drop(inside);
        let master = File::from(master);
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (mut from, into) = (
            master.try_clone().expect("a descriptor can be doubled"),
            Arc::clone(&seen),
        );
        let reader = std::thread::spawn(move || {
            let mut block = [0; 4096];
            while let Ok(n @ 1..) = from.read(&mut block) {
                into.lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .extend_from_slice(&block[..n]);
            }
        });
        Self {
            master,
            seen,
            child,
            reader,
        }
    }

    /// Types.
    pub fn write(&mut self, keys: &[u8]) {
        self.master.write_all(keys).expect("a terminal takes keys");
    }

    /// Changes its size, which its programs are told.
    pub fn resize(&mut self, columns: u16, rows: u16) {
        let size = Winsize {
            ws_row: rows,
            ws_col: columns,
            ws_xpixel: 0,
            ws_ypixel: 0,
        };
        rustix::termios::tcsetwinsize(&self.master, size).expect("a terminal has a size");
    }

    /// What was shown so far.
    pub fn shown(&self) -> String {
        String::from_utf8_lossy(&self.seen.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
    }

    /// Waits until it shows `text`.
    #[track_caller]
    pub fn wait_for(&self, text: &str) {
        crate::until(&format!("{text:?} on the terminal"), || {
            self.shown().contains(text).then_some(())
        });
    }

    /// Waits until the process has ended and all that it showed was seen, and gives its exit code. Nothing that it started
    /// may live on in the terminal.
    #[track_caller]
    pub fn end(&mut self) -> Option<i32> {
        let status = crate::until("the end of a program on a terminal", || {
            self.child.try_wait().expect("a child can be waited for")
        });
        crate::until("the end of what a terminal shows", || {
            self.reader.is_finished().then_some(())
        });
        status.code()
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_finds_a_terminal_of_the_size_given() {
        let mut command = Command::new("sh");
        command
            .args(["-c", "stty size; test -t 0; echo is $?; read x; echo got $x"])
            .env("PATH", "/usr/bin:/bin");
        let mut terminal = Terminal::start(&command, 91, 17);
        terminal.wait_for("17 91");
        terminal.wait_for("is 0");
        terminal.write(b"word\n");
        terminal.wait_for("got word");
        assert_eq!(terminal.end(), Some(0));
    }
}
