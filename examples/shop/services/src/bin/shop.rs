//! The shop: takes orders over HTTP and writes them into PostgreSQL.
//!
//! Each request has an instance of this program for itself, and with it a connection of its own. An order is answered
//! with 201 only after its transaction was committed.

use std::error::Error as _;

use redis::Commands as _;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use shop::{COMMITTED, DatabaseError};
use wstd::http::{Body, Error, Method, Request, Response, StatusCode};

/// How long Redis keeps an order that somebody looked at, in seconds. Orders never change.
const KEPT: u64 = 60;

/// What a customer sends.
#[derive(Deserialize)]
struct Order {
    /// The customer's own name of the order. Who got no answer sends the same again, and it is still one order.
    key: String,
    item: String,
    quantity: u32,
}

/// An order that is committed.
#[derive(Serialize, Deserialize, PartialEq)]
struct Placed {
    id: u64,
    key: String,
    item: String,
    quantity: u32,
}

/// Why there is no answer of use.
#[derive(Debug, thiserror::Error)]
enum Refusal {
    #[error("there is no such thing here")]
    NotFound,
    #[error("an order is {{\"key\": …, \"item\": …, \"quantity\": …}}")]
    NoOrder(#[from] serde_json::Error),
    #[error("another order has this key")]
    OtherOrder,
    #[error("not enough is left")]
    SoldOut,
    #[error("try again")]
    Database(#[from] DatabaseError),
}

#[wstd::http_server]
async fn main(mut request: Request<Body>) -> Result<Response<Body>, Error> {
    let path = request.uri().path().to_owned();
    let answer = match (request.method(), path.as_str()) {
        (&Method::POST, "/orders") => place(request.body_mut().contents().await?),
        (&Method::GET, "/orders") => count(),
        (&Method::GET, "/health") => health(),
        (&Method::GET, path) => match path.strip_prefix("/orders/").map(str::parse) {
            Some(Ok(id)) => look_up(id),
            _ => Err(Refusal::NotFound),
        },
        _ => Err(Refusal::NotFound),
    };
    let (status, body) = answer.unwrap_or_else(|refusal| told(&refusal));
    let answer = Response::builder()
        .status(status)
        .header("content-type", "application/json");
    Ok(answer.body(format!("{body}\n").into())?)
}

/// `POST /orders`: takes from the stock and writes the order down, both or nothing.
fn place(body: &[u8]) -> Result<(StatusCode, Value), Refusal> {
    let order: Order = serde_json::from_slice(body)?;
    let quantity = order.quantity.to_string();
    let mut database = shop::database()?;
    database.query("BEGIN", &[])?;
    let insert = "INSERT INTO orders (key, item, quantity) SELECT $1, item, $3::integer FROM stock WHERE item = $2 \
        ON CONFLICT (key) DO NOTHING RETURNING id, key, item, quantity";
    let new = database.query(insert, &[&order.key, &order.item, &quantity])?;
    let Some(placed) = first(new)? else {
        // Nothing was written, so the transaction may go with the connection.
        let known = "SELECT id, key, item, quantity FROM orders WHERE key = $1";
        let known = first(database.query(known, &[&order.key])?)?.ok_or(Refusal::NotFound)?;
        let same = known.item == order.item && known.quantity == order.quantity;
        return if same {
            Ok((StatusCode::OK, json!(known)))
        } else {
            Err(Refusal::OtherOrder)
        };
    };
    let take = "UPDATE stock SET remaining = remaining - $2::integer \
        WHERE item = $1 AND remaining >= $2::integer RETURNING remaining";
    if database.query(take, &[&order.item, &quantity])?.is_empty() {
        return Err(Refusal::SoldOut);
    }
    database.query("COMMIT", &[])?;
    if let Err(error) = ring(placed.id) {
        eprintln!("shop: the ledger was not called: {error}");
    }
    Ok((StatusCode::CREATED, json!(placed)))
}

/// `GET /orders`: how many there are, and how many of them are booked.
fn count() -> Result<(StatusCode, Value), Refusal> {
    let count = "SELECT (SELECT count(*) FROM orders), (SELECT count(*) FROM ledger)";
    let rows = shop::database()?.query(count, &[])?;
    let [Some(orders), Some(booked)] = rows.first().map_or(&[][..], Vec::as_slice) else {
        return Err(DatabaseError::Unexpected.into());
    };
    Ok((
        StatusCode::OK,
        json!({ "orders": number(orders)?, "booked": number(booked)? }),
    ))
}

/// `GET /orders/ID`: out of Redis, or out of PostgreSQL and then into Redis. Without Redis it is only slower.
fn look_up(id: u64) -> Result<(StatusCode, Value), Refusal> {
    let name = format!("order:{id}");
    let mut cache = shop::redis().ok();
    let kept = cache
        .as_mut()
        .and_then(|cache| cache.get::<_, Option<String>>(&name).ok()?);
    if let Some(placed) = kept.and_then(|text| serde_json::from_str(&text).ok()) {
        return Ok((StatusCode::OK, placed));
    }
    let select = "SELECT id, key, item, quantity FROM orders WHERE id = $1::bigint";
    let placed = first(shop::database()?.query(select, &[&id.to_string()])?)?.ok_or(Refusal::NotFound)?;
    let placed = json!(placed);
    if let Some(mut cache) = cache {
        let kept: redis::RedisResult<()> = cache.set_ex(&name, placed.to_string(), KEPT);
        if let Err(error) = kept {
            eprintln!("shop: redis keeps nothing: {error}");
        }
    }
    Ok((StatusCode::OK, placed))
}

/// `GET /health`: whether an order could be taken now.
fn health() -> Result<(StatusCode, Value), Refusal> {
    shop::database()?.query("SELECT FROM stock LIMIT 1", &[])?;
    Ok((StatusCode::OK, json!({ "status": "ok" })))
}

/// Wakes the ledger. It would find the order without us, a moment later.
fn ring(id: u64) -> redis::RedisResult<()> {
    shop::redis()?.rpush(COMMITTED, id)
}

fn first(rows: Vec<shop::Row>) -> Result<Option<Placed>, DatabaseError> {
    let Some(row) = rows.into_iter().next() else {
        return Ok(None);
    };
    let Ok([Some(id), Some(key), Some(item), Some(quantity)]) = <[Option<String>; 4]>::try_from(row) else {
        return Err(DatabaseError::Unexpected);
    };
    let quantity = quantity.parse().map_err(|_| DatabaseError::Unexpected)?;
    Ok(Some(Placed {
        id: number(&id)?,
        key,
        item,
        quantity,
    }))
}

fn number(text: &str) -> Result<u64, DatabaseError> {
    text.parse().map_err(|_| DatabaseError::Unexpected)
}

/// What the customer is told. The reasons of the database are for our log alone.
fn told(refusal: &Refusal) -> (StatusCode, Value) {
    let status = match refusal {
        Refusal::NotFound => StatusCode::NOT_FOUND,
        Refusal::NoOrder(_) => StatusCode::BAD_REQUEST,
        // A number that the table does not take (22), or a rule of the table (23).
        Refusal::Database(DatabaseError::Refused { code, .. })
            if code.starts_with("22") || code.starts_with("23") =>
        {
            StatusCode::BAD_REQUEST
        }
        Refusal::OtherOrder | Refusal::SoldOut => StatusCode::CONFLICT,
        Refusal::Database(error) => {
            let source = error.source().map(|source| format!(": {source}"));
            eprintln!("shop: {error}{}", source.unwrap_or_default());
            StatusCode::SERVICE_UNAVAILABLE
        }
    };
    (status, json!({ "error": refusal.to_string() }))
}
