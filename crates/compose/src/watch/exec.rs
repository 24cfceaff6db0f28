//! The command of a rule, run in the containers that files were copied into.

use sampan_api::exec::{ExecCreateRequest, ExecStartRequest};
use sampan_client::ClientError;

use crate::model::Hook;
use crate::session::Session;
use crate::{ComposeError, Host};

/// How much of what a command wrote is told where it fails.
const TOLD: usize = 2 << 10;

impl<H: Host> Session<'_, H> {
    /// Runs a command in each container of a service that is up, and waits for its end.
    pub(super) async fn execute(&self, service: &str, hook: &Hook) -> Result<(), ComposeError> {
        let observed = self.observed().await?;
        let up = observed.of_service(service).filter(|container| container.is_up());
        self.with_each(up, async |container| {
            let ended = self.executed(container.id(), hook).await;
            let (code, said) =
                ended.map_err(ComposeError::call("run a command in container", &container.name))?;
            match code {
                0 => Ok(()),
                code => Err(ComposeError::Command {
                    command: hook.command.join(" "),
                    container: container.name.clone(),
                    code,
                    said: String::from_utf8_lossy(&said).trim().to_owned(),
                }),
            }
        })
        .await
    }

    async fn executed(&self, container: &str, hook: &Hook) -> Result<(i64, Vec<u8>), ClientError> {
        let env = hook.environment.iter().map(|(name, value)| match value {
            Some(value) => format!("{name}={value}"),
            None => name.clone(),
        });
        let request = ExecCreateRequest {
            cmd: Some(hook.command.clone().into()),
            user: hook.user.clone().unwrap_or_default(),
            privileged: hook.privileged,
            working_dir: hook.working_dir.clone().unwrap_or_default(),
            env: (!hook.environment.is_empty()).then(|| env.collect()),
            attach_stdout: true,
            attach_stderr: true,
            ..ExecCreateRequest::default()
        };
        let id = self.client.create_exec(container, &request).await?;
        let mut streams = self.client.start_exec(&id, &ExecStartRequest::default()).await?;
        let mut said = Vec::new();
        while let Some((_, bytes)) = streams.output.next().await? {
            said.extend_from_slice(&bytes);
            let over = said.len().saturating_sub(TOLD);
            said.drain(..over);
        }
        let ended = self.client.inspect_exec(&id).await?;
        Ok((ended.exit_code.unwrap_or(0), said))
    }
}
