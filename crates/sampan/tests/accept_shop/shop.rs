//! The shop as its README sets it up, at a daemon of its own, in a network namespace of its own.

use std::fs::{self, File};
use std::os::fd::AsFd;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use rustix::thread::{LinkNameSpaceType, move_into_link_name_space};
use sampan_network::namespace;
use sampan_testkit::{place, until};

use crate::host::Host;

/// The services by the order in which they are killed.
pub(crate) const SERVICES: [&str; 5] = ["nginx", "shop", "postgres", "redis", "ledger"];

/// The folder of the example, copied, and the daemon.
pub(crate) struct Shop {
    pub(crate) host: Host,
    folder: PathBuf,
}

impl Shop {
    /// With its images made. From here on the calling thread is in the daemon's network namespace, so that the shop's port is
    /// nobody else's. `None`, with a note, where there can be no Linux containers.
    #[allow(clippy::print_stderr, reason = "a test that does nothing says so")]
    pub(crate) fn open() -> Option<Self> {
        if !rustix::process::geteuid().is_root() {
            eprintln!("not run: Linux containers need root");
            return None;
        }
        let network = namespace::fresh().unwrap();
        let mut host = Host::new();
        namespace::within(network.as_fd(), || {
            host.start();
            Ok(())
        })
        .unwrap();
        let home = host.run_dir().with_file_name("home");
        let shop = Self {
            folder: home.join("shop"),
            host,
        };
        fs::create_dir_all(home.join("bin")).unwrap();
        let binary = sampan_testkit::under_test(env!("CARGO_BIN_EXE_sampan"));
        std::os::unix::fs::symlink(binary, home.join("bin/sampan")).unwrap();
        // Packages and crates come by the machine's own network, and once for all tests. The programs are built at a place that
        // stays, by which cargo knows them again.
        let kept = place::accept("example-shop");
        fs::create_dir_all(&kept).unwrap();
        let lock = File::create(place::accept("example-shop.lock")).unwrap();
        lock.lock().unwrap();
        shop.ok(&format!(
            "cd '{0}' && rm -rf shop && cp -a '{1}' shop && rm -f shop/password.txt shop/services/*.wasm && shop/images.sh \
             && cp -a shop/. '{2}'",
            kept.display(),
            place::repository().join("examples/shop").display(),
            shop.folder.display(),
        ));
        drop(lock);
        move_into_link_name_space(network.as_fd(), Some(LinkNameSpaceType::Network)).unwrap();
        Some(shop)
    }

    /// What a line of a shell in the shop's folder writes, which must succeed.
    #[track_caller]
    pub(crate) fn ok(&self, line: &str) -> String {
        fs::create_dir_all(&self.folder).unwrap();
        let home = self.folder.parent().unwrap();
        let bin = home.join("bin");
        #[expect(
            clippy::disallowed_methods,
            reason = "the shell needs the tools of this machine"
        )]
        let path = std::env::var("PATH").unwrap();
        let address = format!("unix://{}", self.host.socket().display());
        // A build of Debian from nothing takes minutes.
        let done = Command::new("timeout")
            .args(["900", "bash", "-ec", line])
            .current_dir(&self.folder)
            .env("PATH", format!("{}:{path}", bin.display()))
            .env("XDG_CACHE_HOME", place::accept("example-shop"))
            .env("SAMPAN_HOST", &address)
            .env("SAMPAN_ROOT", home.join("root"))
            .env("DOCKER_HOST", &address)
            .env("DOCKER_BUILDKIT", "0")
            .env("NO_COLOR", "1")
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let out = String::from_utf8_lossy(&done.stdout).into_owned();
        let errors = String::from_utf8_lossy(&done.stderr);
        assert!(
            done.status.success(),
            "`{line}`: {}\n{out}{errors}\n{}",
            done.status,
            self.host.log()
        );
        out
    }

    /// The process of a service that runs, and is healthy where it can tell.
    fn process(&self, service: &str) -> Option<i32> {
        let state = &self.host.inspect(&format!("shop-{service}-1"))["State"];
        let well = state["Health"].is_null() || state["Health"]["Status"] == "healthy";
        let pid = i32::try_from(state["Pid"].as_i64()?).ok()?;
        (state["Running"] == true && well && pid > 0).then_some(pid)
    }

    /// SIGKILL to a service, which nobody asked the daemon for. Gives the process that it was.
    pub(crate) fn kill(&self, service: &str) -> i32 {
        let pid = until(service, || self.process(service));
        kill_process(Pid::from_raw(pid).unwrap(), Signal::KILL).unwrap();
        pid
    }

    /// Waits until a service that was killed is back by its restart policy.
    pub(crate) fn is_back(&self, service: &str, was: i32) {
        let what = format!("`{service}` to come back");
        until(&what, || self.process(service).filter(|pid| *pid != was));
    }

    /// What a statement gives, a line for each row.
    #[track_caller]
    pub(crate) fn sql(&self, statement: &str) -> String {
        self.ok(&format!(
            "sampan compose exec -T postgres psql -At -U shop shop -c \"{statement}\""
        ))
    }
}
