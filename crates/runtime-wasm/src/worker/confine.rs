//! What a worker gives up before it takes its first guest.

mod border;
mod calls;
mod root;

use std::os::fd::OwnedFd;
use std::path::Path;

use landlock::{
    ABI, Access as _, AccessFs, AccessNet, BitFlags, CompatLevel, Compatible, NetPort, PathBeneath, Ruleset,
    RulesetAttr, RulesetCreatedAttr, RulesetStatus, Scope,
};
use rustix::process::{
    DumpableBehavior, Gid, Resource, Rlimit, Uid, getrlimit, set_dumpable_behavior, setrlimit,
};
use rustix::thread::{
    CapabilitySet, CapabilitySets, remove_capability_from_bounding_set, set_capabilities, set_no_new_privs,
    set_thread_groups, set_thread_res_gid, set_thread_res_uid,
};
use sampan_types::grants::Access;

use super::wire::{Folder, Ports};
use crate::confine::ConfineError;
use calls::Shape;

/// The user that owns nothing, as whom workers without files run where they can.
const NOBODY: u32 = 65_534;
/// Files whose content says how names of hosts are looked up.
const RESOLVER: [&str; 5] = [
    "/etc/resolv.conf",
    "/etc/hosts",
    "/etc/nsswitch.conf",
    "/etc/host.conf",
    "/etc/gai.conf",
];
/// Landlock's newest version that is asked for; older kernels give what they have.
const LANDLOCK: ABI = ABI::V6;

/// Gives up everything but the folders and ports. `border` leads to the process that makes the sockets, if another one
/// does. On the one thread of the process. `empty` is a folder in which
/// nothing is.
pub(super) fn confine(
    folders: &[(OwnedFd, Folder)],
    network: Option<&Ports>,
    border: Option<&OwnedFd>,
    empty: &Path,
) -> Result<(), ConfineError> {
    limits()?;
    let shared = folders.is_empty() && network.is_none();
    let own_root = match shared {
        true => no_root(empty)?,
        false => {
            let looks_up = network.is_some() && border.is_none();
            let copies = if looks_up { &RESOLVER[..] } else { &[] };
            root::take_up(folders, copies, empty)?
        }
    };
    give_up_rights(folders.is_empty())?;
    // Where another process makes the sockets, this one may use no port.
    let ports = network.filter(|_| border.is_none());
    let enforced = landlock(folders, ports)?;
    if !enforced && !folders.is_empty() {
        // Without it, seccomp could not tell one folder from another.
        return Err(ConfineError::NoLandlock);
    }
    if let Some(border) = border {
        border::cross(border)?;
    }
    calls::keep(Shape {
        files: !folders.is_empty(),
        changes: folders
            .iter()
            .any(|(_, folder)| folder.access == Access::ReadWrite),
        own_root,
        network,
        bordered: border.is_some(),
    })
}

/// Makes the empty folder the root of a worker that opens nothing. Simpler than a root of its own, and enough for it:
/// it cannot leave again, having neither `chroot` nor a descriptor of a folder. Whether it could.
fn no_root(empty: &Path) -> Result<bool, ConfineError> {
    if !rustix::process::geteuid().is_root() {
        return Ok(false);
    }
    let failed = |error: rustix::io::Errno| ConfineError::Rights("the root folder", error.into());
    rustix::process::chroot(empty).map_err(failed)?;
    rustix::process::chdir("/").map_err(failed)?;
    Ok(true)
}

fn limits() -> Result<(), ConfineError> {
    let failed = |what| move |error: rustix::io::Errno| ConfineError::Limit(what, error.into());
    let none = Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    setrlimit(Resource::Core, none).map_err(failed("core dumps"))?;
    // As many descriptors as it may have at all.
    let files = getrlimit(Resource::Nofile);
    setrlimit(
        Resource::Nofile,
        Rlimit {
            current: files.maximum,
            maximum: files.maximum,
        },
    )
    .map_err(failed("open files"))
}

/// Capabilities and, where there are no files, the user.
fn give_up_rights(nobody: bool) -> Result<(), ConfineError> {
    let failed = |what| move |error: rustix::io::Errno| ConfineError::Rights(what, error.into());
    if rustix::process::geteuid().is_root() {
        // Who owns the files of a folder is not who started the engine: like Docker's root, a guest passes by
        // permissions, but only in the folders that it was given.
        let kept = match nobody {
            true => CapabilitySet::empty(),
            false => CapabilitySet::DAC_OVERRIDE | CapabilitySet::FOWNER,
        };
        for capability in CapabilitySet::all().iter() {
            // The bounding set of a container may be smaller already.
            let _ = remove_capability_from_bounding_set(capability);
        }
        if nobody {
            become_nobody()?;
        }
        let sets = CapabilitySets {
            effective: kept,
            permitted: kept,
            inheritable: CapabilitySet::empty(),
        };
        set_capabilities(None, sets).map_err(failed("its capabilities"))?;
    }
    set_no_new_privs(true).map_err(failed("new privileges"))?;
    set_dumpable_behavior(DumpableBehavior::NotDumpable).map_err(failed("being traced"))
}

/// Becomes a user to whom nothing belongs. A user namespace with one user in it has no such other: whoever is root
/// there is an ordinary user outside, and stays that user without capabilities.
fn become_nobody() -> Result<(), ConfineError> {
    let failed = |what| move |error: rustix::io::Errno| ConfineError::Rights(what, error.into());
    let (user, group) = (Uid::from_raw(NOBODY), Gid::from_raw(NOBODY));
    match set_thread_groups(&[]) {
        Err(rustix::io::Errno::PERM) => return Ok(()),
        other => other.map_err(failed("its groups"))?,
    }
    match set_thread_res_gid(group, group, group) {
        Err(rustix::io::Errno::INVAL) => return Ok(()),
        other => other.map_err(failed("its group"))?,
    }
    set_thread_res_uid(user, user, user).map_err(failed("its user"))
}

/// Whether the kernel enforces it.
fn landlock(folders: &[(OwnedFd, Folder)], network: Option<&Ports>) -> Result<bool, ConfineError> {
    let mut handled = AccessNet::from_all(LANDLOCK);
    if network.is_some_and(|ports| ports.connect.is_none()) {
        handled.remove(AccessNet::ConnectTcp);
    }
    if network.is_some_and(|ports| ports.bind.is_none()) {
        handled.remove(AccessNet::BindTcp);
    }
    let mut rules = Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(LANDLOCK))?
        // No signals and no abstract sockets beyond the process.
        .scope(Scope::from_all(LANDLOCK))?;
    if !handled.is_empty() {
        rules = rules.handle_access(handled)?;
    }
    let mut rules = rules.create()?;
    for (fd, folder) in folders {
        let all: BitFlags<AccessFs> = match folder.access {
            Access::ReadOnly => AccessFs::ReadFile | AccessFs::ReadDir,
            // No device nodes and sockets, and nothing of it is executed.
            Access::ReadWrite => {
                AccessFs::from_all(LANDLOCK)
                    & !(AccessFs::Execute
                        | AccessFs::MakeBlock
                        | AccessFs::MakeChar
                        | AccessFs::MakeSock
                        | AccessFs::IoctlDev)
            }
        };
        rules = rules.add_rule(PathBeneath::new(fd, all))?;
    }
    if let Some(ports) = network {
        for path in RESOLVER {
            // What is not there need not be allowed.
            if let Ok(file) = landlock::PathFd::new(path) {
                rules = rules.add_rule(PathBeneath::new(file, AccessFs::ReadFile))?;
            }
        }
        for port in ports.connect.iter().flatten() {
            rules = rules.add_rule(NetPort::new(*port, AccessNet::ConnectTcp))?;
        }
        for port in ports.bind.iter().flatten() {
            rules = rules.add_rule(NetPort::new(*port, AccessNet::BindTcp))?;
        }
    }
    let status = rules.restrict_self()?;
    Ok(status.ruleset != RulesetStatus::NotEnforced)
}
