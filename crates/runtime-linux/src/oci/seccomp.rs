//! Filters of system calls, from profiles in Docker's form: which rules hold is decided by processor, kernel and
//! capabilities, and the rest is the form of the OCI specification.
//!
//! `seccomp-default.json` is Docker's usual profile (github.com/moby/profiles, Apache-2.0), for the processors that this
//! engine runs on.

use sampan_runtime::LinuxSpec;
use sampan_runtime::linux::Seccomp;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::wire::{Failure, FailureKind};

const USUAL: &str = include_str!("seccomp-default.json");

/// A profile in Docker's form, and in the one of the OCI specification, which is a part of it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Profile {
    default_action: String,
    default_errno_ret: Option<u32>,
    #[serde(default)]
    architectures: Vec<String>,
    #[serde(default)]
    arch_map: Vec<ArchMap>,
    #[serde(default)]
    flags: Vec<String>,
    #[serde(default)]
    syscalls: Vec<Rule>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ArchMap {
    architecture: String,
    #[serde(default)]
    sub_architectures: Option<Vec<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Rule {
    #[serde(default)]
    name: String,
    #[serde(default)]
    names: Vec<String>,
    action: String,
    errno_ret: Option<u32>,
    #[serde(default)]
    args: Option<Vec<Value>>,
    #[serde(default)]
    includes: Option<Condition>,
    #[serde(default)]
    excludes: Option<Condition>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Condition {
    caps: Vec<String>,
    arches: Vec<String>,
    min_kernel: Option<String>,
}

/// What decides which rules hold.
#[derive(Debug)]
struct Host<'a> {
    capabilities: &'a std::collections::BTreeSet<String>,
    arch: &'static str,
    kernel: (u32, u32),
}

/// The profile of a container.
pub(crate) struct Asked<'a> {
    text: &'a str,
    host: Host<'a>,
}

/// The profile of a container; `None` where it may call everything.
pub(crate) fn profile(spec: &LinuxSpec) -> Option<Asked<'_>> {
    let text = match &spec.seccomp {
        _ if spec.privileged => return None,
        Seccomp::Unconfined => return None,
        Seccomp::Usual => USUAL,
        Seccomp::Profile(text) => text.as_str(),
    };
    let host = Host {
        capabilities: &spec.capabilities,
        arch: arch(),
        kernel: kernel(),
    };
    Some(Asked { text, host })
}

impl Asked<'_> {
    /// All that its filter follows from.
    pub(crate) fn source(&self) -> String {
        format!("{:?} {}", self.host, self.text)
    }

    /// It in the form of the OCI specification.
    pub(crate) fn settled(&self) -> Result<Value, Failure> {
        let profile: Profile = serde_json::from_str(self.text).map_err(|error| {
            let what = format!("Decoding seccomp profile failed: {error}");
            Failure::new(FailureKind::Invalid, what)
        })?;
        Ok(settled(profile, &self.host))
    }
}

/// The processor, as Docker calls it.
fn arch() -> &'static str {
    match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    }
}

fn kernel() -> (u32, u32) {
    let name = rustix::system::uname();
    version(&name.release().to_string_lossy()).unwrap_or((0, 0))
}

fn version(text: &str) -> Option<(u32, u32)> {
    let mut parts = text.split(|c: char| !c.is_ascii_digit());
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

fn settled(profile: Profile, host: &Host<'_>) -> Value {
    let mut architectures = profile.architectures;
    let native = match host.arch {
        "amd64" => "SCMP_ARCH_X86_64",
        "arm64" => "SCMP_ARCH_AARCH64",
        _ => "",
    };
    for map in profile
        .arch_map
        .into_iter()
        .filter(|map| map.architecture == native)
    {
        architectures.push(map.architecture);
        architectures.extend(map.sub_architectures.into_iter().flatten());
    }
    let mut rules = Vec::new();
    for rule in profile.syscalls {
        let excluded = rule.excludes.as_ref().is_some_and(|unless| unless.any(host));
        let included = rule.includes.as_ref().is_none_or(|only| only.all(host));
        if excluded || !included {
            continue;
        }
        let mut names = rule.names;
        if !rule.name.is_empty() {
            names.push(rule.name);
        }
        let mut one = json!({ "names": names, "action": rule.action });
        if let Some(errno) = rule.errno_ret {
            one["errnoRet"] = json!(errno);
        }
        if let Some(args) = rule.args.filter(|args| !args.is_empty()) {
            one["args"] = args.into();
        }
        rules.push(one);
    }
    let mut filter = json!({ "defaultAction": profile.default_action, "syscalls": rules });
    if let Some(errno) = profile.default_errno_ret {
        filter["defaultErrnoRet"] = json!(errno);
    }
    if !architectures.is_empty() {
        filter["architectures"] = json!(architectures);
    }
    if !profile.flags.is_empty() {
        filter["flags"] = json!(profile.flags);
    }
    filter
}

impl Condition {
    fn arch(&self, host: &Host<'_>) -> bool {
        self.arches.iter().any(|arch| arch == host.arch)
    }

    fn kernel(&self, host: &Host<'_>) -> bool {
        let least = self.min_kernel.as_deref().and_then(version);
        least.is_none_or(|least| host.kernel >= least)
    }

    fn all(&self, host: &Host<'_>) -> bool {
        (self.arches.is_empty() || self.arch(host))
            && self.caps.iter().all(|cap| host.capabilities.contains(cap))
            && self.kernel(host)
    }

    fn any(&self, host: &Host<'_>) -> bool {
        self.arch(host)
            || self.caps.iter().any(|cap| host.capabilities.contains(cap))
            || (self.min_kernel.is_some() && self.kernel(host))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use libcontainer::oci_spec::runtime::LinuxSeccomp;

    use super::*;

    fn names(capabilities: &[&str], arch: &'static str, action: &str) -> Vec<String> {
        let capabilities: BTreeSet<String> = capabilities.iter().map(|c| (*c).to_owned()).collect();
        let host = Host {
            capabilities: &capabilities,
            arch,
            kernel: (6, 1),
        };
        let filter = settled(serde_json::from_str(USUAL).unwrap(), &host);
        // What libcontainer reads.
        let _: LinuxSeccomp = serde_json::from_value(filter.clone()).unwrap();
        let rules = filter["syscalls"].as_array().unwrap().clone();
        let of = rules.into_iter().filter(|rule| rule["action"] == action);
        of.flat_map(|rule| rule["names"].as_array().unwrap().clone())
            .map(|name| name.as_str().unwrap().to_owned())
            .collect()
    }

    #[test]
    fn the_usual_profile_asks_for_capabilities_and_processors() {
        let has = |names: &[String], name: &str| names.iter().any(|n| n == name);
        let plain = names(&[], "amd64", "SCMP_ACT_ALLOW");
        assert!(has(&plain, "read") && has(&plain, "arch_prctl"));
        for refused in ["mount", "setns", "bpf", "reboot", "clone3", "chroot"] {
            assert!(!has(&plain, refused), "{refused}");
        }
        assert!(has(&names(&[], "amd64", "SCMP_ACT_ERRNO"), "clone3"));
        let admin = names(&["CAP_SYS_ADMIN", "CAP_SYS_CHROOT"], "amd64", "SCMP_ACT_ALLOW");
        for allowed in ["mount", "setns", "clone3", "chroot"] {
            assert!(has(&admin, allowed), "{allowed}");
        }
        let arm = names(&[], "arm64", "SCMP_ACT_ALLOW");
        assert!(!has(&arm, "arch_prctl") && has(&arm, "arm_fadvise64_64"));
    }

    #[test]
    fn nothing_is_filtered_where_that_was_asked_for() {
        let spec = |seccomp, privileged| LinuxSpec {
            seccomp,
            privileged,
            ..LinuxSpec::default()
        };
        assert!(profile(&spec(Seccomp::Unconfined, false)).is_none());
        assert!(profile(&spec(Seccomp::Usual, true)).is_none());
        assert!(profile(&spec(Seccomp::Usual, false)).is_some());
        let own =
            r#"{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"name":"sync","action":"SCMP_ACT_ERRNO"}]}"#;
        let settled = |text: &str| {
            profile(&spec(Seccomp::Profile(text.into()), false))
                .unwrap()
                .settled()
        };
        assert_eq!(settled(own).unwrap()["syscalls"][0]["names"], json!(["sync"]));
        assert!(settled("{").is_err());
    }

    #[test]
    fn a_filter_follows_from_its_text_and_from_what_decides_of_its_rules() {
        let usual = LinuxSpec::default();
        let mut more = usual.clone();
        more.capabilities.insert("CAP_SYS_ADMIN".to_owned());
        let mut other = usual.clone();
        other.seccomp = Seccomp::Profile("{}".into());
        let source = |spec: &LinuxSpec| profile(spec).unwrap().source();
        assert_eq!(source(&usual), source(&usual.clone()));
        assert_ne!(source(&usual), source(&more));
        assert_ne!(source(&usual), source(&other));
    }

    #[test]
    fn versions_are_compared_by_their_numbers() {
        assert_eq!(version("6.18.44-fc"), Some((6, 18)));
        assert!(version("4.8") < version("4.19"));
    }
}
