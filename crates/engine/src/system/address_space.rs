//! How much address space a process of this machine can reserve.
#![allow(unsafe_code)]

use std::ptr;

use rustix::mm::{MapFlags, ProtFlags, mmap_anonymous, munmap};
use sampan_types::ByteCount;

/// The largest power of two that can be reserved at once, up to 128 TiB, which is all that processors with four
/// levels of page tables give.
pub(super) fn reservable() -> ByteCount {
    let sizes = (30..=47).rev().map(|shift| 1u64 << shift);
    sizes
        .map(ByteCount::new)
        .find(|size| can_reserve(*size))
        .unwrap_or_default()
}

fn can_reserve(size: ByteCount) -> bool {
    let Ok(length) = usize::try_from(size.get()) else {
        return false;
    };
    // SAFETY: a new anonymous mapping without access at an address of the kernel's choice touches no memory
    // that anybody uses; it is unmapped at once, with the length that it was mapped with.
    unsafe {
        match mmap_anonymous(
            ptr::null_mut(),
            length,
            ProtFlags::empty(),
            MapFlags::PRIVATE | MapFlags::NORESERVE,
        ) {
            Ok(address) => munmap(address, length).is_ok(),
            Err(_) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn something_can_be_reserved() {
        assert!(reservable() >= ByteCount::gib(1));
    }
}
