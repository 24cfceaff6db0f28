//! The flags of servers: of `sampan run -p` and `sampan serve`.

use std::fs::File;
use std::num::NonZeroUsize;
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};

use clap::Args;
use sampan_types::serving::HttpLimits;
use sampan_types::{Serving, TlsFiles};

use crate::app::App;
use crate::error::CliError;

/// How a component that is an HTTP server is served.
#[derive(Clone, Debug, Args)]
pub(crate) struct ServingFlags {
    /// Serve TLS with this certificate, followed by those that vouch for it (PEM). Of several, each with its key, a client
    /// gets the first that has the name it asks for. Files that change are read anew
    #[arg(long, value_name = "FILE", help_heading = "Serving")]
    tls_cert: Vec<PathBuf>,
    /// The private key of a `--tls-cert`, in the same order (PEM)
    #[arg(long, value_name = "FILE", help_heading = "Serving")]
    tls_key: Vec<PathBuf>,
    /// Let one instance answer so many requests, one after the other: each finds in memory what those before it left
    #[arg(long, value_name = "NUMBER", default_value = "1", help_heading = "Serving")]
    reuse: NonZeroUsize,
    /// Write a line of JSON for each request, to standard error or at the end of a file; the program finds the request's id
    /// in `x-request-id`
    #[arg(
        long,
        value_name = "FILE",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "-",
        help_heading = "Serving"
    )]
    access_log: Option<PathBuf>,
    /// What clients may do: head-size, body-size, head-time, client-time, request-time, requests, connections, streams
    #[arg(long, value_name = "NAME=VALUE", help_heading = "Serving")]
    http_limit: Vec<String>,
}

impl ServingFlags {
    /// Whether any was given.
    pub(crate) fn any(&self) -> bool {
        let tls = !self.tls_cert.is_empty() || !self.tls_key.is_empty();
        tls || self.reuse.get() > 1 || self.access_log.is_some() || !self.http_limit.is_empty()
    }

    /// How an address of the server begins.
    pub(crate) fn scheme(&self) -> &'static str {
        if self.tls_cert.is_empty() { "http" } else { "https" }
    }

    /// How requests are answered.
    pub(crate) fn serving(&self, app: &App<'_>) -> Result<Serving, CliError> {
        if self.tls_cert.len() != self.tls_key.len() {
            return Err(CliError::Usage(
                "each `--tls-cert` needs its `--tls-key`, in the same order",
            ));
        }
        let mut limits = HttpLimits::default();
        for text in &self.http_limit {
            limits.set(text).map_err(CliError::HttpLimit)?;
        }
        let folder = app.working_dir()?;
        let pairs = self.tls_cert.iter().zip(&self.tls_key);
        Ok(Serving {
            limits,
            tls: pairs
                .map(|(certificate, key)| TlsFiles {
                    certificate: folder.join(certificate),
                    key: folder.join(key),
                })
                .collect(),
            reuse: self.reuse,
            ..Serving::default()
        })
    }

    /// Where lines about requests go.
    pub(crate) fn log(&self) -> Result<Option<File>, CliError> {
        match &self.access_log {
            None => Ok(None),
            Some(path) if path == Path::new("-") => {
                let own = std::io::stderr().as_fd().try_clone_to_owned();
                Ok(Some(own.map_err(CliError::Streams)?.into()))
            }
            Some(path) => {
                let file = File::options().create(true).append(true).open(path);
                let error = |source| CliError::Write {
                    path: path.clone(),
                    source,
                };
                file.map(Some).map_err(error)
            }
        }
    }
}
