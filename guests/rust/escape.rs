//! Tries to reach files outside the folders that it was granted, by every way of spelling a path that we know. Prints
//! one line for each that worked; silence and 0 mean that none did. The arguments are further paths to try.

use std::fs;

const OUTSIDE: &[&str] = &[
    "/etc/passwd",
    "etc/passwd",
    "../etc/passwd",
    "/../etc/passwd",
    "../../../../../../../../etc/passwd",
    "/data/../etc/passwd",
    "/data/../../etc/passwd",
    "/data/../../../../../../../../etc/passwd",
    "/data/./.././../etc/passwd",
    "/data//../..//etc/passwd",
    "/data/absent/../../../etc/passwd",
    "/data/absolute-link",
    "/data/relative-link",
    "/data/folder-link/passwd",
    "/data/root-link/etc/passwd",
    "/data/loop-link",
    "/data/self-link/../../etc/passwd",
    "/proc/self/environ",
    "/proc/self/root/etc/passwd",
    "/proc/self/fd/0",
    "/proc/1/environ",
    "/dev/stdin",
    "/dev/fd/0",
    "/data/proc-link/self/root/etc/passwd",
];

fn main() {
    let more: Vec<String> = std::env::args().skip(1).collect();
    let mut escaped = 0;
    for path in OUTSIDE.iter().copied().chain(more.iter().map(String::as_str)) {
        if let Ok(text) = fs::read(path) {
            println!("ESCAPED: read {path}: {} bytes", text.len());
            escaped += 1;
        }
        if let Ok(found) = fs::metadata(path) {
            println!("ESCAPED: saw {path}: {} bytes", found.len());
            escaped += 1;
        }
    }
    for folder in ["/etc", "/data/..", "/data/../..", "/data/folder-link", "/data/root-link", "..", "/proc", "/sys"] {
        if let Ok(entries) = fs::read_dir(folder)
            && entries.count() > 0
            && folder != ".."
        {
            println!("ESCAPED: listed {folder}");
            escaped += 1;
        }
    }
    for path in ["/escaped-by-a-guest", "../escaped-by-a-guest", "/data/../escaped-by-a-guest", "/data/root-link/tmp/escaped-by-a-guest"] {
        if fs::write(path, "evil").is_ok() && !path.starts_with("/escaped") {
            println!("ESCAPED: wrote {path}");
            escaped += 1;
        }
    }
    std::process::exit(i32::from(escaped > 0));
}
