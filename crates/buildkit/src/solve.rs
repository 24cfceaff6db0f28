//! One build: the client's files in, an image out.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use sampan_types::{ErrorClass, Reference};
use tokio::sync::mpsc;
use tonic::Status;

use crate::builder::{Builder, Built, Failure, Password};
use crate::builds::Build;
use crate::error::{BuildkitError, code, with_line};
use crate::files::{ContextReader, give};
use crate::frontend::{self, Asked};
use crate::kit::BuildKit;
use crate::plan::Plan;
use crate::secrets::Secrets;
use crate::session::Session;
use crate::sources::From;
use crate::told::{Told, show};

/// How many lines wait for a slow reader.
const QUEUE: usize = 64;
/// How many registries a client is asked about.
const REGISTRIES: usize = 64;

/// Who builds, and for whom.
pub(crate) struct Solver<'s> {
    pub(crate) kit: &'s BuildKit,
    pub(crate) builder: &'s dyn Builder,
    pub(crate) owner: &'s str,
    pub(crate) build: &'s Build,
}

impl Solver<'_> {
    /// Builds what the options say, of what the session's client has or of what was given. What fails is told with the line
    /// of the Dockerfile where there is one.
    pub(crate) async fn solve(
        &self,
        frontend: &str,
        options: &HashMap<String, String>,
        given: Option<ContextReader>,
    ) -> Result<String, Status> {
        let status = |error: BuildkitError| error.status();
        check(frontend, options).map_err(status)?;
        let asked = frontend::read(options, &self.build.exports, given.is_some()).map_err(status)?;
        tokio::select! {
            built = Box::pin(self.run(asked, given)) => built,
            () = self.build.gone() => Err(Status::cancelled("context canceled")),
        }
    }

    async fn run(&self, mut asked: Asked, given: Option<ContextReader>) -> Result<String, Status> {
        let status = |error: BuildkitError| error.status();
        let session = match self.build.session.as_str() {
            "" => None,
            id => Some(self.kit.sessions.find(id, self.owner).await.map_err(status)?),
        };
        let (mut files, text) = self.sources(&asked, given).await.map_err(status)?;
        let dockerfile = text.as_deref().unwrap_or_default();
        let mut plan = match text {
            // The Dockerfile is in the archive; whoever builds finds it there.
            None => Plan::default(),
            Some(_) => Plan::read(dockerfile).map_err(|error| {
                let status = Status::new(code(ErrorClass::InvalidInput), error.to_string());
                with_line(status, &asked.filename, dockerfile, Some(error.line))
            })?,
        };
        plan.images.extend(asked.order.images.values().cloned());
        if let Some(session) = &session {
            asked.order.passwords = passwords(session, &plan).await;
            asked.order.secrets = Some(Arc::clone(session) as Arc<dyn Secrets>);
        }
        asked.order.dockerfile.clone_from(&text);
        asked.order.filename.clone_from(&asked.filename);

        let (to, from) = match &mut files {
            From::Given(reader) => (None, std::mem::take(reader)),
            _ => {
                let (to, from) = ContextReader::pair();
                (Some(to), from)
            }
        };
        let (lines, told) = mpsc::channel(QUEUE);
        let progress = &self.build.progress;
        let mut seen = Told::default();
        let order = asked.order;
        let tags = order.tags.clone();
        let (sent, built, open) = tokio::join!(
            self.send(&files, to),
            self.builder.build(order, from, lines),
            show(&plan, progress, told, &mut seen),
        );
        let failed = match (&sent, &built) {
            (Err(error), _) => Some(error.to_string()),
            (_, Err(failure)) => Some(failure.message.clone()),
            _ => None,
        };
        if let Some(open) = open {
            progress.end(&open.digest, open.cached, failed.as_deref());
        }
        sent.map_err(status)?;
        let built = built.map_err(|failure| {
            let Failure { message, class } = failure;
            let status = Status::new(code(class), message);
            with_line(status, &asked.filename, dockerfile, seen.line)
        })?;
        self.export(&built, &tags);
        let image = built.image.clone();
        self.give(session.as_deref(), built).await.map_err(status)?;
        Ok(image)
    }

    /// Sends the image's files to where the client wants them.
    async fn give(&self, session: Option<&Session>, built: Built) -> Result<(), BuildkitError> {
        let Some(files) = built.files.map(Arc::new) else {
            return Ok(());
        };
        let session = session.ok_or_else(|| BuildkitError::NoSession(self.build.session.clone()))?;
        let progress = &self.build.progress;
        for target in &self.build.exports.files {
            let name = match target.folder {
                true => "exporting to client directory",
                false => "exporting to client tarball",
            };
            let digest = progress.begin(&format!("give{}", target.number), name, Vec::new());
            let tell = |bytes, done| progress.status(&digest, "copying files", bytes, done);
            let given = give(session, target, &files, &|bytes| tell(bytes, false)).await;
            if let Ok(bytes) = &given {
                tell(*bytes, true);
            }
            let error = given.as_ref().err().map(ToString::to_string);
            progress.end(&digest, false, error.as_deref());
            given?;
        }
        Ok(())
    }

    /// Shows where the image went, and keeps what the client is told of it.
    fn export(&self, built: &Built, tags: &[Reference]) {
        let progress = &self.build.progress;
        let mut answer = HashMap::new();
        if self.build.exports.image {
            let digest = progress.begin("export", "exporting to image", Vec::new());
            progress.status(&digest, &format!("writing image {}", built.image), 0, true);
            for tag in tags {
                progress.status(&digest, &format!("naming to {tag}"), 0, true);
            }
            progress.end(&digest, false, None);
            // No digest of the configuration: clients would take that for the id, as dockerd's older store has it.
            answer.insert("containerimage.digest".to_owned(), built.image.clone());
            if !tags.is_empty() {
                let names: Vec<String> = tags.iter().map(ToString::to_string).collect();
                answer.insert("image.name".to_owned(), names.join(","));
            }
        }
        self.build.answer_with(answer);
    }
}

/// Which frontends there are. The one for Dockerfiles may be named as the image that BuildKit runs it from: the grammar is
/// the same one.
fn check(frontend: &str, options: &HashMap<String, String>) -> Result<(), BuildkitError> {
    let source = options.get("source").map(String::as_str).unwrap_or_default();
    match frontend {
        "dockerfile.v0" => Ok(()),
        "gateway.v0" if source.contains("docker/dockerfile") => Ok(()),
        "gateway.v0" => Err(BuildkitError::unsupported(
            format!("the frontend {source:?}"),
            "write a Dockerfile",
        )),
        "" => Err(BuildkitError::unsupported(
            "a graph of operations without a frontend",
            "write a Dockerfile",
        )),
        other => Err(BuildkitError::unsupported(
            format!("the frontend {other:?}"),
            "write a Dockerfile",
        )),
    }
}

/// Who the client is at the registries of the images that a Dockerfile names.
async fn passwords(session: &Session, plan: &Plan) -> BTreeMap<String, Password> {
    let named = plan
        .images
        .iter()
        .filter_map(|image| image.parse::<Reference>().ok());
    let registries: std::collections::BTreeSet<String> = named
        .map(|image| image.registry().to_owned())
        .take(REGISTRIES)
        .collect();
    let mut all = BTreeMap::new();
    for registry in registries {
        if let Some(password) = session.password(&registry).await {
            all.insert(registry, password);
        }
    }
    all
}
