//! Images whose name went to another one.

use serde_json::{Value, json};

use crate::machine::{Machine, box_archive};

fn images(machine: &Machine, query: &str) -> Vec<Value> {
    let list = machine
        .done("GET", &format!("/v1.41/images/json{query}"), "")
        .json();
    list.as_array().unwrap().clone()
}

fn id_of(machine: &Machine, name: &str) -> String {
    let shown = machine.done("GET", &format!("/images/{name}/json"), "").json();
    shown["Id"].as_str().unwrap().to_owned()
}

const DANGLING: &str = "?filters=%7B%22dangling%22%3A%5B%22true%22%5D%7D";

#[test]
fn an_image_whose_name_moves_stays_until_nobody_wants_it() {
    let Some(mut machine) = Machine::new() else { return };
    let labelled = |name: &str, label: &str| {
        let more = json!({ "config": { "Cmd": ["sh"], "Labels": { "is": label } } });
        let answer = machine.load(name, &[box_archive()], &more);
        assert_eq!(answer.status, 200, "{}", answer.text());
        id_of(&machine, name)
    };
    let old = labelled("app", "old");
    let name = machine.begin("sleep 1000", json!({ "Image": "app" }));
    let new = labelled("app", "new");
    assert_ne!(old, new);
    assert_eq!(id_of(&machine, "app"), new);
    let check = |machine: &Machine| {
        let dangling = images(machine, DANGLING);
        assert_eq!(dangling.len(), 1, "{dangling:?}");
        assert_eq!(dangling[0]["Id"], old.as_str());
        assert_eq!(dangling[0]["RepoTags"], json!(["<none>:<none>"]));
        let shown = machine.done("GET", &format!("/images/{old}/json"), "").json();
        assert_eq!(shown["RepoTags"], json!([]));
        assert_eq!(shown["Config"]["Labels"]["is"], "old");
        // The container says which image it has, not which has its name now.
        let listed = machine.done("GET", "/containers/json", "").json();
        assert_eq!(
            (&listed[0]["Image"], &listed[0]["ImageID"]),
            (&json!(old), &json!(old))
        );
    };
    check(&machine);
    // It can be run, and what a container uses is not pruned, also not by the next daemon.
    let says = machine.begin("echo alive", json!({ "Image": old }));
    assert_eq!(machine.end_of(&says).out, "alive\n");
    machine.done("DELETE", &format!("/containers/{says}"), "");
    machine.done("POST", "/images/prune", "");
    machine.stop();
    machine.start();
    machine.done("POST", "/images/prune", "");
    check(&machine);
    machine.done("POST", &format!("/containers/{name}/kill"), "");
    machine.done("POST", &format!("/containers/{name}/wait"), "");
    machine.done("POST", "/images/prune", "");
    assert_eq!(images(&machine, DANGLING).len(), 1);
    machine.done("POST", &format!("/containers/{name}/start"), "");
    // Somebody wants it back.
    machine.done("POST", &format!("/images/{old}/tag?repo=app"), "");
    assert_eq!(images(&machine, DANGLING)[0]["Id"], new.as_str());
    let listed = machine.done("GET", "/containers/json", "").json();
    assert_eq!(listed[0]["Image"], "app");
    // Nobody wants the other.
    let pruned = machine.done("POST", "/images/prune", "").json();
    assert_eq!(pruned["ImagesDeleted"], json!([{ "Deleted": new }]));
    assert!(images(&machine, DANGLING).is_empty());
    // By force its name goes, and what runs keeps it.
    let gone = machine.done("DELETE", "/images/app?force=1", "").json();
    assert_eq!(gone, json!([{ "Untagged": "app:latest" }]));
    assert_eq!(images(&machine, DANGLING)[0]["Id"], old.as_str());
    machine.done("DELETE", &format!("/containers/{name}?force=1"), "");
    machine.done("POST", "/images/prune", "");
    assert!(images(&machine, DANGLING).is_empty());
}
