//! Containers in workers, through the runtime contract and the built binary: what a daemon relies on.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "what fails here fails the test"
)]

mod fleet;
mod journal;
mod starts;

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::time::Duration;

use fleet::{Daemon, Host, Wants};
use sampan_runtime::{Attach, Container, Isolation, Kin, Process, Program, ProgramBytes, RuntimeError};
use sampan_types::{Effort, Ending, Signal};

const ALL: Attach = Attach {
    stdin: true,
    stdout: true,
    stderr: true,
};

fn exited(code: u8) -> Ending {
    Ending::Exited { code }
}

/// Takes frames apart: standard output and standard error.
fn frames(bytes: &[u8]) -> (String, String) {
    let mut streams = [Vec::new(), Vec::new()];
    let mut rest = bytes;
    while let Some((head, body)) = rest.split_first_chunk::<8>() {
        let length = u32::from_be_bytes([head[4], head[5], head[6], head[7]]) as usize;
        assert_eq!(head[1..4], [0, 0, 0]);
        streams[usize::from(head[0]) - 1].extend_from_slice(&body[..length]);
        rest = &body[length..];
    }
    let [out, err] = streams.map(|s| String::from_utf8(s).unwrap());
    (out, err)
}

async fn attached(container: &Arc<dyn Container>, request: Attach) -> UnixStream {
    UnixStream::from(container.join(request).await.unwrap().socket)
}

async fn read_all(mut stream: UnixStream) -> Vec<u8> {
    tokio::task::spawn_blocking(move || {
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        bytes
    })
    .await
    .unwrap()
}

#[test]
fn a_guest_runs_and_is_logged_and_heard() {
    let host = Host::new();
    let daemon = Daemon::start(&host);
    daemon.block_on(async {
        let (container, log) = daemon.create("hello", Wants::default()).await;
        let heard = attached(&container, ALL).await;
        container.start().await.unwrap();
        assert_eq!(container.wait().await.unwrap(), exited(0));
        let (out, err) = frames(&read_all(heard).await);
        assert_eq!((out.as_str(), err.as_str()), ("Hello from a module\n", ""));
        assert_eq!(
            log.lines(),
            [("stdout".to_owned(), "Hello from a module\n".to_owned())]
        );
        assert!(matches!(
            container.start().await,
            Err(RuntimeError::AlreadyStarted)
        ));
        container.release().await;
    });
}

#[test]
fn input_goes_in_and_its_end_is_seen() {
    let host = Host::new();
    let daemon = Daemon::start(&host);
    daemon.block_on(async {
        let wants = Wants {
            stdin: true,
            ..Wants::default()
        };
        let (container, _) = daemon.create("cat", wants).await;
        let mut stream = attached(&container, ALL).await;
        container.start().await.unwrap();
        let text = "line\n".repeat(100_000);
        let mut writer = stream.try_clone().unwrap();
        let sent = text.clone();
        let writing = tokio::task::spawn_blocking(move || {
            writer.write_all(sent.as_bytes()).unwrap();
            writer.shutdown(std::net::Shutdown::Write).unwrap();
        });
        let all = tokio::task::spawn_blocking(move || {
            let mut bytes = Vec::new();
            stream.read_to_end(&mut bytes).unwrap();
            bytes
        });
        writing.await.unwrap();
        assert_eq!(container.wait().await.unwrap(), exited(0));
        assert!(frames(&all.await.unwrap()).0 == text);
    });
}

#[test]
fn input_ends_with_a_client_that_is_gone_and_not_with_a_daemon_that_fell() {
    let host = Host::new();
    let daemon = Daemon::start(&host);
    daemon.block_on(async {
        // The daemon says it before the socket is closed, or after its end was seen, or before the start.
        for order in ["before", "after", "early"] {
            let wants = Wants {
                stdin: true,
                ..Wants::default()
            };
            let (container, log) = daemon.create("cat", wants).await;
            if order != "early" {
                container.start().await.unwrap();
            }
            let mut client = attached(&container, ALL).await;
            client.write_all(b"said\n").unwrap();
            match order {
                "after" => {
                    // All that was said was taken up, and so was the end behind it.
                    drop(client);
                    while log.lines().is_empty() {
                        tokio::time::sleep(Duration::from_millis(2)).await;
                    }
                    container.input_over();
                }
                _ => {
                    container.input_over();
                    drop(client);
                }
            }
            if order == "early" {
                container.start().await.unwrap();
            }
            assert_eq!(container.wait().await.unwrap(), exited(0), "{order}");
            assert_eq!(
                log.lines(),
                [("stdout".to_owned(), "said\n".to_owned())],
                "{order}"
            );
        }
    });
    let before = daemon.block_on(async {
        let wants = Wants {
            stdin: true,
            ..Wants::default()
        };
        let (container, log) = daemon.create("cat", wants).await;
        container.start().await.unwrap();
        let mut client = attached(&container, ALL).await;
        client.write_all(b"first\n").unwrap();
        while log.lines().is_empty() {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        drop(client);
        log
    });
    let id = daemon.last_id(0);
    daemon.fall();
    let daemon = Daemon::start(&host);
    daemon.block_on(async {
        let container = daemon.survivors().await.remove(&id).unwrap();
        let mut client = attached(&container, ALL).await;
        client.write_all(b"second\n").unwrap();
        client.shutdown(std::net::Shutdown::Write).unwrap();
        container.input_over();
        assert_eq!(container.wait().await.unwrap(), exited(0));
        let said: Vec<String> = before.lines().into_iter().map(|(_, line)| line).collect();
        assert_eq!(said, ["first\n", "second\n"]);
    });
}

#[test]
fn an_endless_loop_is_killed_and_its_neighbours_go_on() {
    let host = Host::new();
    let daemon = Daemon::start(&host);
    daemon.block_on(async {
        let (endless, _) = daemon.create("evil:endless_loop", Wants::default()).await;
        endless.start().await.unwrap();
        for _ in 0..20 {
            let (container, _) = daemon.create("hello", Wants::default()).await;
            container.start().await.unwrap();
            assert_eq!(container.wait().await.unwrap(), exited(0));
        }
        assert!(endless.usage().await.cpu_time > Duration::ZERO);
        endless.kill(Signal::Kill);
        assert_eq!(
            endless.wait().await.unwrap(),
            Ending::Signalled { signal: Signal::Kill }
        );
    });
}

#[test]
fn nothing_is_kept_of_processes_that_have_ended() {
    let host = Host::new();
    let daemon = Daemon::start(&host);
    daemon.block_on(async {
        let alone = || Wants {
            isolation: Isolation::Process,
            ..Wants::default()
        };
        let one = async || {
            let (container, _) = daemon.create("hello", alone()).await;
            container.start().await.unwrap();
            assert_eq!(container.wait().await.unwrap(), exited(0));
            container.release().await;
        };
        one().await;
        let zygote = fleet::zygote_of(&host);
        let open = || std::fs::read_dir(format!("/proc/{zygote}/fd")).unwrap().count();
        let before = open();
        for _ in 0..40 {
            one().await;
        }
        // Some are ending still, and spares are started for the next.
        let begun = std::time::Instant::now();
        while open() > before + 8 {
            assert!(
                begun.elapsed() < Duration::from_secs(20),
                "{before} and then {}",
                open()
            );
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    });
}

#[test]
fn a_lost_worker_takes_its_own_containers_alone() {
    let host = Host::new();
    let daemon = Daemon::start(&host);
    daemon.block_on(async {
        let (one, _) = daemon.create("evil:sleep_forever", Wants::default()).await;
        let (two, _) = daemon.create("evil:sleep_forever", Wants::default()).await;
        let alone = Wants {
            isolation: Isolation::Process,
            ..Wants::default()
        };
        let (other, _) = daemon.create("evil:sleep_forever", alone).await;
        for container in [&one, &two, &other] {
            container.start().await.unwrap();
        }
        assert_eq!(one.pid(), two.pid());
        assert_ne!(one.pid(), other.pid());
        fleet::kill(one.pid().unwrap());
        for lost in [&one, &two] {
            let ending = lost.wait().await.unwrap();
            assert_eq!(ending.code(), 137);
            let Ending::Lost { how } = ending else {
                panic!("{ending:?}")
            };
            assert!(how.contains("signal: 9"), "{how}");
        }
        assert!(other.pid().is_some());
        // The next one gets another worker.
        let (next, _) = daemon.create("hello", Wants::default()).await;
        next.start().await.unwrap();
        assert_eq!(next.wait().await.unwrap(), exited(0));
    });
}

#[test]
fn guests_outlive_their_daemon_and_endings_are_not_lost() {
    let host = Host::new();
    let daemon = Daemon::start(&host);
    let wants = || Wants {
        stdin: true,
        ..Wants::default()
    };
    let (ids, log) = daemon.block_on(async {
        let (stays, log) = daemon.create("cat", wants()).await;
        let (ends, _) = daemon.create("cat", wants()).await;
        stays.start().await.unwrap();
        ends.start().await.unwrap();
        let stream = attached(&ends, ALL).await;
        // Its input ends with its daemon, and so does it, when nobody is there to hear of it.
        std::mem::forget(stream.try_clone().unwrap());
        ((daemon.last_id(1), daemon.last_id(0)), log)
    });
    daemon.fall();
    let daemon = Daemon::start(&host);
    daemon.block_on(async {
        let survivors = daemon.survivors().await;
        assert_eq!(survivors.len(), 2);
        let stays = &survivors[&ids.0];
        assert!(stays.pid().is_some(), "it runs still");
        let mut stream = attached(stays, ALL).await;
        stream.write_all(b"after\n").unwrap();
        stream.shutdown(std::net::Shutdown::Write).unwrap();
        assert_eq!(frames(&read_all(stream).await).0, "after\n");
        assert_eq!(stays.wait().await.unwrap(), exited(0));
        assert_eq!(log.lines(), [("stdout".to_owned(), "after\n".to_owned())]);
        survivors[&ids.1].kill(Signal::Kill);
        survivors[&ids.1].wait().await.unwrap();
        for survivor in survivors.values() {
            survivor.release().await;
        }
    });
    drop(daemon);
    let daemon = Daemon::start(&host);
    daemon.block_on(async { assert!(daemon.survivors().await.is_empty()) });
}

#[test]
fn nothing_stays_of_an_engine_without_daemon_and_containers() {
    let host = Host::new();
    let daemon = Daemon::start(&host);
    let zygote = daemon.block_on(async {
        // With what makes sockets, where that can be.
        let wants = Wants {
            networking: fleet::member(std::net::Ipv4Addr::new(10, 98, 0, 2)),
            ..Wants::default()
        };
        let (container, _) = daemon.create("cat", wants).await;
        container.start().await.unwrap();
        let zygote = fleet::zygote_of(&host);
        container.kill(Signal::Kill);
        container.wait().await.unwrap();
        container.release().await;
        zygote
    });
    let zygote = std::path::PathBuf::from(format!("/proc/{zygote}"));
    assert!(zygote.exists());
    daemon.fall();
    sampan_testkit::until("the last processes to end", || (!zygote.exists()).then_some(()));
}

#[test]
fn what_a_daemon_said_last_is_heard_before_the_next_daemon() {
    let host = Host::new();
    let daemon = Daemon::start(&host);
    let worker = daemon.block_on(async {
        let wants = || Wants {
            stdin: true,
            ..Wants::default()
        };
        let (stays, _) = daemon.create("cat", wants()).await;
        let (ends, _) = daemon.create("hello", wants()).await;
        stays.start().await.unwrap();
        ends.start().await.unwrap();
        ends.wait().await.unwrap();
        let worker = stays.pid().unwrap();
        // It finds the order and the next daemon at once.
        fleet::signal(worker, rustix::process::Signal::STOP);
        ends.release().await;
        worker
    });
    daemon.fall();
    let goes_on = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(300));
        fleet::signal(worker, rustix::process::Signal::CONT);
    });
    let daemon = Daemon::start(&host);
    goes_on.join().unwrap();
    daemon.block_on(async {
        let survivors = daemon.survivors().await;
        assert_eq!(survivors.len(), 1, "{:?}", survivors.keys());
    });
}

#[test]
fn a_thousand_run_at_once_in_one_worker() {
    let host = Host::new();
    let daemon = Daemon::start(&host);
    daemon.block_on(async {
        let mut all = Vec::new();
        for _ in 0..1_000 {
            let wants = Wants {
                stdin: true,
                ..Wants::default()
            };
            let (container, _) = daemon.create("cat", wants).await;
            container.start().await.unwrap();
            all.push(container);
        }
        let pids: std::collections::BTreeSet<_> = all.iter().map(|c| c.pid().unwrap()).collect();
        assert_eq!(pids.len(), 1, "small programs share a worker");
        for (number, container) in all.iter().enumerate() {
            let mut stream = attached(container, ALL).await;
            stream.write_all(format!("{number}\n").as_bytes()).unwrap();
            stream.shutdown(std::net::Shutdown::Write).unwrap();
            assert_eq!(frames(&read_all(stream).await).0, format!("{number}\n"));
        }
        for container in &all {
            assert_eq!(container.wait().await.unwrap(), exited(0));
            container.release().await;
        }
    });
}

#[test]
fn a_full_log_goes_on_in_another_file() {
    let host = Host::new();
    let daemon = Daemon::start(&host);
    daemon.block_on(async {
        let wants = Wants {
            stdin: true,
            log_max: Some(4_096),
            ..Wants::default()
        };
        let (container, log) = daemon.create("cat", wants).await;
        let mut stream = attached(&container, ALL).await;
        container.start().await.unwrap();
        let mut seen = stream.try_clone().unwrap();
        let reading = tokio::task::spawn_blocking(move || {
            let mut bytes = Vec::new();
            seen.read_to_end(&mut bytes).unwrap();
        });
        for number in 0..2_000 {
            stream.write_all(format!("{number}\n").as_bytes()).unwrap();
            if number % 100 == 0 {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        }
        stream.shutdown(std::net::Shutdown::Write).unwrap();
        container.wait().await.unwrap();
        reading.await.unwrap();
        assert!(log.files() > 3, "{} files", log.files());
        let all: Vec<String> = (0..2_000).map(|n| format!("{n}\n")).collect();
        assert!(log.lines().into_iter().map(|(_, line)| line).eq(all));
    });
}

#[test]
fn a_terminal_echoes_and_interrupts() {
    let host = Host::new();
    let daemon = Daemon::start(&host);
    daemon.block_on(async {
        let wants = Wants {
            stdin: true,
            terminal: true,
            ..Wants::default()
        };
        let (container, _) = daemon.create("cat", wants).await;
        let mut stream = attached(&container, ALL).await;
        container.start().await.unwrap();
        stream.write_all(b"typed\n").unwrap();
        let mut seen = vec![0; "typed\r\ntyped\r\n".len()];
        let mut reader = stream.try_clone().unwrap();
        let seen = tokio::task::spawn_blocking(move || {
            reader.read_exact(&mut seen).unwrap();
            seen
        });
        assert_eq!(seen.await.unwrap(), b"typed\r\ntyped\r\n");
        stream.write_all(b"\x03").unwrap();
        assert_eq!(
            container.wait().await.unwrap(),
            Ending::Signalled {
                signal: Signal::Interrupt
            }
        );
    });
}

#[test]
fn shares_of_a_processor_follow_weights() {
    let host = Host::new();
    let daemon = Daemon::start(&host);
    daemon.block_on(async {
        let mut loops = Vec::new();
        for weight in [1024, 3072] {
            let wants = Wants {
                cpu_weight: Some(weight),
                ..Wants::default()
            };
            loops.push(daemon.create("evil:endless_loop", wants).await.0);
        }
        for container in &loops {
            container.start().await.unwrap();
        }
        assert_eq!(loops[0].pid(), loops[1].pid());
        fleet::pin_to_one_processor(loops[0].pid().unwrap());
        // The worker sees within moments that it has one processor; what was before does not count.
        tokio::time::sleep(Duration::from_millis(600)).await;
        let used = async |n: usize| -> f64 {
            // A loop brings its time up to date at the epoch after the question.
            loops[n].usage().await;
            tokio::time::sleep(Duration::from_millis(30)).await;
            loops[n].usage().await.cpu_time.as_secs_f64()
        };
        let before = [used(0).await, used(1).await];
        let (one, three) = loop {
            tokio::time::sleep(Duration::from_millis(200)).await;
            let (one, three) = (used(0).await - before[0], used(1).await - before[1]);
            if one + three > 3.0 {
                break (one, three);
            }
        };
        let ratio = three / one;
        assert!(
            (2.7..3.3).contains(&ratio),
            "{one:.2} s and {three:.2} s: {ratio:.2}"
        );
    });
}

#[test]
fn servers_are_held_to_their_shares_of_a_processor() {
    let host = Host::new();
    let daemon = Daemon::start(&host);
    daemon.block_on(async {
        let mut servers = Vec::new();
        let mut clients = Vec::new();
        for millis in [100, 300] {
            let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
            let address = listener.local_addr().unwrap();
            let wants = Wants {
                limits: sampan_types::Limits {
                    cpu_millis: Some(millis),
                    ..sampan_types::Limits::default()
                },
                listeners: vec![listener],
                ..Wants::default()
            };
            let (server, _) = daemon.create("http:loop", wants).await;
            server.start().await.unwrap();
            // Two requests at once, which compute without end: they have one share together.
            for _ in 0..2 {
                let mut client = std::net::TcpStream::connect(address).unwrap();
                client.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
                clients.push(client);
            }
            servers.push(server);
        }
        let used = async |n: usize| servers[n].usage().await.cpu_time.as_secs_f64();
        // What they did before they were held does not count.
        while used(0).await < 0.1 || used(1).await < 0.1 {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let (begun, before) = (std::time::Instant::now(), [used(0).await, used(1).await]);
        let (one, three) = loop {
            tokio::time::sleep(Duration::from_millis(100)).await;
            let (one, three) = (used(0).await - before[0], used(1).await - before[1]);
            if one + three > 1.2 {
                break (one, three);
            }
        };
        let ratio = three / one;
        assert!(
            (2.5..3.5).contains(&ratio),
            "{one:.2} s and {three:.2} s: {ratio:.2}"
        );
        // However long it took: no more than the share of that time, and what a tick and a saved-up moment are.
        let most = begun.elapsed().as_secs_f64() * 0.4 + 0.2;
        assert!(one + three <= most, "{one:.2} s and {three:.2} s of {most:.2} s");
        for server in &servers {
            server.kill(Signal::Kill);
            assert_eq!(server.wait().await.unwrap().code(), 137);
        }
        drop(clients);
    });
}

#[test]
fn a_pause_holds_a_loop_and_memory_can_be_changed_while_it_runs() {
    let host = Host::new();
    let daemon = Daemon::start(&host);
    daemon.block_on(async {
        let (container, _) = daemon.create("evil:endless_loop", Wants::default()).await;
        container.start().await.unwrap();
        let used = async || {
            container.usage().await;
            tokio::time::sleep(Duration::from_millis(30)).await;
            container.usage().await.cpu_time
        };
        container.pause(true).await.unwrap();
        tokio::time::sleep(Duration::from_millis(50)).await;
        let held = used().await;
        tokio::time::sleep(Duration::from_millis(100)).await;
        assert_eq!(used().await, held, "it computes while it is held");
        container.pause(false).await.unwrap();
        while used().await == held {}
        let limits = sampan_types::Limits {
            cpu_millis: Some(100),
            ..sampan_types::Limits::default()
        };
        container.update(&limits, 1024).await.unwrap();
        container.kill(Signal::Terminate);
        assert_eq!(container.wait().await.unwrap().code(), 143);
    });
}

/// A container that offers one program, and has no process but its shell.
struct Offers {
    name: &'static str,
    program: Vec<u8>,
}

#[async_trait::async_trait]
impl Kin for Offers {
    fn number(&self) -> u32 {
        2
    }

    async fn offered(&self, name: &str) -> Option<Program> {
        (name == self.name).then(|| Program {
            name: name.to_owned(),
            digest: sampan_store::digest_of(sampan_types::Algorithm::Sha256, &self.program),
            bytes: ProgramBytes::Memory(self.program.clone().into()),
            effort: Effort::Full,
        })
    }

    fn began(&self, _: u32, _: String) -> u32 {
        3
    }

    fn ended(&self, _: u32) {}

    async fn list(&self) -> Vec<Process> {
        Vec::new()
    }

    async fn signal(&self, number: u32, _: u8) -> bool {
        number == 2
    }
}

#[test]
fn a_shell_whose_daemon_fell_says_so_and_goes_on() {
    let host = Host::new();
    let daemon = Daemon::start(&host);
    let script = "read go; hello; echo $?; read go; hello; echo $?; kill -0 2; echo $?; ps; echo $?";
    let mut client = daemon.block_on(async {
        let wants = Wants {
            stdin: true,
            kin: Some(Arc::new(Offers {
                name: "hello",
                program: std::fs::read(sampan_testkit::guest::wat("hello")).unwrap(),
            })),
            words: ["sh", "-c", script].map(str::to_owned).to_vec(),
            ..Wants::default()
        };
        let (container, _) = daemon.create("toolbox", wants).await;
        let mut client = attached(&container, ALL).await;
        container.start().await.unwrap();
        client.write_all(b"go\n").unwrap();
        client
    });
    let mut seen = Vec::new();
    client.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    while !String::from_utf8_lossy(&seen).contains("0\n") {
        let mut part = [0; 512];
        let n = client.read(&mut part).unwrap_or(0);
        assert!(n > 0, "{}", String::from_utf8_lossy(&seen));
        seen.extend_from_slice(&part[..n]);
    }
    assert_eq!(frames(&seen).0, "Hello from a module\n0\n");
    daemon.fall();
    client.write_all(b"go\n").unwrap();
    let mut rest = Vec::new();
    client.read_to_end(&mut rest).unwrap();
    let (out, err) = frames(&rest);
    assert_eq!(out, "126\n1\n1\n", "{err}");
    assert!(
        err.starts_with("hello: cannot start: the daemon") && err.contains("away"),
        "{err}"
    );
}
