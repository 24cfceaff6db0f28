//! Which devices a container may use on a host whose cgroups are of version 2 alone.
//!
//! There is no file for it there: a small program at the cgroup is asked by the kernel. libcgroups attaches one only with a
//! feature that needs libbpf and libelf to be built, and without that feature says nothing and limits nothing: a container
//! that may make nodes could open the host's disks. So it is made here, from the same rules that v1 is given.

mod kernel;
mod program;

use std::fs::File;
use std::io;
use std::path::Path;

use libcontainer::oci_spec::runtime::LinuxDeviceCgroup;

/// Lets what is in the cgroup use the devices of the rules and no others.
pub(crate) fn keep(cgroup: &Path, rules: &[LinuxDeviceCgroup]) -> io::Result<()> {
    kernel::attach(&File::open(cgroup)?, &program::of(rules))
}
