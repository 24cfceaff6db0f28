//! Versions and what they have answered, for people and for Prometheus.

use std::sync::Arc;
use std::time::Duration;

use sampan_api::deploy::{Bucket, Served, Version, Versions};
use sampan_runtime::Container;
use sampan_types::platform::Kind;
use sampan_types::serving::{Answering, BOUNDS};

use super::unless_ended;
use crate::supervisor::Supervisor;
use crate::supervisor::cell::Cell;
use crate::supervisor::error::{Result, SupervisorError};

/// How long one server may take to tell its numbers where all are asked.
const SILENCE: Duration = Duration::from_secs(1);

impl Supervisor {
    /// The versions of a server that runs, and what each has answered.
    pub async fn versions(&self, container: &str) -> Result<Versions> {
        let cell = self.shared.find(container)?;
        let hold = {
            let live = cell.live();
            live.hold.clone().filter(|_| live.state.running)
        };
        let hold = hold.ok_or_else(|| SupervisorError::not_running(&cell.id))?;
        self.told_versions(&cell, &hold).await
    }

    /// The versions of all servers that run, by the names of their containers.
    pub async fn all_versions(&self) -> Vec<(String, Versions)> {
        let mut all = Vec::new();
        for cell in self.shared.cells() {
            let hold = {
                let live = cell.live();
                let answers = live.state.running && live.record.kind == Kind::Wasm;
                live.hold.clone().filter(|_| answers)
            };
            let Some(hold) = hold else { continue };
            // Most are no servers, and one that is silent shall not keep the others from being told.
            let told = tokio::time::timeout(SILENCE, self.told_versions(&cell, &hold)).await;
            if let Ok(Ok(versions)) = told {
                all.push((cell.record().name.to_string(), versions));
            }
        }
        all
    }

    pub(super) async fn told_versions(
        &self,
        cell: &Arc<Cell>,
        hold: &Arc<dyn Container>,
    ) -> Result<Versions> {
        let answering = unless_ended(hold, hold.answering()).await?;
        let record = cell.record();
        let second = record.second();
        let of = |number: u64| {
            let known = std::iter::once(&*record).chain(&second);
            let mut known = known.filter(|version| version.versions.now == number);
            known
                .next()
                .map(|version| (version.config.image.clone(), version.image.digest.to_string()))
        };
        let versions = answering.into_iter().map(|one| {
            let (image, id) = of(one.version).unwrap_or_default();
            Version {
                version: one.version,
                image,
                id,
                weight: one.weight,
                instances: one.instances,
                served: served(&one),
            }
        });
        let versions = versions.collect();
        let memory_peak = hold.usage().await.memory.get();
        Ok(Versions {
            versions,
            memory_peak,
        })
    }
}

fn served(answering: &Answering) -> Served {
    let served = &answering.served;
    let mut below = 0;
    let histogram = BOUNDS.iter().zip(served.buckets).map(|(bound, count)| {
        below += count;
        Bucket {
            le: Duration::from_micros(*bound).as_secs_f64(),
            count: below,
        }
    });
    Served {
        histogram: histogram.collect(),
        requests: served.answered(),
        errors: served.statuses[4],
        statuses: served.statuses,
        cut: served.cut,
        seconds: Duration::from_micros(served.micros).as_secs_f64(),
    }
}
