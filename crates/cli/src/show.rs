//! Shapes that several commands print.

use sampan_types::ending::Frame;
use sampan_types::foreign::one_line;
use sampan_types::grants::Access;
use sampan_types::{Grants, Trap, Used};

use crate::printer::Printer;

/// A guest's stack, innermost frame first; runs of frames that its standard library brought are one line each,
/// unless all are wanted.
pub(crate) fn backtrace(printer: Printer, trap: &Trap, all: bool) {
    let mut frames: Vec<(usize, &Frame, bool)> = Vec::new();
    for (index, frame) in trap.backtrace.iter().enumerate() {
        // Rust's entry for C lies between frames of its library; that of a C program is the program itself.
        let entry = frame.function == "main"
            && index > 0
            && trap.backtrace[index - 1]
                .function
                .starts_with("std::rt::lang_start");
        frames.push((index, frame, entry || of_library(frame)));
    }
    for run in frames.chunk_by(|(.., a), (.., b)| a == b) {
        let folded = run.first().is_some_and(|(.., of_library)| *of_library)
            && run.len() > 1
            && run.len() < frames.len();
        if folded && !all {
            printer.note(format_args!(
                "       … {} frames of the standard library",
                run.len()
            ));
            continue;
        }
        for (index, frame, _) in run {
            let module = frame
                .module
                .as_deref()
                .map_or_else(String::new, |m| format!("{m}!"));
            let offset = frame.offset.map_or_else(String::new, |o| format!(" at {o:#x}"));
            let function = one_line(&frame.function);
            printer.note(format_args!(
                "  {index:>3}: {}{function}{offset}",
                one_line(&module)
            ));
            if let Some(source) = &frame.source {
                printer.note(format_args!("       {}", one_line(source)));
            }
        }
    }
}

/// Whether a frame is of Rust's own crates or of the C library, by its name and by where its source lay.
fn of_library(frame: &Frame) -> bool {
    const CRATES: [&str; 7] = [
        "std::",
        "core::",
        "alloc::",
        "<std::",
        "<core::",
        "<alloc::",
        "__rustc::",
    ];
    const NAMES: [&str; 8] = [
        "_start",
        "abort",
        "__main_void",
        "__original_main",
        "__wasi_proc_exit",
        "exit",
        "rust_panic",
        "rust_begin_unwind",
    ];
    let name = frame.function.as_str();
    let by_name = CRATES.iter().any(|c| name.starts_with(c))
        || name.starts_with("__rust_")
        || name.starts_with("wasi::")
        || name.starts_with("wasip2::");
    let source = frame.source.as_deref().unwrap_or_default();
    let by_source = source.contains("/rustc/") || source.contains("/wasi-libc/") || source.contains("/libc-");
    by_name || by_source || (NAMES.contains(&name) && frame.source.is_none())
}

/// What a guest asked for and was not given, once each, with the flag that would give it.
pub(crate) fn refusals(printer: Printer, used: &Used) {
    if printer.quiet() {
        return;
    }
    for refused in &used.refused {
        printer.warning(format_args!(
            "the program asked for {}, which was not granted",
            one_line(&refused.what)
        ));
        printer.hint(format_args!("{}", refused.hint));
    }
}

/// Grants, a line each, as flags.
pub(crate) fn grants(grants: &Grants) -> Vec<String> {
    let mut lines = Vec::new();
    lines.extend(grants.mounts.iter().map(|m| format!("-v {m}")));
    lines.extend(grants.tmpfs.iter().map(|t| format!("--tmpfs {t}")));
    lines.extend(grants.net.iter().map(|r| format!("--allow-net {r}")));
    lines.extend(grants.http.iter().map(|r| format!("--allow-http {r}")));
    lines.extend(grants.listen.iter().map(|r| format!("--allow-listen {r}")));
    lines
}

/// What was used, a line each, in plain words.
pub(crate) fn used(used: &Used) -> Vec<String> {
    let refused = |allowed: bool| if allowed { "" } else { " (refused)" };
    let mut lines = Vec::new();
    for (index, access) in used.mounts.iter().enumerate() {
        match access {
            Some(Access::ReadOnly) => lines.push(format!("read from mount {}", index + 1)),
            Some(Access::ReadWrite) => lines.push(format!("wrote to mount {}", index + 1)),
            None => {}
        }
    }
    for (index, touched) in used.tmpfs.iter().enumerate() {
        if *touched {
            lines.push(format!("used tmpfs {}", index + 1));
        }
    }
    lines.extend(
        used.names
            .iter()
            .map(|n| format!("resolved {}{}", n.name, refused(n.allowed))),
    );
    lines.extend(used.connects.iter().map(|c| {
        let address = std::net::SocketAddr::new(c.address, c.port);
        let name = c.name.as_deref().map_or_else(String::new, |n| format!(" ({n})"));
        format!(
            "connected to {address}/{}{name}{}",
            c.transport,
            refused(c.allowed)
        )
    }));
    lines.extend(used.listens.iter().map(|l| {
        format!(
            "listened on {}/{}{}",
            std::net::SocketAddr::new(l.address, l.port),
            l.transport,
            refused(l.allowed)
        )
    }));
    lines.extend(used.requests.iter().map(|r| {
        let scheme = if r.tls { "https" } else { "http" };
        format!("requested {scheme}://{}:{}{}", r.host, r.port, refused(r.allowed))
    }));
    if used.env {
        lines.push("read the environment".to_owned());
    }
    if used.truncated {
        lines.push("and more than is kept".to_owned());
    }
    // The program chose the names.
    lines.iter().map(|line| one_line(line).into_owned()).collect()
}
