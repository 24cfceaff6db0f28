//! Whoever dies while a version is changed: one or the other answers whole, and it is the one that is written down.

use rustix::process::Signal;
use serde_json::json;

use crate::client::Client;
use crate::host::{Host, Role, kill};
use crate::http::until;
use crate::service::{KeepAlive, deployed, says, two};
use crate::talk::published;

/// Rounds of each test: in each the death comes a little later.
const ROUNDS: usize = 12;

/// Begins a deployment, and does something in the midst of it: after as many requests as `moment` says.
fn amidst(host: &mut Host, image: &str, moment: usize, act: impl FnOnce(&mut Host)) {
    let socket = host.socket();
    let body = json!({ "image": image, "check": "/" }).to_string();
    let mut pings = host.client();
    let deploying = std::thread::spawn(move || {
        let mut client = Client::connect(&socket)?;
        client.ask("POST", "/sampan/v1/containers/web/deploy", &body)
    });
    for _ in 0..moment {
        let _ = pings.ask("GET", "/_ping", "");
    }
    act(host);
    // Answered or cut, as it happened.
    drop(deploying.join().unwrap());
}

/// What answers is what is written down, and goes on being that.
#[track_caller]
fn one_or_the_other(host: &Host) {
    until("the container to run", || {
        host.inspect("web")["State"]["Status"] == "running"
    });
    let to = published(host, "web", "80/tcp");
    let named = host.inspect("web")["Config"]["Image"]
        .as_str()
        .unwrap()
        .to_owned();
    let expected = match named.as_str() {
        "one" => "one-1\n",
        "two" => "two-2\n",
        other => panic!("it never was {other}"),
    };
    until("what is written down to answer", || {
        KeepAlive::new(to)
            .get()
            .is_ok_and(|(status, body)| status == 200 && body == expected)
    });
    for _ in 0..10 {
        assert_eq!(says(to), expected);
    }
}

#[test]
fn a_daemon_that_is_killed_amidst_leaves_one_version_or_the_other() {
    let (mut host, to) = two();
    for round in 0..ROUNDS {
        let image = ["two", "one"][round % 2];
        amidst(&mut host, image, round * 3, Host::fell);
        // Nobody but the daemon is gone: each request is answered.
        let alone = says(to);
        assert!(["one-1\n", "two-2\n"].contains(&alone.as_str()), "{alone}");
        host.start();
        one_or_the_other(&host);
        // And the next one is taken.
        deployed(&host, &json!({ "image": image }));
        one_or_the_other(&host);
    }
}

#[test]
fn a_worker_that_is_killed_amidst_leaves_one_version_or_the_other() {
    let (mut host, _) = two();
    for round in 0..ROUNDS {
        let image = ["two", "one"][round % 2];
        let worker = u32::try_from(host.inspect("web")["State"]["Pid"].as_u64().unwrap()).unwrap();
        assert!(host.with_role(Role::Worker).contains(&worker));
        amidst(&mut host, image, round * 3, |_| kill(worker, Signal::KILL));
        until("another process", || {
            let state = host.inspect("web")["State"].clone();
            state["Status"] == "running" && state["Pid"].as_u64() != Some(u64::from(worker))
        });
        one_or_the_other(&host);
        // By hand, so that the pause before the next start by its policy begins anew.
        host.done("POST", "/containers/web/restart", "");
        one_or_the_other(&host);
    }
}

#[cfg(feature = "failpoints")]
#[test]
fn a_daemon_that_falls_at_a_step_goes_on_from_what_is_written_down() {
    for (point, image) in [
        ("supervisor::deploy::journal", "one"),
        ("supervisor::deploy::divide", "two"),
    ] {
        let (mut host, _) = two();
        host.fell();
        host.start_with(&[("FAILPOINTS", &format!("{point}=panic"))]);
        assert!(host.answers_or_falls(), "{}", host.log());
        let asked = host
            .client()
            .ask("POST", "/sampan/v1/containers/web/deploy", r#"{"image": "two"}"#);
        assert!(asked.is_err(), "{point} is passed");
        host.bury();
        host.start();
        assert_eq!(host.inspect("web")["Config"]["Image"], image, "{point}");
        one_or_the_other(&host);
    }
}
