//! `sampan port`: where a container's ports are reached.

use clap::Args;
use sampan_api::Port;
use sampan_api::container::PortBinding;

use crate::app::App;
use crate::error::CliError;

/// The flags of `sampan port`.
#[derive(Debug, Args)]
pub(crate) struct PortArgs {
    /// Name or id
    container: String,
    /// One port alone, such as 80 or 53/udp
    port: Option<Port>,
}

pub(crate) fn run(app: &App<'_>, args: &PortArgs) -> Result<(), CliError> {
    let container = app.on_daemon("port", async |client| {
        Ok(client.inspect_container(&args.container).await?)
    })?;
    let ports = container.network_settings.ports;
    let address = |binding: &PortBinding| match binding.host_ip.contains(':') {
        true => format!("[{}]:{}", binding.host_ip, binding.host_port),
        false => format!("{}:{}", binding.host_ip, binding.host_port),
    };
    if let Some(port) = &args.port {
        let bindings = ports.get(port).cloned().flatten().unwrap_or_default();
        if bindings.is_empty() {
            return Err(CliError::NoObject(format!(
                "public port {port} of {}",
                args.container
            )));
        }
        for binding in &bindings {
            app.printer.data(address(binding))?;
        }
        return Ok(());
    }
    for (port, bindings) in &ports {
        for binding in bindings.iter().flatten() {
            app.printer.data(format_args!("{port} -> {}", address(binding)))?;
        }
    }
    Ok(())
}
