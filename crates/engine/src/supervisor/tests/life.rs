use sampan_api::container::{RestartPolicy, Status, UpdateRequest};
use sampan_types::{ByteCount, Classified, ErrorClass};

use super::*;
use crate::supervisor::{EventQuery, ListQuery, RemoveOptions, StopOptions, SupervisorError};

fn policy(name: &str, most: i64) -> impl FnOnce(&mut Config, &mut HostConfig) {
    let policy = RestartPolicy {
        name: name.to_owned(),
        maximum_retry_count: most,
    };
    move |_, host| host.restart_policy = policy
}

#[tokio::test]
async fn a_container_is_created_started_awaited_inspected_and_removed() {
    let house = House::new();
    let s = house.open().await;
    let id = create(&s, "one", &["exit", "3"]).await;
    assert_eq!(
        s.inspect("one", false).await.unwrap().state.status,
        Status::Created
    );
    let next = s.wait(&id[..12], WaitCondition::NextExit).unwrap();
    s.start("/one").await.unwrap();
    assert_eq!(next.done().await.status_code, 3);
    let inspect = s.inspect("one", true).await.unwrap();
    assert_eq!(
        (inspect.state.status, inspect.state.exit_code),
        (Status::Exited, 3)
    );
    assert!(inspect.state.finished_at >= inspect.state.started_at);
    assert_eq!(inspect.name, "/one");
    assert_eq!(s.list(&ListQuery::default()).await.unwrap().len(), 0);
    let all = ListQuery {
        all: true,
        ..ListQuery::default()
    };
    assert!(s.list(&all).await.unwrap()[0].status.starts_with("Exited (3)"));
    let removed = s.wait("one", WaitCondition::Removed).unwrap();
    s.remove("one", RemoveOptions::default()).await.unwrap();
    assert_eq!(removed.done().await.status_code, 3);
    let error = s.inspect("one", false).await.unwrap_err();
    assert_eq!(error.to_string(), "No such container: one");
    until("the runtime has let go", async || house.world.len() == 0).await;
}

#[tokio::test]
async fn states_that_do_not_allow_a_request_say_so() {
    let house = House::new();
    let s = house.open().await;
    let missing = s
        .create(&me(), None, None, request(&[], |c, _| c.image = "absent".into()))
        .await;
    assert_eq!(missing.unwrap_err().to_string(), "No such image: absent:latest");
    let id = create(&s, "one", &["wait"]).await;
    let twice = s
        .create(&me(), Some("one"), None, request(&[], |_, _| {}))
        .await
        .unwrap_err();
    assert!(
        twice.to_string().contains("is already in use by container"),
        "{twice}"
    );
    assert!(matches!(
        s.stop("one", &StopOptions::default()).await,
        Err(SupervisorError::NotModified(_))
    ));
    assert_eq!(
        s.kill("one", None).await.unwrap_err().class(),
        ErrorClass::Conflict
    );
    assert_eq!(
        s.kill("one", None).await.unwrap_err().to_string(),
        format!("container {id} is not running")
    );
    s.start("one").await.unwrap();
    assert!(matches!(
        s.start("one").await,
        Err(SupervisorError::NotModified(_))
    ));
    let busy = s.remove("one", RemoveOptions::default()).await.unwrap_err();
    assert!(
        busy.to_string()
            .contains("stop the container before removing or force remove"),
        "{busy}"
    );
    s.pause("one").await.unwrap();
    assert_eq!(
        s.inspect("one", false).await.unwrap().state.status,
        Status::Paused
    );
    assert!(s.pause("one").await.is_err());
    s.unpause("one").await.unwrap();
    s.rename("one", "two").await.unwrap();
    assert!(s.inspect("one", false).await.is_err());
    let force = RemoveOptions {
        force: true,
        ..RemoveOptions::default()
    };
    s.remove("two", force).await.unwrap();
    assert!(matches!(
        s.remove(&id, force).await,
        Err(SupervisorError::NoContainer(_))
    ));
}

#[tokio::test]
async fn signals_tell_in_the_exit_code_and_stay_ended() {
    let house = House::new();
    let s = house.open().await;
    for (signal, code) in [("SIGTERM", 143), ("INT", 130), ("QUIT", 131), ("9", 137)] {
        let id = create_with(&s, &format!("s{signal}"), &["wait"], policy("always", 0)).await;
        s.start(&id).await.unwrap();
        let end = s.wait(&id, WaitCondition::NextExit).unwrap();
        s.kill(&id, Some(signal)).await.unwrap();
        assert_eq!(end.done().await.status_code, code, "{signal}");
        assert_eq!(s.inspect(&id, false).await.unwrap().state.status, Status::Exited);
    }
    s.start("sINT").await.unwrap();
    s.stop("sINT", &StopOptions::default()).await.unwrap();
    assert_eq!(finish(&s, "sINT").await, 143);
    s.restart("sINT", &StopOptions::default()).await.unwrap();
    assert!(s.inspect("sINT", false).await.unwrap().state.running);
}

#[tokio::test(start_paused = true)]
async fn restart_policies_start_again_as_often_as_they_say() {
    let house = House::new();
    let s = house.open().await;
    let id = create_with(&s, "three", &["exit", "1"], policy("on-failure", 3)).await;
    s.start(&id).await.unwrap();
    until("three runs more", async || {
        s.inspect(&id, false).await.unwrap().state.status == Status::Exited
    })
    .await;
    assert_eq!(s.inspect(&id, false).await.unwrap().restart_count, 3);
    assert_eq!(house.world.starts.load(std::sync::atomic::Ordering::Relaxed), 4);
    let well = create_with(&s, "well", &["exit", "0"], policy("on-failure", 3)).await;
    s.start(&well).await.unwrap();
    finish(&s, &well).await;
    assert_eq!(s.inspect(&well, false).await.unwrap().restart_count, 0);
    let always = create_with(&s, "always", &["exit", "0"], policy("always", 0)).await;
    let begun = tokio::time::Instant::now();
    s.start(&always).await.unwrap();
    until("many runs", async || {
        s.inspect(&always, false).await.unwrap().restart_count >= 8
    })
    .await;
    // 100 ms doubled each time: eight pauses are more than twelve seconds.
    assert!(
        begun.elapsed() >= Duration::from_millis(12_700),
        "{:?}",
        begun.elapsed()
    );
    s.stop(&always, &StopOptions::default()).await.unwrap();
    assert_eq!(
        s.inspect(&always, false).await.unwrap().state.status,
        Status::Exited
    );
}

#[tokio::test]
async fn one_that_goes_with_its_end_is_gone_and_events_come_in_order() {
    let house = House::new();
    let s = house.open().await;
    let mut events = s.events(EventQuery::default()).unwrap();
    let id = create_with(&s, "brief", &["exit", "5"], |_, host| host.auto_remove = true).await;
    let removed = s.wait(&id, WaitCondition::Removed).unwrap();
    s.start(&id).await.unwrap();
    assert_eq!(removed.done().await.status_code, 5);
    let mut actions = Vec::new();
    while actions.last().is_none_or(|last| last != "destroy") {
        let event = events.next().await.unwrap();
        if event.kind == "container" {
            assert_eq!(event.actor.attributes["name"], "brief");
            if event.action == "die" {
                assert_eq!(event.actor.attributes["exitCode"], "5");
            }
            actions.push(event.action.clone());
        }
    }
    assert_eq!(actions, ["create", "start", "die", "destroy"]);
    assert!(s.inspect(&id, false).await.is_err());
}

#[tokio::test]
async fn limits_are_changed_while_it_runs() {
    let house = House::new();
    let s = house.open().await;
    let id = create_with(&s, "cc", &["wait"], |_, host| host.memory = 1 << 20).await;
    s.start(&id).await.unwrap();
    let request = UpdateRequest {
        memory: 2 << 20,
        restart_policy: RestartPolicy {
            name: "always".into(),
            ..RestartPolicy::default()
        },
        ..UpdateRequest::default()
    };
    s.update(&id, request).await.unwrap();
    let inspect = s.inspect(&id, false).await.unwrap();
    assert_eq!(inspect.host_config.memory, 2 << 20);
    assert_eq!(inspect.host_config.restart_policy.name, "always");
    let limit = &inspect.sampan.unwrap()["Limits"]["memory"]["Limit"];
    assert_eq!(limit, &ByteCount::mib(2).to_string());
}

#[tokio::test]
async fn a_start_that_fails_is_told_and_leaves_nothing() {
    let house = House::new();
    let s = house.open().await;
    let id = create(&s, "bad", &["fail"]).await;
    assert!(s.start(&id).await.is_err());
    let state = s.inspect(&id, false).await.unwrap().state;
    assert_eq!((state.status, state.exit_code), (Status::Created, 128));
    assert!(!state.error.is_empty());
    let trap = create(&s, "trap", &["trap"]).await;
    s.start(&trap).await.unwrap();
    assert_eq!(finish(&s, &trap).await, 134);
    let state = s.inspect(&trap, false).await.unwrap().state;
    assert!(state.error.contains("unreachable"), "{}", state.error);
    assert_eq!(house.world.len(), 0);
}
