//! Gives the kernel a program for a cgroup (`bpf(2)`, which no library here has a function for).
#![allow(unsafe_code)]

use std::io;
use std::os::fd::{AsFd, AsRawFd, FromRawFd, OwnedFd, RawFd};

use super::program::Step;

// Of the kernel's `include/uapi/linux/bpf.h`.
const PROG_LOAD: libc::c_int = 5;
const PROG_ATTACH: libc::c_int = 8;
const TYPE_CGROUP_DEVICE: u32 = 15;
const CGROUP_DEVICE: u32 = 6;
/// Beside others: a cgroup above has its own, and all must agree.
const ALLOW_MULTI: u32 = 2;

/// The first members of `union bpf_attr` for a program; those that follow are nought.
#[repr(C)]
struct Load {
    kind: u32,
    count: u32,
    steps: u64,
    licence: u64,
    log_level: u32,
    log_size: u32,
    log: u64,
    kernel: u32,
    flags: u32,
}

/// The same for joining it to a cgroup.
#[repr(C)]
struct Attach {
    target: u32,
    program: u32,
    place: u32,
    flags: u32,
}

/// From now on the program is asked for what is in the cgroup. It goes with the cgroup.
pub(super) fn attach(cgroup: &impl AsFd, steps: &[Step]) -> io::Result<()> {
    let licence = c"Apache-2.0";
    let load = Load {
        kind: TYPE_CGROUP_DEVICE,
        count: u32::try_from(steps.len()).map_err(|_| io::ErrorKind::InvalidInput)?,
        steps: steps.as_ptr() as u64,
        licence: licence.as_ptr() as u64,
        log_level: 0,
        log_size: 0,
        log: 0,
        kernel: 0,
        flags: 0,
    };
    let program = bpf(PROG_LOAD, &load)?;
    // SAFETY: the kernel has just made it, and nobody else has it.
    let program = unsafe { OwnedFd::from_raw_fd(program) };
    let attach = Attach {
        target: cgroup.as_fd().as_raw_fd().cast_unsigned(),
        program: program.as_raw_fd().cast_unsigned(),
        place: CGROUP_DEVICE,
        flags: ALLOW_MULTI,
    };
    bpf(PROG_ATTACH, &attach).map(drop)
}

fn bpf<T>(command: libc::c_int, attributes: &T) -> io::Result<RawFd> {
    // SAFETY: both kinds of attributes are plain numbers without gaps, as long as is said. The addresses in them are of values
    // that live until the caller has returned, and the kernel reads them alone.
    let done = unsafe {
        libc::syscall(
            libc::SYS_bpf,
            command,
            std::ptr::from_ref(attributes),
            size_of::<T>(),
        )
    };
    match RawFd::try_from(done) {
        Ok(fd) if fd >= 0 => Ok(fd),
        _ => Err(io::Error::last_os_error()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::program;

    /// The kernel checks each program before it takes it. Needs root and a hierarchy of version 2.
    #[test]
    fn the_kernel_takes_a_program_of_rules() {
        if !rustix::process::geteuid().is_root() {
            return;
        }
        let roots = ["/sys/fs/cgroup/unified", "/sys/fs/cgroup"];
        let procs = |root: &&&str| {
            std::path::Path::new(**root)
                .join("cgroup.subtree_control")
                .exists()
        };
        let Some(root) = roots.iter().find(procs) else {
            return;
        };
        let folder = std::path::Path::new(root).join(format!("sampan-devices-{}", std::process::id()));
        std::fs::create_dir(&folder).unwrap();
        let rules = serde_json::from_value::<Vec<_>>(serde_json::json!([
            { "allow": false, "access": "rwm" },
            { "allow": true, "type": "c", "major": 1, "minor": 3, "access": "rw" },
        ]));
        let cgroup = std::fs::File::open(&folder).unwrap();
        let attached = super::attach(&cgroup, &program::of(&rules.unwrap()));
        std::fs::remove_dir(&folder).unwrap();
        attached.unwrap();
    }
}
