//! Components linked into one: found as programs are found, fused, and kept as an image.

use std::path::Path;

use sampan_distribution::client::Progress;
use sampan_image::unpack::UnpackOptions;
use sampan_image::{Exchange, PackOptions, Request, export_wasm};
use sampan_link::{Fused, Kept, LinkError, Part, Provider};
use sampan_runtime::{Inspection, Need};
use sampan_store::{Descriptor, ImageRecord, Lease, digest_of};
use sampan_types::links::Linked;
use sampan_types::platform::Kind;
use sampan_types::{Algorithm, Digest, Limits, Platform, Reference};

use crate::containers::{PullPolicy, Target};
use crate::engine::Engine;
use crate::error::EngineError;
use crate::inspect::bounded;

/// What is to be linked.
#[derive(Clone, Debug)]
pub struct LinkRequest {
    /// The component whose exports the result has.
    pub app: Target,
    /// Those that serve its imports, with the import that each is meant for, in the order in which they wrap.
    pub with: Vec<(Option<String>, Target)>,
    /// The part of images that is meant.
    pub platform: Option<Platform>,
    /// When images are fetched.
    pub pull: PullPolicy,
}

/// How images are had.
struct How<'h> {
    platform: Option<&'h Platform>,
    pull: PullPolicy,
    progress: &'h dyn Progress,
}

/// Components that were linked, and not yet written anywhere.
#[derive(Debug)]
pub struct LinkedProgram {
    fused: Fused,
    before: Inspection,
    after: Inspection,
    app: App,
}

/// Where the first part came from.
#[derive(Debug)]
enum App {
    File {
        title: Option<String>,
    },
    Image {
        record: Box<ImageRecord>,
        platform: Option<Platform>,
        _lease: Lease,
    },
}

impl LinkedProgram {
    /// The component.
    pub fn bytes(&self) -> &[u8] {
        &self.fused.bytes
    }

    /// Its digest.
    pub fn digest(&self) -> Digest {
        digest_of(Algorithm::Sha256, &self.fused.bytes)
    }

    /// What it was made from.
    pub fn linked(&self) -> &Linked {
        &self.fused.linked
    }

    /// What the first part could ask for by itself.
    pub fn before(&self) -> &[Need] {
        &self.before.needs
    }

    /// What the result could ask for.
    pub fn after(&self) -> &[Need] {
        &self.after.needs
    }

    /// The imports that came with the providers: what must be approved.
    pub fn added(&self) -> Vec<String> {
        self.fused.added()
    }

    /// What the result could ask for and the first part could not: a function of an interface that both import
    /// may be such a thing.
    pub fn added_needs(&self) -> Vec<&Need> {
        let before = |need: &&Need| !self.before.needs.iter().any(|other| other.what == need.what);
        self.after.needs.iter().filter(before).collect()
    }
}

impl Engine {
    /// Finds the parts and makes one component of them. Nothing is written.
    pub async fn link(
        &self,
        request: &LinkRequest,
        progress: &dyn Progress,
    ) -> Result<LinkedProgram, EngineError> {
        let how = How {
            platform: request.platform.as_ref(),
            pull: request.pull,
            progress,
        };
        let (first, app) = self.part(&request.app, &how).await?;
        let mut bytes = first.bytes.len() as u64;
        let mut providers: Vec<Provider> = Vec::new();
        for (import, target) in &request.with {
            let (mut part, _) = self.part(target, &how).await?;
            if providers.iter().any(|other| other.part.digest == part.digest) {
                part.bytes = Vec::new();
            }
            bytes = bytes.saturating_add(part.bytes.len() as u64);
            // Before the next one is read: all of them would fill the memory.
            sampan_link::room_for(bytes)?;
            providers.push(Provider {
                import: import.clone(),
                part,
            });
        }
        let runtime = self.runtime(Kind::Wasm)?;
        let before = runtime.inspect(&first.bytes)?;
        let fused = sampan_link::fuse(first, providers)?;
        // The whole is not larger than what runs.
        sampan_link::room_for(fused.bytes.len() as u64)?;
        Ok(LinkedProgram {
            after: runtime.inspect(&fused.bytes)?,
            fused,
            before,
            app,
        })
    }

    /// Compares what a component imports and exports of a package of WIT with the package, which is fetched where it
    /// is not here.
    pub async fn published(
        &self,
        component: &Target,
        package: &Target,
        platform: Option<&Platform>,
        progress: &dyn Progress,
    ) -> Result<Vec<Kept>, EngineError> {
        let how = How {
            platform,
            pull: PullPolicy::Never,
            progress,
        };
        let (component, _) = self.part(component, &how).await?;
        let how = How {
            platform: None,
            pull: PullPolicy::Missing,
            progress,
        };
        let (package, _) = self.part(package, &how).await?;
        Ok(sampan_link::published(component, package)?)
    }

    /// Keeps what was linked as an image: of a file an artifact, of an image the same with another program.
    pub fn keep_linked(
        &self,
        program: &LinkedProgram,
        name: &Reference,
        created: u64,
    ) -> Result<Descriptor, EngineError> {
        let labels = labels(program.linked());
        match &program.app {
            App::File { title } => {
                let options = PackOptions {
                    created,
                    annotations: labels,
                    title: title.clone(),
                    ..PackOptions::default()
                };
                let lease = self.store.lease()?;
                let packed = sampan_image::pack(&lease, program.bytes(), Some(&name.tagged()), &options)?;
                Ok(packed.descriptor)
            }
            App::Image { record, platform, .. } => {
                let lease = self.store.lease()?;
                let exchange = Exchange {
                    wasm: program.bytes(),
                    labels,
                    created,
                    created_by: "sampan link",
                };
                let of = platform.clone().map_or_else(Request::any, Request::on);
                let made =
                    sampan_image::exchange_program(&self.store, &lease, &record.descriptor, &of, &exchange)?;
                lease.images().tag(&name.tagged(), &made)?;
                Ok(made)
            }
        }
    }

    async fn part(&self, target: &Target, how: &How<'_>) -> Result<(Part, App), EngineError> {
        let (name, file, app) = match target {
            Target::File(path) => {
                let opened = crate::containers::open_program(path, &Limits::default());
                let file = opened.map_err(|error| match error {
                    // The limit of a run, which nobody can raise here.
                    EngineError::Limit { .. } => sampan_link::too_large().into(),
                    other => other,
                })?;
                let title = path.file_name().map(|name| name.to_string_lossy().into_owned());
                let name = title.clone().unwrap_or_else(|| path.display().to_string());
                (name, file, App::File { title })
            }
            Target::Image(reference) => {
                let platform = how.platform.cloned();
                let lease = self
                    .have_image(reference, platform.clone(), how.pull, how.progress)
                    .await?;
                let record = lease.images().resolve(reference)?;
                let of = platform.clone().map_or_else(Request::any, Request::on);
                let options = UnpackOptions::default();
                let (file, _) = export_wasm(&self.store, &lease, &record.descriptor, &of, &options)?;
                let app = App::Image {
                    record: Box::new(record),
                    platform,
                    _lease: lease,
                };
                (reference.familiar(), file, app)
            }
        };
        let read = |source| EngineError::Read {
            path: Path::new(&name).to_path_buf(),
            source,
        };
        let bytes = bounded(file).map_err(read)?;
        let bytes = self.runtime(Kind::Wasm)?.assemble(bytes)?;
        let digest = digest_of(Algorithm::Sha256, &bytes);
        Ok((Part { name, digest, bytes }, app))
    }
}

/// What an image says of the parts of its program.
fn labels(linked: &Linked) -> std::collections::BTreeMap<String, String> {
    let parts = linked.parts.iter().enumerate();
    parts
        .map(|(i, part)| {
            let serves = match part.serves.as_slice() {
                [] => String::new(),
                serves => format!(" serves {}", serves.join(", ")),
            };
            (
                format!("dev.sampan.link.{i}"),
                format!("{}@{}{serves}", part.name, part.digest),
            )
        })
        .collect()
}

impl From<LinkError> for EngineError {
    fn from(error: LinkError) -> Self {
        Self::Link(Box::new(error))
    }
}
