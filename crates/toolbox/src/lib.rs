//! The toolbox: a shell and the usual small tools as one WebAssembly module, which `exec` opens in a container that
//! has no programs of its own. Its source is `guests/toolbox`; how it meets the engine is in its `HOST.md`.
//!
//! This crate holds bytes and names, and runs nothing.

/// The module, for WASI preview 1 and the imports of `HOST.md`. A tool is chosen by the first argument's last part,
/// or by the second argument.
pub const WASM: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/toolbox.wasm"));

/// The same without the imports: it runs no other programs and sees no other processes.
#[cfg(feature = "plain")]
pub const PLAIN: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/plain.wasm"));

/// The names of its tools, sorted.
pub const TOOLS: &[&str] = &[
    "[",
    "ash",
    "base64",
    "basename",
    "cat",
    "cp",
    "cut",
    "date",
    "dirname",
    "du",
    "echo",
    "env",
    "false",
    "find",
    "grep",
    "head",
    "hexdump",
    "hostname",
    "id",
    "kill",
    "ln",
    "ls",
    "md5sum",
    "mkdir",
    "mv",
    "nc",
    "nl",
    "nslookup",
    "printenv",
    "printf",
    "ps",
    "pwd",
    "readlink",
    "realpath",
    "rev",
    "rm",
    "rmdir",
    "sed",
    "seq",
    "sh",
    "sha256sum",
    "sleep",
    "sort",
    "stat",
    "tac",
    "tail",
    "tee",
    "test",
    "time",
    "touch",
    "tr",
    "true",
    "uname",
    "uniq",
    "wc",
    "wget",
    "which",
    "whoami",
    "xargs",
    "yes",
];

/// The tool that a command's first word stands for: its name, or a path in a folder of programs such as `/bin/sh`.
pub fn tool(command: &str) -> Option<&'static str> {
    /// Where images keep their programs, and a shell expects them.
    const FOLDERS: [&str; 6] = [
        "/bin",
        "/usr/bin",
        "/usr/local/bin",
        "/sbin",
        "/usr/sbin",
        "/usr/local/sbin",
    ];
    let name = match command.rsplit_once('/') {
        Some((folder, name)) => FOLDERS.contains(&folder).then_some(name)?,
        None => command,
    };
    let index = TOOLS.binary_search(&name).ok()?;
    Some(TOOLS[index])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_a_small_module() {
        assert!(WASM.starts_with(b"\0asm\x01\0\0\0"));
        assert!(WASM.len() < 640 << 10, "{} bytes", WASM.len());
    }

    #[test]
    fn finds_tools_by_name_and_by_path() {
        assert!(TOOLS.is_sorted());
        assert_eq!(tool("sh"), Some("sh"));
        assert_eq!(tool("/bin/sh"), Some("sh"));
        assert_eq!(tool("/usr/bin/env"), Some("env"));
        for command in ["", "/", "/bin/", "bin/sh", "/opt/sh", "/bin/nothing", "nothing"] {
            assert_eq!(tool(command), None, "{command}");
        }
    }
}
