//! What is in the package, and where.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::shell;

/// Where the program lies once it is installed.
const PROGRAM: &str = "usr/bin/sampan";
/// Files that a person may change, so that an upgrade asks before it overwrites them.
const CONFFILES: &str = "/etc/sampan/daemon.json\n";

/// The folder that becomes a package.
pub(super) struct Tree {
    root: PathBuf,
}

impl Tree {
    /// An empty one.
    pub(super) fn new(root: &Path) -> Result<Self> {
        if root.exists() {
            fs::remove_dir_all(root)?;
        }
        fs::create_dir_all(root)?;
        // The folder itself becomes `/`, whose rights a strict umask of the builder must not change.
        fs::set_permissions(root, fs::Permissions::from_mode(0o755))?;
        Ok(Self {
            root: root.to_owned(),
        })
    }

    /// Program, unit, settings, man pages, completions and papers.
    pub(super) fn fill(&self, binary: &Path) -> Result<()> {
        let sources = shell::root();
        let packaging = sources.join("packaging");
        let reference = sources.join("docs/reference");
        self.copy(binary, PROGRAM, 0o755)?;
        let unit = fs::read_to_string(packaging.join("sampan.service"))?;
        self.write(
            "lib/systemd/system/sampan.service",
            &unit.replace("@SAMPAN@", &format!("/{PROGRAM}")),
            0o644,
        )?;
        self.copy(&packaging.join("daemon.json"), "etc/sampan/daemon.json", 0o644)?;
        let pages = fs::read_dir(reference.join("man")).context("there are no man pages")?;
        for page in pages {
            let page = page?.path();
            let name = page
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            let place = format!("usr/share/man/man1/{name}");
            self.copy(&page, &place, 0o644)?;
            // Debian's man pages are compressed; without a time, so that a package can be built again bit by bit.
            shell::run(shell::program("gzip").args(["-9n"]).arg(self.root.join(place)))?;
        }
        for (from, to) in [
            ("sampan.bash", "usr/share/bash-completion/completions/sampan"),
            ("sampan.zsh", "usr/share/zsh/vendor-completions/_sampan"),
            ("sampan.fish", "usr/share/fish/vendor_completions.d/sampan.fish"),
        ] {
            self.copy(&reference.join("completions").join(from), to, 0o644)?;
        }
        let papers = "usr/share/doc/sampan";
        self.copy(&sources.join("LICENSE"), &format!("{papers}/copyright"), 0o644)?;
        self.copy(
            &sources.join("CHANGELOG.md"),
            &format!("{papers}/changelog"),
            0o644,
        )?;
        shell::run(
            shell::program("gzip")
                .args(["-9n"])
                .arg(self.root.join(papers).join("changelog")),
        )
    }

    /// What dpkg reads and runs.
    pub(super) fn control(&self, version: &str, architecture: &str) -> Result<()> {
        let deb = shell::root().join("packaging/deb");
        let sums = self.sums()?;
        let size: u64 = self.files()?.iter().map(|file| size_of(file)).sum();
        let control = fs::read_to_string(deb.join("control"))?
            .replace("@VERSION@", version)
            .replace("@ARCHITECTURE@", architecture)
            .replace("@HOMEPAGE@", env!("CARGO_PKG_REPOSITORY"))
            .replace("@SIZE@", &size.div_ceil(1024).to_string());
        self.write("DEBIAN/control", &control, 0o644)?;
        self.write("DEBIAN/conffiles", CONFFILES, 0o644)?;
        self.write("DEBIAN/md5sums", &sums, 0o644)?;
        for script in ["postinst", "prerm", "postrm"] {
            self.copy(&deb.join(script), &format!("DEBIAN/{script}"), 0o755)?;
        }
        Ok(())
    }

    /// `dpkg --verify` compares with these.
    fn sums(&self) -> Result<String> {
        let mut md5sum = shell::program("md5sum");
        md5sum.current_dir(&self.root);
        for file in self.files()? {
            md5sum.arg(file.strip_prefix(&self.root)?);
        }
        shell::capture(&mut md5sum)
    }

    /// All files, in an order that is always the same.
    fn files(&self) -> Result<Vec<PathBuf>> {
        let (mut files, mut open) = (Vec::new(), vec![self.root.clone()]);
        while let Some(folder) = open.pop() {
            for entry in fs::read_dir(&folder)? {
                let path = entry?.path();
                if path.is_dir() {
                    open.push(path);
                } else {
                    files.push(path);
                }
            }
        }
        files.sort();
        Ok(files)
    }

    fn copy(&self, from: &Path, to: &str, mode: u32) -> Result<()> {
        let place = self.place(to)?;
        fs::copy(from, &place).with_context(|| format!("cannot copy `{}`", from.display()))?;
        fs::set_permissions(place, fs::Permissions::from_mode(mode))?;
        Ok(())
    }

    fn write(&self, to: &str, text: &str, mode: u32) -> Result<()> {
        let place = self.place(to)?;
        fs::write(&place, text)?;
        fs::set_permissions(place, fs::Permissions::from_mode(mode))?;
        Ok(())
    }

    fn place(&self, to: &str) -> Result<PathBuf> {
        let place = self.root.join(to);
        let mut folder = self.root.clone();
        for part in Path::new(to).parent().into_iter().flatten() {
            folder.push(part);
            fs::create_dir_all(&folder)?;
            fs::set_permissions(&folder, fs::Permissions::from_mode(0o755))?;
        }
        Ok(place)
    }
}

fn size_of(file: &Path) -> u64 {
    fs::metadata(file).map_or(0, |metadata| metadata.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_has_its_place_and_its_sum() {
        let folder = tempfile::tempdir().unwrap();
        let binary = folder.path().join("binary");
        fs::write(&binary, "program").unwrap();
        let root = folder.path().join("root");
        let tree = Tree::new(&root).unwrap();
        tree.fill(&binary).unwrap();
        tree.control("1.2.3", "amd64").unwrap();
        let read = |path: &str| fs::read_to_string(root.join(path)).unwrap();
        assert_eq!(read("usr/bin/sampan"), "program");
        assert!(read("lib/systemd/system/sampan.service").contains("ExecStart=/usr/bin/sampan daemon\n"));
        let control = read("DEBIAN/control");
        assert!(
            control.contains("Version: 1.2.3\nArchitecture: amd64\n"),
            "{control}"
        );
        assert!(
            !control.contains('@') || control.matches('@').count() == 1,
            "{control}"
        );
        let sums = read("DEBIAN/md5sums");
        for path in [
            "usr/bin/sampan",
            "etc/sampan/daemon.json",
            "usr/share/man/man1/sampan-daemon.1.gz",
            "usr/share/zsh/vendor-completions/_sampan",
        ] {
            assert!(sums.contains(&format!("  {path}\n")), "{path}: {sums}");
            assert!(root.join(path).is_file());
        }
        assert!(!sums.contains("DEBIAN"));
        let mode = |path: &str| fs::metadata(root.join(path)).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode("DEBIAN/postinst"), mode("usr/bin/sampan")), (0o755, 0o755));
        assert_eq!((mode("etc/sampan/daemon.json"), mode("usr")), (0o644, 0o755));
    }
}
