//! Who a container's program would be on Linux: numbers by `--user`, `--group-add` and the image's files.
//!
//! A Wasm program has no user, and nothing is allowed or refused by these numbers. They go to the toolbox alone, in
//! whose shell people look for them. The rules are those of `moby/sys/user`, which dockerd and runc use.

use std::fmt;
use std::io::Read as _;
use std::path::Path;

use sampan_runtime::{IDENTITY, RootDir};
use sampan_types::Digest;

use super::Supervisor;
use super::error::{Result, SupervisorError};

/// The most that is read of a file of users or groups, in bytes.
const FILE: u64 = 4 << 20;
/// The greatest number that a user or group may have.
const MOST: u32 = i32::MAX as u32;

/// A user with groups. Shown as `UID:GID:GROUP,GROUP…`, as `sampan_runtime::IDENTITY` has it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Identity {
    uid: u32,
    gid: u32,
    /// With `gid` at its head.
    groups: Vec<u32>,
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let groups: Vec<String> = self.groups.iter().map(u32::to_string).collect();
        write!(f, "{}:{}:{}", self.uid, self.gid, groups.join(","))
    }
}

/// Lines of `/etc/passwd` and `/etc/group`, empty where the container has none.
#[derive(Default)]
struct Known {
    users: String,
    groups: String,
}

struct Group<'k> {
    name: &'k str,
    gid: u32,
    members: &'k str,
}

impl Known {
    fn of(root: Option<&Path>) -> Self {
        let read = |path: &str| {
            let file = crate::containers::open_beneath(root?, Path::new(path)).ok()?;
            let regular = file.metadata().is_ok_and(|m| m.is_file());
            let mut bytes = Vec::new();
            file.take(FILE).read_to_end(&mut bytes).ok().filter(|_| regular)?;
            Some(String::from_utf8_lossy(&bytes).into_owned())
        };
        Self {
            users: read("etc/passwd").unwrap_or_default(),
            groups: read("etc/group").unwrap_or_default(),
        }
    }

    /// Name, user's number and group's number of the first user by this name or number.
    fn user(&self, wanted: &str) -> Option<(&str, u32, u32)> {
        let number: Option<u32> = wanted.parse().ok();
        self.users.lines().find_map(|line| {
            let mut parts = line.trim().split(':');
            let name = parts.next()?;
            let (uid, gid) = (
                parts.nth(1)?.parse::<u32>().ok()?,
                parts.next()?.parse::<u32>().ok()?,
            );
            (name == wanted || number == Some(uid)).then_some((name, uid, gid))
        })
    }

    fn groups(&self) -> impl Iterator<Item = Group<'_>> {
        self.groups.lines().filter_map(|line| {
            let mut parts = line.trim().split(':');
            Some(Group {
                name: parts.next()?,
                gid: parts.nth(1)?.parse().ok()?,
                members: parts.next().unwrap_or_default(),
            })
        })
    }

    fn group(&self, wanted: &str) -> Option<u32> {
        let number: Option<u32> = wanted.parse().ok();
        let mut groups = self.groups();
        groups
            .find(|group| group.name == wanted || number == Some(group.gid))
            .map(|group| group.gid)
    }
}

impl Supervisor {
    /// The variable by which a program is told who it is, if it is the toolbox and there is more to tell than root.
    pub(crate) fn identity(
        &self,
        program: &Digest,
        user: &str,
        more: Option<&Vec<String>>,
        root: Option<&RootDir>,
    ) -> Result<Option<(String, String)>> {
        let more = more.map(Vec::as_slice).unwrap_or_default();
        let Some(toolbox) = self.shared.config.toolbox.as_ref() else {
            return Ok(None);
        };
        if (user.is_empty() && more.is_empty()) || self.shared.execs.toolbox_digest(&toolbox.wasm) != *program
        {
            return Ok(None);
        }
        let identity = identity(user, more, root.map(|root| root.path.as_path()))?;
        Ok(Some((IDENTITY.to_owned(), identity.to_string())))
    }
}

/// Who `user` (`USER`, `USER:GROUP`, names or numbers) is in a container with these files, with `more` groups.
fn identity(user: &str, more: &[String], root: Option<&Path>) -> Result<Identity> {
    let known = Known::of(root);
    resolve(user, more, &known)
}

fn resolve(user: &str, more: &[String], known: &Known) -> Result<Identity> {
    let (wanted, group) = user.split_once(':').unwrap_or((user, ""));
    let number = |text: &str, missing: String| match text.parse::<i64>() {
        Ok(number) => match u32::try_from(number).ok().filter(|n| *n <= MOST) {
            Some(number) => Ok(number),
            None => Err(SupervisorError::Invalid(format!(
                "uids and gids must be in range 0-{MOST}"
            ))),
        },
        Err(_) => Err(SupervisorError::Invalid(missing)),
    };
    let found = known.user(if wanted.is_empty() { "0" } else { wanted });
    let (name, uid, mut gid) = match found {
        Some(found) => found,
        None if wanted.is_empty() => ("", 0, 0),
        None => {
            let missing = format!("unable to find user {wanted}: no matching entries in passwd file");
            ("", number(wanted, missing)?, 0)
        }
    };
    let mut groups = Vec::new();
    if !group.is_empty() {
        let missing = || format!("unable to find group {group}: no matching entries in group file");
        gid = match known.group(group) {
            Some(gid) => gid,
            None => number(group, missing())?,
        };
    } else if !name.is_empty() {
        let member = |group: &Group<'_>| group.members.split(',').any(|one| one == name);
        groups.extend(known.groups().filter(member).map(|group| group.gid));
    }
    groups.insert(0, gid);
    for group in more {
        groups.push(match known.group(group) {
            Some(gid) => gid,
            None => number(group, format!("Unable to find group {group}"))?,
        });
    }
    let mut once = Vec::new();
    for group in groups {
        if !once.contains(&group) {
            once.push(group);
        }
    }
    Ok(Identity {
        uid,
        gid,
        groups: once,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known() -> Known {
        Known {
            users: "root:x:0:0:root:/root:/bin/sh\nbroken\napp:x:1000:50::/home/app:\n".to_owned(),
            groups: "root:x:0:\nwheel:x:10:root,app\nstaff:x:50:\nextra:x:77:other,app\n".to_owned(),
        }
    }

    #[test]
    fn names_and_numbers_are_found_as_docker_finds_them() {
        for (user, more, shown) in [
            ("", &[][..], "0:0:0,10"),
            ("0", &[], "0:0:0,10"),
            ("app", &[], "1000:50:50,10,77"),
            ("1000", &[], "1000:50:50,10,77"),
            ("app:extra", &[], "1000:77:77"),
            ("app:9", &["wheel", "9", "1234"], "1000:9:9,10,1234"),
            ("4321", &["staff"], "4321:0:0,50"),
            ("4321:", &[], "4321:0:0"),
            (":staff", &[], "0:50:50"),
        ] {
            let more: Vec<String> = more.iter().map(|group| (*group).to_owned()).collect();
            let identity = resolve(user, &more, &known()).unwrap();
            assert_eq!(identity.to_string(), shown, "{user}");
        }
        let bare = resolve("1000:1000", &["1001".to_owned()], &Known::default()).unwrap();
        assert_eq!(bare.to_string(), "1000:1000:1000,1001");
        assert_eq!(resolve("", &[], &Known::default()).unwrap().to_string(), "0:0:0");
    }

    #[test]
    fn who_is_not_there_is_told_in_dockers_words() {
        for (user, more, words) in [
            (
                "nobody",
                "1",
                "unable to find user nobody: no matching entries in passwd file",
            ),
            (
                "app:none",
                "1",
                "unable to find group none: no matching entries in group file",
            ),
            ("app", "none", "Unable to find group none"),
            ("-1", "1", "uids and gids must be in range 0-2147483647"),
            ("1:3000000000", "1", "uids and gids must be in range 0-2147483647"),
        ] {
            let error = resolve(user, &[more.to_owned()], &known()).unwrap_err();
            assert_eq!(error.to_string(), words);
        }
    }

    #[test]
    fn files_are_read_within_the_root_alone() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().join("root");
        std::fs::create_dir_all(root.join("etc")).unwrap();
        std::fs::write(dir.path().join("passwd"), "app:x:5:6::/:\n").unwrap();
        std::os::unix::fs::symlink("../../passwd", root.join("etc/passwd")).unwrap();
        assert!(identity("app", &[], Some(&root)).is_err());
        std::fs::write(root.join("passwd"), "app:x:7:8::/:\n").unwrap();
        let found = identity("app", &[], Some(&root)).unwrap();
        assert_eq!(found.to_string(), "7:8:8");
    }
}
