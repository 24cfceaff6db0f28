use std::fs;

use sampan_api::container::Status;

use super::*;
use crate::supervisor::{ListQuery, RemoveOptions};

fn all() -> ListQuery {
    ListQuery {
        all: true,
        ..ListQuery::default()
    }
}

#[tokio::test]
async fn what_was_answered_is_there_after_a_kill_and_what_runs_is_found_again() {
    let house = House::new();
    let s = house.open().await;
    let running = create(&s, "running", &["wait"]).await;
    let ended = create(&s, "ended", &["exit", "7"]).await;
    let created = create(&s, "created", &["exit", "0"]).await;
    let lost = create(&s, "lost", &["wait"]).await;
    for id in [&running, &ended, &lost] {
        s.start(id).await.unwrap();
    }
    assert_eq!(finish(&s, &ended).await, 7);
    let gone = create(&s, "gone", &["exit", "0"]).await;
    s.remove(&gone, RemoveOptions::default()).await.unwrap();
    let address = |i: &sampan_api::container::Inspect| i.network_settings.ip_address.clone();
    let before = s.inspect(&running, false).await.unwrap();
    house.world.lose(&lost);
    let s = house.reopen(s).await;
    let now = s.inspect(&running, false).await.unwrap();
    assert!(now.state.running);
    assert_eq!(
        (address(&now), now.state.started_at),
        (address(&before), before.state.started_at)
    );
    assert_eq!(s.inspect(&ended, false).await.unwrap().state.exit_code, 7);
    assert_eq!(
        s.inspect(&created, false).await.unwrap().state.status,
        Status::Created
    );
    let state = s.inspect(&lost, false).await.unwrap().state;
    assert_eq!((state.status, state.exit_code), (Status::Exited, 137));
    assert!(!state.error.is_empty());
    assert!(s.inspect(&gone, false).await.is_err());
    // It is held as before: it ends, and its end is seen.
    s.kill(&running, None).await.unwrap();
    assert_eq!(finish(&s, &running).await, 137);
}

#[tokio::test]
async fn an_end_that_fell_into_the_gap_is_not_lost() {
    let house = House::new();
    let s = house.open().await;
    let id = create(&s, "cc", &["wait"]).await;
    let brief = create_with(&s, "brief", &["wait"], |_, host| host.auto_remove = true).await;
    s.start(&id).await.unwrap();
    s.start(&brief).await.unwrap();
    // Nobody of the old daemon may see it.
    let old = Arc::downgrade(&s.shared);
    for id in [&id, &brief] {
        s.shared.find(id).unwrap().live().run += 1;
    }
    drop(s);
    house.world.get(&id).end(sampan_types::Ending::Exited { code: 9 });
    house
        .world
        .get(&brief)
        .end(sampan_types::Ending::Exited { code: 9 });
    let s = house.reopen_when(old).await;
    until("the end", async || {
        s.inspect(&id, false)
            .await
            .is_ok_and(|i| i.state.exit_code == 9 && !i.state.running)
    })
    .await;
    until("the removal", async || s.inspect(&brief, false).await.is_err()).await;
    until("the release", async || house.world.len() == 0).await;
}

#[tokio::test]
async fn strangers_and_leftovers_are_cleared_away() {
    let house = House::new();
    let s = house.open().await;
    let id = create(&s, "cc", &["wait"]).await;
    s.start(&id).await.unwrap();
    let logs = house.root().join("daemon/v1/logs");
    assert_eq!(fs::read_dir(&logs).unwrap().count(), 1);
    let old = Arc::downgrade(&s.shared);
    s.shared.find(&id).unwrap().live().run += 1;
    drop(s);
    // A journal that knows of nothing: the container is a stranger's now.
    fs::remove_file(house.root().join("daemon/v1/journal")).unwrap();
    for folder in ["stray/_data", ".going-old/_data", "precious/_data"] {
        fs::create_dir_all(house.root().join("volumes").join(folder)).unwrap();
    }
    for file in [".going-old/_data/x", "precious/_data/x"] {
        fs::write(house.root().join("volumes").join(file), "x").unwrap();
    }
    let s = house.reopen_when(old).await;
    assert_eq!(house.world.len(), 0);
    assert_eq!(fs::read_dir(&logs).unwrap().count(), 0);
    // What a killed daemon left goes; data whose record was lost stays, and is a volume.
    let volumes = s.volume_list(&Default::default()).await.unwrap().volumes;
    assert_eq!(
        volumes.iter().map(|v| v.name.as_str()).collect::<Vec<_>>(),
        ["precious"]
    );
    assert_eq!(fs::read_dir(house.root().join("volumes")).unwrap().count(), 1);
    assert!(s.list(&all()).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_journal_cut_anywhere_opens_to_something_that_was_so() {
    let house = House::new();
    let s = house.open().await;
    let id = create(&s, "cc", &["exit", "4"]).await;
    s.start(&id).await.unwrap();
    finish(&s, &id).await;
    s.rename("cc", "dd").await.unwrap();
    s.remove("dd", RemoveOptions::default()).await.unwrap();
    let journal = house.root().join("daemon/v1/journal");
    let whole = fs::read(&journal).unwrap();
    let old = Arc::downgrade(&s.shared);
    drop(s);
    let mut last = Some(old);
    for cut in (0..=whole.len()).step_by(97).chain([whole.len()]) {
        fs::write(&journal, &whole[..cut]).unwrap();
        let s = house.reopen_when(last.take().unwrap()).await;
        let list = s.list(&all()).await.unwrap();
        assert!(list.len() <= 1, "cut at {cut}");
        for one in &list {
            assert!(["/cc", "/dd"].contains(&one.names[0].as_str()));
            assert!(
                matches!(one.state, Status::Created | Status::Exited),
                "cut at {cut}: {:?}",
                one.state
            );
        }
        // It works on from there.
        let more = create(&s, "more", &["exit", "0"]).await;
        s.start(&more).await.unwrap();
        finish(&s, &more).await;
        last = Some(Arc::downgrade(&s.shared));
    }
}

#[tokio::test]
async fn every_step_that_fails_leaves_nothing_and_a_new_daemon_agrees() {
    let _scenario = fail::FailScenario::setup();
    let house = House::new();
    let mut s = house.open().await;
    let points = [
        "supervisor::create::journal",
        "journal::write",
        "supervisor::volume::folder",
        "supervisor::volume::journal",
        "supervisor::start::create",
        "supervisor::start::start",
        "supervisor::start::journal",
        "supervisor::remove::journal",
        "supervisor::rename::journal",
        "supervisor::update::journal",
        "supervisor::stop::journal",
        "supervisor::ended::journal",
    ];
    for point in points {
        fail::cfg(point, "return").unwrap();
        let volume = |_: &mut Config, host: &mut HostConfig| host.binds = Some(vec!["/v".into()]);
        let made = s
            .create(&me(), Some("cc"), None, request(&["wait"], volume))
            .await;
        let failed = made.is_err();
        if let Ok(made) = made {
            let id = made.id;
            let _ = s.rename(&id, "dd").await;
            let _ = s
                .update(&id, sampan_api::container::UpdateRequest::default())
                .await;
            let _ = s.start(&id).await;
            let _ = s.kill(&id, None).await;
        }
        fail::remove(point);
        let volumes = fs::read_dir(house.root().join("volumes")).map_or(0, Iterator::count);
        if failed {
            assert!(s.list(&all()).await.unwrap().is_empty(), "{point}");
            assert_eq!(volumes, 0, "{point}");
        }
        let before = s.list(&all()).await.unwrap();
        s = house.reopen(s).await;
        let after = s.list(&all()).await.unwrap();
        assert_eq!(before.len(), after.len(), "{point}");
        for one in after {
            assert_eq!(one.names, before[0].names, "{point}");
            let options = RemoveOptions {
                force: true,
                volumes: true,
                link: false,
            };
            s.remove(&one.id, options).await.unwrap();
        }
        until("nothing runs", async || house.world.len() == 0).await;
        assert_eq!(
            fs::read_dir(house.root().join("volumes")).map_or(0, Iterator::count),
            0,
            "{point}"
        );
        assert_eq!(
            fs::read_dir(house.root().join("daemon/v1/logs")).unwrap().count(),
            0,
            "{point}"
        );
    }
}

#[tokio::test]
async fn steps_of_networks_files_and_execs_fail_without_a_trace_too() {
    use sampan_api::exec::{ExecCreateRequest, ExecStartRequest};
    use sampan_api::network::{ConnectRequest, CreateRequest, DisconnectRequest};

    let _scenario = fail::FailScenario::setup();
    let house = House::new();
    let s = house.open().await;
    let id = create_with(&s, "cc", &["wait"], |config, _| config.image = "files".into()).await;
    let network = |name: &str| CreateRequest {
        name: name.into(),
        ..CreateRequest::default()
    };
    let count = |s: &Supervisor| s.network_list(&Default::default()).unwrap().len();

    fail::cfg("supervisor::network::journal", "return").unwrap();
    assert!(s.network_create(network("app")).await.is_err());
    fail::remove("supervisor::network::journal");
    assert_eq!(count(&s), 3);
    s.network_create(network("app")).await.unwrap();
    fail::cfg("supervisor::network::journal", "return").unwrap();
    assert!(s.network_remove("app").await.is_err());
    fail::remove("supervisor::network::journal");
    assert_eq!(count(&s), 4);

    for point in ["supervisor::folder::create", "supervisor::folder::journal"] {
        fail::cfg(point, "return").unwrap();
        assert!(s.start(&id).await.is_err(), "{point}");
        fail::remove(point);
        let folders = house.root().join("v1/containers");
        assert_eq!(fs::read_dir(folders).unwrap().count(), 0, "{point}");
    }
    s.start(&id).await.unwrap();
    let connect = || ConnectRequest {
        container: id.clone(),
        endpoint_config: None,
    };
    let disconnect = DisconnectRequest {
        container: id.clone(),
        force: false,
    };
    fail::cfg("supervisor::connect::journal", "return").unwrap();
    assert!(s.network_connect("app", connect()).await.is_err());
    fail::remove("supervisor::connect::journal");
    assert!(s.network_inspect("app").unwrap().containers.unwrap().is_empty());
    s.network_connect("app", connect()).await.unwrap();
    fail::cfg("supervisor::connect::journal", "return").unwrap();
    assert!(s.network_disconnect("app", &disconnect).await.is_err());
    fail::remove("supervisor::connect::journal");
    // It is still in there: the network cannot go.
    assert!(s.network_remove("app").await.is_err());
    s.network_disconnect("app", &disconnect).await.unwrap();
    s.network_remove("app").await.unwrap();

    let request = ExecCreateRequest {
        cmd: Some(StrSlice(vec!["/bin/app".into(), "exit".into(), "0".into()])),
        ..ExecCreateRequest::default()
    };
    let exec = s.exec_create(&id, request).await.unwrap().id;
    fail::cfg("supervisor::exec::create", "return").unwrap();
    assert!(s.exec_start(&exec, &ExecStartRequest::default()).await.is_err());
    fail::remove("supervisor::exec::create");
    assert_eq!(s.exec_inspect(&exec).unwrap().exit_code, Some(126));
    assert_eq!(house.world.len(), 1);
}

#[tokio::test]
async fn a_new_daemon_starts_what_its_policy_says_and_nothing_that_was_stopped() {
    use sampan_api::container::RestartPolicy;

    use crate::supervisor::StopOptions;

    let house = House::new();
    let s = house.open().await;
    let with = |name: &'static str| {
        move |_: &mut Config, host: &mut HostConfig| {
            host.restart_policy = RestartPolicy {
                name: name.into(),
                maximum_retry_count: 0,
            };
        }
    };
    let always = create_with(&s, "always", &["wait"], with("always")).await;
    let unless = create_with(&s, "unless", &["wait"], with("unless-stopped")).await;
    let rebooted = create_with(&s, "rebooted", &["wait"], with("unless-stopped")).await;
    let plain = create_with(&s, "plain", &["wait"], with("no")).await;
    let failing = create_with(&s, "failing", &["exit", "1"], with("on-failure")).await;
    for id in [&always, &unless, &rebooted, &plain, &failing] {
        s.start(id).await.unwrap();
    }
    for id in [&always, &unless] {
        s.stop(id, &StopOptions::default()).await.unwrap();
    }
    // What a reboot looks like.
    for id in [&rebooted, &plain] {
        house.world.lose(id);
    }
    let s = house.reopen(s).await;
    until("both run", async || {
        let running = async |id: &str| s.inspect(id, false).await.unwrap().state.running;
        running(&always).await && house.world.has(&rebooted)
    })
    .await;
    for id in [&unless, &plain] {
        assert_eq!(s.inspect(id, false).await.unwrap().state.status, Status::Exited);
    }
    // Between two runs it can be stopped and removed as if it ran.
    until("a pause", async || {
        s.inspect(&failing, false).await.unwrap().state.status == Status::Restarting
    })
    .await;
    s.stop(&failing, &StopOptions::default()).await.unwrap();
    assert_eq!(
        s.inspect(&failing, false).await.unwrap().state.status,
        Status::Exited
    );
    s.start(&failing).await.unwrap();
    let force = RemoveOptions {
        force: true,
        ..RemoveOptions::default()
    };
    s.remove(&failing, force).await.unwrap();
    assert!(s.inspect(&failing, false).await.is_err());
}
