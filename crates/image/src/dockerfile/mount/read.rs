//! From `KEY=VALUE,…` to a mount.

use super::super::csv::fields;
use super::super::error::{LexError, Words};
use super::super::flags::meant;
use super::{Mount, MountKind, Sharing};

const KEYS: [&str; 19] = [
    "type",
    "from",
    "source",
    "src",
    "target",
    "dst",
    "destination",
    "readonly",
    "ro",
    "readwrite",
    "rw",
    "id",
    "sharing",
    "required",
    "size",
    "mode",
    "uid",
    "gid",
    "env",
];

impl Mount {
    /// Reads one as far as it can be without values: [`Mount::expand`] reads what has variables.
    pub(in super::super) fn read(text: &str) -> Words<Self> {
        let mut mount = Self {
            written: text.to_owned(),
            ..Self::default()
        };
        let mut later = false;
        for field in fields(text)? {
            let (key, value) = parts(&field);
            match value {
                Some(value) if value.contains('$') => {
                    if key == "from" && value.find('$') != Some(value.len() - 1) {
                        return Err(format!(
                            "'{key}' doesn't support variable expansion, define alias stage instead"
                        ));
                    }
                    later = true;
                    known(&key, &field)?;
                }
                value => mount.field(&key, value, &field)?,
            }
        }
        match later {
            true => Ok(mount),
            false => mount.check(),
        }
    }

    /// Reads it anew with values in the place of variables.
    pub(in super::super) fn expand(
        &mut self,
        value_of: &dyn Fn(&str) -> Result<String, LexError>,
    ) -> Result<(), LexError> {
        let mut mount = Self {
            written: std::mem::take(&mut self.written),
            ..Self::default()
        };
        for field in fields(&mount.written).map_err(LexError::new)? {
            let (key, value) = parts(&field);
            let value = value.map(value_of).transpose()?;
            mount
                .field(&key, value.as_deref(), &field)
                .map_err(LexError::new)?;
        }
        *self = mount.check().map_err(LexError::new)?;
        Ok(())
    }

    fn field(&mut self, key: &str, value: Option<&str>, field: &str) -> Words<()> {
        let Some(value) = value else {
            match key {
                "readonly" | "ro" => self.writable = Some(false),
                "readwrite" | "rw" => self.writable = Some(true),
                "required" => self.required = true,
                _ => return Err(format!("invalid field '{field}' must be a key=value pair")),
            }
            return Ok(());
        };
        let truth = || match value.to_ascii_lowercase().as_str() {
            "1" | "t" | "true" => Ok(true),
            "0" | "f" | "false" => Ok(false),
            _ => Err(format!("invalid value for {key}: {value}")),
        };
        let number = |radix| {
            let number = u32::from_str_radix(value, radix);
            number
                .map(Some)
                .map_err(|_| format!("invalid value {value} for {key}"))
        };
        match key {
            "type" => self.kind = one_of("mount type", value, &MountKind::ALL)?,
            "from" => value.clone_into(&mut self.from),
            "source" | "src" => value.clone_into(&mut self.source),
            "target" | "dst" | "destination" => value.clone_into(&mut self.target),
            "readonly" | "ro" => self.writable = Some(!truth()?),
            "readwrite" | "rw" => self.writable = Some(truth()?),
            "required" => self.required = truth()?,
            "id" => value.clone_into(&mut self.id),
            "sharing" => self.sharing = Some(one_of("sharing value", value, &Sharing::ALL)?),
            "size" => {
                let size = value.parse();
                self.size = Some(size.map_err(|_| format!("invalid value for {key}: {value}"))?);
            }
            "mode" => self.mode = number(8)?,
            "uid" => self.uid = number(10)?,
            "gid" => self.gid = number(10)?,
            "env" => self.env = Some(value.to_owned()),
            _ => known(key, field)?,
        }
        Ok(())
    }

    /// What does not go together.
    fn check(self) -> Words<Self> {
        let kind = self.kind;
        let name = kind.name();
        let secret = kind == MountKind::Secret;
        let owned = matches!(kind, MountKind::Secret | MountKind::Ssh | MountKind::Cache);
        let said = [
            ("mode", self.mode.is_some()),
            ("uid", self.uid.is_some()),
            ("gid", self.gid.is_some()),
        ];
        if let Some((key, _)) = said.iter().find(|(_, said)| *said && !owned) {
            return Err(format!("{key} not allowed for {name:?} type mounts"));
        }
        let foreign = [
            (
                "required",
                self.required && !matches!(kind, MountKind::Secret | MountKind::Ssh),
            ),
            ("size", self.size.is_some() && kind != MountKind::Tmpfs),
            ("env", self.env.is_some() && !secret),
        ];
        if let Some((key, _)) = foreign.iter().find(|(_, foreign)| *foreign) {
            return Err(format!("unexpected key '{key}' for mount type '{name}'"));
        }
        if self.sharing.is_some() && kind != MountKind::Cache {
            return Err(format!("invalid cache sharing set for {name} mount"));
        }
        if secret {
            if !self.from.is_empty() {
                return Err("secret mount should not have a from".to_owned());
            }
            if self.source.is_empty() && self.target.is_empty() && self.id.is_empty() {
                return Err("invalid secret mount. one of source, target required".to_owned());
            }
            if !self.source.is_empty() && !self.id.is_empty() {
                return Err("both source and id can't be set".to_owned());
            }
        }
        Ok(self)
    }
}

fn parts(field: &str) -> (String, Option<&str>) {
    match field.split_once('=') {
        Some((key, value)) => (key.to_ascii_lowercase(), Some(value)),
        None => (field.to_ascii_lowercase(), None),
    }
}

fn known(key: &str, field: &str) -> Words<()> {
    match KEYS.contains(&key) {
        true => Ok(()),
        false => {
            let near = meant(key, KEYS.iter().copied());
            Err(format!("unexpected key '{key}' in '{field}'{near}"))
        }
    }
}

fn one_of<T: Copy>(what: &str, value: &str, all: &[(&'static str, T)]) -> Words<T> {
    match all.iter().find(|(name, _)| value.eq_ignore_ascii_case(name)) {
        Some((_, found)) => Ok(*found),
        None => {
            let near = meant(value, all.iter().map(|(name, _)| *name));
            Err(format!("unsupported {what} {value:?}{near}"))
        }
    }
}

#[cfg(test)]
mod tests {
    use sampan_types::ByteCount;

    use super::*;

    fn refused(text: &str) -> String {
        Mount::read(text).unwrap_err()
    }

    #[test]
    fn every_key_has_its_place() {
        let cache =
            Mount::read("type=cache,\"target=/a,\"\"b\",id=x,sharing=locked,mode=0700,uid=3,gid=4,ro=false")
                .unwrap();
        assert_eq!((cache.kind, cache.target.as_str()), (MountKind::Cache, "/a,\"b"));
        assert_eq!(
            (cache.mode, cache.uid, cache.gid),
            (Some(0o700), Some(3), Some(4))
        );
        assert_eq!(
            (cache.sharing, cache.writable),
            (Some(Sharing::Locked), Some(true))
        );
        let secret = Mount::read("type=secret,id=k,env=KEY,required").unwrap();
        assert_eq!((secret.env.as_deref(), secret.required), (Some("KEY"), true));
        let memory = Mount::read("type=tmpfs,target=/t,size=64m").unwrap();
        assert_eq!(memory.size, Some(ByteCount::mib(64)));
    }

    #[test]
    fn what_makes_no_sense_is_refused_in_the_words_of_docker() {
        for (text, why) in [
            (
                "type=cach",
                "unsupported mount type \"cach\" (did you mean cache?)",
            ),
            (
                "type=cache,target=/c,sharing=x",
                "unsupported sharing value \"x\"",
            ),
            ("target=/a,mode=1", "mode not allowed for \"bind\" type mounts"),
            (
                "type=cache,target=/a,size=1m",
                "unexpected key 'size' for mount type 'cache'",
            ),
            (
                "type=secret",
                "invalid secret mount. one of source, target required",
            ),
            ("type=secret,id=a,source=b", "both source and id can't be set"),
            ("type=secret,id=a,from=b", "secret mount should not have a from"),
            (
                "type=bind,target",
                "invalid field 'target' must be a key=value pair",
            ),
            (
                "type=bind,taget=/a",
                "unexpected key 'taget' in 'taget=/a' (did you mean target?)",
            ),
            (
                "from=$x,target=/a",
                "'from' doesn't support variable expansion, define alias stage instead",
            ),
        ] {
            assert_eq!(refused(text), why);
        }
    }

    #[test]
    fn variables_have_values_when_the_step_comes() {
        let mut mount = Mount::read("type=cache,target=$HOME/c,id=$ID,mode=$MODE").unwrap();
        let value = |word: &str| {
            Ok(word
                .replace("$HOME", "/h")
                .replace("$ID", "a,uid=7")
                .replace("$MODE", "755"))
        };
        mount.expand(&value).unwrap();
        assert_eq!((mount.target.as_str(), mount.id.as_str()), ("/h/c", "a,uid=7"));
        assert_eq!(
            (mount.mode, mount.uid),
            (Some(0o755), None),
            "a value is one value"
        );
        let mut wrong = Mount::read("type=secret,id=x,mode=$MODE").unwrap();
        assert!(wrong.expand(&|_| Ok("rwx".to_owned())).is_err());
    }
}
