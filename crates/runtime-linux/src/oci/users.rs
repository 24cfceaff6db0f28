//! Users and groups by the names that the container's own files give them.

use std::fs::File;
use std::io::Read;
use std::os::fd::AsFd;

use rustix::fs::{Mode, OFlags, ResolveFlags, openat2};
use sampan_runtime::linux::Identity;

use crate::wire::{Failure, FailureKind};

/// The most that is read of a file, in bytes.
const MOST: u64 = 16 << 20;

/// Somebody, resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Account {
    pub(crate) uid: u32,
    pub(crate) gid: u32,
    /// All groups, the first one too.
    pub(crate) groups: Vec<u32>,
    pub(crate) home: String,
}

/// Finds out who somebody is, in the files beneath `root`.
pub(crate) fn account(root: impl AsFd, identity: &Identity) -> Result<Account, Failure> {
    let passwd = text(&root, "/etc/passwd");
    let group = text(&root, "/etc/group");
    resolve(&passwd, &group, identity)
}

/// A file of the container's; links lead where they would lead in it. One that is not there says nothing.
fn text(root: impl AsFd, path: &str) -> String {
    let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NONBLOCK;
    let resolve = ResolveFlags::IN_ROOT | ResolveFlags::NO_MAGICLINKS;
    let mut bytes = Vec::new();
    if let Ok(file) = openat2(root, path, flags, Mode::empty(), resolve) {
        let file = File::from(file);
        // What is no file has no lines.
        if file.metadata().is_ok_and(|meta| meta.is_file()) {
            let _ = file.take(MOST).read_to_end(&mut bytes);
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn unknown(what: &str, name: &str, file: &str) -> Failure {
    Failure::new(
        FailureKind::Invalid,
        format!("unable to find {what} {name}: no matching entries in {file} file"),
    )
}

fn resolve(passwd: &str, group: &str, identity: &Identity) -> Result<Account, Failure> {
    let (user, group_asked) = identity
        .user
        .split_once(':')
        .unwrap_or((identity.user.as_str(), ""));
    let user = if user.is_empty() { "0" } else { user };
    let number = number(user)?;
    let mut account = Account {
        uid: number.unwrap_or(0),
        gid: 0,
        groups: Vec::new(),
        home: "/".to_owned(),
    };
    let mut name = None;
    let found = passwd.lines().map(fields).find(|fields| match number {
        Some(number) => fields.get(2).and_then(|uid| uid.parse().ok()) == Some(number),
        None => fields.first() == Some(&user),
    });
    match found {
        Some(fields) => {
            let at = |index: usize| fields.get(index).copied().unwrap_or_default();
            account.uid = listed(at(2))?;
            account.gid = listed(at(3))?;
            if !at(5).is_empty() {
                account.home = at(5).to_owned();
            }
            name = Some(at(0).to_owned());
        }
        None if number.is_none() => return Err(unknown("user", user, "passwd")),
        None => {}
    }
    if !group_asked.is_empty() {
        account.gid = group_number(group, group_asked)?;
    }
    account.groups.push(account.gid);
    if let (Some(name), true) = (&name, group_asked.is_empty()) {
        let member = |fields: &Vec<&str>| {
            let members = fields.get(3).copied().unwrap_or_default();
            members.split(',').any(|member| member == name.as_str())
        };
        let of = group.lines().map(fields).filter(member);
        account
            .groups
            .extend(of.filter_map(|fields| fields.get(2)?.parse::<u32>().ok()));
    }
    for asked in &identity.groups {
        account.groups.push(group_number(group, asked)?);
    }
    let mut seen = std::collections::BTreeSet::new();
    account.groups.retain(|group| seen.insert(*group));
    Ok(account)
}

fn fields(line: &str) -> Vec<&str> {
    line.trim().split(':').collect()
}

fn group_number(group: &str, asked: &str) -> Result<u32, Failure> {
    if let Some(number) = number(asked)? {
        return Ok(number);
    }
    let found = group
        .lines()
        .map(fields)
        .find(|fields| fields.first() == Some(&asked));
    match found {
        Some(fields) => listed(fields.get(2).copied().unwrap_or_default()),
        None => Err(unknown("group", asked, "group")),
    }
}

/// An id that is written as a number; `None` where it is a name. To the kernel the greatest number is none, and means that
/// whoever it is stays who he is.
fn number(text: &str) -> Result<Option<u32>, Failure> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(None);
    }
    match text.parse::<i32>().ok().and_then(|id| u32::try_from(id).ok()) {
        Some(id) => Ok(Some(id)),
        None => Err(Failure::new(
            FailureKind::Invalid,
            "uids and gids must be in range 0-2147483647",
        )),
    }
}

/// An id of a file of the container's.
fn listed(text: &str) -> Result<u32, Failure> {
    number(text)?.ok_or_else(|| {
        let what = format!("`{text}` stands for a number in /etc/passwd or /etc/group of the container");
        Failure::new(FailureKind::Invalid, what)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASSWD: &str = "root:x:0:0:root:/root:/bin/sh\nweb:x:33:44:,,,:/var/www:/bin/sh\nbare:x:7:8::\n";
    const GROUP: &str = "root:x:0:\nwww:x:44:\naudio:x:29:web,root\nvideo:x:30:web\n";

    fn who(user: &str, groups: &[&str]) -> Result<Account, Failure> {
        let identity = Identity {
            user: user.into(),
            groups: groups.iter().map(|g| (*g).to_owned()).collect(),
        };
        resolve(PASSWD, GROUP, &identity)
    }

    #[test]
    fn users_are_those_of_the_container() {
        for (user, uid, gid, groups, home) in [
            ("", 0, 0, vec![0, 29], "/root"),
            ("web", 33, 44, vec![44, 29, 30], "/var/www"),
            ("33", 33, 44, vec![44, 29, 30], "/var/www"),
            ("web:audio", 33, 29, vec![29], "/var/www"),
            ("web:5", 33, 5, vec![5], "/var/www"),
            ("1000", 1000, 0, vec![0], "/"),
            ("1000:1001", 1000, 1001, vec![1001], "/"),
            ("bare", 7, 8, vec![8], "/"),
        ] {
            let found = who(user, &[]).unwrap();
            let expected = Account {
                uid,
                gid,
                groups,
                home: home.into(),
            };
            assert_eq!(found, expected, "{user}");
        }
        assert_eq!(who("bare", &["video", "9", "8"]).unwrap().groups, [8, 30, 9]);
    }

    #[test]
    fn who_is_unknown_is_named() {
        for (user, groups) in [("nobody", vec![]), ("web:none", vec![]), ("web", vec!["none"])] {
            let failure = who(user, &groups).unwrap_err();
            assert_eq!(failure.kind, FailureKind::Invalid);
            assert!(failure.what.starts_with("unable to find"), "{failure}");
        }
    }

    #[test]
    fn an_id_that_is_none_is_refused() {
        for user in [
            "4294967295",
            "2147483648",
            "-1",
            "1000:4294967295",
            "web:2147483648",
            "99999999999",
        ] {
            let failure = who(user, &[]).unwrap_err();
            assert_eq!(failure.kind, FailureKind::Invalid);
            assert!(failure.what.contains("0-2147483647"), "{user}: {failure}");
        }
        assert_eq!(
            who("2147483647:2147483647", &[]).unwrap().uid,
            i32::MAX.unsigned_abs()
        );
        assert!(who("web", &["4294967295"]).is_err());
        for line in [
            "web:x:4294967295:0::/:",
            "web:x:-5:0::/:",
            "web:x:many:0::/:",
            "web:x:1:::/:",
            "web",
        ] {
            let web = Identity {
                user: "web".into(),
                groups: Vec::new(),
            };
            let failure = resolve(line, GROUP, &web).unwrap_err();
            assert_eq!(failure.kind, FailureKind::Invalid, "{line}");
        }
    }

    #[test]
    fn a_link_leads_nowhere_else() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("etc")).unwrap();
        std::os::unix::fs::symlink("/real", folder.path().join("etc/passwd")).unwrap();
        std::fs::write(folder.path().join("real"), PASSWD).unwrap();
        let root = File::open(folder.path()).unwrap();
        let web = Identity {
            user: "web".into(),
            groups: Vec::new(),
        };
        assert_eq!(account(&root, &web).unwrap().uid, 33);
    }
}
