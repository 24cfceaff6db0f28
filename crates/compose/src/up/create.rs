//! One container: made with all that it is to have, or not at all.

use std::collections::BTreeMap;
use std::io;

use bytes::Bytes;
use sampan_api::network::ConnectRequest;
use sampan_client::Upload;

use crate::requests::{self, Own, Wanted};
use crate::session::Session;
use crate::{ComposeError, Host, Mounted, Service, labels};

impl<H: Host> Session<'_, H> {
    /// The labels of a service's containers.
    pub(crate) fn labels(&self, service: &Service, hash: &str, image: &str) -> BTreeMap<String, String> {
        let project = self.project;
        let list = |paths: &[std::path::PathBuf]| {
            let texts: Vec<_> = paths
                .iter()
                .map(|path| path.to_string_lossy().into_owned())
                .collect();
            texts.join(",")
        };
        let depends_on = service
            .depends_on
            .iter()
            .map(|(name, how)| format!("{name}:{}:{}", how.condition.as_str(), how.restart));
        let mut all: BTreeMap<String, String> = [
            (labels::PROJECT, project.name.clone()),
            (labels::SERVICE, service.name.clone()),
            (labels::VERSION, labels::SPEAKS.to_owned()),
            (labels::WORKING_DIR, project.folder.to_string_lossy().into_owned()),
            (labels::CONFIG_FILES, list(&project.files)),
            (labels::CONFIG_HASH, hash.to_owned()),
            (labels::IMAGE, image.to_owned()),
            (labels::ONE_OFF, "False".to_owned()),
            (labels::DEPENDS_ON, depends_on.collect::<Vec<_>>().join(",")),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into();
        if !project.env_files.is_empty() {
            all.insert(labels::ENV_FILE.to_owned(), list(&project.env_files));
        }
        all
    }

    /// What of a service's containers is another service's: `network_mode: service:NAME` and its like.
    pub(crate) async fn shared(&self, service: &Service) -> Result<Own, ComposeError> {
        let mut own = Own::default();
        let of = |mode: &Option<String>| {
            let name = mode.as_deref().and_then(|mode| mode.strip_prefix("service:"));
            name.map(str::to_owned)
        };
        let modes = [
            ("network", of(&service.network_mode)),
            ("ipc", of(&service.ipc)),
            ("pid", of(&service.pid)),
        ];
        for (kind, other) in modes {
            let Some(other) = other else { continue };
            let observed = self.observed().await?;
            let mode = format!("container:{}", observed.one(&other, None)?.id());
            if kind == "network" {
                own.network_of = Some(mode);
            } else {
                own.shared.insert(kind, mode);
            }
        }
        Ok(own)
    }

    /// Makes a container, and gives its id.
    pub(crate) async fn create(&self, service: &Service, own: &Own) -> Result<String, ComposeError> {
        let wanted = requests::of(self.project, service, own)?;
        self.create_wanted(service, &own.name, wanted, own.contents.as_deref())
            .await
    }

    pub(crate) async fn create_wanted(
        &self,
        service: &Service,
        name: &str,
        wanted: Wanted,
        contents: Option<&[u8]>,
    ) -> Result<String, ComposeError> {
        let made = self
            .client
            .create_container(Some(name), service.platform.as_deref(), &wanted.request)
            .await
            .map_err(ComposeError::call("create container", name))?;
        for warning in &made.warnings {
            self.warn(format!("container `{name}`: {warning}"));
        }
        let filled = async {
            for (network, settings) in wanted.further {
                let request = ConnectRequest {
                    container: made.id.clone(),
                    endpoint_config: Some(settings),
                };
                let joined = self.client.connect_network(&network, &request).await;
                joined.map_err(ComposeError::call("join a network with container", name))?;
            }
            match contents {
                Some(archive) => {
                    let put = self.upload(&made.id, "/", archive.to_vec()).await;
                    put.map_err(ComposeError::call("put secrets and configs into container", name))
                }
                None => Ok(()),
            }
        };
        if let Err(error) = filled.await {
            // Half a container would be taken for a whole one by the next `up`.
            drop(self.client.remove_container(&made.id, true, false, true).await);
            return Err(error);
        }
        Ok(made.id)
    }

    /// What of secrets and configurations is put into a service's containers, as an archive: what comes from no file, and
    /// for Wasm, which cannot have single files of the host, also what does.
    pub(crate) fn contents(
        &self,
        service: &Service,
        mounts_files: bool,
    ) -> Result<Option<Vec<u8>>, ComposeError> {
        let mut archive = tar::Builder::new(Vec::new());
        let mut any = false;
        let all = [
            ("secret", &service.secrets, &self.project.secrets),
            ("config", &service.configs, &self.project.configs),
        ];
        for (kind, wanted, contents) in all {
            for mounted in wanted {
                let Some(content) = contents.get(&mounted.source).filter(|content| !content.external) else {
                    continue;
                };
                let failed = |source: io::Error| ComposeError::Content {
                    what: format!("{kind} `{}`", mounted.source),
                    service: service.name.clone(),
                    source,
                };
                if content.file.is_some() && mounts_files {
                    continue;
                }
                let bytes = content.bytes().map_err(failed)?;
                append(&mut archive, mounted, &bytes).map_err(failed)?;
                any = true;
            }
        }
        let bytes = archive.into_inner().map_err(|source| ComposeError::Content {
            what: "what is put into containers".to_owned(),
            service: service.name.clone(),
            source,
        })?;
        Ok(any.then_some(bytes))
    }

    pub(crate) async fn upload(
        &self,
        id: &str,
        folder: &str,
        archive: Vec<u8>,
    ) -> Result<(), sampan_client::ClientError> {
        let (sender, upload) = Upload::new();
        let send = async move {
            // Where the daemon hangs up, its answer says why.
            drop(sender.send(Ok(Bytes::from(archive))).await);
        };
        let (sent, ()) = tokio::join!(self.client.upload(id, folder, false, upload), send);
        sent
    }
}

fn append(archive: &mut tar::Builder<Vec<u8>>, mounted: &Mounted, bytes: &[u8]) -> io::Result<()> {
    let mut header = tar::Header::new_gnu();
    header.set_size(bytes.len() as u64);
    let mode = mounted.mode.and_then(|mode| u32::try_from(mode).ok());
    header.set_mode(mode.unwrap_or(0o444));
    let number = |id: Option<i64>| id.and_then(|id| u64::try_from(id).ok()).unwrap_or(0);
    header.set_uid(number(mounted.uid));
    header.set_gid(number(mounted.gid));
    header.set_mtime(0);
    archive.append_data(&mut header, mounted.target.trim_start_matches('/'), bytes)
}
