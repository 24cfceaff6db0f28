//! Taking hold of the state, and putting right what an earlier daemon left behind.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, RwLock};
use std::time::Duration;

use sampan_runtime::Container;
use sampan_types::platform::Kind;
use sampan_types::{ContainerId, Signal};
use serde::de::DeserializeOwned;

use super::SupervisorConfig;
use super::cell::Cell;
use super::error::{Result, SupervisorError};
use super::events::Events;
use super::execs::Execs;
use super::images::Images;
use super::index::Index;
use super::journal::{Contents, Journal};
use super::log::{LogPlace, LogPlan, Spares, Watcher};
use super::networks::{NetworkRecord, Networks};
use super::record::{MountKind, Record, State};
use super::shared::{Shared, Supervisor, keep_durable, random_hex};
use super::volumes::{Mounted, Stray, VolumeRecord, Volumes};
use crate::Engine;

/// Where the state lies under the store's root. Another format gets another name.
const STATE: &str = "daemon/v1";
/// How long what has ended may take to be forgotten on the way out.
const SETTLE: Duration = Duration::from_secs(5);
/// The key of this daemon's own id.
const SELF: &str = "self";

/// What the journal said.
#[derive(Default)]
struct Known {
    id: Option<String>,
    records: HashMap<ContainerId, Record>,
    states: HashMap<ContainerId, State>,
    volumes: Vec<VolumeRecord>,
    networks: Vec<NetworkRecord>,
}

impl Known {
    fn read(contents: &Contents) -> Self {
        let mut known = Self::default();
        for (key, json) in contents.iter() {
            let (kind, id) = key.split_once('/').unwrap_or((key, ""));
            match (kind, id.parse::<ContainerId>()) {
                ("c", Ok(id)) => known.records.extend(parse(key, json).map(|record| (id, record))),
                ("s", Ok(id)) => known.states.extend(parse(key, json).map(|state| (id, state))),
                ("v", _) => known.volumes.extend(parse(key, json)),
                ("n", _) => known.networks.extend(parse(key, json)),
                (SELF, _) => known.id = parse(key, json),
                _ => tracing::warn!(key, "a record of an unknown kind is passed over"),
            }
        }
        known
    }
}

/// A record that cannot be read is told of and passed over: it must not keep the others from being there.
fn parse<T: DeserializeOwned>(key: &str, json: &[u8]) -> Option<T> {
    serde_json::from_slice(json)
        .inspect_err(|error| tracing::error!(key, %error, "a record cannot be read"))
        .ok()
}

impl Supervisor {
    /// Opens the state under the store's root, takes hold of it, and puts right what an earlier daemon left behind.
    pub async fn open(engine: Arc<Engine>, config: SupervisorConfig) -> Result<Self> {
        // Else each container would be refused for it.
        LogPlan::parse(&config.log_driver, &config.log_options)?;
        let root = engine.store().root().to_owned();
        let state = root.join(STATE);
        let logs = state.join("logs");
        let (journal, contents) = Journal::open(&state)?;
        let damaged = contents.damaged;
        if damaged > 0 {
            tracing::error!(lines = damaged, "lines of the journal were damaged and are lost");
        }
        std::fs::create_dir_all(&logs).map_err(SupervisorError::io("create", &logs))?;
        let mut known = Known::read(&contents);
        drop(contents);
        let id = match known.id.take() {
            Some(id) => id,
            None => {
                let id = random_hex()?;
                journal.put(SELF, &id)?;
                id
            }
        };
        let me = Self {
            shared: Arc::new(Shared {
                engine,
                config,
                journal,
                spare_logs: Arc::new(Spares::open(&state.join("spares"))),
                logs,
                index: RwLock::new(Index::default()),
                execs: Execs::default(),
                volumes: Mutex::new(Volumes::new(root.join("volumes"))),
                mounted: Mounted::default(),
                networks: Mutex::new(Networks::default()),
                events: Events::default(),
                images: Images::default(),
                caches: super::build::Caches::open(&root),
                watcher: Arc::new(Watcher::start()),
                written: tokio::sync::Notify::new(),
                settling: tokio::sync::watch::Sender::default(),
                id,
            }),
        };
        me.fill(&mut known)?;
        me.reconcile(known).await?;
        me.remove_transient().await;
        me.settle_volumes().await;
        // What a damaged line spoke of looks like a leftover: this once, all of it stays for a person to look at.
        if damaged == 0 {
            me.remove_leftovers();
        }
        me.shared.sync_now().await?;
        tokio::spawn(keep_durable(Arc::downgrade(&me.shared)));
        Ok(me)
    }

    /// The engine beneath, for what concerns images.
    pub fn engine(&self) -> &Arc<Engine> {
        &self.shared.engine
    }

    /// Makes everything durable. Containers run on; what has ended, and was told so, leaves no process behind that waits
    /// for another daemon.
    pub async fn shutdown(&self) -> Result<()> {
        if tokio::time::timeout(SETTLE, self.shared.settling.closed())
            .await
            .is_err()
        {
            tracing::warn!("processes of containers that have ended wait for the next daemon");
        }
        self.shared.sync_now().await
    }

    /// Removes the containers of builds: nobody waits for them any more.
    async fn remove_transient(&self) {
        let options = super::RemoveOptions {
            force: true,
            volumes: true,
            link: false,
        };
        let cells = self.shared.cells().into_iter();
        for cell in cells.filter(|cell| cell.record().transient) {
            match self.remove_cell(&cell, options).await {
                Ok(()) => tracing::info!(id = cell.id.short(), "a container of a build was removed"),
                Err(error) => {
                    tracing::warn!(%error, id = cell.id.short(), "a container of a build stays");
                }
            }
        }
    }

    /// Networks and volumes.
    fn fill(&self, known: &mut Known) -> Result<()> {
        let mut networks = self.shared.networks();
        for record in known.networks.drain(..) {
            networks.insert(record);
        }
        networks.avoid(self.shared.engine.foreign_subnets());
        let defaults = &self.shared.config.defaults;
        networks.cut_from(defaults.address_pools.clone());
        networks.forwarded_by(defaults.forwarding);
        let used = known
            .states
            .values()
            .any(|state| state.endpoints.contains_key("bridge"));
        let changed = networks.changed_bridge(defaults, used)?;
        if used
            && defaults
                .bridge
                .address
                .is_some_and(|net| !networks.has_gateway(net))
        {
            tracing::warn!("`bip` has no effect while containers of the network `bridge` run");
        }
        for record in changed.into_iter().chain(networks.missing(defaults, random_hex)?) {
            self.shared
                .journal
                .put(&NetworkRecord::key(&record.id), &record)?;
            networks.insert(record);
        }
        let mut volumes = self.shared.volumes();
        for record in known.volumes.drain(..) {
            volumes.insert(record);
        }
        Ok(())
    }

    /// Brings together what the journal says of containers and what the runtimes have.
    async fn reconcile(&self, mut known: Known) -> Result<()> {
        let mut alive = HashMap::new();
        for kind in [Kind::Wasm, Kind::Linux, Kind::Windows] {
            if let Ok(runtime) = self.shared.engine.runtime(kind) {
                for survivor in runtime.survivors().await? {
                    alive.insert(survivor.id, survivor.container);
                }
            }
        }
        let mut cells = Vec::new();
        for (id, record) in known.records.drain() {
            let state = known.states.remove(&id).unwrap_or_default();
            cells.push(Cell::new(record, state));
        }
        // In the order in which they were made, so that those that are started again come in it.
        cells.sort_by_key(|cell| cell.record().created);
        for cell in &cells {
            self.adopt(cell)?;
        }
        for cell in &cells {
            let survivor = alive.remove(&cell.id);
            if survivor.is_some() && cell.state().running {
                let (record, endpoints) = (cell.record(), cell.state().endpoints);
                let places = self.shared.networks().places(&record, &endpoints);
                self.neighbour(&record, &places).await;
            }
            self.settle(cell, survivor).await;
        }
        for (id, stranger) in alive {
            tracing::warn!(id = id.short(), "a container that nobody knows is ended");
            end(&stranger).await;
        }
        let networks: Vec<String> = {
            let networks = self.shared.networks();
            networks.all().map(|held| held.record.id.clone()).collect()
        };
        for runtime in self.shared.engine.runtimes() {
            if let Err(error) = runtime.retain_networks(networks.clone()).await {
                tracing::warn!(%error, "what is left of networks could not be removed");
            }
        }
        Ok(())
    }

    fn adopt(&self, cell: &Arc<Cell>) -> Result<()> {
        let record = cell.record();
        cell.live().logged = true;
        let mut index = self.shared.index_mut();
        if let Err(error) = index.take_name(&record.name, &cell.id) {
            tracing::error!(%error, "two containers have one name; both stay");
        }
        index.insert(cell.clone());
        let mut volumes = self.shared.volumes();
        for mount in record.mounts.iter().filter(|m| m.kind == MountKind::Volume) {
            volumes.use_by(&mount.name, &cell.id);
        }
        drop(volumes);
        // Held from now on, so that its image is not collected under it.
        if let Err(error) = self.image_of_record(&record) {
            tracing::warn!(%error, id = cell.id.short(), "the image of a container cannot be read");
        }
        if let Some(second) = record.second()
            && let Err(error) = self.image_of_record(&second)
        {
            tracing::warn!(%error, id = cell.id.short(), "the image of a container's newer version cannot be read");
        }
        Ok(())
    }

    /// Settles what one container is.
    async fn settle(&self, cell: &Arc<Cell>, survivor: Option<Arc<dyn Container>>) {
        let state = cell.state();
        match (state.running, survivor) {
            // Between two runs: the pause begins anew.
            (true, None) if state.restarting => self.resume(cell),
            (true, Some(hold)) => self.take_over(cell, hold),
            (true, None) => self.lost(cell).await,
            (false, Some(hold)) => {
                // Its start was never answered, or its end is written down already.
                end(&hold).await;
                self.revive(cell);
            }
            (false, None) => self.revive(cell),
        }
    }

    /// Goes on with a container that runs, or has ended meanwhile.
    fn take_over(&self, cell: &Arc<Cell>, hold: Arc<dyn Container>) {
        let run = {
            let mut live = cell.live();
            live.hold = Some(hold.clone());
            live.run += 1;
            live.state.pid = hold.pid().map_or(0, i64::from);
            live.state.health = super::health::at_start(&live.record.config, None);
            let endpoints = live.state.endpoints.clone();
            self.shared.networks().keep(&cell.id, &endpoints);
            live.run
        };
        // The runtime asks for the next file, or for another way to the journal, of whoever is there.
        let record = cell.record();
        match self.logs_of(&record, &super::create::environment(&record.config, Vec::new())) {
            Ok(logs) => hold.keep_log(logs),
            Err(error) => tracing::warn!(%error, id = cell.id.short(), "a log goes on in one file"),
        }
        self.watch(cell, hold, run);
        self.watch_health(cell, run);
        self.settle_versions_later(cell, run);
        if record.kind == Kind::Linux && !record.networks.is_empty() {
            // It may have got another name just before the last daemon fell.
            let (me, cell) = (self.clone(), cell.clone());
            tokio::spawn(async move {
                if let Err(error) = me.names_changed(&cell).await {
                    tracing::warn!(%error, id = cell.id.short(), "a container keeps the names that it had in its networks");
                }
            });
        }
    }

    /// A container that ran, and that no runtime has: whatever hosted it is gone.
    async fn lost(&self, cell: &Arc<Cell>) {
        let run = {
            let mut live = cell.live();
            live.run += 1;
            live.run
        };
        let ending = Err(sampan_runtime::RuntimeError::Gone);
        self.ended(cell, run, &ending, sampan_types::Usage::default())
            .await;
        let (me, cell) = (self.clone(), cell.clone());
        tokio::spawn(async move { me.after(&cell, run).await });
    }

    /// Goes on with the pause between two runs.
    fn resume(&self, cell: &Arc<Cell>) {
        let (me, cell) = (self.clone(), cell.clone());
        let run = cell.live().run;
        tokio::spawn(async move {
            me.start_again(&cell, run, std::time::Duration::ZERO).await;
        });
    }

    /// A container at rest: one that was to go with its end goes now; one that always runs is started, as after a
    /// reboot.
    fn revive(&self, cell: &Arc<Cell>) {
        let (record, state) = (cell.record(), cell.state());
        let ended = !state.started.is_zero();
        if ended && record.host.auto_remove {
            let (me, cell) = (self.clone(), cell.clone());
            tokio::spawn(async move { me.auto_remove(&cell).await });
            return;
        }
        let starts = match record.host.restart_policy.name.as_str() {
            "always" => ended,
            "unless-stopped" => ended && !state.stopped_by_hand,
            _ => false,
        };
        if starts {
            let (me, cell) = (self.clone(), cell.clone());
            tokio::spawn(async move {
                let _gate = cell.gate.lock().await;
                match me.start_held(&cell, super::life::By::Policy).await {
                    Ok(()) | Err(SupervisorError::NotModified(_)) => {}
                    Err(error) => {
                        tracing::warn!(%error, id = cell.id.short(), "a container could not be started again");
                    }
                }
            });
        }
    }

    /// Removes logs, folders and volumes that nobody owns.
    fn remove_leftovers(&self) {
        let index = self
            .shared
            .index
            .read()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        for (name, path) in entries(&self.shared.logs) {
            if LogPlace::owner(&name).is_some_and(|id| !index.contains(&id)) {
                remove(&path, std::fs::remove_file(&path));
            }
        }
        self.stray_volumes();
        let orphans = self.shared.volumes().orphans(|id| index.contains(id));
        let owned: Vec<ContainerId> = index
            .all()
            .filter(|cell| cell.record().folder)
            .map(|cell| cell.id.clone())
            .collect();
        drop(index);
        for name in orphans {
            match self.remove_volume(&name) {
                Ok(()) => tracing::info!(name, "a volume of a container that is not there was removed"),
                Err(error) => tracing::warn!(%error, name, "a leftover volume could not be removed"),
            }
        }
        self.drop_folders_but(&owned);
    }
}

impl Supervisor {
    /// Removes what is left of volumes, and takes those up again whose record was lost: data is never removed because
    /// a line cannot be read.
    fn stray_volumes(&self) {
        let mut volumes = self.shared.volumes();
        for (name, path) in entries(volumes.root()) {
            if volumes.get(&name).is_some() {
                continue;
            }
            match volumes.stray(&name) {
                Stray::Leftover => remove(&path, std::fs::remove_dir_all(&path)),
                Stray::Foreign => {}
                Stray::Volume => {
                    let record = VolumeRecord {
                        name: name.clone(),
                        created: sampan_api::Time::now(),
                        labels: Default::default(),
                        options: Default::default(),
                        made_for: None,
                    };
                    tracing::warn!(name, "the record of a volume was lost; the volume stays");
                    match self.shared.journal.put(&VolumeRecord::key(&name), &record) {
                        Ok(()) => volumes.insert(record),
                        Err(error) => tracing::error!(%error, name, "a volume could not be written down"),
                    }
                }
            }
        }
    }
}

/// Ends a container and lets go of it.
async fn end(hold: &Arc<dyn Container>) {
    hold.kill(Signal::Kill);
    let _ = hold.wait().await;
    hold.release().await;
}

fn entries(folder: &std::path::Path) -> Vec<(String, PathBuf)> {
    std::fs::read_dir(folder).map_or_else(
        |_| Vec::new(),
        |entries| {
            entries
                .filter_map(|entry| {
                    let entry = entry.ok()?;
                    Some((entry.file_name().into_string().ok()?, entry.path()))
                })
                .collect()
        },
    )
}

fn remove(path: &std::path::Path, outcome: std::io::Result<()>) {
    match outcome {
        Ok(()) => tracing::info!(path = %path.display(), "a leftover was removed"),
        Err(error) => tracing::warn!(%error, path = %path.display(), "a leftover could not be removed"),
    }
}
