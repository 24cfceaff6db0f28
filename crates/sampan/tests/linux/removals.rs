//! Many removals at once.

use std::thread;

use serde_json::json;

use crate::machine::Machine;

#[test]
fn many_are_removed_at_once_by_several_who_ask_for_the_same() {
    let Some(machine) = Machine::new() else { return };
    let names: Vec<String> = (0..24).map(|_| machine.begin("sleep 1000", json!({}))).collect();
    let remove = |part: &[String]| {
        let mut client = machine.connection();
        let mut told = Vec::new();
        for name in part {
            let answer = client
                .ask("DELETE", &format!("/containers/{name}?force=1"), "")
                .unwrap();
            told.push((answer.status, answer.text()));
        }
        told
    };
    let told: Vec<(u16, String)> = thread::scope(|scope| {
        let parts = names.chunks(3).chain(names.chunks(4));
        let all: Vec<_> = parts.map(|part| scope.spawn(move || remove(part))).collect();
        all.into_iter().flat_map(|one| one.join().unwrap()).collect()
    });
    for (status, text) in &told {
        assert!([204, 404, 409].contains(status), "{text}");
    }
    // Each by one of the two, and no one is left.
    assert_eq!(
        told.iter().filter(|(status, _)| *status == 204).count(),
        names.len()
    );
    assert_eq!(
        machine.done("GET", "/containers/json?all=1", "").json(),
        json!([])
    );
}
