//! What others take away of the networks comes back: `nft flush ruleset`, a firewall that loads its rules anew, a bridge that
//! somebody removes or sets down. The kernel tells it, so nothing is looked at while nothing happens. While no daemon is there
//! nobody listens; the next one looks at everything once.

use std::collections::BTreeMap;
use std::sync::Weak;
use std::time::Duration;

use sampan_network::NetworkError;
use sampan_network::links::Links;
use sampan_network::watch::{Taken, Watch};
use sampan_runtime::NetworkPlace;

use super::{State, Wires, table};
use crate::warden::lock;

/// The pause behind a repair. Whoever takes away what is repaired, again and again, shall not keep a processor busy.
const BREATH: Duration = Duration::from_millis(50);

impl Wires {
    /// Listens from now on, if nobody does yet. Networks carry also where that cannot be.
    pub(super) fn watch(&self, state: &mut State) {
        if std::mem::replace(&mut state.watched, true) {
            return;
        }
        let wires = self.own.clone();
        // In this thread's namespace, which is also that of the thread that it starts.
        let begun = Watch::here().and_then(|watch| {
            let thread = std::thread::Builder::new().name("networks".to_owned());
            let thread = thread.spawn(move || listen(&wires, &watch));
            thread.map_err(|error| NetworkError::new("start a thread", error))
        });
        if let Err(error) = begun {
            tracing::warn!(%error, "what others take away of networks comes back with the next start alone");
        }
    }

    /// Repairs what may be gone. Most of what is told concerns others, or is what this engine did itself.
    fn mend(&self, taken: &Taken) -> Result<bool, NetworkError> {
        let mut state = lock(&self.state);
        let mut mended = false;
        if (taken.more || taken.tables.iter().any(|name| name == table::TABLE))
            && state.ruled.is_some()
            && !state.is_ruled()?
        {
            tracing::warn!(
                "somebody changed the table `{}` of nftables: it is written anew",
                table::TABLE
            );
            state.rule()?;
            mended = true;
        }
        if taken.more || taken.links.iter().any(|index| state.bridges.has(*index)) {
            mended |= self.mend_links(&mut state)?;
        }
        Ok(mended)
    }

    /// Makes bridges, what is in them and their addresses what they were. True where that was news.
    pub(super) fn mend_links(&self, state: &mut State) -> Result<bool, NetworkError> {
        let links = Links::here()?;
        let there = links.all()?;
        let used: BTreeMap<String, NetworkPlace> = state
            .wired
            .values()
            .flat_map(|one| &one.cables)
            .map(|cable| (cable.place.network.clone(), cable.place.clone()))
            .collect();
        let mut mended = false;
        for (network, place) in &used {
            let before = state.bridges.index(network);
            let index = state.bridges.mend(&links, &self.owner, place)?;
            if before != Some(index) {
                tracing::warn!(
                    network = place.title,
                    "somebody removed a bridge: it is made anew"
                );
                mended = true;
            }
            state.strangers.show_again(&links, network, index)?;
            let cables = state.wired.values().flat_map(|one| &one.cables);
            for cable in cables.filter(|cable| cable.place.network == *network) {
                // One that is gone took its other end with it, and a start of its container brings both.
                if let Some(link) = there.iter().find(|link| link.name == cable.outer)
                    && link.bridge != Some(index)
                {
                    links.put_into(link.index, index, !cable.place.wiring.together)?;
                    mended = true;
                }
            }
        }
        // Where nobody is, the next member brings it.
        let all: Vec<(String, u32)> = state.bridges.indices().collect();
        for (network, index) in all {
            if !there.iter().any(|link| link.index == index)
                && !used.contains_key(&network)
                && let Some(gone) = state.bridges.take(&network)
            {
                state.strangers.hide(&network)?;
                table::remove_bridge(&gone)?;
            }
        }
        Ok(mended)
    }
}

fn listen(wires: &Weak<Wires>, watch: &Watch) {
    loop {
        let taken = match watch.wait() {
            Ok(taken) => taken,
            Err(error) => {
                tracing::error!(%error, "what others take away of networks comes back with the next start alone");
                return;
            }
        };
        let Some(wires) = wires.upgrade() else { return };
        match wires.mend(&taken) {
            Ok(false) => {}
            Ok(true) => std::thread::sleep(BREATH),
            Err(error) => {
                tracing::error!(%error, "what somebody took away of the networks could not be brought back");
                std::thread::sleep(BREATH);
            }
        }
    }
}
