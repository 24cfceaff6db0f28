//! One build: the client's files in, an image out.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use sampan_types::{ErrorClass, Reference};
use tokio::sync::mpsc;
use tonic::Status;

use crate::builder::{Builder, Built, Failure, Password};
use crate::builds::Build;
use crate::error::{BuildkitError, code, with_line};
use crate::files::{Ask, ContextReader, Parts, Patterns, broken, receive, small, upload};
use crate::frontend::{self, Asked, Context, Local};
use crate::kit::BuildKit;
use crate::plan::Plan;
use crate::secrets::Secrets;
use crate::session::Session;
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
    /// Builds what the options say. What fails is told with the line of the Dockerfile where there is one.
    pub(crate) async fn solve(
        &self,
        frontend: &str,
        options: &HashMap<String, String>,
    ) -> Result<Built, Status> {
        check(frontend, options).map_err(|error| error.status())?;
        let asked = frontend::read(options, &self.build.exports).map_err(|error| error.status())?;
        tokio::select! {
            built = Box::pin(self.run(asked)) => built,
            () = self.build.gone() => Err(Status::cancelled("context canceled")),
        }
    }

    async fn session(&self, local: &Local) -> Result<Arc<Session>, BuildkitError> {
        let id = local.session.as_deref().unwrap_or(&self.build.session);
        self.kit.sessions.find(id, self.owner).await
    }

    async fn run(&self, mut asked: Asked) -> Result<Built, Status> {
        let status = |error: BuildkitError| error.status();
        let session = self
            .kit
            .sessions
            .find(&self.build.session, self.owner)
            .await
            .map_err(status)?;
        let files = match &asked.context {
            Context::Local(local) => {
                From::Folder(self.session(local).await.map_err(status)?, local.name.clone())
            }
            Context::Upload(path) => From::Archive(path.clone()),
        };
        let (text, patterns) = match files {
            From::Folder(..) => {
                let texts = self.texts(&asked).await.map_err(status)?;
                (Some(texts.dockerfile), texts.patterns)
            }
            // The Dockerfile is in the archive; whoever builds finds it there.
            From::Archive(_) => (None, Patterns::default()),
        };
        let dockerfile = text.as_deref().unwrap_or_default();
        let plan = match text {
            None => Plan::default(),
            Some(_) => Plan::read(dockerfile).map_err(|error| {
                let status = Status::new(code(ErrorClass::InvalidInput), error.to_string());
                with_line(status, &asked.filename, dockerfile, Some(error.line))
            })?,
        };
        asked.order.passwords = passwords(&session, &plan).await;
        asked.order.secrets = Some(Arc::clone(&session) as Arc<dyn Secrets>);
        asked.order.dockerfile.clone_from(&text);
        asked.order.filename.clone_from(&asked.filename);

        let (to, from) = ContextReader::pair();
        let (lines, told) = mpsc::channel(QUEUE);
        let progress = &self.build.progress;
        let sending = self.send(&session, &files, &patterns, to);
        let mut seen = Told::default();
        let order = asked.order;
        let tags = order.tags.clone();
        let (sent, built, open) = tokio::join!(
            sending,
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
        Ok(built)
    }

    /// Sends the files on to whoever builds.
    async fn send(
        &self,
        session: &Session,
        files: &From,
        patterns: &Patterns,
        to: Parts,
    ) -> Result<u64, BuildkitError> {
        let progress = &self.build.progress;
        let digest = progress.begin("context", "[internal] load build context", Vec::new());
        let tell = |bytes| progress.status(&digest, "transferring context:", bytes, false);
        let sent = match files {
            From::Folder(from, folder) => {
                let ask = Ask {
                    folder,
                    follow: &[],
                    patterns: Some(patterns),
                };
                receive(from, ask, &to, &tell).await
            }
            From::Archive(path) => upload(session, path, &to).await,
        };
        match &sent {
            Ok(bytes) => progress.status(&digest, "transferring context:", *bytes, true),
            Err(error) => broken(&to, error).await,
        }
        let error = sent.as_ref().err().map(ToString::to_string);
        progress.end(&digest, false, error.as_deref());
        sent
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

    /// The Dockerfile, and what is left out of the context.
    async fn texts(&self, asked: &Asked) -> Result<Texts, BuildkitError> {
        let name = &asked.filename;
        let progress = &self.build.progress;
        let shown = format!("[internal] load build definition from {name}");
        let digest = progress.begin("definition", &shown, Vec::new());
        let reading = async {
            let session = self.session(&asked.dockerfile).await?;
            let own = format!("{name}.dockerignore");
            let mut wanted = vec![name.clone(), own.clone()];
            if name == "Dockerfile" {
                wanted.push(name.to_lowercase());
            }
            let mut found = small(&session, &asked.dockerfile.name, &wanted).await?;
            let text = found.remove(name).or_else(|| found.remove(&name.to_lowercase()));
            let Some(text) = text else {
                return Err(BuildkitError::Invalid(format!(
                    "failed to read dockerfile: open {name}: no such file or directory"
                )));
            };
            if text.trim().is_empty() {
                return Err(BuildkitError::Invalid(format!(
                    "the Dockerfile ({name}) cannot be empty"
                )));
            }
            Ok((text, found.remove(&own)))
        };
        let read: Result<_, BuildkitError> = reading.await;
        let error = read.as_ref().err().map(ToString::to_string);
        progress.end(&digest, false, error.as_deref());
        let (dockerfile, own) = read?;
        let digest = progress.begin("ignore", "[internal] load .dockerignore", Vec::new());
        let reading = async {
            let text = match (own, &asked.context) {
                (Some(own), _) => Some(own),
                (None, Context::Local(local)) => {
                    let name = ".dockerignore".to_owned();
                    let session = self.session(local).await?;
                    small(&session, &local.name, std::slice::from_ref(&name))
                        .await?
                        .remove(&name)
                }
                (None, Context::Upload(_)) => None,
            };
            Patterns::read(&text.unwrap_or_default())
                .map_err(|error| BuildkitError::Invalid(format!("error reading .dockerignore: {error}")))
        };
        let read = reading.await;
        let error = read.as_ref().err().map(ToString::to_string);
        progress.end(&digest, false, error.as_deref());
        Ok(Texts {
            dockerfile,
            patterns: read?,
        })
    }
}

/// Where the files come from.
enum From {
    /// A folder of the session's client.
    Folder(Arc<Session>, String),
    /// An archive from its standard input.
    Archive(String),
}

struct Texts {
    dockerfile: String,
    patterns: Patterns,
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
