//! A log being read, and followed.

use std::collections::VecDeque;
use std::io::{self, Read};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use sampan_api::Time;
use tokio::sync::watch::Receiver;

use super::entry::{Shape, Shown};
use super::files::LogPlace;
use super::packed::Source;
use super::position::tail;
use super::watch::{Watch, Watcher};
use crate::supervisor::cell::Phase;
use crate::supervisor::error::{Result, SupervisorError};

/// How much is read at a time.
const CHUNK: usize = 64 << 10;
/// How long a follower sleeps at the most, for the case that a change is not told.
const LOOK: Duration = Duration::from_secs(1);

/// What of a log is wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogQuery {
    /// Standard output.
    pub stdout: bool,
    /// Standard error.
    pub stderr: bool,
    /// Go on until the container ends.
    pub follow: bool,
    /// The last so many lines; all of them where it is not said.
    pub tail: Option<u64>,
    /// Lines from then on.
    pub since: Option<Time>,
    /// Lines until then.
    pub until: Option<Time>,
    /// The time before each line.
    pub timestamps: bool,
    /// Labels and variables before each line.
    pub details: bool,
}

/// What a follower needs beside the files.
pub(crate) struct Following {
    pub(crate) watcher: Arc<Watcher>,
    /// Whether the container still runs.
    pub(crate) alive: Receiver<Phase>,
}

/// Output of a container, in Docker's frames, or as it is where the container has a terminal.
pub struct LogStream {
    terminal: bool,
    shape: Shape,
    place: LogPlace,
    /// Still to be read, the oldest first.
    files: VecDeque<Source>,
    /// A line that is not finished.
    part: Vec<u8>,
    following: Option<Follower>,
    ended: bool,
}

struct Follower {
    watcher: Arc<Watcher>,
    alive: Receiver<Phase>,
    watch: Option<Watch>,
    /// The file that is being read, which may have been put aside meanwhile.
    inode: u64,
}

impl std::fmt::Debug for LogStream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LogStream")
            .field("place", &self.place)
            .field("following", &self.following.is_some())
            .finish_non_exhaustive()
    }
}

impl LogStream {
    /// Opens the files and finds where the wanted lines begin.
    pub(crate) async fn open(
        place: LogPlace,
        query: &LogQuery,
        terminal: bool,
        following: Option<Following>,
    ) -> Result<Self> {
        let lines = query.tail;
        let path = place.path().to_owned();
        let read = SupervisorError::io("read", path);
        let opening = place.clone();
        let start = move || match lines {
            Some(lines) => last_lines(&opening, lines),
            None => opening.open_all(),
        };
        // Looking for the last lines of large files takes time that others should not wait for.
        let files = match tokio::task::spawn_blocking(start).await {
            Ok(files) => files.map_err(read)?,
            Err(panicked) => return Err(read(io::Error::other(panicked))),
        };
        Ok(Self {
            terminal,
            shape: Shape {
                stdout: query.stdout,
                stderr: query.stderr,
                since: query.since,
                until: query.until,
                timestamps: query.timestamps,
                details: query.details,
                terminal,
            },
            place,
            files,
            part: Vec::new(),
            following: following.map(|following| Follower {
                watcher: following.watcher,
                alive: following.alive,
                watch: None,
                inode: 0,
            }),
            ended: false,
        })
    }

    /// Nothing at all: for containers that have written nothing yet.
    pub(crate) fn empty(place: LogPlace, terminal: bool) -> Self {
        Self {
            terminal,
            shape: Shape::default(),
            place,
            files: VecDeque::new(),
            part: Vec::new(),
            following: None,
            ended: true,
        }
    }

    /// Whether the container has a terminal, so that there are no frames.
    pub fn terminal(&self) -> bool {
        self.terminal
    }

    /// The next part of the output; `None` at its end. Dropping the future loses nothing.
    pub async fn next(&mut self) -> Option<Result<Bytes>> {
        while !self.ended {
            // Before reading, so that what is written after the reading is seen by the next round.
            let alive = self.following.as_ref().is_some_and(|f| f.alive.borrow().running);
            match self.read() {
                Ok(Some(bytes)) if bytes.is_empty() => {}
                Ok(Some(bytes)) => return Some(Ok(bytes)),
                Ok(None) if alive => self.rest().await,
                Ok(None) => self.ended = true,
                Err(source) => {
                    self.ended = true;
                    return Some(Err(SupervisorError::io("read", self.place.path())(source)));
                }
            }
        }
        None
    }

    /// Reads one chunk. `None` when there is nothing more for now.
    fn read(&mut self) -> io::Result<Option<Bytes>> {
        loop {
            let Some(file) = self.files.front_mut() else {
                if self.reopen()? { continue } else { return Ok(None) }
            };
            let start = self.part.len();
            self.part.resize(start + CHUNK, 0);
            let read = file.read(&mut self.part[start..]);
            let got = *read.as_ref().unwrap_or(&0);
            self.part.truncate(start + got);
            read?;
            if got > 0 {
                return Ok(Some(self.lines()));
            }
            if self.files.len() == 1 && !self.put_aside()? {
                return Ok(None);
            }
            if self.files.len() > 1 {
                self.files.pop_front();
                // A file that was put aside has whole lines only, unless its writer was killed.
                self.part.clear();
            }
        }
    }

    /// Shows the whole lines of what was read.
    fn lines(&mut self) -> Bytes {
        let mut out = Vec::with_capacity(self.part.len());
        let Some(end) = self.part.iter().rposition(|b| *b == b'\n') else {
            return Bytes::new();
        };
        for line in self.part[..end].split(|b| *b == b'\n') {
            if self.shape.show(line, &mut out) == Shown::Past {
                self.ended = true;
                break;
            }
        }
        self.part.drain(..=end);
        out.into()
    }

    /// Looks whether the file that is being read was put aside, and queues those that came after it.
    fn put_aside(&mut self) -> io::Result<bool> {
        if self.following.is_none() {
            return Ok(false);
        }
        let Some(mine) = self.files.front() else {
            return Ok(false);
        };
        let mine = mine.inode()?;
        let inode = |n: u32| self.place.inode(n);
        if inode(0).is_none_or(|present| present == mine) {
            return Ok(false);
        }
        let place = (1..64)
            .take_while(|n| inode(*n).is_some())
            .find(|n| inode(*n) == Some(mine));
        // Where even the file itself is gone, lines were lost to a reader that was too slow.
        for number in (0..place.unwrap_or(1)).rev() {
            self.files.extend(self.place.open(number)?);
        }
        Ok(self.files.len() > 1)
    }

    /// A log that was not there when it was opened.
    fn reopen(&mut self) -> io::Result<bool> {
        self.files.extend(self.place.open(0)?);
        Ok(!self.files.is_empty())
    }

    /// Waits until there may be more.
    async fn rest(&mut self) {
        let inode = self.files.front().and_then(|f| f.inode().ok());
        let Some(follower) = &mut self.following else {
            return;
        };
        let fresh = follower.watch.is_none() || inode != Some(follower.inode);
        if fresh {
            follower.watch = follower.watcher.watch(self.place.path());
            follower.inode = inode.unwrap_or(0);
            if follower.watch.is_some() {
                // What came between the reading and the watch is looked for at once.
                return;
            }
        }
        let changed = async {
            match &follower.watch {
                Some(watch) => watch.changed().await,
                None => std::future::pending().await,
            }
        };
        let mut alive = follower.alive.clone();
        tokio::select! {
            () = changed => {}
            _ = alive.wait_for(|phase| !phase.running) => {}
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}

/// Opens as many files as have the last lines.
fn last_lines(place: &LogPlace, lines: u64) -> io::Result<VecDeque<Source>> {
    let mut numbers = 0..;
    let next = || {
        for number in numbers.by_ref() {
            match place.open(number)? {
                Some(source) => return source.seekable(place.folder()).map(Some),
                // The present file may be missing for a moment, while it is turned round.
                None if number == 0 => {}
                None => break,
            }
        }
        Ok(None)
    };
    let files = tail(next, lines)?;
    Ok(files.into_iter().map(Source::Plain).collect())
}
