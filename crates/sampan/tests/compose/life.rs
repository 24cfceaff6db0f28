//! A project from its first day to its last.

use crate::host::Host;

const FILE: &str = r#"
services:
  web:
    image: box
    command: ["sh", "-c", "echo web of $WHO; sleep 1000"]
    environment: {WHO: "${WHO:-nobody}"}
    depends_on: [base]
    stop_grace_period: 1s
  base:
    image: stays
    stop_grace_period: 1s
  extra:
    image: hello
    profiles: [more]
volumes: {}
"#;

fn pairs(all: &[(&str, &str)]) -> Vec<(String, String)> {
    all.iter()
        .map(|(name, state)| ((*name).to_owned(), (*state).to_owned()))
        .collect()
}

#[test]
fn a_project_goes_up_and_down() {
    let host = Host::new(&FILE.replace("$WHO;", "$$WHO;"));
    host.write(".env", "WHO=you\n");
    let up = host.compose("up -d");
    assert!(up.err.contains("created: network `proj_default`"), "{up:?}");
    up.ok();
    assert_eq!(
        host.states(),
        pairs(&[("proj-base-1", "running"), ("proj-web-1", "running")])
    );
    host.logs_say("web", "web of you");
    let logs = host.compose("logs web").ok();
    assert_eq!(logs, "web-1 | web of you\n");
    assert_eq!(host.compose("exec -T web echo hello").ok(), "hello\n");
    assert_eq!(host.compose("exec -T web sh -c false").code, Some(1));
    assert_eq!(host.compose("ps --services").ok(), "base\nweb\n");
    assert!(
        host.compose("top web").ok().contains("sleep"),
        "the processes are shown"
    );
    assert!(host.compose("images").ok().contains("proj-web-1"));
    let listed = host.compose("ls").ok();
    assert!(
        listed.contains("proj") && listed.contains("running(2)"),
        "{listed}"
    );

    host.compose("pause web").ok();
    assert!(
        host.states()
            .contains(&("proj-web-1".to_owned(), "paused".to_owned()))
    );
    host.compose("unpause web").ok();
    let before = host.id("proj-web-1");
    host.compose("restart -t 0 web").ok();
    host.compose("stop -t 0 web").ok();
    assert!(
        host.states()
            .contains(&("proj-web-1".to_owned(), "exited".to_owned()))
    );
    host.compose("start web").ok();
    assert_eq!(host.id("proj-web-1"), before);
    host.compose("kill web").ok();
    host.compose("rm -f web").ok();
    assert_eq!(host.states(), pairs(&[("proj-base-1", "running")]));

    let down = host.compose("down -t 0");
    assert!(down.err.contains("removed: network `proj_default`"), "{down:?}");
    down.ok();
    assert_eq!(host.sampan(&["ps", "-aq"]).ok(), "");
    // What is gone is gone: there is nothing to do, and nothing to complain of.
    host.compose("down").ok();
}

#[test]
fn services_are_scaled_and_keep_their_numbers() {
    let host = Host::new(FILE);
    host.compose("up -d --scale base=3").ok();
    let names: Vec<_> = host.states().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["proj-base-1", "proj-base-2", "proj-base-3", "proj-web-1"]);
    let second = host.id("proj-base-2");
    host.compose("scale base=2").ok();
    assert_eq!(host.states().len(), 3);
    assert_eq!(host.id("proj-base-2"), second);
    host.sampan(&["rm", "-f", "proj-base-1"]).ok();
    host.compose("up -d --scale base=2").ok();
    assert_eq!(host.id("proj-base-2"), second);
    assert!(
        host.states()
            .contains(&("proj-base-1".to_owned(), "running".to_owned()))
    );
}

#[test]
fn profiles_are_on_when_asked_for_or_named() {
    let host = Host::new(FILE);
    host.compose("up -d").ok();
    assert!(!host.states().iter().any(|(name, _)| name.contains("extra")));
    host.compose("--profile more up -d").ok();
    assert!(host.states().iter().any(|(name, _)| name == "proj-extra-1"));
    host.logs_say("extra", "Hello from a module");
    // A project goes as a whole, also where the profile is off.
    host.compose("down -t 0").ok();
    assert_eq!(host.sampan(&["ps", "-aq"]).ok(), "");
    assert!(
        host.compose("run --rm extra")
            .ok()
            .contains("Hello from a module")
    );
}

#[test]
fn a_task_runs_beside_the_service() {
    let host = Host::new(FILE);
    let ran = host.sampan(&[
        "compose",
        "run",
        "--rm",
        "-e",
        "X=1",
        "web",
        "sh",
        "-c",
        "echo $X$WHO; exit 3",
    ]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(3), "1nobody\n"), "{ran:?}");
    // What it depends on was started, and it itself is gone.
    assert_eq!(host.states(), pairs(&[("proj-base-1", "running")]));
    let name = host.compose("run -d --no-deps --name task web sleep 100").ok();
    assert_eq!(name, "task\n");
    assert_eq!(host.compose("ps --services").ok(), "base\n");
    host.compose("down -t 0").ok();
    assert_eq!(host.sampan(&["ps", "-aq"]).ok(), "");
}

#[test]
fn a_project_is_known_by_its_name_alone() {
    let host = Host::new(FILE);
    host.compose("-p other up -d").ok();
    let elsewhere = |words: &str| {
        let args: Vec<&str> = ["compose", "-p", "other"]
            .into_iter()
            .chain(words.split_whitespace())
            .collect();
        let mut command = host.command(&args);
        let output = command.current_dir("/").output().unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    assert_eq!(elsewhere("ps --services"), "base\nweb\n");
    assert_eq!(elsewhere("exec -T web echo hi"), "hi\n");
    elsewhere("stop -t 0 web");
    elsewhere("down -t 0");
    assert_eq!(host.sampan(&["ps", "-aq"]).ok(), "");
}

#[test]
fn files_are_copied_to_services() {
    let host = Host::new(FILE);
    host.compose("up -d").ok();
    host.write("file", "words");
    host.compose("cp file web:/tmp/there").ok();
    assert_eq!(host.compose("exec -T web cat /tmp/there").ok(), "words");
    host.compose("cp web:/tmp/there back").ok();
    assert_eq!(std::fs::read_to_string(host.path("back")).unwrap(), "words");
}
