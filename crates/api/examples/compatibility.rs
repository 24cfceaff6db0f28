//! Writes the section of routes of `COMPATIBILITY.md`, which a test compares.

#![allow(clippy::print_stdout)]

use std::path::Path;

const BEGIN: &str = "<!-- routes: begin -->\n";
const END: &str = "<!-- routes: end -->";

fn main() -> std::io::Result<()> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../COMPATIBILITY.md");
    let page = std::fs::read_to_string(&path)?;
    let section = sampan_api::routes::compatibility();
    match (page.split_once(BEGIN), page.split_once(END)) {
        (Some((before, _)), Some((_, after))) => {
            std::fs::write(&path, format!("{before}{BEGIN}{section}{END}{after}"))
        }
        _ => {
            println!("`COMPATIBILITY.md` has no place for the routes: {BEGIN}{END}");
            Ok(())
        }
    }
}
