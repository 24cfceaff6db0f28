//! Whose files are.

use std::io::{self, Read as _};
use std::path::Path;

use super::tree::Root;

/// Who `--chown` names, by the image's own lists of users and groups.
pub(super) fn owner(root: &Root, text: &str) -> io::Result<(u32, u32)> {
    let (user, group) = match text.split_once(':') {
        Some((_, group)) if group.contains(':') => {
            return Err(io::Error::other(format!("invalid chown string format: {text}")));
        }
        Some((user, group)) => (user, group),
        None => (text, text),
    };
    let find = |name: &str, list: &str, what: &str| -> io::Result<u32> {
        if let Ok(number) = name.parse() {
            return Ok(number);
        }
        let text = listed(root, list)?;
        let number = text.lines().find_map(|line| {
            let mut parts = line.split(':');
            (parts.next()? == name)
                .then(|| parts.nth(1)?.parse().ok())
                .flatten()
        });
        number.ok_or_else(|| io::Error::other(format!("can't find {what} {name}: no such {what}: {name}")))
    };
    Ok((
        find(user, "/etc/passwd", "user")?,
        find(group, "/etc/group", "group")?,
    ))
}

/// A list of the image's; empty where it has none.
fn listed(root: &Root, path: &str) -> io::Result<String> {
    let mut text = String::new();
    if let Ok(file) = root.file(Path::new(path)) {
        file.take(4 << 20).read_to_string(&mut text)?;
    }
    Ok(text)
}

/// Who a stage's `USER` is: without a group, with that of the list of users.
pub(super) fn user(root: &Root, text: &str) -> io::Result<(u32, u32)> {
    if text.is_empty() || text.contains(':') {
        return match text {
            "" => Ok((0, 0)),
            both => owner(root, both),
        };
    }
    let list = listed(root, "/etc/passwd")?;
    let known = list.lines().find_map(|line| {
        let parts: Vec<&str> = line.split(':').collect();
        let [name, _, uid, gid, ..] = parts.as_slice() else {
            return None;
        };
        let fits = *name == text || *uid == text;
        fits.then(|| Some((uid.parse().ok()?, gid.parse().ok()?)))
            .flatten()
    });
    match (known, text.parse()) {
        (Some(known), _) => Ok(known),
        (None, Ok(number)) => Ok((number, 0)),
        (None, Err(_)) => Err(io::Error::other(format!(
            "unable to find user {text}: no matching entries in passwd file"
        ))),
    }
}
