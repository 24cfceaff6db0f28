//! From fsutil's description of a file to the head of one in a tar archive.

use std::io;

use bytes::Bytes;
use tar::{Builder, EntryType, Header};

use super::order;
use crate::proto::fsutil::types::Stat;

/// Go's bits of a mode (`io/fs`), which say in words of their own what the system's do.
mod bits {
    pub(super) const FOLDER: u32 = 1 << 31;
    pub(super) const LINK: u32 = 1 << 27;
    pub(super) const DEVICE: u32 = 1 << 26;
    pub(super) const PIPE: u32 = 1 << 25;
    pub(super) const SOCKET: u32 = 1 << 24;
    pub(super) const SET_USER: u32 = 1 << 23;
    pub(super) const SET_GROUP: u32 = 1 << 22;
    pub(super) const CHARACTERS: u32 = 1 << 21;
    pub(super) const STICKY: u32 = 1 << 20;
    pub(super) const IRREGULAR: u32 = 1 << 19;
    /// Those that make something else of a file than a plain one.
    pub(super) const KIND: u32 = FOLDER | LINK | DEVICE | PIPE | SOCKET | CHARACTERS | IRREGULAR;
}

const BLOCK: usize = 512;
/// How long a name may be in a head itself.
const SHORT: usize = 100;
/// The most that a file's attributes may take together.
const ATTRIBUTES: usize = 1 << 20;

/// What a client says that something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Folder,
    /// With bytes of its own, which can be asked for.
    File,
    /// The same file as another one.
    Hard,
    Link,
    Node(EntryType),
    /// Nothing that an image could have.
    Nothing,
}

pub(super) fn kind(stat: &Stat) -> Kind {
    match stat.mode & bits::KIND {
        0 if !stat.linkname.is_empty() => Kind::Hard,
        0 => Kind::File,
        mode if mode & bits::FOLDER != 0 => Kind::Folder,
        mode if mode & bits::LINK != 0 => Kind::Link,
        mode if mode & bits::CHARACTERS != 0 => Kind::Node(EntryType::Char),
        mode if mode & bits::DEVICE != 0 => Kind::Node(EntryType::Block),
        mode if mode & bits::PIPE != 0 => Kind::Node(EntryType::Fifo),
        _ => Kind::Nothing,
    }
}

/// What stands before the bytes of a file.
pub(super) fn head(stat: &Stat, kind: Kind, size: u64) -> Result<Bytes, String> {
    if kind == Kind::Hard {
        order::check(&stat.linkname)?;
    }
    let blamed = |error: io::Error| format!("{:?}: {error}", stat.path);
    let mut builder = Builder::new(Vec::new());
    let linked = matches!(kind, Kind::Hard | Kind::Link);
    let mut more: Vec<(String, &[u8])> = Vec::new();
    if stat.path.len() >= SHORT {
        more.push(("path".to_owned(), stat.path.as_bytes()));
    }
    if linked && stat.linkname.len() > SHORT {
        if stat.linkname.len() > 4096 {
            return Err(format!("{:?} links to a path of more than 4096 bytes", stat.path));
        }
        more.push(("linkpath".to_owned(), stat.linkname.as_bytes()));
    }
    let total: usize = stat
        .xattrs
        .iter()
        .map(|(name, value)| name.len() + value.len())
        .sum();
    if total > ATTRIBUTES {
        return Err(format!("{:?} has more than 1 MiB of attributes", stat.path));
    }
    let mut attributes: Vec<_> = stat.xattrs.iter().collect();
    attributes.sort();
    for (name, value) in attributes {
        if name.is_empty() || name.contains(['=', '\0', '\n']) {
            return Err(format!("{:?} has an attribute without a proper name", stat.path));
        }
        more.push((format!("SCHILY.xattr.{name}"), value));
    }
    if !more.is_empty() {
        let records = more.iter().map(|(name, value)| (name.as_str(), *value));
        builder.append_pax_extensions(records).map_err(blamed)?;
    }
    let mut header = Header::new_ustar();
    let name = stat.path.as_bytes();
    let name = &name[..name.len().min(SHORT - 1)];
    header.as_mut_bytes()[..name.len()].copy_from_slice(name);
    if linked && stat.linkname.len() <= SHORT {
        header.set_link_name_literal(&stat.linkname).map_err(blamed)?;
    }
    header.set_entry_type(match kind {
        Kind::Folder => EntryType::Directory,
        Kind::Hard => EntryType::Link,
        Kind::Link => EntryType::Symlink,
        Kind::Node(kind) => kind,
        Kind::File | Kind::Nothing => EntryType::Regular,
    });
    header.set_mode(permissions(stat.mode));
    header.set_uid(u64::from(stat.uid));
    header.set_gid(u64::from(stat.gid));
    header.set_mtime(u64::try_from(stat.mod_time / 1_000_000_000).unwrap_or(0));
    header.set_size(size);
    if let Kind::Node(EntryType::Char | EntryType::Block) = kind {
        let number = |number: i64| {
            u32::try_from(number).map_err(|_| format!("{:?} is a device of no proper number", stat.path))
        };
        header.set_device_major(number(stat.devmajor)?).map_err(blamed)?;
        header.set_device_minor(number(stat.devminor)?).map_err(blamed)?;
    }
    header.set_cksum();
    let mut bytes = builder.get_ref().clone();
    bytes.extend_from_slice(header.as_bytes());
    // What the builder writes at its end belongs to no archive here.
    drop(builder);
    Ok(bytes.into())
}

/// The description of a file in an archive; nothing for what a folder cannot have, and for the folder itself.
pub(super) fn stat<R: io::Read>(entry: &mut tar::Entry<'_, R>) -> io::Result<Option<Stat>> {
    let path = entry.path()?.to_string_lossy().into_owned();
    let path = path.trim_start_matches("./").trim_matches('/').to_owned();
    let header = entry.header();
    let kind = match header.entry_type() {
        EntryType::Directory => bits::FOLDER,
        EntryType::Symlink => bits::LINK,
        EntryType::Char => bits::DEVICE | bits::CHARACTERS,
        EntryType::Block => bits::DEVICE,
        EntryType::Fifo => bits::PIPE,
        EntryType::Regular | EntryType::Link => 0,
        _ => return Ok(None),
    };
    if path.is_empty() {
        return Ok(None);
    }
    let number = |number: io::Result<Option<u32>>| number.map(|number| i64::from(number.unwrap_or(0)));
    let seconds = i64::try_from(header.mtime()?).unwrap_or(0);
    let mut stat = Stat {
        path,
        mode: kind | go_permissions(header.mode()?),
        uid: u32::try_from(header.uid()?).unwrap_or(0),
        gid: u32::try_from(header.gid()?).unwrap_or(0),
        mod_time: seconds.saturating_mul(1_000_000_000),
        ..Stat::default()
    };
    if kind & bits::DEVICE != 0 {
        stat.devmajor = number(header.device_major())?;
        stat.devminor = number(header.device_minor())?;
    }
    stat.size = i64::try_from(entry.size()).unwrap_or(0);
    if let Some(target) = entry.link_name()? {
        stat.linkname = target.to_string_lossy().into_owned();
    }
    for extension in entry.pax_extensions()?.into_iter().flatten() {
        let extension = extension?;
        if let Ok(key) = extension.key()
            && let Some(name) = key.strip_prefix("SCHILY.xattr.")
        {
            stat.xattrs
                .insert(name.to_owned(), extension.value_bytes().to_vec());
        }
    }
    Ok(Some(stat))
}

/// What follows a file of this size.
pub(super) fn padding(size: u64) -> Bytes {
    let over = usize::try_from(size % BLOCK as u64).unwrap_or(0);
    Bytes::from_static(&[0; BLOCK]).slice(..(BLOCK - over) % BLOCK)
}

/// What an archive ends with.
pub(super) fn end() -> Bytes {
    Bytes::from_static(&[0; 2 * BLOCK])
}

/// Go's bits beside the system's.
const SPECIAL: [(u32, u32); 3] = [
    (bits::SET_USER, 0o4000),
    (bits::SET_GROUP, 0o2000),
    (bits::STICKY, 0o1000),
];

fn go_permissions(mode: u32) -> u32 {
    let special = SPECIAL.iter().filter(|(_, bit)| mode & bit != 0);
    special.fold(mode & 0o777, |all, (bit, _)| all | bit)
}

fn permissions(mode: u32) -> u32 {
    let special = SPECIAL.iter().filter(|(bit, _)| mode & bit != 0);
    special.fold(mode & 0o777, |all, (_, bit)| all | bit)
}
