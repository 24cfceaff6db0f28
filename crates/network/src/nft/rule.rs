//! What a rule looks at, and what it does.

use super::attributes::Attributes;

/// Where a rule keeps what it looks at: sixteen bytes each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Register(u32);

impl Register {
    /// A part of four bytes, from 0 to 15.
    pub const fn part(number: u32) -> Self {
        // `NFT_REG32_00`.
        Self(8 + number)
    }
}

/// The first register, where most rules look.
const FIRST: Register = Register::part(0);
/// `NFT_REG_VERDICT`.
const VERDICT: u32 = 0;
/// Connections that are known already, or belong to one that is: bits of `ct state`.
const KNOWN: u32 = 2 | 4;
/// Connections whose destination was translated: a bit of `ct status`.
const TRANSLATED: u32 = 1 << 5;
/// `RTN_LOCAL`.
const LOCAL: u32 = 2;

/// A part of a packet, or what the kernel knows of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// The name of the interface by which it came.
    In,
    /// The name of the interface by which it goes.
    Out,
    /// The version of IP.
    Version,
    /// The protocol above IP.
    Protocol,
    /// Where it goes by IPv4.
    To4,
    /// Where it goes by IPv6.
    To6,
    /// From where it comes by IPv4.
    From4,
    /// From where it comes by IPv6.
    From6,
    /// The port where it goes, of TCP and UDP alike.
    ToPort,
}

/// A version of IP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// IPv4.
    V4,
    /// IPv6.
    V6,
}

impl Family {
    /// `NFPROTO_*`.
    fn number(self) -> u8 {
        match self {
            Self::V4 => 2,
            Self::V6 => 10,
        }
    }
}

/// What becomes of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It goes on.
    Accept,
    /// It is gone.
    Drop,
}

/// One rule: what it looks at in this order, and what it does if all of it is so.
#[derive(Debug, Default)]
pub struct Rule {
    pub(super) expressions: Attributes,
}

impl Rule {
    /// A rule for every packet.
    pub fn new() -> Self {
        Self::default()
    }

    fn with(mut self, name: &str, fill: impl FnOnce(&mut Attributes)) -> Self {
        self.expressions.element(|expression| {
            expression.text(1, name);
            expression.nested(2, fill);
        });
        self
    }

    /// Loads a field.
    pub fn load(self, field: Field, into: Register) -> Self {
        let meta = |key| {
            move |data: &mut Attributes| {
                data.number(2, key);
                data.number(1, into.0);
            }
        };
        let payload = |base, offset, length| {
            move |data: &mut Attributes| {
                data.number(1, into.0);
                data.number(2, base);
                data.number(3, offset);
                data.number(4, length);
            }
        };
        match field {
            Field::In => self.with("meta", meta(6)),
            Field::Out => self.with("meta", meta(7)),
            Field::Version => self.with("meta", meta(15)),
            Field::Protocol => self.with("meta", meta(16)),
            Field::From4 => self.with("payload", payload(1, 12, 4)),
            Field::To4 => self.with("payload", payload(1, 16, 4)),
            Field::From6 => self.with("payload", payload(1, 8, 16)),
            Field::To6 => self.with("payload", payload(1, 24, 16)),
            Field::ToPort => self.with("payload", payload(2, 2, 2)),
        }
    }

    fn compare(self, register: Register, equal: bool, value: &[u8]) -> Self {
        self.with("cmp", |data| {
            data.number(1, register.0);
            data.number(2, u32::from(!equal));
            data.nested(3, |value_of| value_of.raw(1, value));
        })
    }

    /// Packets of one version of IP.
    pub fn version(self, family: Family) -> Self {
        self.load(Field::Version, FIRST)
            .compare(FIRST, true, &[family.number()])
    }

    /// Packets of one protocol above IP.
    pub fn protocol(self, number: u8) -> Self {
        self.load(Field::Protocol, FIRST).compare(FIRST, true, &[number])
    }

    /// Packets of IPv4 to one address.
    pub fn to(self, address: std::net::Ipv4Addr) -> Self {
        self.load(Field::To4, FIRST)
            .compare(FIRST, true, &address.octets())
    }

    /// Packets to one port.
    pub fn to_port(self, port: u16) -> Self {
        self.load(Field::ToPort, FIRST)
            .compare(FIRST, true, &port.to_be_bytes())
    }

    /// Packets whose interface is in a set, or is not.
    pub fn interface(self, field: Field, set: &str, inside: bool) -> Self {
        self.load(field, FIRST).look_up(FIRST, set, inside)
    }

    /// Packets of which what was loaded is in a set, or is not.
    pub fn look_up(self, from: Register, set: &str, inside: bool) -> Self {
        self.with("lookup", |data| {
            data.text(1, set);
            data.number(2, from.0);
            if !inside {
                data.number(5, 1);
            }
        })
    }

    /// Packets of which what was loaded is in a map, whose value is loaded.
    pub fn map(self, from: Register, map: &str, into: Register) -> Self {
        self.with("lookup", |data| {
            data.text(1, map);
            data.number(2, from.0);
            data.number(3, into.0);
        })
    }

    /// Packets to this machine itself.
    pub fn to_this_machine(self) -> Self {
        self.with("fib", |data| {
            data.number(1, FIRST.0);
            // The kind of the address where it goes.
            data.number(2, 3);
            data.number(3, 2);
        })
        .compare(FIRST, true, &LOCAL.to_ne_bytes())
    }

    /// Packets of a version of IP that are not sent to its loopback.
    pub fn not_to_loopback(self, family: Family) -> Self {
        match family {
            Family::V4 => {
                let rule = self.load(Field::To4, FIRST).masked([255, 0, 0, 0]);
                rule.compare(FIRST, false, &[127, 0, 0, 0])
            }
            Family::V6 => {
                let loopback = std::net::Ipv6Addr::LOCALHOST.octets();
                self.load(Field::To6, FIRST).compare(FIRST, false, &loopback)
            }
        }
    }

    fn masked(self, mask: [u8; 4]) -> Self {
        self.with("bitwise", |data| {
            data.number(1, FIRST.0);
            data.number(2, FIRST.0);
            data.number(3, 4);
            data.nested(4, |value| value.raw(1, &mask));
            data.nested(5, |value| value.raw(1, &[0; 4]));
        })
    }

    fn connection(self, key: u32, bits: u32) -> Self {
        let rule = self.with("ct", |data| {
            data.number(2, key);
            data.number(1, FIRST.0);
        });
        // The kernel keeps these bits in its own order.
        rule.masked(bits.to_ne_bytes()).compare(FIRST, false, &[0; 4])
    }

    /// Packets of connections that are known, or that belong to one.
    pub fn known(self) -> Self {
        self.connection(0, KNOWN)
    }

    /// Packets of connections whose destination was translated.
    pub fn translated(self) -> Self {
        self.connection(2, TRANSLATED)
    }

    /// Leads the connection to the address and port in two registers.
    pub fn lead_to(self, family: Family, address: Register, port: Register) -> Self {
        self.with("nat", |data| {
            data.number(1, 1);
            data.number(2, u32::from(family.number()));
            data.number(3, address.0);
            data.number(5, port.0);
        })
    }

    /// Leads the connection to an address and port.
    pub fn lead_to_socket(self, to: std::net::SocketAddrV4) -> Self {
        let (address, port) = (Register::part(0), Register::part(1));
        let put = |register: Register, value: Vec<u8>| {
            move |data: &mut Attributes| {
                data.number(1, register.0);
                data.nested(2, |inner| inner.raw(1, &value));
            }
        };
        self.with("immediate", put(address, to.ip().octets().to_vec()))
            .with("immediate", put(port, to.port().to_be_bytes().to_vec()))
            .lead_to(Family::V4, address, port)
    }

    /// Leads the connection to another port of where it goes.
    pub fn lead_to_port(self, family: Family, port: u16) -> Self {
        self.with("immediate", |data| {
            data.number(1, FIRST.0);
            data.nested(2, |inner| inner.raw(1, &port.to_be_bytes()));
        })
        .with("nat", |data| {
            data.number(1, 1);
            data.number(2, u32::from(family.number()));
            data.number(5, FIRST.0);
        })
    }

    /// Writes on a packet the port to which its connection was going before it was led elsewhere: the two bytes as they
    /// stand in packets.
    pub fn mark_with_first_port(self) -> Self {
        self.with("ct", |data| {
            // `NFT_CT_PROTO_DST`, in the direction of who asked.
            data.number(2, 12);
            data.raw(3, &[0]);
            data.number(1, FIRST.0);
        })
        .with("meta", |data| {
            data.number(2, 3);
            data.number(3, FIRST.0);
        })
    }

    /// Packets whose answers would go back by the interface by which they came.
    pub fn routed_back(self) -> Self {
        self.with("fib", |data| {
            data.number(1, FIRST.0);
            // The interface, by the address where it comes from and the interface by which it came.
            data.number(2, 1);
            data.number(3, 1 | 8);
        })
        .compare(FIRST, false, &[0; 4])
    }

    /// Packets to which no route leads.
    pub fn unrouted(self) -> Self {
        let unrouted = self.with("fib", |data| {
            data.number(1, FIRST.0);
            // The interface, by the address where it goes.
            data.number(2, 1);
            data.number(3, 2);
        });
        // Of this machine's own addresses the kernel says the same.
        let unrouted = unrouted.compare(FIRST, true, &[0; 4]).with("fib", |data| {
            data.number(1, FIRST.0);
            data.number(2, 3);
            data.number(3, 2);
        });
        unrouted.compare(FIRST, false, &LOCAL.to_ne_bytes())
    }

    /// Leads the connection to a port of this machine.
    pub fn lead_here(self, port: u16) -> Self {
        self.with("immediate", |data| {
            data.number(1, FIRST.0);
            data.nested(2, |inner| inner.raw(1, &port.to_be_bytes()));
        })
        .with("redir", |data| data.number(1, FIRST.0))
    }

    /// Lets the connection come from the address of the interface by which it goes.
    pub fn masquerade(self) -> Self {
        self.with("masq", |_| {})
    }

    /// Ends with a verdict.
    pub fn verdict(self, verdict: Verdict) -> Self {
        self.with("immediate", |data| {
            data.number(1, VERDICT);
            data.nested(2, |inner| {
                inner.nested(2, |inner| inner.number(1, u32::from(verdict == Verdict::Accept)));
            });
        })
    }
}
