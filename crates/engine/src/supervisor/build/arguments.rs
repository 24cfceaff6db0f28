//! `ARG` and `--build-arg`: who may say what, and what a step sees of it.

use std::collections::{BTreeMap, BTreeSet};

/// Those that need no `ARG`, and of which no image tells.
const USUAL: [&str; 10] = [
    "HTTP_PROXY",
    "http_proxy",
    "HTTPS_PROXY",
    "https_proxy",
    "FTP_PROXY",
    "ftp_proxy",
    "NO_PROXY",
    "no_proxy",
    "ALL_PROXY",
    "all_proxy",
];
/// When files and images are said to have been made; no Dockerfile need name it.
const EPOCH: &str = "SOURCE_DATE_EPOCH";
/// The last second of the year 9999: no later time can be written in an image's documents.
const LAST: i64 = 253_402_300_799;

type Values = BTreeMap<String, Option<String>>;

/// When everything is said to have been made, in seconds; nothing where the caller did not say it.
pub(super) fn epoch(given: &Values) -> Result<Option<i64>, String> {
    let Some(Some(text)) = given.get(EPOCH).filter(|text| text.as_deref() != Some("")) else {
        return Ok(None);
    };
    match text.parse::<i64>() {
        Ok(seconds @ 0..=LAST) => Ok(Some(seconds)),
        _ => Err(format!(
            "invalid {EPOCH}: {text:?} is no number of seconds from 0 (the year 1970) to {LAST} (the year 9999)"
        )),
    }
}

/// The arguments of a build, as one stage sees them.
#[derive(Clone, Debug, Default)]
pub(super) struct Arguments {
    /// From the caller; `None` where a name was said without a value.
    given: Values,
    /// From before the first stage.
    first: Values,
    /// From this stage.
    stage: Values,
    /// Whatever was named anywhere.
    named: BTreeSet<String>,
}

impl Arguments {
    pub(super) fn new(given: Values) -> Self {
        Self {
            given,
            ..Self::default()
        }
    }

    /// What a stage begins with: nothing is its own yet.
    pub(super) fn for_stage(&self) -> Self {
        Self {
            stage: Values::new(),
            ..self.clone()
        }
    }

    /// What a stage named counts for all.
    pub(super) fn learn(&mut self, stage: &Self) {
        self.named.extend(stage.named.iter().cloned());
    }

    pub(super) fn add_first(&mut self, name: &str, value: Option<String>) {
        self.named.insert(name.to_owned());
        // Whoever names one of those that are there without being said takes its value not away.
        if value.is_some() || !self.first.contains_key(name) {
            self.first.insert(name.to_owned(), value);
        }
    }

    pub(super) fn add(&mut self, name: &str, value: Option<String>) {
        self.named.insert(name.to_owned());
        self.stage.insert(name.to_owned(), value);
    }

    /// Of `FROM`: what stood before the first stage.
    pub(super) fn of_from(&self, name: &str) -> Option<String> {
        self.value(name, &self.first)
    }

    /// Of a step that has this environment: what an `ENV` says goes before an `ARG`.
    pub(super) fn of_step(&self, name: &str, env: &[String]) -> Option<String> {
        let set = env.iter().rev().find_map(|pair| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            (key == name).then(|| value.to_owned())
        });
        set.or_else(|| self.value(name, &self.stage))
    }

    fn value(&self, name: &str, own: &Values) -> Option<String> {
        let usual = USUAL.contains(&name);
        let named = own.get(name);
        if named.is_none() && !usual {
            return None;
        }
        if let Some(Some(given)) = self.given.get(name) {
            return Some(given.clone());
        }
        match named {
            Some(Some(value)) => Some(value.clone()),
            _ => self.first.get(name).cloned().flatten(),
        }
    }

    /// What a command gets beside its environment, as `NAME=VALUE`.
    pub(super) fn environment(&self, env: &[String]) -> Vec<String> {
        let names: BTreeSet<&str> = self.stage.keys().map(String::as_str).chain(USUAL).collect();
        names
            .into_iter()
            .filter(|name| !env.iter().any(|pair| pair.split('=').next() == Some(name)))
            .filter_map(|name| Some(format!("{name}={}", self.value(name, &self.stage)?)))
            .collect()
    }

    /// Those of them that an image tells of: proxies only where an `ARG` named them.
    pub(super) fn told(&self, env: &[String]) -> Vec<String> {
        let told = |pair: &String| {
            let name = pair.split('=').next().unwrap_or_default();
            self.stage.contains_key(name) || !USUAL.contains(&name)
        };
        let mut all: Vec<String> = self.environment(env).into_iter().filter(told).collect();
        all.sort();
        all
    }

    /// What was given and nobody asked for.
    pub(super) fn unused(&self) -> Vec<&str> {
        let names = self.given.keys().map(String::as_str);
        names
            .filter(|name| !self.named.contains(*name) && !USUAL.contains(name) && *name != EPOCH)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_one_that_images_can_tell() {
        let of = |text: Option<&str>| epoch(&Values::from([(EPOCH.to_owned(), text.map(str::to_owned))]));
        assert_eq!(epoch(&Values::new()), Ok(None));
        assert_eq!((of(None), of(Some(""))), (Ok(None), Ok(None)));
        assert_eq!(of(Some("0")), Ok(Some(0)));
        assert_eq!(of(Some("253402300799")), Ok(Some(LAST)));
        for wrong in ["-1", "253402300800", "9223372036854775807", "1.5", "today"] {
            let why = of(Some(wrong)).unwrap_err();
            assert!(why.contains(wrong) && why.contains("year 9999"), "{why}");
        }
    }

    fn given(pairs: &[(&str, Option<&str>)]) -> Arguments {
        let own = |(name, value): &(&str, Option<&str>)| ((*name).to_owned(), value.map(str::to_owned));
        Arguments::new(pairs.iter().map(own).collect())
    }

    #[test]
    fn arguments_are_seen_where_they_are_named() {
        let mut all = given(&[
            ("A", Some("caller")),
            ("B", None),
            ("Z", Some("z")),
            ("no_proxy", Some("x")),
        ]);
        all.add_first("A", Some("first".to_owned()));
        all.add_first("C", Some("c".to_owned()));
        assert_eq!(all.of_from("A").as_deref(), Some("caller"));
        assert_eq!(all.of_from("Z"), None);
        let mut stage = all.for_stage();
        assert_eq!(stage.of_step("A", &[]), None);
        stage.add("A", None);
        stage.add("C", None);
        stage.add("B", Some("own".to_owned()));
        assert_eq!(stage.of_step("A", &[]).as_deref(), Some("caller"));
        assert_eq!(stage.of_step("C", &[]).as_deref(), Some("c"));
        assert_eq!(stage.of_step("A", &["A=env".to_owned()]).as_deref(), Some("env"));
        let env = ["C=env".to_owned()];
        assert_eq!(stage.environment(&env), ["A=caller", "B=own", "no_proxy=x"]);
        assert_eq!(stage.told(&env), ["A=caller", "B=own"]);
        all.learn(&stage);
        assert_eq!(all.unused(), ["Z"]);
    }
}
