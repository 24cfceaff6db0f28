//! Names of imports and exports (component model, `Explainer.md`, "Import and Export Definitions"), as people
//! write them and as versions compare.

use semver::Version;

/// An import's or export's name in its parts. Names of other forms (`locked-dep=…`, plain functions) have no parts
/// and are compared whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Name<'n> {
    full: &'n str,
    /// `namespace:package`.
    package: Option<&'n str>,
    interface: Option<&'n str>,
    version: Option<Version>,
}

/// Whether an export can serve an import, by their names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fit {
    /// Another interface.
    Other,
    /// The same interface on another track, so that its functions may be others.
    OtherTrack,
    /// On the same track, but before what is wanted, so that functions may be missing.
    Earlier,
    /// On the same track and later.
    Later,
    /// The very name.
    Same,
}

impl Fit {
    pub(crate) fn serves(self) -> bool {
        matches!(self, Self::Same | Self::Later)
    }
}

impl<'n> Name<'n> {
    pub(crate) fn of(full: &'n str) -> Self {
        let whole = Self {
            full,
            package: None,
            interface: None,
            version: None,
        };
        if full.contains('=') || !full.contains(':') {
            return whole;
        }
        let (path, version) = match full.split_once('@') {
            Some((path, version)) => match Version::parse(version) {
                Ok(version) => (path, Some(version)),
                Err(_) => return whole,
            },
            None => (full, None),
        };
        let (package, interface) = match path.split_once('/') {
            Some((package, interface)) => (package, Some(interface)),
            None => (path, None),
        };
        Self {
            full,
            package: Some(package),
            interface,
            version,
        }
    }

    /// The name without `@VERSION`.
    pub(crate) fn without_version(&self) -> &'n str {
        match (&self.version, self.full.split_once('@')) {
            (Some(_), Some((path, _))) => path,
            _ => self.full,
        }
    }

    /// Whether somebody who writes `text` means this import.
    pub(crate) fn is_meant_by(&self, text: &str) -> bool {
        if text == self.full || text == self.without_version() {
            return true;
        }
        let Some(package) = self.package else {
            return false;
        };
        if self.interface == Some(text) || text == package {
            return true;
        }
        // `test:log@0.2.0` is the package in the version of the interface.
        match text.split_once('@') {
            Some((path, version)) if path == package => Version::parse(version).ok() == self.version,
            _ => false,
        }
    }

    /// Whether an export of this name serves `import`.
    pub(crate) fn fit(&self, import: &Name<'_>) -> Fit {
        if self.full == import.full {
            return Fit::Same;
        }
        if self.package.is_none() || self.without_version() != import.without_version() {
            return Fit::Other;
        }
        match (&self.version, &import.version) {
            (Some(has), Some(wanted)) if on_one_track(has, wanted) => match has.cmp_precedence(wanted) {
                std::cmp::Ordering::Less => Fit::Earlier,
                // Build metadata says nothing of what is in there.
                std::cmp::Ordering::Equal | std::cmp::Ordering::Greater => Fit::Later,
            },
            _ => Fit::OtherTrack,
        }
    }

    /// Whether both are interfaces of one package, in whatever version.
    pub(crate) fn shares_package(&self, other: &Name<'_>) -> bool {
        self.package.is_some() && self.package == other.package
    }

    pub(crate) fn version(&self) -> Option<&Version> {
        self.version.as_ref()
    }
}

/// Whether versions promise each other compatibility (semver.org, 4, 8, 9; below 1.0.0 as Cargo and the component
/// model read them).
fn on_one_track(a: &Version, b: &Version) -> bool {
    if !a.pre.is_empty() || !b.pre.is_empty() {
        return a.cmp_precedence(b).is_eq();
    }
    match (a.major, a.minor) {
        (0, 0) => a.cmp_precedence(b).is_eq(),
        (0, minor) => b.major == 0 && b.minor == minor,
        (major, _) => b.major == major,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn fit(export: &str, import: &str) -> Fit {
        Name::of(export).fit(&Name::of(import))
    }

    #[test]
    fn later_versions_of_a_track_serve_and_no_others() {
        for (export, import, wanted) in [
            ("a:b/c@0.2.0", "a:b/c@0.2.0", Fit::Same),
            ("a:b/c@0.2.1", "a:b/c@0.2.0", Fit::Later),
            ("a:b/c@0.2.0", "a:b/c@0.2.1", Fit::Earlier),
            ("a:b/c@0.3.0", "a:b/c@0.2.0", Fit::OtherTrack),
            ("a:b/c@1.4.0", "a:b/c@1.2.9", Fit::Later),
            ("a:b/c@2.0.0", "a:b/c@1.2.9", Fit::OtherTrack),
            ("a:b/c@0.0.2", "a:b/c@0.0.1", Fit::OtherTrack),
            ("a:b/c@1.0.0-rc.2", "a:b/c@1.0.0-rc.1", Fit::OtherTrack),
            ("a:b/c@1.0.0", "a:b/c@1.0.0-rc.1", Fit::OtherTrack),
            ("a:b/c@1.0.0+one", "a:b/c@1.0.0+two", Fit::Later),
            ("a:b/c", "a:b/c@1.0.0", Fit::OtherTrack),
            ("a:b/c", "a:b/c", Fit::Same),
            ("a:b/d@0.2.0", "a:b/c@0.2.0", Fit::Other),
            ("greet", "greet", Fit::Same),
            ("greet", "meet", Fit::Other),
        ] {
            assert_eq!(fit(export, import), wanted, "{export} for {import}");
        }
    }

    #[test]
    fn people_write_names_in_short() {
        let name = Name::of("test:log/logger@0.2.0");
        for text in [
            "test:log/logger@0.2.0",
            "test:log/logger",
            "logger",
            "test:log",
            "test:log@0.2.0",
        ] {
            assert!(name.is_meant_by(text), "{text}");
        }
        for text in ["log", "test", "test:log@0.2.1", "test:log/logger@0.2", "", "@"] {
            assert!(!name.is_meant_by(text), "{text}");
        }
        assert!(Name::of("greet").is_meant_by("greet") && !Name::of("greet").is_meant_by("meet"));
    }

    proptest! {
        /// Of two versions, one at most serves in the place of the other, unless they differ in metadata alone.
        #[test]
        fn serving_has_one_direction(a in (0_u64..3, 0_u64..3, 0_u64..3), b in (0_u64..3, 0_u64..3, 0_u64..3)) {
            let one = format!("a:b/c@{}.{}.{}", a.0, a.1, a.2);
            let other = format!("a:b/c@{}.{}.{}", b.0, b.1, b.2);
            prop_assert_eq!(fit(&one, &other).serves() && fit(&other, &one).serves(), a == b);
            // What serves a version serves all earlier ones of its track.
            if fit(&one, &other).serves() {
                prop_assert!(a >= b);
            }
        }

        #[test]
        fn any_text_is_a_name(text: String, other: String) {
            let (one, two) = (Name::of(&text), Name::of(&other));
            let _ = (one.fit(&two), one.is_meant_by(&other));
            prop_assert!(one.is_meant_by(&text));
        }
    }
}
