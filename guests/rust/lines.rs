//! Reads standard input line by line and answers each at once with its number and length, until the input ends or a line
//! says `quit`: a conversation, for what must not be held back in a buffer.

use std::io::{BufRead, Write};

fn main() {
    let mut out = std::io::stdout().lock();
    for (n, line) in std::io::stdin().lock().lines().enumerate() {
        let Ok(line) = line else { std::process::exit(1) };
        if line == "quit" {
            std::process::exit(3);
        }
        writeln!(out, "{n}: {}", line.len()).expect("standard output is open");
        out.flush().expect("standard output is open");
    }
}
