//! Containers from one state to another, in the order in which they depend on each other.

use sampan_api::container::Status;
use sampan_client::{ClientError, Stop};

use crate::graph::{self, Way};
use crate::host::Kind;
use crate::session::Session;
use crate::{ComposeError, Container, Host};

impl<H: Host> Session<'_, H> {
    /// Starts containers that are there already.
    pub async fn start(&self, services: &[String]) -> Result<(), ComposeError> {
        let selected = self.selected(services, false)?;
        let observed = self.observed().await?;
        for name in services {
            observed.one(name, None)?;
        }
        let errors = graph::each(self.project, &selected, Way::Up, |name| async move {
            self.start_service(&name, true).await
        });
        self.gathered(errors.await)
    }

    /// Stops containers; those that others depend on last.
    pub async fn stop(&self, services: &[String], timeout: Option<i64>) -> Result<(), ComposeError> {
        let selected = self.selected(services, true)?;
        let observed = self.observed().await?;
        let (observed, stop) = (
            &observed,
            &Stop {
                timeout,
                ..Stop::default()
            },
        );
        let errors = graph::each(self.project, &selected, Way::Down, |name| async move {
            let up = observed.of_service(&name).filter(|container| container.is_up());
            self.with_each(up, async |container| self.stop_one(container, stop).await)
                .await
        });
        self.gathered(errors.await)
    }

    pub(crate) async fn stop_one(&self, container: &Container, stop: &Stop) -> Result<(), ComposeError> {
        let stopped = self.client.stop_container(container.id(), stop).await;
        stopped.map_err(ComposeError::call("stop container", &container.name))?;
        self.done(Kind::Container, &container.name, "stopped");
        Ok(())
    }

    /// Stops a container where it runs, and removes it.
    pub(crate) async fn stop_and_remove(
        &self,
        container: &Container,
        timeout: Option<i64>,
        volumes: bool,
    ) -> Result<(), ComposeError> {
        self.stop_and_remove_quietly(container, timeout, volumes).await?;
        self.done(Kind::Container, &container.name, "removed");
        Ok(())
    }

    pub(crate) async fn stop_and_remove_quietly(
        &self,
        container: &Container,
        timeout: Option<i64>,
        volumes: bool,
    ) -> Result<(), ComposeError> {
        let stop = Stop {
            timeout,
            ..Stop::default()
        };
        if container.is_up() {
            match self.client.stop_container(container.id(), &stop).await {
                Err(error) if !error.is_not_found() => {
                    return Err(ComposeError::call("stop container", &container.name)(error));
                }
                _ => {}
            }
        }
        match self
            .client
            .remove_container(container.id(), volumes, false, true)
            .await
        {
            // Somebody else was faster, `--rm` for example.
            Err(error) if !error.is_not_found() => {
                Err(ComposeError::call("remove container", &container.name)(error))
            }
            _ => Ok(()),
        }
    }

    /// Stops containers and starts them again.
    pub async fn restart(
        &self,
        services: &[String],
        timeout: Option<i64>,
        no_deps: bool,
    ) -> Result<(), ComposeError> {
        let mut selected = self.selected(services, true)?;
        if !no_deps {
            let follows = |name: &&String| {
                let service = self.project.services.get(*name);
                service.is_some_and(|service| {
                    service
                        .depends_on
                        .iter()
                        .any(|(other, how)| how.restart && services.contains(other))
                })
            };
            let more: Vec<_> = self.project.services.keys().filter(follows).cloned().collect();
            selected.extend(more.into_iter().filter(|name| !services.contains(name)));
            selected.sort();
            selected.dedup();
        }
        let observed = self.observed().await?;
        let (observed, stop) = (
            &observed,
            &Stop {
                timeout,
                ..Stop::default()
            },
        );
        let errors = graph::each(self.project, &selected, Way::Up, |name| async move {
            self.wait_for_dependencies(self.project.service(&name)?).await?;
            self.with_each(observed.of_service(&name), async |container| {
                let restarted = self.client.restart_container(container.id(), stop).await;
                restarted.map_err(ComposeError::call("restart container", &container.name))?;
                self.done(Kind::Container, &container.name, "restarted");
                Ok(())
            })
            .await
        });
        self.gathered(errors.await)
    }

    /// Sends a signal to containers that run.
    pub async fn kill(&self, services: &[String], signal: Option<&str>) -> Result<(), ComposeError> {
        self.tell(
            services,
            Container::is_up,
            "signal container",
            "signalled",
            async |id| self.client.kill_container(id, signal).await,
        )
        .await
    }

    /// Holds containers up.
    pub async fn pause(&self, services: &[String]) -> Result<(), ComposeError> {
        let running = |container: &Container| container.summary.state == Status::Running;
        self.tell(services, running, "pause container", "paused", async |id| {
            self.client.pause_container(id).await
        })
        .await
    }

    /// Lets them go on.
    pub async fn unpause(&self, services: &[String]) -> Result<(), ComposeError> {
        let paused = |container: &Container| container.summary.state == Status::Paused;
        self.tell(services, paused, "unpause container", "unpaused", async |id| {
            self.client.unpause_container(id).await
        })
        .await
    }

    /// Makes a call for each container that is in a state, and tells of it.
    async fn tell(
        &self,
        services: &[String],
        in_state: impl Fn(&Container) -> bool,
        action: &'static str,
        done: &'static str,
        call: impl AsyncFn(&str) -> Result<(), ClientError>,
    ) -> Result<(), ComposeError> {
        let selected = self.selected(services, true)?;
        let observed = self.observed().await?;
        let meant = observed
            .of_services(&selected)
            .filter(|container| in_state(container));
        self.with_each(meant, async |container| {
            let called = call(container.id()).await;
            called.map_err(ComposeError::call(action, &container.name))?;
            self.done(Kind::Container, &container.name, done);
            Ok(())
        })
        .await
    }

    /// The containers that `rm` would take: those that do not run, or with `stop` all.
    pub async fn removable(&self, services: &[String], stop: bool) -> Result<Vec<Container>, ComposeError> {
        let selected = self.selected(services, true)?;
        let observed = self.observed().await?;
        let all = observed
            .containers
            .into_iter()
            .filter(|container| selected.contains(&container.service));
        Ok(all.filter(|container| stop || !container.is_up()).collect())
    }

    /// Removes them.
    pub async fn remove(&self, containers: &[Container], volumes: bool) -> Result<(), ComposeError> {
        self.with_each(containers, async |container| {
            self.stop_and_remove(container, None, volumes).await
        })
        .await
    }
}
