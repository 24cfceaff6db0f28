//! `moby.buildkit.v1.Control`: builds, their progress, and what is kept for later ones.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use futures::{Stream, StreamExt as _};
use tonic::{Request, Response, Status, Streaming};

use crate::builder::{Failure, Kept, Pruning};
use crate::builds::Build;
use crate::error::{BuildkitError, code};
use crate::exports::Exports;
use crate::kit::Shared;
use crate::proto::moby::buildkit::v1 as proto;
use crate::proto::moby::buildkit::v1::types::{BuildkitVersion, WorkerRecord};
use crate::proto::pb;
use crate::solve::Solver;

/// By this label clients tell that an image can be for several platforms.
const SEVERAL: &str = "org.mobyproject.buildkit.worker.snapshotter";

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
            solver.solve(&request.frontend, &options, None).await?;
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
        request: Request<proto::DiskUsageRequest>,
    ) -> Result<Response<proto::DiskUsageResponse>, Status> {
        let filters = filters(&request.into_inner().filter).map_err(|error| error.status())?;
        if let Some(name) = filters.keys().next() {
            let what = format!("the filter {name:?} of a list");
            return Err(BuildkitError::unsupported(what, "list all").status());
        }
        let kept = self.0.builder.kept().await.map_err(failed)?;
        let record = kept.into_iter().map(record).collect();
        Ok(Response::new(proto::DiskUsageResponse { record }))
    }

    async fn prune(
        &self,
        request: Request<proto::PruneRequest>,
    ) -> Result<Response<Self::PruneStream>, Status> {
        let request = request.into_inner();
        let keep = [request.reserved_space, request.max_used_space].into_iter().max();
        let unused_for = u64::try_from(request.keep_duration).unwrap_or(0);
        let pruning = Pruning {
            keep: keep.and_then(|bytes| u64::try_from(bytes).ok()).unwrap_or(0),
            unused_for: (unused_for > 0).then(|| Duration::from_nanos(unused_for)),
            filters: filters(&request.filter).map_err(|error| error.status())?,
        };
        let gone = self.0.builder.prune(pruning).await.map_err(failed)?;
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

/// `FIELD==VALUE`, `FIELD~=VALUE` and `FIELD`, joined by commas, as clients write filters.
fn filters(lines: &[String]) -> Result<BTreeMap<String, Vec<String>>, BuildkitError> {
    let mut all: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let words = lines.iter().flat_map(|line| line.split(','));
    for word in words.filter(|word| !word.is_empty()) {
        let pair = word.split_once("==").or_else(|| word.split_once("~="));
        let (name, value) = pair.unwrap_or((word, "true"));
        if name.contains(['=', '!', '~']) {
            return Err(BuildkitError::unsupported(
                format!("the filter {word:?}"),
                "ask for what a field is or begins with",
            ));
        }
        let value = value.trim_matches('"').to_owned();
        all.entry(name.to_owned()).or_default().push(value);
    }
    Ok(all)
}

fn record(kept: Kept) -> proto::UsageRecord {
    proto::UsageRecord {
        id: kept.id,
        mutable: kept.kind != "regular",
        in_use: kept.in_use,
        size: i64::try_from(kept.size).unwrap_or(i64::MAX),
        created_at: Some(kept.created.into()),
        last_used_at: kept.used.map(Into::into),
        usage_count: i64::try_from(kept.uses).unwrap_or(i64::MAX),
        description: kept.description,
        record_type: kept.kind,
        ..proto::UsageRecord::default()
    }
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
        labels: std::iter::once((SEVERAL.to_owned(), "sampan".to_owned())).collect(),
        platforms: platforms.collect(),
        buildkit_version: Some(version(shared)),
    }
}

#[cfg(test)]
mod tests {
    use super::filters;

    #[test]
    fn filters_are_read_as_clients_write_them() {
        let read = filters(&["id~=sha256:ab,type==regular,inuse".to_owned(), String::new()]).unwrap();
        assert_eq!(read["id"], ["sha256:ab"]);
        assert_eq!(read["type"], ["regular"]);
        assert_eq!(read["inuse"], ["true"]);
        assert!(filters(&["type!=regular".to_owned()]).is_err());
    }
}
