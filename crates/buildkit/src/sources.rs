//! Where the Dockerfile and the files of a build come from.

use std::sync::Arc;

use crate::error::BuildkitError;
use crate::files::{Ask, ContextReader, Parts, Patterns, broken, end, receive, small, upload};
use crate::frontend::{Asked, Context, Local};
use crate::session::Session;
use crate::solve::Solver;

/// The folder of the build's own files where others go beside it.
const OWN: &str = "context/";

/// Where the files come from.
pub(crate) enum From {
    /// Folders of the session's client: the build's own, and those that have names.
    Folders(Folder, Vec<Folder>),
    /// An archive from its standard input.
    Archive(Arc<Session>, String),
    /// An archive that is coming already.
    Given(ContextReader),
}

/// A folder of a client, and what of it is left out.
pub(crate) struct Folder {
    session: Arc<Session>,
    name: String,
    patterns: Patterns,
}

/// A Dockerfile's text, and what its `.dockerignore` says.
pub(crate) struct Texts {
    pub(crate) dockerfile: String,
    patterns: Patterns,
}

impl Solver<'_> {
    pub(crate) async fn session(&self, local: &Local) -> Result<Arc<Session>, BuildkitError> {
        let id = local.session.as_deref().unwrap_or(&self.build.session);
        self.kit.sessions.find(id, self.owner).await
    }

    /// Finds out where the files are. The Dockerfile is told where it does not lie in an archive.
    pub(crate) async fn sources(
        &self,
        asked: &Asked,
        given: Option<ContextReader>,
    ) -> Result<(From, Option<String>), BuildkitError> {
        match (&asked.context, given) {
            (Context::Local(local), _) => {
                let texts = self.texts(asked).await?;
                let own = Folder {
                    session: self.session(local).await?,
                    name: local.name.clone(),
                    patterns: texts.patterns,
                };
                let mut named = Vec::new();
                for (_, local) in &asked.named {
                    named.push(self.folder(local).await?);
                }
                Ok((From::Folders(own, named), Some(texts.dockerfile)))
            }
            _ if !asked.named.is_empty() => Err(BuildkitError::unsupported(
                "a named context beside an archive",
                "build from a folder",
            )),
            (Context::Upload(path), _) => {
                let session = self.kit.sessions.find(&self.build.session, self.owner).await?;
                Ok((From::Archive(session, path.clone()), None))
            }
            (Context::Given, Some(reader)) => Ok((From::Given(reader), None)),
            (Context::Given, None) => Err(BuildkitError::Invalid("a build needs a context".to_owned())),
        }
    }

    async fn folder(&self, local: &Local) -> Result<Folder, BuildkitError> {
        let session = self.session(local).await?;
        let text = ignore_of(&session, &local.name).await?;
        Ok(Folder {
            session,
            name: local.name.clone(),
            patterns: patterns(text)?,
        })
    }

    /// Sends the files on to whoever builds, where they are not coming already.
    pub(crate) async fn send(&self, files: &From, to: Option<Parts>) -> Result<(), BuildkitError> {
        let Some(to) = to else { return Ok(()) };
        let progress = &self.build.progress;
        let digest = progress.begin("context", "[internal] load build context", Vec::new());
        let tell = |bytes| progress.status(&digest, "transferring context:", bytes, false);
        let sent = match files {
            From::Folders(own, named) => folders(own, named, &to, &tell).await,
            From::Archive(session, path) => upload(session, path, &to).await,
            From::Given(_) => Ok(0),
        };
        match &sent {
            Ok(bytes) => progress.status(&digest, "transferring context:", *bytes, true),
            Err(error) => broken(&to, error).await,
        }
        let error = sent.as_ref().err().map(ToString::to_string);
        progress.end(&digest, false, error.as_deref());
        sent.map(drop)
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
                    let session = self.session(local).await?;
                    ignore_of(&session, &local.name).await?
                }
                (None, Context::Upload(_) | Context::Given) => None,
            };
            patterns(text)
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

/// All folders as one archive. Where there are several, each lies in a folder of its own.
async fn folders(
    own: &Folder,
    named: &[Folder],
    to: &Parts,
    tell: &(dyn Fn(u64) + Send + Sync),
) -> Result<u64, BuildkitError> {
    let place = |number: Option<usize>| match (number, named.is_empty()) {
        (_, true) => String::new(),
        (None, false) => OWN.to_owned(),
        (Some(number), false) => format!("{number}/"),
    };
    let all = std::iter::once((None, own)).chain(named.iter().enumerate().map(|(at, one)| (Some(at), one)));
    let mut sent = 0;
    for (number, folder) in all {
        let ask = Ask {
            folder: &folder.name,
            follow: &[],
            patterns: Some(&folder.patterns),
            beneath: &place(number),
        };
        let before = sent;
        sent += receive(&folder.session, ask, to, &|bytes| tell(before + bytes)).await?;
    }
    end(to).await;
    Ok(sent)
}

async fn ignore_of(session: &Session, folder: &str) -> Result<Option<String>, BuildkitError> {
    let name = ".dockerignore".to_owned();
    let mut found = small(session, folder, std::slice::from_ref(&name)).await?;
    Ok(found.remove(&name))
}

fn patterns(text: Option<String>) -> Result<Patterns, BuildkitError> {
    Patterns::read(&text.unwrap_or_default())
        .map_err(|error| BuildkitError::Invalid(format!("error reading .dockerignore: {error}")))
}
