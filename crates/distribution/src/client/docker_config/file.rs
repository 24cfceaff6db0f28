//! The file itself: parsed once, changed in place, written whole.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use sampan_types::Secret;
use serde::de::Error as _;
use serde_json::{Map, Value};

use super::{DockerConfigError, credential, keys, registry_of};
use crate::client::credentials::Credential;
use crate::client::endpoint::clean;

const MAX_FILE: u64 = 4 << 20;

/// The parsed file. Everything that is not about credentials is carried along.
#[derive(Debug, Default)]
pub(super) struct ConfigFile {
    root: Map<String, Value>,
}

/// Reads the file; one that does not exist is empty.
pub(super) fn read(path: &Path) -> Result<ConfigFile, DockerConfigError> {
    let io = |source| DockerConfigError::Io {
        action: "read",
        path: path.to_owned(),
        source,
    };
    let malformed = |source| DockerConfigError::Malformed {
        path: path.to_owned(),
        source,
    };
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(ConfigFile::default()),
        Err(error) => return Err(io(error)),
    };
    let mut bytes = Vec::new();
    file.take(MAX_FILE + 1).read_to_end(&mut bytes).map_err(io)?;
    if bytes.len() as u64 > MAX_FILE {
        return Err(DockerConfigError::TooLarge {
            path: path.to_owned(),
        });
    }
    if bytes.trim_ascii().is_empty() {
        return Ok(ConfigFile::default());
    }
    let root: Map<String, Value> = serde_json::from_slice(&bytes).map_err(malformed)?;
    for key in ["auths", "credHelpers"] {
        if root.get(key).is_some_and(|v| !v.is_object() && !v.is_null()) {
            return Err(malformed(serde_json::Error::custom(format!(
                "`{key}` is not an object"
            ))));
        }
    }
    Ok(ConfigFile { root })
}

impl ConfigFile {
    fn object(&self, key: &str) -> Option<&Map<String, Value>> {
        self.root.get(key)?.as_object()
    }

    /// The helper that is responsible for a registry.
    pub(super) fn helper_for(&self, registry: &str) -> Option<String> {
        let own = self.object("credHelpers").and_then(|helpers| {
            let mut named = keys(registry)
                .into_iter()
                .filter_map(|k| helpers.get(&k)?.as_str());
            named.next()
        });
        let all = || self.root.get("credsStore").and_then(Value::as_str);
        let name = own.or_else(all)?;
        (!name.is_empty()).then(|| name.to_owned())
    }

    /// What the file itself knows.
    pub(super) fn credential(&self, registry: &str) -> Result<Option<Credential>, DockerConfigError> {
        let Some(auths) = self.object("auths") else {
            return Ok(None);
        };
        let exact = keys(registry)
            .into_iter()
            .find_map(|key| auths.get_key_value(&key));
        let found = exact.or_else(|| auths.iter().find(|(key, _)| registry_of(key) == registry));
        match found {
            Some((key, entry)) => read_entry(key, entry),
            None => Ok(None),
        }
    }

    /// Writes an entry under `key`, and takes away others for the same registry. Without a credential the
    /// entry is empty.
    pub(super) fn set(&mut self, key: &str, credential: Option<&Credential>) {
        self.remove(registry_of(key));
        let mut entry = Map::new();
        match credential {
            Some(Credential::Basic { username, password }) => {
                let auth = STANDARD.encode(format!("{username}:{}", password.expose()));
                entry.insert("auth".to_owned(), auth.into());
            }
            Some(Credential::Identity(token)) => {
                entry.insert(
                    "auth".to_owned(),
                    STANDARD.encode("00000000-0000-0000-0000-000000000000:").into(),
                );
                entry.insert("identitytoken".to_owned(), token.expose().clone().into());
            }
            Some(Credential::Bearer(token)) => {
                entry.insert("registrytoken".to_owned(), token.expose().clone().into());
            }
            None => {}
        }
        let auths = self
            .root
            .entry("auths")
            .or_insert_with(|| Value::Object(Map::new()));
        if !auths.is_object() {
            *auths = Value::Object(Map::new());
        }
        if let Some(auths) = auths.as_object_mut() {
            auths.insert(key.to_owned(), Value::Object(entry));
        }
    }

    /// Takes away every entry for a registry. Tells whether there was one.
    pub(super) fn remove(&mut self, registry: &str) -> bool {
        let Some(auths) = self.root.get_mut("auths").and_then(Value::as_object_mut) else {
            return false;
        };
        let before = auths.len();
        auths.retain(|key, _| registry_of(key) != registry);
        auths.len() != before
    }

    /// Replaces the file in one step, readable by its owner alone. A symbolic link stays one.
    pub(super) fn write(&self, path: &Path) -> Result<(), DockerConfigError> {
        let real = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let error = |source| DockerConfigError::Io {
            action: "write",
            path: path.to_owned(),
            source,
        };
        let mut text = serde_json::to_vec_pretty(&self.root).map_err(|e| error(e.into()))?;
        text.push(b'\n');
        let folder = real
            .parent()
            .filter(|p| !p.as_os_str().is_empty())
            .unwrap_or(Path::new("."));
        fs::create_dir_all(folder).map_err(error)?;
        let name = real.file_name().unwrap_or_default().to_string_lossy();
        let temporary = folder.join(format!(".{name}.{}", std::process::id()));
        let written = write_new(&temporary, &text).and_then(|()| fs::rename(&temporary, &real));
        if written.is_err() {
            // What is left of a failed write holds secrets; that it may not exist is fine.
            let _ = fs::remove_file(&temporary);
        }
        written.map_err(error)
    }
}

fn write_new(path: &Path, text: &[u8]) -> io::Result<()> {
    // A file of that name is left by a process that died; its mode could be anything.
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(text)?;
    file.sync_all()
}

fn read_entry(key: &str, entry: &Value) -> Result<Option<Credential>, DockerConfigError> {
    let text = |name: &str| entry.get(name).and_then(Value::as_str).filter(|s| !s.is_empty());
    if let Some(token) = text("identitytoken") {
        return Ok(Some(Credential::Identity(Secret::new(token.to_owned()))));
    }
    if let Some(token) = text("registrytoken") {
        return Ok(Some(Credential::Bearer(Secret::new(token.to_owned()))));
    }
    if let Some(auth) = text("auth") {
        let damaged = || DockerConfigError::Entry { key: clean(key) };
        let bytes = STANDARD
            .decode(auth)
            .or_else(|_| STANDARD_NO_PAD.decode(auth))
            .map_err(|_| damaged())?;
        let decoded = String::from_utf8(bytes).map_err(|_| damaged())?;
        let (user, password) = decoded.split_once(':').ok_or_else(damaged)?;
        // Docker pads some with zero bytes.
        let password = password.trim_end_matches('\0');
        return Ok(Some(credential(user.to_owned(), password.to_owned())));
    }
    match (text("username"), text("password")) {
        (Some(user), Some(password)) => Ok(Some(credential(user.to_owned(), password.to_owned()))),
        _ => Ok(None),
    }
}
