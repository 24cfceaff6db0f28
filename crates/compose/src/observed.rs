//! What a project has at the daemon, found by labels.

use std::collections::BTreeMap;

use sampan_api::container::{Status, Summary};
use sampan_client::{Client, Filters, ListOptions};

use crate::{ComposeError, labels};

/// A container of a project.
#[derive(Clone, Debug)]
pub struct Container {
    /// As the daemon lists it.
    pub summary: Summary,
    /// Its name.
    pub name: String,
    /// The service it belongs to.
    pub service: String,
    /// Its number in that.
    pub number: u64,
    /// Whether it was made by `run`.
    pub one_off: bool,
}

impl Container {
    fn of(summary: Summary) -> Self {
        let label = |name: &str| summary.labels.get(name).cloned().unwrap_or_default();
        let name = summary
            .names
            .first()
            .map(|name| name.trim_start_matches('/').to_owned());
        Self {
            name: name.unwrap_or_default(),
            service: label(labels::SERVICE),
            number: label(labels::NUMBER).parse().unwrap_or(0),
            one_off: label(labels::ONE_OFF).eq_ignore_ascii_case("true"),
            summary,
        }
    }

    /// Its id.
    pub fn id(&self) -> &str {
        &self.summary.id
    }

    pub(crate) fn label(&self, name: &str) -> &str {
        self.summary.labels.get(name).map_or("", String::as_str)
    }

    /// Whether it runs, paused or not.
    pub fn is_up(&self) -> bool {
        matches!(
            self.summary.state,
            Status::Running | Status::Paused | Status::Restarting
        )
    }
}

/// All containers of a project.
#[derive(Clone, Debug, Default)]
pub struct Observed {
    /// By service and number.
    pub containers: Vec<Container>,
}

/// Conditions that a project's things fulfil.
pub(crate) fn of_project(project: &str) -> Filters {
    let mut filters = Filters::default();
    filters.add("label", &format!("{}={project}", labels::PROJECT));
    filters
}

impl Observed {
    /// Asks the daemon.
    pub async fn of(client: &Client, project: &str) -> Result<Self, ComposeError> {
        let options = ListOptions {
            all: true,
            filters: of_project(project),
            ..ListOptions::default()
        };
        let summaries = client.containers(&options).await?;
        let mut containers: Vec<_> = summaries.into_iter().map(Container::of).collect();
        containers.sort_by(|a, b| (&a.service, a.number, &a.name).cmp(&(&b.service, b.number, &b.name)));
        Ok(Self { containers })
    }

    /// Those of a service that `up` made.
    pub fn of_service<'o>(&'o self, service: &'o str) -> impl Iterator<Item = &'o Container> {
        self.containers
            .iter()
            .filter(move |container| container.service == service && !container.one_off)
    }

    /// Those of some services, or of all where none is named, without those of `run`.
    pub fn of_services<'o>(&'o self, services: &'o [String]) -> impl Iterator<Item = &'o Container> {
        self.containers
            .iter()
            .filter(|container| !container.one_off)
            .filter(move |container| services.is_empty() || services.contains(&container.service))
    }

    /// One of a service by its number; the first where none is given.
    pub fn one(&self, service: &str, number: Option<u64>) -> Result<&Container, ComposeError> {
        let is_meant = |container: &&Container| {
            container.service == service
                && !container.one_off
                && number.is_none_or(|number| container.number == number)
        };
        self.containers
            .iter()
            .find(is_meant)
            .ok_or_else(|| ComposeError::NoContainer {
                service: service.to_owned(),
                state: "such",
            })
    }
}

/// A project as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summed {
    /// Its name.
    pub name: String,
    /// How many containers are in which state: `running(2), exited(1)`.
    pub status: String,
    /// The files that it was made of.
    pub files: String,
}

/// All projects of a daemon.
pub async fn projects(client: &Client, all: bool) -> Result<Vec<Summed>, ComposeError> {
    let mut filters = Filters::default();
    filters.add("label", labels::PROJECT);
    filters.add("label", labels::CONFIG_HASH);
    let options = ListOptions {
        all: true,
        filters,
        ..ListOptions::default()
    };
    let mut found: BTreeMap<String, Vec<Container>> = BTreeMap::new();
    for container in client.containers(&options).await?.into_iter().map(Container::of) {
        found
            .entry(container.label(labels::PROJECT).to_owned())
            .or_default()
            .push(container);
    }
    let projects = found.into_iter().filter_map(|(name, containers)| {
        let mut states: BTreeMap<&str, usize> = BTreeMap::new();
        for container in &containers {
            *states.entry(container.summary.state.as_str()).or_default() += 1;
        }
        if !all && !containers.iter().any(Container::is_up) {
            return None;
        }
        let status: Vec<_> = states
            .iter()
            .map(|(state, count)| format!("{state}({count})"))
            .collect();
        let mut files: Vec<&str> = Vec::new();
        for container in &containers {
            for file in container.label(labels::CONFIG_FILES).split(',') {
                if !files.contains(&file) {
                    files.push(file);
                }
            }
        }
        Some(Summed {
            status: status.join(", "),
            files: files.join(","),
            name,
        })
    });
    Ok(projects.collect())
}
