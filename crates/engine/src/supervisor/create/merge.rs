//! What the image says and what was asked for, as one configuration.

use sampan_api::container::{Config, HealthConfig};
use sampan_api::{Empty, StrSlice};
use sampan_image::ImageConfig;

use crate::environment::extend;

/// Fills in what the image says where nothing was asked, as Docker does.
pub(crate) fn merge(config: &mut Config, image: &ImageConfig) {
    if config.user.is_empty() {
        config.user.clone_from(&image.user);
    }
    for port in &image.exposed_ports {
        if let Ok(port) = port.parse() {
            config.exposed_ports.entry(port).or_insert(Empty {});
        }
    }
    let env = config.env.get_or_insert_default();
    for pair in &image.env {
        let name = pair.split('=').next().unwrap_or(pair);
        if !env.iter().any(|own| own.split('=').next() == Some(name)) {
            env.push(pair.clone());
        }
    }
    for (key, value) in &image.labels {
        config.labels.entry(key.clone()).or_insert_with(|| value.clone());
    }
    let words = |words: &[String]| (!words.is_empty()).then(|| StrSlice(words.to_vec()));
    // An entrypoint of the caller's takes the place of the image's command too; `[""]` takes both away.
    if config.entrypoint.as_ref().is_none_or(|e| e.is_empty()) {
        if config.cmd.as_ref().is_none_or(|c| c.is_empty()) {
            config.cmd = words(&image.cmd);
        }
        config.entrypoint = words(&image.entrypoint);
    } else if config.entrypoint.as_ref().is_some_and(|e| **e == [""]) {
        config.entrypoint = None;
    }
    if config.working_dir.is_empty() {
        config.working_dir.clone_from(&image.working_dir);
    }
    if !image.volumes.is_empty() {
        let volumes = config.volumes.get_or_insert_default();
        for volume in &image.volumes {
            volumes.entry(volume.clone()).or_insert(Empty {});
        }
    }
    if config.stop_signal.is_empty() {
        config.stop_signal = image.stop_signal.clone().unwrap_or_default();
    }
    if config.shell.is_none() {
        config.shell = words(&image.shell);
    }
    let declared = image
        .healthcheck
        .clone()
        .and_then(|check| serde_json::from_value::<HealthConfig>(check).ok());
    health(config, declared);
}

fn health(config: &mut Config, declared: Option<HealthConfig>) {
    let Some(declared) = declared else { return };
    let Some(own) = &mut config.healthcheck else {
        config.healthcheck = Some(declared);
        return;
    };
    if own.test.is_empty() {
        own.test = declared.test;
    }
    for (own, declared) in [
        (&mut own.interval, declared.interval),
        (&mut own.timeout, declared.timeout),
        (&mut own.start_period, declared.start_period),
        (&mut own.start_interval, declared.start_interval),
        (&mut own.retries, declared.retries),
    ] {
        if *own == 0 {
            *own = declared;
        }
    }
}

/// The command, program first.
pub(crate) fn command(config: &Config) -> Vec<String> {
    let words = |words: &Option<StrSlice>| words.as_ref().map(|w| w.0.clone()).unwrap_or_default();
    let mut command = words(&config.entrypoint);
    command.extend(words(&config.cmd));
    command
}

/// The environment as the program gets it: what was asked for, and the few that Docker adds.
/// `linked` is what links tell.
pub(crate) fn environment(config: &Config, linked: Vec<(String, String)>) -> Vec<(String, String)> {
    environment_at(config.tty, config, linked)
}

/// The same of another program in the container, which has a terminal of its own or none.
pub(crate) fn environment_at(
    terminal: bool,
    config: &Config,
    linked: Vec<(String, String)>,
) -> Vec<(String, String)> {
    const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    let mut env: Vec<(String, String)> = vec![
        ("PATH".to_owned(), PATH.to_owned()),
        ("HOSTNAME".to_owned(), config.hostname.clone()),
    ];
    if terminal {
        env.push(("TERM".to_owned(), "xterm".to_owned()));
    }
    env.push(("HOME".to_owned(), "/".to_owned()));
    env.extend(linked);
    extend(&mut env, config.env.iter().flatten());
    env
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Option<StrSlice> {
        Some(StrSlice(text.split_whitespace().map(str::to_owned).collect()))
    }

    #[test]
    fn the_callers_words_go_before_the_images() {
        let image = ImageConfig {
            entrypoint: vec!["e".into()],
            cmd: vec!["c".into()],
            env: vec!["A=1".into(), "B=2".into()],
            ..ImageConfig::default()
        };
        for (entrypoint, cmd, expected) in [
            (None, None, "e c"),
            (None, words("x"), "e x"),
            (words("y"), None, "y"),
            (words("y"), words("x"), "y x"),
            (Some(StrSlice(vec![String::new()])), words("x"), "x"),
        ] {
            let mut config = Config {
                entrypoint,
                cmd,
                env: Some(vec!["B=3".into()]),
                ..Config::default()
            };
            merge(&mut config, &image);
            assert_eq!(command(&config).join(" "), expected);
            assert_eq!(config.env.unwrap(), ["B=3", "A=1"]);
        }
    }

    #[test]
    fn the_environment_has_each_name_once() {
        let config = Config {
            hostname: "h".into(),
            env: Some(vec!["X=1".into(), "X=2".into(), "PATH=/p".into(), "HOME".into()]),
            ..Config::default()
        };
        let env = environment(&config, vec![("X".into(), "0".into())]);
        let shown: Vec<String> = env.iter().map(|(k, v)| format!("{k}={v}")).collect();
        assert_eq!(shown, ["PATH=/p", "HOSTNAME=h", "X=2"]);
    }
}
