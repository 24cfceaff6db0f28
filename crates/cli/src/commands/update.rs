//! `sampan update`: other limits for containers, also while they run, and another program for a server.

use clap::Args;
use sampan_api::container::{RestartPolicy, UpdateRequest};
use sampan_api::deploy::DeployRequest;
use sampan_client::Client;
use sampan_types::Split;

use crate::app::App;
use crate::commands::create::pull;
use crate::commands::create::values::{bytes, nano_cpus, restart_policy};
use crate::error::CliError;

/// The flags of `sampan update`.
#[derive(Debug, Args)]
pub(crate) struct UpdateArgs {
    /// Names or ids
    #[arg(required = true, value_name = "CONTAINER")]
    containers: Vec<String>,
    /// Weight beside others when processors are short
    #[arg(short = 'c', long, value_name = "NUMBER")]
    cpu_shares: Option<i64>,
    /// Most processors, such as 0.5
    #[arg(long, value_name = "NUMBER")]
    cpus: Option<String>,
    /// Length of a period, in microseconds
    #[arg(long, value_name = "MICROSECONDS")]
    cpu_period: Option<i64>,
    /// Processor time in each period, in microseconds
    #[arg(long, value_name = "MICROSECONDS", allow_hyphen_values = true)]
    cpu_quota: Option<i64>,
    /// Processors that it may use, such as 0-3
    #[arg(long, value_name = "LIST")]
    cpuset_cpus: Option<String>,
    /// Most memory
    #[arg(short, long, value_name = "BYTES")]
    memory: Option<String>,
    /// Memory that it should have left when memory is short
    #[arg(long, value_name = "BYTES")]
    memory_reservation: Option<String>,
    /// Most memory and swap together; -1 for no end
    #[arg(long, value_name = "BYTES", allow_hyphen_values = true)]
    memory_swap: Option<String>,
    /// Most processes, or core instances of a Wasm container
    #[arg(long, value_name = "NUMBER", allow_hyphen_values = true)]
    pids_limit: Option<i64>,
    /// What happens after it ended: no, always, unless-stopped, on-failure[:TIMES]
    #[arg(long, value_name = "POLICY")]
    restart: Option<String>,
    /// Image whose program answers from now on, once it is compiled and has answered its check; no request is lost
    #[arg(long, value_name = "IMAGE")]
    image: Option<String>,
    /// Parts of the requests for the version that was there and for the new one, such as 90:10
    #[arg(long, value_name = "OLD:NEW")]
    split: Option<Split>,
    /// Path that the new version must answer with 200 to 399; without it that of the image's HTTP health check
    #[arg(long, value_name = "PATH", requires = "image")]
    check: Option<String>,
    /// Seconds that the check may take
    #[arg(long, value_name = "SECONDS", requires = "image")]
    check_timeout: Option<u64>,
}

impl UpdateArgs {
    fn deployment(&self) -> Option<DeployRequest> {
        (self.image.is_some() || self.split.is_some()).then(|| DeployRequest {
            image: self.image.clone().unwrap_or_default(),
            split: self.split.map(|split| split.to_string()).unwrap_or_default(),
            check: self.check.clone().unwrap_or_default(),
            timeout: self.check_timeout.unwrap_or(0).saturating_mul(1_000),
        })
    }
}

pub(crate) fn run(app: &App<'_>, args: &UpdateArgs) -> Result<u8, CliError> {
    let request = UpdateRequest {
        restart_policy: args
            .restart
            .as_deref()
            .map(restart_policy)
            .transpose()?
            .unwrap_or_else(RestartPolicy::default),
        cpu_shares: args.cpu_shares.unwrap_or_default(),
        nano_cpus: nano_cpus(args.cpus.as_deref())?,
        cpu_period: args.cpu_period.unwrap_or_default(),
        cpu_quota: args.cpu_quota.unwrap_or_default(),
        cpuset_cpus: args.cpuset_cpus.clone().unwrap_or_default(),
        memory: bytes(args.memory.as_deref())?,
        memory_reservation: bytes(args.memory_reservation.as_deref())?,
        memory_swap: bytes(args.memory_swap.as_deref())?,
        pids_limit: args.pids_limit,
        ..UpdateRequest::default()
    };
    let deployment = args.deployment();
    let limits = request != UpdateRequest::default();
    if !limits && deployment.is_none() {
        return Err(CliError::Usage(
            "you must give a flag that says what is to change",
        ));
    }
    app.on_daemon("update", async |client| {
        let each = async |name: &str| {
            if limits {
                let answer = client.update_container(name, &request).await?;
                answer
                    .warnings
                    .iter()
                    .for_each(|warning| app.printer.warning(warning));
            }
            match &deployment {
                Some(deployment) => deploy(app, client, name, deployment).await,
                None => Ok(()),
            }
        };
        app.each(&args.containers, each).await
    })
}

/// Has another program answer; an image that is not there is pulled.
async fn deploy(app: &App<'_>, client: &Client, name: &str, request: &DeployRequest) -> Result<(), CliError> {
    match client.deploy(name, request).await {
        // A container may be missing as well.
        Err(error) if error.is_not_found() && error.to_string().contains("No such image") => {
            pull::pull(app, client, &request.image, None).await?;
            client.deploy(name, request).await?;
        }
        done => drop(done?),
    }
    Ok(())
}
