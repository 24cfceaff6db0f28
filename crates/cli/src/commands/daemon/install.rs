//! `--install`: a systemd unit for this very program.

use std::path::Path;

use crate::app::App;
use crate::error::CliError;

/// The unit, with a mark where the program's path stands.
const UNIT: &str = include_str!("../../../../../packaging/sampan.service");

/// Writes the unit, with this program's own path in it.
pub(super) fn install(app: &App<'_>, unit: &Path) -> Result<(), CliError> {
    let own = std::env::current_exe().map_err(CliError::WorkingDir)?;
    std::fs::write(unit, text(&own)).map_err(|source| CliError::Write {
        path: unit.to_owned(),
        source,
    })?;
    app.printer.done("installed", unit.display());
    app.printer
        .hint("start it with `systemctl daemon-reload && systemctl enable --now sampan`");
    Ok(())
}

fn text(program: &Path) -> String {
    UNIT.replace("@SAMPAN@", &program.display().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value<'u>(unit: &'u str, key: &str) -> Option<&'u str> {
        unit.lines()
            .find_map(|line| line.strip_prefix(key)?.strip_prefix('='))
    }

    #[test]
    fn the_unit_runs_this_program_and_lets_containers_outlive_it() {
        let unit = text(Path::new("/opt/sampan"));
        assert_eq!(value(&unit, "ExecStart"), Some("/opt/sampan daemon"));
        assert!(!unit.contains("@SAMPAN@"));
        for (key, expected) in [
            ("KillMode", "process"),
            ("RuntimeDirectory", "sampan"),
            ("RuntimeDirectoryPreserve", "yes"),
            ("WantedBy", "multi-user.target"),
        ] {
            assert_eq!(value(&unit, key), Some(expected), "{key}");
        }
    }

    #[test]
    fn the_unit_takes_what_the_engine_never_needs_and_no_more() {
        let unit = text(Path::new("/opt/sampan"));
        for key in [
            "NoNewPrivileges",
            "ProtectKernelModules",
            "ProtectKernelLogs",
            "ProtectKernelTunables",
            "ProtectControlGroups",
            "ProtectClock",
            "ProtectHostname",
            "RestrictRealtime",
            "LockPersonality",
        ] {
            assert_eq!(value(&unit, key), Some("yes"), "{key}");
        }
        assert_eq!(value(&unit, "RestrictNamespaces"), Some("mnt net"));
        let may = value(&unit, "CapabilityBoundingSet").unwrap();
        for never in ["SYS_MODULE", "SYS_RAWIO", "SYS_BOOT", "SYS_TIME", "NET_RAW"] {
            assert!(!may.contains(never), "{never}");
        }
        // Each of these would break something that the unit's comment names.
        for key in [
            "ProtectSystem",
            "ProtectHome",
            "PrivateTmp",
            "RestrictSUIDSGID",
            "MemoryDenyWriteExecute",
            "ProtectProc",
            "PrivateDevices",
        ] {
            assert_eq!(value(&unit, key), None, "{key}");
        }
    }
}
