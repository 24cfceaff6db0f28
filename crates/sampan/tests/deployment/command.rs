//! `sampan update --image` and `sampan metrics`.

use std::process::{Command, Output};

use crate::host::Host;
use crate::service::{KeepAlive, says, two};

fn sampan(host: &Host, words: &[&str]) -> Output {
    Command::new(sampan_testkit::under_test(env!("CARGO_BIN_EXE_sampan")))
        .env_clear()
        .env("HOME", host.run_dir())
        .arg("--host")
        .arg(format!("unix://{}", host.socket().display()))
        .args(words)
        .output()
        .unwrap()
}

#[track_caller]
fn prints(host: &Host, words: &[&str]) -> String {
    let output = sampan(host, words);
    assert!(output.status.success(), "{words:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[track_caller]
fn fails(host: &Host, words: &[&str]) -> String {
    let output = sampan(host, words);
    assert!(!output.status.success(), "{words:?}: {output:?}");
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn update_changes_the_image_and_metrics_shows_both_versions() {
    let (host, to) = two();
    assert_eq!(
        prints(
            &host,
            &[
                "update", "--image", "two", "--split", "75:25", "--check", "/", "web"
            ]
        ),
        "web\n"
    );
    let mut client = KeepAlive::new(to);
    for _ in 0..8 {
        client.get().unwrap();
    }
    let rows = [
        "metrics",
        "--format",
        "{{.Version}} {{.Image}} {{.Weight}} {{.Requests}}",
        "web",
    ];
    crate::http::until("all to be counted", || {
        prints(&host, &rows) == "0 one 75 6\n1 two 25 2\n"
    });
    let table = prints(&host, &["metrics", "web"]);
    assert!(table.starts_with("NAME") && table.contains("REQUESTS"), "{table}");
    prints(&host, &["update", "--split", "0:100", "web"]);
    assert_eq!(says(to), "two-2\n");
    // Limits are changed as ever, and together with the image.
    prints(&host, &["update", "--image", "one", "--memory", "64m", "web"]);
    assert_eq!(says(to), "one-1\n");
    assert_eq!(host.inspect("web")["HostConfig"]["Memory"], 64 << 20);
}

#[test]
fn update_says_what_is_wrong() {
    let (host, to) = two();
    let error = fails(&host, &["update", "--image", "exit", "web"]);
    assert!(
        error.contains("error: ") && error.contains("does not answer HTTP requests"),
        "{error}"
    );
    let error = fails(&host, &["update", "--split", "90/10", "web"]);
    assert!(error.contains("is no split"), "{error}");
    let error = fails(&host, &["update", "--check", "/", "web"]);
    assert!(error.contains("--image"), "{error}");
    let error = fails(&host, &["update", "web"]);
    assert!(error.contains("you must give a flag"), "{error}");
    assert_eq!(says(to), "one-1\n");
}
