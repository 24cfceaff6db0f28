//! What changes in the files changes what is there, and nothing else does.

use crate::host::Host;

const FILE: &str = r#"
services:
  a:
    image: box
    command: [sleep, "1000"]
    environment: {V: "1"}
    volumes: ["/data"]
    stop_grace_period: 0s
  b: {image: stays, stop_grace_period: 0s}
"#;

#[test]
fn only_what_changed_is_made_anew() {
    let host = Host::new(FILE);
    host.compose("up -d").ok();
    let (a, b) = (host.id("proj-a-1"), host.id("proj-b-1"));
    host.compose("exec -T a touch /data/kept").ok();
    let again = host.compose("up -d");
    assert!(!again.err.contains("created"), "{again:?}");
    assert_eq!((host.id("proj-a-1"), host.id("proj-b-1")), (a.clone(), b.clone()));

    host.write("compose.yaml", FILE.replace("V: \"1\"", "V: \"2\""));
    host.compose("up -d --no-recreate").ok();
    assert_eq!(host.id("proj-a-1"), a);
    let changed = host.compose("up -d");
    assert!(
        changed.err.contains("recreated: container `proj-a-1`"),
        "{changed:?}"
    );
    assert_ne!(host.id("proj-a-1"), a);
    assert_eq!(host.id("proj-b-1"), b);
    // The anonymous volume moved from the old container to the new one.
    assert_eq!(host.compose("exec -T a ls /data").ok(), "kept\n");
    let environment = host
        .sampan(&["compose", "exec", "-T", "a", "sh", "-c", "echo $V"])
        .ok();
    assert_eq!(environment, "2\n");
    host.compose("up -d -V --force-recreate a").ok();
    assert_eq!(host.compose("exec -T a ls /data").ok(), "");
    assert_eq!(host.id("proj-b-1"), b);
}

#[test]
fn a_create_that_fails_leaves_the_old_container_running() {
    let host = Host::new(FILE);
    host.compose("up -d").ok();
    let a = host.id("proj-a-1");
    host.write("compose.yaml", FILE.replace("[\"/data\"]", "[\"relative\"]"));
    let said = host.compose("up -d").failed();
    assert!(said.contains("proj-a-1") || said.contains("services.a"), "{said}");
    assert_eq!(host.id("proj-a-1"), a);
    assert_eq!(host.states().len(), 2, "no half of a container stays");
    assert!(host.states().iter().all(|(_, state)| state == "running"));
}

#[test]
fn services_that_left_the_files_are_told_and_removed_when_asked() {
    let host = Host::new(FILE);
    host.compose("up -d").ok();
    host.write(
        "compose.yaml",
        "services: {b: {image: stays, stop_grace_period: 0s}}",
    );
    let said = host.compose("up -d").err;
    assert!(
        said.contains("`proj-a-1` belong to services that are not in the files"),
        "{said}"
    );
    assert_eq!(host.states().len(), 2);
    host.compose("up -d --remove-orphans").ok();
    assert_eq!(host.states().len(), 1);
}

#[test]
fn docker_and_sampan_see_the_same_labels() {
    let host = Host::new(FILE);
    host.compose("up -d").ok();
    let label = |name: &str| {
        let format = format!("{{{{index .Config.Labels \"com.docker.compose.{name}\"}}}}");
        host.sampan(&["inspect", "--format", &format, "proj-a-1"])
            .ok()
            .trim()
            .to_owned()
    };
    assert_eq!(label("project"), "proj");
    assert_eq!(label("service"), "a");
    assert_eq!(label("container-number"), "1");
    assert_eq!(label("oneoff"), "False");
    assert_eq!(
        label("project.config_files"),
        host.path("compose.yaml").to_str().unwrap()
    );
    let hash = host.compose("config --hash a").ok();
    assert_eq!(hash, format!("a {}\n", label("config-hash")));
    let image = host
        .sampan(&["inspect", "--format", "{{.Image}}", "proj-a-1"])
        .ok();
    assert_eq!(image.trim(), label("image"));
}
