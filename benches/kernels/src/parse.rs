//! Text formats: read and written back.

use serde_json::{Value, json};

use crate::data::{Random, fold, prose};

pub fn json(iterations: u64) -> u64 {
    let mut random = Random(3);
    let words = prose(1 << 16);
    let words: Vec<&str> = words.split_whitespace().collect();
    let rows: Vec<Value> = (0..8_000)
        .map(|id| {
            json!({
                "id": id,
                "name": words[random.below(words.len())],
                "tags": [words[random.below(words.len())], words[random.below(words.len())]],
                "at": { "x": random.below(1_000_000), "y": random.below(1_000_000) as f64 / 64.0 },
                "note": "tab\there, quote \" there",
                "on": random.below(2) == 0,
            })
        })
        .collect();
    let text = serde_json::to_string(&rows).expect("plain values");
    (0..iterations).fold(0, |sum, _| {
        let value: Value = serde_json::from_str(&text).expect("it was written here");
        let back = serde_json::to_string(&value).expect("plain values");
        fold(sum, &back.as_bytes()[back.len() - 64..])
    })
}

pub fn markdown(iterations: u64) -> u64 {
    let mut text = String::new();
    for (n, line) in prose(1 << 20).lines().enumerate() {
        match n % 7 {
            0 => text.push_str("\n## "),
            1 => text.push_str("\n* "),
            2 => text.push_str("\n> "),
            3 => text.push_str("\n1. *so* **it** is [here](https://example.org) "),
            _ => text.push('\n'),
        }
        text.push_str(line);
    }
    (0..iterations).fold(0, |sum, _| {
        let mut html = String::with_capacity(text.len() * 2);
        pulldown_cmark::html::push_html(&mut html, pulldown_cmark::Parser::new(&text));
        fold(sum, &html.as_bytes()[html.len() - 64..])
    })
}
