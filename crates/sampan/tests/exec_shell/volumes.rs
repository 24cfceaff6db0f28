//! Volumes with a file system of their own, and folders for containers of a daemon that was started again.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;

use crate::host::Host;

fn root() -> bool {
    rustix::process::geteuid().is_root()
}

/// Makes a volume and gives its folder.
fn volume(host: &Host, name: &str, options: &[&str]) -> PathBuf {
    let mut args = vec!["volume", "create"];
    for option in options {
        args.extend(["--opt", option]);
    }
    args.push(name);
    let made = host.sampan(&args);
    assert_eq!(made.code, Some(0), "{made:?}");
    let shown = host.sampan(&["volume", "inspect", "--format", "{{.Mountpoint}}", name]);
    PathBuf::from(shown.out.trim())
}

#[test]
fn a_volume_may_be_a_file_system_in_memory() {
    let host = Host::new();
    let options = ["type=tmpfs", "device=tmpfs", "o=size=1m,uid=7,mode=0750"];
    let folder = volume(&host, "mem", &options);
    let owner = || {
        let meta = fs::metadata(&folder).unwrap();
        (meta.uid(), meta.mode() & 0o777)
    };
    if !root() {
        let refused = host.sampan(&["run", "-d", "-v", "mem:/m", "files"]);
        assert!(refused.err.contains("error while mounting volume"), "{refused:?}");
        assert!(refused.err.contains("runs as root"), "{refused:?}");
        return;
    }
    assert_ne!(owner(), (7, 0o750));
    let one = host.run("files", &["-v", "mem:/m"]);
    assert_eq!(owner(), (7, 0o750));
    assert_eq!(host.script(&one, "echo kept > /m/f").code, Some(0));
    let two = host.run("files", &["-v", "mem:/m"]);
    assert_eq!(host.script(&two, "cat /m/f").out, "kept\n");
    let full = host.script(&two, "yes | head -c 2000000 > /m/big; rm /m/big");
    assert!(full.err.contains("o space left"), "{full:?}");
    // It stays while one of them runs, and is an empty one for the next.
    assert_eq!(host.sampan(&["rm", "-f", &one]).code, Some(0));
    assert_eq!(host.script(&two, "cat /m/f").out, "kept\n");
    host.sampan(&["kill", &two]);
    assert_ne!(owner(), (7, 0o750));
    let copied = host.sampan(&["cp", &format!("{two}:/m/f"), "-"]);
    assert!(copied.err.contains("mounted only while"), "{copied:?}");
    assert_eq!(host.sampan(&["start", &two]).code, Some(0));
    assert_eq!(host.script(&two, "ls /m").out, "");
    assert_eq!(host.sampan(&["volume", "rm", "mem"]).code, Some(1));
    host.sampan(&["rm", "-f", &two]);
    assert_eq!(host.sampan(&["volume", "rm", "mem"]).code, Some(0));
    assert!(!folder.exists());
}

#[test]
fn what_cannot_be_mounted_is_told_at_the_start() {
    let host = Host::new();
    let folder = volume(
        &host,
        "far",
        &["type=nfs", "device=:/x", "o=addr=127.0.0.1,nfsvers=9"],
    );
    let refused = host.sampan(&["run", "-d", "-v", "far:/f", "files"]);
    assert_ne!(refused.code, Some(0));
    let words = format!(
        "error while mounting volume '{0}': failed to mount local volume: mount :/x:{0}, data: addr=127.0.0.1,nfsvers=9",
        folder.display()
    );
    assert!(refused.err.contains(&words), "{refused:?}");
    let secret = [
        "type=cifs",
        "device=//127.0.0.1/x",
        "o=username=u,password=secret,vers=9",
    ];
    volume(&host, "share", &secret);
    let refused = host.sampan(&["run", "-d", "-v", "share:/f", "files"]);
    assert!(refused.err.contains("password=********"), "{refused:?}");
    assert!(!refused.err.contains("secret"), "{refused:?}");
    for name in ["far", "share"] {
        let shown = host.sampan(&["ps", "-aq", "--filter", &format!("volume={name}")]);
        host.sampan(&["rm", "-f", shown.out.trim()]);
        assert_eq!(host.sampan(&["volume", "rm", name]).code, Some(0));
    }
}

#[test]
fn a_daemon_in_another_mount_namespace_gives_containers_their_folders() {
    if !root() {
        return;
    }
    let mut host = Host::new();
    // What is mounted from now on is seen by nobody else.
    host.begin_again_apart();
    let folder = volume(&host, "mem", &["type=tmpfs", "device=tmpfs"]);
    let shared = folder.join("../../../shared");
    fs::create_dir(&shared).unwrap();
    fs::write(shared.join("f"), "shared\n").unwrap();
    let bind = format!("{}:/d", fs::canonicalize(&shared).unwrap().display());
    let one = host.run("files", &["-v", &bind, "-v", "mem:/m"]);
    assert_eq!(host.script(&one, "echo kept > /m/f").code, Some(0));
    host.begin_again_apart();
    let refused = host.script(&one, "true");
    assert!(
        refused.code != Some(0) && refused.err.contains("stop them first"),
        "{refused:?}"
    );
    let two = host.run("files", &["-v", &bind]);
    assert_eq!(host.script(&two, "cat /d/f").out, "shared\n");
    assert_eq!(host.script(&two, "echo more >> /d/f").code, Some(0));
    assert_eq!(fs::read_to_string(shared.join("f")).unwrap(), "shared\nmore\n");
    // What the first daemon mounted cannot be seen by this one, and must not be two things.
    let refused = host.sampan(&["run", "-d", "-v", "mem:/m", "files"]);
    assert!(refused.err.contains("stop them first"), "{refused:?}");
    host.sampan(&["rm", "-f", &one]);
    let three = host.run("files", &["-v", "mem:/m"]);
    assert_eq!(host.script(&three, "ls /m").out, "");
}

/// Opens `f` beneath its second folder, and ends with the error's number.
const RELATIVE: &str = r#"(module
    (import "wasi_snapshot_preview1" "path_open"
        (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
    (memory (export "memory") 1)
    (data (i32.const 0) "f")
    (func (export "_start")
        (call $exit (call $open
            (i32.const 4) (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 0)
            (i64.const 2) (i64.const 0) (i32.const 0) (i32.const 8)))))"#;

#[test]
fn the_working_folder_may_lie_in_a_volume() {
    let host = Host::new();
    let program = host.folder().join("relative.wat");
    fs::write(&program, RELATIVE).unwrap();
    let packed = host.sampan(&["image", "pack", program.to_str().unwrap(), "relative"]);
    assert_eq!(packed.code, Some(0), "{packed:?}");
    let folder = volume(&host, "kept", &[]);
    fs::create_dir(folder.join("sub")).unwrap();
    fs::write(folder.join("sub/f"), "x").unwrap();
    let ends = |cwd: &str| {
        let c = host.run("relative", &["-v", "kept:/data", "-w", cwd]);
        host.sampan(&["wait", &c]).out
    };
    assert_eq!(ends("/data/sub"), "0\n");
    // No such file, and then it is there.
    assert_eq!(ends("/data"), "44\n");
    fs::write(folder.join("f"), "x").unwrap();
    assert_eq!(ends("/data"), "0\n");
}
