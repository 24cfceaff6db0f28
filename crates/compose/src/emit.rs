//! A tree as YAML that reads back as the same tree.

use std::fmt::Write;

use serde_json::Value;

/// Writes a tree; the sections of a compose file come in their usual order, all other keys by name.
pub fn yaml(tree: &Value) -> String {
    let mut out = String::new();
    if let Value::Object(members) = tree {
        const FIRST: [&str; 6] = ["name", "services", "networks", "volumes", "secrets", "configs"];
        let first = FIRST.iter().filter_map(|&key| members.get_key_value(key));
        let rest = members.iter().filter(|(key, _)| !FIRST.contains(&key.as_str()));
        for (key, value) in first.chain(rest) {
            member(&mut out, key, value, 0);
        }
    } else {
        block(&mut out, tree, 0);
    }
    out
}

/// The same tree with `$$` for each `$`, so that reading it again puts no variables in.
pub fn escape_dollars(tree: &mut Value) {
    match tree {
        Value::String(text) if text.contains('$') => *text = text.replace('$', "$$"),
        Value::Array(items) => items.iter_mut().for_each(escape_dollars),
        Value::Object(members) => members.values_mut().for_each(escape_dollars),
        _ => {}
    }
}

fn member(out: &mut String, key: &str, value: &Value, depth: usize) {
    let indent = "  ".repeat(depth);
    // Writing to a String cannot fail.
    let _ = write!(out, "{indent}{}:", scalar(key));
    match value {
        Value::Object(members) if !members.is_empty() => {
            out.push('\n');
            block(out, value, depth + 1);
        }
        Value::Array(items) if !items.is_empty() => {
            out.push('\n');
            block(out, value, depth + 1);
        }
        _ => {
            let _ = writeln!(out, " {}", inline(value));
        }
    }
}

fn block(out: &mut String, value: &Value, depth: usize) {
    match value {
        Value::Object(members) => members
            .iter()
            .for_each(|(key, value)| member(out, key, value, depth)),
        Value::Array(items) => {
            for item in items {
                let mut text = String::new();
                match item {
                    Value::Object(members) if members.is_empty() => text.push_str("{}\n"),
                    Value::Array(items) if items.is_empty() => text.push_str("[]\n"),
                    item => block(&mut text, item, depth + 1),
                }
                let indent = "  ".repeat(depth);
                let _ = write!(out, "{indent}- {}", text.trim_start());
            }
        }
        other => {
            let _ = writeln!(out, "{}{}", "  ".repeat(depth), inline(other));
        }
    }
}

fn inline(value: &Value) -> String {
    match value {
        Value::String(text) => scalar(text),
        other => other.to_string(),
    }
}

/// A text, in quotes where it would be something else without.
fn scalar(text: &str) -> String {
    let plain = |c: char| {
        c.is_ascii_alphanumeric()
            || matches!(
                c,
                '_' | '-' | '.' | '/' | '@' | '+' | '=' | ',' | ' ' | '*' | '$' | '{' | '}' | ':'
            )
    };
    let begins = text.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '_'));
    let word = text.to_ascii_lowercase();
    let reserved = matches!(
        word.as_str(),
        "null" | "true" | "false" | "yes" | "no" | "on" | "off" | "y" | "n"
    );
    let colon = text.contains(": ") || text.ends_with(':') || text.contains(" #") || text.ends_with(' ');
    if begins && text.chars().all(plain) && !reserved && !colon {
        return text.to_owned();
    }
    // JSON's quotes are YAML's.
    Value::String(text.to_owned()).to_string()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::tree::Document;

    #[test]
    fn what_is_written_reads_back() {
        let tree = json!({
            "name": "p",
            "services": {"a": {
                "command": ["x", "", "yes", "1", "a: b", "# c", "ü\n\"q\"", "-x", "{a}", "*a", "a #b", "x:"],
                "environment": {"A": null, "B": "null", "1": "2", "C": "a=b", "D": "$$x"},
                "ports": [{"target": 80, "published": "8080"}], "nested": [[1, [2]], []], "empty": {}, "f": 0.5, "t": true,
            }},
            "x-last": {"a": [{"b": [{"c": 1}]}]},
        });
        let text = yaml(&tree);
        let read = crate::yaml::read(&text).unwrap_or_else(|error| panic!("{error:?}\n{text}"));
        assert_eq!(Document::of(read[0].clone()).value, tree, "{text}");
        assert!(text.starts_with("name: p\nservices:\n"), "{text}");
    }
}
