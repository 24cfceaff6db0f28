//! What the kernel makes of it: namespaces joined by a bridge, and connections that rules lead elsewhere. Needs root.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "what fails here fails the test"
)]

use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::os::fd::{AsFd, OwnedFd};
use std::time::Duration;

use sampan_network::links::{Bridge, Links, Pair};
use sampan_network::namespace;
use sampan_network::nft::{
    Batch, Chain, Family, Field, Hook, Register, Rule, Set, Type, Value, Verdict, rules,
};

/// A machine in the middle, and two behind its bridge.
struct Wired {
    middle: OwnedFd,
    ends: [OwnedFd; 2],
}

const GATEWAY: &str = "10.9.0.1/24";
const ENDS: [&str; 2] = ["10.9.0.2/24", "10.9.0.3/24"];

/// `None`, with a note, without root.
#[allow(clippy::print_stderr, reason = "a test that does nothing says so")]
fn wired() -> Option<Wired> {
    if !rustix::process::geteuid().is_root() {
        eprintln!("not run: namespaces need root");
        return None;
    }
    let middle = namespace::fresh().unwrap();
    let ends = [namespace::fresh().unwrap(), namespace::fresh().unwrap()];
    namespace::within(&middle, || {
        let links = Links::here()?;
        let bridge = links.make_bridge(&Bridge {
            name: "middle",
            alias: "of a test",
            mtu: None,
            mac: [2, 0, 0, 0, 0, 1],
        })?;
        links.add_address(bridge, GATEWAY.parse().unwrap())?;
        namespace::set_parameter("ipv4/ip_forward", "1")?;
        for (number, end) in ends.iter().enumerate() {
            links.make_pair(&Pair {
                name: &format!("end{number}"),
                alias: "of a test",
                bridge,
                apart: false,
                peer: "eth0",
                namespace: end.as_fd(),
                mac: None,
                mtu: Some(1_400),
            })?;
        }
        Ok(())
    })
    .unwrap();
    for (end, address) in ends.iter().zip(ENDS) {
        namespace::within(end, || {
            let links = Links::here()?;
            links.set_up("eth0")?;
            let index = links.index("eth0")?.unwrap();
            links.add_address(index, address.parse().unwrap())?;
            links.set_default_route(index, Ipv4Addr::new(10, 9, 0, 1).into())
        })
        .unwrap();
    }
    Some(Wired { middle, ends })
}

/// Answers each connection with one word.
fn serve(namespace: &OwnedFd, at: &str, word: &'static str) {
    let at: SocketAddr = at.parse().unwrap();
    let listener = namespace::within(namespace, || Ok(TcpListener::bind(at).unwrap())).unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            // Whoever asked may have gone.
            let _ = stream.unwrap().write_all(word.as_bytes());
        }
    });
}

fn ask(namespace: &OwnedFd, at: &str) -> Option<String> {
    let at: SocketAddr = at.parse().unwrap();
    namespace::within(namespace, || {
        let connected = TcpStream::connect_timeout(&at, Duration::from_millis(500));
        let Ok(mut stream) = connected else {
            return Ok(None);
        };
        let mut text = String::new();
        Ok(stream.read_to_string(&mut text).ok().map(|_| text))
    })
    .unwrap()
}

#[test]
fn two_behind_a_bridge_reach_each_other_until_one_link_goes() {
    let Some(wired) = wired() else { return };
    let [one, two] = &wired.ends;
    serve(one, "10.9.0.2:80", "one");
    assert_eq!(ask(two, "10.9.0.2:80").as_deref(), Some("one"));
    namespace::within(&wired.middle, || {
        let links = Links::here()?;
        let all = links.all()?;
        let known = |name: &str| all.iter().find(|link| link.name == name).cloned().unwrap();
        let (end, bridge) = (known("end0"), known("middle"));
        assert_eq!(
            (end.alias.as_str(), end.mtu, end.bridge),
            ("of a test", 1_400, Some(bridge.index))
        );
        assert!(links.subnets()?.contains(&"10.9.0.0/24".parse().unwrap()));
        links.delete(end.index)?;
        // Twice is as good as once.
        links.delete(end.index)
    })
    .unwrap();
    assert_eq!(ask(two, "10.9.0.2:80"), None);
    let left = namespace::within(one, || Links::here()?.all()).unwrap();
    assert!(left.iter().all(|link| link.name == "lo"), "{left:?}");
}

#[test]
fn a_map_leads_connections_and_a_verdict_ends_them() {
    let Some(wired) = wired() else { return };
    let [one, two] = &wired.ends;
    serve(one, "10.9.0.2:80", "one");
    serve(&wired.middle, "10.9.0.1:9", "middle");
    let to: IpAddr = Ipv4Addr::new(10, 9, 0, 1).into();
    let element = (
        Value::new().address(to).protocol(6).port(8_080),
        Some(Value::new().address(Ipv4Addr::new(10, 9, 0, 2).into()).port(80)),
    );
    namespace::within(&wired.middle, || {
        assert_eq!(rules("test")?, 0);
        let mut batch = Batch::new("test");
        batch.add_table();
        batch.add_set(&Set {
            name: "ports",
            keys: &[Type::V4, Type::Protocol, Type::Port],
            values: &[Type::V4, Type::Port],
        });
        batch.add_set(&Set {
            name: "ours",
            keys: &[Type::Interface],
            values: &[],
        });
        batch.add("ours", &[(Value::new().interface("middle"), None)]);
        let chain = |name, hook, translates, priority| Chain {
            name,
            hook,
            translates,
            priority,
        };
        batch.add_chain(&chain("pre", Hook::Prerouting, true, -100));
        batch.add_chain(&chain("post", Hook::Postrouting, true, 100));
        batch.add_chain(&chain("in", Hook::Input, false, 0));
        let led = Rule::new()
            .version(Family::V4)
            .load(Field::To4, Register::part(0))
            .load(Field::Protocol, Register::part(1))
            .load(Field::ToPort, Register::part(2))
            .map(Register::part(0), "ports", Register::part(0))
            .lead_to(Family::V4, Register::part(0), Register::part(1));
        batch.add_rule("pre", &led);
        batch.add_rule("post", &Rule::new().translated().masquerade());
        let refused = Rule::new()
            .interface(Field::In, "ours", true)
            .protocol(6)
            .to_port(9);
        batch.add_rule("in", &refused.verdict(Verdict::Drop));
        let written = batch.rules();
        batch.commit()?;
        assert_eq!(rules("test")?, written);
        Ok(())
    })
    .unwrap();
    assert_eq!(ask(two, "10.9.0.1:8080"), None);
    assert_eq!(ask(two, "10.9.0.1:9"), None);
    let change = |add: bool| {
        namespace::within(&wired.middle, || {
            let mut batch = Batch::new("test");
            match add {
                true => batch.add("ports", std::slice::from_ref(&element)),
                false => batch.remove("ports", std::slice::from_ref(&element)),
            }
            batch.commit()
        })
    };
    change(true).unwrap();
    assert_eq!(ask(two, "10.9.0.1:8080").as_deref(), Some("one"));
    change(false).unwrap();
    assert_eq!(ask(two, "10.9.0.1:8080"), None);
    // What is not there cannot be taken away, and nothing else of the transaction is done.
    assert_eq!(change(false).unwrap_err().kind(), std::io::ErrorKind::NotFound);
}

#[test]
fn many_elements_go_into_one_transaction() {
    let Some(wired) = wired() else { return };
    let all: Vec<_> = (1..=20_000_u16)
        .map(|port| {
            let value = Value::new().address(Ipv4Addr::new(10, 9, 0, 2).into()).port(port);
            (Value::new().protocol(6).port(port), Some(value))
        })
        .collect();
    namespace::within(&wired.middle, || {
        let mut batch = Batch::new("many");
        batch.add_table();
        batch.add_set(&Set {
            name: "ports",
            keys: &[Type::Protocol, Type::Port],
            values: &[Type::V4, Type::Port],
        });
        batch.add("ports", &all);
        batch.commit()?;
        let mut batch = Batch::new("many");
        batch.remove("ports", &all);
        batch.remove_table();
        batch.commit()?;
        assert_eq!(rules("many")?, 0);
        Ok(())
    })
    .unwrap();
}
