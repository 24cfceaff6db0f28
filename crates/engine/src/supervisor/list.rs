//! Lists of containers.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use sampan_api::container::{
    HealthSummary, NetworkSettingsSummary, PortSummary, Status, Summary, SummaryHostConfig,
};
use sampan_api::in_words;

use super::cell::Cell;
use super::clock;
use super::error::{Result, SupervisorError};
use super::filters::Wanted;
use super::record::{Record, State};
use super::{ListQuery, Supervisor};

const KNOWN: [&str; 17] = [
    "ancestor",
    "before",
    "exited",
    "expose",
    "health",
    "id",
    "is-task",
    "isolation",
    "label",
    "name",
    "network",
    "publish",
    "since",
    "status",
    "volume",
    "reference",
    "label!",
];

/// What the filters ask, parsed once for all containers.
struct Chosen<'q> {
    wanted: Wanted<'q>,
    all: bool,
    exited: Vec<i64>,
    images: Option<HashSet<String>>,
    before: Option<sampan_api::Time>,
    since: Option<sampan_api::Time>,
    publish: HashSet<String>,
    expose: HashSet<String>,
}

impl Supervisor {
    /// Lists containers, the newest first.
    pub async fn list(&self, query: &ListQuery) -> Result<Vec<Summary>> {
        let chosen = self.chosen(query)?;
        let mut cells: Vec<(sampan_api::Time, Arc<Cell>)> = self
            .shared
            .cells()
            .into_iter()
            .map(|cell| (cell.record().created, cell))
            .collect();
        cells.sort_by(|(a, one), (b, other)| b.cmp(a).then_with(|| one.id.cmp(&other.id)));
        let limit = usize::try_from(query.limit).ok().filter(|limit| *limit > 0);
        let mut linked = self.linked_names(&self.shared.cells());
        let mut list = Vec::new();
        let mut named = HashMap::new();
        for (_, cell) in cells {
            if limit.is_some_and(|limit| list.len() == limit) {
                break;
            }
            let (record, state, removed) = {
                let live = cell.live();
                (live.record.clone(), live.state.clone(), live.removed)
            };
            let theirs = query
                .domain
                .as_ref()
                .is_none_or(|domain| *domain == record.domain);
            if theirs && !removed && chosen.includes(&record, &state) {
                let mut summary = self.summary(&record, &state, query.size);
                let means = named
                    .entry(summary.image.clone())
                    .or_insert_with_key(|name| self.means(name));
                // The name went to another image, or away.
                if means.as_ref() != Some(&record.image.digest) {
                    summary.image.clone_from(&summary.image_id);
                }
                summary
                    .names
                    .extend(linked.remove(&cell.id).into_iter().flatten());
                list.push(summary);
            }
        }
        Ok(list)
    }

    fn chosen<'q>(&self, query: &'q ListQuery) -> Result<Chosen<'q>> {
        let wanted = Wanted::of(&query.filters, &KNOWN)?;
        let wrong =
            |key: &str, value: &str| SupervisorError::Invalid(format!("invalid filter '{key}={value}'"));
        let exited = wanted
            .get("exited")
            .iter()
            .map(|code| code.parse().map_err(|_| wrong("exited", code)));
        for value in wanted.get("status") {
            if !Status::ALL.iter().any(|status| status.as_str() == value) {
                return Err(wrong("status", value));
            }
        }
        for value in wanted.get("health") {
            if !["none", "starting", "healthy", "unhealthy"].contains(&value.as_str()) {
                return Err(wrong("health", value));
            }
        }
        wanted.flag("is-task")?;
        let moment = |key| -> Result<Option<sampan_api::Time>> {
            wanted
                .get(key)
                .iter()
                .map(|text| Ok(self.shared.find(text)?.record().created))
                .next()
                .transpose()
        };
        let images = match wanted.get("ancestor") {
            [] => None,
            // A name that nothing has is no error: then nothing was made from it.
            words => Some(
                words
                    .iter()
                    .filter_map(|word| Some(self.image(word, None).ok()?.descriptor.digest.to_string()))
                    .collect(),
            ),
        };
        Ok(Chosen {
            wanted,
            all: query.all
                || query.limit > 0
                || !wanted.get("status").is_empty()
                || !wanted.get("exited").is_empty(),
            exited: exited.collect::<Result<_>>()?,
            images,
            before: moment("before")?,
            since: moment("since")?,
            publish: ports(&wanted, "publish")?,
            expose: ports(&wanted, "expose")?,
        })
    }

    pub(crate) fn summary(&self, record: &Record, state: &State, size: bool) -> Summary {
        let (own, all) = if size { self.sizes(record) } else { (0, 0) };
        // As dockerd writes it, whatever else is in a word.
        let quoted = |word: &String| match word.contains(' ') {
            true => format!("'{word}'"),
            false => word.clone(),
        };
        let command: Vec<String> = std::iter::once(record.path.clone())
            .chain(record.args.iter().map(quoted))
            .collect();
        let networks = self.shared.networks().shown(record, state);
        Summary {
            id: record.id.to_string(),
            names: vec![format!("/{}", record.name)],
            image: record.config.image.clone(),
            image_id: record.image.digest.to_string(),
            command: command.join(" "),
            created: record.created.unix(),
            ports: shown_ports(state),
            size_rw: size.then_some(own),
            size_root_fs: size.then_some(all),
            labels: record.config.labels.clone(),
            state: state.status(),
            status: describe(state),
            host_config: SummaryHostConfig {
                network_mode: record.host.network_mode.clone(),
                annotations: record.host.annotations.clone(),
            },
            health: state.health.as_ref().map(|health| HealthSummary {
                status: health.status.clone(),
                failing_streak: health.failing_streak,
            }),
            network_settings: NetworkSettingsSummary { networks },
            mounts: record.mounts_shown(),
            ..Summary::default()
        }
    }
}

impl Chosen<'_> {
    fn includes(&self, record: &Record, state: &State) -> bool {
        let wanted = &self.wanted;
        let health = state
            .health
            .as_ref()
            .map_or("none", |health| health.status.as_str());
        let exited = self.exited.is_empty()
            || (!state.running && !state.started.is_zero() && self.exited.contains(&state.exit_code));
        let mounts = wanted.get("volume");
        let networks = wanted.get("network");
        (self.all || state.running)
            && self.before.is_none_or(|before| record.created < before)
            && self.since.is_none_or(|since| record.created > since)
            && (wanted.found("name", record.name.as_str())
                || wanted.found("name", &format!("/{}", record.name)))
            && wanted.begins("id", record.id.as_str())
            && wanted.labels("label", &record.config.labels)
            && wanted
                .get("is-task")
                .iter()
                .all(|task| task != "true" && task != "1")
            && exited
            && wanted.exact("status", state.status().as_str())
            && wanted.exact("health", health)
            && wanted.exact("isolation", &record.host.isolation)
            && (mounts.is_empty()
                || record.mounts.iter().any(|mount| {
                    mounts
                        .iter()
                        .any(|m| [&mount.name, &mount.source, &mount.destination].contains(&m))
                }))
            && (networks.is_empty()
                || record.networks.keys().any(|name| networks.contains(name))
                || state
                    .endpoints
                    .values()
                    .any(|endpoint| networks.iter().any(|n| endpoint.network.starts_with(n.as_str()))))
            && self
                .images
                .as_ref()
                .is_none_or(|images| images.contains(&record.image.digest.to_string()))
            && self.has_port(record, state)
    }

    fn has_port(&self, record: &Record, state: &State) -> bool {
        if self.publish.is_empty() && self.expose.is_empty() {
            return true;
        }
        let published = state.ports.iter().any(|(port, bindings)| {
            bindings.iter().flatten().any(|b| {
                self.publish
                    .contains(&format!("{}/{}", b.host_port, port.protocol))
            })
        });
        published
            || state
                .ports
                .keys()
                .chain(record.config.exposed_ports.keys())
                .any(|port| self.expose.contains(&port.to_string()))
    }
}

/// `80`, `80/udp` or `80-90/tcp`, each as its single ports.
fn ports(wanted: &Wanted<'_>, key: &str) -> Result<HashSet<String>> {
    let mut all = HashSet::new();
    for text in wanted.get(key) {
        let wrong = || SupervisorError::Invalid(format!("invalid filter '{key}={text}'"));
        let (range, protocol) = text.split_once('/').unwrap_or((text, "tcp"));
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        let first: u16 = first.parse().map_err(|_| wrong())?;
        let last: u16 = last.parse().map_err(|_| wrong())?;
        all.extend((first..=last).map(|port| format!("{port}/{protocol}")));
    }
    Ok(all)
}

fn shown_ports(state: &State) -> Vec<PortSummary> {
    if !state.running {
        return Vec::new();
    }
    let mut shown = Vec::new();
    for (port, bindings) in &state.ports {
        let kind = port.protocol.to_string();
        match bindings.as_deref() {
            None | Some([]) => shown.push(PortSummary {
                private_port: port.number,
                kind,
                ..PortSummary::default()
            }),
            Some(bindings) => shown.extend(bindings.iter().map(|binding| PortSummary {
                ip: binding.host_ip.clone(),
                private_port: port.number,
                public_port: binding.host_port.parse().unwrap_or(0),
                kind: kind.clone(),
            })),
        }
    }
    shown
}

/// The words of `docker ps`.
pub(crate) fn describe(state: &State) -> String {
    let ago = |moment| human(clock::elapsed(moment));
    match state.status() {
        Status::Paused => format!("Up {} (Paused)", ago(state.started)),
        Status::Restarting => format!("Restarting ({}) {} ago", state.exit_code, ago(state.finished)),
        Status::Running => {
            let health = state.health.as_ref().map(|health| match health.status.as_str() {
                "starting" => " (health: starting)".to_owned(),
                status => format!(" ({status})"),
            });
            format!("Up {}{}", ago(state.started), health.unwrap_or_default())
        }
        Status::Removing => "Removal In Progress".to_owned(),
        Status::Dead => "Dead".to_owned(),
        Status::Created => "Created".to_owned(),
        Status::Exited => format!("Exited ({}) {} ago", state.exit_code, ago(state.finished)),
    }
}

/// A span as Docker says it to people.
fn human(span: Duration) -> String {
    in_words(i64::try_from(span.as_secs()).unwrap_or(i64::MAX / 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_told_as_docker_does() {
        for (seconds, text) in [
            (0, "Less than a second"),
            (1, "1 second"),
            (59, "59 seconds"),
            (60, "About a minute"),
            (3599, "59 minutes"),
            (3600, "About an hour"),
            (86_400, "24 hours"),
            (86_400 * 3, "3 days"),
            (86_400 * 20, "2 weeks"),
            (86_400 * 100, "3 months"),
            (86_400 * 1000, "2 years"),
        ] {
            assert_eq!(human(Duration::from_secs(seconds)), text, "{seconds}");
        }
    }
}
