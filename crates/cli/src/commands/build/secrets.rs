//! `--secret`: read here, told to the daemon before the context, and to nobody else.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::PathBuf;

use sampan_types::SecretBytes;

use crate::env::of_caller;
use crate::error::CliError;

/// The most that one has, as in BuildKit.
const LARGEST: u64 = 500 << 10;

/// Where a secret is.
#[derive(Debug, PartialEq, Eq)]
enum Place {
    File(PathBuf),
    Variable(String),
}

/// Reads all that were asked for.
pub(super) fn read(words: &[String]) -> Result<BTreeMap<String, SecretBytes>, CliError> {
    let one = |word: &String| {
        let (id, place) = parse(word)?;
        let bytes = match place.unwrap_or_else(|| usual(&id)) {
            Place::File(path) => of_file(path)?,
            Place::Variable(name) => of_caller(&name)
                .ok_or_else(|| wrong(word, "a secret whose variable is set"))?
                .into_bytes(),
        };
        match bytes.len() as u64 > LARGEST {
            true => Err(wrong(word, "a secret of at most 500 KiB")),
            false => Ok((id, SecretBytes::new(bytes))),
        }
    };
    words.iter().map(one).collect()
}

fn wrong(word: &str, wanted: &'static str) -> CliError {
    CliError::Value {
        value: word.to_owned(),
        wanted,
    }
}

fn usual(id: &str) -> Place {
    match of_caller(id) {
        Some(_) => Place::Variable(id.to_owned()),
        None => Place::File(PathBuf::from(id)),
    }
}

fn parse(word: &str) -> Result<(String, Option<Place>), CliError> {
    const WANTED: &str = "a secret: write id=ID,src=PATH or id=ID,env=NAME";
    let (mut id, mut source, mut variable, mut kind) = (None, None, None, None);
    for field in word.split(',') {
        let (key, value) = field.split_once('=').ok_or_else(|| wrong(word, WANTED))?;
        let place = match key {
            "id" => &mut id,
            "src" | "source" => &mut source,
            "env" => &mut variable,
            "type" => &mut kind,
            _ => return Err(wrong(word, WANTED)),
        };
        *place = Some(value);
    }
    let id = id
        .filter(|id| !id.is_empty())
        .ok_or_else(|| wrong(word, WANTED))?;
    let place = match (kind, source, variable) {
        (None | Some("file"), Some(path), None) => Some(Place::File(path.into())),
        // As buildx has it: what `src` says is a variable, where the type says so.
        (None | Some("env"), None, Some(name)) | (Some("env"), Some(name), None) => {
            Some(Place::Variable(name.to_owned()))
        }
        (None, None, None) => None,
        (Some("file"), None, None) => Some(Place::File(id.into())),
        (Some("env"), None, None) => Some(Place::Variable(id.to_owned())),
        _ => return Err(wrong(word, WANTED)),
    };
    Ok((id.to_owned(), place))
}

fn of_file(path: PathBuf) -> Result<Vec<u8>, CliError> {
    let mut bytes = Vec::new();
    let read = File::open(&path).and_then(|file| file.take(LARGEST + 1).read_to_end(&mut bytes));
    match read {
        Ok(_) => Ok(bytes),
        Err(source) => Err(CliError::Read { path, source }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_a_file_or_a_variable() {
        let file = |path: &str| Some(Place::File(path.into()));
        let variable = |name: &str| Some(Place::Variable(name.to_owned()));
        for (word, place) in [
            ("id=a,src=b", file("b")),
            ("type=file,id=a,source=b", file("b")),
            ("id=a,env=B", variable("B")),
            ("type=env,id=a", variable("a")),
            ("type=env,id=a,src=B", variable("B")),
            ("id=a", None),
        ] {
            assert_eq!(parse(word).unwrap(), ("a".to_owned(), place), "{word}");
        }
        for bad in [
            "",
            "a",
            "src=b",
            "id=",
            "id=a,src=b,env=C",
            "id=a,type=x",
            "id=a,mode=1",
        ] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }
}
