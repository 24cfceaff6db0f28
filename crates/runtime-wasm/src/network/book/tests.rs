use super::*;
use crate::network::wire::ForwardOrder;
use sampan_runtime::LentPort;
use sampan_types::{ContainerId, Grants};
use sampan_wasm_host::net::SystemResolver;

fn place(network: &str, address: &str, names: &[&str]) -> NetworkPlace {
    let net = address.rsplit_once('.').unwrap().0;
    NetworkPlace {
        network: network.to_owned(),
        title: format!("{network}.net"),
        addresses: vec![address.parse().unwrap()],
        subnets: vec![format!("{net}.0/24").parse().unwrap()],
        gateways: vec![format!("{net}.1").parse().unwrap()],
        names: names.iter().map(|name| (*name).to_owned()).collect(),
        links: vec![("linked".to_owned(), "web".to_owned())],
        open: network != "bridge",
        internal: false,
        wiring: sampan_runtime::Wiring::default(),
    }
}

fn admission(entry: u64, places: Vec<NetworkPlace>) -> Admission {
    Admission {
        entry,
        id: id(entry),
        pid: None,
        grants: Grants::default(),
        places,
        hosts: vec![("extra".to_owned(), "192.0.2.1".parse().unwrap())],
        forwards: Vec::new(),
        resolver: sampan_runtime::NameServers::default(),
        machine: vec!["10.0.3.1".parse().unwrap()],
        within: None,
        lent: Vec::new(),
        exposed: Vec::new(),
        apart: None,
        socket: false,
        notify: false,
    }
}

fn id(entry: u64) -> ContainerId {
    ContainerId::from_random([entry as u8; 32])
}

fn admit(book: &mut Book, admission: &Admission) -> Result<(), Taken> {
    let border = Border::new(&Grants::default(), Arc::new(SystemResolver));
    book.admit(admission, Arc::new(border))
}

fn book(members: &[(u64, Vec<NetworkPlace>)]) -> Book {
    let mut book = Book::default();
    for (entry, places) in members {
        admit(&mut book, &admission(*entry, places.clone())).unwrap();
    }
    book
}

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn lead(book: &Book, entry: u64, to: &str) -> Lead {
    book.lead(entry, SocketAddr::new(ip(to), 80))
}

#[test]
fn names_and_addresses_are_known_in_common_networks_alone() {
    let book = book(&[
        (1, vec![place("a", "10.0.1.2", &["web", "w"])]),
        (
            2,
            vec![place("a", "10.0.1.3", &["api"]), place("b", "10.0.2.3", &["api"])],
        ),
        (3, vec![place("b", "10.0.2.4", &["db"])]),
        (4, vec![place("bridge", "10.0.3.2", &["alone"])]),
        (5, vec![place("bridge", "10.0.3.3", &["other"])]),
    ]);
    assert_eq!(book.named(1, "api"), [ip("10.0.1.3")]);
    assert_eq!(book.named(3, "api"), [ip("10.0.2.3")]);
    assert_eq!(book.named(2, "linked"), [ip("10.0.1.2")]);
    // With the name of a network behind it, which it must be in.
    assert_eq!(book.named(2, "api.b.net"), [ip("10.0.2.3")]);
    assert_eq!(book.named(2, "db.b.net"), [ip("10.0.2.4")]);
    assert!(book.named(1, "api.b.net").is_empty() && book.named(2, "db.a.net").is_empty());
    assert!(book.named(1, "api.net").is_empty() && book.named(1, "api.").is_empty());
    assert_eq!(book.name_of(1, ip("10.0.1.3")).unwrap(), "api.a.net");
    assert_eq!(book.name_of(3, ip("10.0.1.3")), None);
    assert_eq!(book.named(2, "w"), [ip("10.0.1.2")]);
    assert!(book.named(1, "db").is_empty() && book.named(4, "other").is_empty());
    assert_eq!(book.named(1, "extra"), [ip("192.0.2.1")]);
    assert_eq!(lead(&book, 1, "10.0.1.3"), Lead::Member(ip("10.0.1.3")));
    // A second address leads to where its owner listens.
    assert_eq!(lead(&book, 3, "10.0.2.3"), Lead::Member(ip("10.0.1.3")));
    assert_eq!(lead(&book, 1, "10.0.2.4"), Lead::Out);
    assert_eq!(
        lead(&book, 3, "10.0.1.3"),
        Lead::Out,
        "the own address of a network it is not in"
    );
    assert_eq!(lead(&book, 1, "10.0.1.9"), Lead::Nobody);
    assert_eq!(lead(&book, 4, "10.0.3.3"), Lead::Out);
    assert_eq!(lead(&book, 4, "10.0.3.2"), Lead::Member(ip("10.0.3.2")));
    assert_eq!(
        lead(&book, 4, "10.0.3.1"),
        Lead::Machine,
        "nothing is forwarded to it"
    );
    assert_eq!(lead(&book, 1, "10.0.1.1"), Lead::Nobody);
}

#[test]
fn a_place_that_is_left_is_known_no_more_and_its_sockets_stay() {
    let mut book = book(&[
        (1, vec![place("a", "10.0.1.2", &["web"])]),
        (2, vec![place("a", "10.0.1.3", &["api"])]),
    ]);
    assert!(book.move_to(2, vec![place("b", "10.0.2.3", &["api"])]));
    assert!(book.named(1, "api").is_empty());
    assert_eq!(lead(&book, 1, "10.0.1.3"), Lead::Nobody);
    assert_eq!(book.get(2).unwrap().own(), [ip("10.0.1.3")]);
    book.move_to(1, vec![place("b", "10.0.2.2", &["web"])]);
    assert_eq!(lead(&book, 1, "10.0.2.3"), Lead::Member(ip("10.0.1.3")));
    book.dismiss(2);
    assert_eq!(lead(&book, 1, "10.0.2.3"), Lead::Nobody);
    assert!(!book.move_to(2, Vec::new()));
}

#[test]
fn what_runs_inside_of_a_container_is_where_that_one_is() {
    let places = vec![place("bridge", "10.0.3.2", &["web"])];
    let mut book = book(&[(2, vec![place("a", "10.0.1.2", &["other"])])]);
    let inside = |entry| Admission {
        within: Some(id(1)),
        lent: vec![LentPort {
            port: 80,
            transport: Transport::Tcp,
            at: "0.0.0.0:32768".parse().unwrap(),
        }],
        ..admission(entry, places.clone())
    };
    // Two at a time, also where the container itself makes no sockets.
    admit(&mut book, &inside(3)).unwrap();
    admit(&mut book, &inside(4)).unwrap();
    assert_eq!(book.get(4).unwrap().own(), [ip("10.0.3.2")]);
    let host = Lead::Lent("127.0.0.1:32768".parse().unwrap());
    assert_eq!(lead(&book, 3, "10.0.3.2"), host);
    // Where what comes to the port is forwarded to the container, that is where it leads.
    let mut itself = admission(1, places.clone());
    itself.forwards = vec![ForwardOrder {
        port: 80,
        transport: Transport::Tcp,
    }];
    admit(&mut book, &itself).unwrap();
    assert_eq!(lead(&book, 3, "10.0.3.2"), Lead::Member(ip("10.0.3.2")));
    // Nobody else may have its address.
    let stranger = admission(9, places.clone());
    assert_eq!(admit(&mut book, &stranger), Err(Taken::Address(ip("10.0.3.2"))));
    // The container has left the network in which its sockets are, and so are those of what starts in it now.
    let moved = vec![place("a", "10.0.1.9", &["web"])];
    book.move_to(1, moved.clone());
    book.move_to(3, moved.clone());
    let mut late = inside(5);
    late.places = moved;
    admit(&mut book, &late).unwrap();
    assert_eq!(book.get(5).unwrap().own(), [ip("10.0.3.2")]);
    assert_eq!(book.named(2, "web"), [ip("10.0.1.9")]);
    assert_eq!(lead(&book, 2, "10.0.1.9"), Lead::Member(ip("10.0.3.2")));
    // Its address in that network is another's to have, whose sockets are elsewhere then.
    for entry in 2..=5 {
        book.move_to(entry, vec![place("a", "10.0.1.9", &["web"])]);
    }
    admit(&mut book, &stranger).unwrap();
    assert_eq!(book.get(9).unwrap().own(), [ip("100.127.0.1")]);
    assert_eq!(lead(&book, 9, "10.0.3.2"), Lead::Member(ip("100.127.0.1")));
    assert_eq!(lead(&book, 9, "10.0.1.9"), Lead::Out);
}

#[test]
fn a_link_leads_to_one_member_of_a_closed_network() {
    let mut client = place("bridge", "10.0.3.2", &["client"]);
    client.links = vec![("db".to_owned(), "id1".to_owned())];
    let mut plain = place("bridge", "10.0.3.5", &["plain"]);
    plain.links.clear();
    let book = book(&[
        (1, vec![client]),
        (2, vec![place("bridge", "10.0.3.3", &["store", "id1"])]),
        (3, vec![place("bridge", "10.0.3.4", &["other", "id2"])]),
        (4, vec![plain]),
    ]);
    assert_eq!(book.named(1, "db"), [ip("10.0.3.3")]);
    assert!(book.named(1, "store").is_empty() && book.named(4, "db").is_empty());
    assert_eq!(lead(&book, 1, "10.0.3.3"), Lead::Member(ip("10.0.3.3")));
    assert_eq!(lead(&book, 1, "10.0.3.4"), Lead::Out);
    assert_eq!(lead(&book, 4, "10.0.3.3"), Lead::Out);
    assert_eq!(lead(&book, 2, "10.0.3.2"), Lead::Out, "a link leads one way");
}
