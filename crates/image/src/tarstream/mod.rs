//! Reads tar archives from a stream, member by member, within bounds.
//!
//! The headers of ustar, GNU tar and pax, with long names, sparse files in all four forms, and extended
//! attributes. Where the formats leave room, Go's `archive/tar` decides, because Docker's and containerd's
//! readings of a layer are the ones that others must agree with. It never allocates by a size that the
//! archive claims, and never guesses: what it cannot read is an error with its place.

mod header;
mod member;
mod pax;
mod sparse;

use std::io::{self, Read};

pub(crate) use header::BLOCK;
use header::{Header, Kind};
pub use member::{Member, MemberKind, TarError};
use pax::Records;

/// The reader. After each [`TarReader::next`] the body may be read as [`Read`]; what is left is skipped.
pub struct TarReader<R> {
    inner: R,
    max_header: usize,
    offset: u64,
    body: u64,
    padding: u64,
    ended: bool,
}

/// Extended headers that wait for the member they describe.
#[derive(Default)]
struct Pending {
    long_name: Option<Vec<u8>>,
    long_link: Option<Vec<u8>>,
    pax: Option<Records>,
}

impl<R: Read> TarReader<R> {
    /// `max_header` bounds what is kept of the extended headers of one member.
    pub fn new(inner: R, max_header: usize) -> Self {
        Self {
            inner,
            max_header,
            offset: 0,
            body: 0,
            padding: 0,
            ended: false,
        }
    }

    pub(crate) fn into_inner(self) -> R {
        self.inner
    }

    fn malformed<T>(&self, why: &'static str) -> Result<T, TarError> {
        Err(TarError::Malformed(self.offset, why))
    }

    /// The next member, or `None` at the end of the archive (of which more bytes may follow).
    #[expect(
        clippy::should_implement_trait,
        reason = "it fails, and its items borrow nothing"
    )]
    pub fn next(&mut self) -> Result<Option<Member>, TarError> {
        let mut pending = Pending::default();
        let mut budget = self.max_header;
        loop {
            self.skip_body()?;
            let Some(header) = self.header()? else {
                if pending.long_name.is_some() || pending.long_link.is_some() || pending.pax.is_some() {
                    return self.malformed("an extended header describes no member");
                }
                return Ok(None);
            };
            let slot = match header.kind {
                Kind::LongName => &mut pending.long_name,
                Kind::LongLink => &mut pending.long_link,
                Kind::Pax => {
                    let bytes = self.extension(header.size, &mut budget)?;
                    if pending.pax.is_some() {
                        return self.malformed("two pax headers describe one member");
                    }
                    match Records::parse(&bytes) {
                        Ok(records) => pending.pax = Some(records),
                        Err(why) => return self.malformed(why),
                    }
                    continue;
                }
                // Docker and containerd skip them too.
                Kind::PaxGlobal => {
                    self.set_body(header.size)?;
                    continue;
                }
                Kind::Member(_) => return self.member(header, pending, budget).map(Some),
            };
            if slot.is_some() {
                return self.malformed("two long names describe one member");
            }
            *slot = Some(Vec::new());
            let mut bytes = self.extension(header.size, &mut budget)?;
            if let Some(end) = bytes.iter().position(|b| *b == 0) {
                bytes.truncate(end);
            }
            match header.kind {
                Kind::LongName => pending.long_name = Some(bytes),
                _ => pending.long_link = Some(bytes),
            }
        }
    }

    fn header(&mut self) -> Result<Option<Header>, TarError> {
        if self.ended {
            return Ok(None);
        }
        let mut block = [0; BLOCK];
        match self.block(&mut block)? {
            Filled::Nothing => {
                self.ended = true;
                return Ok(None);
            }
            Filled::Some => return self.malformed("the archive ends inside a header"),
            Filled::Whole => {}
        }
        if block == [0; BLOCK] {
            self.ended = true;
            let mut second = [0; BLOCK];
            if let Filled::Whole = self.block(&mut second)?
                && second != [0; BLOCK]
            {
                return self.malformed("a member follows the end of the archive");
            }
            return Ok(None);
        }
        match Header::parse(&block) {
            Ok(header) => Ok(Some(header)),
            Err(why) => Err(TarError::Malformed(self.offset.saturating_sub(BLOCK as u64), why)),
        }
    }

    fn member(&mut self, header: Header, pending: Pending, mut budget: usize) -> Result<Member, TarError> {
        let Kind::Member(kind) = header.kind else {
            return self.malformed("an extended header where a member was expected");
        };
        let mut size = header.size;
        let mut link = header.link;
        let mut member = Member {
            path: header.path,
            mode: header.mode,
            uid: header.uid,
            gid: header.gid,
            mtime: (header.mtime, 0),
            ..Member::default()
        };
        let mut sparse = None;
        if let Some(records) = pending.pax {
            if let Some(path) = records.path {
                member.path = path;
            }
            link = records.link.unwrap_or(link);
            size = records.size.unwrap_or(size);
            member.uid = records.uid.unwrap_or(member.uid);
            member.gid = records.gid.unwrap_or(member.gid);
            member.mtime = records.mtime.unwrap_or(member.mtime);
            member.xattrs = records.xattrs;
            sparse = records.sparse;
        }
        if let Some(name) = pending.long_name {
            member.path = name;
        }
        link = pending.long_link.unwrap_or(link);
        if member.path.contains(&0) || link.contains(&0) {
            return self.malformed("a name contains a zero byte");
        }
        let old_style_folder = kind == 0 && member.path.ends_with(b"/");
        member.kind = match kind {
            0 if old_style_folder => MemberKind::Directory,
            0 | b'0' | b'7' | b'S' => MemberKind::File,
            b'1' => MemberKind::HardLink(link),
            b'2' => MemberKind::Symlink(link),
            b'3' => MemberKind::Char(header.device.0, header.device.1),
            b'4' => MemberKind::Block(header.device.0, header.device.1),
            b'5' => MemberKind::Directory,
            b'6' => MemberKind::Fifo,
            other => MemberKind::Other(other),
        };
        match member.kind {
            MemberKind::File => {}
            MemberKind::Other(_) => {
                self.set_body(size)?;
                return Ok(member);
            }
            // Some writers put a size there, none puts a body.
            _ => return Ok(member),
        }
        self.set_body(size)?;
        let map = match (kind, sparse) {
            (b'S', _) => {
                let (mut map, mut more) = sparse::old_gnu(&header.raw).map_err(|why| self.fault(why))?;
                while more {
                    budget = budget.checked_sub(BLOCK).ok_or(TarError::HeaderTooLarge)?;
                    let mut block = [0; BLOCK];
                    let Filled::Whole = self.block(&mut block)? else {
                        return self.malformed("the archive ends inside a sparse map");
                    };
                    more = sparse::old_gnu_more(&block, &mut map).map_err(|why| self.fault(why))?;
                }
                Some(map)
            }
            (_, Some(mut map)) => {
                if let Some(name) = map.name.take() {
                    if name.contains(&0) {
                        return self.malformed("a name contains a zero byte");
                    }
                    member.path = name;
                }
                if map.in_body {
                    self.sparse_in_body(&mut map, &mut budget)?;
                }
                Some(map)
            }
            (_, None) => None,
        };
        match map {
            Some(map) => {
                member.size = map.real_size;
                member.segments = map.check(self.body).map_err(|why| self.fault(why))?;
            }
            None => {
                member.size = size;
                if size > 0 {
                    member.segments.push((0, size));
                }
            }
        }
        Ok(member)
    }

    fn fault(&self, why: &'static str) -> TarError {
        TarError::Malformed(self.offset, why)
    }

    /// The map of pax form 1.0: decimal lines at the start of the body, filled up to a block.
    fn sparse_in_body(&mut self, map: &mut sparse::Map, budget: &mut usize) -> Result<(), TarError> {
        let mut lines = sparse::Lines::default();
        loop {
            *budget = budget.checked_sub(BLOCK).ok_or(TarError::HeaderTooLarge)?;
            if self.body < BLOCK as u64 {
                return self.malformed("a sparse map is longer than its member");
            }
            let mut block = [0; BLOCK];
            self.read_exact(&mut block)?;
            if lines.take(&block, map).map_err(|why| self.fault(why))? {
                return Ok(());
            }
        }
    }

    fn set_body(&mut self, size: u64) -> Result<(), TarError> {
        let tail = size % BLOCK as u64;
        if size > i64::MAX as u64 {
            return self.malformed("a size is out of range");
        }
        self.body = size;
        self.padding = if tail == 0 { 0 } else { BLOCK as u64 - tail };
        Ok(())
    }

    /// The whole body of an extended header.
    fn extension(&mut self, size: u64, budget: &mut usize) -> Result<Vec<u8>, TarError> {
        let size = usize::try_from(size).map_err(|_| TarError::HeaderTooLarge)?;
        *budget = budget.checked_sub(size).ok_or(TarError::HeaderTooLarge)?;
        self.set_body(size as u64)?;
        let mut bytes = vec![0; size];
        self.read_exact(&mut bytes)?;
        Ok(bytes)
    }

    fn skip_body(&mut self) -> Result<(), TarError> {
        let mut buffer = [0; 16 << 10];
        while self.body > 0 {
            if self.read(&mut buffer)? == 0 {
                return Err(TarError::Io(io::ErrorKind::UnexpectedEof.into()));
            }
        }
        // An archive that ends inside the padding has lost nothing.
        while self.padding > 0 {
            let want = self.padding.min(BLOCK as u64) as usize;
            match self.inner.read(&mut buffer[..want]) {
                Ok(0) => break,
                Ok(n) => {
                    self.padding -= n as u64;
                    self.offset += n as u64;
                }
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return Err(e.into()),
            }
        }
        self.padding = 0;
        Ok(())
    }

    fn block(&mut self, block: &mut [u8; BLOCK]) -> Result<Filled, TarError> {
        let mut filled = 0;
        while filled < BLOCK {
            match self.inner.read(&mut block[filled..]) {
                Ok(0) if filled == 0 => return Ok(Filled::Nothing),
                Ok(0) => return Ok(Filled::Some),
                Ok(n) => {
                    filled += n;
                    self.offset += n as u64;
                }
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return Err(e.into()),
            }
        }
        Ok(Filled::Whole)
    }
}

enum Filled {
    Nothing,
    Some,
    Whole,
}

/// Reads the body of the current member.
impl<R: Read> Read for TarReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let want = usize::try_from(self.body).unwrap_or(usize::MAX).min(buffer.len());
        if want == 0 {
            return Ok(0);
        }
        let n = self.inner.read(&mut buffer[..want])?;
        if n == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.body -= n as u64;
        self.offset += n as u64;
        Ok(n)
    }
}

#[cfg(test)]
mod tests;
