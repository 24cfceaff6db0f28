//! What several guests with the same folders share.

use std::time::Duration;

use sampan_types::{ByteCount, Grants, Limits};
use wasmtime::Engine;

use super::*;
use crate::control::Shape;

const INODE: u64 = 7;

/// Two instances of a server with one writable folder.
fn two(limit: u64) -> [Files; 2] {
    let limits = Limits {
        disk: ByteCount::new(limit),
        ..Limits::default()
    };
    let shape = Shape {
        whole_process: false,
        server: true,
    };
    let control = Arc::new(Control::new(
        &Engine::default(),
        shape,
        limits,
        Duration::ZERO,
        None,
    ));
    let ledger = Ledger::new(&Grants::default());
    let space = Space::new(&control);
    [(); 2].map(|()| {
        let mut files = Files::new(&control, &ledger, space.again());
        files.add_area(Origin::Root, false, None);
        files
    })
}

fn fill(files: &mut Files, fd: u32, bytes: u64) {
    files.opened(fd, 0, INODE, 0, false);
    let taken = files.counted(fd).unwrap().take(0, bytes).unwrap();
    taken.settle(bytes);
}

#[test]
fn instances_share_what_there_is_of_the_disk() {
    let [mut one, other] = two(3 * ENTRY);
    assert!(other.room_for_entry(0).is_ok());
    fill(&mut one, 4, 3 * ENTRY);
    assert!(other.room_for_entry(0).is_err());
    drop(one);
    // The file is still there.
    assert!(other.room_for_entry(0).is_err());
    other.removed(
        0,
        &Entry {
            inode: INODE,
            links: 1,
            folder: false,
        },
    );
    assert!(other.room_for_entry(0).is_ok());
}

#[test]
fn a_removed_file_takes_room_no_longer_than_the_instance_that_has_it_open() {
    let [mut one, other] = two(3 * ENTRY);
    fill(&mut one, 4, 3 * ENTRY);
    other.removed(
        0,
        &Entry {
            inode: INODE,
            links: 1,
            folder: false,
        },
    );
    assert!(other.room_for_entry(0).is_err());
    drop(one);
    assert!(other.room_for_entry(0).is_ok());
}
