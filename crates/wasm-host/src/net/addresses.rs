//! Which addresses a name may lead to.
//!
//! Whoever owns a name decides where it leads, also to the machine itself or to its neighbours (DNS
//! rebinding). So an address on the inside is reached by a name that is of the inside itself, or by a rule
//! for the address, never by a name out of the public tree.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use sampan_types::grants::HostPattern;

/// Where an address lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// Out there.
    Public,
    /// On this machine, in its networks or its provider's.
    Inside,
    /// One that no name may lead to: link-local, where clouds keep their metadata; not of a single host.
    Never,
}

/// Whether an answer for a name is passed on to the guest and grants it the address. `by_address` says that
/// a rule grants the address itself.
pub(crate) fn admits(name: &str, address: IpAddr, by_address: bool) -> bool {
    by_address
        || match reach(address) {
            Reach::Public => true,
            Reach::Inside => is_inside_name(name),
            Reach::Never => false,
        }
}

/// `localhost`, names without a dot, and what `.localhost` (RFC 6761) and `.internal` (reserved by ICANN for
/// private use) hold: names that no stranger can register.
pub(crate) fn is_inside_name(name: &str) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name);
    !name.contains('.') || name.ends_with(".localhost") || name.ends_with(".internal")
}

/// Where an address lies. IPv6 addresses that carry an IPv4 address lie where that one does.
pub(crate) fn reach(address: IpAddr) -> Reach {
    match address.to_canonical() {
        IpAddr::V4(v4) => reach_v4(v4),
        IpAddr::V6(v6) => reach_v6(v6),
    }
}

fn reach_v4(address: Ipv4Addr) -> Reach {
    let octets = address.octets();
    match octets {
        [0, ..] | [224..=255, ..] => Reach::Never,
        [169, 254, ..] => Reach::Never,
        [10 | 127, ..] | [172, 16..=31, ..] | [192, 168, ..] => Reach::Inside,
        // Carrier-grade NAT, protocol assignments, benchmarks.
        [100, 64..=127, ..] | [192, 0, 0, _] | [198, 18..=19, ..] => Reach::Inside,
        _ => Reach::Public,
    }
}

fn reach_v6(address: Ipv6Addr) -> Reach {
    let segments = address.segments();
    let embedded = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        reach_v4(Ipv4Addr::new(a, b, c, d))
    };
    match segments {
        [0, 0, 0, 0, 0, 0, 0, 0] => Reach::Never,
        [0, 0, 0, 0, 0, 0, 0, 1] => Reach::Inside,
        // IPv4-compatible, NAT64 and 6to4: an IPv4 address in other clothes.
        [0, 0, 0, 0, 0, 0, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => embedded(high, low),
        [0x2002, high, low, ..] => embedded(high, low),
        // NAT64 of one's own, Teredo, site-local, unique local.
        [0x64, 0xff9b, 1, ..] | [0x2001, 0, ..] => Reach::Inside,
        [0xfec0..=0xfeff, ..] | [0xfc00..=0xfdff, ..] => Reach::Inside,
        [0xfe80..=0xfebf, ..] | [0xff00..=0xffff, ..] => Reach::Never,
        _ => Reach::Public,
    }
}

/// Whether a pattern has an address itself. "Every host" does not mean all hosts at once.
pub(crate) fn has_address(pattern: &HostPattern, address: IpAddr) -> bool {
    let many = match address {
        IpAddr::V4(v4) => v4.is_multicast() || v4.is_broadcast(),
        IpAddr::V6(v6) => v6.is_multicast(),
    };
    match pattern {
        HostPattern::Any => !many,
        _ => pattern.matches_address(address),
    }
}

/// IPv4 written as IPv6 is IPv4; flow labels and scopes play no part.
pub(crate) fn plain(address: SocketAddr) -> SocketAddr {
    SocketAddr::new(address.ip().to_canonical(), address.port())
}

/// What a connection really reaches: to the unspecified address, this machine.
pub(crate) fn reached(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(v4) if v4.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(v6) if v6.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_lie_where_they_lie_in_every_clothing() {
        for (text, expected) in [
            ("93.184.216.34", Reach::Public),
            ("8.8.8.8", Reach::Public),
            ("172.32.0.1", Reach::Public),
            ("2606:2800:220:1::1", Reach::Public),
            ("64:ff9b::808:808", Reach::Public),
            ("127.0.0.1", Reach::Inside),
            ("127.255.0.1", Reach::Inside),
            ("10.0.0.1", Reach::Inside),
            ("172.16.0.1", Reach::Inside),
            ("172.31.255.255", Reach::Inside),
            ("192.168.1.1", Reach::Inside),
            ("100.100.100.200", Reach::Inside),
            ("::1", Reach::Inside),
            ("::ffff:127.0.0.1", Reach::Inside),
            ("::ffff:10.0.0.1", Reach::Inside),
            ("::127.0.0.1", Reach::Inside),
            ("64:ff9b::a00:1", Reach::Inside),
            ("64:ff9b:1::1", Reach::Inside),
            ("2002:a00:1::1", Reach::Inside),
            ("2001:0:1::1", Reach::Inside),
            ("fd00:ec2::254", Reach::Inside),
            ("fec0::1", Reach::Inside),
            ("0.0.0.0", Reach::Never),
            ("::", Reach::Never),
            ("169.254.169.254", Reach::Never),
            ("::ffff:169.254.169.254", Reach::Never),
            ("2002:a9fe:a9fe::1", Reach::Never),
            ("fe80::1", Reach::Never),
            ("224.0.0.1", Reach::Never),
            ("255.255.255.255", Reach::Never),
            ("240.0.0.1", Reach::Never),
            ("ff02::1", Reach::Never),
        ] {
            assert_eq!(reach(text.parse().unwrap()), expected, "{text}");
        }
    }

    #[test]
    fn a_public_name_leads_inside_only_by_the_address() {
        let ip = |t: &str| t.parse::<IpAddr>().unwrap();
        assert!(!admits("evil.example.com", ip("127.0.0.1"), false));
        assert!(admits("evil.example.com", ip("127.0.0.1"), true));
        assert!(admits("localhost", ip("127.0.0.1"), false));
        assert!(admits("x.localhost", ip("::1"), false));
        assert!(admits("db", ip("10.0.0.7"), false));
        assert!(admits("db.internal.", ip("10.0.0.7"), false));
        assert!(!admits("db.internal.example.com", ip("10.0.0.7"), false));
        assert!(!admits("metadata.internal", ip("169.254.169.254"), false));
        assert!(!admits("localhost", ip("0.0.0.0"), false));
    }
}
