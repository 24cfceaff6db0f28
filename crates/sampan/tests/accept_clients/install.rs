//! Clients from their registries, once for all tests.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use sampan_testkit::place;

/// The folder `name` of the downloads, made by `make` when it is not there.
pub(crate) fn installed(name: &str, make: impl FnOnce(&Path)) -> PathBuf {
    let path = place::accept(name);
    fs::create_dir_all(place::accept("")).expect("a folder can be made");
    let lock = fs::File::create(place::accept(&format!("{name}.lock"))).expect("a file can be made");
    lock.lock().expect("a file can be locked");
    let done = path.join("installed");
    if !done.exists() {
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).expect("a folder can be made");
        make(&path);
        fs::write(done, "").expect("a file can be written");
    }
    path
}

/// A tool that succeeds.
#[track_caller]
pub(crate) fn tool(folder: &Path, line: &str) {
    let done = Command::new("bash")
        .args(["-ec", line])
        .current_dir(folder)
        .output()
        .expect("a shell can be started");
    assert!(
        done.status.success(),
        "`{line}`:\n{}",
        String::from_utf8_lossy(&done.stderr)
    );
}

/// Python with these packages of PyPI.
pub(crate) fn python(name: &str, packages: &str) -> PathBuf {
    let folder = installed(name, |folder| {
        tool(folder, "python3 -m venv env");
        tool(folder, &format!("env/bin/pip -q install {packages}"));
    });
    folder.join("env/bin/python")
}

/// docker-compose 2.40 of Debian sid: the plugin's file alone, which needs nothing else.
pub(crate) fn docker_compose() -> PathBuf {
    let folder = installed("client-compose-2.40", |folder| {
        let line = "echo 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian sid main' > sid.list; \
            mkdir -p lists/partial cache/archives/partial; \
            sid() { apt-get -o Dir::Etc::sourcelist=$PWD/sid.list -o Dir::Etc::sourceparts=/dev/null \
            -o Dir::State::lists=$PWD/lists -o Dir::Cache=$PWD/cache -qq \"$@\"; }; \
            sid update; sid download docker-compose; dpkg -x docker-compose_*.deb .";
        tool(folder, line);
    });
    folder.join("usr/libexec/docker/cli-plugins/docker-compose")
}
