//! The Debian package, and the static binary in it.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use sampan_testkit::{guest, until};

use crate::install::tool;

/// The package that `SAMPAN_DEB` names, with the static binary.
fn given() -> Option<PathBuf> {
    #[expect(
        clippy::disallowed_methods,
        reason = "where a package is, is this test's own setting"
    )]
    std::env::var_os("SAMPAN_DEB").map(PathBuf::from)
}

/// The package that is given, or one of the binary under test.
fn package(folder: &Path) -> PathBuf {
    if let Some(deb) = given() {
        return deb;
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let binary = sampan_testkit::under_test(env!("CARGO_BIN_EXE_sampan"));
    let (binary, to) = (binary.display(), folder.display());
    tool(
        &root,
        &format!("cargo xtask package --profile dev --binary {binary} --to {to}"),
    );
    let mut made = fs::read_dir(folder).expect("a folder with a package").flatten();
    let deb = made.find(|entry| entry.file_name().to_string_lossy().ends_with(".deb"));
    deb.expect("a package").path()
}

/// A folder that is the root of a system without anything.
struct System {
    folder: tempfile::TempDir,
}

impl System {
    fn new() -> Self {
        let folder = tempfile::Builder::new().prefix("sampan-package-").tempdir();
        let system = Self {
            folder: folder.expect("a temporary folder can be made"),
        };
        for folder in [
            "root/etc",
            "root/var/lib/dpkg/info",
            "root/var/lib/dpkg/updates",
            "empty",
        ] {
            fs::create_dir_all(system.path(folder)).expect("a folder can be made");
        }
        fs::write(system.path("root/var/lib/dpkg/status"), "").expect("a file can be written");
        fs::write(system.path("root/etc/group"), "root:x:0:\n").expect("a file can be written");
        fs::write(system.path("root/etc/passwd"), "root:x:0:0::/root:\n").expect("a file can be written");
        system
    }

    fn path(&self, beneath: &str) -> PathBuf {
        self.folder.path().join(beneath)
    }

    fn dpkg(&self, args: &[&str]) -> Output {
        let root = format!("--root={}", self.path("root").display());
        let mut dpkg = Command::new("dpkg");
        dpkg.args([&root, "--force-script-chrootless", "--force-depends"])
            .args(args);
        dpkg.output().expect("dpkg can be started")
    }

    #[track_caller]
    fn ok(&self, args: &[&str]) -> String {
        let done = self.dpkg(args);
        assert!(done.status.success(), "{args:?}: {done:?}");
        String::from_utf8_lossy(&done.stdout).into_owned()
    }
}

fn said(output: &Output) -> (Option<i32>, String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

#[test]
#[ignore = "accept: needs dpkg, systemd-analyze and root"]
fn the_package_is_installed_checked_and_removed() {
    let system = System::new();
    let deb = package(&system.path("built"));
    let deb = deb.to_str().expect("a path in UTF-8");
    system.ok(&["-i", deb]);
    assert_eq!(system.ok(&["-V", "sampan"]), "");
    let at = |path: &str| system.path("root").join(path);
    let version = Command::new(at("usr/bin/sampan")).arg("--version").output();
    let (code, out, _) = said(&version.expect("the program can be started"));
    assert_eq!(
        (code, out),
        (Some(0), format!("sampan {}\n", env!("CARGO_PKG_VERSION")))
    );
    let group = fs::read_to_string(at("etc/group")).expect("groups");
    assert!(group.contains("\nsampan:"), "{group}");
    for (path, words) in [
        ("usr/share/bash-completion/completions/sampan", "complete "),
        ("usr/share/zsh/vendor-completions/_sampan", "#compdef sampan"),
        (
            "usr/share/fish/vendor_completions.d/sampan.fish",
            "complete -c sampan",
        ),
        ("etc/sampan/daemon.json", "\"group\""),
        (
            "lib/systemd/system/sampan.service",
            "ExecStart=/usr/bin/sampan daemon\n",
        ),
        ("usr/share/doc/sampan/copyright", "Apache License"),
    ] {
        let text = fs::read_to_string(at(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
        assert!(text.contains(words), "{path}");
    }
    let root = system.path("root");
    tool(&root, "bash -n usr/share/bash-completion/completions/sampan");
    tool(
        &root,
        "for page in usr/share/man/man1/*.gz; do gzip -dc $page | grep -q '^.TH '; done",
    );
    tool(
        &root,
        "gzip -dc usr/share/man/man1/sampan-run.1.gz | grep -q 'allow.*net'",
    );
    // What every system has and the unit leans on.
    for target in ["sysinit", "basic", "network-online", "multi-user", "shutdown"] {
        let file = at(&format!("lib/systemd/system/{target}.target"));
        fs::write(file, "[Unit]\nDefaultDependencies=no\n").expect("a file can be written");
    }
    let unit = Command::new("systemd-analyze")
        .args(["verify", "--man=no"])
        .arg(format!("--root={}", root.display()))
        .arg("sampan.service")
        .output();
    let (code, _, complaints) = said(&unit.expect("systemd-analyze can be started"));
    assert_eq!((code, complaints.as_str()), (Some(0), ""));
    system.ok(&["-r", "sampan"]);
    assert!(!at("usr/bin/sampan").exists() && at("etc/sampan/daemon.json").exists());
    system.ok(&["-P", "sampan"]);
    assert!(!at("etc/sampan").exists());
}

/// A daemon in a root of its own.
struct Daemon(Child);

impl Drop for Daemon {
    fn drop(&mut self) {
        let pid = rustix::process::Pid::from_child(&self.0);
        let _ = rustix::process::kill_process(pid, rustix::process::Signal::TERM);
        let _ = self.0.wait();
    }
}

/// The program in a root in which there is nothing else but what the kernel shows of processes.
fn within(root: &Path, words: &[&str]) -> Command {
    const LINE: &str = "mount -t proc proc \"$0/proc\" && exec chroot \"$0\" /sampan \"$@\"";
    let mut command = Command::new("unshare");
    command
        .args(["--mount", "--propagation", "private", "sh", "-c", LINE])
        .arg(root)
        .args(words);
    command.stdin(Stdio::null());
    command
}

#[test]
#[ignore = "accept: needs the package with the static binary in SAMPAN_DEB, the docker command line and root"]
fn the_binary_runs_where_nothing_else_is() {
    let Some(deb) = given() else {
        println!("not run: SAMPAN_DEB names no package");
        return;
    };
    let system = System::new();
    tool(
        system.folder.path(),
        &format!("dpkg-deb -x {} unpacked", deb.display()),
    );
    let empty = system.path("empty");
    fs::copy(system.path("unpacked/usr/bin/sampan"), empty.join("sampan")).expect("the binary");
    let hello = wat::parse_file(guest::wat("hello")).expect("a module");
    fs::write(empty.join("hello.wasm"), hello).expect("a file can be written");
    let run = within(&empty, &["--root", "/state", "run", "/hello.wasm"]).output();
    let (code, out, err) = said(&run.expect("it can be started"));
    assert_eq!((code, out.as_str()), (Some(0), "Hello from a module\n"), "{err}");

    fs::copy(guest::wat("cat"), empty.join("cat.wat")).expect("a file can be copied");
    for name in ["hello.wasm", "cat.wat"] {
        let image = name.split('.').next().unwrap_or_default();
        let packed = within(
            &empty,
            &["--root", "/state", "image", "pack", &format!("/{name}"), image],
        )
        .output();
        let (code, _, err) = said(&packed.expect("it can be started"));
        assert_eq!(code, Some(0), "{err}");
    }
    let log = fs::File::create(system.path("log")).expect("a log");
    let mut daemon = within(
        &empty,
        &["daemon", "--root", "/state", "--exec-root", "/run/sampan"],
    );
    let _daemon = Daemon(
        daemon
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .expect("a daemon"),
    );
    let socket = empty.join("run/sampan/sampan.sock");
    until("the daemon", || UnixStream::connect(&socket).ok());
    let docker = |line: &str| {
        let line = format!("timeout 60 docker -H unix://{} {line}", socket.display());
        let done = Command::new("bash").args(["-c", &line]).output();
        said(&done.expect("a shell can be started"))
    };
    let (code, out, err) = docker("run --rm hello");
    assert_eq!((code, out.as_str()), (Some(0), "Hello from a module\n"), "{err}");
    let (code, out, err) = docker("run --rm -i cat < /etc/hostname");
    assert_eq!(
        (code, out),
        (Some(0), fs::read_to_string("/etc/hostname").unwrap_or_default()),
        "{err}"
    );
    let mode = fs::metadata(&socket).expect("a socket").permissions().mode() & 0o777;
    assert_eq!(mode & 0o007, 0, "{mode:o}");
    let (code, out, err) = docker("run -d --name box -i cat");
    assert_eq!(code, Some(0), "{out} {err}");
    let (code, out, err) = docker("exec box sh -c 'echo $((40+2)) | cat'");
    assert_eq!((code, out.as_str()), (Some(0), "42\n"), "{err}");
    assert_eq!(docker("rm -f box").0, Some(0));
}
