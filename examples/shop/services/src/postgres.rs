//! A client of PostgreSQL: one connection, one statement at a time, values as text.
//!
//! The bytes of the protocol are `postgres-protocol`'s; this is what says them in order. It never speaks to a server that
//! did not prove that it knows the password, too.

use std::io::{self, Read as _, Write as _};
use std::net::{TcpStream, ToSocketAddrs as _};

use bytes::BytesMut;
use fallible_iterator::FallibleIterator as _;
use postgres_protocol::IsNull;
use postgres_protocol::authentication::sasl::{ChannelBinding, SCRAM_SHA_256, ScramSha256};
use postgres_protocol::message::backend::{DataRowBody, ErrorFields, Message};
use postgres_protocol::message::frontend;

use crate::PATIENCE;

const PORT: u16 = 5432;

/// A row of an answer: each column as text, `None` for a null.
pub type Row = Vec<Option<String>>;

/// Why the database did not do what it was asked to.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// The connection failed. Whether a commit that was under way is done, nobody knows.
    #[error("the database cannot be reached")]
    Connection(#[from] io::Error),
    /// The server refused a statement or a user.
    #[error("the database refused: {message} ({code})")]
    Refused {
        /// PostgreSQL's five letters for the reason.
        code: String,
        /// Its own words.
        message: String,
    },
    /// The server said what does not belong there.
    #[error("the database said something unexpected")]
    Unexpected,
}

/// A connection. After an error it is of no more use; to drop it undoes a transaction that was not committed.
pub struct Database {
    stream: TcpStream,
    heard: BytesMut,
}

impl Database {
    /// Connects, and proves to know the password by SCRAM.
    ///
    /// # Errors
    /// Nobody answers, the password is not right, or the other side does not know it.
    pub fn connect(host: &str, user: &str, name: &str, password: &str) -> Result<Self, DatabaseError> {
        let mut database = Self {
            stream: dial(host)?,
            heard: BytesMut::new(),
        };
        let parameters = [("user", user), ("database", name), ("client_encoding", "UTF8")];
        database.say(|bytes| frontend::startup_message(parameters, bytes))?;
        let Message::AuthenticationSasl(offer) = database.hear()? else {
            return Err(DatabaseError::Unexpected);
        };
        if !offer
            .mechanisms()
            .any(|mechanism| Ok(mechanism == SCRAM_SHA_256))?
        {
            return Err(DatabaseError::Unexpected);
        }
        let mut scram = ScramSha256::new(password.as_bytes(), ChannelBinding::unsupported());
        database.say(|bytes| frontend::sasl_initial_response(SCRAM_SHA_256, scram.message(), bytes))?;
        let Message::AuthenticationSaslContinue(more) = database.hear()? else {
            return Err(DatabaseError::Unexpected);
        };
        scram.update(more.data())?;
        database.say(|bytes| frontend::sasl_response(scram.message(), bytes))?;
        let Message::AuthenticationSaslFinal(last) = database.hear()? else {
            return Err(DatabaseError::Unexpected);
        };
        scram.finish(last.data())?;
        while !matches!(database.hear()?, Message::ReadyForQuery(_)) {}
        Ok(database)
    }

    /// Runs one statement, whose `$1`, `$2`… are these values, and gives the rows of its answer.
    ///
    /// # Errors
    /// The statement was refused, or the connection failed.
    pub fn query(&mut self, statement: &str, values: &[&str]) -> Result<Vec<Row>, DatabaseError> {
        self.say(|bytes| {
            frontend::parse("", statement, [], bytes)?;
            let text = |value: &&str, bytes: &mut BytesMut| {
                bytes.extend_from_slice(value.as_bytes());
                Ok(IsNull::No)
            };
            frontend::bind("", "", [], values, text, [], bytes).map_err(|_| io::ErrorKind::InvalidInput)?;
            frontend::execute("", 0, bytes)?;
            frontend::sync(bytes);
            Ok(())
        })?;
        let mut rows = Vec::new();
        loop {
            match self.hear()? {
                Message::DataRow(row) => rows.push(columns(&row)?),
                Message::ReadyForQuery(_) => return Ok(rows),
                _ => {}
            }
        }
    }

    fn say(&mut self, what: impl FnOnce(&mut BytesMut) -> io::Result<()>) -> io::Result<()> {
        let mut bytes = BytesMut::new();
        what(&mut bytes)?;
        self.stream.write_all(&bytes)
    }

    /// The next message that is not a refusal. Those that are for nobody in particular are passed over by the callers.
    fn hear(&mut self) -> Result<Message, DatabaseError> {
        let mut piece = [0; 4096];
        loop {
            match Message::parse(&mut self.heard)? {
                Some(Message::ErrorResponse(refusal)) => return Err(refused(refusal.fields())?),
                Some(message) => return Ok(message),
                None => match self.stream.read(&mut piece)? {
                    0 => return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into()),
                    length => self.heard.extend_from_slice(&piece[..length]),
                },
            }
        }
    }
}

/// The first of the host's addresses that answers.
fn dial(host: &str) -> io::Result<TcpStream> {
    let mut why = io::Error::from(io::ErrorKind::NotFound);
    for address in (host, PORT).to_socket_addrs()? {
        match TcpStream::connect_timeout(&address, PATIENCE) {
            Ok(stream) => {
                stream.set_read_timeout(Some(PATIENCE))?;
                stream.set_write_timeout(Some(PATIENCE))?;
                stream.set_nodelay(true)?;
                return Ok(stream);
            }
            Err(error) => why = error,
        }
    }
    Err(why)
}

fn columns(row: &DataRowBody) -> io::Result<Row> {
    let text =
        |bytes: &[u8]| String::from_utf8(bytes.to_vec()).map_err(|_| io::ErrorKind::InvalidData.into());
    let columns = row.ranges().map(|range| {
        range
            .and_then(|range| row.buffer().get(range))
            .map(text)
            .transpose()
    });
    columns.collect()
}

fn refused(mut fields: ErrorFields<'_>) -> io::Result<DatabaseError> {
    let (mut code, mut message) = (String::new(), String::new());
    while let Some(field) = fields.next()? {
        let text = String::from_utf8_lossy(field.value_bytes()).into_owned();
        match field.type_() {
            b'C' => code = text,
            b'M' => message = text,
            _ => {}
        }
    }
    Ok(DatabaseError::Refused { code, message })
}
