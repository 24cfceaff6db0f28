//! What a build tells, as vertexes.

use std::sync::Arc;

use tokio::sync::mpsc;

use crate::builder::Line;
use crate::plan::Plan;
use crate::progress::Progress;

/// What was told last.
#[derive(Debug, Default)]
pub(crate) struct Told {
    /// The line of the step.
    pub(crate) line: Option<u32>,
}

/// Shows what a build tells until it tells no more. The step that was the last is left open: whoever knows how the build
/// ended ends it.
pub(crate) async fn show(
    plan: &Plan,
    progress: &Arc<Progress>,
    mut lines: mpsc::Receiver<Line>,
    told: &mut Told,
) -> Option<Open> {
    let mut open: Option<Open> = None;
    let mut before: Option<String> = None;
    let mut platform = String::new();
    while let Some(line) = lines.recv().await {
        match line {
            Line::Platform(name) => platform = name,
            Line::Step { place, line, shown } => {
                told.line = Some(line);
                if let Some(open) = open.take() {
                    progress.end(&open.digest, open.cached, None);
                    before = Some(open.digest);
                }
                let Some(place) = place else { continue };
                if place.1 == 0 {
                    before = None;
                }
                if let Some(name) = plan.shown(place, shown) {
                    let key = format!("{platform} {}/{}", place.0, place.1);
                    let inputs = before.iter().cloned().collect();
                    let name = match platform.as_str() {
                        "" => name,
                        platform => name.replacen('[', &format!("[{platform} "), 1),
                    };
                    open = Some(Open {
                        digest: progress.begin(&key, &name, inputs),
                        cached: false,
                    });
                }
            }
            Line::Cached => {
                if let Some(open) = &mut open {
                    open.cached = true;
                }
            }
            Line::Output { error, bytes } => {
                if let Some(open) = &open {
                    progress.log(&open.digest, error, &bytes);
                }
            }
            Line::Warning(text) => match &open {
                Some(open) => progress.warn(&open.digest, &text),
                None => {
                    let digest = progress.begin("warnings", "[internal] reading the Dockerfile", Vec::new());
                    progress.warn(&digest, &text);
                    progress.end(&digest, false, None);
                }
            },
            Line::Fetching(text) => {
                if let Some(open) = &open {
                    progress.log(&open.digest, false, format!("{text}\n").as_bytes());
                }
            }
        }
    }
    open
}

/// A step that is not over yet.
#[derive(Debug)]
pub(crate) struct Open {
    pub(crate) digest: String,
    pub(crate) cached: bool,
}
