//! `moby.buildkit.v1.Control`: builds, their progress, and what is kept for later ones.

use std::pin::Pin;
use std::sync::Arc;

use futures::{Stream, StreamExt as _};
use tonic::{Request, Response, Status, Streaming};

use crate::builder::Failure;
use crate::builds::Build;
use crate::error::{BuildkitError, code};
use crate::frontend::Exports;
use crate::kit::Shared;
use crate::proto::moby::buildkit::v1 as proto;
use crate::proto::moby::buildkit::v1::types::{BuildkitVersion, WorkerRecord};
use crate::proto::pb;
use crate::solve::Solver;

type Told<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

pub(crate) struct Control(pub(crate) Arc<Shared>);

#[async_trait::async_trait]
impl proto::control_server::Control for Control {
    type PruneStream = Told<proto::UsageRecord>;
    type StatusStream = Told<proto::StatusResponse>;
    type SessionStream = Told<proto::BytesMessage>;

    async fn solve(
        &self,
        request: Request<proto::SolveRequest>,
    ) -> Result<Response<proto::SolveResponse>, Status> {
        let request = request.into_inner();
        let status = |error: BuildkitError| error.status();
        if request.definition.as_ref().is_some_and(|one| !one.def.is_empty()) {
            let what = "a graph of operations without a frontend";
            return Err(BuildkitError::unsupported(what, "write a Dockerfile").status());
        }
        let mut exporters = request.exporters;
        if exporters.is_empty() && !request.exporter_deprecated.is_empty() {
            exporters.push(proto::Exporter {
                r#type: request.exporter_deprecated,
                attrs: request.exporter_attrs_deprecated,
            });
        }
        let exports = Exports::read(&exporters).map_err(status)?;
        let build = Build::new(&request.r#ref, &self.0.owner, &request.session, exports);
        let running = self.0.kit.builds.begin(build).map_err(status)?;
        let build = &running.build;
        if request.frontend.is_empty() {
            // The client leads it, by the bridge, and says when it is done.
            build.returned().await?;
        } else {
            let mut options = request.frontend_attrs;
            if let Some(cache) = request.cache {
                let registries = cache.imports.into_iter().filter(|one| one.r#type == "registry");
                let names: Vec<String> = registries.filter_map(|mut one| one.attrs.remove("ref")).collect();
                if !names.is_empty() {
                    options.entry("cache-from".to_owned()).or_insert(names.join(","));
                }
            }
            let solver = Solver {
                kit: &self.0.kit,
                builder: &*self.0.builder,
                owner: &self.0.owner,
                build,
            };
            solver.solve(&request.frontend, &options).await?;
        }
        Ok(Response::new(proto::SolveResponse {
            exporter_response: build.answered(),
        }))
    }

    async fn status(
        &self,
        request: Request<proto::StatusRequest>,
    ) -> Result<Response<Self::StatusStream>, Status> {
        let reference = request.into_inner().r#ref;
        let build = self.0.kit.builds.find(&reference, &self.0.owner).await;
        let build = build.map_err(|error| error.status())?;
        let told = Arc::clone(&build.progress).follow();
        Ok(Response::new(told.boxed()))
    }

    async fn list_workers(
        &self,
        _: Request<proto::ListWorkersRequest>,
    ) -> Result<Response<proto::ListWorkersResponse>, Status> {
        let record = vec![worker(&self.0)];
        Ok(Response::new(proto::ListWorkersResponse { record }))
    }

    async fn info(&self, _: Request<proto::InfoRequest>) -> Result<Response<proto::InfoResponse>, Status> {
        Ok(Response::new(proto::InfoResponse {
            buildkit_version: Some(version(&self.0)),
        }))
    }

    async fn disk_usage(
        &self,
        _: Request<proto::DiskUsageRequest>,
    ) -> Result<Response<proto::DiskUsageResponse>, Status> {
        // What each step takes is not counted; `system df` says the same.
        Ok(Response::new(proto::DiskUsageResponse::default()))
    }

    async fn prune(
        &self,
        request: Request<proto::PruneRequest>,
    ) -> Result<Response<Self::PruneStream>, Status> {
        let request = request.into_inner();
        if let Some(filter) = request.filter.iter().find(|filter| !filter.is_empty()) {
            let what = format!("the filter {filter:?}");
            return Err(BuildkitError::unsupported(what, "prune without a filter").status());
        }
        let keep = [request.reserved_space, request.max_used_space].into_iter().max();
        let keep = keep.and_then(|bytes| u64::try_from(bytes).ok()).unwrap_or(0);
        let gone = self.0.builder.prune(keep).await.map_err(failed)?;
        // What a step alone took is not known, because steps share layers: the first one stands for all.
        let sizes = std::iter::once(gone.freed).chain(std::iter::repeat(0));
        let records: Vec<_> = gone.images.into_iter().zip(sizes).map(usage).map(Ok).collect();
        Ok(Response::new(futures::stream::iter(records).boxed()))
    }

    async fn session(
        &self,
        _: Request<Streaming<proto::BytesMessage>>,
    ) -> Result<Response<Self::SessionStream>, Status> {
        let what = "a session within a call";
        Err(BuildkitError::unsupported(what, "open it by `POST /session`").status())
    }
}

fn failed(failure: Failure) -> Status {
    Status::new(code(failure.class), failure.message)
}

fn usage((id, size): (String, u64)) -> proto::UsageRecord {
    proto::UsageRecord {
        id,
        size: i64::try_from(size).unwrap_or(i64::MAX),
        record_type: "regular".to_owned(),
        ..proto::UsageRecord::default()
    }
}

fn version(shared: &Shared) -> BuildkitVersion {
    BuildkitVersion {
        package: "sampan".to_owned(),
        version: shared.worker.version.clone(),
        revision: String::new(),
    }
}

/// What a client is told of who builds.
pub(crate) fn worker(shared: &Shared) -> WorkerRecord {
    let platforms = shared.worker.platforms.iter().map(|platform| pb::Platform {
        architecture: platform.architecture.clone(),
        os: platform.os.clone(),
        variant: platform.variant.clone().unwrap_or_default(),
        ..pb::Platform::default()
    });
    WorkerRecord {
        id: "sampan".to_owned(),
        platforms: platforms.collect(),
        buildkit_version: Some(version(shared)),
        ..WorkerRecord::default()
    }
}
