//! `moby.buildkit.v1.frontend.LLBBridge`: how a client leads a build itself.

use std::collections::HashMap;
use std::sync::Arc;

use tonic::metadata::MetadataMap;
use tonic::{Code, Request, Response, Status};

use crate::builds::Build;
use crate::control::worker;
use crate::error::BuildkitError;
use crate::kit::Shared;
use crate::proto::moby::buildkit::v1::apicaps::ApiCap;
use crate::proto::moby::buildkit::v1::frontend as proto;
use crate::proto::moby::buildkit::v1::frontend::result::Result as Refs;
use crate::solve::Solver;

/// In which header a call says of which build it is.
const BUILD: &str = "buildkit-controlapi-buildid";
/// What a client may count on here. The rest it must do without, or refuse by itself.
const CAPABILITIES: [&str; 8] = [
    "solve.base",
    "solve.inlinereturn",
    "return",
    "returnmap",
    "statfile",
    "proto.refarray",
    "gateway.solve.evaluate",
    "gateway.evaluate",
];

pub(crate) struct Gateway(pub(crate) Arc<Shared>);

impl Gateway {
    async fn build(&self, metadata: &MetadataMap) -> Result<Arc<Build>, Status> {
        let id = metadata
            .get(BUILD)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        let found = self.0.kit.builds.find(id, &self.0.owner).await;
        found.map_err(|error| error.status())
    }
}

#[async_trait::async_trait]
impl proto::llb_bridge_server::LlbBridge for Gateway {
    async fn ping(&self, _: Request<proto::PingRequest>) -> Result<Response<proto::PongResponse>, Status> {
        let cap = |id: &&str| ApiCap {
            id: (*id).to_owned(),
            enabled: true,
        };
        Ok(Response::new(proto::PongResponse {
            frontend_api_caps: CAPABILITIES.iter().map(cap).collect(),
            // Those of graphs of operations, of which there are none here.
            llb_caps: Vec::new(),
            workers: vec![worker(&self.0)],
        }))
    }

    async fn solve(
        &self,
        request: Request<proto::SolveRequest>,
    ) -> Result<Response<proto::SolveResponse>, Status> {
        let build = self.build(request.metadata()).await?;
        let request = request.into_inner();
        let graph = request.definition.is_some_and(|one| !one.def.is_empty());
        if graph || !request.frontend_inputs.is_empty() {
            let what = "a graph of operations";
            return Err(BuildkitError::unsupported(what, "write a Dockerfile and send its files").status());
        }
        let mut options = request.frontend_opt;
        let registries = request
            .cache_imports
            .into_iter()
            .filter(|one| one.r#type == "registry");
        let names: Vec<String> = registries.filter_map(|mut one| one.attrs.remove("ref")).collect();
        if !names.is_empty() {
            options.entry("cache-from".to_owned()).or_insert(names.join(","));
        }
        let solver = Solver {
            kit: &self.0.kit,
            builder: &*self.0.builder,
            owner: &self.0.owner,
            build: &build,
        };
        let built = solver.solve(&request.frontend, &options, None).await?;
        let result = proto::Result {
            result: Some(Refs::Ref(proto::Ref { id: built, def: None })),
            metadata: HashMap::new(),
        };
        Ok(Response::new(proto::SolveResponse {
            r#ref: String::new(),
            result: Some(result),
        }))
    }

    async fn r#return(
        &self,
        request: Request<proto::ReturnRequest>,
    ) -> Result<Response<proto::ReturnResponse>, Status> {
        let build = self.build(request.metadata()).await?;
        build.return_with(match request.into_inner().error {
            None => Ok(()),
            Some(error) => {
                let details = prost::Message::encode_to_vec(&error);
                Err(Status::with_details(
                    Code::from(error.code),
                    error.message,
                    details.into(),
                ))
            }
        });
        Ok(Response::new(proto::ReturnResponse {}))
    }

    async fn stat_file(
        &self,
        _: Request<proto::StatFileRequest>,
    ) -> Result<Response<proto::StatFileResponse>, Status> {
        // Asked of the root alone, so that an image is built that is lazily made elsewhere: here it is there.
        Ok(Response::new(proto::StatFileResponse {}))
    }

    async fn evaluate(
        &self,
        _: Request<proto::EvaluateRequest>,
    ) -> Result<Response<proto::EvaluateResponse>, Status> {
        Ok(Response::new(proto::EvaluateResponse {}))
    }

    async fn inputs(
        &self,
        _: Request<proto::InputsRequest>,
    ) -> Result<Response<proto::InputsResponse>, Status> {
        Ok(Response::new(proto::InputsResponse::default()))
    }

    async fn warn(
        &self,
        request: Request<proto::WarnRequest>,
    ) -> Result<Response<proto::WarnResponse>, Status> {
        let build = self.build(request.metadata()).await?;
        let request = request.into_inner();
        let text = String::from_utf8_lossy(&request.short).into_owned();
        build.progress.warn(&request.digest, &text);
        Ok(Response::new(proto::WarnResponse {}))
    }

    async fn resolve_image_config(
        &self,
        _: Request<proto::ResolveImageConfigRequest>,
    ) -> Result<Response<proto::ResolveImageConfigResponse>, Status> {
        let what = "reading an image's configuration for a frontend of the client's own";
        Err(BuildkitError::unsupported(what, "write a Dockerfile").status())
    }
}
