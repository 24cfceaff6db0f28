//! `COPY` and `ADD` as steps: what they take, by what they are found again, and what they do.

use std::io;

use sampan_api::Time;
use sampan_image::dockerfile::{Copy, Ignore};

use super::Builder;
use super::address::is_address;
use super::copy::{Copying, target};
use super::source::{Source, SourceError, Summing, find};
use super::stage::Stage;
use super::steps::{invalid, shell};
use super::sum::Sum;
use super::tree::As;
use crate::supervisor::error::Result;

/// The bits of a file that came from an address.
const FETCHED_MODE: u32 = 0o600;

impl Builder<'_> {
    pub(super) async fn copy(&mut self, stage: &mut Stage, copy: Copy) -> Result<()> {
        let name = if copy.add { "ADD" } else { "COPY" };
        let failed = |error: SourceError| invalid(format!("{name} failed: {error}"));
        let (addresses, words): (Vec<&String>, Vec<&String>) =
            copy.sources.iter().partition(|source| is_address(source));
        if !copy.add && !addresses.is_empty() {
            return Err(invalid(format!("{name} failed: source can't be a URL for COPY")));
        }
        if !copy.checksum.is_empty() && (addresses.len() != 1 || !words.is_empty()) {
            return Err(invalid("checksum can be specified only for one address"));
        }
        let exclude = Ignore::of(copy.exclude.iter().map(String::as_str)).map_err(invalid)?;
        let mode = mode(&copy.chmod)?;
        let files = match copy.from.as_str() {
            "" => None,
            from if self.context.named.contains_key(from) => None,
            from => {
                let platform = stage.platform.clone();
                Some(self.files_of(from, &platform).await?)
            }
        };
        let view = match &files {
            None => None,
            Some(files) => Some(self.supervisor.view(&self.lease, &self.context.workshop, files)?),
        };
        let from = match &view {
            Some(view) => &view.root,
            None => self.context.named(&copy.from),
        };
        let mut sources: Vec<Source> = Vec::new();
        for word in words {
            sources.extend(find(from, word, files.is_none(), copy.parents).map_err(failed)?);
        }
        // For BuildKit a pattern need fit nothing at all.
        if sources.is_empty() && addresses.is_empty() && copy.texts.is_empty() && !self.options.needed_only {
            return Err(failed(SourceError::None));
        }
        let mut fetched = Vec::new();
        for address in addresses {
            fetched.push(self.fetch_source(address, &copy.checksum).await?);
        }
        let target = target(&stage.config.working_dir, &copy.target);
        if sources.len() + fetched.len() + copy.texts.len() > 1 && !target.ends_with('/') {
            return Err(invalid(format!(
                "When using {name} with more than one source file, the destination must be a directory and end with a /"
            )));
        }
        let summing = Summing {
            root: from,
            owners: files.is_some(),
            exclude: &exclude,
        };
        let mut sums = Vec::new();
        for source in &sources {
            sums.push(summing.sum(source).map_err(failed)?);
        }
        sums.extend(fetched.iter().map(|one| one.sum.clone()));
        for text in &copy.texts {
            let mut sum = Sum::default();
            sum.add(text.name.as_bytes());
            sum.add(text.content.as_bytes());
            sums.push(format!("file:{}", sum.finish().hex()));
        }
        let sum = match sums.as_slice() {
            [one] => one.clone(),
            all => {
                let mut sum = Sum::default();
                all.iter().for_each(|one| sum.add(one.as_bytes()));
                format!("multi:{}", sum.finish().hex())
            }
        };
        let chown = match copy.chown.as_str() {
            "" => String::new(),
            chown => format!("--chown={chown} "),
        };
        let said = format!("#(nop) {name} {chown}{sum} in {target} ");
        let created_by = [shell(&stage.config), vec![said]].concat().join(" ");
        let paths: Vec<_> = sources.iter().map(|one| (&one.path, one.before)).collect();
        let flags = format!(
            "{:?}",
            (&copy.chmod, &copy.exclude, copy.parents, copy.unpack, paths)
        );
        let words = [created_by.as_str(), flags.as_str()];
        if self.probe(stage, &words).await? {
            return self.adopt(stage);
        }
        let unpack = copy.unpack.unwrap_or(copy.add);
        let scratch = match unpack {
            true => Some(self.context.workshop.folder("archive")?),
            false => None,
        };
        let now = self.epoch.unwrap_or_else(|| Time::now().unix());
        let preserve = files.is_some();
        self.change(stage, created_by.clone(), &words, |to, owned| {
            let owner = match copy.chown.as_str() {
                "" if preserve => None,
                "" => Some((0, 0)),
                chown => Some(super::owner::owner(to, chown)?),
            };
            if !owned && owner.is_some_and(|owner| owner != (0, 0)) {
                return Err(io::Error::other("--chown needs a daemon that runs as root"));
            }
            let copying = Copying {
                from,
                to,
                target,
                as_: As { owner, mode, owned },
                chown: owner.filter(|_| !copy.chown.is_empty()),
                itself: false,
                exclude: &exclude,
                parents: copy.parents,
                unpack: scratch,
                now,
            };
            sources.iter().try_for_each(|source| copying.source(source))?;
            for one in &fetched {
                // As it came, unless it was said: nobody knows what is in it.
                let as_ = As {
                    owner: owner.or(Some((0, 0))),
                    mode: mode.or(Some(FETCHED_MODE)),
                    owned,
                };
                let own = Copying {
                    from: &one.root,
                    as_,
                    unpack: copying.unpack.clone().filter(|_| copy.unpack == Some(true)),
                    ..copying.clone()
                };
                own.source(&one.source)?;
            }
            copy.texts.iter().try_for_each(|text| copying.text(text))
        })
    }
}

fn mode(text: &str) -> Result<Option<u32>> {
    if text.is_empty() {
        return Ok(None);
    }
    match u32::from_str_radix(text, 8) {
        Ok(mode) if mode <= 0o7777 => Ok(Some(mode)),
        _ => Err(invalid(format!(
            "invalid chmod parameter: '{text}'. it should be octal string and between 0 and 07777"
        ))),
    }
}
