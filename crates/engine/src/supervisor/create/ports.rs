//! `PortBindings`: which ports of the host lead to a container.

use std::io::ErrorKind;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, UdpSocket};

use sampan_api::container::{Config, HostConfig, PortBinding, PortMap};
use sampan_api::{Port, Protocol};

use sampan_runtime::{Published, PublishedSocket};

use crate::supervisor::error::{Result, SupervisorError};

/// Connections that wait to be taken; the kernel has a bound of its own.
const BACKLOG: i32 = 4_096;

/// A port that is to be published.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Wanted {
    port: Port,
    address: IpAddr,
    /// Of the host; 0 is any that is free.
    first: u16,
    last: u16,
}

fn wanted(config: &Config, host: &HostConfig, usual: IpAddr) -> Result<Vec<Wanted>> {
    let mut all = Vec::new();
    for (port, bindings) in host.port_bindings.iter().flatten() {
        if port.number == 0 {
            return Err(SupervisorError::Invalid(format!(
                "invalid port specification: \"{port}\""
            )));
        }
        if !is_carried(*port) {
            return Err(SupervisorError::Invalid(format!(
                "port `{port}` cannot be published: only tcp and udp lead into a Wasm container"
            )));
        }
        let free = [PortBinding::default()];
        let bindings = bindings.as_deref().filter(|b| !b.is_empty()).unwrap_or(&free);
        for binding in bindings {
            all.push(of(*port, binding, usual)?);
        }
    }
    if host.publish_all_ports {
        for port in config.exposed_ports.keys() {
            let there = all.iter().any(|wanted: &Wanted| wanted.port == *port);
            if !there && is_carried(*port) {
                all.push(of(*port, &PortBinding::default(), usual)?);
            }
        }
    }
    Ok(all)
}

fn is_carried(port: Port) -> bool {
    matches!(port.protocol, Protocol::Tcp | Protocol::Udp)
}

fn of(port: Port, binding: &PortBinding, usual: IpAddr) -> Result<Wanted> {
    let wrong = || SupervisorError::Invalid(format!("invalid port specification: \"{}\"", binding.host_port));
    let (first, last) = match binding.host_port.as_str() {
        "" => (0, 0),
        text => match text.split_once('-') {
            None => (
                text.parse().map_err(|_| wrong())?,
                text.parse().map_err(|_| wrong())?,
            ),
            Some((first, last)) => (
                first.parse().map_err(|_| wrong())?,
                last.parse().map_err(|_| wrong())?,
            ),
        },
    };
    if first > last {
        return Err(wrong());
    }
    let address = match binding.host_ip.as_str() {
        "" => usual,
        text => text
            .parse()
            .map_err(|_| SupervisorError::Invalid(format!("invalid IP address in port binding: {text}")))?,
    };
    Ok(Wanted {
        port,
        address,
        first,
        last,
    })
}

/// Refuses what cannot be published, before anything is made.
pub(crate) fn check(config: &Config, host: &HostConfig) -> Result<()> {
    wanted(config, host, Ipv4Addr::LOCALHOST.into()).map(drop)
}

/// Takes the ports, at `usual` where no address is named, and tells which they are.
pub(crate) fn bind(config: &Config, host: &HostConfig, usual: IpAddr) -> Result<(Vec<Published>, PortMap)> {
    let (mut published, mut map) = (Vec::new(), PortMap::new());
    for wanted in wanted(config, host, usual)? {
        let (socket, address) = take(&wanted)?;
        map.entry(wanted.port)
            .or_default()
            .get_or_insert_default()
            .push(PortBinding {
                host_ip: address.ip().to_string(),
                host_port: address.port().to_string(),
            });
        published.push(Published {
            port: wanted.port.number,
            socket,
        });
    }
    // What is exposed and not published is shown as such.
    for port in config.exposed_ports.keys() {
        map.entry(*port).or_insert(None);
    }
    Ok((published, map))
}

/// The ports of a container to which none of the host's can lead.
pub(crate) fn exposed(config: &Config, host: &HostConfig) -> PortMap {
    let bound = host.port_bindings.iter().flat_map(|ports| ports.keys());
    config
        .exposed_ports
        .keys()
        .chain(bound)
        .map(|port| (*port, None))
        .collect()
}

fn take(wanted: &Wanted) -> Result<(PublishedSocket, SocketAddr)> {
    let mut last = None;
    for port in wanted.first..=wanted.last {
        match open(wanted.port.protocol, SocketAddr::new(wanted.address, port)) {
            Ok(taken) => return Ok(taken),
            Err(error) => last = Some((port, error)),
        }
    }
    let (port, source) = last.unwrap_or((wanted.first, ErrorKind::AddrInUse.into()));
    // The words that clients look for.
    let why = match source.kind() {
        ErrorKind::AddrInUse => "port is already allocated".to_owned(),
        _ => source.to_string(),
    };
    let address = SocketAddr::new(wanted.address, port);
    Err(SupervisorError::Publish {
        message: format!(
            "failed to set up container networking: driver failed programming external connectivity: Bind for {address} failed: {why}"
        ),
    })
}

fn open(protocol: Protocol, at: SocketAddr) -> std::io::Result<(PublishedSocket, SocketAddr)> {
    match protocol {
        Protocol::Udp => {
            let socket = UdpSocket::bind(at)?;
            let address = socket.local_addr()?;
            Ok((PublishedSocket::Udp(socket), address))
        }
        Protocol::Tcp | Protocol::Sctp => {
            let listener = TcpListener::bind(at)?;
            // More than the 128 of the library: what comes in a burst waits, and is not turned away.
            rustix::net::listen(&listener, BACKLOG)?;
            let address = listener.local_addr()?;
            Ok((PublishedSocket::Tcp(listener), address))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(port: &str, ip: &str) -> HostConfig {
        let binding = PortBinding {
            host_ip: ip.to_owned(),
            host_port: port.to_owned(),
        };
        HostConfig {
            port_bindings: Some(PortMap::from([("80".parse().unwrap(), Some(vec![binding]))])),
            ..HostConfig::default()
        }
    }

    #[test]
    fn a_port_is_taken_once_and_a_range_gives_the_next() {
        let (held, map) = bind(
            &Config::default(),
            &host("", "127.0.0.1"),
            Ipv4Addr::LOCALHOST.into(),
        )
        .unwrap();
        let binding = map.values().next().unwrap().as_ref().unwrap()[0].clone();
        assert_eq!(held.len(), 1);
        let error = bind(
            &Config::default(),
            &host(&binding.host_port, "127.0.0.1"),
            Ipv4Addr::LOCALHOST.into(),
        )
        .unwrap_err();
        assert!(error.to_string().contains("port is already allocated"), "{error}");
        let port: u16 = binding.host_port.parse().unwrap();
        if port < 65_000 {
            let range = format!("{port}-{}", port + 20);
            assert!(
                bind(
                    &Config::default(),
                    &host(&range, "127.0.0.1"),
                    Ipv4Addr::LOCALHOST.into()
                )
                .is_ok()
            );
        }
        for bad in ["x", "2-1", "70000"] {
            assert!(check(&Config::default(), &host(bad, "")).is_err(), "{bad}");
        }
        assert!(check(&Config::default(), &host("1", "localhost")).is_err());
    }
}
