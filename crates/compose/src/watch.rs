//! Brings into containers what changes on the disk.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

use sampan_api::exec::{ExecCreateRequest, ExecStartRequest};
use sampan_client::Stop;

use crate::paths::is_wasm_file;
use crate::session::Session;
use crate::up::{Recreate, UpOptions};
use crate::{ComposeError, Container, Event, Host, WatchAction, WatchRule};

mod exec;
mod files;
mod glob;

use files::Files;

/// What is watched.
#[derive(Clone, Debug, Default)]
pub struct WatchOptions {
    /// Which services; all that have something to watch, where none is named.
    pub services: Vec<String>,
}

/// What was done because of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// For which service.
    pub service: String,
    /// `synced`, `executed`, `rebuilt`, `swapped`, `restarted`.
    pub what: &'static str,
    /// How many files were concerned.
    pub files: usize,
}

/// A rule of one service.
#[derive(Clone, Debug)]
struct Watched {
    service: String,
    rule: WatchRule,
    /// Whether the file is the service's Wasm image.
    is_image: bool,
}

impl Watched {
    fn wants(&self, path: &Path) -> bool {
        let Ok(inner) = path.strip_prefix(&self.rule.path) else {
            return false;
        };
        if inner.as_os_str().is_empty() {
            return true;
        }
        let fits = |patterns: &[String]| patterns.iter().any(|pattern| glob::fits(pattern, inner));
        // Those are never meant: they change with each look of a tool at them.
        let is_own = inner.components().any(|part| part.as_os_str() == ".git");
        !is_own && !fits(&self.rule.ignore) && (self.rule.include.is_empty() || fits(&self.rule.include))
    }
}

impl<H: Host> Session<'_, H> {
    /// Watches until it is dropped; `tell` is told of all that was done. What fails is told, and the next change tried.
    pub async fn watch(&self, options: &WatchOptions, tell: impl Fn(&Change)) -> Result<(), ComposeError> {
        let watched = self.watched(&options.services)?;
        let mut files = Files::new()?;
        for one in &watched {
            files.add(&one.rule.path)?;
        }
        for one in watched
            .iter()
            .filter(|one| one.rule.initial_sync && one.rule.target.is_some())
        {
            let all = files::below(&one.rule.path)?;
            let wanted: BTreeSet<PathBuf> = all.into_iter().filter(|path| one.wants(path)).collect();
            self.sync(one, &wanted).await?;
        }
        loop {
            let changed = files.changed().await?;
            let mut by_service: BTreeMap<&str, Vec<(&Watched, BTreeSet<PathBuf>)>> = BTreeMap::new();
            for one in &watched {
                let wanted: BTreeSet<PathBuf> =
                    changed.iter().filter(|path| one.wants(path)).cloned().collect();
                if !wanted.is_empty() {
                    by_service.entry(&one.service).or_default().push((one, wanted));
                }
            }
            for (service, rules) in by_service {
                match self.follow(service, &rules).await {
                    Ok(Some(change)) => tell(&change),
                    Ok(None) => {}
                    Err(error) => self.host.tell(Event::Failed(&error)),
                }
            }
        }
    }

    fn watched(&self, services: &[String]) -> Result<Vec<Watched>, ComposeError> {
        let mut all = Vec::new();
        for name in self.selected(services, true)? {
            let service = self.project.service(&name)?;
            let rules = service.develop.iter().flat_map(|develop| &develop.watch);
            all.extend(rules.map(|rule| Watched {
                service: name.clone(),
                rule: rule.clone(),
                is_image: false,
            }));
            if let Some(image) = service.image.as_deref().filter(|image| is_wasm_file(image)) {
                all.push(Watched {
                    service: name.clone(),
                    rule: WatchRule {
                        path: image.into(),
                        action: WatchAction::Rebuild,
                        ..WatchRule::default()
                    },
                    is_image: true,
                });
            }
        }
        if all.is_empty() {
            return Err(ComposeError::model(
                "services",
                "has nothing to watch: neither `develop.watch` nor an image that is a Wasm file",
            ));
        }
        Ok(all)
    }

    /// Does for one service what its rules say about some changes; the strongest of them is enough.
    async fn follow(
        &self,
        service: &str,
        rules: &[(&Watched, BTreeSet<PathBuf>)],
    ) -> Result<Option<Change>, ComposeError> {
        let files = rules.iter().map(|(_, files)| files.len()).sum();
        let change = |what| {
            Some(Change {
                service: service.to_owned(),
                what,
                files,
            })
        };
        let has = |action: WatchAction| rules.iter().any(|(one, _)| one.rule.action == action);
        if has(WatchAction::Rebuild) {
            let is_image = rules.iter().any(|(one, _)| one.is_image);
            self.up(&UpOptions {
                services: vec![service.to_owned()],
                no_deps: true,
                build: !is_image,
                recreate: Recreate::Changed,
                ignore_orphans: true,
                // Whoever changes files waits for no one.
                timeout: Some(0),
                quick: true,
                ..UpOptions::default()
            })
            .await?;
            return Ok(change(if is_image { "swapped" } else { "rebuilt" }));
        }
        let mut synced = false;
        for (one, files) in rules {
            if one.rule.target.is_some() && one.rule.action != WatchAction::Restart {
                self.sync(one, files).await?;
                synced = true;
            }
        }
        if has(WatchAction::Restart) || has(WatchAction::SyncRestart) {
            let observed = self.observed().await?;
            let up = observed.of_service(service).filter(|container| container.is_up());
            self.with_each(up, async |container| {
                let restarted = self
                    .client
                    .restart_container(container.id(), &Stop::default())
                    .await;
                restarted.map_err(ComposeError::call("restart container", &container.name))
            })
            .await?;
            return Ok(change("restarted"));
        }
        let mut executed = false;
        for (one, _) in rules
            .iter()
            .filter(|(one, _)| one.rule.action == WatchAction::SyncExec)
        {
            if let Some(hook) = &one.rule.exec {
                self.execute(service, hook).await?;
                executed = true;
            }
        }
        Ok(match (executed, synced) {
            (true, _) => change("executed"),
            (false, true) => change("synced"),
            (false, false) => None,
        })
    }

    /// Puts files into a service's containers, and takes away there what is gone here.
    async fn sync(&self, one: &Watched, files: &BTreeSet<PathBuf>) -> Result<(), ComposeError> {
        let target = one.rule.target.as_deref().unwrap_or("/");
        let failed = |source: io::Error| ComposeError::Content {
            what: format!("a file below `{}`", one.rule.path.display()),
            service: one.service.clone(),
            source,
        };
        let mut archive = tar::Builder::new(Vec::new());
        archive.follow_symlinks(false);
        let mut gone = Vec::new();
        for file in files {
            let inner = file.strip_prefix(&one.rule.path).unwrap_or(file);
            let place = if inner.as_os_str().is_empty() {
                // The rule names a file, and its target is one too, unless it is written as a folder.
                match (target.ends_with('/'), file.file_name()) {
                    (true, Some(name)) => Path::new(target).join(name),
                    _ => PathBuf::from(target),
                }
            } else {
                Path::new(target).join(inner)
            };
            match std::fs::symlink_metadata(file) {
                // A link stays one: what it leads to may be nobody's business in there.
                Ok(metadata) if metadata.is_file() || metadata.is_symlink() => {
                    let inside = place.strip_prefix("/").unwrap_or(&place);
                    archive.append_path_with_name(file, inside).map_err(failed)?;
                }
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    gone.push(place.to_string_lossy().into_owned());
                }
                Err(error) => return Err(failed(error)),
            }
        }
        let bytes = archive.into_inner().map_err(failed)?;
        let observed = self.observed().await?;
        let up = observed
            .of_service(&one.service)
            .filter(|container| container.is_up());
        let (bytes, gone) = (&bytes, &gone);
        self.with_each(up, async |container| {
            if bytes.len() > EMPTY_ARCHIVE {
                let sent = self.upload(container.id(), "/", bytes.clone()).await;
                sent.map_err(ComposeError::call("copy files into container", &container.name))?;
            }
            if !gone.is_empty() {
                self.remove_inside(container, gone).await?;
            }
            Ok(())
        })
        .await
    }

    async fn remove_inside(&self, container: &Container, files: &[String]) -> Result<(), ComposeError> {
        let mut words = vec!["rm".to_owned(), "-rf".to_owned()];
        words.extend(files.iter().cloned());
        let request = ExecCreateRequest {
            cmd: Some(words.into()),
            ..ExecCreateRequest::default()
        };
        let removed = async {
            let id = self.client.create_exec(container.id(), &request).await?;
            self.client
                .start_exec_detached(
                    &id,
                    &ExecStartRequest {
                        detach: true,
                        ..ExecStartRequest::default()
                    },
                )
                .await
        };
        removed
            .await
            .map_err(ComposeError::call("remove files in container", &container.name))
    }
}

/// An archive of nothing.
const EMPTY_ARCHIVE: usize = 1024;
