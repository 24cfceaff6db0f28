//! The log files of one container, all in one folder that it shares with others: a folder of its own would cost
//! another write to the disk for each container.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sampan_runtime::LogFiles;
use sampan_types::ContainerId;

use super::Spares;

/// Where the log files of a container are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LogPlace {
    base: PathBuf,
}

impl LogPlace {
    pub(crate) fn new(folder: &Path, id: &ContainerId) -> Self {
        Self {
            base: folder.join(format!("{id}-json.log")),
        }
    }

    /// The container that a file in the folder belongs to.
    pub(crate) fn owner(name: &str) -> Option<ContainerId> {
        let (id, _) = name.split_once("-json.log")?;
        id.parse().ok()
    }

    /// The present file.
    pub(crate) fn path(&self) -> &Path {
        &self.base
    }

    /// A file that was put aside; the first is the newest.
    pub(crate) fn aside(&self, number: u32) -> PathBuf {
        match number {
            0 => self.base.clone(),
            n => {
                let mut name = self.base.as_os_str().to_owned();
                name.push(format!(".{n}"));
                name.into()
            }
        }
    }

    /// All files that are there, the oldest first.
    pub(crate) fn open_all(&self) -> io::Result<Vec<File>> {
        let mut files = Vec::new();
        for number in 0.. {
            match File::open(self.aside(number)) {
                Ok(file) => files.push(file),
                // The present file may be missing for a moment, while it is turned round.
                Err(error) if error.kind() == ErrorKind::NotFound && number == 0 => {}
                Err(error) if error.kind() == ErrorKind::NotFound => break,
                Err(error) => return Err(error),
            }
        }
        files.reverse();
        Ok(files)
    }

    /// Removes all of them. What is not there does no harm.
    pub(crate) fn remove(&self) -> io::Result<()> {
        for number in 0.. {
            match fs::remove_file(self.aside(number)) {
                Ok(()) => {}
                Err(error) if error.kind() == ErrorKind::NotFound && number == 0 => {}
                Err(error) if error.kind() == ErrorKind::NotFound => break,
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

/// The log files of a container, as the runtime that writes them sees them.
#[derive(Debug)]
pub(crate) struct WrittenLog {
    pub(crate) place: LogPlace,
    pub(crate) max_size: Option<u64>,
    pub(crate) max_file: u32,
    pub(crate) attrs: Vec<(String, String)>,
    pub(crate) spares: Arc<Spares>,
}

impl WrittenLog {
    fn fresh(&self) -> io::Result<File> {
        OpenOptions::new()
            .append(true)
            .create(true)
            .mode(0o640)
            .open(self.place.path())
    }
}

impl LogFiles for WrittenLog {
    fn open(&self) -> io::Result<File> {
        self.spares.give(self.place.path());
        self.fresh()
    }

    fn rotate(&self) -> io::Result<File> {
        let last = self.max_file.saturating_sub(1);
        let gone = |outcome: io::Result<()>| match outcome {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            other => other,
        };
        gone(fs::remove_file(self.place.aside(last)))?;
        for number in (0..last).rev() {
            gone(fs::rename(self.place.aside(number), self.place.aside(number + 1)))?;
        }
        self.fresh()
    }

    fn max_size(&self) -> Option<u64> {
        self.max_size
    }

    fn attrs(&self) -> Vec<(String, String)> {
        self.attrs.clone()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn log(folder: &Path, max_file: u32) -> WrittenLog {
        let id = ContainerId::from_random([7; 32]);
        WrittenLog {
            place: LogPlace::new(folder, &id),
            max_size: Some(10),
            max_file,
            attrs: Vec::new(),
            spares: Arc::new(Spares::open(&folder.join("missing/spares"))),
        }
    }

    #[test]
    fn the_oldest_file_goes_when_there_are_as_many_as_may_be() {
        let dir = tempfile::tempdir().unwrap();
        let log = log(dir.path(), 3);
        let mut file = log.open().unwrap();
        for text in ["1", "2", "3", "4"] {
            write!(file, "{text}").unwrap();
            file = log.rotate().unwrap();
        }
        let read = |n| fs::read_to_string(log.place.aside(n)).ok();
        assert_eq!(
            (read(0), read(1), read(2), read(3)),
            (Some(String::new()), Some("4".into()), Some("3".into()), None)
        );
        assert_eq!(log.place.open_all().unwrap().len(), 3);
        let name = log.place.path().file_name().unwrap().to_str().unwrap().to_owned();
        assert_eq!(LogPlace::owner(&name), Some(ContainerId::from_random([7; 32])));
        log.place.remove().unwrap();
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
    }

    #[test]
    fn with_one_file_the_present_one_begins_anew() {
        let dir = tempfile::tempdir().unwrap();
        let log = log(dir.path(), 1);
        write!(log.open().unwrap(), "old").unwrap();
        write!(log.rotate().unwrap(), "new").unwrap();
        assert_eq!(fs::read_to_string(log.place.path()).unwrap(), "new");
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }
}
