//! What a build tells while it goes on.

use tokio::sync::mpsc;

/// One thing that is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BuildLine {
    /// Text for the person.
    Text(String),
    /// A stage became this image.
    Image(String),
    /// An image is fetched: which, and how it stands.
    Status {
        /// The tag.
        id: String,
        /// What happens.
        text: String,
    },
}

/// Where it is told. A reader who is slow holds the build up; one who is gone does not.
#[derive(Clone, Debug)]
pub struct BuildOutput(mpsc::Sender<BuildLine>);

/// How many lines wait for a slow reader.
const QUEUE: usize = 64;

impl BuildOutput {
    /// Both ends.
    pub fn pair() -> (Self, mpsc::Receiver<BuildLine>) {
        let (to, from) = mpsc::channel(QUEUE);
        (Self(to), from)
    }

    pub(super) async fn say(&self, text: impl Into<String>) {
        self.tell(BuildLine::Text(text.into())).await;
    }

    pub(super) async fn tell(&self, line: BuildLine) {
        // Whoever asked is gone; the build is ended by whoever runs it.
        let _ = self.0.send(line).await;
    }
}
