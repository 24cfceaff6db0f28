//! A runtime whose guests do what their arguments say: `exit N`, `say TEXT`, `wait`, `cat`, `trap`, `fail`.

use std::collections::HashMap;
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use sampan_runtime::{
    Attach, Container, ContainerSpec, Inspection, Met, Need, Runtime, RuntimeError, Streams, Survivor,
};
use sampan_types::platform::Kind;
use sampan_types::{ContainerId, Ending, Limits, Signal, Trap, Usage, Used};
use tokio::sync::watch;

/// Everything that runs, which outlives any supervisor as workers outlive a daemon.
#[derive(Default)]
pub(super) struct World {
    alive: Mutex<HashMap<ContainerId, Arc<Fake>>>,
    pub(super) starts: AtomicUsize,
    pub(super) specs: Mutex<Vec<String>>,
}

impl World {
    pub(super) fn len(&self) -> usize {
        self.alive.lock().unwrap().len()
    }

    pub(super) fn get(&self, id: &str) -> Arc<Fake> {
        self.alive.lock().unwrap()[&id.parse::<ContainerId>().unwrap()].clone()
    }

    pub(super) fn has(&self, id: &str) -> bool {
        let id: ContainerId = id.parse().unwrap();
        self.alive.lock().unwrap().contains_key(&id)
    }

    /// What a worker's death looks like.
    pub(super) fn lose(&self, id: &str) {
        self.alive
            .lock()
            .unwrap()
            .remove(&id.parse::<ContainerId>().unwrap());
    }
}

pub(super) struct FakeRuntime(pub(super) Arc<World>);

#[async_trait]
impl Runtime for FakeRuntime {
    fn kind(&self) -> Kind {
        Kind::Wasm
    }
    fn inspect(&self, _: &[u8]) -> Result<Inspection, RuntimeError> {
        Ok(Inspection {
            form: "core module".into(),
            world: "command".into(),
            needs: vec![Need {
                what: "open files".into(),
                met: Met::By {
                    flag: "-v SOURCE:TARGET[:ro]".into(),
                },
                imports: Vec::new(),
            }],
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
        self.0.specs.lock().unwrap().push(format!("{spec:?}"));
        let args: Vec<String> = spec.args.into_iter().skip(1).collect();
        if args.first().is_some_and(|word| word == "fail") {
            return Err(RuntimeError::Unsupported("failing"));
        }
        let (log, terminal) = match spec.streams {
            Streams::Kept(kept) => (kept.log.files, kept.terminal.is_some()),
            Streams::Own(_) => (None, false),
        };
        Ok(Arc::new(Fake {
            id: spec.id,
            args,
            terminal,
            log: log.map(|log| Mutex::new(log.open().unwrap())),
            ending: watch::channel(None).0,
            attached: Mutex::default(),
            world: self.0.clone(),
            paused: watch::channel(false).0,
            limits: Mutex::new(spec.limits),
        }))
    }
    async fn survivors(&self) -> Result<Vec<Survivor>, RuntimeError> {
        let alive = self.0.alive.lock().unwrap();
        let survivors = alive.values().map(|fake| Survivor {
            id: fake.id.clone(),
            container: fake.clone(),
        });
        Ok(survivors.collect())
    }
}

/// One guest.
pub(super) struct Fake {
    id: ContainerId,
    args: Vec<String>,
    terminal: bool,
    log: Option<Mutex<std::fs::File>>,
    ending: watch::Sender<Option<Ending>>,
    attached: Mutex<Vec<(Attach, UnixStream)>>,
    world: Arc<World>,
    pub(super) paused: watch::Sender<bool>,
    pub(super) limits: Mutex<Limits>,
}

impl Fake {
    pub(super) fn end(&self, ending: Ending) {
        self.ending.send_if_modified(|now| {
            let first = now.is_none();
            now.get_or_insert(ending);
            first
        });
        self.attached.lock().unwrap().clear();
    }

    pub(super) fn say(&self, text: &str) {
        if let Some(log) = &self.log {
            let line = serde_json::json!({
                "log": format!("{text}\n"), "stream": "stdout", "time": sampan_api::Time::now().to_string(),
            });
            writeln!(log.lock().unwrap(), "{line}").unwrap();
        }
        for (_, socket) in self.attached.lock().unwrap().iter_mut() {
            let mut frame = Vec::new();
            if !self.terminal {
                frame.extend_from_slice(&[1, 0, 0, 0]);
                frame.extend_from_slice(&u32::try_from(text.len() + 1).unwrap().to_be_bytes());
            }
            frame.extend_from_slice(text.as_bytes());
            frame.push(b'\n');
            let _ = socket.write_all(&frame);
        }
    }
}

#[async_trait]
impl Container for Fake {
    async fn start(&self) -> Result<(), RuntimeError> {
        let me = {
            let fake = Fake {
                id: self.id.clone(),
                args: self.args.clone(),
                terminal: self.terminal,
                log: None,
                ending: self.ending.clone(),
                attached: Mutex::default(),
                world: self.world.clone(),
                paused: self.paused.clone(),
                limits: Mutex::new(self.limits.lock().unwrap().clone()),
            };
            Arc::new(fake)
        };
        self.world.alive.lock().unwrap().insert(self.id.clone(), me);
        self.world.starts.fetch_add(1, Ordering::Relaxed);
        let words: Vec<&str> = self.args.iter().map(String::as_str).collect();
        match words[..] {
            ["exit", code] => self.end(Ending::Exited {
                code: code.parse().unwrap(),
            }),
            ["say", text] => {
                self.say(text);
                self.end(Ending::Exited { code: 0 });
            }
            ["trap"] => self.end(Ending::Trapped(Trap {
                reason: "unreachable executed".into(),
                backtrace: Vec::new(),
            })),
            ["cat"] => {
                let input = self
                    .attached
                    .lock()
                    .unwrap()
                    .iter()
                    .find(|(a, _)| a.stdin)
                    .map(|(_, s)| s.try_clone());
                let mut input = input.expect("somebody attached first").unwrap();
                let mut text = String::new();
                input.read_to_string(&mut text).unwrap();
                self.say(&text);
                self.end(Ending::Exited { code: 0 });
            }
            _ => {}
        }
        Ok(())
    }
    async fn wait(&self) -> Result<Ending, RuntimeError> {
        let mut ending = self.ending.subscribe();
        let ended = ending.wait_for(Option::is_some).await;
        Ok(ended.map_err(|_| RuntimeError::Gone)?.clone().unwrap())
    }
    fn kill(&self, signal: Signal) {
        self.end(Ending::Signalled { signal });
    }
    async fn usage(&self) -> Usage {
        Usage::default()
    }
    async fn used(&self) -> Used {
        Used::default()
    }
    async fn pause(&self, paused: bool) -> Result<(), RuntimeError> {
        self.paused.send_replace(paused);
        Ok(())
    }
    async fn attach(&self, request: Attach, socket: OwnedFd) -> Result<(), RuntimeError> {
        self.attached.lock().unwrap().push((request, socket.into()));
        Ok(())
    }
    async fn update(&self, limits: &Limits, _: u64) -> Result<(), RuntimeError> {
        self.limits.lock().unwrap().clone_from(limits);
        Ok(())
    }
    async fn release(&self) {
        self.world.alive.lock().unwrap().remove(&self.id);
    }
}
