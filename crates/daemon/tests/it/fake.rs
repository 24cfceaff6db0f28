//! A runtime whose programs are words: `echo` gives back what it reads, `say WORDS…` writes them to both streams,
//! `exit CODE` ends with a code, and `sleep` waits to be killed.

use std::io::Write as _;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream as StdStream;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use sampan_runtime::{
    Attach, Container, ContainerSpec, Inspection, KeptStreams, Runtime, RuntimeError, Streams,
};
use sampan_types::platform::Kind;
use sampan_types::{Ending, Limits, Signal, Usage, Used};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;
use tokio::sync::{mpsc, watch};

pub(crate) struct Fake;

#[async_trait]
impl Runtime for Fake {
    fn kind(&self) -> Kind {
        Kind::Wasm
    }

    fn inspect(&self, _program: &[u8]) -> Result<Inspection, RuntimeError> {
        Ok(Inspection {
            form: "fake".into(),
            world: "fake".into(),
            needs: Vec::new(),
            interface: None,
            not_in_interface: Vec::new(),
            linked: None,
            details: serde_json::Value::Null,
        })
    }

    fn assemble(&self, program: Vec<u8>) -> Result<Vec<u8>, RuntimeError> {
        Ok(program)
    }

    async fn create(&self, spec: ContainerSpec) -> Result<Arc<dyn Container>, RuntimeError> {
        let Streams::Kept(streams) = spec.streams else {
            return Err(RuntimeError::Unsupported("streams of the caller's own"));
        };
        Ok(Arc::new(Made(Arc::new(Inner {
            args: spec.args,
            streams,
            clients: Mutex::default(),
            typed: Mutex::default(),
            ended: watch::Sender::new(None),
        }))))
    }
}

struct Made(Arc<Inner>);

struct Inner {
    args: Vec<String>,
    streams: KeptStreams,
    /// Those who read.
    clients: Mutex<Vec<(Attach, mpsc::UnboundedSender<Vec<u8>>)>>,
    /// Where what is typed goes.
    typed: Mutex<Option<mpsc::UnboundedSender<Option<Vec<u8>>>>>,
    ended: watch::Sender<Option<Ending>>,
}

impl Inner {
    /// Writes to a stream: to the log, and to those who are attached.
    fn write(&self, stream: u8, bytes: &[u8]) {
        if let Some(log) = &self.streams.log.files {
            let entry = serde_json::json!({
                "log": String::from_utf8_lossy(bytes),
                "stream": if stream == 1 { "stdout" } else { "stderr" },
                "time": "2024-01-02T03:04:05.000000006Z",
            });
            writeln!(log.open().expect("the log opens"), "{entry}").expect("the log is written");
        }
        let mut frame = Vec::new();
        if self.streams.terminal.is_none() {
            frame.extend_from_slice(&[stream, 0, 0, 0]);
            frame.extend_from_slice(&u32::try_from(bytes.len()).unwrap().to_be_bytes());
        }
        frame.extend_from_slice(bytes);
        self.clients.lock().unwrap().retain(|(wants, client)| {
            let wanted = if stream == 1 { wants.stdout } else { wants.stderr };
            !wanted || client.send(frame.clone()).is_ok()
        });
    }

    fn end(&self, ending: Ending) {
        self.clients.lock().unwrap().clear();
        self.ended.send_if_modified(|ended| {
            let first = ended.is_none();
            ended.get_or_insert(ending);
            first
        });
    }
}

#[async_trait]
impl Container for Made {
    async fn start(&self) -> Result<(), RuntimeError> {
        let inner = Arc::clone(&self.0);
        let words: Vec<&str> = inner.args.iter().map(String::as_str).collect();
        // The program's own name comes first, and may be the word itself.
        let at = words
            .iter()
            .position(|word| matches!(*word, "echo" | "say" | "exit" | "sleep"));
        let words: Vec<String> = at.map_or(Vec::new(), |at| inner.args[at..].to_vec());
        let (sender, mut typed) = mpsc::unbounded_channel();
        *inner.typed.lock().unwrap() = Some(sender);
        tokio::spawn(async move {
            let code = match words.first().map(String::as_str) {
                Some("say") => {
                    inner.write(1, format!("{}\n", words[1..].join(" ")).as_bytes());
                    inner.write(2, b"done\n");
                    0
                }
                Some("exit") => words[1].parse().unwrap(),
                Some("echo") => {
                    while let Some(Some(bytes)) = typed.recv().await {
                        inner.write(1, &bytes);
                    }
                    inner.write(2, b"end\n");
                    7
                }
                Some("sleep") => {
                    inner.ended.subscribe().wait_for(Option::is_some).await.unwrap();
                    return;
                }
                _ => 0,
            };
            inner.end(Ending::Exited { code });
        });
        Ok(())
    }

    async fn wait(&self) -> Result<Ending, RuntimeError> {
        let mut ended = self.0.ended.subscribe();
        let ending = ended
            .wait_for(Option::is_some)
            .await
            .map_err(|_| RuntimeError::Gone)?
            .clone();
        ending.ok_or(RuntimeError::Gone)
    }

    fn kill(&self, signal: Signal) {
        self.0.end(Ending::Signalled { signal });
    }

    async fn usage(&self) -> Usage {
        Usage::default()
    }

    async fn used(&self) -> Used {
        Used::default()
    }

    async fn pause(&self, _paused: bool) -> Result<(), RuntimeError> {
        Ok(())
    }

    async fn update(&self, _limits: &Limits, _cpu_weight: u64) -> Result<(), RuntimeError> {
        Ok(())
    }

    async fn attach(&self, request: Attach, socket: OwnedFd) -> Result<(), RuntimeError> {
        let ours = StdStream::from(socket);
        ours.set_nonblocking(true).unwrap();
        let (mut from, mut to) = UnixStream::from_std(ours).unwrap().into_split();
        let (sender, mut frames) = mpsc::unbounded_channel::<Vec<u8>>();
        if self.0.ended.borrow().is_none() {
            self.0.clients.lock().unwrap().push((request, sender));
        }
        tokio::spawn(async move {
            while let Some(frame) = frames.recv().await {
                if to.write_all(&frame).await.is_err() {
                    break;
                }
            }
        });
        let inner = Arc::clone(&self.0);
        tokio::spawn(async move {
            let mut part = vec![0; 4096];
            let mut open = request.stdin;
            while open {
                let length = from.read(&mut part).await.unwrap_or(0);
                let typed = (length > 0).then(|| part[..length].to_vec());
                // Who leaves ends the input only where it was said so.
                if typed.is_none() && !inner.streams.stdin_once {
                    break;
                }
                if let Some(to) = inner.typed.lock().unwrap().as_ref() {
                    let _ = to.send(typed);
                }
                open = length > 0;
            }
            // Kept, so that the other half stays open.
            let _ = inner.ended.subscribe().wait_for(Option::is_some).await;
        });
        Ok(())
    }
}
