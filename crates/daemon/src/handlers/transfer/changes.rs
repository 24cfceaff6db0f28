//! Changes to an image's configuration, in the words of a Dockerfile.

use sampan_api::image::ImageConfig;
use sampan_api::{Empty, StrSlice};
use serde_json::Value;

use crate::problem::{Problem, Result};

/// The configuration that these lines make.
pub(super) fn config(lines: &[String]) -> Result<Value> {
    let mut config = ImageConfig::default();
    for line in lines
        .iter()
        .flat_map(|line| line.lines())
        .filter(|line| !line.trim().is_empty())
    {
        apply(&mut config, line.trim())?;
    }
    serde_json::to_value(config).map_err(|error| Problem::internal(&error))
}

fn apply(config: &mut ImageConfig, line: &str) -> Result<()> {
    let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let (word, rest) = (word.to_ascii_uppercase(), rest.trim());
    if rest.is_empty() {
        return Err(Problem::bad(format!("{word} requires at least one argument")));
    }
    match word.as_str() {
        "CMD" => config.cmd = Some(command(rest)),
        "ENTRYPOINT" => config.entrypoint = Some(command(rest)),
        "USER" => config.user = rest.to_owned(),
        "WORKDIR" => config.working_dir = rest.to_owned(),
        "STOPSIGNAL" => config.stop_signal = rest.to_owned(),
        "ONBUILD" => config.on_build.get_or_insert_default().push(rest.to_owned()),
        "ENV" => {
            for (name, value) in pairs(rest) {
                config.env.get_or_insert_default().push(format!("{name}={value}"));
            }
        }
        "LABEL" => config.labels.get_or_insert_default().extend(pairs(rest)),
        "EXPOSE" => {
            for port in rest.split_whitespace() {
                let port = port.parse().map_err(|error| Problem::bad(format!("{error}")))?;
                config.exposed_ports.insert(port, Empty {});
            }
        }
        "VOLUME" => {
            let folders = list(rest).unwrap_or_else(|| rest.split_whitespace().map(str::to_owned).collect());
            config
                .volumes
                .get_or_insert_default()
                .extend(folders.into_iter().map(|folder| (folder, Empty {})));
        }
        other => return Err(Problem::bad(format!("{other} is not a valid change command"))),
    }
    Ok(())
}

fn list(text: &str) -> Option<Vec<String>> {
    serde_json::from_str(text).ok()
}

/// A list of words, or a line for a shell.
fn command(text: &str) -> StrSlice {
    list(text)
        .unwrap_or_else(|| vec!["/bin/sh".to_owned(), "-c".to_owned(), text.to_owned()])
        .into()
}

/// `NAME=VALUE NAME="A VALUE"`, or `NAME VALUE`.
fn pairs(text: &str) -> Vec<(String, String)> {
    if !text
        .split_whitespace()
        .next()
        .is_some_and(|first| first.contains('='))
    {
        let (name, value) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
        return vec![(name.to_owned(), value.trim().to_owned())];
    }
    let mut pairs = Vec::new();
    let (mut word, mut quote) = (String::new(), None);
    for letter in text.chars().chain([' ']) {
        match quote {
            Some(end) if letter == end => quote = None,
            None if letter == '"' || letter == '\'' => quote = Some(letter),
            None if letter.is_whitespace() => {
                if let Some((name, value)) = std::mem::take(&mut word).split_once('=') {
                    pairs.push((name.to_owned(), value.to_owned()));
                }
            }
            _ => word.push(letter),
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_a_dockerfile_are_read() {
        let lines = [
            "ENV a=1 b=\"2 3\"",
            "env c d e",
            "EXPOSE 80 53/udp",
            "VOLUME [\"/x\"]",
            "CMD run it",
            "label k=v",
        ];
        let config = config(&lines.map(str::to_owned)).unwrap();
        assert_eq!(config["Env"], serde_json::json!(["a=1", "b=2 3", "c=d e"]));
        assert_eq!(
            config["ExposedPorts"],
            serde_json::json!({ "80/tcp": {}, "53/udp": {} })
        );
        assert_eq!(config["Volumes"], serde_json::json!({ "/x": {} }));
        assert_eq!(config["Cmd"], serde_json::json!(["/bin/sh", "-c", "run it"]));
        assert_eq!(config["Labels"], serde_json::json!({ "k": "v" }));
    }

    #[test]
    fn what_is_no_change_is_refused() {
        for bad in ["RUN x", "CMD", "EXPOSE x"] {
            assert!(config(&[bad.to_owned()]).is_err(), "{bad}");
        }
    }
}
