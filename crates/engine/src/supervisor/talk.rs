//! The streams of a container: joined live, read back, and its terminal.

use sampan_runtime::{Attach, Attachment, Container, RuntimeError, TerminalSize};

use super::cell::{Cell, Waiter};
use super::error::{Result, SupervisorError};
use super::life::restarting;
use super::log::{Following, LogPlace, LogPlan};
use super::{AttachQuery, Attached, InputOver, LogQuery, LogStream, Supervisor};

impl Supervisor {
    /// Joins the streams of a container.
    ///
    /// One that does not run yet may be joined as well, as clients do before they start it: nothing of its output is
    /// missed then.
    pub async fn attach(&self, container: &str, query: AttachQuery) -> Result<Attached> {
        let cell = self.shared.find(container)?;
        let (record, paused, between, running) = {
            let live = cell.live();
            let state = &live.state;
            (live.record.clone(), state.paused, state.restarting, state.running)
        };
        if paused {
            return Err(SupervisorError::Conflict(format!(
                "container {} is paused, unpause the container before attach",
                cell.id
            )));
        }
        if between {
            return Err(restarting(&cell));
        }
        let logs = match query.logs {
            true => {
                let wanted = LogQuery {
                    stdout: query.stdout,
                    stderr: query.stderr,
                    ..LogQuery::default()
                };
                Some(self.read_log(&cell, &wanted).await?)
            }
            false => None,
        };
        let mut over = InputOver::default();
        let stream = match (query.stream, running) {
            (false, _) => None,
            (true, true) => {
                let hold = cell.live().hold.clone();
                let hold = hold.ok_or_else(|| SupervisorError::not_running(&cell.id))?;
                over.hold = Some(hold.clone());
                Some(hold.join(wanted(query)).await?)
            }
            (true, false) => {
                over.cell = Some(cell.clone());
                Some(wait_for_start(&cell, query, &over)?)
            }
        };
        self.container_event(&cell, "attach", &[]);
        Ok(Attached {
            settled: None,
            terminal: record.config.tty,
            logs,
            stream,
            stdin: query.stdin && record.config.open_stdin,
            over,
        })
    }

    /// Reads what a container wrote.
    pub async fn logs(&self, container: &str, query: &LogQuery) -> Result<LogStream> {
        if !query.stdout && !query.stderr {
            return Err(SupervisorError::Invalid(
                "Bad parameters: you must choose at least one stream".to_owned(),
            ));
        }
        let cell = self.shared.find(container)?;
        {
            let live = cell.live();
            if live.state.removing || live.state.dead {
                return Err(SupervisorError::Conflict(
                    "can not get logs from container which is dead or marked for removal".to_owned(),
                ));
            }
        }
        self.read_log(&cell, query).await
    }

    async fn read_log(&self, cell: &Cell, query: &LogQuery) -> Result<LogStream> {
        let record = cell.record();
        let plan = LogPlan::parse(&record.host.log_config.kind, &record.host.log_config.config)?;
        if plan.files.is_none() {
            return Err(SupervisorError::Unsupported(
                "configured logging driver does not support reading".to_owned(),
            ));
        }
        let place = LogPlace::new(&self.shared.logs, &cell.id);
        if cell.state().started.is_zero() {
            return Ok(LogStream::empty(place, record.terminal()));
        }
        let following = query.follow.then(|| Following {
            watcher: self.shared.watcher.clone(),
            alive: cell.phase.subscribe(),
        });
        LogStream::open(place, query, record.terminal(), following).await
    }

    /// Tells the terminal of a container its size.
    pub async fn resize(&self, container: &str, size: TerminalSize) -> Result<()> {
        let cell = self.shared.find(container)?;
        let hold = cell.live().hold.clone();
        let hold = hold.ok_or_else(|| SupervisorError::not_running(&cell.id))?;
        hold.resize(size).await?;
        let attributes = [
            ("height", size.rows.to_string()),
            ("width", size.columns.to_string()),
        ];
        self.container_event(&cell, "resize", &attributes);
        Ok(())
    }
}

fn wanted(query: AttachQuery) -> Attach {
    Attach {
        stdin: query.stdin,
        stdout: query.stdout,
        stderr: query.stderr,
    }
}

/// Streams that begin with the next run.
fn wait_for_start(cell: &Cell, query: AttachQuery, over: &InputOver) -> Result<Attachment> {
    let (attachment, its) = Attachment::pair().map_err(SupervisorError::io("make", "a pair of sockets"))?;
    let mut live = cell.live();
    if live.removed {
        return Err(SupervisorError::NoContainer(cell.id.to_string()));
    }
    live.waiters.push(Waiter {
        request: wanted(query),
        end: its,
        over: over.told.clone(),
    });
    Ok(attachment)
}

/// Joins those who waited for the start, before the guest runs.
pub(crate) async fn join_waiters(cell: &Cell, hold: &dyn Container) -> std::result::Result<(), RuntimeError> {
    let waiters = {
        let mut live = cell.live();
        let waiters = std::mem::take(&mut live.waiters);
        let typing = waiters.iter().filter(|waiter| waiter.request.stdin);
        live.joined = typing.map(|waiter| waiter.over.clone()).collect();
        waiters
    };
    for waiter in waiters {
        hold.attach(waiter.request, waiter.end).await?;
    }
    Ok(())
}
