//! What flags of `create`, `run` and `update` say, as the API has it.

use sampan_api::container::{HealthConfig, Mount, RestartPolicy, TmpfsOptions, VolumeOptions};
use sampan_types::{ByteCount, duration};

use crate::error::CliError;

fn wrong(value: &str, wanted: &'static str) -> CliError {
    CliError::Value {
        value: value.to_owned(),
        wanted,
    }
}

/// Bytes; -1 stays what it is, and nothing is 0.
pub(crate) fn bytes(text: Option<&str>) -> Result<i64, CliError> {
    match text {
        None => Ok(0),
        Some("-1") => Ok(-1),
        Some(text) => text
            .parse::<ByteCount>()
            .ok()
            .and_then(|count| i64::try_from(count.get()).ok())
            .ok_or_else(|| wrong(text, "a size: write one as 64m")),
    }
}

/// Billionths of a processor, read digit by digit so that nothing is rounded.
pub(crate) fn nano_cpus(text: Option<&str>) -> Result<i64, CliError> {
    let Some(text) = text else { return Ok(0) };
    let read = || {
        let (whole, part) = text.split_once('.').unwrap_or((text, ""));
        if part.len() > 9 || !(whole.to_owned() + part).bytes().all(|b| b.is_ascii_digit()) || text == "." {
            return None;
        }
        let whole: i64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
        let part: i64 = format!("{part:0<9}").parse().ok()?;
        whole.checked_mul(1_000_000_000)?.checked_add(part)
    };
    read().ok_or_else(|| wrong(text, "a number of processors: write one as 0.5"))
}

/// `no`, `always`, `unless-stopped`, `on-failure[:TIMES]`.
pub(crate) fn restart_policy(text: &str) -> Result<RestartPolicy, CliError> {
    let (name, times) = text
        .split_once(':')
        .map_or((text, None), |(name, times)| (name, Some(times)));
    let known = matches!(name, "" | "no" | "always" | "unless-stopped" | "on-failure");
    let times = times.map(str::parse).transpose();
    match times {
        Ok(times) if known => Ok(RestartPolicy {
            name: name.to_owned(),
            maximum_retry_count: times.unwrap_or(0),
        }),
        _ => Err(wrong(
            text,
            "a restart policy: write `no`, `always`, `unless-stopped` or `on-failure[:TIMES]`",
        )),
    }
}

/// Nanoseconds of a span of time.
pub(super) fn nanos(text: Option<&str>) -> Result<i64, CliError> {
    let Some(text) = text else { return Ok(0) };
    duration::parse(text)
        .ok()
        .and_then(|span| i64::try_from(span.as_nanos()).ok())
        .ok_or_else(|| wrong(text, "a span of time: write one as 30s"))
}

/// A health check, where one is described.
pub(super) fn health(
    command: Option<&str>,
    none: bool,
    spans: [Option<&str>; 4],
    retries: Option<i64>,
) -> Result<Option<HealthConfig>, CliError> {
    let [interval, timeout, start_period, start_interval] = spans;
    if none {
        return Ok(Some(HealthConfig {
            test: vec!["NONE".to_owned()],
            ..HealthConfig::default()
        }));
    }
    let health = HealthConfig {
        test: command.map_or_else(Vec::new, |command| {
            vec!["CMD-SHELL".to_owned(), command.to_owned()]
        }),
        interval: nanos(interval)?,
        timeout: nanos(timeout)?,
        start_period: nanos(start_period)?,
        start_interval: nanos(start_interval)?,
        retries: retries.unwrap_or(0),
    };
    Ok((health != HealthConfig::default()).then_some(health))
}

/// `--mount`: `type=…,src=…,dst=…` and options.
pub(super) fn mount(text: &str) -> Result<Mount, CliError> {
    const FORM: &str = "a mount: write `type=volume,src=NAME,dst=PATH`, with `bind` or `tmpfs` for `volume`";
    let mut mount = Mount {
        kind: "volume".to_owned(),
        ..Mount::default()
    };
    let mut volume = VolumeOptions::default();
    let mut tmpfs = TmpfsOptions::default();
    for part in text.split(',') {
        let (key, value) = part
            .split_once('=')
            .map_or((part, None), |(key, value)| (key, Some(value)));
        let on = matches!(value, None | Some("true" | "1"));
        match (key, value) {
            ("type", Some(kind @ ("bind" | "volume" | "tmpfs" | "image"))) => mount.kind = kind.to_owned(),
            ("source" | "src", Some(source)) => mount.source = source.to_owned(),
            ("target" | "dst" | "destination", Some(target)) => mount.target = target.to_owned(),
            ("readonly" | "ro", _) => mount.read_only = on,
            ("volume-nocopy", _) => volume.no_copy = on,
            ("volume-subpath", Some(path)) => volume.subpath = path.to_owned(),
            ("volume-label", Some(label)) => {
                let (key, value) = label.split_once('=').unwrap_or((label, ""));
                volume.labels.insert(key.to_owned(), value.to_owned());
            }
            ("tmpfs-size", Some(size)) => tmpfs.size_bytes = bytes(Some(size))?,
            ("tmpfs-mode", Some(mode)) => {
                tmpfs.mode = u32::from_str_radix(mode, 8).map_err(|_| wrong(text, FORM))?;
            }
            _ => return Err(wrong(text, FORM)),
        }
    }
    if mount.target.is_empty() {
        return Err(wrong(text, FORM));
    }
    mount.volume_options = (volume != VolumeOptions::default()).then_some(volume);
    mount.tmpfs_options = (tmpfs != TmpfsOptions::default()).then_some(tmpfs);
    Ok(mount)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_dockers() {
        assert_eq!(bytes(Some("100m")).unwrap(), 100 << 20);
        assert_eq!(bytes(Some("-1")).unwrap(), -1);
        assert_eq!(nano_cpus(Some("1.5")).unwrap(), 1_500_000_000);
        assert_eq!(nano_cpus(Some(".25")).unwrap(), 250_000_000);
        assert_eq!(nano_cpus(Some("2")).unwrap(), 2_000_000_000);
        for bad in ["", ".", "-1", "x", "1.0000000001", "1.2.3"] {
            assert!(nano_cpus(Some(bad)).is_err() || bad.is_empty(), "{bad}");
        }
        assert_eq!(nanos(Some("1m30s")).unwrap(), 90_000_000_000);
    }

    #[test]
    fn policies_are_dockers() {
        let policy = restart_policy("on-failure:3").unwrap();
        assert_eq!(
            (policy.name.as_str(), policy.maximum_retry_count),
            ("on-failure", 3)
        );
        assert!(restart_policy("sometimes").is_err() && restart_policy("on-failure:x").is_err());
    }

    #[test]
    fn mounts_are_dockers() {
        let read = mount("type=bind,src=/a,dst=/b,readonly").unwrap();
        assert!(read.read_only && read.kind == "bind" && read.source == "/a" && read.target == "/b");
        let read = mount("type=tmpfs,target=/t,tmpfs-size=1m,tmpfs-mode=1777").unwrap();
        let options = read.tmpfs_options.unwrap();
        assert_eq!((options.size_bytes, options.mode), (1 << 20, 0o1777));
        for bad in ["", "type=bind,src=/a", "type=x,dst=/b", "dst=/b,what=1"] {
            assert!(mount(bad).is_err(), "{bad}");
        }
    }
}
