//! How far containers are.

use std::time::Duration;

use sampan_api::container::{Inspect, Status};
use sampan_client::ClientError;
use tokio::time::sleep;

use crate::session::Session;
use crate::{ComposeError, Condition, Container, Host, Service};

/// The time between two looks: short at first, because small programs are ready at once.
const LOOKS: [Duration; 5] = [
    Duration::from_millis(10),
    Duration::from_millis(20),
    Duration::from_millis(50),
    Duration::from_millis(100),
    Duration::from_millis(250),
];

fn pauses() -> impl Iterator<Item = Duration> {
    let last = LOOKS[LOOKS.len() - 1];
    LOOKS.into_iter().chain(std::iter::repeat(last))
}

/// How it says that it is; `none` where nobody asks it.
fn health(inspected: &Inspect) -> &str {
    let health = inspected.state.health.as_ref();
    health.map_or("none", |health| health.status.as_str())
}

fn ended(inspected: &Inspect) -> String {
    let code = inspected.state.exit_code;
    match inspected.state.error.as_str() {
        "" => format!("ended with exit code {code}"),
        error => format!("ended with exit code {code}: {error}"),
    }
}

impl<H: Host> Session<'_, H> {
    /// Waits until all that a service depends on is as far as it says.
    pub(crate) async fn wait_for_dependencies(&self, service: &Service) -> Result<(), ComposeError> {
        for (name, how) in &service.depends_on {
            if how.condition == Condition::Started || !self.project.services.contains_key(name) {
                continue;
            }
            let observed = self.observed().await?;
            let containers: Vec<&Container> = observed.of_service(name).collect();
            let mut why = containers.is_empty().then(|| "has no container".to_owned());
            for container in containers {
                if let Some(reason) = self.reached(container, how.condition).await? {
                    why = Some(reason);
                    break;
                }
            }
            match why {
                None => {}
                Some(why) if !how.required => {
                    self.warn(format!(
                        "service `{}` starts although `{name}` {why}",
                        service.name
                    ));
                }
                Some(why) => {
                    return Err(ComposeError::Dependency {
                        service: service.name.clone(),
                        dependency: name.clone(),
                        why,
                    });
                }
            }
        }
        Ok(())
    }

    /// Waits until a container is as far as it should be, or cannot be any more: then says why.
    async fn reached(
        &self,
        container: &Container,
        condition: Condition,
    ) -> Result<Option<String>, ComposeError> {
        let call = |error: ClientError| ComposeError::call("wait for container", &container.name)(error);
        if condition == Condition::Completed {
            let waiting = self
                .client
                .wait_container(container.id(), "not-running")
                .await
                .map_err(call)?;
            let end = waiting.end().await.map_err(call)?;
            return Ok((end.status_code != 0).then(|| format!("ended with exit code {}", end.status_code)));
        }
        for pause in pauses() {
            let inspected = self
                .client
                .inspect_container(container.id())
                .await
                .map_err(call)?;
            match (inspected.state.status, health(&inspected)) {
                (Status::Exited | Status::Dead | Status::Removing, _) => return Ok(Some(ended(&inspected))),
                (_, "healthy") => return Ok(None),
                (_, "unhealthy") => return Ok(Some("is unhealthy".to_owned())),
                (_, "none" | "") => return Ok(Some("has no healthcheck".to_owned())),
                _ => sleep(pause).await,
            }
        }
        Ok(None)
    }

    /// Waits until the containers of some services run, and are healthy where they tell.
    pub async fn wait_until_ready(
        &self,
        services: &[String],
        limit: Option<Duration>,
    ) -> Result<(), ComposeError> {
        let selected = self.selected(services, false)?;
        let observed = self.observed().await?;
        let containers: Vec<&Container> = observed.of_services(&selected).collect();
        let all = self.with_each(containers, async |container| self.ready(container).await);
        match limit {
            None => all.await,
            Some(limit) => match tokio::time::timeout(limit, all).await {
                Ok(result) => result,
                Err(_) => Err(ComposeError::NotReady {
                    container: self.project.name.clone(),
                    why: format!("is not ready after {} seconds", limit.as_secs()),
                }),
            },
        }
    }

    async fn ready(&self, container: &Container) -> Result<(), ComposeError> {
        let not_ready = |why: String| ComposeError::NotReady {
            container: container.name.clone(),
            why,
        };
        for pause in pauses() {
            let inspected = self.client.inspect_container(container.id()).await;
            let inspected = inspected.map_err(ComposeError::call("wait for container", &container.name))?;
            match (inspected.state.status, health(&inspected)) {
                // A task that others waited for is done.
                (Status::Exited, _) if inspected.state.exit_code == 0 && self.is_task(&container.service) => {
                    return Ok(());
                }
                (Status::Exited | Status::Dead | Status::Removing, _) => {
                    return Err(not_ready(ended(&inspected)));
                }
                (Status::Running, "none" | "" | "healthy") => return Ok(()),
                (_, "unhealthy") => return Err(not_ready("is unhealthy".to_owned())),
                _ => sleep(pause).await,
            }
        }
        Ok(())
    }

    /// Whether a service is one that others wait for to end.
    fn is_task(&self, name: &str) -> bool {
        let mut all = self.project.services.values();
        all.any(|service| {
            service
                .depends_on
                .get(name)
                .is_some_and(|how| how.condition == Condition::Completed)
        })
    }
}
