//! Building images.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE;
use http_body_util::BodyExt;
use hyper::header::HeaderValue;
use sampan_api::build::{BUILD_HEAD, BuildHead, PruneReport};
use sampan_api::progress::Message;

use crate::{Auth, Client, ClientError, Filters, JsonLines, Upload};

/// What a build is to be; what is empty is not said.
#[derive(Clone, Debug, Default)]
pub struct Build {
    /// The image's names.
    pub tags: Vec<String>,
    /// The Dockerfile's name in the context.
    pub dockerfile: String,
    /// `ARG` values; `None` where a name was said without one.
    pub arguments: BTreeMap<String, Option<String>>,
    /// Labels of the image.
    pub labels: BTreeMap<String, String>,
    /// The last stage.
    pub target: String,
    /// What images are for.
    pub platform: String,
    /// The network of `RUN` steps.
    pub network: String,
    /// Names that `RUN` steps know, as `NAME:ADDRESS`.
    pub hosts: Vec<String>,
    /// In bytes, for each `RUN` step.
    pub memory: u64,
    /// Of `/dev/shm`, in bytes.
    pub shm_size: u64,
    /// Nothing of earlier builds is used.
    pub no_cache: bool,
    /// Images are fetched also where they are here.
    pub pull: bool,
    /// Containers of steps stay.
    pub keep: bool,
    /// What goes before the archive: secrets, and the names of further contexts in it.
    pub head: BuildHead,
}

impl Client {
    /// Builds an image of a context. The last line with `aux` names it; a line with an error says that there is none.
    pub async fn build(
        &self,
        build: &Build,
        auths: &[Auth],
        context: Upload,
    ) -> Result<JsonLines<Message>, ClientError> {
        let said = |text: &String| (!text.is_empty()).then(|| text.clone());
        let number = |number: u64| (number > 0).then_some(number);
        let mut call = self
            .post(&["build"])
            .set("version", 1)
            .set_some("dockerfile", said(&build.dockerfile))
            .set_some("target", said(&build.target))
            .set_some("platform", said(&build.platform))
            .set_some("networkmode", said(&build.network))
            .set_some("memory", number(build.memory))
            .set_some("shmsize", number(build.shm_size))
            .set_if("nocache", build.no_cache)
            .set_if("pull", build.pull)
            .set("rm", u8::from(!build.keep));
        for tag in &build.tags {
            call = call.set("t", tag);
        }
        for host in &build.hosts {
            call = call.set("extrahosts", host);
        }
        if !build.arguments.is_empty() {
            let json = serde_json::to_string(&build.arguments).map_err(ClientError::RequestBody)?;
            call = call.set("buildargs", json);
        }
        if !build.labels.is_empty() {
            let json = serde_json::to_string(&build.labels).map_err(ClientError::RequestBody)?;
            call = call.set("labels", json);
        }
        if !auths.is_empty() {
            let by_address: BTreeMap<&str, &Auth> = auths
                .iter()
                .map(|auth| (auth.serveraddress.as_str(), auth))
                .collect();
            let json = serde_json::to_vec(&by_address).map_err(ClientError::RequestBody)?;
            let header =
                HeaderValue::from_str(&URL_SAFE.encode(json)).map_err(|e| ClientError::Request(e.into()))?;
            call = call.header("x-registry-config", header);
        }
        let (kind, context) = match build.head == BuildHead::default() {
            true => ("application/x-tar", context),
            false => {
                let json = serde_json::to_vec(&build.head).map_err(ClientError::RequestBody)?;
                // What is too long for its length is refused by the daemon.
                let length = u32::try_from(json.len()).unwrap_or(u32::MAX);
                let head = [length.to_be_bytes().to_vec(), json].concat();
                (BUILD_HEAD, context.behind(head.into()))
            }
        };
        let answer = call.body(kind, context.boxed_unsync()).send().await?;
        Ok(answer.lines())
    }

    /// Removes what builds keep, all but so many bytes.
    pub async fn prune_builds(
        &self,
        keep: u64,
        all: bool,
        filters: &Filters,
    ) -> Result<PruneReport, ClientError> {
        self.post(&["build", "prune"])
            .set("reserved-space", keep)
            .set_if("all", all)
            .filters(filters)
            .document()
            .await
    }
}
