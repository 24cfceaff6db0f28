//! The log files of one container, all in one folder that it shares with others: a folder of its own would cost
//! another write to the disk for each container.

use std::collections::VecDeque;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, Mutex, PoisonError};

use sampan_runtime::LogFiles;
use sampan_types::{ByteCount, ContainerId};

use super::Spares;
use super::options::FilesPlan;
use super::packed::{self, Source};

/// The ending of a file that is being compressed.
const PACKING: &str = ".packing";
/// That of the file in which a log goes on, until it has its name.
const NEXT: &str = ".next";

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
            n => self.beside(&format!(".{n}")),
        }
    }

    /// The same where it was compressed.
    fn packed(&self, number: u32) -> PathBuf {
        self.beside(&format!(".{number}.gz"))
    }

    fn beside(&self, ending: &str) -> PathBuf {
        let mut name = self.base.as_os_str().to_owned();
        name.push(ending);
        name.into()
    }

    /// The folder that it shares with others.
    pub(super) fn folder(&self) -> &Path {
        self.base.parent().unwrap_or(&self.base)
    }

    /// Opens one of the files; `None` where it is not there.
    pub(super) fn open(&self, number: u32) -> io::Result<Option<Source>> {
        // It is packed beside itself and removed then: who finds the plain file gone finds the other.
        for (outcome, last) in [
            (Source::plain(&self.aside(number)), number == 0),
            (Source::packed(&self.packed(number)), true),
        ] {
            match outcome {
                Ok(source) => return Ok(Some(source)),
                Err(error) if error.kind() == ErrorKind::NotFound && last => break,
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        Ok(None)
    }

    /// The inode that one of the files had when it was written to.
    pub(super) fn inode(&self, number: u32) -> Option<u64> {
        self.open(number).ok()??.inode().ok()
    }

    /// All files that are there, the oldest first.
    pub(super) fn open_all(&self) -> io::Result<VecDeque<Source>> {
        let mut files = VecDeque::new();
        for number in 0.. {
            match self.open(number)? {
                Some(file) => files.push_front(file),
                // The present file may be missing for a moment, while it is turned round.
                None if number == 0 => {}
                None => break,
            }
        }
        Ok(files)
    }

    /// Removes all of them. What is not there does no harm.
    pub(crate) fn remove(&self) -> io::Result<()> {
        for number in 0.. {
            let mut found = gone(fs::remove_file(self.aside(number)))?;
            if number > 0 {
                found |= gone(fs::remove_file(self.packed(number)))?;
            }
            if !found && number > 0 {
                break;
            }
        }
        for ending in [PACKING, NEXT] {
            gone(fs::remove_file(self.beside(ending)))?;
        }
        Ok(())
    }
}

/// Whether something was done: a file that is not there is no error.
fn gone(outcome: io::Result<()>) -> io::Result<bool> {
    match outcome {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// The log files of a container, as the runtime that writes them sees them.
#[derive(Debug)]
pub(crate) struct WrittenLog {
    place: LogPlace,
    plan: FilesPlan,
    attrs: Vec<(String, String)>,
    spares: Arc<Spares>,
    turning: Arc<Turning>,
}

/// Held while files change their names.
#[derive(Debug, Default)]
struct Turning {
    names: Mutex<()>,
    packing: AtomicBool,
}

impl WrittenLog {
    pub(crate) fn new(
        place: LogPlace,
        plan: FilesPlan,
        attrs: Vec<(String, String)>,
        spares: Arc<Spares>,
    ) -> Self {
        Self {
            place,
            plan,
            attrs,
            spares,
            turning: Arc::default(),
        }
    }

    fn fresh(&self) -> io::Result<File> {
        OpenOptions::new()
            .append(true)
            .create(true)
            .mode(0o640)
            .open(self.place.path())
    }

    /// Packs what was put aside, on a thread of its own: what turns files round must not wait for it.
    fn pack(&self) {
        if !self.plan.compress || self.turning.packing.swap(true, SeqCst) {
            return;
        }
        let (place, turning, most) = (self.place.clone(), self.turning.clone(), self.plan.max_file);
        let thread = std::thread::Builder::new().name("log-packer".to_owned());
        let spawned = thread.spawn(move || {
            while let Some(outcome) = pack_one(&place, &turning, most) {
                if let Err(error) = outcome {
                    tracing::warn!(%error, "a log file cannot be compressed; it stays as it is");
                    turning.packing.store(false, SeqCst);
                    break;
                }
            }
        });
        if let Err(error) = spawned {
            self.turning.packing.store(false, SeqCst);
            tracing::warn!(%error, "a log file cannot be compressed; it stays as it is");
        }
    }
}

/// Packs the oldest file that is not. `None` when there is none, and then nothing is being packed any more.
fn pack_one(place: &LogPlace, turning: &Turning, most: u32) -> Option<io::Result<()>> {
    let mut plain = {
        let _names = turning.names.lock().unwrap_or_else(PoisonError::into_inner);
        let found = (1..most).rev().find_map(|n| File::open(place.aside(n)).ok());
        if found.is_none() {
            turning.packing.store(false, SeqCst);
        }
        found?
    };
    let packing = place.beside(PACKING);
    let whole = packed::pack(&mut plain, &packing).and_then(|()| plain.metadata());
    let done = whole.and_then(|metadata| {
        let _names = turning.names.lock().unwrap_or_else(PoisonError::into_inner);
        // Meanwhile it may have been put further aside, or be the oldest and gone.
        let is_it = |n: &u32| fs::metadata(place.aside(*n)).is_ok_and(|m| m.ino() == metadata.ino());
        match (1..most).find(is_it) {
            Some(number) => {
                fs::rename(&packing, place.packed(number))?;
                fs::remove_file(place.aside(number))
            }
            None => fs::remove_file(&packing),
        }
    });
    Some(done)
}

impl LogFiles for WrittenLog {
    fn open(&self) -> io::Result<File> {
        self.spares.give(self.place.path());
        self.fresh()
    }

    fn rotate(&self) -> io::Result<File> {
        let names = self.turning.names.lock().unwrap_or_else(PoisonError::into_inner);
        // First, so that on a full disk nothing has moved.
        let next = self.place.beside(NEXT);
        let file = OpenOptions::new()
            .append(true)
            .create(true)
            .mode(0o640)
            .open(&next)?;
        file.set_len(0)?;
        let last = self.plan.max_file.saturating_sub(1);
        gone(fs::remove_file(self.place.aside(last)))?;
        gone(fs::remove_file(self.place.packed(last)))?;
        for number in (0..last).rev() {
            gone(fs::rename(self.place.aside(number), self.place.aside(number + 1)))?;
            gone(fs::rename(
                self.place.packed(number),
                self.place.packed(number + 1),
            ))?;
        }
        fs::rename(&next, self.place.path())?;
        drop(names);
        self.pack();
        Ok(file)
    }

    fn max_size(&self) -> Option<u64> {
        self.plan.max_size.map(ByteCount::get)
    }

    fn attrs(&self) -> Vec<(String, String)> {
        self.attrs.clone()
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};

    use super::*;

    fn log(folder: &Path, max_file: u32, compress: bool) -> WrittenLog {
        let id = ContainerId::from_random([7; 32]);
        let plan = FilesPlan {
            max_size: Some(ByteCount::new(10)),
            max_file,
            compress,
        };
        WrittenLog::new(
            LogPlace::new(folder, &id),
            plan,
            Vec::new(),
            Arc::new(Spares::open(&folder.join("missing/spares"))),
        )
    }

    #[test]
    fn the_oldest_file_goes_when_there_are_as_many_as_may_be() {
        let dir = tempfile::tempdir().unwrap();
        let log = log(dir.path(), 3, false);
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
        let log = log(dir.path(), 1, false);
        write!(log.open().unwrap(), "old").unwrap();
        write!(log.rotate().unwrap(), "new").unwrap();
        assert_eq!(fs::read_to_string(log.place.path()).unwrap(), "new");
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[test]
    fn files_that_were_put_aside_are_compressed_and_read_as_before() {
        let dir = tempfile::tempdir().unwrap();
        let log = log(dir.path(), 4, true);
        let mut file = log.open().unwrap();
        let mut inodes = Vec::new();
        for number in 0..6 {
            inodes.push(file.metadata().unwrap().ino());
            writeln!(file, "{number} {}", "x".repeat(10_000)).unwrap();
            file = log.rotate().unwrap();
        }
        writeln!(file, "present").unwrap();
        sampan_testkit::wait::until("the packer", || (!log.turning.packing.load(SeqCst)).then_some(()));
        let mut names: Vec<String> = fs::read_dir(dir.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .map(|name| name.split_once("-json.log").unwrap().1.to_owned())
            .collect();
        names.sort();
        assert_eq!(names, ["", ".1.gz", ".2.gz", ".3.gz"]);
        assert!(fs::metadata(log.place.packed(1)).unwrap().len() < 1_000);
        let mut all = String::new();
        for mut source in log.place.open_all().unwrap() {
            source.read_to_string(&mut all).unwrap();
        }
        let firsts: Vec<&str> = all.lines().map(|line| line.split(' ').next().unwrap()).collect();
        assert_eq!(firsts, ["3", "4", "5", "present"]);
        let packed = log.place.open(1).unwrap().unwrap();
        assert_eq!(packed.inode().unwrap(), inodes[5]);
        log.place.remove().unwrap();
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
    }
}
