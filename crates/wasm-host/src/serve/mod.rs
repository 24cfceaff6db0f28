//! Answers HTTP requests with components, an instance for each unless told otherwise. See `docs/design/serving.md`.

mod access;
mod address;
mod answer;
mod connection;
mod doors;
mod front;
mod instance;
mod link;
mod pace;
mod refusal;
mod routes;
mod service;
mod tls;
mod turn;
mod upload;
mod watched;

use std::fs::File;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use sampan_types::Serving;
use tokio::sync::{Semaphore, watch};

use crate::HostError;
use crate::guest::Template;
use crate::link::Handler;
use crate::ticker::Need;
use access::AccessLog;
use connection::Port;
use doors::Doors;
pub use front::Front;
use instance::Instances;
pub(crate) use pace::Pace;
use routes::Table;
use service::Service;
pub use tls::CertificateError;
use tls::Certificates;

/// How long requests that are under way may take once the server was asked to leave.
pub const DRAIN: Duration = Duration::from_secs(10);

/// So many places, of which each is for one at a time.
fn places(most: u64) -> Arc<Semaphore> {
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    Arc::new(Semaphore::new(most.min(Semaphore::MAX_PERMITS)))
}

/// What answers requests of one container.
pub(crate) struct Server {
    template: Template,
    handler: Handler,
    serving: Serving,
    front: Front,
    /// Where it listens, for itself and for those who answer beside it; nothing of one of those.
    owned: Option<Owned>,
}

/// Ports, and by which certificates and into which log they are answered.
struct Owned {
    listeners: Vec<TcpListener>,
    certificates: Option<Arc<Certificates>>,
    log: Option<Arc<AccessLog>>,
}

/// Where a server answers.
pub(crate) enum Place {
    /// On ports of its own.
    Ports {
        listeners: Vec<TcpListener>,
        access_log: Option<File>,
    },
    /// On those of another.
    Beside(Front),
}

impl Server {
    pub(crate) fn new(
        template: Template,
        handler: Handler,
        serving: Serving,
        place: Place,
    ) -> Result<Self, HostError> {
        let (front, owned) = match place {
            Place::Beside(front) => {
                front.expect_one();
                (front, None)
            }
            Place::Ports {
                listeners,
                access_log,
            } => {
                let certificates = match serving.tls.as_slice() {
                    [] => None,
                    files => Some(Certificates::new(files)?),
                };
                let log = access_log.map(AccessLog::new).transpose();
                let owned = Owned {
                    listeners,
                    certificates,
                    log: log.map_err(HostError::Thread)?,
                };
                (Front::new(), Some(owned))
            }
        };
        Ok(Self {
            template,
            handler,
            serving,
            front,
            owned,
        })
    }

    /// By which others answer on its ports.
    pub(crate) fn front(&self) -> Front {
        self.front.clone()
    }

    /// Answers until it is asked to leave and has finished what is under way. Dropping this ends all of it.
    pub(crate) async fn run(self, need: Need) -> wasmtime::Result<u8> {
        let (control, pace) = (self.template.control.clone(), self.template.pace.clone());
        // While this lives, instances may.
        let (_open, closing) = watch::channel(());
        let instances = Instances::new(self.template, self.handler, &self.serving, closing);
        // What cannot start at all shall not answer each request with that.
        drop(instances.make().await?);
        let Serving { routes, limits, .. } = self.serving.clone();
        let service = Arc::new(Service::new(instances, control.clone(), pace, need, self.serving));
        let Some(owned) = self.owned else {
            self.front.take_seat(routes, service);
            control.asked().await;
            // Its requests are those of the ports.
            let _ = tokio::time::timeout(DRAIN, self.front.over()).await;
            return Ok(0);
        };
        let _over = self.front.over_on_drop();
        let mut servers = tokio::select! {
            others = self.front.all() => others,
            () = control.asked() => return Ok(0),
        };
        servers.push((routes, service));
        let tls = owned
            .certificates
            .as_ref()
            .map(Certificates::acceptor)
            .transpose()?;
        let port = Arc::new(Port::new(Table::new(servers), limits, tls, owned.log));
        let doors = Doors::new(owned.listeners, port)?;
        match owned.certificates {
            None => doors.answer(&control).await,
            Some(certificates) => tokio::select! {
                () = doors.answer(&control) => {}
                () = certificates.follow() => {}
            },
        }
        Ok(0)
    }
}
