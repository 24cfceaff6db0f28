//! Which project is meant.

use std::io::Read;
use std::path::{Path, PathBuf};

use clap::Args;
use sampan_client::Client;
use sampan_compose::{LoadOptions, Loaded, Observed, Project, Session};

use super::host::ComposeHost;
use crate::app::App;
use crate::env::{self, ComposeVariables};
use crate::error::CliError;

/// The most of a compose file that standard input gives.
const STDIN_MAX: u64 = 8 << 20;

/// Flags that tell which project is meant.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct ProjectFlags {
    /// A compose file; of several each goes over the one before; `-` is standard input
    #[arg(short, long, value_name = "FILE")]
    file: Vec<PathBuf>,
    /// The project's name
    #[arg(short, long, value_name = "NAME")]
    project_name: Option<String>,
    /// The folder that paths of the files are meant from
    #[arg(long, value_name = "DIR")]
    project_directory: Option<PathBuf>,
    /// A file of variables, in the place of `.env`
    #[arg(long, value_name = "FILE")]
    env_file: Vec<PathBuf>,
    /// A profile whose services take part; `*` for all
    #[arg(long, value_name = "NAME")]
    profile: Vec<String>,
}

impl ProjectFlags {
    /// Reads the files. `named` services take part whatever their profiles.
    pub(crate) fn load(&self, app: &App<'_>, named: &[String]) -> Result<Loaded, CliError> {
        let loaded = self.load_with(app, named, false)?;
        loaded
            .warnings
            .iter()
            .for_each(|warning| app.printer.warning(warning));
        Ok(loaded)
    }

    pub(crate) fn load_with(
        &self,
        app: &App<'_>,
        named: &[String],
        no_interpolate: bool,
    ) -> Result<Loaded, CliError> {
        let stdin = if self.file.iter().any(|file| file == Path::new("-")) {
            let mut text = String::new();
            std::io::stdin()
                .take(STDIN_MAX)
                .read_to_string(&mut text)
                .map_err(CliError::Streams)?;
            Some(text)
        } else {
            None
        };
        let env_files = match self.env_file.as_slice() {
            [] => ComposeVariables::read().env_files,
            files => files.to_vec(),
        };
        Ok(sampan_compose::load(&LoadOptions {
            working_dir: app.working_dir()?,
            files: self.file.clone(),
            stdin,
            project_directory: self.project_directory.clone(),
            name: self.project_name.clone(),
            env_files,
            variables: env::all_of_caller(),
            profiles: self.profile.clone(),
            named: named.to_vec(),
            home: app.environment.home.clone(),
            no_interpolate,
        })?)
    }

    /// The project of the files; where a name alone is given, that of its containers.
    pub(crate) async fn found(
        &self,
        app: &App<'_>,
        client: &Client,
        named: &[String],
    ) -> Result<Project, CliError> {
        match &self.project_name {
            Some(name) if self.file.is_empty() => {
                let observed = Observed::of(client, name).await?;
                let mut project = Project::of_containers(name, &observed);
                // What is in the files here may be what is meant, with services that have no container.
                if let Ok(loaded) = self.load_with(app, named, false) {
                    project = loaded.project;
                }
                Ok(project)
            }
            _ => Ok(self.load(app, named)?.project),
        }
    }
}

/// Does something with a project at the daemon.
pub(crate) fn on_project<T>(
    app: &App<'_>,
    command: &str,
    flags: &ProjectFlags,
    named: &[String],
    work: impl AsyncFnOnce(&Session<'_, ComposeHost<'_>>) -> Result<T, CliError>,
) -> Result<T, CliError> {
    app.on_daemon(&format!("compose {command}"), async |client| {
        let project = flags.found(app, client, named).await?;
        let host = ComposeHost::new(app, client);
        work(&Session::new(client, &host, &project)).await
    })
}

/// The same with a project of which the files are needed.
pub(crate) fn on_files<T>(
    app: &App<'_>,
    command: &str,
    flags: &ProjectFlags,
    named: &[String],
    work: impl AsyncFnOnce(&Session<'_, ComposeHost<'_>>) -> Result<T, CliError>,
) -> Result<T, CliError> {
    // Files first: what is wrong with them is told also where no daemon runs.
    let loaded = flags.load(app, named)?;
    app.on_daemon(&format!("compose {command}"), async |client| {
        let host = ComposeHost::new(app, client);
        work(&Session::new(client, &host, &loaded.project)).await
    })
}
