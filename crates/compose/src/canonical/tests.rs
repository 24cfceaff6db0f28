use super::*;

#[test]
fn every_short_form_becomes_long() {
    let mut tree = json!({
        "services": {
            "a": {
                "image": "i", "command": "sh -c 'a b'", "entrypoint": ["x"], "environment": ["A=1", "B", "C=x=y"],
                "labels": {"l": 1}, "env_file": "x.env", "depends_on": ["b"], "networks": ["n"], "dns": "1.1.1.1",
                "expose": [80], "ports": ["8080:80"], "volumes": ["v:/d"], "secrets": ["s"], "configs": ["c"],
                "devices": ["/dev/x"], "ulimits": {"nofile": 10}, "extra_hosts": ["h:1.2.3.4", "h=::1"],
                "healthcheck": {"test": "true", "interval": "90s"}, "build": ".", "mem_limit": "1k",
                "stop_grace_period": "1m", "extends": "b", "tmpfs": "/t",
                "deploy": {"resources": {"limits": {"cpus": "0.5", "memory": "1m"}}},
            },
            "b": null,
        },
        "volumes": {"v": {"external": {"name": "real"}}},
        "networks": {"n": null},
    });
    canonical(&mut tree).unwrap();
    assert_eq!(
        tree["services"]["a"],
        json!({
            "image": "i", "command": ["sh", "-c", "a b"], "entrypoint": ["x"],
            "environment": {"A": "1", "B": null, "C": "x=y"}, "labels": {"l": "1"},
            "env_file": [{"path": "x.env", "required": true}],
            "depends_on": {"b": {"condition": "service_started", "required": true}},
            "networks": {"n": null}, "dns": ["1.1.1.1"], "expose": ["80"],
            "ports": [{"mode": "ingress", "target": 80, "published": "8080", "protocol": "tcp"}],
            "volumes": [{"type": "volume", "source": "v", "target": "/d"}],
            "secrets": [{"source": "s", "target": "/run/secrets/s"}],
            "configs": [{"source": "c", "target": "/c"}],
            "devices": [{"source": "/dev/x", "target": "/dev/x", "permissions": "rwm"}],
            "ulimits": {"nofile": {"soft": 10, "hard": 10}},
            "extra_hosts": {"h": ["1.2.3.4", "::1"]},
            "healthcheck": {"test": ["CMD-SHELL", "true"], "interval": "1m30s"},
            "build": {"context": "."}, "mem_limit": "1024", "stop_grace_period": "1m0s",
            "extends": {"service": "b"}, "tmpfs": ["/t"],
            "deploy": {"resources": {"limits": {"cpus": 0.5, "memory": "1048576"}}},
        })
    );
    assert_eq!(tree["services"]["b"], json!({}));
    assert_eq!(tree["volumes"]["v"], json!({"external": true, "name": "real"}));
}

#[test]
fn what_cannot_be_read_is_told_with_its_place() {
    for (tree, place) in [
        (
            json!({"services": {"a": {"command": "'x"}}}),
            "services.a.command",
        ),
        (
            json!({"services": {"a": {"ports": ["80", "x"]}}}),
            "services.a.ports.1",
        ),
        (
            json!({"services": {"a": {"volumes": [":x"]}}}),
            "services.a.volumes.0",
        ),
        (
            json!({"services": {"a": {"mem_limit": "x"}}}),
            "services.a.mem_limit",
        ),
        (
            json!({"services": {"a": {"healthcheck": {"timeout": "x"}}}}),
            "services.a.healthcheck.timeout",
        ),
    ] {
        let mut tree = tree;
        assert_eq!(canonical(&mut tree).unwrap_err().place.to_string(), place);
    }
}
