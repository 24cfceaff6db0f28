//! Builds asked for by a request of the classic builder's route (`POST /build?version=2`), as docker 18.09 to 20.10 does:
//! the same solver, whose progress goes into the answer.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use futures::StreamExt as _;
use prost::Message as _;
use tokio::sync::mpsc;

use crate::builder::Builder;
use crate::builds::Build;
use crate::error::BuildkitError;
use crate::exports::Exports;
use crate::files::ContextReader;
use crate::kit::BuildKit;
use crate::proto::moby::buildkit::v1::Exporter;
use crate::solve::Solver;
use crate::uploads::Upload;

/// Tells such builds from each other; no client asks by these names.
static NEXT: AtomicU64 = AtomicU64::new(0);

/// What a request asks for.
#[derive(Debug, Default)]
pub struct BuildRequest {
    /// The session in which the client answers; empty where there is none.
    pub session: String,
    /// The frontend's options, by its own names.
    pub options: HashMap<String, String>,
    /// What becomes of the image: the exporter and what it is told. Nothing where it is kept for its cache alone.
    pub output: Option<(String, BTreeMap<String, String>)>,
    /// The files, where they do not come by the session.
    pub context: Option<ContextReader>,
}

/// What such a build tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Traced {
    /// A `moby.buildkit.v1.StatusResponse`, encoded.
    Status(Vec<u8>),
    /// The image's id.
    Image(String),
}

impl BuildKit {
    /// Has an archive wait for the build that names it.
    pub fn upload(&self, id: &str, owner: &str) -> Result<Upload, BuildkitError> {
        self.uploads.begin(id, owner)
    }

    /// The archive of this name, which may still be coming.
    pub async fn uploaded(&self, id: &str, owner: &str) -> Result<ContextReader, BuildkitError> {
        self.uploads.take(id, owner).await
    }

    /// Both ends of an archive.
    pub fn archive(&self) -> (Upload, ContextReader) {
        self.uploads.taken()
    }

    /// Builds, and tells of it until it is over. What fails is told by its words, as clients show them.
    pub async fn build(
        &self,
        asked: BuildRequest,
        builder: &dyn Builder,
        owner: &str,
        tell: mpsc::Sender<Traced>,
    ) -> Result<(), String> {
        let exporter = asked.output.map(|(kind, attrs)| Exporter {
            r#type: kind,
            attrs: attrs.into_iter().collect(),
        });
        let text = |error: BuildkitError| error.status().message().to_owned();
        let exports = Exports::read(exporter.as_slice()).map_err(text)?;
        let image = exports.image;
        let reference = format!("request-{}", NEXT.fetch_add(1, Ordering::Relaxed));
        let build = Build::new(&reference, owner, &asked.session, exports);
        let running = self.builds.begin(Arc::clone(&build)).map_err(text)?;
        let showing = async {
            let mut told = std::pin::pin!(Arc::clone(&build.progress).follow());
            while let Some(Ok(status)) = told.next().await {
                // Whoever is gone is told nothing; the build is ended by whoever runs it.
                let _ = tell.send(Traced::Status(status.encode_to_vec())).await;
            }
        };
        let building = async {
            let running = running;
            let solver = Solver {
                kit: self,
                builder,
                owner,
                build: &running.build,
            };
            solver.solve("dockerfile.v0", &asked.options, asked.context).await
        };
        let (built, ()) = tokio::join!(building, showing);
        let id = built.map_err(|status| status.message().to_owned())?;
        if image {
            let _ = tell.send(Traced::Image(id)).await;
        }
        Ok(())
    }
}
