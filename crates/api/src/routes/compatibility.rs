//! The routes as a section of `COMPATIBILITY.md`.

use std::fmt::Write as _;

use super::{ApiVersion, State, routes};

/// The table of routes, in Markdown.
pub fn compatibility() -> String {
    let served = routes().filter(|r| matches!(r.state, State::Served(_))).count();
    let mut page = format!(
        "Versions {} to {}, {served} of {} routes. What is not answered gives status 501 and says why. This section is \
         generated from the route table: `cargo run -p sampan-api --example compatibility`.\n\n\
         | route | since | | |\n|---|---|---|---|\n",
        ApiVersion::MIN,
        ApiVersion::MAX,
        routes().count(),
    );
    for route in routes() {
        let answered = match route.state {
            State::Served(_) => "yes".to_owned(),
            State::NotYet(later) => format!("501: {}", later.with()),
        };
        let since = if route.since == ApiVersion::MIN {
            String::new()
        } else {
            route.since.to_string()
        };
        // Writing to a string cannot fail.
        let _ = writeln!(
            page,
            "| `{} {}` | {since} | {answered} | {} |",
            route.method.as_str(),
            route.path,
            route.about
        );
    }
    page
}
