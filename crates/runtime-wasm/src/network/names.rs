//! Questions for names as they stand in messages (RFC 1035), and the answers to them.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use hickory_proto::op::{Message, MessageType, OpCode, Query, ResponseCode};
use hickory_proto::rr::rdata::{A, AAAA, PTR};
use hickory_proto::rr::{DNSClass, Name, RData, Record, RecordType};
use sampan_types::grants::Transport;

/// How long an answer may be kept; dockerd says the same.
const KEPT: u32 = 600;
/// The largest answer by UDP where nothing else was said.
const DATAGRAM: usize = 512;
/// The end of names that stand for addresses.
const REVERSE4: &str = ".in-addr.arpa";
const REVERSE6: &str = ".ip6.arpa";

/// What somebody asks.
#[derive(Debug)]
pub(super) enum Question {
    /// The addresses of a name, in lower case and without a dot at its end.
    Addresses {
        name: String,
        v4: bool,
        message: Message,
    },
    /// Who takes mail for a name.
    Mail { name: String, message: Message },
    /// The name of an address.
    Name { address: IpAddr, message: Message },
    /// Something that no network knows.
    Other { message: Message },
    /// What makes no sense, or nobody does any more.
    Wrong { message: Message },
}

/// What is answered.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// These, of which those of the right family are told.
    Addresses(Vec<IpAddr>),
    /// This one.
    Name(String),
    /// Nobody knows; another server may.
    Nobody,
    /// Too many are asked for already.
    Busy,
    /// It was no question.
    Wrong,
}

impl Question {
    /// Reads a message. `None` where there is nobody to answer.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let message = Message::from_vec(bytes).ok()?;
        if message.metadata.message_type != MessageType::Query {
            return None;
        }
        let [query] = message.queries.as_slice() else {
            return Some(Self::Wrong { message });
        };
        if message.metadata.op_code != OpCode::Query {
            return Some(Self::Wrong { message });
        }
        if query.query_class != DNSClass::IN {
            return Some(Self::Other { message });
        }
        let name = plain(&query.name);
        Some(match query.query_type {
            RecordType::A | RecordType::AAAA => Self::Addresses {
                v4: query.query_type == RecordType::A,
                name,
                message,
            },
            RecordType::PTR => match reversed(&name) {
                Some(address) => Self::Name { address, message },
                None => Self::Other { message },
            },
            RecordType::MX => Self::Mail { name, message },
            _ => Self::Other { message },
        })
    }

    fn message(&self) -> &Message {
        match self {
            Self::Addresses { message, .. }
            | Self::Mail { message, .. }
            | Self::Name { message, .. }
            | Self::Other { message }
            | Self::Wrong { message } => message,
        }
    }

    /// Whether it is for the addresses of a name without a dot.
    pub(super) fn is_short(&self) -> bool {
        matches!(self, Self::Addresses { name, .. } if !name.contains('.'))
    }

    /// The message that answers.
    pub(super) fn answer(&self, asked: &Asked, transport: Transport) -> Option<Vec<u8>> {
        let told = self.message();
        let mut answer = Message::response(told.metadata.id, told.metadata.op_code);
        answer.metadata.recursion_desired = told.metadata.recursion_desired;
        answer.metadata.recursion_available = true;
        answer.metadata.response_code = match asked {
            Asked::Addresses(_) | Asked::Name(_) => ResponseCode::NoError,
            Asked::Nobody => ResponseCode::ServFail,
            Asked::Busy => ResponseCode::Refused,
            Asked::Wrong => ResponseCode::NotImp,
        };
        if let Some(query) = told.queries.first() {
            answer.add_query(query.clone());
            for data in self.data(asked) {
                answer.add_answer(Record::from_rdata(query.name.clone(), KEPT, data));
            }
        }
        let bytes = answer.to_vec().ok()?;
        let room = match told.edns {
            Some(_) => usize::from(told.max_payload()).max(DATAGRAM),
            None => DATAGRAM,
        };
        match transport {
            // Who needs the rest asks by TCP.
            Transport::Udp if bytes.len() > room => answer.truncate().to_vec().ok(),
            _ => Some(bytes),
        }
    }

    fn data(&self, asked: &Asked) -> Vec<RData> {
        match (self, asked) {
            (Self::Addresses { v4, .. }, Asked::Addresses(all)) => {
                let mut own: Vec<IpAddr> = all.iter().filter(|a| a.is_ipv4() == *v4).copied().collect();
                turn(&mut own);
                let data = |address| match address {
                    IpAddr::V4(v4) => RData::A(A(v4)),
                    IpAddr::V6(v6) => RData::AAAA(AAAA(v6)),
                };
                own.into_iter().map(data).collect()
            }
            (Self::Name { .. }, Asked::Name(name)) => {
                let name = Name::from_ascii(format!("{name}.")).ok();
                name.map(|name| RData::PTR(PTR(name))).into_iter().collect()
            }
            _ => Vec::new(),
        }
    }
}

/// Whether an answer says that its server could or would not find out.
pub(super) fn is_failure(answer: &[u8]) -> bool {
    let code = answer.get(3).map(|flags| flags & 0xf);
    let failures = [ResponseCode::ServFail, ResponseCode::Refused].map(|code| Some(code.low()));
    failures.contains(&code)
}

/// A question for the addresses of one family.
pub(super) fn question(number: u16, name: &str, v4: bool) -> Option<Vec<u8>> {
    let mut message = Message::new(number, MessageType::Query, OpCode::Query);
    message.metadata.recursion_desired = true;
    let kind = if v4 { RecordType::A } else { RecordType::AAAA };
    message.add_query(Query::query(Name::from_ascii(format!("{name}.")).ok()?, kind));
    message.to_vec().ok()
}

/// What an answer says.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) addresses: Vec<IpAddr>,
    /// Whether there was more than fitted.
    pub(super) cut: bool,
}

/// Reads an answer: addresses alone, whatever other names lie on the way to them.
pub(super) fn found(answer: &[u8]) -> Option<Found> {
    let message = Message::from_vec(answer).ok()?;
    let addresses = message.answers.iter().filter_map(|record| match &record.data {
        RData::A(A(v4)) => Some(IpAddr::V4(*v4)),
        RData::AAAA(AAAA(v6)) => Some(IpAddr::V6(*v6)),
        _ => None,
    });
    Some(Found {
        addresses: addresses.collect(),
        cut: message.metadata.truncation,
    })
}

/// Lets another one come first each time, so that those who take the first one share them.
fn turn(addresses: &mut [IpAddr]) {
    static TURNS: AtomicUsize = AtomicUsize::new(0);
    if !addresses.is_empty() {
        let by = TURNS.fetch_add(1, Relaxed) % addresses.len();
        addresses.rotate_left(by);
    }
}

fn plain(name: &Name) -> String {
    let text = name.to_ascii().to_ascii_lowercase();
    text.strip_suffix('.').unwrap_or(&text).to_owned()
}

/// The address that a name of the reverse trees stands for.
fn reversed(name: &str) -> Option<IpAddr> {
    if let Some(digits) = name.strip_suffix(REVERSE4) {
        let parts: Vec<u8> = digits.split('.').map_while(|part| part.parse().ok()).collect();
        let [d, c, b, a]: [u8; 4] = parts.try_into().ok()?;
        return Some(Ipv4Addr::new(a, b, c, d).into());
    }
    let digits = name.strip_suffix(REVERSE6)?;
    let mut number: u128 = 0;
    let mut count = 0;
    for digit in digits.rsplit('.') {
        let digit = u128::from_str_radix(digit, 16).ok().filter(|digit| *digit < 16)?;
        number = (number << 4) | digit;
        count += 1;
    }
    (count == 32).then(|| Ipv6Addr::from(number).into())
}

/// Reads what may be a question, and answers it in every way.
#[cfg(any(test, feature = "fuzzing"))]
pub(super) fn tried(bytes: &[u8]) {
    let Some(question) = Question::read(bytes) else {
        return;
    };
    let addresses = vec![Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()];
    for asked in [
        Asked::Addresses(addresses),
        Asked::Name("name".to_owned()),
        Asked::Nobody,
        Asked::Busy,
        Asked::Wrong,
    ] {
        for transport in [Transport::Udp, Transport::Tcp] {
            if let Some(answer) = question.answer(&asked, transport) {
                assert!(Message::from_vec(&answer).is_ok(), "an answer is a message");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question(name: &str, kind: RecordType) -> Vec<u8> {
        let mut message = Message::query();
        message.add_query(Query::query(Name::from_ascii(name).unwrap(), kind));
        message.to_vec().unwrap()
    }

    fn answers(bytes: &[u8]) -> (ResponseCode, Vec<String>) {
        let message = Message::from_vec(bytes).unwrap();
        let data = message.answers.iter().map(|record| record.data.to_string());
        (message.metadata.response_code, data.collect())
    }

    #[test]
    fn addresses_are_told_by_family() {
        let all = Asked::Addresses(vec!["172.20.0.2".parse().unwrap(), "fd00::2".parse().unwrap()]);
        let asked = Question::read(&question("DB.", RecordType::A)).unwrap();
        assert!(matches!(&asked, Question::Addresses { name, .. } if name == "db"));
        let (code, told) = answers(&asked.answer(&all, Transport::Udp).unwrap());
        assert_eq!(
            (code, told),
            (ResponseCode::NoError, vec!["172.20.0.2".to_owned()])
        );
        let asked = Question::read(&question("db.", RecordType::AAAA)).unwrap();
        let (_, told) = answers(&asked.answer(&all, Transport::Udp).unwrap());
        assert_eq!(told, ["fd00::2"]);
        let none = Asked::Addresses(vec!["fd00::2".parse().unwrap()]);
        let asked = Question::read(&question("db.", RecordType::A)).unwrap();
        // A name that is there without such an address is no failure.
        assert_eq!(
            answers(&asked.answer(&none, Transport::Udp).unwrap()),
            (ResponseCode::NoError, Vec::new())
        );
        let (code, _) = answers(&asked.answer(&Asked::Nobody, Transport::Udp).unwrap());
        assert_eq!(code, ResponseCode::ServFail);
    }

    #[test]
    fn names_of_addresses_are_found() {
        for (name, address) in [
            ("2.0.20.172.in-addr.arpa.", "172.20.0.2"),
            (
                "2.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.d.f.ip6.arpa.",
                "fd00::2",
            ),
        ] {
            let asked = Question::read(&question(name, RecordType::PTR)).unwrap();
            let expected: IpAddr = address.parse().unwrap();
            assert!(matches!(&asked, Question::Name { address, .. } if *address == expected));
            let bytes = asked
                .answer(&Asked::Name("db".to_owned()), Transport::Tcp)
                .unwrap();
            assert_eq!(answers(&bytes).1, ["db."]);
        }
        for name in [
            "0.20.172.in-addr.arpa.",
            "x.0.20.172.in-addr.arpa.",
            "1.ip6.arpa.",
        ] {
            let asked = Question::read(&question(name, RecordType::PTR)).unwrap();
            assert!(matches!(asked, Question::Other { .. }), "{name}");
        }
    }

    #[test]
    fn what_does_not_fit_a_datagram_says_so() {
        let many: Vec<IpAddr> = (0..200_u8).map(|n| Ipv4Addr::new(10, 0, 0, n).into()).collect();
        let asked = Question::read(&question("web.", RecordType::A)).unwrap();
        let many = Asked::Addresses(many);
        let short = asked.answer(&many, Transport::Udp).unwrap();
        assert!(short.len() <= DATAGRAM);
        assert!(Message::from_vec(&short).unwrap().metadata.truncation);
        let whole = asked.answer(&many, Transport::Tcp).unwrap();
        assert_eq!(answers(&whole).1.len(), 200);
    }

    #[test]
    fn nonsense_is_not_answered_with_addresses() {
        for bytes in [&b""[..], &[0; 12], &[0xff; 40], &question("db.", RecordType::ANY)] {
            tried(bytes);
        }
        assert!(Question::read(b"").is_none());
        assert!(Question::read(&[0xff; 40]).is_none());
        let answer = Message::response(1, OpCode::Query).to_vec().unwrap();
        assert!(Question::read(&answer).is_none());
        let empty = Message::query().to_vec().unwrap();
        assert!(matches!(Question::read(&empty), Some(Question::Wrong { .. })));
    }
}
