//! What all connections share, and how each of both sorts is served.

use std::sync::Arc;

use http::HeaderMap;
use hyper::rt::{Read, Write};
use tonic::codegen::Service as _;

use crate::builder::Builder;
use crate::builds::Builds;
use crate::control::Control;
use crate::error::BuildkitError;
use crate::gateway::Gateway;
use crate::proto::grpc::health::v1::health_check_response::ServingStatus;
use crate::proto::grpc::health::v1::health_server::{Health, HealthServer};
use crate::proto::grpc::health::v1::{HealthCheckRequest, HealthCheckResponse};
use crate::proto::moby::buildkit::v1::control_server::ControlServer;
use crate::proto::moby::buildkit::v1::frontend::llb_bridge_server::LlbBridgeServer;
use crate::session::{self, Session, Sessions};
use crate::transport;
use crate::uploads::Uploads;

/// By which clients ask for the builds of before, of which nothing is kept.
const HISTORY: &str = "/moby.buildkit.v1.Control/ListenBuildHistory";

/// What clients are told of who builds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Worker {
    /// The version of the program.
    pub version: String,
    /// The platforms that can be built for.
    pub platforms: Vec<sampan_types::Platform>,
}

/// All sessions and builds.
#[derive(Clone, Debug, Default)]
pub struct BuildKit {
    pub(crate) sessions: Arc<Sessions>,
    pub(crate) builds: Arc<Builds>,
    pub(crate) uploads: Arc<Uploads>,
}

impl BuildKit {
    /// What must hold before a connection is handed over for a session, so that a refusal can still be told.
    pub fn admit(&self, headers: &HeaderMap, owner: &str) -> Result<(), BuildkitError> {
        self.sessions.admit(&session::id(headers)?, owner)
    }

    /// Keeps a connection on which a client answers, until it ends. `owner` is who the client is: builds of nobody else
    /// read from it.
    pub async fn session<T>(
        &self,
        connection: T,
        headers: &HeaderMap,
        owner: &str,
    ) -> Result<(), BuildkitError>
    where
        T: Read + Write + Unpin + Send + 'static,
    {
        let id = session::id(headers)?;
        let (channel, carrying) = transport::ask(connection).await?;
        let session = Arc::new(Session::new(id, owner.to_owned(), headers, channel));
        self.sessions.enter(Arc::clone(&session))?;
        let _leaving = Leaving(self, session);
        carrying.await.map_err(BuildkitError::Connection)
    }

    /// Answers a client that asks for builds, until its connection ends. What it asked for ends with it.
    pub async fn serve<T>(
        &self,
        connection: T,
        builder: Arc<dyn Builder>,
        worker: Worker,
        owner: &str,
    ) -> Result<(), BuildkitError>
    where
        T: Read + Write + Unpin,
    {
        let shared = Arc::new(Shared {
            kit: self.clone(),
            builder,
            worker,
            owner: owner.to_owned(),
        });
        let control = ControlServer::new(Control(Arc::clone(&shared)));
        let gateway = LlbBridgeServer::new(Gateway(shared));
        let health = HealthServer::new(Well);
        transport::answer(connection, move |request| {
            let (mut control, mut gateway, mut health) = (control.clone(), gateway.clone(), health.clone());
            async move {
                if request.uri().path() == HISTORY {
                    // An empty list, and its end.
                    return tonic::Status::ok("").into_http();
                }
                let service = request.uri().path().split('/').nth(1).unwrap_or_default();
                let answered = match service {
                    "moby.buildkit.v1.Control" => control.call(request).await,
                    "moby.buildkit.v1.frontend.LLBBridge" => gateway.call(request).await,
                    "grpc.health.v1.Health" => health.call(request).await,
                    other => {
                        let status = tonic::Status::unimplemented(format!("unknown service {other}"));
                        return status.into_http();
                    }
                };
                match answered {
                    Ok(answer) => answer,
                    Err(never) => match never {},
                }
            }
        })
        .await
    }
}

/// What the services of one connection share.
pub(crate) struct Shared {
    pub(crate) kit: BuildKit,
    pub(crate) builder: Arc<dyn Builder>,
    pub(crate) worker: Worker,
    pub(crate) owner: String,
}

/// Takes a session away when its connection ends.
struct Leaving<'k>(&'k BuildKit, Arc<Session>);

impl Drop for Leaving<'_> {
    fn drop(&mut self) {
        self.0.sessions.leave(&self.1);
    }
}

/// Says that all is well.
#[derive(Clone, Debug)]
struct Well;

#[async_trait::async_trait]
impl Health for Well {
    async fn check(
        &self,
        _: tonic::Request<HealthCheckRequest>,
    ) -> Result<tonic::Response<HealthCheckResponse>, tonic::Status> {
        let status = ServingStatus::Serving.into();
        Ok(tonic::Response::new(HealthCheckResponse { status }))
    }
}
