//! Containers: lists, creation, streams, waiting.

use bytes::Bytes;
use hyper::Method;
use sampan_api::container::{
    Change, CreateRequest, CreateResponse, Inspect, Stats, Summary, Top, WaitResponse,
};

use crate::call::{Answer, Call};
use crate::{Client, ClientError, Filters, Hijacked, JsonLines, Output};

/// What is to be listed.
#[derive(Clone, Debug, Default)]
pub struct ListOptions {
    /// Also those that do not run.
    pub all: bool,
    /// The newest so many alone.
    pub last: Option<u64>,
    /// With their sizes.
    pub size: bool,
    /// Which.
    pub filters: Filters,
}

/// How a container is asked to end.
#[derive(Clone, Debug, Default)]
pub struct Stop {
    /// The signal that asks; the container's own where there is none.
    pub signal: Option<String>,
    /// Seconds until it is killed; -1 is never.
    pub timeout: Option<i64>,
}

/// Which streams are wanted.
#[derive(Clone, Debug, Default)]
pub struct AttachOptions {
    /// What it reads.
    pub stdin: bool,
    /// What it writes.
    pub stdout: bool,
    /// What it complains of.
    pub stderr: bool,
    /// What it has written already.
    pub logs: bool,
    /// The keys that detach, where they are not the usual ones.
    pub detach_keys: Option<String>,
}

/// Which lines of a log are wanted.
#[derive(Clone, Debug, Default)]
pub struct LogOptions {
    /// Go on with what comes.
    pub follow: bool,
    /// Each with its time.
    pub timestamps: bool,
    /// Each with the labels that the log keeps.
    pub details: bool,
    /// So many at the end alone.
    pub tail: Option<String>,
    /// Not before this moment, in seconds since 1970 with a fraction.
    pub since: Option<String>,
    /// Not after this moment.
    pub until: Option<String>,
}

/// A container whose end is awaited: the daemon knows of it when this is there.
pub struct Waiting<'c>(Answer<'c>);

impl Waiting<'_> {
    /// How it ended.
    pub async fn end(self) -> Result<WaitResponse, ClientError> {
        self.0.document().await
    }
}

impl Client {
    pub(crate) fn get(&self, segments: &[&str]) -> Call<'_> {
        Call::new(self, Method::GET, segments)
    }

    pub(crate) fn post(&self, segments: &[&str]) -> Call<'_> {
        Call::new(self, Method::POST, segments)
    }

    /// Lists containers, the newest first.
    pub async fn containers(&self, options: &ListOptions) -> Result<Vec<Summary>, ClientError> {
        self.get(&["containers", "json"])
            .set_if("all", options.all)
            .set_some("limit", options.last)
            .set_if("size", options.size)
            .filters(&options.filters)
            .document()
            .await
    }

    /// Makes a container.
    pub async fn create_container(
        &self,
        name: Option<&str>,
        platform: Option<&str>,
        request: &CreateRequest,
    ) -> Result<CreateResponse, ClientError> {
        self.post(&["containers", "create"])
            .set_some("name", name)
            .set_some("platform", platform)
            .json(request)
            .document()
            .await
    }

    /// Everything about a container.
    pub async fn inspect_container(&self, id: &str) -> Result<Inspect, ClientError> {
        self.get(&["containers", id, "json"]).document().await
    }

    /// The same as the daemon wrote it, also with fields that this client does not know.
    pub async fn inspect_container_raw(&self, id: &str, size: bool) -> Result<Bytes, ClientError> {
        let call = self.get(&["containers", id, "json"]).set_if("size", size);
        call.send().await?.bytes().await
    }

    /// Starts a container.
    pub async fn start_container(&self, id: &str, detach_keys: Option<&str>) -> Result<(), ClientError> {
        self.post(&["containers", id, "start"])
            .set_some("detachKeys", detach_keys)
            .done()
            .await
    }

    /// Sends a request to tell how a container ends, and returns when the daemon has taken it. `condition` is
    /// `not-running`, `next-exit` or `removed`.
    pub async fn wait_container(&self, id: &str, condition: &str) -> Result<Waiting<'_>, ClientError> {
        self.post(&["containers", id, "wait"])
            .set("condition", condition)
            .send()
            .await
            .map(Waiting)
    }

    /// Takes part in a container's streams. `terminal` says whether it has one.
    pub async fn attach_container(
        &self,
        id: &str,
        options: &AttachOptions,
        terminal: bool,
    ) -> Result<Hijacked, ClientError> {
        self.post(&["containers", id, "attach"])
            .set("stream", 1)
            .set_if("stdin", options.stdin)
            .set_if("stdout", options.stdout)
            .set_if("stderr", options.stderr)
            .set_if("logs", options.logs)
            .set_some("detachKeys", options.detach_keys.as_deref())
            .hijack(Some(terminal))
            .await
    }

    /// Reads what a container wrote.
    pub async fn container_logs(
        &self,
        id: &str,
        options: &LogOptions,
        terminal: bool,
    ) -> Result<Output, ClientError> {
        let answer = self
            .get(&["containers", id, "logs"])
            .set("stdout", 1)
            .set("stderr", 1)
            .set_if("follow", options.follow)
            .set_if("timestamps", options.timestamps)
            .set_if("details", options.details)
            .set_some("tail", options.tail.as_deref())
            .set_some("since", options.since.as_deref())
            .set_some("until", options.until.as_deref())
            .send()
            .await?;
        Ok(answer.output(terminal))
    }

    /// What a container uses: once, or each second.
    pub async fn container_stats(&self, id: &str, stream: bool) -> Result<JsonLines<Stats>, ClientError> {
        let answer = self
            .get(&["containers", id, "stats"])
            .set("stream", u8::from(stream))
            .send()
            .await?;
        Ok(answer.lines())
    }

    /// The processes of a container, as `ps` with these words shows them.
    pub async fn container_top(&self, id: &str, words: &[String]) -> Result<Top, ClientError> {
        self.get(&["containers", id, "top"])
            .set_some("ps_args", (!words.is_empty()).then(|| words.join(" ")))
            .document()
            .await
    }

    /// How a container's files differ from its image's.
    pub async fn container_changes(&self, id: &str) -> Result<Vec<Change>, ClientError> {
        let changes: Option<_> = self.get(&["containers", id, "changes"]).document().await?;
        Ok(changes.unwrap_or_default())
    }

    /// Sets the size of a container's terminal.
    pub async fn resize_container(&self, id: &str, rows: u16, columns: u16) -> Result<(), ClientError> {
        self.post(&["containers", id, "resize"])
            .set("h", rows)
            .set("w", columns)
            .done()
            .await
    }
}
