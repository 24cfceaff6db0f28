//! Starting a container.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering::SeqCst;

use sampan_api::Time;
use sampan_api::container::PortMap;
use sampan_runtime::Container;
use sampan_types::platform::Kind;
use sampan_types::{Classified, ErrorClass, TRACES};
use tracing::{Instrument, trace_span};

use crate::supervisor::Supervisor;
use crate::supervisor::cell::Cell;
use crate::supervisor::create::ports;
use crate::supervisor::error::{Result, SupervisorError, step};
use crate::supervisor::networks::Endpoint;
use crate::supervisor::record::{MountKind, Record, State};

/// Who starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum By {
    /// A person.
    Hand,
    /// The restart policy.
    Policy,
}

/// What a start takes that must be given back when it fails.
struct Taken {
    endpoints: BTreeMap<String, Endpoint>,
    ports: PortMap,
    /// When the guest was about to begin.
    started: Time,
}

impl Supervisor {
    /// Starts a container.
    pub async fn start(&self, container: &str) -> Result<()> {
        let cell = self.shared.find(container)?;
        let _gate = cell.gate.lock().await;
        self.start_held(&cell, By::Hand).await
    }

    /// Starts a container whose gate is held.
    #[tracing::instrument(name = "container.start", target = TRACES, level = "trace", skip_all, fields(container.id = %cell.id))]
    pub(crate) async fn start_held(&self, cell: &Arc<Cell>, by: By) -> Result<()> {
        {
            let live = cell.live();
            let state = &live.state;
            if state.paused {
                return Err(SupervisorError::Conflict(
                    "cannot start a paused container, try unpause instead".to_owned(),
                ));
            }
            if state.running && by == By::Hand {
                return Err(SupervisorError::NotModified("container is already running"));
            }
            if state.removing || state.dead || live.removed {
                return Err(SupervisorError::Conflict(
                    "container is marked for removal and cannot be started".to_owned(),
                ));
            }
        }
        let record = cell.record();
        match self.begin(cell, &record).await {
            Ok((hold, taken)) => self.running(cell, &record, hold, taken, by).await,
            Err(error) => Err(self.not_started(cell, &record, error).await),
        }
    }

    /// Everything up to a guest that runs.
    async fn begin(&self, cell: &Arc<Cell>, record: &Record) -> Result<(Arc<dyn Container>, Taken)> {
        let mode = record.host.network_mode.as_str();
        let (published, ports) = match record.kind {
            // Nothing leads to it, or its ports are the host's or another one's.
            Kind::Linux if matches!(mode, "none" | "host") || mode.starts_with("container:") => {
                (Vec::new(), PortMap::default())
            }
            // Nobody outside comes in there.
            Kind::Linux if self.shared.networks().all_internal(record) => {
                (Vec::new(), ports::exposed(&record.config, &record.host))
            }
            _ => ports::bind(&record.config, &record.host, self.shared.config.defaults.ip)?,
        };
        let endpoints =
            self.shared
                .networks()
                .join(&cell.id, &record.networks, crate::supervisor::random_hex)?;
        let taken = Taken {
            endpoints,
            ports,
            started: Time::ZERO,
        };
        cell.live().logged = true;
        let started = async {
            let places = self.shared.networks().places(record, &taken.endpoints);
            self.neighbour(record, &places).await;
            let (spec, kind) = self.spec(cell, record, places, published).await?;
            step!("supervisor::start::create");
            let runtime = self.shared.engine.runtime(kind)?.clone();
            let loading = trace_span!(target: TRACES, "runtime.create");
            let hold = runtime.create(spec).instrument(loading).await?;
            let begun = async {
                crate::supervisor::talk::join_waiters(cell, &*hold).await?;
                step!("supervisor::start::start");
                let running = trace_span!(target: TRACES, "runtime.start");
                // Before it starts: clients ask for what it wrote since then.
                let moment = Time::now();
                hold.start().instrument(running).await?;
                Ok(moment)
            };
            match begun.await {
                Ok(moment) => Ok((hold, moment)),
                Err(error) => {
                    hold.kill(sampan_types::Signal::Kill);
                    hold.release().await;
                    Err(error)
                }
            }
        };
        match started.await {
            Ok((hold, started)) => Ok((hold, Taken { started, ..taken })),
            Err(error) => {
                self.neighbour(record, &[]).await;
                self.shared.networks().leave(&cell.id, &taken.endpoints);
                self.unmount_volumes(record).await;
                Err(error)
            }
        }
    }

    /// Writes down that it runs, and begins to wait for its end.
    async fn running(
        &self,
        cell: &Arc<Cell>,
        record: &Record,
        hold: Arc<dyn Container>,
        taken: Taken,
        by: By,
    ) -> Result<()> {
        let mut state = cell.state();
        state = State {
            running: true,
            started: taken.started,
            restarts: if by == By::Hand { 0 } else { state.restarts },
            finished: state.finished,
            ports: taken.ports,
            endpoints: taken.endpoints,
            pid: hold.pid().map_or(0, i64::from),
            health: crate::supervisor::health::at_start(&record.config, state.health),
            ..State::default()
        };
        let noted = (|| {
            step!("supervisor::start::journal");
            self.shared.journal.put(&State::key(&cell.id), &state)?;
            Ok(())
        })();
        if let Err(error) = noted {
            // What is not written down does not run.
            hold.kill(sampan_types::Signal::Kill);
            let _ = hold.wait().await;
            hold.release().await;
            self.neighbour(record, &[]).await;
            self.shared.networks().leave(&cell.id, &state.endpoints);
            return Err(self.not_started(cell, record, error).await);
        }
        self.shared.wrote();
        let endpoints: Vec<String> = state.endpoints.keys().cloned().collect();
        let run = {
            let mut live = cell.live();
            live.state = state;
            live.hold = Some(hold.clone());
            if std::mem::take(&mut live.joined)
                .iter()
                .any(|over| over.load(SeqCst))
            {
                // Said before anybody could be told.
                hold.input_over();
            }
            live.run += 1;
            live.sent = None;
            if by == By::Hand {
                live.pause = std::time::Duration::ZERO;
            }
            live.run
        };
        cell.tell(|phase| phase.running = true);
        for network in endpoints {
            self.connection_event(cell, &network, "connect");
        }
        for mount in record.mounts.iter().filter(|m| m.kind == MountKind::Volume) {
            let attributes = [
                ("container", cell.id.to_string()),
                ("destination", mount.destination.clone()),
                ("propagation", String::new()),
                ("read/write", mount.writable.to_string()),
            ];
            let attributes = attributes.into_iter().map(|(k, v)| (k.to_owned(), v)).collect();
            self.volume_event(&mount.name, "mount", attributes);
        }
        self.container_event(cell, "start", &[]);
        self.watch(cell, hold, run);
        self.watch_health(cell, run);
        self.settle_versions_later(cell, run);
        Ok(())
    }

    /// Writes down that it could not be started, and says why.
    async fn not_started(
        &self,
        cell: &Arc<Cell>,
        record: &Record,
        error: SupervisorError,
    ) -> SupervisorError {
        let error = cannot_start(error);
        let code = match &error {
            SupervisorError::CannotStart { code, .. } => i64::from(*code),
            _ => 128,
        };
        let state = {
            let mut live = cell.live();
            live.state.error = error.to_string();
            live.state.exit_code = code;
            live.state.restarting = false;
            live.state.running = false;
            live.state.clone()
        };
        if let Err(error) = self.shared.journal.put(&State::key(&cell.id), &state) {
            tracing::warn!(%error, id = cell.id.short(), "why a container did not start could not be written down");
        }
        self.shared.wrote();
        let was = cell.phase.borrow().running;
        cell.tell(|phase| {
            phase.running = false;
            phase.code = code;
            phase.exits += u64::from(was);
        });
        if record.host.auto_remove {
            // Not here: whoever starts holds the gate.
            let (me, cell) = (self.clone(), cell.clone());
            tokio::spawn(async move { me.auto_remove(&cell).await });
        }
        error
    }
}

/// A program that cannot be run is the caller's fault, and the container's exit code tells it as a shell would.
pub(crate) fn cannot_start(error: SupervisorError) -> SupervisorError {
    if !matches!(error, SupervisorError::Engine(_) | SupervisorError::Runtime(_)) {
        return error;
    }
    let code = match error.class() {
        ErrorClass::CannotInvoke | ErrorClass::Denied => 126,
        ErrorClass::NotFound => 127,
        _ => return error,
    };
    let mut message = format!("failed to create task for container: {}", chain(&error));
    if code == 127 {
        // By these words clients know the exit code of `docker run`.
        message.push_str(": no such file or directory");
    }
    let source = match error {
        SupervisorError::Engine(error) => Some(Box::new(error)),
        _ => None,
    };
    SupervisorError::CannotStart {
        message,
        code,
        source,
    }
}

/// An error with its causes.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        next = cause.source();
    }
    text
}
