//! Customers: each sends order after order, and the same one again until it is told that it was placed.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use sampan_testkit::until;
use serde_json::{Value, json};

const FRONT: &str = "127.0.0.1:8080";
/// How long one request may take: a deadline for a hang.
const PATIENCE: Duration = Duration::from_secs(20);
/// Between a try that failed and the next one.
const PAUSE: Duration = Duration::from_millis(50);

/// What they know, by the keys of the orders.
#[derive(Default)]
pub(crate) struct Known {
    /// Those that were answered as placed, with their ids.
    pub(crate) placed: BTreeMap<String, u64>,
    /// Those that were sent without an answer of use until now.
    pub(crate) open: BTreeSet<String>,
    /// An answer that nobody should get.
    wrong: Option<String>,
}

/// Some customers at work.
pub(crate) struct Customers {
    known: Arc<Mutex<Known>>,
    enough: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

impl Customers {
    pub(crate) fn come(count: usize) -> Self {
        let mut customers = Self {
            known: Arc::default(),
            enough: Arc::default(),
            threads: Vec::new(),
        };
        for customer in 0..count {
            let (known, enough) = (Arc::clone(&customers.known), Arc::clone(&customers.enough));
            customers.threads.push(thread::spawn(move || {
                (0_u32..)
                    .take_while(|_| !enough.load(Relaxed))
                    .for_each(|number| place(&format!("{customer}-{number}"), &known, &enough));
            }));
        }
        customers
    }

    /// How many orders were placed.
    #[track_caller]
    pub(crate) fn placed(&self) -> usize {
        let known = self.known.lock().unwrap();
        assert_eq!(known.wrong, None);
        known.placed.len()
    }

    /// Waits until some orders more are placed than there are now.
    #[track_caller]
    pub(crate) fn are_served(&self) {
        let before = self.placed();
        until("orders to be placed", || {
            (self.placed() > before + 10).then_some(())
        });
    }

    /// All go home.
    pub(crate) fn leave(mut self) -> Known {
        self.enough.store(true, Relaxed);
        self.threads.drain(..).for_each(|thread| thread.join().unwrap());
        std::mem::take(&mut *self.known.lock().unwrap())
    }
}

impl Drop for Customers {
    fn drop(&mut self) {
        self.enough.store(true, Relaxed);
    }
}

/// Places one order, however often it takes.
fn place(key: &str, known: &Mutex<Known>, enough: &AtomicBool) {
    known.lock().unwrap().open.insert(key.to_owned());
    while !enough.load(Relaxed) {
        match order(key, "tea", 2) {
            // 200 where an earlier try was committed, but its answer was lost.
            Ok((200 | 201, placed)) => {
                let mut known = known.lock().unwrap();
                known.open.remove(key);
                known
                    .placed
                    .insert(key.to_owned(), placed["id"].as_u64().unwrap());
                return;
            }
            // Somebody behind the front is away.
            Ok((500 | 502..=504, _)) | Err(_) => thread::sleep(PAUSE),
            Ok(wrong) => {
                known.lock().unwrap().wrong = Some(format!("`{key}`: {wrong:?}"));
                return;
            }
        }
    }
}

/// Sends an order.
pub(crate) fn order(key: &str, item: &str, quantity: u32) -> io::Result<(u16, Value)> {
    ask(
        "POST",
        "/orders",
        &json!({ "key": key, "item": item, "quantity": quantity }).to_string(),
    )
}

/// One request through the front.
pub(crate) fn ask(method: &str, path: &str, body: &str) -> io::Result<(u16, Value)> {
    let mut stream = TcpStream::connect(FRONT)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let length = body.len();
    write!(
        stream,
        "{method} {path} HTTP/1.0\r\nContent-Length: {length}\r\n\r\n{body}"
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let cut = || io::Error::new(io::ErrorKind::UnexpectedEof, "the answer is cut off");
    let (head, body) = answer.split_once("\r\n\r\n").ok_or_else(cut)?;
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
    let status = status.ok_or_else(cut)?;
    // The front's own errors are pages.
    match serde_json::from_str(body) {
        Ok(value) => Ok((status, value)),
        Err(_) if status >= 400 => Ok((status, Value::Null)),
        Err(_) => Err(cut()),
    }
}
