//! `HEALTHCHECK`.

use super::error::Words;
use super::flags::{Flags, Takes};
use super::instruction::Healthcheck;
use super::read::interval;
use super::words::Node;

pub(super) fn healthcheck(node: &Node) -> Words<Healthcheck> {
    let Some((kind, words)) = node.args.split_first() else {
        return Err("HEALTHCHECK requires at least one argument".to_owned());
    };
    let kind = kind.to_uppercase();
    if kind == "NONE" {
        if !words.is_empty() {
            return Err("HEALTHCHECK NONE takes no arguments".to_owned());
        }
        return Ok(Healthcheck {
            test: vec![kind],
            ..Healthcheck::default()
        });
    }
    let known = ["interval", "timeout", "start-period", "start-interval", "retries"];
    let flags = Flags::read(&node.flags, &known.map(|name| (name, Takes::One)))?;
    if kind != "CMD" {
        return Err(format!("Unknown type {kind:?} in HEALTHCHECK (try CMD)"));
    }
    if words.is_empty() {
        return Err("Missing command after HEALTHCHECK CMD".to_owned());
    }
    let first = if node.json { "CMD" } else { "CMD-SHELL" };
    let mut test = vec![first.to_owned()];
    test.extend_from_slice(words);
    let retries = match flags.text("retries") {
        none if none.is_empty() => 0,
        text => match text.parse::<i32>() {
            Ok(number) if number < 0 => {
                return Err(format!("--retries cannot be negative ({number})"));
            }
            Ok(number) => number.into(),
            Err(_) => return Err(format!("--retries is no number: {text:?}")),
        },
    };
    Ok(Healthcheck {
        test,
        interval: interval(&flags, "interval")?,
        timeout: interval(&flags, "timeout")?,
        start_period: interval(&flags, "start-period")?,
        start_interval: interval(&flags, "start-interval")?,
        retries,
    })
}
