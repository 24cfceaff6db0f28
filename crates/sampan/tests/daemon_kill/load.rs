//! Clients that create, start, stop, kill, wait and remove, and know what each container may be afterwards.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use crate::client::{Answer, Client};

/// More containers than this one client does not keep.
const KEPT: usize = 10;

/// Numbers that need not be good.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 16) % bound
    }
}

/// What a container runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Runs until it is ended, in a shared worker.
    Stays,
    /// The same in a worker of its own.
    StaysAlone,
    /// Ends with this code.
    Ends(u8),
    /// Ends, and is removed then.
    Goes,
}

/// How a container stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stand {
    Absent,
    Created,
    Running,
    Exited(i64),
}

/// What was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Act {
    Create,
    Start,
    Stop,
    Kill,
    Wait,
    Remove,
}

/// One container as its client knows it.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    /// What was answered with success.
    pub(crate) stand: Stand,
    /// What was asked for and not answered.
    pub(crate) asked: Option<Act>,
}

impl Known {
    /// What it comes to be by an act that succeeds.
    fn after(&self, act: Act) -> Stand {
        match (act, self.kind) {
            (Act::Create, _) => Stand::Created,
            (Act::Start, Kind::Stays | Kind::StaysAlone) => Stand::Running,
            (Act::Start, Kind::Ends(code)) => Stand::Exited(i64::from(code)),
            (Act::Start, Kind::Goes) => Stand::Absent,
            (Act::Stop, _) => Stand::Exited(143),
            (Act::Kill, _) => Stand::Exited(137),
            (Act::Wait, _) => self.stand,
            (Act::Remove, _) => Stand::Absent,
        }
    }

    /// What it may be after the daemon was killed.
    pub(crate) fn may_be(&self) -> Vec<Stand> {
        let mut may = vec![self.stand];
        if let Some(act) = self.asked {
            may.push(self.after(act));
            let ran = self.stand == Stand::Running || matches!(self.kind, Kind::Ends(_));
            if act == Act::Remove && ran && self.stand != Stand::Created {
                // It was killed, and no more: also one that had not come to its own end yet.
                may.push(Stand::Exited(137));
            }
        }
        may
    }

    /// Whether it may be seen so on its way there.
    pub(crate) fn passes(&self, stand: Stand) -> bool {
        let goes = self.kind == Kind::Goes && self.may_be().contains(&Stand::Absent);
        match (self.kind, stand) {
            (Kind::Ends(_), Stand::Running) => true,
            (Kind::Goes, Stand::Running | Stand::Exited(7)) => goes,
            _ => false,
        }
    }

    fn request(&self, act: Act) -> (&'static str, String, String) {
        let name = &self.name;
        let body = match (act, self.kind) {
            (Act::Create, Kind::Stays) => r#"{"Image":"cat","OpenStdin":true}"#.to_owned(),
            (Act::Create, Kind::StaysAlone) => {
                r#"{"Image":"cat","OpenStdin":true,"HostConfig":{"Isolation":"process"}}"#.to_owned()
            }
            (Act::Create, Kind::Ends(code)) => format!(r#"{{"Image":"exit","Cmd":["{code}"]}}"#),
            (Act::Create, Kind::Goes) => {
                r#"{"Image":"exit","Cmd":["7"],"HostConfig":{"AutoRemove":true}}"#.to_owned()
            }
            _ => String::new(),
        };
        let path = match act {
            Act::Create => format!("/containers/create?name={name}"),
            Act::Start => format!("/containers/{name}/start"),
            Act::Stop => format!("/containers/{name}/stop"),
            Act::Kill => format!("/containers/{name}/kill"),
            Act::Wait => format!("/containers/{name}/wait"),
            Act::Remove => format!("/containers/{name}?force=1&v=1"),
        };
        (if act == Act::Remove { "DELETE" } else { "POST" }, path, body)
    }
}

/// One client with its containers.
pub(crate) struct Load {
    pub(crate) known: Vec<Known>,
    random: Random,
    name: String,
    count: u64,
    /// What was answered with success so far.
    pub(crate) done: u64,
}

impl Load {
    pub(crate) fn new(name: &str, seed: u64) -> Self {
        Self {
            known: Vec::new(),
            random: Random::new(seed),
            name: name.to_owned(),
            count: 0,
            done: 0,
        }
    }

    /// Asks for one thing after the other until it is told to end, or the daemon dies.
    pub(crate) fn run(&mut self, socket: &Path, stop: &AtomicBool) {
        let Ok(mut client) = Client::connect(socket) else {
            return;
        };
        while !stop.load(Relaxed) {
            let (at, act) = self.choose();
            let known = &mut self.known[at];
            let (method, path, body) = known.request(act);
            known.asked = Some(act);
            let Ok(answer) = client.ask(method, &path, &body) else {
                return;
            };
            assert!(answer.status < 300, "{act:?} of {known:?}: {}", answer.text());
            check_code(known, act, &answer);
            known.stand = known.after(act);
            known.asked = None;
            self.done += 1;
            self.known.retain(|known| known.stand != Stand::Absent);
        }
    }

    fn choose(&mut self) -> (usize, Act) {
        let fresh = self.known.is_empty() || self.known.len() < KEPT && self.random.below(3) == 0;
        if fresh {
            self.count += 1;
            let kind = match self.random.below(8) {
                0..=2 => Kind::Stays,
                3 => Kind::StaysAlone,
                4 => Kind::Goes,
                _ => Kind::Ends(u8::try_from(self.random.below(100)).unwrap_or(0)),
            };
            self.known.push(Known {
                name: format!("{}-{}", self.name, self.count),
                kind,
                stand: Stand::Absent,
                asked: None,
            });
            return (self.known.len() - 1, Act::Create);
        }
        let at = usize::try_from(self.random.below(self.known.len() as u64)).unwrap_or(0);
        let dice = self.random.below(4);
        let act = match (self.known[at].stand, self.known[at].kind) {
            (Stand::Running, _) => [Act::Stop, Act::Kill, Act::Kill, Act::Remove][dice as usize],
            (Stand::Exited(_), Kind::Ends(_)) if dice < 2 => Act::Wait,
            (Stand::Exited(_), Kind::Stays | Kind::StaysAlone) if dice < 2 => Act::Start,
            (Stand::Created, _) if dice < 3 => Act::Start,
            _ => Act::Remove,
        };
        (at, act)
    }
}

fn check_code(known: &Known, act: Act, answer: &Answer) {
    // Of one whose removal was cut off it is its kill that is waited for.
    if let (Act::Wait, Stand::Exited(code)) = (act, known.stand) {
        assert_eq!(answer.json()["StatusCode"], code, "{known:?}");
    }
}
