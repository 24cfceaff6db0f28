//! Ordinary users beside each other and beside root.

use serde_json::json;

use crate::machine::Machine;

#[test]
#[ignore = "accept: needs Debian's uidmap"]
fn two_users_and_root_do_not_disturb_each_other() {
    let one = Machine::dressed(|host| host.as_a_user_with_ids(54_321, 1_000_000_000));
    let two = Machine::dressed(|host| host.as_a_user_with_ids(54_322, 1_000_065_536));
    let (Some(mut one), Some(two), Some(root)) = (one, two, Machine::new()) else {
        return;
    };
    let machines = [&one, &two, &root];
    let on = json!({ "HostConfig": { "NetworkMode": "same" } });
    let names = machines.map(|machine| {
        machine.network(
            "same",
            json!({ "IPAM": { "Config": [{ "Subnet": "10.76.0.0/24" }] } }),
        );
        // The same names, subnets, addresses and ports.
        machine.begin("while :; do hostname | nc -l -p 80; done", on.clone())
    });
    for (machine, name) in machines.into_iter().zip(&names) {
        assert_eq!(machine.ids().len(), 1);
        assert_eq!(machine.address(name, "same"), "10.76.0.2");
        let own = machine.inspect(name)["Config"]["Hostname"]
            .as_str()
            .unwrap()
            .to_owned();
        let asks = machine.begin("sleep 1000", on.clone());
        sampan_testkit::until("its own to answer", || {
            let got = machine.exec(&asks, "echo | nc -w 3 10.76.0.2 80", json!({})).out;
            (got.trim() == own).then_some(())
        });
    }
    // What one looks at of another he does not see.
    let pid = two.inspect(&names[1])["State"]["Pid"].clone();
    let spied = one.exec(&names[0], &format!("ls /proc/{pid}/root && echo seen"), json!({}));
    assert!(!spied.out.contains("seen"), "{spied:?}");
    one.fell();
    one.start();
    for (machine, name) in [&one, &two, &root].into_iter().zip(&names) {
        assert_eq!(machine.inspect(name)["State"]["Running"], true);
        for id in machine.ids() {
            machine.done("DELETE", &format!("/containers/{id}?force=1"), "");
        }
        machine.done("DELETE", "/networks/same", "");
    }
}
