use serde_json::json;

use super::*;

fn project() -> Project {
    let tree = json!({
        "name": "p",
        "services": {"web": {
            "image": "i", "command": ["a"], "environment": {"A": "1", "B": null}, "labels": {"l": "x"},
            "ports": [{"target": 80, "published": "8080", "protocol": "tcp", "host_ip": "127.0.0.1"}],
            "expose": ["90-91"], "networks": {"back": {"priority": 5, "aliases": ["w"]}, "front": null},
            "volumes": [
                {"type": "bind", "source": "/h", "target": "/b", "read_only": true, "bind": {"create_host_path": true}},
                {"type": "volume", "source": "v", "target": "/v"}, {"type": "volume", "target": "/anon"},
            ],
            "secrets": [{"source": "s", "target": "/run/secrets/s"}], "tmpfs": ["/t:size=1m"],
            "restart": "on-failure:3", "stop_grace_period": "90s", "mem_limit": "1024",
            "deploy": {"resources": {"limits": {"cpus": 0.5, "pids": 7}}},
            "healthcheck": {"test": ["CMD", "x"], "interval": "1s"},
            "ulimits": {"nofile": {"soft": 1, "hard": 2}}, "extra_hosts": {"h": ["1.2.3.4"]},
            "links": ["db:base"],
        }, "db": {"image": "d"}},
        "networks": {"back": {"name": "p_back"}, "front": {"name": "p_front"}},
        "volumes": {"v": {"name": "p_v"}},
        "secrets": {"s": {"name": "p_s", "file": "/s.txt"}},
    });
    let mut project: Project = serde_json::from_value(tree.clone()).unwrap();
    project.take_trees(&tree);
    project
}

fn own() -> Own {
    Own {
        name: "p-web-1".to_owned(),
        labels: [("m".to_owned(), "y".to_owned())].into(),
        image: "i".to_owned(),
        aliases: true,
        mounts_files: true,
        kept: vec![
            Kept {
                name: "abc".to_owned(),
                target: "/anon".to_owned(),
            },
            Kept {
                name: "def".to_owned(),
                target: "/of-image".to_owned(),
            },
        ],
        ..Own::default()
    }
}

#[test]
fn a_service_becomes_a_request() {
    let project = project();
    let wanted = of(&project, &project.services["web"], &own()).unwrap();
    let request = serde_json::to_value(&wanted.request).unwrap();
    assert_eq!(request["Env"], json!(["A=1", "B"]));
    assert_eq!(request["Labels"], json!({"l": "x", "m": "y"}));
    assert_eq!(request["StopTimeout"], 90);
    assert_eq!(
        request["Healthcheck"],
        json!({"Test": ["CMD", "x"], "Interval": 1_000_000_000})
    );
    let exposed: Vec<_> = request["ExposedPorts"].as_object().unwrap().keys().collect();
    assert_eq!(exposed, ["80/tcp", "90/tcp", "91/tcp"]);
    let host = &request["HostConfig"];
    assert_eq!(
        host["PortBindings"]["80/tcp"],
        json!([{"HostIp": "127.0.0.1", "HostPort": "8080"}])
    );
    assert_eq!(host["Binds"], json!(["/h:/b:ro"]));
    assert_eq!(
        host["RestartPolicy"],
        json!({"Name": "on-failure", "MaximumRetryCount": 3})
    );
    assert_eq!(
        (&host["NanoCpus"], &host["Memory"], &host["PidsLimit"]),
        (&json!(500_000_000), &json!(1024), &json!(7))
    );
    assert_eq!(host["Tmpfs"], json!({"/t": "size=1m"}));
    assert_eq!(host["ExtraHosts"], json!(["h:1.2.3.4"]));
    assert_eq!(host["NetworkMode"], "p_back");
    let mounts: Vec<_> = wanted
        .request
        .host_config
        .mounts
        .iter()
        .map(|m| (m.source.as_str(), m.target.as_str()))
        .collect();
    assert_eq!(
        mounts,
        [
            ("p_v", "/v"),
            ("abc", "/anon"),
            ("def", "/of-image"),
            ("/s.txt", "/run/secrets/s")
        ]
    );
    let first = wanted.request.networking_config.endpoints_config["p_back"]
        .as_ref()
        .unwrap();
    assert_eq!(first.aliases.as_deref().unwrap(), ["p-web-1", "web", "w"]);
    assert_eq!(first.links.as_deref().unwrap(), ["p-db-1:base"]);
    assert_eq!(wanted.further.len(), 1);
    assert_eq!(wanted.further[0].0, "p_front");
}

#[test]
fn other_containers_namespaces_exclude_networks() {
    let project = project();
    let own = Own {
        network_of: Some("container:abc".to_owned()),
        ..own()
    };
    let wanted = of(&project, &project.services["web"], &own).unwrap();
    assert_eq!(wanted.request.host_config.network_mode, "container:abc");
    assert!(wanted.further.is_empty() && wanted.request.networking_config.endpoints_config.is_empty());
}

#[test]
fn the_hash_leaves_out_what_changes_no_container() {
    let mut project = project();
    let web = project.services.get_mut("web").unwrap();
    let before = web.config_hash();
    web.tree["scale"] = 3.into();
    web.tree["depends_on"] = json!({"db": {}});
    web.tree["deploy"]["replicas"] = 2.into();
    assert_eq!(web.config_hash(), before);
    web.tree["command"] = json!(["b"]);
    assert_ne!(web.config_hash(), before);
}

#[test]
fn external_secrets_are_refused() {
    let mut project = project();
    project.secrets.get_mut("s").unwrap().external = true;
    let error = of(&project, &project.services["web"], &own()).err().unwrap();
    assert!(error.to_string().contains("only a swarm"), "{error}");
}
