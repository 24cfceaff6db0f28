//! Running a part of a test in a process of its own: the test's program starts itself again.

use std::process::{Command, Output};

/// What the child is to do.
pub const JOB: &str = "SAMPAN_STORE_TEST_JOB";

/// The child's job; `None` in the parent.
#[allow(
    clippy::disallowed_methods,
    reason = "a test's own child takes its job from the environment"
)]
pub fn job() -> Option<Vec<String>> {
    let job = std::env::var(JOB).ok()?;
    Some(job.split('\n').map(str::to_owned).collect())
}

/// A command that runs the test function `child` of this program with a job.
pub fn command(job: &[&str]) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--exact", "child", "--nocapture"])
        .env(JOB, job.join("\n"))
        .env_remove("FAILPOINTS");
    command
}

/// Fails with the child's own words.
pub fn require_success(what: &str, output: &Output) {
    assert!(
        output.status.success(),
        "{what}: {}\n{}\n{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}
