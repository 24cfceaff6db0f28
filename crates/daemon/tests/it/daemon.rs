//! A daemon over a store of its own, which ends with the test.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use sampan_daemon::{DaemonConfig, DaemonError, Listen, Server};
use sampan_engine::supervisor::{Supervisor, SupervisorConfig};
use sampan_engine::{Engine, EngineConfig};
use sampan_store::Store;
use tempfile::TempDir;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::client::{Answer, Client, PATIENCE};
use crate::fake::Fake;

pub(crate) struct Daemon {
    pub(crate) dir: TempDir,
    pub(crate) engine: Arc<Engine>,
    pub(crate) places: Vec<String>,
    stop: Option<oneshot::Sender<()>>,
    running: JoinHandle<Result<(), DaemonError>>,
}

impl Daemon {
    pub(crate) async fn start() -> Self {
        Self::with(|_, _| {}).await
    }

    /// One whose configuration is changed before it starts.
    pub(crate) async fn with(change: impl FnOnce(&mut DaemonConfig, &Path)) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(&dir.path().join("root")).unwrap();
        let engine = Arc::new(Engine::new(EngineConfig::default(), store, vec![Arc::new(Fake)]));
        let supervisor = Supervisor::open(Arc::clone(&engine), SupervisorConfig::default())
            .await
            .expect("a supervisor");
        let mut config = DaemonConfig {
            listen: vec![Listen::Unix {
                path: dir.path().join("sock"),
                group: None,
            }],
            version: "0.1.0".to_owned(),
            ..DaemonConfig::default()
        };
        change(&mut config, dir.path());
        let server = Server::bind(config, Arc::new(supervisor))
            .await
            .expect("a server");
        let places = server.places().to_vec();
        let (stop, stopped) = oneshot::channel();
        let running = tokio::spawn(server.run(async {
            let _ = stopped.await;
        }));
        Self {
            dir,
            engine,
            places,
            stop: Some(stop),
            running,
        }
    }

    pub(crate) fn socket(&self) -> PathBuf {
        self.dir.path().join("sock")
    }

    pub(crate) async fn client(&self) -> Client {
        Client::connect(&self.socket()).await
    }

    /// One request on a connection of its own.
    pub(crate) async fn ask(&self, method: &str, path: &str, body: &str) -> Answer {
        self.client().await.ask(method, path, body).await
    }

    /// Makes an image of a program that does nothing; the runtime here does not look into it.
    pub(crate) fn image(&self, name: &str) {
        let file = self.dir.path().join("program.wasm");
        std::fs::write(&file, wat()).unwrap();
        self.engine
            .pack_image(&file, &name.parse().unwrap(), &Default::default())
            .unwrap();
    }

    /// Tells it to go and waits until it has.
    pub(crate) async fn stop(mut self) -> Result<(), DaemonError> {
        let _ = self.stop.take().expect("it runs").send(());
        tokio::time::timeout(PATIENCE, &mut self.running)
            .await
            .expect("it ends in time")
            .expect("it does not panic")
    }
}

/// `(module (func (export "_start")))`
fn wat() -> &'static [u8] {
    b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0\x03\x02\x01\0\x07\x0a\x01\x06_start\0\0\x0a\x04\x01\x02\0\x0b"
}
