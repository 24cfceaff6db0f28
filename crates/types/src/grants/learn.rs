//! From what a run used to the grants that it needs.

use super::{Grants, HostPattern, HttpRule, ListenRule, Mount, NetRule, PortRange};
use crate::used::Used;

/// See [`Used::smallest_grants`].
pub(crate) fn smallest(used: &Used, given: &Grants) -> Grants {
    let mut grants = Grants::default();
    for (mount, access) in given.mounts.iter().zip(&used.mounts) {
        if let Some(access) = *access {
            push(
                &mut grants.mounts,
                Mount {
                    access,
                    ..mount.clone()
                },
            );
        }
    }
    for (tmpfs, touched) in given.tmpfs.iter().zip(&used.tmpfs) {
        if *touched {
            push(&mut grants.tmpfs, tmpfs.clone());
        }
    }
    for connect in used.connects.iter().filter(|c| c.allowed) {
        let host = match &connect.name {
            Some(name) => name
                .parse()
                .unwrap_or_else(|_| HostPattern::of_address(connect.address)),
            None => HostPattern::of_address(connect.address),
        };
        let rule = NetRule {
            host,
            ports: PortRange::one(connect.port),
            transport: connect.transport,
        };
        push(&mut grants.net, rule);
    }
    for request in used.requests.iter().filter(|r| r.allowed) {
        if let Ok(host) = request.host.parse() {
            let default = if request.tls { 443 } else { 80 };
            let ports = (request.port != default).then(|| PortRange::one(request.port));
            push(
                &mut grants.http,
                HttpRule {
                    tls: Some(request.tls),
                    host,
                    ports,
                },
            );
        }
    }
    for listen in used.listens.iter().filter(|l| l.allowed) {
        let ports = PortRange::one(listen.port);
        push(
            &mut grants.listen,
            ListenRule {
                address: listen.address,
                ports,
                transport: listen.transport,
            },
        );
    }
    grants
}

fn push<T: PartialEq>(list: &mut Vec<T>, item: T) {
    if !list.contains(&item) {
        list.push(item);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grants::{Access, Transport};
    use crate::used::{Connect, Request};

    #[test]
    fn keeps_only_what_was_used() {
        let given = Grants {
            mounts: vec!["/a:/a".parse().unwrap(), "/b:/b".parse().unwrap()],
            net: vec!["*:*".parse().unwrap()],
            http: vec!["*".parse().unwrap()],
            ..Grants::default()
        };
        let connect = |name: Option<&str>, allowed| Connect {
            name: name.map(str::to_owned),
            address: "10.0.0.7".parse().unwrap(),
            port: 5432,
            transport: Transport::Tcp,
            allowed,
        };
        let request = Request {
            tls: true,
            host: "api.example.com".into(),
            port: 443,
            allowed: true,
        };
        let used = Used {
            mounts: vec![Some(Access::ReadOnly), None],
            connects: vec![
                connect(Some("db"), true),
                connect(None, true),
                connect(Some("db"), true),
                connect(Some("no"), false),
            ],
            requests: vec![request],
            ..Used::default()
        };
        let least = used.smallest_grants(&given);
        let text = |rules: &[NetRule]| rules.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(least.mounts, vec!["/a:/a:ro".parse::<Mount>().unwrap()]);
        assert_eq!(text(&least.net), ["db:5432", "10.0.0.7:5432"]);
        assert_eq!(
            least.http,
            vec!["https://api.example.com".parse::<HttpRule>().unwrap()]
        );
    }
}
