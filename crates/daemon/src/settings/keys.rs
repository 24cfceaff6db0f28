//! The names of settings.

/// Those that [`super::Settings`] has.
#[rustfmt::skip]
pub(super) const HONOURED: [&str; 52] = [
    "bip", "builder", "cgroup-parent", "data-root", "debug", "default-address-pools", "default-cgroupns-mode",
    "default-ipc-mode", "default-network-opts", "default-shm-size", "default-ulimits", "dns", "dns-opts",
    "dns-search", "exec-root", "experimental", "features", "fixed-cidr", "graph", "group", "hosts", "icc", "init",
    "insecure-registries", "ip", "ip-forward", "ip-forward-no-drop", "ip-masq", "journal-socket", "labels", "live-restore", "log-driver", "log-format",
    "log-level", "log-opts", "max-concurrent-downloads", "max-concurrent-uploads", "max-download-attempts",
    "metrics-addr", "mtu", "no-new-privileges", "otlp-endpoint", "pidfile", "proxies", "registry-mirrors",
    "seccomp-profile", "shutdown-timeout", "tls", "tlscacert", "tlscert", "tlskey", "tlsverify",
];

/// By which containers' users are others than the host's.
pub(super) const USERS: &str = "userns-remap";

/// Those of dockerd that name what Sampan does not have: its own helpers, other runtimes, swarm.
#[rustfmt::skip]
pub(super) const WITHOUT_EFFECT: [&str; 52] = [
    "add-runtime", "allow-direct-routing", "allow-nondistributable-artifacts", "api-cors-header",
    "authorization-plugins", "bip6", "bridge", "bridge-accept-fwmark", "cdi-spec-dirs",
    "cluster-advertise", "cluster-store", "cluster-store-opts", "containerd", "containerd-namespace",
    "containerd-plugin-namespace", "cpu-rt-period", "cpu-rt-runtime", "cri-containerd", "default-gateway",
    "default-gateway-v6", "default-init", "default-runtime", "deprecated-key-path", "disable-legacy-registry",
    "exec-opts", "firewall-backend", "fixed-cidr-v6", "host-gateway-ip", "host-gateway-ips", "http-proxy",
    "https-proxy", "init-path", "ip6tables", "iptables", "ipv6",
    "min-api-version", "network-control-plane-mtu", "no-proxy", "node-generic-resources", "nri-opts",
    "oom-score-adjust", "raw-logs", "rootless", "runtimes", "selinux-enabled", "storage-driver", "storage-opts",
    "swarm-default-advertise-addr", "userland-proxy", "userland-proxy-path", "userns-remap", "validate",
];

/// The name that is the nearest, if it is near enough to have been meant.
pub(super) fn nearest(key: &str) -> Option<&'static str> {
    let all = HONOURED.into_iter().chain(WITHOUT_EFFECT);
    let (distance, name) = all
        .map(|name| (distance(key, name), name))
        .min_by_key(|(distance, _)| *distance)?;
    (distance <= key.len() / 3).then_some(name)
}

/// How many letters must be changed, added or taken away.
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.bytes().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.bytes().enumerate() {
            let changed = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}
