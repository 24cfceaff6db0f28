//! File systems of volumes, mounted as dockerd mounts them: from the first container that runs with one to the last.

use std::ffi::CString;
use std::fmt::Write as _;
use std::io;
use std::net::{IpAddr, ToSocketAddrs};
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use rustix::mount::{MountFlags, UnmountFlags, mount, unmount};

/// What is to be mounted, in the words of the volume's options.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FileSystem {
    pub(super) kind: String,
    pub(super) device: String,
    pub(super) options: String,
}

/// Words among the options that are flags of `mount(2)`: what they set, or with `true` take away.
const FLAGS: [(&str, MountFlags, bool); 17] = [
    ("defaults", MountFlags::empty(), false),
    ("ro", MountFlags::RDONLY, false),
    ("rw", MountFlags::RDONLY, true),
    ("nosuid", MountFlags::NOSUID, false),
    ("suid", MountFlags::NOSUID, true),
    ("nodev", MountFlags::NODEV, false),
    ("dev", MountFlags::NODEV, true),
    ("noexec", MountFlags::NOEXEC, false),
    ("exec", MountFlags::NOEXEC, true),
    ("sync", MountFlags::SYNCHRONOUS, false),
    ("async", MountFlags::SYNCHRONOUS, true),
    ("dirsync", MountFlags::DIRSYNC, false),
    ("noatime", MountFlags::NOATIME, false),
    ("atime", MountFlags::NOATIME, true),
    ("nodiratime", MountFlags::NODIRATIME, false),
    ("relatime", MountFlags::RELATIME, false),
    ("strictatime", MountFlags::STRICTATIME, false),
];

impl FileSystem {
    /// Whether what it holds is gone when it is mounted nowhere, and another one when it is mounted twice.
    pub(super) fn is_memory(&self) -> bool {
        matches!(self.kind.as_str(), "tmpfs" | "ramfs")
    }

    /// Mounts it. What failed is said as dockerd says it; no password is in it.
    pub(super) fn mount(&self, at: &Path) -> Result<(), (String, io::Error)> {
        let (device, options) = match self.resolved() {
            Ok(resolved) => resolved,
            Err(error) => {
                let what = "error resolving passed in network volume address".to_owned();
                return Err((what, error));
            }
        };
        let (flags, data) = split(&options);
        let made = || -> io::Result<()> {
            let text = CString::new(data.as_str())?;
            // A guest has no use for them, and the host's users see this folder too.
            let flags = flags | MountFlags::NOSUID | MountFlags::NODEV;
            Ok(mount(
                device.as_str(),
                at,
                self.kind.as_str(),
                flags,
                Some(text.as_c_str()),
            )?)
        };
        made().map_err(|error| {
            let mut what = format!("mount {device}:{}", at.display());
            if !flags.is_empty() {
                let _ = write!(what, ", flags: {:#x}", flags.bits());
            }
            if !data.is_empty() {
                let _ = write!(what, ", data: {}", without_password(&data));
            }
            (what, error)
        })
    }

    /// Device and options with addresses for names: the kernel looks no names up.
    fn resolved(&self) -> io::Result<(String, String)> {
        let (mut device, mut options) = (self.device.clone(), self.options.clone());
        if !matches!(self.kind.as_str(), "nfs" | "cifs") {
            return Ok((device, options));
        }
        let address = options.split(',').find_map(|option| option.strip_prefix("addr="));
        if let Some(name) = address.map(str::to_owned).filter(|name| !name.is_empty()) {
            options = options.replacen(&format!("addr={name}"), &format!("addr={}", resolve(&name)?), 1);
        } else if self.kind == "cifs"
            && let Some((host, rest)) = device.strip_prefix("//").and_then(|path| path.split_once('/'))
        {
            device = format!("//{}/{rest}", resolve(host)?);
        }
        Ok((device, options))
    }
}

fn resolve(name: &str) -> io::Result<IpAddr> {
    if let Ok(address) = name.parse() {
        return Ok(address);
    }
    let mut found = (name, 0).to_socket_addrs()?;
    let missing = || io::Error::new(io::ErrorKind::NotFound, format!("`{name}` has no address"));
    found.next().map(|socket| socket.ip()).ok_or_else(missing)
}

/// Flags, and what is for the file system itself.
fn split(options: &str) -> (MountFlags, String) {
    let (mut flags, mut data) = (MountFlags::empty(), Vec::new());
    for option in options.split(',').filter(|option| !option.is_empty()) {
        match FLAGS.iter().find(|(word, ..)| *word == option) {
            Some((_, flag, true)) => flags.remove(*flag),
            Some((_, flag, false)) => flags.insert(*flag),
            None => data.push(option),
        }
    }
    (flags, data.join(","))
}

fn without_password(data: &str) -> String {
    let hidden = data.split(',').map(|option| match option.split_once('=') {
        Some((name @ ("password" | "pass"), _)) => format!("{name}=********"),
        _ => option.to_owned(),
    });
    hidden.collect::<Vec<_>>().join(",")
}

/// Whether something is mounted there that its parent folder is not on.
pub(super) fn is_mounted(at: &Path) -> bool {
    let device = |path: Option<&Path>| std::fs::metadata(path?).ok().map(|meta| meta.dev());
    device(Some(at)).is_some_and(|own| device(at.parent()).is_some_and(|parent| parent != own))
}

/// Takes it away, also where somebody still has a file of it open.
pub(super) fn take_away(at: &Path) -> io::Result<()> {
    match is_mounted(at) {
        true => Ok(unmount(at, UnmountFlags::DETACH)?),
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use rustix::io::Errno;

    use super::*;

    fn of(kind: &str, device: &str, options: &str) -> FileSystem {
        FileSystem {
            kind: kind.to_owned(),
            device: device.to_owned(),
            options: options.to_owned(),
        }
    }

    #[test]
    fn flags_are_told_from_what_the_file_system_reads() {
        let (flags, data) = split("ro,size=1m,noexec,rw,uid=7,defaults");
        assert_eq!((flags, data.as_str()), (MountFlags::NOEXEC, "size=1m,uid=7"));
        assert_eq!(split(""), (MountFlags::empty(), String::new()));
    }

    #[test]
    fn names_of_servers_become_addresses() {
        for (file_system, device, options) in [
            (of("nfs", ":/x", "addr=127.0.0.1,rw"), ":/x", "addr=127.0.0.1,rw"),
            (
                of("cifs", "//127.0.0.1/share", "username=u"),
                "//127.0.0.1/share",
                "username=u",
            ),
            (
                of("tmpfs", "tmpfs", "addr=nowhere.invalid"),
                "tmpfs",
                "addr=nowhere.invalid",
            ),
        ] {
            assert_eq!(
                file_system.resolved().unwrap(),
                (device.to_owned(), options.to_owned())
            );
        }
        let (device, _) = of("cifs", "//localhost/share", "").resolved().unwrap();
        assert!(
            ["//127.0.0.1/share", "//::1/share"].contains(&device.as_str()),
            "{device}"
        );
    }

    #[test]
    fn what_fails_is_said_in_dockers_words_and_without_passwords() {
        let folder = tempfile::tempdir().unwrap();
        let wrong = of("nothing-like-it", "dev", "ro,password=secret,x=1");
        let (what, error) = wrong.mount(folder.path()).unwrap_err();
        let at = folder.path().display();
        assert_eq!(
            what,
            format!("mount dev:{at}, flags: 0x1, data: password=********,x=1")
        );
        let error = Errno::from_io_error(&error);
        assert!(matches!(error, Some(Errno::NODEV | Errno::PERM)), "{error:?}");
        assert!(!is_mounted(folder.path()));
    }
}
