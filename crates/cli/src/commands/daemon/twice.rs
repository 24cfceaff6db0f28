//! What is said by a flag and in `daemon.json`. As in dockerd, only one of both may say it.

use std::fmt::Display;
use std::path::{Path, PathBuf};

use sampan_daemon::Settings;

use super::DaemonArgs;
use crate::error::CliError;

/// Keys that both say.
#[derive(Debug, Default)]
pub(super) struct Twice(Vec<String>);

impl Twice {
    /// Puts what a flag says in the place of what the file does not say.
    pub(super) fn one<T: Display>(&mut self, key: &str, flag: Option<T>, setting: &mut Option<T>) {
        match (flag, &setting) {
            (Some(flag), Some(file)) => self.met(key, &flag, file),
            (Some(flag), None) => *setting = Some(flag),
            (None, _) => {}
        }
    }

    fn path(&mut self, key: &str, flag: Option<&PathBuf>, setting: &mut Option<PathBuf>) {
        match (flag, &setting) {
            (Some(flag), Some(file)) => self.met(key, &flag.display(), &file.display()),
            (Some(flag), None) => *setting = Some(flag.clone()),
            (None, _) => {}
        }
    }

    pub(super) fn several<T: Display + Clone>(&mut self, key: &str, flag: &[T], setting: &mut Vec<T>) {
        match (flag.is_empty(), setting.is_empty()) {
            (false, false) => self.met(key, &list(flag), &list(setting)),
            (false, true) => setting.extend_from_slice(flag),
            (true, _) => {}
        }
    }

    fn met(&mut self, key: &str, flag: &dyn Display, file: &dyn Display) {
        self.0
            .push(format!("{key}: (from flag: {flag}, from file: {file})"));
    }

    fn refused(self, file: &Path) -> Result<(), CliError> {
        match self.0.is_empty() {
            true => Ok(()),
            false => Err(CliError::SaidTwice {
                path: file.to_owned(),
                keys: self.0.join(", "),
            }),
        }
    }
}

fn list<T: Display>(all: &[T]) -> String {
    let texts: Vec<String> = all.iter().map(ToString::to_string).collect();
    format!("[{}]", texts.join(" "))
}

impl DaemonArgs {
    /// Puts what was said among the settings of a file, which may not say the same. `root` is what `--root` says. Labels and
    /// options of logs add to those of the file.
    pub(super) fn settle(
        &self,
        root: Option<&PathBuf>,
        settings: &mut Settings,
        file: &Path,
    ) -> Result<(), CliError> {
        let mut twice = Twice::default();
        self.networks.settle(&mut twice, settings);
        twice.several("hosts", &self.listen, &mut settings.hosts);
        twice.one("group", self.group.clone(), &mut settings.group);
        let root = self.data_root.as_ref().or(root);
        twice.path("data-root", root, &mut settings.data_root);
        twice.path("exec-root", self.exec_root.as_ref(), &mut settings.exec_root);
        twice.path("pidfile", self.pidfile.as_ref(), &mut settings.pidfile);
        twice.path("tlscacert", self.tlscacert.as_ref(), &mut settings.tlscacert);
        twice.path("tlscert", self.tlscert.as_ref(), &mut settings.tlscert);
        twice.path("tlskey", self.tlskey.as_ref(), &mut settings.tlskey);
        let address = self.metrics_addr.clone();
        twice.one("metrics-addr", address, &mut settings.metrics_addr);
        twice.one("log-driver", self.log_driver.clone(), &mut settings.log_driver);
        let socket = self.journal_socket.as_ref();
        twice.path("journal-socket", socket, &mut settings.journal_socket);
        let endpoint = self.otlp_endpoint.clone();
        twice.one("otlp-endpoint", endpoint, &mut settings.otlp_endpoint);
        let seconds = self
            .shutdown_timeout
            .and_then(|seconds| i64::try_from(seconds).ok());
        twice.one("shutdown-timeout", seconds, &mut settings.shutdown_timeout);
        twice.one("debug", self.debug.then_some(true), &mut settings.debug);
        // What they are here has no words there.
        if let (Some(flag), Some(file)) = (self.log_level, &settings.log_level) {
            twice.met("log-level", &format!("{flag:?}").to_lowercase(), file);
        }
        if let (Some(flag), Some(file)) = (self.log_format, &settings.log_format) {
            twice.met("log-format", &format!("{flag:?}").to_lowercase(), file);
        }
        twice.refused(file)
    }
}
