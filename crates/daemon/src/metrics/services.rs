//! What servers among the containers have answered, for Prometheus.

use std::fmt::Write as _;

use sampan_api::deploy::{Version, Versions};

/// All numbers, by container and version. Containers' names hold nothing that a label could not.
pub(crate) fn page(all: &[(String, Versions)]) -> String {
    let mut page = String::new();
    let mut family = |name: &str, kind: &str, help: &str, each: &dyn Fn(&mut String, &str, &Version)| {
        let _ = writeln!(page, "# HELP {name} {help}\n# TYPE {name} {kind}");
        for (container, versions) in all {
            for version in &versions.versions {
                let labels = format!("container=\"{container}\",version=\"{}\"", version.version);
                each(&mut page, &labels, version);
            }
        }
    };
    family(
        "sampan_service_requests_total",
        "counter",
        "Requests of containers that serve HTTP, by the first digit of the answer's status.",
        &|page, labels, version| {
            for (digit, count) in (1..).zip(version.served.statuses) {
                let _ = writeln!(
                    page,
                    "sampan_service_requests_total{{{labels},status=\"{digit}xx\"}} {count}"
                );
            }
        },
    );
    family(
        "sampan_service_cut_total",
        "counter",
        "Requests whose client left before it had all of its answer.",
        &|page, labels, version| {
            let _ = writeln!(
                page,
                "sampan_service_cut_total{{{labels}}} {}",
                version.served.cut
            );
        },
    );
    family(
        "sampan_service_weight",
        "gauge",
        "The version's part of the requests.",
        &|page, labels, version| {
            let _ = writeln!(page, "sampan_service_weight{{{labels}}} {}", version.weight);
        },
    );
    family(
        "sampan_service_request_seconds",
        "histogram",
        "Time until the answer had ended.",
        &|page, labels, version| {
            let served = &version.served;
            for bar in &served.histogram {
                let _ = writeln!(
                    page,
                    "sampan_service_request_seconds_bucket{{{labels},le=\"{}\"}} {}",
                    bar.le, bar.count
                );
            }
            let _ = writeln!(
                page,
                "sampan_service_request_seconds_bucket{{{labels},le=\"+Inf\"}} {0}\n\
                 sampan_service_request_seconds_sum{{{labels}}} {1}\n\
                 sampan_service_request_seconds_count{{{labels}}} {0}",
                served.requests, served.seconds
            );
        },
    );
    page.push_str(
        "# HELP sampan_service_memory_peak_bytes The most memory that all instances had at a time.\n\
         # TYPE sampan_service_memory_peak_bytes gauge\n",
    );
    for (container, versions) in all {
        let peak = versions.memory_peak;
        let _ = writeln!(
            page,
            "sampan_service_memory_peak_bytes{{container=\"{container}\"}} {peak}"
        );
    }
    page
}
