//! Files from addresses: `ADD https://…` and contexts that lie elsewhere.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use sampan_distribution::client::{Client, ClientError};
use sampan_image::dockerfile::Ignore;
use sampan_types::{ByteCount, Digest};

use super::Builder;
use super::source::{Source, Summing};
use super::steps::invalid;
use super::sum::Sum;
use super::tree::Root;
use crate::error::EngineError;
use crate::supervisor::Caller;
use crate::supervisor::error::{Result, SupervisorError};

/// The most that one address may have.
const MOST: ByteCount = ByteCount::gib(4);

/// A file that came from an address, in a folder of its own.
pub(super) struct Fetched {
    pub(super) root: Root,
    pub(super) source: Source,
    /// By what it is told from others.
    pub(super) sum: String,
}

/// Whether a source of `ADD` or `COPY` is no file of the context.
pub(super) fn is_address(source: &str) -> bool {
    source.contains("://") || source.starts_with("git@")
}

/// Whether an address is that of a repository of git.
pub(super) fn is_git(address: &str) -> bool {
    let plain = address.split(['#', '?']).next().unwrap_or_default();
    let schemes = ["git://", "git@", "ssh://", "git+", "github.com/"];
    schemes.iter().any(|scheme| address.starts_with(scheme)) || plain.ends_with(".git")
}

/// Refuses whom the daemon fetches nothing for, and what it does not fetch.
pub(super) fn check(caller: &Caller, address: &str) -> Result<()> {
    if !caller.host {
        return Err(SupervisorError::Denied(
            "nothing can be fetched from addresses through this socket, which has nothing of the host"
                .to_owned(),
        ));
    }
    if is_git(address) {
        return Err(SupervisorError::Unsupported(format!(
            "{address} is a repository of git, which builds do not fetch: clone it, and send its folder as the context"
        )));
    }
    let rest = ["http://", "https://"]
        .iter()
        .find_map(|scheme| address.strip_prefix(scheme));
    match rest.map(|rest| rest.split(['/', '?', '#']).next().unwrap_or_default()) {
        None => Err(invalid("only http and https addresses are fetched")),
        // It would be in the image's history, for everybody to see.
        Some(host) if host.contains('@') => Err(invalid(
            "an address with a name or a password in it is not fetched: give the password to a RUN step as a secret",
        )),
        Some(_) => Ok(()),
    }
}

/// Fetches a file; tells its checksum.
pub(super) async fn fetch(client: &Client, address: &str, to: &Path) -> Result<Digest> {
    // Neither a signature nor a password is told.
    let shown = address.split(['?', '#']).next().unwrap_or_default();
    let failed = |error| match error {
        ClientError::Refused { status, detail, .. } => {
            invalid(format!("failed to GET {shown} with status {status}{detail}"))
        }
        error => EngineError::from(error).into(),
    };
    let too_large = || invalid(format!("{shown} is larger than {MOST}"));
    let mut fetched = client.fetch(address).await.map_err(failed)?;
    if fetched.length().is_some_and(|length| length > MOST.get()) {
        return Err(too_large());
    }
    let mut file = File::create_new(to).map_err(SupervisorError::io("create", to))?;
    let (mut sum, mut size) = (Sum::default(), 0_u64);
    while let Some(piece) = fetched.next().await.map_err(failed)? {
        size = size.saturating_add(piece.len() as u64);
        if size > MOST.get() {
            return Err(too_large());
        }
        sum.bytes(&piece);
        file.write_all(&piece).map_err(SupervisorError::io("write", to))?;
    }
    if let Some(modified) = fetched.modified() {
        let stamped = file.set_modified(modified);
        stamped.map_err(SupervisorError::io("date", to))?;
    }
    Ok(sum.finish())
}

impl Builder<'_> {
    /// Fetches a source of `ADD`, and checks it against what it must be.
    pub(super) async fn fetch_source(&self, address: &str, checksum: &str) -> Result<Fetched> {
        check(self.caller, address)?;
        let wanted = match checksum {
            "" => None,
            text => Some(text.parse::<Digest>().map_err(|_| {
                invalid(format!(
                    "invalid checksum digest format {text:?}: write sha256:DIGEST"
                ))
            })?),
        };
        let name = name_of(address)
            .ok_or_else(|| invalid(format!("cannot determine filename for source {address}")))?;
        let folder = self.context.workshop.folder("fetched")?;
        let client = self
            .supervisor
            .shared
            .engine
            .registry_client(sampan_distribution::client::Credentials::Anonymous);
        let digest = Box::pin(fetch(&client, address, &folder.join(&name))).await?;
        if let Some(wanted) = wanted.filter(|wanted| *wanted != digest) {
            return Err(invalid(format!(
                "digest mismatch for {address}: {digest} came, and {wanted} was expected"
            )));
        }
        let root = Root::open(&folder).map_err(SupervisorError::io("open", &folder))?;
        let source = Source {
            path: PathBuf::from(name),
            folder: false,
            before: 0,
        };
        let summing = Summing {
            root: &root,
            owners: false,
            exclude: &Ignore::default(),
        };
        let sum = summing.sum(&source).map_err(invalid)?;
        Ok(Fetched { root, source, sum })
    }
}

/// The last part of an address's path.
fn name_of(address: &str) -> Option<String> {
    let plain = address.split(['?', '#']).next()?;
    let (_, rest) = plain.split_once("://")?;
    let (_, path) = rest.split_once('/')?;
    let name = path.rsplit('/').next()?;
    let bad = name.is_empty() || name == "." || name == ".." || name.contains('\0');
    (!bad).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_told_from_files_and_from_repositories() {
        for git in [
            "git://a/b",
            "git@github.com:a/b.git",
            "https://github.com/a/b.git#main",
            "github.com/a/b",
        ] {
            assert!(is_git(git), "{git}");
        }
        assert!(!is_git("https://a/git/x.tar") && is_address("https://a/x") && !is_address("a/b"));
        for (address, name) in [
            ("https://a/b/c.tar?x=/d", Some("c.tar")),
            ("https://a/b/", None),
            ("https://a", None),
            ("https://a/..", None),
        ] {
            assert_eq!(name_of(address).as_deref(), name, "{address}");
        }
    }
}
