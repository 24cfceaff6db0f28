//! The files of a Linux container: the image's layers beneath one of its own, and the few files that the engine
//! writes for it.

use std::fs::{self, File};
use std::io;
use std::net::{IpAddr, Ipv4Addr};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use sampan_image::unpack::Layers;
use sampan_runtime::linux::{LinuxMount, Mounted};
use sampan_runtime::{LinuxRoot, NameServers, NetworkPlace};
use sampan_types::ContainerId;
use sampan_types::platform::Kind;

use super::names::{Resolver, hosts};
use crate::supervisor::Supervisor;
use crate::supervisor::cell::Cell;
use crate::supervisor::create::extra_hosts;
use crate::supervisor::error::{Result, SupervisorError};
use crate::supervisor::images::Ready;
use crate::supervisor::record::{MountRecord, Record};

/// What a container changed.
pub(in crate::supervisor) const UPPER: &str = "upper";
/// For the kernel.
const WORK: &str = "work";
/// What the engine writes for it.
const FILES: &str = "files";
/// These, which it has in `/etc`.
const NAMES: [&str; 3] = ["hostname", "hosts", "resolv.conf"];
/// Where the mount points lie that every container needs, under the store's root. Another content gets another name.
const STUBS: &str = "daemon/v1/stubs";

impl Supervisor {
    /// The layers of a container, made where they are not there yet.
    pub(super) async fn linux_root(&self, cell: &Arc<Cell>, ready: &Ready) -> Result<LinuxRoot> {
        let _files = cell.files.lock().await;
        let folder = self.ensure_folder(cell).await?;
        let lower = ready.layers.as_ref().map(Layers::folders).ok_or_else(|| {
            SupervisorError::Conflict(format!("container {} has an image without files", cell.id))
        })?;
        for name in [UPPER, WORK] {
            let path = folder.join(name);
            match fs::create_dir(&path) {
                Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                    return Err(SupervisorError::io("create", &path)(error));
                }
                _ => {}
            }
        }
        let stubs = self.shared.engine.store().root().join(STUBS);
        stub_layer(&stubs).map_err(SupervisorError::io("create", &stubs))?;
        let record = cell.record();
        let mut layers = record.beneath.clone();
        layers.extend(lower);
        layers.push(stubs);
        Ok(LinuxRoot {
            lower: layers,
            upper: folder.join(UPPER),
            work: folder.join(WORK),
            read_only: record.host.readonly_rootfs,
        })
    }

    /// The root folder of a container, whether it runs or not. It stays as long as the descriptor.
    pub(in crate::supervisor) async fn linux_place(&self, cell: &Arc<Cell>) -> Result<File> {
        let hold = {
            let live = cell.live();
            live.hold.clone().filter(|_| live.state.running)
        };
        if let Some(hold) = hold
            && let Ok(Some(root)) = hold.root().await
        {
            return Ok(root.into());
        }
        let record = cell.record();
        let image = self.image_of_record(&record)?;
        let ready = self
            .program(&image, &crate::supervisor::create::command(&record.config))
            .await?;
        let root = self.linux_root(cell, &ready).await?;
        let runtime = self.shared.engine.runtime(Kind::Linux)?;
        Ok(runtime.root_at_rest(&root)?.into())
    }

    /// Where they are. In another one's network a container's names are those of that one.
    fn names_folder(&self, record: &Record) -> Result<PathBuf> {
        let other = self.network_of(record)?;
        Ok(self.folder(other.as_ref().unwrap_or(&record.id)).join(FILES))
    }

    /// The files that the engine writes for a container, as far as they are there: where it has them, and where they are.
    pub(in crate::supervisor) fn own_files(&self, record: &Record) -> Vec<(PathBuf, PathBuf)> {
        // Where the other container is gone, there are none.
        let Ok(folder) = self.names_folder(record) else {
            return Vec::new();
        };
        NAMES
            .iter()
            .filter(|name| !(record.own_hostname && **name == "hostname"))
            .map(|name| (Path::new("/etc").join(name), folder.join(name)))
            .filter(|(at, source)| {
                let bound = |mount: &MountRecord| Path::new(&mount.destination) == at;
                source.exists() && !record.mounts.iter().any(bound)
            })
            .collect()
    }

    /// The files that the engine writes, as mounts: names of the machine and of name servers.
    pub(super) fn linux_files(&self, record: &Record, places: &[NetworkPlace]) -> Result<Vec<LinuxMount>> {
        let folder = self.names_folder(record)?;
        fs::create_dir_all(&folder).map_err(SupervisorError::io("create", &folder))?;
        if folder.starts_with(self.folder(&record.id)) {
            self.write_names(record, places)?;
        }
        let mount = |(target, source)| LinuxMount {
            what: Mounted::Bind {
                source,
                recursive: true,
                propagation: "rprivate".to_owned(),
            },
            target,
            read_only: record.own_hostname,
        };
        Ok(self.own_files(record).into_iter().map(mount).collect())
    }

    /// The container whose network another one has.
    pub(crate) fn network_of(&self, record: &Record) -> Result<Option<ContainerId>> {
        match record.host.network_mode.strip_prefix("container:") {
            Some(other) => Ok(Some(self.shared.find(other)?.id.clone())),
            None => Ok(None),
        }
    }

    /// Writes what a container finds of names: before it starts, and when it has other places. The files stay the same,
    /// because they are mounted.
    pub(crate) fn write_names(&self, record: &Record, places: &[NetworkPlace]) -> Result<()> {
        let folder = self.folder(&record.id).join(FILES);
        let texts = [
            ("hostname", format!("{}\n", record.config.hostname)),
            ("hosts", hosts(record, places, &self.given_names(record)?)),
            (
                "resolv.conf",
                Resolver::of(record, &self.shared.config.defaults).text(&record.host.network_mode, places),
            ),
        ];
        for (name, text) in texts {
            let source = folder.join(name);
            fs::write(&source, text).map_err(SupervisorError::io("write", &source))?;
        }
        Ok(())
    }

    /// Whether it has started before, so that there are files to write anew.
    pub(crate) fn names_written(&self, record: &Record) -> bool {
        self.folder(&record.id).join(FILES).join("hosts").exists()
    }

    /// Names that a container knows by `--add-host` and, on the usual network, by links.
    pub(crate) fn given_names(&self, record: &Record) -> Result<Vec<(String, IpAddr)>> {
        // In the host's network its services are on its loopback, too.
        let machine = match record.host.network_mode == "host" {
            true => vec![Ipv4Addr::LOCALHOST.into()],
            false => self.shared.networks().machine(),
        };
        let mut given = extra_hosts(&record.host, &machine)?;
        given.extend(self.linked_addresses(record));
        Ok(given)
    }

    /// How names are looked up that no network knows.
    pub(crate) fn name_servers(&self, record: &Record) -> NameServers {
        Resolver::of(record, &self.shared.config.defaults).told()
    }

    /// The same for a container whose sockets are the engine's: nothing where nobody asked for it, and the machine looks
    /// names up its own way.
    pub(crate) fn asked_name_servers(&self, record: &Record) -> NameServers {
        let defaults = &self.shared.config.defaults;
        let host = &record.host;
        let asked = [
            (&host.dns, &defaults.dns),
            (&host.dns_search, &defaults.dns_search),
            (&host.dns_options, &defaults.dns_options),
        ];
        let says = |(own, usual): &(&Option<Vec<String>>, &Vec<String>)| {
            own.as_ref().is_some_and(|own| !own.is_empty()) || !usual.is_empty()
        };
        match asked.iter().any(says) {
            true => self.name_servers(record),
            false => NameServers::default(),
        }
    }
}

/// Makes the lowest layer of all containers, once: places to mount on, where an image has none.
fn stub_layer(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    // Those who come at once wait for the first; of other processes, none has the daemon's folder.
    static MAKING: Mutex<()> = Mutex::new(());
    let _making = MAKING.lock().unwrap_or_else(PoisonError::into_inner);
    if path.is_dir() {
        return Ok(());
    }
    let part = path.with_extension("part");
    // What is there was left by a daemon that was killed.
    let _ = fs::remove_dir_all(&part);
    for folder in ["dev/pts", "dev/shm", "proc", "sys", "etc"] {
        fs::create_dir_all(part.join(folder))?;
    }
    for file in [
        ".dockerenv",
        "etc/resolv.conf",
        "etc/hosts",
        "etc/hostname",
        "dev/console",
    ] {
        File::create(part.join(file))?;
    }
    symlink("/proc/mounts", part.join("etc/mtab"))?;
    fs::rename(&part, path)
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;
    use std::thread;

    use super::*;

    #[test]
    fn the_lowest_layer_is_made_once_and_whole_for_all_who_come_at_once() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("stubs");
        fs::create_dir_all(path.with_extension("part").join("left/by/a/killed/daemon")).unwrap();
        let all = Barrier::new(8);
        thread::scope(|threads| {
            for _ in 0..8 {
                threads.spawn(|| {
                    all.wait();
                    stub_layer(&path).unwrap();
                });
            }
        });
        assert!(!path.join("left").exists());
        assert!(path.join("etc/hosts").is_file() && path.join("proc").is_dir());
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }
}
