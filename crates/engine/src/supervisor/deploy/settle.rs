//! Brings what answers to what is written down: after a start, which begins with one version, and after a daemon that died
//! between writing down and doing.

use std::sync::Arc;

use sampan_runtime::Container;

use super::unless_ended;
use crate::supervisor::Supervisor;
use crate::supervisor::cell::Cell;
use crate::supervisor::error::Result;

impl Supervisor {
    /// The same in the background, where there can be a difference.
    pub(crate) fn settle_versions_later(&self, cell: &Arc<Cell>, run: u64) {
        if cell.record().versions.is_first() {
            return;
        }
        let (me, cell) = (self.clone(), cell.clone());
        tokio::spawn(async move {
            let _gate = cell.gate.lock().await;
            let hold = {
                let live = cell.live();
                live.hold
                    .clone()
                    .filter(|_| live.state.running && live.run == run)
            };
            let Some(hold) = hold else { return };
            if let Err(error) = me.settle_versions(&cell, &hold).await {
                tracing::warn!(%error, id = cell.id.short(), "a container answers with another version than it should");
            }
        });
    }

    /// What was checked once is not checked again.
    pub(super) async fn settle_versions(&self, cell: &Arc<Cell>, hold: &Arc<dyn Container>) -> Result<()> {
        let record = cell.record();
        if record.versions.is_first() {
            return Ok(());
        }
        let answering = unless_ended(hold, hold.answering()).await?;
        let now: Vec<(u64, u32)> = answering.iter().map(|one| (one.version, one.weight)).collect();
        let wanted = record.lineup();
        if now == wanted {
            return Ok(());
        }
        let second = record.second();
        for version in std::iter::once(&*record).chain(&second) {
            if !now.iter().any(|(number, _)| *number == version.versions.now) {
                let version = self.version_of(cell, version, None).await?;
                unless_ended(hold, hold.prepare(version)).await?;
            }
        }
        unless_ended(hold, hold.divide(wanted)).await
    }
}
