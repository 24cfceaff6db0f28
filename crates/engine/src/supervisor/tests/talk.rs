use std::io::Write;

use sampan_api::exec::{ExecCreateRequest, ExecStartRequest};
use sampan_types::{Classified as _, ErrorClass};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::*;
use crate::supervisor::{AttachQuery, LogQuery, LogStream, RemoveOptions};

async fn read(mut logs: LogStream) -> String {
    let mut all = Vec::new();
    while let Some(part) = logs.next().await {
        all.extend_from_slice(&part.unwrap());
    }
    String::from_utf8_lossy(&all).into_owned()
}

fn both() -> LogQuery {
    LogQuery {
        stdout: true,
        stderr: true,
        ..LogQuery::default()
    }
}

#[tokio::test]
async fn what_was_written_is_read_back_and_followed_to_the_end() {
    let house = House::new();
    let s = house.open().await;
    let id = create(&s, "cc", &["say", "hello"]).await;
    assert_eq!(read(s.logs(&id, &both()).await.unwrap()).await, "");
    s.start(&id).await.unwrap();
    finish(&s, &id).await;
    assert_eq!(
        read(s.logs(&id, &both()).await.unwrap()).await,
        "\x01\0\0\0\0\0\0\x06hello\n"
    );
    // No line is older than the start.
    let since = LogQuery {
        since: Some(s.inspect(&id, false).await.unwrap().state.started_at),
        ..both()
    };
    assert_eq!(
        read(s.logs(&id, &since).await.unwrap()).await,
        "\x01\0\0\0\0\0\0\x06hello\n"
    );
    assert!(s.logs(&id, &LogQuery::default()).await.is_err());

    let long = create_with(&s, "long", &["wait"], |config, _| config.tty = true).await;
    s.start(&long).await.unwrap();
    let path = s.inspect(&long, false).await.unwrap().log_path;
    let mut file = std::fs::OpenOptions::new().append(true).open(&path).unwrap();
    let mut say = |n: u32| {
        let line = format!(r#"{{"log":"{n}\n","stream":"stdout","time":"2024-01-01T00:00:0{n}Z"}}"#);
        writeln!(file, "{line}").unwrap();
    };
    (1..5).for_each(&mut say);
    let tail = LogQuery {
        tail: Some(2),
        follow: true,
        ..both()
    };
    let mut logs = s.logs(&long, &tail).await.unwrap();
    assert_eq!(&*logs.next().await.unwrap().unwrap(), b"3\n4\n");
    let follower = tokio::spawn(read(logs));
    say(5);
    // Turned round under the reader.
    std::fs::rename(&path, format!("{path}.1")).unwrap();
    let line = r#"{"log":"6\n","stream":"stdout","time":"2024-01-01T00:00:06Z"}"#;
    std::fs::write(&path, format!("{line}\n")).unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    s.kill(&long, None).await.unwrap();
    assert_eq!(follower.await.unwrap(), "5\n6\n");
    let some = LogQuery {
        since: "2024-01-01T00:00:02Z".parse().ok(),
        until: "2024-01-01T00:00:03Z".parse().ok(),
        timestamps: true,
        ..both()
    };
    let read = read(s.logs(&long, &some).await.unwrap()).await;
    assert_eq!(
        read,
        "2024-01-01T00:00:02.000000000Z 2\n2024-01-01T00:00:03.000000000Z 3\n"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_attaches_before_the_start_misses_nothing() {
    let house = House::new();
    let s = house.open().await;
    let id = create_with(&s, "cc", &["cat"], |config, _| {
        config.open_stdin = true;
        config.stdin_once = true;
    })
    .await;
    let query = AttachQuery {
        stdin: true,
        stdout: true,
        stderr: true,
        logs: false,
        stream: true,
    };
    let attached = s.attach(&id, query).await.unwrap();
    assert!(attached.stdin && !attached.terminal);
    let socket = std::os::unix::net::UnixStream::from(attached.stream.unwrap().socket);
    socket.set_nonblocking(true).unwrap();
    let mut stream = tokio::net::UnixStream::from_std(socket).unwrap();
    stream.write_all(b"meow").await.unwrap();
    stream.shutdown().await.unwrap();
    s.start(&id).await.unwrap();
    let mut output = Vec::new();
    stream.read_to_end(&mut output).await.unwrap();
    assert_eq!(output, b"\x01\0\0\0\0\0\0\x05meow\n");
    assert_eq!(finish(&s, &id).await, 0);
    // Who waits for a container that goes sees the end.
    let idle = create(&s, "idle", &["wait"]).await;
    let attached = s.attach(&idle, query).await.unwrap();
    s.remove(&idle, RemoveOptions::default()).await.unwrap();
    let mut socket = std::os::unix::net::UnixStream::from(attached.stream.unwrap().socket);
    assert_eq!(std::io::Read::read(&mut socket, &mut [0; 8]).unwrap(), 0);
}

#[tokio::test]
async fn execs_run_programs_of_the_image_and_tell_their_codes() {
    let house = House::new();
    let s = house.open().await;
    let id = create_with(&s, "cc", &["wait"], |config, _| config.image = "files".into()).await;
    let command = |words: &[&str]| ExecCreateRequest {
        attach_stdout: true,
        cmd: Some(StrSlice(words.iter().map(|w| (*w).to_owned()).collect())),
        ..ExecCreateRequest::default()
    };
    assert!(s.exec_create(&id, command(&["/bin/app"])).await.is_err());
    s.start(&id).await.unwrap();
    assert!(s.exec_create(&id, command(&[])).await.is_err());
    let exec = s
        .exec_create(&id, command(&["/bin/app", "say", "hi"]))
        .await
        .unwrap()
        .id;
    assert_eq!(s.exec_inspect(&exec).unwrap().exit_code, None);
    let attached = s
        .exec_start(&exec, &ExecStartRequest::default())
        .await
        .unwrap()
        .unwrap();
    let mut output = Vec::new();
    let mut socket = std::os::unix::net::UnixStream::from(attached.stream.unwrap().socket);
    std::io::Read::read_to_end(&mut socket, &mut output).unwrap();
    assert!(output.ends_with(b"hi\n"));
    until("its end", async || {
        s.exec_inspect(&exec).unwrap().exit_code == Some(0)
    })
    .await;
    assert!(s.exec_start(&exec, &ExecStartRequest::default()).await.is_err());
    let absent = s.exec_create(&id, command(&["nothing"])).await.unwrap().id;
    let error = s
        .exec_start(&absent, &ExecStartRequest::default())
        .await
        .unwrap_err();
    assert!(error.to_string().contains("executable file not found"), "{error}");
    assert_eq!(
        s.exec_inspect("absent").unwrap_err().to_string(),
        "No such exec instance: absent"
    );
    let long = s
        .exec_create(&id, command(&["/bin/app", "wait"]))
        .await
        .unwrap()
        .id;
    let detached = ExecStartRequest {
        detach: true,
        ..ExecStartRequest::default()
    };
    assert!(s.exec_start(&long, &detached).await.unwrap().is_none());
    s.kill(&id, None).await.unwrap();
    until("it ends with its container", async || {
        s.exec_inspect(&long).unwrap().exit_code == Some(137)
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn health_is_checked_and_told() {
    let house = House::new();
    let s = house.open().await;
    let check = |words: &'static [&'static str]| {
        move |config: &mut Config, _: &mut HostConfig| {
            config.image = "files".into();
            config.healthcheck = Some(sampan_api::container::HealthConfig {
                test: words.iter().map(|w| (*w).to_owned()).collect(),
                interval: 1_000_000_000,
                retries: 2,
                ..Default::default()
            });
        }
    };
    for (name, words, status) in [
        ("well", &["CMD", "/bin/app", "exit", "0"][..], "healthy"),
        ("ill", &["CMD", "/bin/app", "exit", "1"], "unhealthy"),
    ] {
        let id = create_with(&s, name, &["wait"], check(words)).await;
        s.start(&id).await.unwrap();
        assert_eq!(
            s.inspect(&id, false).await.unwrap().state.health.unwrap().status,
            "starting"
        );
        until(status, async || {
            s.inspect(&id, false).await.unwrap().state.health.unwrap().status == status
        })
        .await;
    }
}

#[tokio::test]
async fn health_begins_anew_with_its_daemon_and_grace_does_not() {
    let house = House::new();
    let s = house.open().await;
    let id = create_with(&s, "ill", &["wait"], |config, _| {
        config.image = "files".into();
        config.healthcheck = Some(sampan_api::container::HealthConfig {
            test: ["CMD", "/bin/app", "exit", "1"].map(str::to_owned).to_vec(),
            interval: 20_000_000,
            start_interval: 20_000_000,
            start_period: 500_000_000,
            retries: 1,
            ..Default::default()
        });
    })
    .await;
    s.start(&id).await.unwrap();
    let health = async |s: &Supervisor| s.inspect(&id, false).await.unwrap().state.health.unwrap();
    // Within its time of grace, what fails counts for nothing.
    until("a check", async || !health(&s).await.log.is_empty()).await;
    until("it is ill", async || health(&s).await.status == "unhealthy").await;
    let exec = s.exec_create(
        &id,
        ExecCreateRequest {
            cmd: Some(StrSlice(vec!["/bin/app".to_owned()])),
            ..ExecCreateRequest::default()
        },
    );
    let exec = exec.await.unwrap().id;
    let s = house.reopen(s).await;
    assert_eq!(health(&s).await.status, "starting");
    until("another check", async || !health(&s).await.log.is_empty()).await;
    assert_eq!(health(&s).await.status, "unhealthy");
    // As with dockerd, nobody knows execs of an earlier daemon.
    assert_eq!(s.exec_inspect(&exec).unwrap_err().class(), ErrorClass::NotFound);
}

#[tokio::test]
async fn a_program_without_files_has_the_toolbox() {
    let house = House::new();
    let config = crate::SupervisorConfig {
        toolbox: Some(crate::supervisor::Toolbox {
            wasm: bytes::Bytes::from_static(WASM),
            tools: vec!["sh".into()],
        }),
        ..crate::SupervisorConfig::default()
    };
    let s = house.open_with(config).await;
    let id = create(&s, "cc", &["wait"]).await;
    s.start(&id).await.unwrap();
    for (words, code) in [(&["/bin/sh", "exit", "3"][..], Some(3)), (&["bash"], Some(127))] {
        let request = ExecCreateRequest {
            cmd: Some(StrSlice(words.iter().map(|w| (*w).to_owned()).collect())),
            ..ExecCreateRequest::default()
        };
        let exec = s.exec_create(&id, request).await.unwrap().id;
        let detached = ExecStartRequest {
            detach: true,
            ..ExecStartRequest::default()
        };
        assert_eq!(s.exec_start(&exec, &detached).await.is_ok(), code == Some(3));
        until("its end", async || {
            s.exec_inspect(&exec).unwrap().exit_code == code
        })
        .await;
    }
}
