//! What a client is shown of a build: vertexes with their times, what commands write, how far files have come.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use futures::Stream;
use prost_types::Timestamp;
use sha2::{Digest as _, Sha256};
use tokio::sync::watch;

use crate::proto::moby::buildkit::v1::{StatusResponse, Vertex, VertexLog, VertexStatus, VertexWarning};

/// The most that is shown of one step's output, as in BuildKit.
const STEP: usize = 2 << 20;
/// The most that is kept of all steps' output.
const TOTAL: usize = 64 << 20;

/// The progress of one build. Whoever comes late is told from the beginning.
#[derive(Debug)]
pub(crate) struct Progress {
    name: String,
    state: Mutex<State>,
    changed: watch::Sender<()>,
}

#[derive(Debug, Default)]
struct State {
    told: Vec<StatusResponse>,
    vertexes: HashMap<String, Vertex>,
    logged: HashMap<String, usize>,
    total: usize,
    over: bool,
}

fn now() -> Option<Timestamp> {
    Some(SystemTime::now().into())
}

impl Progress {
    pub(crate) fn new(name: &str) -> Arc<Self> {
        Arc::new(Self {
            name: name.to_owned(),
            state: Mutex::default(),
            changed: watch::Sender::new(()),
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tell(&self, state: &mut State, said: StatusResponse) {
        if !state.over {
            state.told.push(said);
            self.changed.send_replace(());
        }
    }

    /// A vertex begins; its digest is told.
    pub(crate) fn begin(&self, key: &str, name: &str, inputs: Vec<String>) -> String {
        let digest = Sha256::digest(format!("{}\0{key}\0{name}", self.name));
        let digest = sampan_types::Digest::from_bytes(sampan_types::Algorithm::Sha256, &digest).to_string();
        let vertex = Vertex {
            digest: digest.clone(),
            inputs,
            name: name.to_owned(),
            started: now(),
            ..Vertex::default()
        };
        let mut state = self.state();
        state.vertexes.insert(digest.clone(), vertex.clone());
        let said = StatusResponse {
            vertexes: vec![vertex],
            ..StatusResponse::default()
        };
        self.tell(&mut state, said);
        digest
    }

    /// A vertex is over.
    pub(crate) fn end(&self, digest: &str, cached: bool, error: Option<&str>) {
        let mut state = self.state();
        let Some(vertex) = state.vertexes.get_mut(digest) else {
            return;
        };
        if vertex.completed.is_some() {
            return;
        }
        vertex.completed = now();
        vertex.cached = cached;
        vertex.error = error.unwrap_or_default().to_owned();
        let said = StatusResponse {
            vertexes: vec![vertex.clone()],
            ..StatusResponse::default()
        };
        self.tell(&mut state, said);
    }

    /// How far something has come.
    pub(crate) fn status(&self, digest: &str, id: &str, current: u64, done: bool) {
        let mut state = self.state();
        let started = state.vertexes.get(digest).and_then(|vertex| vertex.started);
        let status = VertexStatus {
            id: id.to_owned(),
            vertex: digest.to_owned(),
            name: id.to_owned(),
            current: i64::try_from(current).unwrap_or(i64::MAX),
            total: 0,
            timestamp: now(),
            started,
            completed: if done { now() } else { None },
        };
        let said = StatusResponse {
            statuses: vec![status],
            ..StatusResponse::default()
        };
        self.tell(&mut state, said);
    }

    /// What a command wrote, up to a bound.
    pub(crate) fn log(&self, digest: &str, error: bool, bytes: &[u8]) {
        let mut state = self.state();
        if state.total >= TOTAL {
            return;
        }
        let logged = state.logged.entry(digest.to_owned()).or_default();
        let before = *logged;
        if before > STEP {
            return;
        }
        *logged += bytes.len();
        let mut shown = bytes[..bytes.len().min(STEP - before)].to_vec();
        if before + bytes.len() > STEP {
            shown.extend_from_slice(b"\n[output clipped, log limit 2MiB reached]\n");
        }
        state.total += shown.len();
        let log = VertexLog {
            vertex: digest.to_owned(),
            timestamp: now(),
            stream: if error { 2 } else { 1 },
            msg: shown,
        };
        let said = StatusResponse {
            logs: vec![log],
            ..StatusResponse::default()
        };
        self.tell(&mut state, said);
    }

    /// Something that a person should know.
    pub(crate) fn warn(&self, digest: &str, text: &str) {
        let warning = VertexWarning {
            vertex: digest.to_owned(),
            level: 1,
            short: text.as_bytes().to_vec(),
            ..VertexWarning::default()
        };
        let said = StatusResponse {
            warnings: vec![warning],
            ..StatusResponse::default()
        };
        let mut state = self.state();
        self.tell(&mut state, said);
    }

    /// Nothing more will be told. What has not ended is shown as canceled.
    pub(crate) fn close(&self) {
        let mut state = self.state();
        let open = state.vertexes.values_mut().filter(|one| one.completed.is_none());
        let open: Vec<Vertex> = open
            .map(|vertex| {
                vertex.completed = now();
                "context canceled".clone_into(&mut vertex.error);
                vertex.clone()
            })
            .collect();
        if !open.is_empty() {
            let said = StatusResponse {
                vertexes: open,
                ..StatusResponse::default()
            };
            self.tell(&mut state, said);
        }
        state.over = true;
        self.changed.send_replace(());
    }

    /// All that was told and will be.
    pub(crate) fn follow(
        self: Arc<Self>,
    ) -> impl Stream<Item = Result<StatusResponse, tonic::Status>> + Send {
        let changed = self.changed.subscribe();
        futures::stream::unfold((self, changed, 0), async |(progress, mut changed, place)| {
            loop {
                changed.borrow_and_update();
                let next = {
                    let state = progress.state();
                    let next = state.told.get(place).cloned();
                    if next.is_none() && state.over {
                        return None;
                    }
                    next
                };
                if let Some(said) = next {
                    return Some((Ok(said), (progress, changed, place + 1)));
                }
                if changed.changed().await.is_err() {
                    return None;
                }
            }
        })
    }
}
