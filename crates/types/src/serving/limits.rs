//! What the clients of a server may do.

use std::str::FromStr;
use std::time::Duration;

use crate::bytes::{ByteCount, ByteCountError};
use crate::duration::{self, DurationError};
use crate::named::named;

/// What the clients of one server may take of it at the most. All are on by default but the size of a body, which
/// streams through and is not kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpLimits {
    /// The head of a request: its line and its headers.
    pub head_size: ByteCount,
    /// The body of a request.
    pub body_size: Option<ByteCount>,
    /// Time for a connection to come to its first request, handshake included, and for each head to be sent.
    pub head_time: Duration,
    /// Time that a client may pause in the body of its request, or while it is given an answer.
    pub client_time: Duration,
    /// Time of the program until its answer begins, and for what it does after its answer was read. Waiting for the
    /// client does not count.
    pub request_time: Duration,
    /// Requests that are under way at a time, answers included that are being read.
    pub requests: u64,
    /// Clients that are connected at a time.
    pub connections: u64,
    /// Requests of one connection of HTTP/2 that are under way at a time.
    pub streams: u64,
}

impl Default for HttpLimits {
    fn default() -> Self {
        Self {
            head_size: ByteCount::kib(64),
            body_size: None,
            head_time: Duration::from_secs(30),
            client_time: Duration::from_secs(60),
            request_time: Duration::from_secs(60),
            requests: 128,
            connections: 1024,
            streams: 32,
        }
    }
}

named! {
    /// The name of a limit, as `--http-limit NAME=VALUE` writes it.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    HttpLimitName or HttpLimitError {
        HeadSize "head-size" "the head of a request",
        BodySize "body-size" "the body of a request",
        HeadTime "head-time" "time to come to the first request, and for each head",
        ClientTime "client-time" "time that a client may pause",
        RequestTime "request-time" "time of the program until its answer begins",
        Requests "requests" "requests under way at a time",
        Connections "connections" "clients connected at a time",
        Streams "streams" "requests of one connection of HTTP/2 at a time",
    }
}

/// An `--http-limit` that cannot be read.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum HttpLimitError {
    /// There is no such limit.
    #[error("there is no limit `{0}` of clients: they are {names}", names = HttpLimitName::listed())]
    Name(String),
    /// There is no `=`.
    #[error("`{0}` is not a limit: write NAME=VALUE, such as body-size=10m")]
    Form(String),
    /// The value is not a whole number.
    #[error("`{0}` is not a whole number")]
    Number(String),
    /// The value is not a size.
    #[error(transparent)]
    Size(#[from] ByteCountError),
    /// The value is not a span of time.
    #[error(transparent)]
    Time(#[from] DurationError),
    /// The value is out of what can be enforced.
    #[error("limit `{0}` cannot be {1}: {2}")]
    Range(HttpLimitName, String, &'static str),
}

impl HttpLimits {
    /// The smallest head that HTTP/1.1 can be read with.
    pub const LEAST_HEAD: ByteCount = ByteCount::kib(8);
    /// The largest head: a guest is given no larger set of headers.
    pub const MOST_HEAD: ByteCount = ByteCount::kib(128);
    /// Most requests of one connection.
    pub const MOST_STREAMS: u64 = 48;

    /// Sets one limit from `NAME=VALUE`. `none` lifts that of a body's size.
    pub fn set(&mut self, text: &str) -> Result<(), HttpLimitError> {
        let (name, value) = text
            .split_once('=')
            .ok_or_else(|| HttpLimitError::Form(text.to_owned()))?;
        let (name, value) = (name.trim().parse()?, value.trim());
        let range = |why| HttpLimitError::Range(name, value.to_owned(), why);
        let number = |most: u64| {
            let number = u64::from_str(value).map_err(|_| HttpLimitError::Number(value.to_owned()))?;
            match number {
                0 => Err(range("it must be at least 1")),
                _ if number > most => Err(range("it is more than can be kept to")),
                _ => Ok(number),
            }
        };
        let time = || match duration::parse(value)? {
            time if time < Duration::from_millis(10) => Err(range("it must be at least 10ms")),
            time => Ok(time),
        };
        match name {
            HttpLimitName::HeadSize => {
                let size: ByteCount = value.parse()?;
                if size < Self::LEAST_HEAD || size > Self::MOST_HEAD {
                    return Err(range("it must lie between 8k and 128k"));
                }
                self.head_size = size;
            }
            HttpLimitName::BodySize if value == "none" => self.body_size = None,
            HttpLimitName::BodySize => self.body_size = Some(value.parse()?),
            HttpLimitName::HeadTime => self.head_time = time()?,
            HttpLimitName::ClientTime => self.client_time = time()?,
            HttpLimitName::RequestTime => self.request_time = time()?,
            HttpLimitName::Requests => self.requests = number(1_000_000)?,
            HttpLimitName::Connections => self.connections = number(1_000_000)?,
            HttpLimitName::Streams => self.streams = number(Self::MOST_STREAMS)?,
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_limit_of_clients_is_set_by_its_name() {
        for name in HttpLimitName::ALL {
            let mut limits = HttpLimits::default();
            let value = match name {
                HttpLimitName::HeadSize | HttpLimitName::BodySize => "9k",
                HttpLimitName::HeadTime | HttpLimitName::ClientTime | HttpLimitName::RequestTime => "7s",
                _ => "7",
            };
            limits.set(&format!("{name}={value}")).unwrap();
            assert_ne!(limits, HttpLimits::default(), "{name} kept its value");
        }
        let mut limits = HttpLimits::default();
        limits.set("body-size=1m").unwrap();
        limits.set("body-size=none").unwrap();
        assert_eq!(limits.body_size, None);
    }

    #[test]
    fn what_cannot_be_kept_to_is_refused() {
        let mut limits = HttpLimits::default();
        for bad in [
            "head-size",
            "head=1",
            "head-size=1k",
            "head-size=1m",
            "body-size=x",
            "client-time=0",
            "client-time=none",
            "requests=0",
            "streams=1000",
            "connections=-1",
        ] {
            assert!(limits.set(bad).is_err(), "{bad}");
        }
        assert_eq!(limits, HttpLimits::default());
    }
}
