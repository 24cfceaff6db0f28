//! A program that was compiled and linked, ready to be started many times.

use std::sync::Arc;
use std::time::Duration;

use sampan_types::{ByteCount, Digest};

use crate::HostError;
use crate::call::{Functions, Plan, is_call};
use crate::entry::Entry;
use crate::link::{self, Entries, Handler};
use crate::state::GuestState;

/// A loaded program. Cloning is cheap.
#[derive(Clone)]
pub struct Program {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) name: String,
    pub(crate) digest: Digest,
    pub(crate) stack: ByteCount,
    pub(crate) from_cache: bool,
    pub(crate) compile_time: Duration,
    pub(crate) instances: u64,
    pub(crate) processes: bool,
    pub(crate) code: Code,
}

pub(crate) enum Code {
    Core(wasmtime::InstancePre<GuestState>),
    Component {
        pre: wasmtime::component::InstancePre<GuestState>,
        entries: Entries,
    },
}

impl Inner {
    pub(crate) fn engine(&self) -> &wasmtime::Engine {
        match &self.code {
            Code::Core(pre) => pre.module().engine(),
            Code::Component { pre, .. } => pre.engine(),
        }
    }

    /// What answers requests to a published port.
    pub(crate) fn handler(&self, entry: Option<&str>) -> Result<Handler, HostError> {
        if entry.is_some() {
            return Err(HostError::Spec(
                "a server answers requests and has no other entry: leave out the entrypoint or the port",
            ));
        }
        match &self.code {
            Code::Component {
                pre,
                entries: Entries {
                    serves: Some(serves), ..
                },
            } => link::handler(pre, *serves, &self.name),
            _ => Err(HostError::NoServer {
                name: self.name.clone(),
            }),
        }
    }

    /// What is to be started: the program's own entry, the named export, or a call.
    pub(crate) fn entry(&self, entry: Option<String>) -> Result<Entry, HostError> {
        match entry {
            // A core module may have an export with any name.
            Some(text) if is_call(&text) && self.takes(Some(&text)).is_err() => {
                Ok(Entry::Call(Box::new(Plan::new(self, &text)?)))
            }
            Some(name) => self.takes(Some(&name)).map(|()| Entry::Named(name)),
            None => self.takes(None).map(|()| Entry::Own),
        }
    }

    /// Whether it has functions and no start of its own.
    pub(crate) fn is_library(&self) -> bool {
        let starts = match &self.code {
            Code::Core(pre) => pre.module().get_export("_start").is_some(),
            Code::Component { entries, .. } => entries.command.is_some() || entries.serves.is_some(),
        };
        !starts && !Functions::of(self).is_empty()
    }

    /// Whether there is something to start without values.
    fn takes(&self, entry: Option<&str>) -> Result<(), HostError> {
        let missing = |wanted: &str| HostError::NoEntry {
            name: self.name.clone(),
            wanted: wanted.to_owned(),
            exports: self.functions(),
        };
        match (&self.code, entry) {
            (Code::Core(pre), entry) => {
                let name = entry.unwrap_or("_start");
                match pre.module().get_export(name) {
                    Some(wasmtime::ExternType::Func(ty)) if ty.params().len() > 0 => {
                        Err(HostError::EntryType {
                            entry: name.to_owned(),
                            ty: ty.to_string(),
                        })
                    }
                    Some(wasmtime::ExternType::Func(_)) => Ok(()),
                    _ => Err(missing(name)),
                }
            }
            (Code::Component { entries, .. }, None) => match entries {
                Entries { command: Some(_), .. } => Ok(()),
                Entries { serves: Some(_), .. } => Err(HostError::ServerOnly {
                    name: self.name.clone(),
                }),
                _ => Err(missing("wasi:cli/run")),
            },
            (Code::Component { pre, .. }, Some(name)) => match crate::entry::find(pre.component(), name) {
                Some((_, ty)) if ty.params().len() > 0 => Err(HostError::EntryType {
                    entry: name.to_owned(),
                    ty: format!("a function of {} parameters", ty.params().len()),
                }),
                Some(_) => Ok(()),
                None => Err(missing(name)),
            },
        }
    }

    /// Names of the exported functions that can be called from a command line: those without parameters.
    fn functions(&self) -> Vec<String> {
        match &self.code {
            Code::Core(pre) => pre
                .module()
                .exports()
                .filter(|e| matches!(e.ty(), wasmtime::ExternType::Func(ty) if ty.params().len() == 0))
                .map(|e| e.name().to_owned())
                .collect(),
            Code::Component { pre, .. } => crate::entry::names(pre.component()),
        }
    }
}

/// What sort of binary a program is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A core module.
    Module,
    /// A component.
    Component,
}

impl Program {
    /// What it is called in messages.
    pub fn name(&self) -> &str {
        &self.inner.name
    }
    /// Digest of the binary.
    pub fn digest(&self) -> &Digest {
        &self.inner.digest
    }
    /// What sort of binary it is.
    pub fn form(&self) -> Form {
        match self.inner.code {
            Code::Core(_) => Form::Module,
            Code::Component { .. } => Form::Component,
        }
    }
    /// Whether its code came from the cache.
    pub fn from_cache(&self) -> bool {
        self.inner.from_cache
    }
    /// How long compiling took; zero when the code came from the cache.
    pub fn compile_time(&self) -> Duration {
        self.inner.compile_time
    }
    /// Whether it has the imports by which other programs are started.
    pub fn starts_others(&self) -> bool {
        self.inner.processes
    }
    /// The stack that its guests have: that of the limits it was loaded with.
    pub fn stack(&self) -> ByteCount {
        self.inner.stack
    }
}

impl std::fmt::Debug for Program {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Program")
            .field("name", &self.inner.name)
            .field("form", &self.form())
            .finish_non_exhaustive()
    }
}
