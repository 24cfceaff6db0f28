use sampan_api::network::{ConnectRequest, CreateRequest as NetworkRequest, DisconnectRequest};
use sampan_api::volume::CreateRequest as VolumeRequest;
use sampan_types::{Classified, ErrorClass};

use super::*;
use crate::supervisor::{ListQuery, RemoveOptions};

fn filters(key: &str, value: &str) -> sampan_api::container::Filters {
    [(key.to_owned(), vec![value.to_owned()])].into()
}

#[tokio::test]
async fn a_volume_may_stand_for_a_folder_of_the_host() {
    let house = House::new();
    let s = house.open().await;
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("kept"), "x").unwrap();
    let options = [("type", "none"), ("o", "bind")].map(|(k, v)| (k.to_owned(), v.to_owned()));
    let mut options = sampan_api::Strings::from(options);
    options.insert("device".to_owned(), folder.path().display().to_string());
    let request = VolumeRequest {
        name: "data".into(),
        driver_opts: Some(options),
        ..VolumeRequest::default()
    };
    let stranger = Caller { host: false, ..me() };
    let refused = s.volume_create(&stranger, request.clone()).await.unwrap_err();
    assert_eq!(refused.class(), ErrorClass::Denied);
    s.volume_create(&me(), request).await.unwrap();
    let id = create_with(&s, "cc", &["exit", "0"], |config, host| {
        config.image = "files".into();
        host.binds = Some(vec!["data:/data".into()]);
    })
    .await;
    let mounts = s.inspect(&id, false).await.unwrap().mounts;
    assert_eq!(mounts[0].source, folder.path().display().to_string());
    s.remove(&id, RemoveOptions::default()).await.unwrap();
    // What the host has there stays.
    s.volume_remove("data", false).await.unwrap();
    assert_eq!(std::fs::read_to_string(folder.path().join("kept")).unwrap(), "x");
}

#[tokio::test]
async fn volumes_are_made_used_kept_and_pruned() {
    let house = House::new();
    let s = house.open().await;
    let request = VolumeRequest {
        name: "cache".into(),
        labels: Some([("a".to_owned(), "b".to_owned())].into()),
        ..VolumeRequest::default()
    };
    let volume = s.volume_create(&me(), request).await.unwrap();
    assert!(Path::new(&volume.mountpoint).is_dir());
    let id = create_with(&s, "cc", &["exit", "0"], |config, host| {
        config.image = "files".into();
        host.binds = Some(vec!["cache:/data".into(), "/anonymous".into()]);
    })
    .await;
    // What the image has there is in the volume.
    assert_eq!(
        std::fs::read_to_string(Path::new(&volume.mountpoint).join("seed")).unwrap(),
        "seed\n"
    );
    assert_eq!(
        s.volume_remove("cache", false).await.unwrap_err().class(),
        ErrorClass::Conflict
    );
    assert_eq!(
        s.volume_list(&filters("dangling", "false"))
            .await
            .unwrap()
            .volumes
            .len(),
        2
    );
    s.start(&id).await.unwrap();
    finish(&s, &id).await;
    let options = RemoveOptions {
        volumes: true,
        ..RemoveOptions::default()
    };
    s.remove(&id, options).await.unwrap();
    let left = s.volume_list(&Default::default()).await.unwrap().volumes;
    assert_eq!(
        left.iter().map(|v| v.name.as_str()).collect::<Vec<_>>(),
        ["cache"]
    );
    let s = house.reopen(s).await;
    assert!(s.volume_inspect("cache").is_ok());
    assert!(
        s.volume_prune(&Default::default())
            .await
            .unwrap()
            .volumes_deleted
            .is_empty()
    );
    let all = s.volume_prune(&filters("all", "true")).await.unwrap();
    assert_eq!(all.volumes_deleted, ["cache"]);
    assert_eq!(
        s.volume_inspect("cache").unwrap_err().to_string(),
        "get cache: no such volume"
    );
    assert!(!Path::new(&volume.mountpoint).exists());
}

#[tokio::test]
async fn networks_give_addresses_and_take_them_back() {
    let house = House::new();
    let s = house.open().await;
    let names = |s: &Supervisor| -> Vec<String> {
        s.network_list(&Default::default())
            .unwrap()
            .into_iter()
            .map(|n| n.name)
            .collect()
    };
    assert_eq!(names(&s), ["bridge", "host", "none"]);
    let request = |name: &str| NetworkRequest {
        name: name.into(),
        ..NetworkRequest::default()
    };
    let id = s.network_create(request("app")).await.unwrap().id;
    assert_eq!(
        s.network_create(request("app")).await.unwrap_err().class(),
        ErrorClass::Conflict
    );
    let one = create_with(&s, "one", &["wait"], |_, host| host.network_mode = "app".into()).await;
    let two = create_with(&s, "two", &["wait"], |_, host| host.network_mode = "app".into()).await;
    s.start(&one).await.unwrap();
    s.start(&two).await.unwrap();
    let network = s.network_inspect(&id[..12]).unwrap();
    assert_eq!(network.containers.as_ref().unwrap().len(), 2);
    let place = |i: sampan_api::container::Inspect| i.network_settings.networks["app"].clone();
    let first = place(s.inspect(&one, false).await.unwrap());
    assert_eq!(
        (first.ip_address.as_str(), first.gateway.as_str()),
        ("172.18.0.2", "172.18.0.1")
    );
    assert!(first.dns_names.unwrap().contains(&"one".to_owned()));
    assert_eq!(
        place(s.inspect(&two, false).await.unwrap()).ip_address,
        "172.18.0.3"
    );
    assert_eq!(
        s.network_remove("app").await.unwrap_err().class(),
        ErrorClass::Denied
    );
    let connect = ConnectRequest {
        container: one.clone(),
        endpoint_config: None,
    };
    s.network_connect("bridge", connect).await.unwrap();
    assert_eq!(
        s.inspect(&one, false).await.unwrap().network_settings.ip_address,
        "172.17.0.2"
    );
    let disconnect = DisconnectRequest {
        container: one.clone(),
        force: false,
    };
    s.network_disconnect("bridge", &disconnect).await.unwrap();
    for id in [&one, &two] {
        s.kill(id, None).await.unwrap();
    }
    s.network_prune(&Default::default()).await.unwrap();
    assert_eq!(names(&s), ["bridge", "host", "none"]);
    let s = house.reopen(s).await;
    assert_eq!(names(&s), ["bridge", "host", "none"]);
}

#[tokio::test]
async fn lists_are_filtered_as_in_docker() {
    let house = House::new();
    let s = house.open().await;
    let labelled = |config: &mut Config, _: &mut HostConfig| {
        config.labels.insert("tier".into(), "front".into());
    };
    let web = create_with(&s, "web_1", &["wait"], labelled).await;
    let job = create(&s, "job", &["exit", "2"]).await;
    create_with(&s, "idle", &["wait"], |config, _| config.image = "files".into()).await;
    s.start(&web).await.unwrap();
    s.start(&job).await.unwrap();
    finish(&s, &job).await;
    for (key, value, expected) in [
        ("name", "^/?web", vec!["web_1"]),
        ("status", "exited", vec!["job"]),
        ("exited", "2", vec!["job"]),
        ("label", "tier=front", vec!["web_1"]),
        ("ancestor", "files", vec!["idle"]),
        ("ancestor", "hello:latest", vec!["job", "web_1"]),
        ("before", "job", vec!["web_1"]),
        ("since", "job", vec!["idle"]),
        ("network", "bridge", vec!["idle", "job", "web_1"]),
        ("health", "healthy", vec![]),
        ("id", &job[..8], vec!["job"]),
    ] {
        let query = ListQuery {
            all: true,
            filters: filters(key, value),
            ..ListQuery::default()
        };
        let list = s.list(&query).await.unwrap();
        let names: Vec<&str> = list.iter().map(|c| &c.names[0][1..]).collect();
        assert_eq!(names, expected, "{key}={value}");
    }
    let bad = ListQuery {
        filters: filters("colour", "blue"),
        ..ListQuery::default()
    };
    assert_eq!(s.list(&bad).await.unwrap_err().class(), ErrorClass::InvalidInput);
    let info = s.info().await.unwrap();
    assert_eq!(
        (info.containers, info.containers_running, info.containers_stopped),
        (3, 1, 2)
    );
    let pruned = s.prune_containers(&Default::default()).await.unwrap();
    assert_eq!(pruned.containers_deleted.unwrap().len(), 2);
}
