//! The streams of a container: joined live, read back, and its terminal.

use sampan_runtime::{Attach, TerminalSize};

use super::cell::Cell;
use super::error::{Result, SupervisorError};
use super::life::restarting;
use super::log::{Following, LogPlace, LogPlan};
use super::{AttachQuery, Attached, LogQuery, LogStream, Supervisor};

impl Supervisor {
    /// Joins the streams of a container.
    ///
    /// One that is not started yet has none to join: then `stream` is absent, and the caller waits for the start
    /// through [`Supervisor::attach_started`].
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
        let stream = match query.stream && running {
            true => Some(self.join(&cell, query).await?),
            false => None,
        };
        self.container_event(&cell, "attach", &[]);
        Ok(Attached {
            terminal: record.config.tty,
            logs,
            stream,
            stdin: query.stdin && record.config.open_stdin,
        })
    }

    /// Joins the streams of a container as soon as it runs: a client attaches before it starts. `None` where it is
    /// removed first.
    pub async fn attach_started(
        &self,
        container: &str,
        query: AttachQuery,
    ) -> Result<Option<sampan_runtime::Attachment>> {
        let cell = self.shared.find(container)?;
        let mut phase = cell.phase.subscribe();
        let begun = phase.wait_for(|now| now.running || now.removed).await;
        if begun.is_ok_and(|phase| phase.removed) {
            return Ok(None);
        }
        self.join(&cell, query).await.map(Some)
    }

    async fn join(&self, cell: &Cell, query: AttachQuery) -> Result<sampan_runtime::Attachment> {
        let hold = cell.live().hold.clone();
        let hold = hold.ok_or_else(|| SupervisorError::not_running(&cell.id))?;
        let request = Attach {
            stdin: query.stdin,
            stdout: query.stdout,
            stderr: query.stderr,
        };
        Ok(hold.attach(request).await?)
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
        if plan.keeps_nothing() {
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
