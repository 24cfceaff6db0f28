//! Words for flags and commands that people know from Docker and Wasmtime and that Sampan does not have: what to write
//! instead, or why there is nothing to write. It changes what an error says, never whether there is one.

use std::ffi::OsString;

use clap::CommandFactory;
use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue, Error, ErrorKind};

use crate::args::Cli;

/// Flags of `docker run` and `wasmtime run`, with a space between, and what to do.
const OF_RUN: &[(&str, &str)] = &[
    (
        "-a --attach --sig-proxy",
        "`run` shows all that the program writes and passes on signals; leave it out",
    ),
    ("--volume-driver", "use `--mount type=volume,src=NAME,dst=PATH`"),
    (
        "--group-add --userns",
        "a Wasm container has no users: leave it out",
    ),
    (
        "--privileged --cap-add --cap-drop --device --ulimit --sysctl --gpus",
        "a Wasm container has no capabilities and no devices: leave it out",
    ),
    ("--label-file", "use `--label KEY=VALUE`"),
    (
        "--dns --link --ip",
        "the network is granted by `--network NAME`, `--allow-net HOST:PORT`, `--allow-http HOST` and `--allow-listen PORT`",
    ),
    (
        "--domainname",
        "a Wasm container has no domain of a host: leave it out",
    ),
    (
        "--memory-swap --memory-reservation --memory-swappiness --kernel-memory --shm-size",
        "a Wasm container has linear memory alone: use `-m BYTES`",
    ),
    ("--cpu-quota --cpu-period --cpuset-cpus", "use `--cpus NUMBER`"),
    ("--dir --mapdir", "use `-v SRC:DST[:ro]`"),
    ("--invoke", "use `--entrypoint NAME`"),
    ("--tcplisten", "use `--allow-listen [ADDR:]PORT`"),
    (
        "-S --wasi",
        "what a program may reach is granted by `-v`, `--allow-net`, `--allow-http` and `--allow-listen`",
    ),
    (
        "-W --wasm",
        "every finished proposal is on; for limits use `--limit NAME=VALUE`",
    ),
];

/// Commands of Docker that are missing.
const COMMANDS: &[(&str, &str)] = &[
    (
        "build buildx",
        "is not there yet; `sampan image pack` makes an image of a `.wasm` file, and `docker import` one of a folder",
    ),
    (
        "context search swarm",
        "is not there yet; Docker's own client does it against `sampan daemon`",
    ),
    (
        "compile serve",
        "use `sampan run`, which compiles what it has not compiled before",
    ),
];

/// Gives an error of the command line the words that help, where there are some.
pub(crate) fn explain(mut error: Error, words: impl Iterator<Item = OsString>) -> Error {
    match error.kind() {
        ErrorKind::UnknownArgument => {
            let flag = text(&error, ContextKind::InvalidArg);
            let of_run = text(&error, ContextKind::Usage).contains("sampan run");
            let known = if of_run { find(OF_RUN, &flag) } else { None };
            if let Some(what) = known {
                suggest(&mut error, &flag, what);
            } else {
                // That a value may begin with a dash, behind `--`, is what nobody who mistypes a flag means.
                error.remove(ContextKind::Suggested);
            }
            error
        }
        ErrorKind::InvalidSubcommand => {
            let command = text(&error, ContextKind::InvalidSubcommand);
            if let Some(what) = find(COMMANDS, &command) {
                error.remove(ContextKind::SuggestedSubcommand);
                suggest(&mut error, &command, what);
            } else if command.ends_with(".wasm") || command.ends_with(".wat") {
                error.remove(ContextKind::SuggestedSubcommand);
                suggest(
                    &mut error,
                    &command,
                    &format!("to run it, write `sampan run {command}`"),
                );
            }
            error
        }
        ErrorKind::InvalidUtf8 => not_text(error, words),
        _ => error,
    }
}

fn find(table: &[(&'static str, &'static str)], word: &str) -> Option<&'static str> {
    let known = table
        .iter()
        .find(|(words, _)| words.split_whitespace().any(|known| known == word));
    known.map(|(_, what)| *what)
}

fn text(error: &Error, kind: ContextKind) -> String {
    error.get(kind).map(ToString::to_string).unwrap_or_default()
}

fn suggest(error: &mut Error, word: &str, what: &str) {
    let colon = if what.starts_with("is ") { "" } else { ":" };
    let tip = format!("`{word}`{colon} {what}");
    error.remove(ContextKind::SuggestedArg);
    error.insert(
        ContextKind::Suggested,
        ContextValue::StyledStrs(vec![StyledStr::from(tip)]),
    );
}

/// Names the word that is not text; clap does not say which it was.
fn not_text(error: Error, words: impl Iterator<Item = OsString>) -> Error {
    let wrong = words.enumerate().find(|(_, word)| word.to_str().is_none());
    match wrong {
        Some((place, word)) => Error::raw(
            ErrorKind::InvalidUtf8,
            format!("word {place} of the command line, {word:?}, is not UTF-8"),
        )
        .with_cmd(&Cli::command()),
        None => error,
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::ffi::OsStringExt;

    use clap::Parser;

    use super::*;

    fn said(words: &[&str]) -> String {
        let error = Cli::try_parse_from(words).map(drop).unwrap_err();
        explain(error, words.iter().map(OsString::from)).to_string()
    }

    #[test]
    fn flags_of_others_are_explained() {
        for (words, part) in [
            (["--attach", "x.wasm"], "leave it out"),
            (["--label-file", "a"], "`--label"),
            (["--group-add", "1000"], "no users"),
            (["--volume-driver", "x"], "`--mount"),
            (["--dns", "1.1.1.1"], "--allow-net"),
            (["--dns=1.1.1.1", "x"], "--allow-net"),
            (["--domainname", "x"], "no domain of a host"),
            (["--privileged", "x"], "leave it out"),
            (["--memory-swap", "1g"], "`-m BYTES`"),
            (["--dir=.", "x"], "`-v SRC:DST[:ro]`"),
            (["--invoke", "f"], "`--entrypoint NAME`"),
        ] {
            let said = said(&["sampan", "run", words[0], words[1]]);
            let flag = words[0].split('=').next().unwrap_or_default();
            assert!(said.contains(part) && said.contains(flag), "{said}");
            assert!(!said.contains("as a value"), "{said}");
        }
        // Elsewhere the same letter may mean something else, and a typing error is still found.
        assert!(!said(&["sampan", "ps", "--dns"]).contains("--allow-net"));
        assert!(said(&["sampan", "run", "--memroy", "x"]).contains("--memory"));
    }

    #[test]
    fn commands_of_others_are_explained() {
        assert!(said(&["sampan", "swarm", "x"]).contains("is not there yet"));
        assert!(said(&["sampan", "hello.wasm"]).contains("`sampan run hello.wasm`"));
    }

    #[test]
    fn the_word_that_is_no_text_is_named() {
        let words: Vec<OsString> = vec![
            "sampan".into(),
            "run".into(),
            "x.wasm".into(),
            OsString::from_vec(b"caf\xe9".to_vec()),
        ];
        let error = Cli::try_parse_from(&words).map(drop).unwrap_err();
        let said = explain(error, words.into_iter()).to_string();
        assert!(
            said.contains(r#"word 3 of the command line, "caf\xE9", is not UTF-8"#),
            "{said}"
        );
    }
}
