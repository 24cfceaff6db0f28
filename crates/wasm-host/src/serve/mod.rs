//! Answers HTTP requests with components, an instance for each unless told otherwise. See `docs/design/serving.md`.

mod access;
mod address;
mod answer;
mod connection;
mod counts;
mod doors;
mod front;
mod instance;
mod link;
mod pace;
mod refusal;
mod routes;
mod service;
mod tls;
mod trial;
mod turn;
mod upload;
mod versions;
mod watched;

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use sampan_types::Serving;
use tokio::sync::{Semaphore, watch};

use crate::HostError;
use crate::control::Control;
use crate::guest::Template;
use crate::link::Handler;
use crate::program::Program;
use crate::spec::Output;
use crate::ticker::Need;
use access::AccessLog;
use connection::Port;
use doors::Doors;
pub use front::Front;
pub(crate) use pace::Pace;
use routes::Table;
use service::Service;
pub use tls::CertificateError;
use tls::Certificates;
pub(crate) use versions::WeakVersions;
pub use versions::{NewVersion, Versions};

/// How long requests that are under way may take once the server was asked to leave.
pub const DRAIN: Duration = Duration::from_secs(10);

/// So many places, of which each is for one at a time.
fn places(most: u64) -> Arc<Semaphore> {
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    Arc::new(Semaphore::new(most.min(Semaphore::MAX_PERMITS)))
}

/// What answers requests of one container.
pub(crate) struct Server {
    versions: Versions,
    control: Arc<Control>,
    pace: Option<Arc<Pace>>,
    serving: Serving,
    front: Front,
    /// Where it listens, for itself and for those who answer beside it; nothing of one of those.
    owned: Option<Owned>,
    /// While this lives, instances may.
    _open: watch::Sender<()>,
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
        access_log: Option<Output>,
    },
    /// On those of another.
    Beside(Front),
}

impl Server {
    pub(crate) fn new(
        template: Template,
        program: &Program,
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
        let (open, closing) = watch::channel(());
        Ok(Self {
            control: template.control.clone(),
            pace: template.pace.clone(),
            versions: Versions::new(template, program, handler, &serving, closing),
            serving,
            front,
            owned,
            _open: open,
        })
    }

    /// By which others change what answers.
    pub(crate) fn versions(&self) -> WeakVersions {
        self.versions.weak()
    }

    /// By which others answer on its ports.
    pub(crate) fn front(&self) -> Front {
        self.front.clone()
    }

    /// Answers until it is asked to leave and has finished what is under way. Dropping this ends all of it.
    pub(crate) async fn run(self, need: Need) -> wasmtime::Result<u8> {
        let (control, pace) = (self.control.clone(), self.pace.clone());
        // What cannot start at all shall not answer each request with that.
        self.versions.begin(need.clone()).await?;
        let Serving { routes, limits, .. } = self.serving.clone();
        let service = Arc::new(Service::new(
            self.versions,
            control.clone(),
            pace,
            need,
            self.serving,
        ));
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
