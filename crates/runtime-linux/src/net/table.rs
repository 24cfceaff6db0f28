//! The one table of nftables: who reaches whom through the host, and where published ports lead.

use std::net::IpAddr;

use sampan_network::NetworkError;
use sampan_network::nft::{Batch, Chain, Family, Field, Hook, Register, Rule, Set, Type, Value, Verdict};

use sampan_process::desk::Doorway;
use sampan_process::users;

use super::bridge::Made;
use super::note::{Door, Wired};
use super::{Elements, number};

/// Its name, in both families of IP.
pub(super) const TABLE: &str = "sampan";

/// All bridges.
const BRIDGES: &str = "bridges";
/// Those whose members reach what is elsewhere.
const OUTWARD: &str = "outward";
/// Those whose members seem to be the host there.
const MASKED: &str = "masked";
/// Those that lead nowhere.
const INTERNAL: &str = "internal";
/// A bridge and itself, where members reach each other.
const TOGETHER: &str = "together";

/// A container with published ports, and itself.
const SELVES4: &str = "selves4";
/// The same in IPv6.
const SELVES6: &str = "selves6";

/// Addresses of containers without interfaces, which the host has for them.
const STRANGERS4: &str = "strangers4";
/// The same in IPv6.
const STRANGERS6: &str = "strangers6";

const SETS: [Set<'_>; 13] = [
    set(STRANGERS4, &[Type::V4], &[]),
    set(STRANGERS6, &[Type::V6], &[]),
    set(SELVES4, &[Type::V4, Type::V4], &[]),
    set(SELVES6, &[Type::V6, Type::V6], &[]),
    set(BRIDGES, &[Type::Interface], &[]),
    set(OUTWARD, &[Type::Interface], &[]),
    set(MASKED, &[Type::Interface], &[]),
    set(INTERNAL, &[Type::Interface], &[]),
    set(TOGETHER, &[Type::Interface, Type::Interface], &[]),
    set(
        "ports4",
        &[Type::V4, Type::Protocol, Type::Port],
        &[Type::V4, Type::Port],
    ),
    set(
        "ports6",
        &[Type::V6, Type::Protocol, Type::Port],
        &[Type::V6, Type::Port],
    ),
    set("any4", &[Type::Protocol, Type::Port], &[Type::V4, Type::Port]),
    set("any6", &[Type::Protocol, Type::Port], &[Type::V6, Type::Port]),
];

const fn set<'a>(name: &'a str, keys: &'a [Type], values: &'a [Type]) -> Set<'a> {
    Set { name, keys, values }
}

/// Whether nobody took it away, or some of its rules.
pub(super) fn is_whole(rules: usize) -> Result<bool, NetworkError> {
    Ok(sampan_network::nft::rules(TABLE)? == rules)
}

/// Writes it whole, whatever was there. Tells how many rules it has.
pub(super) fn write<'a>(
    bridges: impl Iterator<Item = &'a Made>,
    wired: impl Iterator<Item = &'a Wired>,
    doorway: Option<Doorway>,
    strangers: impl Iterator<Item = IpAddr>,
    guarded: impl Fn(Family) -> bool,
) -> Result<usize, NetworkError> {
    let mut batch = Batch::new(TABLE);
    // What is not there cannot be removed.
    batch.add_table();
    batch.remove_table();
    batch.add_table();
    for set in &SETS {
        batch.add_set(set);
    }
    let mut elements = Elements::new();
    for bridge in bridges {
        merge(&mut elements, of_bridge(bridge));
    }
    for wired in wired {
        merge(&mut elements, of_doors(wired));
    }
    for stranger in strangers {
        merge(&mut elements, of_stranger(stranger));
    }
    for (set, elements) in &elements {
        batch.add(set, elements);
    }
    chains(&mut batch, doorway, guarded);
    let rules = batch.rules();
    batch.commit()?;
    Ok(rules)
}

fn merge(into: &mut Elements, from: Elements) {
    for (set, elements) in from {
        into.entry(set).or_default().extend(elements);
    }
}

fn of_stranger(address: IpAddr) -> Elements {
    let set = if address.is_ipv4() { STRANGERS4 } else { STRANGERS6 };
    Elements::from([(set, vec![(Value::new().address(address), None)])])
}

/// The host has an address for a container without interfaces, or has it no more.
pub(super) fn stranger(address: IpAddr, comes: bool) -> Result<(), NetworkError> {
    match comes {
        true => change(true, &of_stranger(address)),
        false => forgiving(change(false, &of_stranger(address))),
    }
}

fn chains(batch: &mut Batch, doorway: Option<Doorway>, guarded: impl Fn(Family) -> bool) {
    let chain = |name, hook, translates, priority| Chain {
        name,
        hook,
        translates,
        priority,
    };
    batch.add_chain(&chain("prerouting", Hook::Prerouting, true, -100));
    batch.add_chain(&chain("output", Hook::Output, true, -100));
    batch.add_chain(&chain("postrouting", Hook::Postrouting, true, 100));
    batch.add_chain(&chain("forward", Hook::Forward, false, 0));
    batch.add_chain(&chain("input", Hook::Input, false, 0));
    for (family, to, set) in [
        (Family::V4, Field::To4, STRANGERS4),
        (Family::V6, Field::To6, STRANGERS6),
    ] {
        let strange = || {
            let rule = Rule::new().version(family).load(to, Register::part(0));
            rule.look_up(Register::part(0), set, true)
        };
        // Whoever says to be in another network than the one by which it comes is not carried.
        let carried = || strange().interface(Field::In, BRIDGES, true).routed_back();
        if let Some(doorway) = doorway {
            batch.add_rule("prerouting", &carried().protocol(6).lead_here(doorway.tcp));
        }
        if let Some(port) = doorway.and_then(|doorway| doorway.udp) {
            batch.add_rule("prerouting", &carried().protocol(17).lead_to_port(family, port));
            // Also where its connection is known: it may be another one's.
            let heard = || strange().protocol(17).routed_back();
            let led = heard().translated().mark_with_first_port();
            batch.add_rule("input", &led.verdict(Verdict::Accept));
            // Answers to what was carried the other way.
            batch.add_rule("input", &heard().known().verdict(Verdict::Accept));
        }
        // What the host itself listens on is not the container's.
        batch.add_rule("input", &strange().protocol(17).verdict(Verdict::Drop));
    }
    for chain in ["prerouting", "output"] {
        for (family, ports, any) in [(Family::V4, "ports4", "any4"), (Family::V6, "ports6", "any6")] {
            let begin = || match chain {
                // What comes to the loopback is carried by a process.
                "output" => Rule::new().version(family).not_to_loopback(family),
                _ => Rule::new().version(family),
            };
            batch.add_rule(chain, &to_port(begin(), family, ports));
            batch.add_rule(chain, &to_any(begin().to_this_machine(), family, any));
        }
    }
    // Where the bridges are not the host's no packet leads out: connections are carried.
    if let Some(doorway) = doorway.filter(|_| !users::is_root()) {
        for family in [Family::V4, Family::V6] {
            let out = Rule::new().version(family).interface(Field::In, OUTWARD, true);
            batch.add_rule("prerouting", &out.unrouted().protocol(6).lead_here(doorway.tcp));
        }
    }
    // A container that asks for a published port, maybe its own, shall be answered on the same way.
    let masked = || Rule::new().interface(Field::In, MASKED, true);
    batch.add_rule("postrouting", &masked().translated().masquerade());
    // Where packets in a bridge come by here, nothing tells by which interface they came.
    for (family, from, to, next, set) in [
        (Family::V4, Field::From4, Field::To4, 1, SELVES4),
        (Family::V6, Field::From6, Field::To6, 4, SELVES6),
    ] {
        let itself = Rule::new()
            .version(family)
            .load(from, Register::part(0))
            .load(to, Register::part(next))
            .look_up(Register::part(0), set, true);
        batch.add_rule("postrouting", &itself.masquerade());
    }
    let out = masked().interface(Field::Out, BRIDGES, false);
    batch.add_rule("postrouting", &out.masquerade());

    let foreign = |rule: Rule| {
        rule.interface(Field::In, BRIDGES, false)
            .interface(Field::Out, BRIDGES, false)
    };
    // Between other interfaces, where nothing was forwarded before.
    for family in [Family::V4, Family::V6]
        .into_iter()
        .filter(|family| guarded(*family))
    {
        batch.add_rule(
            "forward",
            &foreign(Rule::new().version(family)).verdict(Verdict::Drop),
        );
    }
    batch.add_rule("forward", &foreign(Rule::new()).verdict(Verdict::Accept));
    batch.add_rule("forward", &Rule::new().known().verdict(Verdict::Accept));
    let together = Rule::new()
        .load(Field::In, Register::part(0))
        .load(Field::Out, Register::part(4))
        .look_up(Register::part(0), TOGETHER, true);
    batch.add_rule("forward", &together.verdict(Verdict::Accept));
    // Out of an internal network nothing gets by what another one publishes.
    let published = Rule::new()
        .interface(Field::In, INTERNAL, false)
        .interface(Field::Out, OUTWARD, true)
        .translated();
    batch.add_rule("forward", &published.verdict(Verdict::Accept));
    let outward = Rule::new()
        .interface(Field::In, OUTWARD, true)
        .interface(Field::Out, BRIDGES, false);
    batch.add_rule("forward", &outward.verdict(Verdict::Accept));
    batch.add_rule("forward", &Rule::new().verdict(Verdict::Drop));

    let inside = || Rule::new().interface(Field::In, INTERNAL, true);
    batch.add_rule("input", &inside().known().verdict(Verdict::Accept));
    // What is led to other members.
    batch.add_rule("input", &inside().translated().verdict(Verdict::Accept));
    // By which neighbours are found in IPv6.
    batch.add_rule("input", &inside().protocol(58).verdict(Verdict::Accept));
    batch.add_rule("input", &inside().verdict(Verdict::Drop));
}

/// Leads a connection by the address where it goes, its protocol and its port.
fn to_port(rule: Rule, family: Family, map: &str) -> Rule {
    let (field, next) = match family {
        Family::V4 => (Field::To4, 1),
        Family::V6 => (Field::To6, 4),
    };
    let rule = rule
        .load(field, Register::part(0))
        .load(Field::Protocol, Register::part(next))
        .load(Field::ToPort, Register::part(next + 1));
    led(rule, family, map)
}

/// The same for all addresses of this machine.
fn to_any(rule: Rule, family: Family, map: &str) -> Rule {
    let rule = rule
        .load(Field::Protocol, Register::part(0))
        .load(Field::ToPort, Register::part(1));
    led(rule, family, map)
}

fn led(rule: Rule, family: Family, map: &str) -> Rule {
    let port = match family {
        Family::V4 => Register::part(1),
        Family::V6 => Register::part(4),
    };
    rule.map(Register::part(0), map, Register::part(0))
        .lead_to(family, Register::part(0), port)
}

fn of_bridge(bridge: &Made) -> Elements {
    let name = || Value::new().interface(&bridge.name);
    let mut elements = Elements::from([(BRIDGES, vec![(name(), None)])]);
    let own = match bridge.internal {
        true => INTERNAL,
        false => OUTWARD,
    };
    elements.insert(own, vec![(name(), None)]);
    if bridge.masquerade && !bridge.internal {
        elements.insert(MASKED, vec![(name(), None)]);
    }
    if bridge.together {
        let twice = name().interface(&bridge.name);
        elements.insert(TOGETHER, vec![(twice, None)]);
    }
    elements
}

fn of_doors(wired: &Wired) -> Elements {
    let mut elements = Elements::new();
    for door in &wired.doors {
        if let Some((map, key, value)) = element(door, wired) {
            elements.entry(map).or_default().push((key, Some(value)));
        }
    }
    if !elements.is_empty() {
        for address in wired.cables.iter().flat_map(|cable| &cable.place.addresses) {
            let set = if address.is_ipv4() { SELVES4 } else { SELVES6 };
            let twice = Value::new().address(*address).address(*address);
            elements.entry(set).or_default().push((twice, None));
        }
    }
    elements
}

fn element(door: &Door, wired: &Wired) -> Option<(&'static str, Value, Value)> {
    let at = door.at.ip();
    let like = |address: &&IpAddr| address.is_ipv4() == at.is_ipv4();
    let open = wired.cables.iter().filter(|cable| !cable.place.internal);
    // Where it has no address of the family, connections are carried.
    let to = open.flat_map(|cable| &cable.place.addresses).find(like)?;
    let map = match (at.is_ipv4(), at.is_unspecified()) {
        (true, true) => "any4",
        (true, false) => "ports4",
        (false, true) => "any6",
        (false, false) => "ports6",
    };
    let key = match at.is_unspecified() {
        true => Value::new(),
        false => Value::new().address(at),
    };
    let key = key.protocol(number(door.transport)).port(door.at.port());
    Some((map, key, Value::new().address(*to).port(door.port)))
}

fn change(add: bool, elements: &Elements) -> Result<(), NetworkError> {
    if elements.is_empty() {
        return Ok(());
    }
    let mut batch = Batch::new(TABLE);
    for (set, elements) in elements {
        match add {
            true => batch.add(set, elements),
            false => batch.remove(set, elements),
        }
    }
    batch.commit()
}

/// A bridge comes.
pub(super) fn add_bridge(bridge: &Made) -> Result<(), NetworkError> {
    change(true, &of_bridge(bridge))
}

/// A bridge goes.
pub(super) fn remove_bridge(bridge: &Made) -> Result<(), NetworkError> {
    forgiving(change(false, &of_bridge(bridge)))
}

/// The published ports of a container lead to it from now on.
pub(super) fn open(wired: &Wired) -> Result<(), NetworkError> {
    change(true, &of_doors(wired))
}

/// They lead there no more.
pub(super) fn close(wired: &Wired) -> Result<(), NetworkError> {
    forgiving(change(false, &of_doors(wired)))
}

/// What somebody else took out of the table, maybe with all of it, need not be taken out.
fn forgiving(done: Result<(), NetworkError>) -> Result<(), NetworkError> {
    match done {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}
