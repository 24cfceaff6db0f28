//! Which capabilities a container has.

use std::collections::BTreeSet;

use sampan_api::container::HostConfig;
use sampan_runtime::linux::CAPABILITIES;

use crate::supervisor::error::{Result, SupervisorError};

/// Those that Docker gives where nothing was said.
const USUAL: [&str; 14] = [
    "CAP_CHOWN",
    "CAP_DAC_OVERRIDE",
    "CAP_FSETID",
    "CAP_FOWNER",
    "CAP_MKNOD",
    "CAP_NET_RAW",
    "CAP_SETGID",
    "CAP_SETUID",
    "CAP_SETFCAP",
    "CAP_SETPCAP",
    "CAP_NET_BIND_SERVICE",
    "CAP_SYS_CHROOT",
    "CAP_KILL",
    "CAP_AUDIT_WRITE",
];
const ALL: &str = "ALL";

/// What was asked for, on top of what is usual. `available` are those of this host's root.
pub(super) fn capabilities(host: &HostConfig, available: &BTreeSet<String>) -> Result<BTreeSet<String>> {
    let added = names("CapAdd", host.cap_add.as_deref())?;
    let dropped = names("CapDrop", host.cap_drop.as_deref())?;
    if host.privileged {
        return Ok(available.clone());
    }
    let mut given: BTreeSet<String> = match (added.contains(ALL), dropped.contains(ALL)) {
        (_, true) => BTreeSet::new(),
        (true, false) => available.clone(),
        (false, false) => USUAL.map(str::to_owned).into(),
    };
    given.retain(|name| !dropped.contains(name));
    given.extend(added.into_iter().filter(|name| name != ALL));
    Ok(given)
}

fn names(field: &str, asked: Option<&[String]>) -> Result<BTreeSet<String>> {
    let name = |text: &String| {
        let upper = text.to_ascii_uppercase();
        if upper == ALL {
            return Ok(upper);
        }
        let whole = match upper.starts_with("CAP_") {
            true => upper,
            false => format!("CAP_{upper}"),
        };
        match CAPABILITIES.contains(&whole.as_str()) {
            true => Ok(whole),
            false => Err(SupervisorError::Invalid(format!(
                "invalid {field}: unknown capability: \"{whole}\""
            ))),
        }
    };
    asked.unwrap_or_default().iter().map(name).collect()
}

/// Those that this process can hand on: its own.
pub(super) fn available() -> BTreeSet<String> {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let bits = status
        .lines()
        .find_map(|line| line.strip_prefix("CapPrm:"))
        .and_then(|bits| u64::from_str_radix(bits.trim(), 16).ok())
        .unwrap_or(0);
    let own = CAPABILITIES.iter().enumerate();
    own.filter(|(number, _)| bits >> number & 1 == 1)
        .map(|(_, name)| (*name).to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(add: &[&str], drop: &[&str], privileged: bool) -> Result<BTreeSet<String>> {
        let words = |words: &[&str]| Some(words.iter().map(|w| (*w).to_owned()).collect());
        let host = HostConfig {
            cap_add: words(add),
            cap_drop: words(drop),
            privileged,
            ..HostConfig::default()
        };
        let available = CAPABILITIES[..30].iter().map(|c| (*c).to_owned()).collect();
        capabilities(&host, &available)
    }

    #[test]
    fn capabilities_are_tweaked_as_docker_does_it() {
        assert_eq!(given(&[], &[], false).unwrap().len(), 14);
        let one = given(&["sys_admin"], &["CAP_CHOWN"], false).unwrap();
        assert!(one.contains("CAP_SYS_ADMIN") && !one.contains("CAP_CHOWN") && one.len() == 14);
        let only = given(&["NET_ADMIN"], &["all"], false).unwrap();
        assert_eq!(only.into_iter().collect::<Vec<_>>(), ["CAP_NET_ADMIN"]);
        let most = given(&["ALL"], &["MKNOD"], false).unwrap();
        assert!(most.len() == 29 && !most.contains("CAP_MKNOD"));
        assert_eq!(given(&[], &["ALL"], true).unwrap().len(), 30);
        for (add, drop) in [(&["NOSUCH"][..], &[][..]), (&[], &["NOSUCH"])] {
            let error = given(add, drop, false).unwrap_err().to_string();
            assert!(error.contains("unknown capability: \"CAP_NOSUCH\""), "{error}");
        }
    }
}
