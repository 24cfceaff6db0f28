//! What a guest may ask that starts other programs, answered for its worker.
//!
//! The worker may be hostile: it is answered about the container of that guest alone, a few questions at a time, and
//! what it hands over as a program is bytes to be compiled by a confined process, never a path to be opened here.

use std::fs::File;
use std::os::fd::OwnedFd;
use std::os::unix::fs::FileExt as _;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use sampan_runtime::{Kin, Program, ProgramBytes};
use sampan_types::{Algorithm, Effort, Limits};
use tokio::sync::Semaphore;

use super::FleetError;
use super::code::{Code, Codes};
use super::crew::Crew;
use crate::error::whole;
use crate::worker::{Ask, Told};

/// How many programs are prepared for guests at a time, in the whole fleet.
const PREPARED: usize = 2;
/// The most that one guest has running beside itself: as deep as programs may start each other, and one that is just
/// ending.
const RUNNING: usize = 8;
/// The most characters of a command that are kept.
const COMMAND: usize = 1024;

/// Bounds what is done for all guests that start programs.
pub(super) struct Gate(Semaphore);

impl Default for Gate {
    fn default() -> Self {
        Self(Semaphore::new(PREPARED))
    }
}

/// Answers one guest.
pub(super) struct Answers {
    pub(super) kin: Arc<dyn Kin>,
    pub(super) limits: Limits,
    pub(super) codes: Arc<Codes>,
    /// Which holds the workers whose guests are answered.
    pub(super) crew: Weak<Crew>,
    pub(super) gate: Arc<Gate>,
    /// What it has running beside itself.
    pub(super) running: Mutex<Vec<u32>>,
}

impl Answers {
    fn running(&self) -> MutexGuard<'_, Vec<u32>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The answer to a question, with the descriptor that belongs to it.
    pub(super) async fn answer(&self, what: Ask, fds: Vec<OwnedFd>) -> (Told, Vec<OwnedFd>) {
        match what {
            Ask::Program {
                name,
                parent,
                command,
            } => self.program(name, fds, parent, command).await,
            Ask::Processes => {
                let lines = self.kin.list().await.into_iter().map(|process| {
                    // A line is one process whatever its arguments are.
                    let command = process.command.replace(['\t', '\n', '\r'], " ");
                    let time = process.cpu_time.as_millis();
                    format!("{}\t{}\t{time}\t{command}\n", process.number, process.parent)
                });
                let list = lines.collect();
                (Told::Processes { list }, Vec::new())
            }
            Ask::Signal { number, signal } => {
                let found = self.kin.signal(number, signal).await;
                (Told::Signalled { found }, Vec::new())
            }
        }
    }

    async fn program(
        &self,
        name: Option<String>,
        fds: Vec<OwnedFd>,
        parent: u32,
        command: String,
    ) -> (Told, Vec<OwnedFd>) {
        let nothing = |told| (told, Vec::new());
        if self.running().len() >= RUNNING {
            return nothing(Told::Busy);
        }
        let refused = |error: &FleetError| nothing(Told::Refused { why: whole(error) });
        // Never closed, so a permit comes.
        let _permit = self.gate.0.acquire().await;
        let program = match (name, fds.into_iter().next()) {
            (Some(name), _) => self.kin.offered(&name).await,
            (None, Some(file)) => match self.handed(file.into(), &command).await {
                Ok(program) => Some(program),
                Err(error) => return refused(&error),
            },
            (None, None) => None,
        };
        let Some(program) = program else {
            return nothing(Told::Missing);
        };
        let Some(crew) = self.crew.upgrade() else {
            return nothing(Told::Missing);
        };
        let code = match self.codes.get(&program, &self.limits, &crew).await {
            Ok(code) => code,
            Err(error) => return nothing(Told::Refused { why: whole(&error) }),
        };
        let file = match code.file() {
            Ok(file) => file,
            Err(error) => return refused(&FleetError::Stream("machine code", error)),
        };
        let parent = match self.running().contains(&parent) {
            true => parent,
            false => self.kin.number(),
        };
        let command = command.chars().take(COMMAND).collect();
        let number = self.kin.began(parent, command);
        self.running().push(number);
        (Told::program(number, &code), vec![file.into()])
    }

    /// The program that a worker handed over: read at once, so that what is hashed is what is compiled.
    async fn handed(&self, file: File, command: &str) -> Result<Program, FleetError> {
        let most = self.limits.module_size.get();
        let value = self.limits.show(sampan_types::LimitName::ModuleSize);
        let read = move || {
            let failed = |error| FleetError::Program(error);
            let facts = file.metadata().map_err(failed)?;
            // Of anything else a read might never come back.
            if !facts.is_file() {
                return Err(FleetError::Program(std::io::ErrorKind::InvalidInput.into()));
            }
            if facts.len() > most {
                return Err(FleetError::ProgramSize { most: value });
            }
            let mut bytes = vec![0; usize::try_from(facts.len()).unwrap_or(0)];
            file.read_exact_at(&mut bytes, 0).map_err(failed)?;
            let digest = sampan_store::digest_of(Algorithm::Sha256, &bytes);
            Ok((bytes, digest))
        };
        let (bytes, digest) = tokio::task::spawn_blocking(read)
            .await
            .map_err(|_| FleetError::Fell)??;
        Ok(Program {
            name: command.split(' ').next().unwrap_or_default().to_owned(),
            digest,
            bytes: ProgramBytes::Memory(bytes.into()),
            effort: Effort::Full,
        })
    }

    /// Something is over.
    pub(super) fn over(&self, number: u32) {
        let known = {
            let mut running = self.running();
            let before = running.len();
            running.retain(|other| *other != number);
            running.len() < before
        };
        if known {
            self.kin.ended(number);
        }
    }
}

impl Drop for Answers {
    fn drop(&mut self) {
        // With their guest, or with its worker.
        for number in std::mem::take(&mut *self.running()) {
            self.kin.ended(number);
        }
    }
}

impl Told {
    fn program(number: u32, code: &Code) -> Self {
        Self::Program {
            number,
            facts: code.facts.clone(),
            stack: code.stack.get(),
        }
    }
}
