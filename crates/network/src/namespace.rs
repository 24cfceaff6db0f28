//! Network namespaces. Only threads that end right away enter one: the others of this process stay where they are.
#![allow(unsafe_code)]

use std::fs::{self, File};
use std::io;
use std::net::{TcpListener, UdpSocket};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::thread::{LinkNameSpaceType, UnshareFlags, move_into_link_name_space, unshare_unsafe};

use crate::NetworkError;
use crate::links::Links;

/// Makes a namespace with a loopback interface that is up. It is there as long as somebody has it open or is in it.
pub fn fresh() -> Result<OwnedFd, NetworkError> {
    apart(|| {
        let step = "make a network namespace";
        // SAFETY: this thread ends with this closure; descriptors stay as they are.
        unsafe { unshare_unsafe(UnshareFlags::NEWNET) }
            .map_err(|error| NetworkError::at(step)(error.into()))?;
        let made = File::open("/proc/thread-self/ns/net").map_err(NetworkError::at(step))?;
        Links::here()?.set_up("lo")?;
        open_to_users();
        Ok(made.into())
    })
}

/// Lets all users of this thread's namespace listen at ports below 1024 and send echoes, as in Docker: what they could take from
/// others is not in there.
pub fn open_to_users() {
    for (setting, value) in [
        ("ip_unprivileged_port_start", "0"),
        ("ping_group_range", "0 2147483647"),
    ] {
        // A kernel may not have it, and in a namespace of users there are not so many groups.
        let _ = fs::write(format!("/proc/sys/net/ipv4/{setting}"), value);
    }
}

/// Runs something in a namespace, on a thread that ends with it.
pub fn within<T: Send>(
    namespace: impl AsFd,
    what: impl FnOnce() -> Result<T, NetworkError> + Send,
) -> Result<T, NetworkError> {
    let namespace: BorrowedFd<'_> = namespace.as_fd();
    apart(move || {
        move_into_link_name_space(namespace, Some(LinkNameSpaceType::Network))
            .map_err(|error| NetworkError::at("enter a network namespace")(error.into()))?;
        what()
    })
}

/// The namespace of a process.
pub fn of_process(pid: u32) -> Result<OwnedFd, NetworkError> {
    let path = format!("/proc/{pid}/ns/net");
    let step = format!("open the network namespace of process {pid}");
    Ok(File::open(path).map_err(NetworkError::at(step))?.into())
}

/// Whether a process has a namespace: one that ended has none, also before somebody waited for it.
pub fn has_one(pid: u32) -> bool {
    std::fs::metadata(format!("/proc/{pid}/ns/net")).is_ok()
}

/// Writes a parameter of the kernel's networks, for the namespace of the calling thread. `path` is below
/// `/proc/sys/net`.
pub fn set_parameter(path: &str, value: &str) -> Result<(), NetworkError> {
    std::fs::write(format!("/proc/sys/net/{path}"), value)
        .map_err(NetworkError::at(format!("set the kernel parameter `net/{path}`")))
}

/// Reads one.
pub fn parameter(path: &str) -> Result<String, NetworkError> {
    let read = std::fs::read_to_string(format!("/proc/sys/net/{path}"));
    let text = read.map_err(NetworkError::at(format!(
        "read the kernel parameter `net/{path}`"
    )))?;
    Ok(text.trim().to_owned())
}

/// Sockets for both transports on one address, in the namespace of the calling thread.
pub fn sockets(address: std::net::IpAddr) -> Result<(UdpSocket, TcpListener), NetworkError> {
    let made = || {
        let udp = UdpSocket::bind((address, 0))?;
        let tcp = TcpListener::bind((address, 0))?;
        udp.set_nonblocking(true)?;
        tcp.set_nonblocking(true)?;
        Ok((udp, tcp))
    };
    made().map_err(NetworkError::at(format!("listen on {address}")))
}

fn apart<T: Send>(what: impl FnOnce() -> Result<T, NetworkError> + Send) -> Result<T, NetworkError> {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new()
            .name("namespace".to_owned())
            .spawn_scoped(scope, what);
        let thread = thread.map_err(NetworkError::at("start a thread"))?;
        thread.join().unwrap_or_else(|_| {
            Err(NetworkError::at("work in a namespace")(io::Error::other(
                "it fell",
            )))
        })
    })
}
