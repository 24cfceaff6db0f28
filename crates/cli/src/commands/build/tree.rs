//! A folder as a part of an archive.

use std::fs;
use std::io::{self, Read};
use std::path::Path;

use sampan_image::dockerfile::Ignore;
use tar::{Builder, EntryType, Header};

use crate::pieces::Pieces;

/// A folder, and where it goes.
pub(super) struct Tree<'t> {
    pub(super) root: &'t Path,
    pub(super) ignore: &'t Ignore,
    /// What goes along though it is left out.
    pub(super) kept: &'t [&'t str],
    /// Its place in the archive; empty for the archive itself.
    pub(super) at: &'t Path,
}

impl Tree<'_> {
    /// Makes its place, so that an empty one is there too.
    pub(super) fn start(&self, builder: &mut Builder<&mut Pieces>) -> io::Result<()> {
        if self.at.as_os_str().is_empty() {
            return Ok(());
        }
        let mut header = Header::new_gnu();
        header.set_entry_type(EntryType::Directory);
        header.set_mode(0o755);
        header.set_size(0);
        builder.append_data(&mut header, self.at.join(""), io::empty())
    }

    pub(super) fn folder(&self, builder: &mut Builder<&mut Pieces>, at: &Path) -> io::Result<()> {
        let Self {
            root, ignore, kept, ..
        } = self;
        let mut names: Vec<_> = fs::read_dir(root.join(at))?
            .map(|entry| Ok(entry?.file_name()))
            .collect::<io::Result<_>>()?;
        names.sort_unstable();
        for name in names {
            let path = at.join(name);
            let text = path.to_string_lossy();
            let out = ignore.leaves_out(&text) && !kept.contains(&&*text);
            let real = root.join(&path);
            let meta = fs::symlink_metadata(&real)?;
            // What is left out may hold something that is not.
            let within = kept.iter().any(|one| Path::new(one).starts_with(&path));
            if out && !(meta.is_dir() && (ignore.takes_back() || within)) {
                continue;
            }
            let mut header = Header::new_gnu();
            header.set_metadata(&meta);
            // Whose files they are here means nothing there.
            header.set_uid(0);
            header.set_gid(0);
            if meta.is_dir() {
                if !out {
                    header.set_size(0);
                    builder.append_data(&mut header, self.at.join(&path), io::empty())?;
                }
                self.folder(builder, &path)?;
            } else if meta.is_symlink() {
                header.set_size(0);
                header.set_entry_type(EntryType::Symlink);
                builder.append_link(&mut header, self.at.join(&path), fs::read_link(&real)?)?;
            } else if meta.is_file() {
                let exact = fs::File::open(&real)?.chain(io::repeat(0)).take(meta.len());
                builder.append_data(&mut header, self.at.join(&path), exact)?;
            }
        }
        Ok(())
    }
}
