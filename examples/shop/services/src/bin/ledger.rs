//! The ledger: books each committed order exactly once.
//!
//! What is to be booked PostgreSQL alone decides: an order without a line in the table `ledger`. Redis only wakes us
//! sooner, so neither its loss nor our own death at any point loses an order or books it twice.

use std::error::Error;
use std::thread;
use std::time::Duration;

use redis::{Commands as _, Connection, RedisResult};
use shop::{COMMITTED, Database, DatabaseError};

/// How long to wait for the doorbell before looking without it, in seconds.
const LOOK: f64 = 1.0;
/// How long to wait before what failed is tried again.
const PAUSE: Duration = Duration::from_millis(500);

/// Two ledgers may do this at the same time: the key of the table lets one of them win.
const BOOK: &str = "INSERT INTO ledger (order_id, amount) \
    SELECT orders.id, orders.quantity * stock.price FROM orders JOIN stock USING (item) \
    WHERE NOT EXISTS (SELECT FROM ledger WHERE order_id = orders.id) \
    ON CONFLICT DO NOTHING RETURNING order_id";

fn main() {
    loop {
        if let Err(error) = keep_books() {
            let source = error.source().map(|source| format!(": {source}"));
            eprintln!("ledger: {error}{}", source.unwrap_or_default());
        }
        thread::sleep(PAUSE);
    }
}

/// Books orders until the database fails.
fn keep_books() -> Result<(), DatabaseError> {
    let mut database: Database = shop::database()?;
    let mut bell = None;
    loop {
        let booked = database.query(BOOK, &[])?;
        if !booked.is_empty() {
            println!("booked {} orders", booked.len());
        }
        if let Err(error) = wait(&mut bell) {
            eprintln!("ledger: without redis: {error}");
            bell = None;
            thread::sleep(PAUSE);
        }
    }
}

/// Waits until an order was committed, or for a while.
fn wait(bell: &mut Option<Connection>) -> RedisResult<()> {
    let connection = match bell {
        Some(connection) => connection,
        None => bell.insert(shop::redis()?),
    };
    let rung: Option<(String, u64)> = connection.blpop(COMMITTED, LOOK)?;
    if rung.is_some() {
        // One look takes all that was committed by now, so those who rang meanwhile need no other.
        let _: () = connection.del(COMMITTED)?;
    }
    Ok(())
}
