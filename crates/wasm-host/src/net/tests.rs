use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr};

use proptest::prelude::*;
use sampan_types::grants::Transport;
use wasmtime_wasi::sockets::SocketAddrUse;

use super::*;
use crate::ledger::Refusal;

/// Names that the test knows.
struct Known(HashMap<&'static str, Vec<IpAddr>>);

impl Resolve for Known {
    fn resolve(&self, name: &str) -> Resolving {
        let answer = self
            .0
            .get(name)
            .cloned()
            .ok_or_else(|| io::Error::other("no such name"));
        Box::pin(ready(answer))
    }
}

fn known() -> Arc<dyn Resolve> {
    let ip = |texts: &[&str]| texts.iter().map(|t| t.parse().unwrap()).collect();
    Arc::new(Known(HashMap::from([
        ("good.example", ip(&["93.184.216.34", "2606:2800::1"])),
        ("other.example", ip(&["93.184.216.35"])),
        ("shared.example", ip(&["93.184.216.34"])),
        (
            "rebound.example",
            ip(&["127.0.0.1", "169.254.169.254", "10.0.0.1", "::ffff:192.168.0.1"]),
        ),
        ("half.example", ip(&["10.0.0.1", "93.184.216.36"])),
        ("localhost", ip(&["127.0.0.1", "::1"])),
        ("db", ip(&["10.0.0.7"])),
        ("empty.example", ip(&[])),
    ])))
}

struct Guest {
    network: Network,
    ledger: Arc<Ledger>,
}

fn guest(net: &[&str], listen: &[&str], mode: Mode) -> Guest {
    let grants = Grants {
        net: net.iter().map(|r| r.parse().unwrap()).collect(),
        listen: listen.iter().map(|r| r.parse().unwrap()).collect(),
        ..Grants::default()
    };
    let ledger = Ledger::new(&grants);
    Guest {
        network: Network::new(&grants, mode, &ledger, known()),
        ledger,
    }
}

fn with(net: &[&str], listen: &[&str]) -> Guest {
    guest(net, listen, Mode::Enforce)
}

impl Guest {
    fn may(&self, purpose: SocketAddrUse, address: &str) -> bool {
        self.network.0.check(address.parse().unwrap(), purpose)
    }
    fn connects(&self, address: &str) -> bool {
        self.may(SocketAddrUse::TcpBind, "0.0.0.0:0") && self.may(SocketAddrUse::TcpConnect, address)
    }
    fn sends(&self, address: &str) -> bool {
        self.may(SocketAddrUse::UdpSend, address)
    }
    fn listens(&self, address: &str) -> bool {
        self.may(SocketAddrUse::TcpBind, address) && self.may(SocketAddrUse::TcpListen, address)
    }
    fn resolves(&self, name: &str) -> Result<Vec<String>, LookupError> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .unwrap();
        let addresses = runtime.block_on(async {
            match self.network.lookup(name)? {
                Lookup::Address(address) => Ok(vec![address]),
                Lookup::Asked(answer) => answer.await,
            }
        })?;
        Ok(addresses.iter().map(ToString::to_string).collect())
    }
}

#[test]
fn nothing_is_reached_without_a_grant() {
    let guest = with(&[], &[]);
    for address in [
        "127.0.0.1:80",
        "93.184.216.34:443",
        "[::1]:80",
        "0.0.0.0:80",
        "255.255.255.255:9",
    ] {
        assert!(!guest.connects(address), "{address}");
        assert!(!guest.sends(address), "{address}");
        assert!(!guest.may(SocketAddrUse::UdpReceive, address), "{address}");
    }
    for address in ["127.0.0.1:80", "0.0.0.0:80", "[::]:80", "127.0.0.1:0"] {
        assert!(!guest.listens(address), "{address}");
        assert!(!guest.may(SocketAddrUse::UdpBind, address), "{address}");
    }
    assert!(
        !guest.listens("0.0.0.0:0"),
        "the implicit bind alone does not make a listener"
    );
    assert_eq!(guest.resolves("good.example"), Err(LookupError::Denied));
    assert!(guest.ledger.used().connects.iter().all(|c| !c.allowed));
    assert_eq!(
        guest.ledger.used().smallest_grants(&Grants::default()),
        Grants::default()
    );
}

#[test]
fn an_address_rule_grants_its_block_and_ports_alone() {
    let guest = with(&["10.0.0.0/8:8000-8999", "[fd00::]:53/udp"], &[]);
    assert!(guest.connects("10.1.2.3:8000"));
    assert!(
        guest.connects("[::ffff:10.1.2.3]:8999"),
        "IPv4 in IPv6's clothes is IPv4"
    );
    assert!(!guest.connects("10.1.2.3:9000"));
    assert!(!guest.connects("11.1.2.3:8000"));
    assert!(!guest.connects("[::ffff:11.1.2.3]:8000"));
    assert!(!guest.sends("10.1.2.3:8000"), "TCP's rule is not UDP's");
    assert!(guest.sends("[fd00::]:53"));
    assert!(!guest.connects("[fd00::]:53"), "UDP's rule is not TCP's");
    assert!(!guest.connects("10.1.2.3:0"));
}

#[test]
fn a_connection_to_nowhere_is_one_to_this_machine() {
    assert!(!with(&["0.0.0.0/8:*"], &[]).connects("0.0.0.0:80"));
    assert!(with(&["127.0.0.1:80"], &[]).connects("0.0.0.0:80"));
    assert!(with(&["[::1]:80"], &[]).connects("[::]:80"));
    assert!(!with(&["93.0.0.0/8:*"], &[]).connects("[::ffff:0.0.0.0]:80"));
}

#[test]
fn everyone_at_once_is_not_every_host() {
    let guest = with(&["*:*/udp"], &[]);
    assert!(guest.sends("8.8.8.8:53"));
    for many in ["255.255.255.255:9", "224.0.0.251:5353", "[ff02::fb]:5353"] {
        assert!(!guest.sends(many), "{many}");
    }
    assert!(with(&["224.0.0.251:5353/udp"], &[]).sends("224.0.0.251:5353"));
}

#[test]
fn a_name_grants_the_addresses_of_its_own_answer() {
    let guest = with(&["good.example:443"], &[]);
    assert!(!guest.connects("93.184.216.34:443"), "nothing was looked up yet");
    assert_eq!(
        guest.resolves("Good.Example.").unwrap(),
        ["93.184.216.34", "2606:2800::1"]
    );
    assert!(guest.connects("93.184.216.34:443"));
    assert!(guest.connects("[2606:2800::1]:443"));
    assert!(!guest.connects("93.184.216.34:80"), "another port");
    assert!(!guest.sends("93.184.216.34:443"), "another transport");
    assert!(!guest.connects("93.184.216.35:443"), "another address");
    assert_eq!(guest.resolves("other.example"), Err(LookupError::Denied));
    let other = with(&["good.example:443"], &[]);
    assert!(!other.connects("93.184.216.34:443"), "another guest's answer");
}

#[test]
fn a_name_does_not_grant_by_another_names_rule() {
    // Both lead to one server, each on a port of its own.
    let guest = with(&["good.example:443", "shared.example:80"], &[]);
    guest.resolves("shared.example").unwrap();
    assert!(guest.connects("93.184.216.34:80"));
    assert!(
        !guest.connects("93.184.216.34:443"),
        "the name of the rule for 443 was not looked up"
    );
    guest.resolves("good.example").unwrap();
    assert!(guest.connects("93.184.216.34:443"));
}

#[test]
fn a_public_name_does_not_lead_inside() {
    let guest = with(&["rebound.example:*", "half.example:*"], &[]);
    assert_eq!(guest.resolves("rebound.example"), Err(LookupError::Denied));
    for address in [
        "127.0.0.1:80",
        "169.254.169.254:80",
        "10.0.0.1:80",
        "192.168.0.1:80",
    ] {
        assert!(!guest.connects(address), "{address}");
    }
    assert_eq!(guest.resolves("half.example").unwrap(), ["93.184.216.36"]);
    assert!(!guest.connects("10.0.0.1:80"));
    let told: Vec<String> = guest.ledger.refusals().iter().map(Refusal::hint).collect();
    assert!(
        told.contains(&"add `--allow-net 10.0.0.1:PORT`".to_owned()),
        "{told:?}"
    );

    let guest = with(&["rebound.example:80", "10.0.0.0/8:80"], &[]);
    assert_eq!(
        guest.resolves("rebound.example").unwrap(),
        ["10.0.0.1"],
        "a rule has the address"
    );
    assert!(guest.connects("10.0.0.1:80") && !guest.connects("127.0.0.1:80"));
}

#[test]
fn a_name_of_the_inside_leads_inside() {
    let guest = with(&["localhost:8080", "db:5432"], &[]);
    assert_eq!(guest.resolves("LOCALHOST").unwrap(), ["127.0.0.1", "::1"]);
    assert_eq!(guest.resolves("db").unwrap(), ["10.0.0.7"]);
    assert!(
        guest.connects("127.0.0.1:8080") && guest.connects("[::1]:8080") && guest.connects("10.0.0.7:5432")
    );
    assert!(!guest.connects("127.0.0.1:5432") && !guest.connects("10.0.0.7:8080"));
}

#[test]
fn an_address_as_a_name_grants_nothing() {
    let guest = with(&["good.example:*"], &[]);
    for (text, address) in [
        ("127.0.0.1", "127.0.0.1"),
        ("0x7f.1", "127.0.0.1"),
        ("2130706433", "127.0.0.1"),
        ("::1", "::1"),
        ("[::1]", "::1"),
        ("::ffff:10.0.0.1", "10.0.0.1"),
    ] {
        assert_eq!(guest.resolves(text).unwrap(), [address], "{text}");
    }
    assert!(!guest.connects("127.0.0.1:80"));
    assert!(guest.ledger.used().names.is_empty());
}

#[test]
fn what_is_no_name_is_not_looked_up() {
    let guest = with(&["*:*"], &[]);
    let long = format!("{}.example", "a".repeat(300));
    for text in [
        "",
        " ",
        "a b",
        "a/b",
        "user@host",
        "host:80",
        "[::1",
        ".",
        "\0",
        long.as_str(),
        "a\nb",
    ] {
        assert_eq!(guest.resolves(text), Err(LookupError::Invalid), "{text:?}");
    }
    assert_eq!(guest.resolves("unknown.example"), Err(LookupError::Unresolvable));
    assert_eq!(guest.resolves("empty.example"), Err(LookupError::Unresolvable));
}

#[test]
fn listening_is_where_the_rule_says() {
    let guest = with(&[], &["8080", "0.0.0.0:9090"]);
    assert!(guest.listens("127.0.0.1:8080") && guest.listens("[::1]:8080"));
    assert!(guest.listens("0.0.0.0:9090") && guest.listens("192.168.1.1:9090"));
    assert!(
        !guest.listens("0.0.0.0:8080"),
        "loopback's rule is not everywhere's"
    );
    assert!(!guest.listens("127.0.0.1:8081"));
    assert!(!guest.may(SocketAddrUse::UdpBind, "127.0.0.1:8080"));
    assert!(guest.may(SocketAddrUse::TcpAccept, "192.0.2.1:50000"));
}

#[test]
fn a_port_that_the_system_picks_needs_a_rule_for_port_0() {
    let picked = "127.0.0.1:43210";
    let guest = with(&[], &["0"]);
    assert!(guest.may(SocketAddrUse::TcpBind, "127.0.0.1:0"));
    assert!(guest.may(SocketAddrUse::TcpListen, picked));
    assert!(
        !guest.may(SocketAddrUse::TcpBind, picked),
        "picking it oneself is another matter"
    );
    let listens = guest.ledger.used().listens;
    assert!(listens.iter().any(|l| l.port == 0 && l.allowed), "{listens:?}");

    let client = with(&["*:*"], &[]);
    assert!(
        client.may(SocketAddrUse::TcpBind, "127.0.0.1:0"),
        "a client may choose its own address"
    );
    assert!(
        !client.may(SocketAddrUse::TcpListen, picked),
        "but not listen there"
    );
}

/// A socket on every address hears whoever sends to it, and which socket a datagram came to is not told.
#[test]
fn strangers_are_not_heard_beside_a_socket_that_was_not_granted() {
    for bind in ["0.0.0.0:0", "[::]:0"] {
        let guest = with(&["8.8.8.8:53/udp"], &["5353/udp"]);
        assert!(guest.may(SocketAddrUse::UdpBind, "127.0.0.1:5353"));
        assert!(guest.may(SocketAddrUse::UdpReceive, "192.0.2.9:1234"));
        assert!(guest.may(SocketAddrUse::UdpBind, bind), "for sending");
        for _ in 0..3 {
            assert!(!guest.may(SocketAddrUse::UdpReceive, "192.0.2.9:1234"));
        }
        assert_eq!(guest.ledger.refusals().len(), 1);
        assert!(
            guest.may(SocketAddrUse::UdpReceive, "8.8.8.8:53"),
            "who was asked may answer"
        );
    }
    let guest = with(&["8.8.8.8:53/udp"], &["5353/udp"]);
    assert!(guest.may(SocketAddrUse::UdpBind, "192.0.2.2:0"), "for sending");
    assert!(!guest.may(SocketAddrUse::UdpReceive, "192.0.2.9:1234"));
    let everywhere = with(&[], &["0.0.0.0:*/udp"]);
    assert!(everywhere.may(SocketAddrUse::UdpBind, "0.0.0.0:0"));
    assert!(everywhere.may(SocketAddrUse::UdpReceive, "192.0.2.9:1234"));
}

#[test]
fn a_server_of_datagrams_answers_whom_it_heard() {
    let guest = with(&[], &["5353/udp"]);
    assert!(guest.may(SocketAddrUse::UdpBind, "127.0.0.1:5353"));
    assert!(!guest.sends("192.0.2.9:1234"));
    assert!(guest.may(SocketAddrUse::UdpReceive, "192.0.2.9:1234"));
    assert!(guest.sends("192.0.2.9:1234"));
    assert!(!guest.sends("192.0.2.9:1235") && !guest.sends("192.0.2.10:1234"));
}

#[test]
fn strangers_datagrams_are_dropped_without_a_trace() {
    let guest = with(&["8.8.8.8:53/udp"], &[]);
    assert!(guest.may(SocketAddrUse::UdpReceive, "8.8.8.8:53"));
    for port in 1..500 {
        assert!(!guest.network.0.check(
            SocketAddr::from(([192, 0, 2, 1], port)),
            SocketAddrUse::UdpReceive
        ));
    }
    assert!(guest.ledger.used().connects.is_empty() && guest.ledger.refusals().is_empty());
}

#[test]
fn what_is_refused_is_written_down_with_its_flag() {
    let guest = with(&["good.example:443"], &[]);
    guest.resolves("good.example").unwrap();
    guest.connects("93.184.216.34:80");
    guest.connects("10.0.0.9:22");
    guest.listens("127.0.0.1:80");
    let told: Vec<String> = guest
        .ledger
        .refusals()
        .iter()
        .map(|r| format!("{r}: {}", r.hint()))
        .collect();
    assert_eq!(
        told,
        [
            "a connection to good.example:80: add `--allow-net good.example:80`",
            "a connection to 10.0.0.9:22: add `--allow-net 10.0.0.9:22`",
            "listening on 127.0.0.1:80: add `--allow-listen 127.0.0.1:80`",
        ]
    );
}

#[test]
fn what_is_learnt_is_enough_and_no_more() {
    let act = |guest: &Guest| {
        guest.resolves("good.example").is_ok()
            && guest.connects("93.184.216.34:443")
            && guest.resolves("rebound.example").is_ok()
            && guest.connects("10.0.0.1:5432")
            && guest.sends("8.8.8.8:53")
            && guest.listens("127.0.0.1:8080")
    };
    let learner = guest(&[], &[], Mode::Learn);
    assert!(act(&learner));
    let learnt = learner.ledger.used().smallest_grants(&Grants::default());
    let rules: Vec<String> = learnt.net.iter().map(ToString::to_string).collect();
    assert_eq!(rules, ["good.example:443", "10.0.0.1:5432", "8.8.8.8:53/udp"]);
    let ledger = Ledger::new(&learnt);
    let later = Guest {
        network: Network::new(&learnt, Mode::Enforce, &ledger, known()),
        ledger,
    };
    assert!(later.resolves("good.example").is_ok() && later.connects("93.184.216.34:443"));
    assert!(later.connects("10.0.0.1:5432") && later.sends("8.8.8.8:53") && later.listens("127.0.0.1:8080"));
    assert!(!later.connects("93.184.216.34:80") && !later.connects("127.0.0.1:5432"));
}

#[test]
fn what_is_remembered_is_bounded() {
    let guest = with(&["*.example:*"], &["0.0.0.0:*/udp"]);
    for i in 0..20_000_u32 {
        let [a, b, c, d] = i.to_be_bytes();
        guest
            .network
            .0
            .remember(&format!("n{i}.example"), IpAddr::from([20 + a, b, c, d]));
        guest
            .network
            .0
            .remember(&format!("n{i}.example"), IpAddr::from([20, 1, 1, 1]));
        guest
            .network
            .0
            .check(SocketAddr::from(([20, b, c, d], 1)), SocketAddrUse::UdpReceive);
    }
    assert!(
        !guest.may(SocketAddrUse::TcpConnect, "20.0.0.5:1"),
        "the oldest answers are forgotten"
    );
    assert!(
        guest.may(SocketAddrUse::TcpConnect, "20.0.78.31:1"),
        "the newest are not"
    );
}

#[test]
fn many_lookups_wait_for_each_other() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap();
    let guest = with(&["*.example:*"], &[]);
    runtime.block_on(async {
        let all = (0..100).map(|_| async {
            match guest.network.lookup("good.example") {
                Ok(Lookup::Asked(answer)) => answer.await.map(|a| a.len()),
                other => panic!("{other:?}"),
            }
        });
        let answers = futures::future::join_all(all).await;
        assert!(answers.iter().all(|a| *a == Ok(2)));
    });
}

#[test]
fn a_flood_of_lookups_is_turned_away() {
    let guest = with(&["*.example:*"], &[]);
    let mut held = Vec::new();
    for _ in 0..resolver::WAITING {
        held.push(guest.network.lookup("good.example").unwrap());
    }
    assert!(matches!(
        guest.network.lookup("good.example"),
        Err(LookupError::Busy)
    ));
    held.clear();
    assert!(guest.network.lookup("good.example").is_ok());
}

fn address() -> impl Strategy<Value = SocketAddr> {
    prop_oneof![
        (any::<[u8; 4]>(), any::<u16>()).prop_map(SocketAddr::from),
        (any::<[u8; 16]>(), any::<u16>()).prop_map(SocketAddr::from),
        (0..4_u8, any::<u16>()).prop_map(|(last, port)| SocketAddr::from(([127, 0, 0, last], port))),
    ]
}

proptest! {
    #[test]
    fn a_rule_for_one_address_grants_that_one(granted in address(), asked in address()) {
        let pattern = sampan_types::grants::HostPattern::of_address(granted.ip());
        let rule = format!("{pattern}:{}", granted.port());
        let guest = with(&[&rule], &[]);
        let same = granted == asked;
        let got = guest.network.0.check(asked, SocketAddrUse::TcpConnect);
        let unspecified = asked.ip().to_canonical().is_unspecified() || granted.ip().to_canonical().is_unspecified();
        prop_assert!(got == same || unspecified, "{rule} {asked}");
        prop_assert!(!guest.network.0.check(asked, SocketAddrUse::UdpSend));
        let noted = guest.ledger.used().connects;
        prop_assert_eq!(noted.iter().filter(|c| c.transport == Transport::Tcp).map(|c| c.allowed).collect::<Vec<_>>(), vec![got]);
    }

    #[test]
    fn any_text_is_a_host_or_is_not(text in "\\PC{0,60}") {
        let _ = parse_host(&text);
    }
}
