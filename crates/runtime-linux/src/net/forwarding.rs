//! Packets between interfaces of the host. Networks need the kernel to forward them; a host that did not before shall not be a
//! router between its other interfaces for that.

use std::io;
use std::path::PathBuf;

use sampan_network::nft::Family;
use sampan_network::{NetworkError, namespace};

const V4: &str = "ipv4/ip_forward";
const V6: &str = "ipv6/conf/all/forwarding";

/// What was switched on by this engine. Written down where it is gone when the machine starts anew, as the switches are.
#[derive(Debug)]
pub(super) struct Switches {
    folder: PathBuf,
}

impl Switches {
    pub(super) fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    fn note(&self, family: Family) -> PathBuf {
        self.folder.join(match family {
            Family::V4 => "forwards-ipv4",
            Family::V6 => "forwards-ipv6",
        })
    }

    /// Whether what comes from elsewhere and goes elsewhere is to be dropped: the host did not forward it before.
    pub(super) fn is_ours(&self, family: Family) -> bool {
        self.note(family).exists()
    }

    /// Writes down what is about to be switched on. True where that is news.
    pub(super) fn claim(&self, family: Family) -> Result<bool, NetworkError> {
        if self.is_ours(family) || is_on(family)? {
            return Ok(false);
        }
        let note = self.note(family);
        let written = std::fs::create_dir_all(&self.folder).and_then(|()| std::fs::write(&note, ""));
        written.map_err(|error| NetworkError::new(format!("write `{}`", note.display()), error))?;
        Ok(true)
    }

    pub(super) fn switch_on(family: Family) -> Result<(), NetworkError> {
        match is_on(family)? {
            true => Ok(()),
            false => namespace::set_parameter(switch(family), "1"),
        }
    }
}

fn switch(family: Family) -> &'static str {
    match family {
        Family::V4 => V4,
        Family::V6 => V6,
    }
}

fn is_on(family: Family) -> Result<bool, NetworkError> {
    match namespace::parameter(switch(family)) {
        Ok(text) => Ok(text != "0"),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_host_forwards_already_is_not_claimed() {
        if !rustix::process::geteuid().is_root() {
            return;
        }
        let folder = tempfile::tempdir().unwrap();
        namespace::within(namespace::fresh().unwrap(), || {
            let forwarding = Switches::new(folder.path().join("run"));
            namespace::set_parameter(V4, "1")?;
            assert!(!forwarding.claim(Family::V4)?);
            assert!(!forwarding.is_ours(Family::V4));
            namespace::set_parameter(V4, "0")?;
            assert!(forwarding.claim(Family::V4)?);
            Switches::switch_on(Family::V4)?;
            assert_eq!(namespace::parameter(V4)?, "1");
            // It stays the engine's, for the next daemon, too.
            assert!(!forwarding.claim(Family::V4)? && forwarding.is_ours(Family::V4));
            assert!(!forwarding.is_ours(Family::V6));
            Ok(())
        })
        .unwrap();
    }
}
