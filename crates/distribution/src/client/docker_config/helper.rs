//! Credential helpers: programs named `docker-credential-NAME` that keep secrets in a keychain
//! (docker/docker-credential-helpers, "development"). What they say is bounded in size and time.

use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::Command;

use super::{DockerConfigError, TOKEN_USER, credential};
use crate::client::credentials::Credential;
use crate::client::endpoint::clean;

/// The longest answer, in bytes.
const MAX_ANSWER: u64 = 256 << 10;

/// A helper that was found.
#[derive(Debug)]
pub(super) struct Helper {
    name: String,
    program: PathBuf,
    timeout: Duration,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Got {
    username: String,
    secret: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Store<'a> {
    #[serde(rename = "ServerURL")]
    server_url: &'a str,
    username: &'a str,
    secret: &'a str,
}

impl Helper {
    pub(super) fn find(name: &str, dirs: &[PathBuf], timeout: Duration) -> Result<Self, DockerConfigError> {
        let good = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
        if name.is_empty() || !name.chars().all(good) {
            return Err(DockerConfigError::HelperName { name: clean(name) });
        }
        let file = format!("docker-credential-{name}");
        // A relative folder would run whatever lies in the working directory.
        let mut places = dirs.iter().filter(|d| d.is_absolute()).map(|d| d.join(&file));
        match places.find(|p| is_program(p)) {
            Some(program) => Ok(Self {
                name: name.to_owned(),
                program,
                timeout,
            }),
            None => Err(DockerConfigError::NoHelper {
                name: name.to_owned(),
            }),
        }
    }

    /// The credential for a key, or that there is none.
    pub(super) async fn get(&self, key: &str) -> Result<Option<Credential>, DockerConfigError> {
        let (good, answer) = self.run("get", key.as_bytes()).await?;
        if !good {
            let said = String::from_utf8_lossy(&answer);
            // The one error that the protocol knows.
            if said.trim() == "credentials not found in native keychain" {
                return Ok(None);
            }
            return Err(self.failed("get", &said));
        }
        let got: Got = serde_json::from_slice(&answer).map_err(|_| self.bad_answer())?;
        if got.username.is_empty() && got.secret.is_empty() {
            return Ok(None);
        }
        Ok(Some(credential(got.username, got.secret)))
    }

    pub(super) async fn store(&self, key: &str, credential: &Credential) -> Result<(), DockerConfigError> {
        let (username, secret) = match credential {
            Credential::Basic { username, password } => (username.as_str(), password.expose()),
            Credential::Identity(token) | Credential::Bearer(token) => (TOKEN_USER, token.expose()),
        };
        let entry = Store {
            server_url: key,
            username,
            secret,
        };
        let input = serde_json::to_vec(&entry).map_err(|_| self.bad_answer())?;
        self.done("store", &input).await
    }

    pub(super) async fn erase(&self, key: &str) -> Result<(), DockerConfigError> {
        self.done("erase", key.as_bytes()).await
    }

    async fn done(&self, action: &'static str, input: &[u8]) -> Result<(), DockerConfigError> {
        let (good, answer) = self.run(action, input).await?;
        if good {
            return Ok(());
        }
        Err(self.failed(action, &String::from_utf8_lossy(&answer)))
    }

    fn failed(&self, action: &'static str, said: &str) -> DockerConfigError {
        DockerConfigError::HelperFailed {
            name: self.name.clone(),
            action,
            said: clean(said),
        }
    }

    fn bad_answer(&self) -> DockerConfigError {
        DockerConfigError::HelperAnswer {
            name: self.name.clone(),
        }
    }

    /// Runs the program and tells whether it succeeded and what it wrote. It is killed when it takes too
    /// long or says too much.
    async fn run(&self, action: &str, input: &[u8]) -> Result<(bool, Vec<u8>), DockerConfigError> {
        let broken = |source: io::Error| DockerConfigError::HelperRun {
            name: self.name.clone(),
            source,
        };
        let mut child = Command::new(&self.program)
            .arg(action)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .map_err(broken)?;
        let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
        let talk = async {
            let write = async {
                if let Some(mut stdin) = stdin {
                    // A helper that does not read its input is judged by what it answers.
                    let _ = stdin.write_all(input).await;
                    let _ = stdin.shutdown().await;
                }
            };
            let read = async {
                let mut answer = Vec::new();
                if let Some(stdout) = stdout {
                    stdout.take(MAX_ANSWER + 1).read_to_end(&mut answer).await?;
                }
                Ok::<_, io::Error>(answer)
            };
            let ((), answer) = tokio::join!(write, read);
            let answer = answer.map_err(broken)?;
            if answer.len() as u64 > MAX_ANSWER {
                return Err(self.bad_answer());
            }
            let status = child.wait().await.map_err(broken)?;
            Ok((status.success(), answer))
        };
        match tokio::time::timeout(self.timeout, talk).await {
            Ok(result) => result,
            Err(_) => Err(DockerConfigError::HelperTimeout {
                name: self.name.clone(),
            }),
        }
    }
}

fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    let metadata = std::fs::metadata(path);
    metadata.is_ok_and(|m| m.is_file() && m.permissions().mode() & 0o111 != 0)
}
