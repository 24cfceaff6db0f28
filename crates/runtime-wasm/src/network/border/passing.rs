//! Packets of a worker to its own processes.

use rustix::io::Errno;
use rustix::net::{AddressFamily, SendFlags, sockopt};
use rustix::process::{PidfdGetfdFlags, pidfd_getfd};
use std::os::fd::AsFd;

use super::super::raw::{self, Call};
use super::super::sockets;
use super::{Border, Reply};
use crate::packet::{Packet, PacketError};

impl Border {
    /// Sends a packet of the worker to one of its own processes, with descriptors beside it. Messages to addresses are
    /// sent by nobody.
    pub(super) fn pass_on(&self, call: &Call) -> Result<Reply, Errno> {
        let socket = self.fetch(call)?;
        if sockopt::socket_domain(&socket).map_err(|_| Errno::NOTSOCK)? != AddressFamily::UNIX {
            return Err(Errno::ACCESS);
        }
        let message = sockets::message(call.thread, call.arguments[1])?;
        let mut beside = Vec::with_capacity(message.descriptors.len());
        for number in message.descriptors {
            if number < 0 {
                return Err(Errno::BADF);
            }
            beside.push(pidfd_getfd(&self.process, number, PidfdGetfdFlags::empty())?);
        }
        if !raw::waits(self.notify.as_fd(), call) {
            return Err(Errno::SRCH);
        }
        let sent = message.bytes.len();
        let packet = Packet::made(message.bytes, beside);
        match packet.send(&socket, SendFlags::DONTWAIT) {
            Ok(()) => i64::try_from(sent).map(Reply::Number).map_err(|_| Errno::MSGSIZE),
            Err(PacketError::Socket(error)) => Err(Errno::from_io_error(&error).unwrap_or(Errno::PIPE)),
            Err(_) => Err(Errno::PIPE),
        }
    }
}
