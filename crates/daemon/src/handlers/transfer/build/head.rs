//! What Sampan's own client says before the archive of a build.

use std::io::Read;

use http::HeaderMap;
use http::header::CONTENT_TYPE;
use sampan_api::build::{BUILD_HEAD, BUILD_HEAD_MAX, BuildHead};

use crate::problem::{Problem, Result};

/// Whether a request has one.
pub(super) fn is_said(headers: &HeaderMap) -> bool {
    headers
        .get(CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().eq_ignore_ascii_case(BUILD_HEAD.as_bytes()))
}

/// Reads it, up to where the archive begins. What is wrong is told by its place: its words may be a secret.
pub(super) fn read(body: &mut dyn Read) -> Result<BuildHead> {
    let short = |_| Problem::bad("the head of the build broke off");
    let mut length = [0; 4];
    body.read_exact(&mut length).map_err(short)?;
    let length = u32::from_be_bytes(length);
    if length > BUILD_HEAD_MAX {
        return Err(Problem::bad(format!(
            "the head of the build is larger than {} MiB: it has too many secrets",
            BUILD_HEAD_MAX >> 20
        )));
    }
    let mut json = Vec::new();
    body.take(length.into())
        .read_to_end(&mut json)
        .map_err(|_| Problem::bad("the head of the build broke off"))?;
    serde_json::from_slice(&json).map_err(|error| {
        Problem::bad(format!(
            "the head of the build cannot be read at column {}",
            error.column()
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(json: &str) -> Vec<u8> {
        let length = u32::try_from(json.len()).unwrap();
        [&length.to_be_bytes()[..], json.as_bytes(), b"the archive"].concat()
    }

    #[test]
    fn a_head_ends_where_the_archive_begins() {
        let bytes = head(r#"{"secrets":{"a":"6869"},"contexts":["x"]}"#);
        let mut body = bytes.as_slice();
        let read = read(&mut body).unwrap();
        assert_eq!(read.secrets["a"].expose(), b"hi");
        assert_eq!(read.contexts, ["x"]);
        assert_eq!(body, b"the archive");
    }

    #[test]
    fn what_is_wrong_is_told_without_its_words() {
        for bad in [
            r#"{"secrets":{"a":"hunter2"}}"#,
            r#"{"secrets":"hunter2"}"#,
            r#"{"#,
        ] {
            let error = read(&mut head(bad).as_slice()).unwrap_err();
            assert!(!format!("{error:?}").contains("hunter2"), "{error:?}");
        }
        assert!(read(&mut &[255, 255, 255, 255][..]).is_err());
        assert!(read(&mut &[0, 0][..]).is_err());
    }
}
