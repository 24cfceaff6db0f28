//! Where the daemon is, and how commands talk to it.

use sampan_client::{Address, Client, ClientError};
use sampan_types::ExitCode;

use crate::app::App;
use crate::error::CliError;

impl App<'_> {
    /// The daemon that was named, or the one at its usual place. `None` where nobody named one and none is there.
    pub(crate) async fn find_daemon(&self) -> Result<Option<Client>, CliError> {
        if let Some(named) = self.host_flag().or(self.environment.host.as_deref()) {
            return Ok(Some(Client::connect(named.parse()?).await?));
        }
        let usual = self
            .environment
            .exec_root()
            .map(|folder| folder.join("sampan.sock"));
        let Some(path) = usual.filter(|path| path.exists()) else {
            return Ok(None);
        };
        match Client::connect(Address::unix(path)).await {
            Ok(client) => Ok(Some(client)),
            // A socket that a killed daemon left behind.
            Err(ClientError::NoDaemon { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Does something that needs the daemon; `command` is what the person wrote.
    pub(crate) fn on_daemon<T>(
        &self,
        command: &str,
        work: impl AsyncFnOnce(&Client) -> Result<T, CliError>,
    ) -> Result<T, CliError> {
        self.block_on(async {
            let client = self.find_daemon().await?;
            let client = client.ok_or_else(|| CliError::NeedsDaemon(command.to_owned()))?;
            work(&client).await
        })
    }

    /// Does something with the daemon where there is one; `None` where not.
    pub(crate) fn on_daemon_if_there<T>(
        &self,
        work: impl AsyncFnOnce(&Client) -> Result<T, CliError>,
    ) -> Result<Option<T>, CliError> {
        self.block_on(async {
            match self.find_daemon().await? {
                Some(client) => work(&client).await.map(Some),
                None => Ok(None),
            }
        })
    }

    /// Does the same with each of several things, and writes the name of each that it was done with. One that fails is
    /// told, and the others go on; the exit code says that something failed.
    pub(crate) fn each_on_daemon(
        &self,
        command: &str,
        names: &[String],
        work: impl AsyncFn(&Client, &str) -> Result<(), ClientError>,
    ) -> Result<u8, CliError> {
        self.on_daemon(command, async |client| {
            self.each(names, async |name| Ok(work(client, name).await?)).await
        })
    }

    /// The same with whatever is to be done.
    pub(crate) async fn each(
        &self,
        names: &[String],
        work: impl AsyncFn(&str) -> Result<(), CliError>,
    ) -> Result<u8, CliError> {
        let mut code = ExitCode::Success;
        for name in names {
            match work(name).await {
                Ok(()) => self.printer.data(name)?,
                Err(error) => {
                    self.printer.error(&error);
                    code = ExitCode::Failure;
                }
            }
        }
        Ok(code.code())
    }
}
