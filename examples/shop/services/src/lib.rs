//! What both services need: the way to PostgreSQL and to Redis.

mod postgres;

use std::time::Duration;
use std::{env, fs, io};

pub use postgres::{Database, DatabaseError, Row};

/// How long another service may take to answer before the work is given up, to be tried again by whoever wants it.
pub(crate) const PATIENCE: Duration = Duration::from_secs(5);

/// The list in Redis that has the id of each order that was committed. The ledger waits at it. It is a doorbell and
/// nothing more: what is to be done stands in PostgreSQL.
pub const COMMITTED: &str = "committed";

/// Opens a connection to PostgreSQL, as `DATABASE_HOST`, `DATABASE_USER`, `DATABASE_NAME` and the file
/// `DATABASE_PASSWORD_FILE` say.
///
/// # Errors
/// A setting is missing, or there is nobody who lets us in.
pub fn database() -> Result<Database, DatabaseError> {
    let password = fs::read_to_string(setting("DATABASE_PASSWORD_FILE")?)?;
    Database::connect(
        &setting("DATABASE_HOST")?,
        &setting("DATABASE_USER")?,
        &setting("DATABASE_NAME")?,
        password.trim_end(),
    )
}

/// Opens a connection to Redis, as `REDIS_URL` says.
///
/// # Errors
/// The setting is missing, or nobody answers there.
pub fn redis() -> redis::RedisResult<redis::Connection> {
    let connection = redis::Client::open(setting("REDIS_URL")?)?.get_connection_with_timeout(PATIENCE)?;
    connection.set_read_timeout(Some(PATIENCE))?;
    connection.set_write_timeout(Some(PATIENCE))?;
    Ok(connection)
}

fn setting(name: &str) -> io::Result<String> {
    env::var(name).map_err(|_| io::Error::new(io::ErrorKind::NotFound, format!("`{name}` is not set")))
}
