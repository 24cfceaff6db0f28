//! Versions of a server: made ready, given their parts, and asked what they have answered.

use std::os::fd::OwnedFd;
use std::sync::Arc;

use sampan_types::ContainerId;
use sampan_wasm_host::serve::{NewVersion, Versions};
use sampan_wasm_host::{HostError, Words};

use super::super::wire::{Answer, Say, VersionOrder};
use super::{Hosting, failed, lock};
use crate::error::WasmRuntimeError;

impl Hosting {
    /// Answers when the version is ready or is found to be none.
    pub(super) fn prepare(
        self: &Arc<Self>,
        order: u64,
        id: &ContainerId,
        new: VersionOrder,
        fds: Vec<OwnedFd>,
    ) {
        let versions = match self.versions(id) {
            Ok(versions) => versions,
            Err(answer) => return self.answer(order, answer),
        };
        // It lives as long as a request of it, and no longer: other containers ask for the code by themselves.
        let program = match self.program(new.facts, new.stack, fds) {
            Ok(program) => program,
            Err(error) => return self.answer(order, failed(&error)),
        };
        let new_version = NewVersion {
            number: new.number,
            words: Words {
                args: new.args,
                env: new.env,
                cwd: new.cwd,
            },
            check: new.check,
        };
        let here = self.clone();
        self.tasks.spawn(async move {
            let prepared = versions.prepare(&program, new_version).await;
            here.answer(order, done(prepared));
        });
    }

    pub(super) fn divide(&self, id: &ContainerId, to: &[(u64, u32)]) -> Answer {
        match self.versions(id) {
            Ok(versions) => done(versions.change(to)),
            Err(answer) => answer,
        }
    }

    pub(super) fn answering(&self, id: &ContainerId) -> Answer {
        match self.versions(id) {
            Ok(versions) => Answer::Answering {
                versions: versions.answering(),
            },
            Err(answer) => answer,
        }
    }

    fn versions(&self, id: &ContainerId) -> Result<Versions, Answer> {
        let guest = self.guest(id).filter(|guest| lock(&guest.end).is_none());
        let guest = guest.ok_or(Answer::Gone)?;
        let versions = guest.handle.versions();
        versions.ok_or_else(|| failed(&WasmRuntimeError::NoServer))
    }

    fn answer(&self, order: u64, answer: Answer) {
        self.outbox.say(&Say::Answer { order, answer });
    }
}

fn done(result: Result<(), HostError>) -> Answer {
    match result {
        Ok(()) => Answer::Done,
        Err(error) => failed(&error),
    }
}
