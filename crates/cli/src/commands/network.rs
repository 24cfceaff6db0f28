//! `sampan network`: what containers reach each other over.

use clap::{Args, Subcommand};
use sampan_api::network::{
    ConnectRequest, CreateRequest, DisconnectRequest, EndpointIpamConfig, EndpointSettings, Ipam, IpamConfig,
    Network,
};

use crate::app::App;
use crate::commands::flags::{ListArgs, filters, pairs};
use crate::commands::inspect::raw_documents;
use crate::commands::prune::{self, PruneArgs};
use crate::error::CliError;
use crate::human::{moment, short};
use crate::template::{Sheet, Value};

/// What to do with networks.
#[derive(Debug, Subcommand)]
pub(crate) enum NetworkCommand {
    /// Make a network
    Create(Box<CreateArgs>),
    /// List networks
    #[command(visible_alias = "list")]
    Ls(LsArgs),
    /// Show what is known of networks, as JSON
    Inspect(InspectArgs),
    /// Remove networks
    #[command(visible_alias = "remove")]
    Rm(RmArgs),
    /// Put a container into a network
    Connect(Box<ConnectArgs>),
    /// Take a container out of a network
    Disconnect(DisconnectArgs),
    /// Remove networks that no container is in
    Prune(PruneArgs),
}

/// The flags of `sampan network create`.
#[derive(Debug, Args)]
pub(crate) struct CreateArgs {
    /// Its name
    name: String,
    /// What makes it
    #[arg(short, long, default_value = "bridge")]
    driver: String,
    /// Let containers come and go by hand (of swarm)
    #[arg(long)]
    attachable: bool,
    /// Let nothing out of it
    #[arg(long)]
    internal: bool,
    /// With addresses of version 6
    #[arg(long)]
    ipv6: bool,
    /// Its addresses, such as 10.9.0.0/16
    #[arg(long, value_name = "SUBNET")]
    subnet: Vec<String>,
    /// The part of them that containers get
    #[arg(long, value_name = "SUBNET")]
    ip_range: Vec<String>,
    /// The address of its way out
    #[arg(long, value_name = "ADDRESS")]
    gateway: Vec<String>,
    /// What gives addresses out
    #[arg(long, value_name = "DRIVER", default_value = "default")]
    ipam_driver: String,
    /// A label
    #[arg(long, value_name = "KEY[=VALUE]")]
    label: Vec<String>,
    /// An option of the driver
    #[arg(short, long, value_name = "KEY=VALUE")]
    opt: Vec<String>,
}

/// The flags of `sampan network ls`.
#[derive(Debug, Args)]
pub(crate) struct LsArgs {
    #[command(flatten)]
    list: ListArgs,
    /// Show ids in full
    #[arg(long)]
    no_trunc: bool,
}

/// The flags of `sampan network inspect`.
#[derive(Debug, Args)]
pub(crate) struct InspectArgs {
    /// Names or ids
    #[arg(required = true, value_name = "NETWORK")]
    networks: Vec<String>,
    /// Write them as `json` or by a Go template
    #[arg(short, long, value_name = "FORMAT")]
    format: Option<String>,
    /// With what only debugging needs
    #[arg(short, long)]
    verbose: bool,
}

/// The flags of `sampan network rm`.
#[derive(Debug, Args)]
pub(crate) struct RmArgs {
    /// Names or ids
    #[arg(required = true, value_name = "NETWORK")]
    networks: Vec<String>,
    /// It is no error where it is not there
    #[arg(short, long)]
    force: bool,
}

/// The flags of `sampan network connect`.
#[derive(Debug, Args)]
pub(crate) struct ConnectArgs {
    /// Name or id of the network
    network: String,
    /// Name or id of the container
    container: String,
    /// Another name that it has there
    #[arg(long, value_name = "NAME")]
    alias: Vec<String>,
    /// The address that it has there
    #[arg(long, value_name = "ADDRESS")]
    ip: Option<String>,
    /// The address of version 6 that it has there
    #[arg(long, value_name = "ADDRESS")]
    ip6: Option<String>,
    /// Another container by its name, or by NAME:ALIAS
    #[arg(long, value_name = "CONTAINER")]
    link: Vec<String>,
    /// An option of the driver
    #[arg(long, value_name = "KEY=VALUE")]
    driver_opt: Vec<String>,
}

/// The flags of `sampan network disconnect`.
#[derive(Debug, Args)]
pub(crate) struct DisconnectArgs {
    /// Name or id of the network
    network: String,
    /// Name or id of the container
    container: String,
    /// Also where the container is gone
    #[arg(short, long)]
    force: bool,
}

const SHEET: Sheet = Sheet {
    columns: &["{{.ID}}", "{{.Name}}", "{{.Driver}}", "{{.Scope}}"],
    headings: &[
        ("ID", "NETWORK ID"),
        ("Name", "NAME"),
        ("Driver", "DRIVER"),
        ("Scope", "SCOPE"),
        ("IPv4", "IPV4"),
        ("IPv6", "IPV6"),
        ("Internal", "INTERNAL"),
        ("Labels", "LABELS"),
        ("CreatedAt", "CREATED AT"),
    ],
};

pub(crate) fn run(app: &App<'_>, command: &NetworkCommand) -> Result<u8, CliError> {
    match command {
        NetworkCommand::Create(args) => create(app, args)?,
        NetworkCommand::Ls(args) => ls(app, args)?,
        NetworkCommand::Inspect(args) => {
            return raw_documents(
                app,
                "network inspect",
                &args.networks,
                args.format.as_deref(),
                async |client, name| client.inspect_network_raw(name, args.verbose).await,
            );
        }
        NetworkCommand::Rm(args) => {
            return app.each_on_daemon("network rm", &args.networks, async |client, name| {
                match client.remove_network(name).await {
                    Err(error) if args.force && error.is_not_found() => Ok(()),
                    other => other,
                }
            });
        }
        NetworkCommand::Connect(args) => connect(app, args)?,
        NetworkCommand::Disconnect(args) => app.on_daemon("network disconnect", async |client| {
            let request = DisconnectRequest {
                container: args.container.clone(),
                force: args.force,
            };
            Ok(client.disconnect_network(&args.network, &request).await?)
        })?,
        NetworkCommand::Prune(args) => prune::networks(app, args)?,
    }
    Ok(0)
}

fn create(app: &App<'_>, args: &CreateArgs) -> Result<(), CliError> {
    if args.subnet.len() < args.ip_range.len().max(args.gateway.len()) {
        return Err(CliError::Usage(
            "each `--ip-range` and each `--gateway` needs its `--subnet`",
        ));
    }
    let at = |list: &[String], index: usize| list.get(index).cloned().unwrap_or_default();
    let config: Vec<IpamConfig> = args
        .subnet
        .iter()
        .enumerate()
        .map(|(index, subnet)| IpamConfig {
            subnet: subnet.clone(),
            ip_range: at(&args.ip_range, index),
            gateway: at(&args.gateway, index),
            auxiliary_addresses: Default::default(),
        })
        .collect();
    let request = CreateRequest {
        name: args.name.clone(),
        check_duplicate: true,
        driver: args.driver.clone(),
        enable_ipv6: args.ipv6.then_some(true),
        ipam: Some(Ipam {
            driver: args.ipam_driver.clone(),
            options: None,
            config: Some(config),
        }),
        internal: args.internal,
        attachable: args.attachable,
        options: Some(pairs(&args.opt)),
        labels: Some(pairs(&args.label)),
        ..CreateRequest::default()
    };
    let made = app.on_daemon("network create", async |client| {
        Ok(client.create_network(&request).await?)
    })?;
    if !made.warning.is_empty() {
        app.printer.warning(made.warning);
    }
    Ok(app.printer.data(made.id)?)
}

fn connect(app: &App<'_>, args: &ConnectArgs) -> Result<(), CliError> {
    let addresses = (args.ip.is_some() || args.ip6.is_some()).then(|| EndpointIpamConfig {
        ipv4_address: args.ip.clone().unwrap_or_default(),
        ipv6_address: args.ip6.clone().unwrap_or_default(),
        link_local_ips: Vec::new(),
    });
    let request = ConnectRequest {
        container: args.container.clone(),
        endpoint_config: Some(EndpointSettings {
            ipam_config: addresses,
            links: (!args.link.is_empty()).then(|| args.link.clone()),
            aliases: (!args.alias.is_empty()).then(|| args.alias.clone()),
            driver_opts: (!args.driver_opt.is_empty()).then(|| pairs(&args.driver_opt)),
            ..EndpointSettings::default()
        }),
    };
    app.on_daemon("network connect", async |client| {
        Ok(client.connect_network(&args.network, &request).await?)
    })
}

fn ls(app: &App<'_>, args: &LsArgs) -> Result<(), CliError> {
    let filters = filters(&args.list.filter)?;
    let mut networks = app.on_daemon("network ls", async |client| Ok(client.networks(&filters).await?))?;
    networks.sort_by(|a, b| a.name.cmp(&b.name));
    let id = |network: &Network| {
        if args.no_trunc {
            network.id.clone()
        } else {
            short(&network.id).to_owned()
        }
    };
    if app.printer.quiet() && args.list.format.is_none() {
        return Ok(networks.iter().try_for_each(|n| app.printer.data(id(n)))?);
    }
    let rows: Vec<_> = networks.iter().map(|network| row(network, id(network))).collect();
    app.show_rows(&SHEET, args.list.format.as_deref(), &rows)
}

fn row(network: &Network, id: String) -> Value {
    let labels: Vec<String> = network.labels.iter().map(|(k, v)| format!("{k}={v}")).collect();
    Value::row([
        ("ID", id.into()),
        ("Name", network.name.as_str().into()),
        ("Driver", network.driver.as_str().into()),
        ("Scope", network.scope.as_str().into()),
        ("IPv4", network.enable_ipv4.to_string().into()),
        ("IPv6", network.enable_ipv6.to_string().into()),
        ("Internal", network.internal.to_string().into()),
        ("Labels", labels.join(",").into()),
        ("Label", Value::Lookup(network.labels.clone())),
        ("CreatedAt", moment(network.created).into()),
    ])
}
