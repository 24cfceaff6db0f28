//! What each function of WASI is for, as a person who grants sees it.

/// A capability, in the order in which they are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Class {
    Streams,
    Args,
    Env,
    Clock,
    Random,
    Exit,
    Files,
    Connect,
    Datagrams,
    Names,
    Listen,
    Http,
    /// Sockets that were opened before the program: preview 1 knows no others.
    HandedSockets,
    /// Interfaces of WASI that are not offered here.
    NotOffered,
    /// Anything else.
    Foreign,
}

/// `wasi:cli/run@0.2.0` as the interface without version, and the version.
pub(super) fn split(name: &str) -> Option<(&str, &str)> {
    name.split_once('@')
}

/// What calling a function of a core module's import is for. `None` where it is for nothing that a person
/// need know: plumbing.
pub(super) fn of_core(module: &str, name: &str) -> Option<Class> {
    match module {
        "wasi_snapshot_preview1" | "wasi_unstable" => of_preview1(name),
        _ => Some(Class::Foreign),
    }
}

/// Preview 1's functions that open or change what has a name.
const PATHS: [&str; 10] = [
    "path_create_directory",
    "path_filestat_get",
    "path_filestat_set_times",
    "path_link",
    "path_open",
    "path_readlink",
    "path_remove_directory",
    "path_rename",
    "path_symlink",
    "path_unlink_file",
];

/// Preview 1's functions on what is open.
const OPEN_FILES: [&str; 18] = [
    "fd_advise",
    "fd_allocate",
    "fd_close",
    "fd_datasync",
    "fd_fdstat_get",
    "fd_fdstat_set_flags",
    "fd_fdstat_set_rights",
    "fd_filestat_get",
    "fd_filestat_set_size",
    "fd_filestat_set_times",
    "fd_pread",
    "fd_prestat_dir_name",
    "fd_prestat_get",
    "fd_pwrite",
    "fd_renumber",
    "fd_seek",
    "fd_sync",
    "fd_tell",
];

fn of_preview1(name: &str) -> Option<Class> {
    Some(match name {
        "args_get" | "args_sizes_get" => Class::Args,
        "environ_get" | "environ_sizes_get" => Class::Env,
        "clock_res_get" | "clock_time_get" | "poll_oneoff" => Class::Clock,
        "random_get" => Class::Random,
        "proc_exit" | "proc_raise" => Class::Exit,
        "sched_yield" => return None,
        "sock_accept" | "sock_recv" | "sock_send" | "sock_shutdown" => Class::HandedSockets,
        "fd_read" | "fd_write" => Class::Streams,
        // Without one of these, nothing can be opened; the rest works on what is open.
        "fd_readdir" => Class::Files,
        name if PATHS.contains(&name) => Class::Files,
        name if OPEN_FILES.contains(&name) => return None,
        _ => Class::Foreign,
    })
}

/// What a function of an interface that a component imports is for.
pub(super) fn of_component(interface: &str, function: &str) -> Option<Class> {
    let name = split(interface).map_or(interface, |(name, _)| name);
    let Some(rest) = name.strip_prefix("wasi:") else {
        return Some(Class::Foreign);
    };
    Some(match rest {
        "cli/environment" => match function {
            "get-arguments" => Class::Args,
            "get-environment" => Class::Env,
            _ => return None,
        },
        "cli/exit" => Class::Exit,
        "cli/stdin"
        | "cli/stdout"
        | "cli/stderr"
        | "cli/terminal-input"
        | "cli/terminal-output"
        | "cli/terminal-stdin"
        | "cli/terminal-stdout"
        | "cli/terminal-stderr" => Class::Streams,
        "cli/types" | "clocks/types" | "io/error" | "io/poll" | "io/streams" => return None,
        "clocks/wall-clock" | "clocks/monotonic-clock" | "clocks/system-clock" | "clocks/timezone" => {
            Class::Clock
        }
        "random/random" | "random/insecure" | "random/insecure-seed" => Class::Random,
        "filesystem/types" => return of_descriptor(function),
        // Without a function that opens something, a preopened folder is of no use.
        "filesystem/preopens" => return None,
        "sockets/instance-network" | "sockets/network" | "sockets/tcp-create-socket" => return None,
        "sockets/ip-name-lookup" => Class::Names,
        "sockets/udp" | "sockets/udp-create-socket" => Class::Datagrams,
        "sockets/tcp" | "sockets/types" => return of_socket(function),
        "http/outgoing-handler" | "http/client" => Class::Http,
        "http/types" => return None,
        // A server that also imports the interface forwards requests to another one.
        "http/handler" => Class::NotOffered,
        _ => Class::NotOffered,
    })
}

/// What opens or changes something that has a name; the rest works on what is open, standard streams too.
fn of_descriptor(function: &str) -> Option<Class> {
    let method = function.rsplit_once('.').map_or(function, |(_, method)| method);
    (method.ends_with("-at") || method == "read-directory").then_some(Class::Files)
}

fn of_socket(function: &str) -> Option<Class> {
    let method = function.rsplit_once('.').map_or(function, |(_, method)| method);
    if function.contains("udp-socket") {
        return Some(Class::Datagrams);
    }
    match method {
        "start-connect" | "finish-connect" | "connect" => Some(Class::Connect),
        "start-listen" | "finish-listen" | "listen" | "accept" => Some(Class::Listen),
        _ => None,
    }
}
