//! Packet mode of a pty's master: each read begins with a byte that is 0 before what the guest wrote, and else tells
//! what became of the terminal.
#![allow(unsafe_code)]

use std::os::fd::AsFd;

use rustix::ioctl::{Setter, ioctl};

/// Turns the mode on; whether this system has it.
pub(super) fn turn_on(master: impl AsFd) -> bool {
    const REQUEST: rustix::ioctl::Opcode = libc::TIOCPKT as rustix::ioctl::Opcode;
    // SAFETY: `TIOCPKT` reads one `int`.
    unsafe { ioctl(master, Setter::<REQUEST, libc::c_int>::new(1)) }.is_ok()
}

/// Whether the byte tells that what was typed and not read was thrown away.
pub(super) fn is_cleared(head: u8) -> bool {
    /// `TIOCPKT_FLUSHREAD`.
    const FLUSHED: u8 = 1;
    head & FLUSHED != 0
}
