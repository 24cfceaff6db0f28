//! Work on services, side by side, in the order in which they depend on each other.

use std::collections::BTreeMap;
use std::future::Future;

use futures::future::join_all;
use tokio::sync::watch;

use crate::{ComposeError, Project};

/// Which way dependencies are followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// Those that others depend on come first.
    Up,
    /// They come last.
    Down,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Waits,
    Done,
    Failed,
}

/// Does work for each of some services. Where it fails for one, those that wait for it are left out, and told so; all
/// failures are given.
pub(crate) async fn each<F>(
    project: &Project,
    names: &[String],
    way: Way,
    work: impl Fn(String) -> F,
) -> Vec<ComposeError>
where
    F: Future<Output = Result<(), ComposeError>>,
{
    let states: BTreeMap<&str, watch::Sender<State>> = names
        .iter()
        .map(|name| (name.as_str(), watch::Sender::new(State::Waits)))
        .collect();
    let before = |name: &str| -> Vec<String> {
        let depends = |one: &str, other: &str| {
            project
                .services
                .get(one)
                .is_some_and(|service| service.depends_on.contains_key(other))
        };
        let comes_first = |other: &str| match way {
            Way::Up => depends(name, other),
            Way::Down => depends(other, name),
        };
        names.iter().filter(|other| comes_first(other)).cloned().collect()
    };
    let tasks = names.iter().map(|name| {
        let (states, work, before) = (&states, &work, before(name));
        async move {
            let mut failed = None;
            for other in &before {
                let Some(state) = states.get(other.as_str()) else {
                    continue;
                };
                let mut state = state.subscribe();
                let reached = state.wait_for(|state| *state != State::Waits).await;
                if reached.is_ok_and(|state| *state == State::Failed) {
                    failed = Some(other.clone());
                    break;
                }
            }
            let result = match failed {
                // On the way down everything is tried.
                Some(dependency) if way == Way::Up => Err(ComposeError::Dependency {
                    service: name.clone(),
                    dependency,
                    why: "failed".to_owned(),
                }),
                _ => work(name.clone()).await,
            };
            if let Some(state) = states.get(name.as_str()) {
                state.send_replace(if result.is_ok() {
                    State::Done
                } else {
                    State::Failed
                });
            }
            result
        }
    });
    join_all(tasks)
        .await
        .into_iter()
        .filter_map(Result::err)
        .collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;
    use crate::{Dependency, Service};

    fn project(edges: &[(&str, &[&str])]) -> (Project, Vec<String>) {
        let services = edges.iter().map(|(name, others)| {
            let depends_on = others
                .iter()
                .map(|&other| (other.to_owned(), Dependency::default()));
            let service = Service {
                depends_on: depends_on.collect(),
                ..Service::default()
            };
            ((*name).to_owned(), service)
        });
        let project = Project {
            services: services.collect(),
            ..Project::default()
        };
        let names = project.services.keys().cloned().collect();
        (project, names)
    }

    async fn order(way: Way, fails: &str) -> (Vec<String>, Vec<String>) {
        let (project, names) = project(&[("a", &["b", "c"]), ("b", &["d"]), ("c", &["d"]), ("d", &[])]);
        let seen = Mutex::new(Vec::new());
        let errors = each(&project, &names, way, |name| {
            seen.lock().unwrap().push(name.clone());
            let fails = fails == name;
            async move {
                tokio::task::yield_now().await;
                if fails {
                    Err(ComposeError::NoService(name))
                } else {
                    Ok(())
                }
            }
        })
        .await;
        (
            seen.into_inner().unwrap(),
            errors.iter().map(ToString::to_string).collect(),
        )
    }

    #[tokio::test]
    async fn what_others_need_comes_first_and_goes_last() {
        assert_eq!(order(Way::Up, "").await.0, ["d", "b", "c", "a"]);
        assert_eq!(order(Way::Down, "").await.0, ["a", "b", "c", "d"]);
    }

    #[tokio::test]
    async fn who_waits_for_what_failed_is_left_out_and_told() {
        let (seen, errors) = order(Way::Up, "b").await;
        assert_eq!(seen, ["d", "b", "c"]);
        assert_eq!(errors.len(), 2);
        assert!(
            errors
                .iter()
                .any(|error| error == "service `a` is not started: `b` failed")
        );
        assert_eq!(order(Way::Down, "b").await.0.len(), 4);
    }
}
