//! `--trace`: each step of the start with its time.

use tracing::level_filters::LevelFilter;
use tracing_subscriber::fmt::time::Uptime;

/// Shows steps on standard error from now on, with the seconds since this process asked for it.
pub(crate) fn install() {
    let shown = tracing_subscriber::fmt()
        .with_max_level(LevelFilter::DEBUG)
        .with_timer(Uptime::default())
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .with_target(true)
        .finish();
    // A subscriber that is there already was asked for by somebody else, and shows the same.
    drop(tracing::subscriber::set_global_default(shown));
}

/// Shows warnings of the libraries, as they would be lost else.
pub(crate) fn warnings() {
    let shown = tracing_subscriber::fmt()
        .with_max_level(LevelFilter::WARN)
        .without_time()
        .with_target(false)
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .finish();
    drop(tracing::subscriber::set_global_default(shown));
}
