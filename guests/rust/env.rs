//! Prints what it was started with: arguments, environment sorted by name, working folder, and which of its standard
//! streams are terminals. One line each, so that a test compares the whole output.

use std::io::IsTerminal;

fn main() {
    for (n, argument) in std::env::args_os().enumerate() {
        println!("argument {n}: {argument:?}");
    }
    let mut variables: Vec<_> = std::env::vars_os().collect();
    variables.sort();
    for (name, value) in variables {
        println!("variable {name:?}: {value:?}");
    }
    match std::env::current_dir() {
        Ok(folder) => println!("folder: {}", folder.display()),
        Err(error) => println!("folder: none ({:?})", error.kind()),
    }
    let terminals = [
        std::io::stdin().is_terminal(),
        std::io::stdout().is_terminal(),
        std::io::stderr().is_terminal(),
    ];
    println!("terminals: {terminals:?}");
}
