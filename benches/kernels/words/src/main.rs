//! Looks for addresses in a document, with all that the libraries for it bring.

use std::env::args;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let expression = args()
        .nth(1)
        .unwrap_or_else(|| r"(\w+)@(\w+)\.example".to_owned());
    let document = args()
        .nth(2)
        .unwrap_or_else(|| r#"{"to": ["a@b.example"]}"#.to_owned());
    let expression = regex::Regex::new(&expression)?;
    let document: serde_json::Value = serde_json::from_str(&document)?;
    println!("{} {document}", expression.is_match(&document.to_string()));
    Ok(())
}
