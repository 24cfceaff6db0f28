//! The ports of a container in one line.

use sampan_api::container::PortSummary;

/// Ports in a line; neighbouring ones, which lead to neighbours, as a range.
pub(crate) fn line(ports: &[PortSummary]) -> String {
    let mut ports: Vec<&PortSummary> = ports.iter().collect();
    ports.sort_by_key(|p| (p.private_port, p.ip.clone(), p.public_port, p.kind.clone()));
    let mut ranges: Vec<(&PortSummary, u16)> = Vec::new();
    for port in ports {
        let fits = ranges.iter_mut().rev().find(|(first, length)| {
            let next = |from: u16| from.checked_add(*length);
            first.ip == port.ip
                && first.kind == port.kind
                && next(first.private_port) == Some(port.private_port)
                && (first.public_port > 0) == (port.public_port > 0)
                && (port.public_port == 0 || next(first.public_port) == Some(port.public_port))
                // Docker draws a range only where both sides have the same numbers.
                && (port.public_port == 0 || port.public_port == port.private_port)
        });
        match fits {
            Some((_, length)) => *length += 1,
            None => ranges.push((port, 1)),
        }
    }
    let shown: Vec<String> = ranges
        .iter()
        .map(|(first, length)| {
            let range = |from: u16| match length {
                1 => from.to_string(),
                _ => format!("{from}-{}", from.saturating_add(length - 1)),
            };
            let inside = format!("{}/{}", range(first.private_port), first.kind);
            match (first.public_port, first.ip.contains(':')) {
                (0, _) => inside,
                (public, true) => format!("[{}]:{}->{inside}", first.ip, range(public)),
                (public, false) => format!("{}:{}->{inside}", first.ip, range(public)),
            }
        })
        .collect();
    shown.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn port(ip: &str, public: u16, private: u16) -> PortSummary {
        PortSummary {
            ip: ip.to_owned(),
            public_port: public,
            private_port: private,
            kind: "tcp".to_owned(),
        }
    }

    #[test]
    fn ports_are_shown_as_docker_shows_them() {
        let all = [
            port("0.0.0.0", 8080, 80),
            port("::", 8080, 80),
            port("", 0, 90),
            port("", 0, 91),
            port("0.0.0.0", 7000, 7000),
            port("0.0.0.0", 7001, 7001),
        ];
        assert_eq!(
            line(&all),
            "0.0.0.0:8080->80/tcp, [::]:8080->80/tcp, 90-91/tcp, 0.0.0.0:7000-7001->7000-7001/tcp"
        );
    }
}
