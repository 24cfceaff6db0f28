//! What a person means by the word after `run` or `inspect`.

use std::path::Path;

use sampan_types::reference::ReferenceError;
use sampan_types::{Classified, ErrorClass, Reference};

use super::Target;
use crate::engine::Engine;
use crate::error::EngineError;

impl Engine {
    /// What is written as a path (`./x`, `/x`, `x.wasm`, `x.wat`) is a file. Any other word is an image that is
    /// here, by its name or the beginning of its id; else a file of that name; else an image to be fetched. So
    /// nothing that lies in the present folder takes the place of an image.
    ///
    /// A word that can be none of these is an error of its own.
    pub fn target(&self, word: &str) -> Result<Result<Target, ReferenceError>, EngineError> {
        let path = Path::new(word);
        if word.starts_with(['.', '/']) || word.ends_with(".wasm") || word.ends_with(".wat") {
            return Ok(Ok(Target::File(path.to_path_buf())));
        }
        let reference: Result<Reference, ReferenceError> = word.parse();
        let lease = self.store.brief_lease()?;
        match sampan_image::find(&lease, word) {
            Ok(records) => {
                if let Some(record) = records.into_iter().next() {
                    return Ok(Ok(Target::Image(record.reference)));
                }
            }
            Err(error) if error.class() == ErrorClass::NotFound => {}
            // What is no name at all is said below, in the words of names.
            Err(_) if reference.is_err() => {}
            Err(error) => return Err(error.into()),
        }
        if path.is_file() {
            return Ok(Ok(Target::File(path.to_path_buf())));
        }
        if word.strip_prefix("sha256:").is_some_and(is_hex) {
            // The id of an image that is not here, and no name to ask a registry for.
            return Err(EngineError::NoImage(word.to_owned()));
        }
        Ok(reference.map(Target::Image))
    }
}

fn is_hex(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_hexdigit())
}
