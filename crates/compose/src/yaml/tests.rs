use serde_json::json;

use super::*;

fn value(text: &str) -> Value {
    let documents = read(text).unwrap();
    assert_eq!(documents.len(), 1);
    plain(&documents[0])
}

fn plain(node: &Node) -> Value {
    match &node.kind {
        Kind::Leaf(value) => value.clone(),
        Kind::List(items) => items.iter().map(plain).collect(),
        Kind::Map(members) => Value::Object(members.iter().map(|(k, v)| (k.clone(), plain(v))).collect()),
    }
}

fn line_of_error(text: &str) -> usize {
    read(text).unwrap_err().line
}

#[test]
fn words_mean_what_they_mean_in_go() {
    assert_eq!(
        value(
            "[a, 1, 0755, 0x1F, 1_000, -2, 1.5, true, yes, on, ~, '1', \"2\", !!str 3, 1.2.3, 22:22, 08, +1]"
        ),
        json!([
            "a", 1, 493, 31, 1000, -2, 1.5, true, "yes", "on", null, "1", "2", "3", "1.2.3", "22:22", 8.0, 1
        ])
    );
    assert_eq!(value("a:\nb: ''\n1: c\n"), json!({"a": null, "b": "", "1": "c"}));
}

#[test]
fn anchors_and_merges_keep_what_the_map_says_itself() {
    let text = "\
base: &b {a: 1, b: 2}
more: &m {b: 3, c: 4}
one: {<<: *b, b: 9}
two: {<<: [*b, *m], d: 5}
quoted: {'<<': 1}
";
    let value = value(text);
    assert_eq!(value["one"], json!({"a": 1, "b": 9}));
    assert_eq!(value["two"], json!({"a": 1, "b": 2, "c": 4, "d": 5}));
    assert_eq!(value["quoted"], json!({"<<": 1}));
    assert_eq!(line_of_error("a: 1\nb: {<<: 2}\n"), 2);
}

#[test]
fn tags_are_kept_with_lines() {
    let documents = read("a:\n  b: !reset null\n  c: !override [1]\n").unwrap();
    let Kind::Map(top) = &documents[0].kind else {
        panic!()
    };
    let Kind::Map(inner) = &top[0].1.kind else {
        panic!()
    };
    assert_eq!((inner[0].1.ask, inner[0].1.line), (Some(Ask::Reset), 2));
    assert_eq!((inner[1].1.ask, inner[1].1.line), (Some(Ask::Override), 3));
}

/// A few lines that mean billions of values are refused before they are copied.
#[test]
fn a_bomb_is_refused() {
    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..20 {
        let before = format!("*a{}", level - 1);
        let row = vec![before; 10].join(", ");
        bomb.push_str(&format!("a{level}: &a{level} [{row}]\n"));
    }
    let error = read(&bomb).unwrap_err();
    assert!(error.what.contains("200000 values"), "{}", error.what);
    assert!(read(&"[".repeat(100_000)).is_err());
    let deep = format!("{}{}", "- ".repeat(200), "x");
    assert!(read(&deep).unwrap_err().what.contains("deep"));
}

#[test]
fn what_is_wrong_is_told_with_its_line() {
    assert_eq!(line_of_error("a: 1\nb: 2\na: 3\n"), 3);
    assert_eq!(line_of_error("a: &a\n  b: *a\n"), 2);
    assert_eq!(line_of_error("a: *none\n"), 1);
    assert_eq!(line_of_error("a:\n  ? [1, 2]\n  : x\n"), 2);
    assert_eq!(line_of_error("a: !!int x\n"), 1);
    assert!(read("a: [1\nb: 2").is_err());
    assert!(read("a: 'x").is_err());
}

#[test]
fn a_text_may_hold_several_documents() {
    assert_eq!(read("a: 1\n---\nb: 2\n").unwrap().len(), 2);
    assert!(read("").unwrap().is_empty());
}
