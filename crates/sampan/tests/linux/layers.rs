//! Images of several layers: what they share, how many there may be, and that what containers change is told right over them.

use std::collections::BTreeSet;
use std::fs;

use sampan_testkit::layer::Layer;
use serde_json::{Value, json};

use crate::machine::{Machine, box_archive};

fn unpacked(machine: &Machine) -> BTreeSet<String> {
    let found = fs::read_dir(machine.data().join("v1/layers"))
        .into_iter()
        .flatten();
    found
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}

fn loaded(machine: &Machine, name: &str, layers: &[Vec<u8>]) {
    let answer = machine.load(name, layers, &Value::Null);
    assert!(
        answer.status == 200 && !answer.text().contains("error"),
        "{}",
        answer.text()
    );
}

#[test]
fn images_share_the_layers_that_both_have() {
    let Some(machine) = Machine::new() else { return };
    let of = |name: &str| {
        [
            box_archive(),
            Layer::new().folder("data").file("data/own", name).tar(),
        ]
    };
    for name in ["one", "two"] {
        loaded(&machine, name, &of(name));
        let ended = machine.run("cat /data/own /data/given", json!({ "Image": name }));
        assert_eq!(ended.out, format!("{name}of the image\n"), "{ended:?}");
    }
    assert_eq!(unpacked(&machine).len(), 3);
    // In the lists, what both have is shared.
    let df = machine.done("GET", "/system/df?type=image", "").json();
    let images = df["Images"].as_array().unwrap();
    let of = |name: &str| {
        let tag = format!("{name}:latest");
        let found = images.iter().find(|image| image["RepoTags"][0] == tag.as_str());
        found.map(|image| {
            (
                image["Size"].as_u64().unwrap(),
                image["SharedSize"].as_u64().unwrap(),
            )
        })
    };
    let base = box_archive().len() as u64;
    let (size, shared) = of("one").unwrap();
    assert!(shared >= base && size > shared, "{size} {shared}");
    assert_eq!(of("two").unwrap().1, shared);
    // What one alone has goes with it, and what all had, the usual image too, with the last.
    for (name, left) in [("one", 2), ("two", 1), ("box", 0)] {
        for container in machine
            .done("GET", "/containers/json?all=1", "")
            .json()
            .as_array()
            .unwrap()
        {
            if container["Image"] == name {
                machine.done(
                    "DELETE",
                    &format!("/containers/{}", container["Id"].as_str().unwrap()),
                    "",
                );
            }
        }
        machine.done("DELETE", &format!("/images/{name}"), "");
        assert_eq!(unpacked(&machine).len(), left, "{name}");
    }
}

#[test]
fn a_hundred_and_twenty_layers_are_one_root() {
    let Some(machine) = Machine::new() else { return };
    let mut layers = vec![box_archive()];
    for number in 1_u32..120 {
        let layer = Layer::new()
            .folder("many")
            .file(&format!("many/{number}"), "")
            .file("last", number.to_string());
        // Each takes away what came two before it.
        let gone = number.checked_sub(2).filter(|gone| *gone > 0);
        layers.push(
            gone.map_or(layer.clone(), |gone| layer.file(&format!("many/.wh.{gone}"), ""))
                .tar(),
        );
    }
    loaded(&machine, "many", &layers);
    let name = machine.begin(
        "echo changed >/last; rm /many/118; ls /many; sleep 1000",
        json!({ "Image": "many" }),
    );
    machine.wrote(&name, "119");
    assert_eq!(machine.logs(&name).0, "119\n");
    let changes = machine
        .done("GET", &format!("/containers/{name}/changes"), "")
        .json();
    let changes: Vec<_> = changes
        .as_array()
        .unwrap()
        .iter()
        .map(|c| {
            (
                c["Path"].as_str().unwrap().to_owned(),
                c["Kind"].as_u64().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        changes,
        [
            ("/last".to_owned(), 0),
            ("/many".to_owned(), 0),
            ("/many/118".to_owned(), 2)
        ]
    );
    // What is made of it has one more, which lies over all.
    machine.done("POST", &format!("/commit?container={name}&repo=made"), "{}");
    let ended = machine.run("cat /last; ls /many", json!({ "Image": "made" }));
    assert_eq!(ended.out, "changed\n119\n", "{ended:?}");
}

#[test]
fn steps_of_a_build_lie_over_the_layers_of_their_image() {
    let Some(machine) = Machine::new() else { return };
    let gone = Layer::new()
        .folder("data")
        .file("data/.wh.given", "")
        .file("data/new", "2")
        .tar();
    loaded(&machine, "two", &[box_archive(), gone]);
    let dockerfile = "FROM two AS first\nRUN test ! -e /data/given && echo 3 >/data/given && rm /data/new\n\
        COPY a /data/a\nFROM first\nCOPY --from=two /data /of-two\nRUN --mount=type=bind,from=two,source=/data,target=/mnt ls /mnt >/seen\n";
    let context = Layer::new().file("Dockerfile", dockerfile).file("a", "4").tar();
    let answer = machine
        .connection()
        .request(
            "POST",
            "/build?t=made&networkmode=none",
            "application/x-tar",
            &context,
        )
        .unwrap();
    assert!(
        answer.status == 200 && !answer.text().contains("errorDetail"),
        "{}",
        answer.text()
    );
    let ended = machine.run(
        "ls /data /of-two; cat /seen /data/given",
        json!({ "Image": "made" }),
    );
    assert_eq!(
        ended.out, "/data:\na\ngiven\n\n/of-two:\nnew\nnew\n3\n",
        "{ended:?}"
    );
}
