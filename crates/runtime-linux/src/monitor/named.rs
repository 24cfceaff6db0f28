//! What others see of a monitor in a list of processes: which container it has.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::FileExt as _;
use std::path::Path;

use sampan_types::ContainerId;

/// Where in the kernel's line on a process its arguments begin, counted behind its name, and where they end.
const ARGUMENTS: usize = 45;

/// Writes a container over the arguments that this process began with, as far as there is room.
pub(super) fn after(id: &ContainerId, folder: &Path) {
    let name = format!("{}\0{id} {}", super::ROLE, folder.display());
    // Nothing depends on it.
    let _ = write(name.as_bytes());
}

fn write(name: &[u8]) -> io::Result<()> {
    let line = fs::read_to_string("/proc/self/stat")?;
    let fields = line.rsplit_once(") ").map_or("", |(_, fields)| fields);
    let mut ends = fields
        .split(' ')
        .skip(ARGUMENTS)
        .map_while(|field| field.parse::<u64>().ok());
    let (Some(from), Some(to)) = (ends.next(), ends.next()) else {
        return Err(io::ErrorKind::InvalidData.into());
    };
    let room = usize::try_from(to.saturating_sub(from)).unwrap_or(0);
    // Where the last byte is not zero, the kernel shows the first word alone.
    let mut bytes = name[..name.len().min(room.saturating_sub(1))].to_vec();
    bytes.resize(room, 0);
    File::options()
        .write(true)
        .open("/proc/self/mem")?
        .write_all_at(&bytes, from)
}
