//! `sampan registry`: serves a registry until it is interrupted.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use sampan_distribution::server::{AuthConfig, AuthScheme, Server, ServerConfig, TlsFiles};

use crate::app::App;
use crate::error::CliError;
use crate::terminal::{Signals, listen_address};

/// The flags of `sampan registry`.
#[derive(Debug, Args)]
pub(crate) struct RegistryArgs {
    /// Where to listen; beyond loopback only with TLS and users
    #[arg(long, value_name = "[ADDR:]PORT", default_value = "127.0.0.1:5000")]
    listen: String,
    /// Certificate chain, PEM
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    tls_cert: Option<PathBuf>,
    /// Private key, PEM
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
    /// Users and their bcrypt hashes, as `htpasswd -B` writes them
    #[arg(long, value_name = "FILE")]
    htpasswd: Option<PathBuf>,
    /// How credentials travel
    #[arg(long, value_enum, default_value_t = Auth::Basic, requires = "htpasswd")]
    auth: Auth,
    /// Let everybody pull
    #[arg(long, requires = "htpasswd")]
    anonymous_pull: bool,
    /// URL under which clients reach this server, where it is behind a proxy
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
}

/// How credentials travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Auth {
    /// With every request
    Basic,
    /// Once, for a token
    Token,
}

pub(crate) fn run(app: &App<'_>, args: RegistryArgs) -> Result<(), CliError> {
    crate::trace::warnings(app.printer);
    let config = ServerConfig {
        listen: listen_address(&args.listen)?,
        auth: args.htpasswd.map(|htpasswd| AuthConfig {
            htpasswd,
            scheme: match args.auth {
                Auth::Basic => AuthScheme::Basic,
                Auth::Token => AuthScheme::Token,
            },
            anonymous_pull: args.anonymous_pull,
        }),
        tls: args
            .tls_cert
            .zip(args.tls_key)
            .map(|(cert, key)| TlsFiles { cert, key }),
        public_url: args.public_url,
        ..ServerConfig::default()
    };
    let store = app.store()?;
    app.block_on_many(async {
        let server = Server::bind(store, config).await?;
        app.printer
            .done("serving", format_args!("a registry on {}", server.url()));
        let mut signals = Signals::new().map_err(CliError::Signals)?;
        let asked_to_end = async move {
            signals.next().await;
        };
        server.serve(asked_to_end).await?;
        Ok(())
    })
}
