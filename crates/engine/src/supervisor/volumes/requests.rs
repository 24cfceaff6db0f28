//! What is asked of volumes.

use sampan_api::container::Filters;
use sampan_api::volume::{CreateRequest, ListResponse, PruneReport, UsageData, Volume};
use sampan_api::{Strings, Time};
use sampan_types::ContainerId;

use super::options::Backing;
use super::{ANONYMOUS, VolumeRecord, check_name};
use crate::supervisor::error::{Result, SupervisorError, step};
use crate::supervisor::filters::Wanted;
use crate::supervisor::{Caller, Supervisor};

/// Why there is no such driver of volumes, where there is none.
pub(crate) fn unknown_driver(driver: &str) -> Option<String> {
    let known = matches!(driver, "" | "local");
    (!known).then(|| format!("error looking up volume plugin {driver}: plugin \"{driver}\" not found"))
}

impl Supervisor {
    /// Creates a volume, or gives back the one of that name.
    pub async fn volume_create(&self, caller: &Caller, request: CreateRequest) -> Result<Volume> {
        if let Some(why) = unknown_driver(&request.driver) {
            return Err(SupervisorError::NotFound(format!(
                "create {}: {why}",
                request.name
            )));
        }
        let options = request.driver_opts.unwrap_or_default();
        if super::options::backing(&request.name, &options)? != Backing::Own && !caller.host {
            return Err(SupervisorError::Denied(
                "folders and devices of the host cannot be mounted through this socket".to_owned(),
            ));
        }
        let mut labels = request.labels.unwrap_or_default();
        let name = match request.name.as_str() {
            "" => {
                labels.insert(ANONYMOUS.to_owned(), String::new());
                crate::supervisor::random_hex()?
            }
            name => name.to_owned(),
        };
        let record = self.make_volume(&name, labels, options, None)?;
        self.shared.sync_now().await?;
        Ok(self.shared.volumes().shown(&record))
    }

    /// Makes a volume where there is none of this name, perhaps for one container alone.
    pub(crate) fn make_volume(
        &self,
        name: &str,
        labels: Strings,
        options: Strings,
        made_for: Option<ContainerId>,
    ) -> Result<VolumeRecord> {
        check_name(name)?;
        let record = {
            let mut volumes = self.shared.volumes();
            if let Some(held) = volumes.get(name) {
                return Ok(held.record.clone());
            }
            let record = VolumeRecord {
                name: name.to_owned(),
                created: Time::now(),
                labels,
                options,
                made_for,
            };
            step!("supervisor::volume::folder");
            volumes.make_folder(name)?;
            let noted = (|| {
                step!("supervisor::volume::journal");
                self.shared.journal.put(&VolumeRecord::key(name), &record)?;
                Ok(())
            })();
            if let Err(error) = noted {
                // Nobody can have written into it yet.
                let _ = volumes.remove_folder(name);
                return Err(error);
            }
            volumes.insert(record.clone());
            record
        };
        self.volume_event(name, "create", Strings::new());
        Ok(record)
    }

    /// An unnamed volume outlives its container: nobody asked for its removal.
    pub(crate) fn leave_behind(&self, name: &str) -> Result<()> {
        let mut volumes = self.shared.volumes();
        let Some(held) = volumes.get(name).filter(|held| held.record.made_for.is_some()) else {
            return Ok(());
        };
        let record = VolumeRecord {
            made_for: None,
            ..held.record.clone()
        };
        self.shared.journal.put_end(&VolumeRecord::key(name), &record)?;
        volumes.replace(record);
        Ok(())
    }

    /// Lists volumes.
    pub async fn volume_list(&self, filters: &Filters) -> Result<ListResponse> {
        let wanted = Wanted::of(filters, &["dangling", "driver", "label", "name"])?;
        let dangling = wanted.flag("dangling")?;
        let volumes = self.shared.volumes();
        let chosen = volumes.all().filter(|held| {
            wanted.found("name", &held.record.name)
                && wanted.exact("driver", "local")
                && wanted.labels("label", &held.record.labels)
                && dangling.is_none_or(|dangling| dangling == held.users.is_empty())
        });
        Ok(ListResponse {
            volumes: chosen.map(|held| volumes.shown(&held.record)).collect(),
            warnings: None,
        })
    }

    /// Everything about a volume.
    pub fn volume_inspect(&self, name: &str) -> Result<Volume> {
        let volumes = self.shared.volumes();
        let held = volumes
            .get(name)
            .ok_or_else(|| SupervisorError::NoVolume(name.to_owned()))?;
        Ok(volumes.shown(&held.record))
    }

    /// Removes a volume with what is in it.
    pub async fn volume_remove(&self, name: &str, force: bool) -> Result<()> {
        match self.remove_volume(name) {
            Err(SupervisorError::NoVolume(_)) if force => return Ok(()),
            other => other?,
        }
        self.shared.sync_now().await
    }

    /// Removes a volume that nobody uses.
    pub(crate) fn remove_volume(&self, name: &str) -> Result<()> {
        {
            let mut volumes = self.shared.volumes();
            let held = volumes
                .get(name)
                .ok_or_else(|| SupervisorError::NoVolume(name.to_owned()))?;
            if !held.users.is_empty() {
                let mut users: Vec<&str> = held.users.iter().map(|id| id.as_str()).collect();
                users.sort_unstable();
                return Err(SupervisorError::Conflict(format!(
                    "remove {name}: volume is in use - [{}]",
                    users.join(", ")
                )));
            }
            volumes.unmount(&held.record)?;
            step!("supervisor::volume::journal");
            // First the name, then the files: what is left of them is removed by the next daemon.
            self.shared.journal.drop_keys(&[&VolumeRecord::key(name)])?;
            volumes.remove(name);
            if let Err(error) = volumes.remove_folder(name) {
                tracing::warn!(%error, name, "the files of a volume could not be removed; the next start tries again");
            }
        }
        self.volume_event(name, "destroy", Strings::new());
        Ok(())
    }

    /// Removes volumes that no container uses: those that nobody named, or all of them with the filter `all`.
    pub async fn volume_prune(&self, filters: &Filters) -> Result<PruneReport> {
        let wanted = Wanted::of(filters, &["all", "label", "label!"])?;
        let all = wanted.flag("all")?.unwrap_or(false);
        let unused: Vec<VolumeRecord> = self
            .shared
            .volumes()
            .all()
            .filter(|held| held.users.is_empty() && (all || held.record.is_anonymous()))
            .filter(|held| wanted.prunes(&held.record.labels))
            .map(|held| held.record.clone())
            .collect();
        let mut report = PruneReport::default();
        for record in unused {
            let path = self.shared.volumes().path(&record.name);
            let size = crate::supervisor::tree_size(&path);
            // Somebody may have begun to use it just now.
            if self.remove_volume(&record.name).is_ok() {
                report.space_reclaimed += size;
                report.volumes_deleted.push(record.name);
            }
        }
        self.shared.sync_now().await?;
        let reclaimed = report.space_reclaimed.to_string();
        let attributes = Strings::from([("reclaimed".to_owned(), reclaimed)]);
        self.shared.events.tell("volume", "prune", "", attributes);
        Ok(report)
    }

    /// All volumes with their sizes.
    pub(crate) fn volumes_with_sizes(&self) -> Vec<Volume> {
        let volumes = self.shared.volumes();
        let shown: Vec<(Volume, i64)> = volumes
            .all()
            .map(|held| (volumes.shown(&held.record), held.users.len() as i64))
            .collect();
        drop(volumes);
        shown
            .into_iter()
            .map(|(volume, ref_count)| {
                // A folder of the host is not the daemon's to count: dockerd says so by -1.
                let own = volume
                    .options
                    .as_ref()
                    .is_none_or(|options| !options.contains_key("device"));
                let size =
                    own.then(|| crate::supervisor::tree_size(std::path::Path::new(&volume.mountpoint)));
                let size = size.map_or(-1, |size| i64::try_from(size).unwrap_or(i64::MAX));
                Volume {
                    usage_data: Some(UsageData { ref_count, size }),
                    ..volume
                }
            })
            .collect()
    }

    pub(crate) fn volume_event(&self, name: &str, action: &str, mut attributes: Strings) {
        attributes.insert("driver".to_owned(), "local".to_owned());
        self.shared.events.tell("volume", action, name, attributes);
    }
}
