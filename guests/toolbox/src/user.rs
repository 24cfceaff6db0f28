//! Who this would be on Linux: numbers that the engine tells, and their names in the container's files.
//!
//! Nothing follows from them: a guest may do what its container may.

use std::sync::OnceLock;

/// The variable by which the engine tells: `UID:GID:GROUP,GROUP…`. It is not among the shell's own.
pub(crate) const VARIABLE: &str = "SAMPAN_ID";

/// A user with groups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct User {
    pub(crate) uid: u32,
    pub(crate) gid: u32,
    /// With `gid` among them.
    pub(crate) groups: Vec<u32>,
}

impl User {
    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split(':');
        let mut next = || parts.next();
        let (uid, gid) = (next()?.parse().ok()?, next()?.parse().ok()?);
        let groups = next()?
            .split(',')
            .map(str::parse)
            .collect::<Result<_, _>>()
            .ok()?;
        Some(Self { uid, gid, groups })
    }

    const fn root() -> Self {
        Self {
            uid: 0,
            gid: 0,
            groups: Vec::new(),
        }
    }

    /// A user of the container's files by name or number, with the groups that name it.
    pub(crate) fn named(wanted: &str) -> Option<Self> {
        let users = users();
        let line = users.lines().find(|line| {
            let mut parts = line.split(':');
            parts.next() == Some(wanted) || parts.nth(1) == Some(wanted)
        });
        let Some(line) = line else {
            return (wanted == ROOT).then(Self::root);
        };
        let mut parts = line.split(':');
        let name = parts.next()?;
        let (uid, gid) = (parts.nth(1)?.parse().ok()?, parts.next()?.parse().ok()?);
        let mut groups = vec![gid];
        for line in groups_file().lines() {
            let mut parts = line.split(':').skip(2);
            let number = parts.next().and_then(|number| number.parse().ok());
            let member = parts
                .next()
                .is_some_and(|all| all.split(',').any(|one| one == name));
            if let Some(number) = number.filter(|number| member && !groups.contains(number)) {
                groups.push(number);
            }
        }
        Some(Self { uid, gid, groups })
    }
}

const ROOT: &str = "root";

/// This one: root where the engine has told nothing.
pub(crate) fn own() -> &'static User {
    static OWN: OnceLock<User> = OnceLock::new();
    OWN.get_or_init(|| {
        let told = std::env::vars_os().find(|(name, _)| name == VARIABLE);
        told.and_then(|(_, text)| User::parse(&text.to_string_lossy()))
            .or_else(|| User::named("0"))
            .unwrap_or(User::root())
    })
}

fn users() -> String {
    std::fs::read_to_string("/etc/passwd").unwrap_or_default()
}

fn groups_file() -> String {
    std::fs::read_to_string("/etc/group").unwrap_or_default()
}

/// The name of a number in a file's lines. 0 has one where there is no such file.
fn name(file: &str, wanted: u32) -> Option<String> {
    let found = file.lines().find_map(|line| {
        let mut parts = line.split(':');
        let name = parts.next()?;
        let number: u32 = parts.nth(1)?.parse().ok()?;
        (number == wanted).then(|| name.to_owned())
    });
    found.or_else(|| (wanted == 0 && file.is_empty()).then(|| ROOT.to_owned()))
}

/// The name of a user.
pub(crate) fn user_name(uid: u32) -> Option<String> {
    name(&users(), uid)
}

/// The name of a group.
pub(crate) fn group_name(gid: u32) -> Option<String> {
    name(&groups_file(), gid)
}
