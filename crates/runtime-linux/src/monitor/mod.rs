//! A monitor: the process that is one container's parent. It keeps the container's streams and its end until a daemon has
//! written that down.
//!
//! It has one thread, and must have no other: libcontainer clones this process without telling the C library, and a lock
//! that another thread held at that moment would never be opened in the clone.

mod arrival;
mod build;
mod console;
mod entry;
mod executor;
mod guest;
mod hidden;
mod init;
mod keeper;
mod memory;
mod named;
mod namespaces;
mod outbox;
mod spread;

use std::io;
use std::os::fd::AsFd;
use std::path::PathBuf;

use rustix::process::{DumpableBehavior, set_dumpable_behavior};

use crate::remains;
use crate::wire::Settings;
use keeper::Keeper;

/// The name (`argv[0]`) under which the binary starts as a monitor.
pub const ROLE: &str = "sampan-monitor";

/// Runs a monitor to its end. Standard input is a connection to the daemon, standard output the socket on which later daemons
/// connect, `settings` its one argument.
pub fn run(settings: &str) -> u8 {
    let Ok(settings) = serde_json::from_str::<Settings>(settings) else {
        return 2;
    };
    let mut folder = settings.folder.clone();
    match keep(settings, &mut folder) {
        Ok(()) => 0,
        Err(error) => {
            // The one way to tell somebody; where nobody listens, the daemon sees the end.
            let text = format!("sampan-monitor: {error}\n");
            let _ = rustix::io::write(io::stderr(), text.as_bytes());
            remains::clear(&folder);
            1
        }
    }
}

/// `folder` is the one that it has in the end.
fn keep(settings: Settings, folder: &mut PathBuf) -> io::Result<()> {
    let daemon = io::stdin().as_fd().try_clone_to_owned()?;
    let listener = io::stdout().as_fd().try_clone_to_owned()?;
    // Processes of the container are clones of this one for a moment, and others in there must not look into them
    // (CVE-2016-9962).
    set_dumpable_behavior(DumpableBehavior::NotDumpable)?;
    // What the container is not given it shall not find.
    namespaces::no_streams()?;
    namespaces::own_keys()?;
    let tasks = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    tasks.block_on(async {
        let mut keeper = Keeper::new(settings, listener)?;
        let kept = keeper.keep(daemon).await;
        keeper.folder().clone_into(folder);
        kept
    })
}
