//! `COMPATIBILITY.md` says what the route table says.

use std::path::Path;

#[test]
fn the_page_is_what_the_table_is() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../COMPATIBILITY.md");
    let page = std::fs::read_to_string(path).unwrap();
    let (_, rest) = page
        .split_once("<!-- routes: begin -->\n")
        .expect("a place for the routes");
    let (section, _) = rest.split_once("<!-- routes: end -->").expect("its end");
    assert!(
        section == sampan_api::routes::compatibility(),
        "the routes in `COMPATIBILITY.md` are not those of the table; \
         run `cargo run -p sampan-api --example compatibility`"
    );
}
