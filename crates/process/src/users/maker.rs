//! The process that makes a namespace of users, and what is written into its maps.

use std::fs;
use std::io::{self, Read as _, Write as _};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use rustix::thread::{UnshareFlags, unshare_unsafe};

use super::{ENOUGH, UsersError};

/// The name under which the binary is started to make the namespace.
pub const ROLE: &str = "sampan-users";

/// The process that makes the namespace and is in it until this one is, too.
pub(super) struct Maker(Child);

impl Maker {
    /// The namespace, as the kernel names it.
    pub(super) fn namespace(&self) -> io::Result<fs::File> {
        fs::File::open(format!("/proc/{}/ns/user", self.0.id()))
    }

    pub(super) fn start(binary: &Path) -> io::Result<Self> {
        let child = Command::new(binary)
            .arg0(ROLE)
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let mut maker = Self(child);
        let mut told = [0; 4];
        let out = maker.0.stdout.as_mut().ok_or(io::ErrorKind::BrokenPipe)?;
        out.read_exact(&mut told)?;
        match i32::from_ne_bytes(told) {
            0 => Ok(maker),
            errno => Err(io::Error::from_raw_os_error(errno)),
        }
    }

    pub(super) fn give_range(&self, uid: u32, gid: u32) -> Result<(), UsersError> {
        let user = name_of(uid);
        for (file, program, own) in [
            ("/etc/subuid", "newuidmap", uid),
            ("/etc/subgid", "newgidmap", gid),
        ] {
            let text = fs::read_to_string(file).unwrap_or_default();
            let (start, count) = range(&text, &user, uid).ok_or_else(|| UsersError::NoRange {
                file,
                user: user.clone(),
            })?;
            let words = [u64::from(self.0.id()), 0, own.into(), 1, 1, start, count];
            let done = Command::new(program)
                .args(words.map(|word| word.to_string()))
                .stdin(Stdio::null())
                .output();
            let why = match done {
                Ok(output) if output.status.success() => continue,
                Ok(output) => String::from_utf8_lossy(&output.stderr).trim().to_owned(),
                Err(error) => error.to_string(),
            };
            return Err(UsersError::NoHelper { program, why });
        }
        Ok(())
    }

    /// Where no range can be had: what every user may do himself.
    pub(super) fn give_own(&self, uid: u32, gid: u32) -> io::Result<()> {
        let folder = format!("/proc/{}", self.0.id());
        // The first helper may have done its work already.
        let given = fs::read_to_string(format!("{folder}/uid_map"))?;
        if given.trim().is_empty() {
            fs::write(format!("{folder}/uid_map"), format!("0 {uid} 1"))?;
        }
        fs::write(format!("{folder}/setgroups"), "deny")?;
        fs::write(format!("{folder}/gid_map"), format!("0 {gid} 1"))
    }
}

impl Drop for Maker {
    fn drop(&mut self) {
        // It ends when its input does.
        drop(self.0.stdin.take());
        let _ = self.0.wait();
    }
}

/// What the process of [`ROLE`] does: makes the namespace, says so, and stays until nobody needs it any more.
pub fn make() -> u8 {
    // SAFETY: a namespace of users is nothing that memory or descriptors are about.
    let made = unsafe { unshare_unsafe(UnshareFlags::NEWUSER) };
    let errno = made.err().map_or(0, rustix::io::Errno::raw_os_error);
    let mut out = io::stdout();
    if out
        .write_all(&errno.to_ne_bytes())
        .and_then(|()| out.flush())
        .is_err()
    {
        return 1;
    }
    // Its end is all that there is to hear.
    let _ = io::stdin().read(&mut [0]);
    0
}

/// The user's name, or his number where nobody knows one.
fn name_of(uid: u32) -> String {
    let known = fs::read_to_string("/etc/passwd").unwrap_or_default();
    let number = uid.to_string();
    let line = known.lines().find(|line| line.split(':').nth(2) == Some(&number));
    let name = line.and_then(|line| line.split(':').next());
    name.map_or(number.clone(), str::to_owned)
}

/// The first range of enough ids that a file like `/etc/subuid` has for a user, by name or number.
fn range(text: &str, user: &str, uid: u32) -> Option<(u64, u64)> {
    let number = uid.to_string();
    text.lines().find_map(|line| {
        let mut parts = line.trim().split(':');
        let whose = parts.next()?;
        let start = parts.next()?.parse().ok()?;
        let count: u64 = parts.next()?.parse().ok()?;
        ((whose == user || whose == number) && count >= ENOUGH).then_some((start, count))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_belongs_to_a_user_by_name_or_number() {
        let text = "# nobody\nother:1:65536\nsmall:5:10\nuser:100000:65536\n1001:200000:70000\n";
        assert_eq!(range(text, "user", 1000), Some((100_000, 65_536)));
        assert_eq!(range(text, "1001", 1001), Some((200_000, 70_000)));
        assert_eq!(range(text, "small", 5), None);
        assert_eq!(range(text, "nobody", 7), None);
    }
}
