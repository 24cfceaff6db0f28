//! What a build tells while it goes on.

use tokio::sync::mpsc;

/// One thing that is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BuildLine {
    /// Text for the person.
    Text(String),
    /// What follows is for this platform, as one of several.
    Platform(String),
    /// A step begins; the one before is over.
    Step(BuildStep),
    /// The step was found in the cache.
    Cached,
    /// What a command wrote.
    Output {
        /// Whether to its standard error.
        error: bool,
        /// The bytes.
        bytes: Vec<u8>,
    },
    /// Something that the person should know.
    Warning {
        /// What stands before it in plain text.
        before: &'static str,
        /// What it is.
        text: String,
    },
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

/// A step of a build.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuildStep {
    /// Its number among all.
    pub number: usize,
    /// How many there are.
    pub of: usize,
    /// The stage and the place in it, where 0 is its `FROM`; nothing before the first stage.
    pub place: Option<(usize, usize)>,
    /// Its line in the Dockerfile; 0 for what is not in it.
    pub line: u32,
    /// How it was written.
    pub source: String,
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

    pub(super) async fn warn(&self, before: &'static str, text: impl Into<String>) {
        let text = text.into();
        self.tell(BuildLine::Warning { before, text }).await;
    }

    pub(super) async fn tell(&self, line: BuildLine) {
        // Whoever asked is gone; the build is ended by whoever runs it.
        let _ = self.0.send(line).await;
    }
}
