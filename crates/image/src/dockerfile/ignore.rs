//! `.dockerignore` and the patterns of `COPY`: Docker's own rules of which path fits.

/// A pattern that means nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("syntax error in pattern `{0}`")]
pub struct BadPattern(pub String);

/// What is left out of a context.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ignore {
    rules: Vec<Rule>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Rule {
    /// Whether it takes back what rules before it left out.
    back: bool,
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    /// `**` at the end: whatever follows.
    Rest,
    /// `**`: any folders, or none.
    Folders,
    /// `*`: anything but a slash.
    Any,
    /// `?`: one letter that is no slash.
    One,
    /// `[a-z]`, `[^a-z]`.
    Set(bool, Vec<(char, char)>),
    Letter(char),
}

impl Ignore {
    /// Reads a `.dockerignore`.
    pub fn read(text: &str) -> Result<Self, BadPattern> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        Self::of(lines)
    }

    /// Of single patterns, as `--exclude` has them.
    pub fn of<'p>(patterns: impl IntoIterator<Item = &'p str>) -> Result<Self, BadPattern> {
        let mut rules = Vec::new();
        for line in patterns {
            let line = line.trim();
            let (back, pattern) = match line.strip_prefix('!') {
                Some(rest) => (true, rest.trim()),
                None => (false, line),
            };
            if pattern.is_empty() && !back {
                continue;
            }
            if pattern.is_empty() {
                return Err(BadPattern("!".to_owned()));
            }
            let clean = super::clean_path(pattern);
            rules.push(Rule {
                back,
                parts: read(clean.trim_start_matches('/'), true)?,
            });
        }
        Ok(Self { rules })
    }

    /// Whether nothing is left out.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// Whether a rule takes something back, so that a folder that is left out may hold something that is not.
    pub fn takes_back(&self) -> bool {
        self.rules.iter().any(|rule| rule.back)
    }

    /// Whether a path is left out, by itself or with a folder that it is in.
    pub fn leaves_out(&self, path: &str) -> bool {
        let path = path.trim_matches('/');
        if path.is_empty() || path == "." {
            return false;
        }
        let mut out = false;
        for rule in &self.rules {
            // A rule can change nothing where it says what holds already.
            if rule.back == out && rule.fits(path) {
                out = !rule.back;
            }
        }
        out
    }
}

impl Rule {
    /// Whether the path or one of its folders fits.
    fn fits(&self, path: &str) -> bool {
        let ends = path.match_indices('/').map(|(at, _)| at);
        ends.chain([path.len()])
            .any(|end| fits(&self.parts, &path[..end]))
    }
}

/// Whether a name fits a pattern of `COPY`, in which there is no `**`: `*` and `?` never are a slash.
pub fn glob(pattern: &str, path: &str) -> Result<bool, BadPattern> {
    Ok(fits(&read(pattern, false)?, path))
}

fn read(pattern: &str, folders: bool) -> Result<Vec<Part>, BadPattern> {
    let bad = || BadPattern(pattern.to_owned());
    let mut parts = Vec::new();
    let mut letters = pattern.chars().peekable();
    while let Some(letter) = letters.next() {
        parts.push(match letter {
            '*' if folders && letters.peek() == Some(&'*') => {
                letters.next();
                letters.next_if_eq(&'/');
                match letters.peek() {
                    None => Part::Rest,
                    Some(_) => Part::Folders,
                }
            }
            '*' => Part::Any,
            '?' => Part::One,
            '[' => {
                let not = letters.next_if_eq(&'^').is_some();
                let mut ranges = Vec::new();
                loop {
                    let mut one = || match letters.next() {
                        Some('\\') => letters.next().ok_or_else(bad),
                        Some(letter) => Ok(letter),
                        None => Err(bad()),
                    };
                    let low = one()?;
                    if low == ']' && !ranges.is_empty() {
                        break;
                    }
                    if matches!(low, '-' | ']') {
                        return Err(bad());
                    }
                    let high = match letters.next_if_eq(&'-') {
                        Some(_) => match letters.next() {
                            Some('\\') => letters.next().ok_or_else(bad)?,
                            Some(']') | None => return Err(bad()),
                            Some(letter) => letter,
                        },
                        None => low,
                    };
                    ranges.push((low, high));
                }
                Part::Set(not, ranges)
            }
            '\\' => Part::Letter(letters.next().ok_or_else(bad)?),
            letter => Part::Letter(letter),
        });
    }
    Ok(parts)
}

/// Which places of the path can be reached, part for part: the work is pattern times path, whatever they are.
fn fits(parts: &[Part], path: &str) -> bool {
    let path: Vec<char> = path.chars().collect();
    let mut reached = vec![false; path.len() + 1];
    reached[0] = true;
    for part in parts {
        let mut next = vec![false; path.len() + 1];
        match part {
            Part::Rest => return reached.contains(&true),
            Part::Folders => {
                let mut seen = false;
                for at in 0..=path.len() {
                    next[at] = reached[at] || (seen && path[at - 1] == '/');
                    seen |= reached[at];
                }
            }
            Part::Any => {
                let mut on = false;
                for at in 0..=path.len() {
                    on = reached[at] || (on && path[at - 1] != '/');
                    next[at] = on;
                }
            }
            one => {
                for (at, letter) in path.iter().enumerate() {
                    next[at + 1] = reached[at]
                        && match one {
                            Part::One => *letter != '/',
                            Part::Set(not, ranges) => {
                                let within = ranges.iter().any(|(low, high)| low <= letter && letter <= high);
                                *letter != '/' && within != *not
                            }
                            Part::Letter(wanted) => wanted == letter,
                            Part::Rest | Part::Folders | Part::Any => false,
                        };
                }
            }
        }
        reached = next;
    }
    reached[path.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pattern, path, whether it fits: the table of Docker's own matcher.
    #[test]
    fn paths_fit_as_in_docker() {
        let cases = [
            ("**", "file", true),
            ("**", "file/", true),
            ("**/", "file", true),
            ("**", "dir/file", true),
            ("**/file", "dir/file", true),
            ("**/**", "dir/file", true),
            ("dir/**", "dir/file", true),
            ("dir/**", "dir/dir2/file", true),
            ("**/dir2/*", "dir/dir2/file", true),
            ("**/dir2/**", "dir/dir2/dir2/file", true),
            ("**file", "file", true),
            ("**file", "dir/file", true),
            ("**/file", "dir/dir/file", true),
            ("**/file*", "dir/dir/file.txt", true),
            ("**/file*txt", "dir/dir/file.txt", true),
            ("**/file*.txt*", "dir/dir/file.txt", true),
            ("a[b-d]e", "ae", false),
            ("a[b-d]e", "ace", true),
            ("a[^b-d]e", "aze", true),
            ("a\\*b", "a*b", true),
            ("a\\*b", "axb", false),
            (".*", ".foo", true),
            (".*", "foo", false),
            ("abc.def", "abcdef", false),
            ("abc?def", "abcZdef", true),
            ("**/foo/bar", "foo/bar", true),
            ("**/foo/bar", "dir/foo/bar", true),
            ("abc/**", "abc", false),
            ("abc/**", "abc/def/ghi", true),
            ("**/.foo", "bar.foo", false),
            ("a(b)c/def", "a(b)c/def", true),
            ("a.|)$(}+{bc", "a.|)$(}+{bc", true),
            ("dist", "dist/x/y", true),
            ("*/x", "a/b/x", false),
            ("/a/../b/", "b", true),
            ("*", "a/b", true),
        ];
        for (pattern, path, wanted) in cases {
            let ignore = Ignore::of([pattern]).unwrap();
            assert_eq!(ignore.leaves_out(path), wanted, "{pattern} {path}");
        }
    }

    #[test]
    fn later_rules_take_back() {
        let ignore = Ignore::read("# all but two\n*\n!src\n!/README*\nsrc/**/*.o\n\n").unwrap();
        for (path, out) in [
            ("Cargo.toml", true),
            ("src", false),
            ("src/a/b.rs", false),
            ("src/a/b.o", true),
            ("src/b.o", true),
            ("README.md", false),
        ] {
            assert_eq!(ignore.leaves_out(path), out, "{path}");
        }
        assert!(ignore.takes_back());
        assert!(Ignore::of(["!"]).is_err() && Ignore::of(["[]a]"]).is_err() && Ignore::of(["[-x]"]).is_err());
    }

    #[test]
    fn a_pattern_of_copy_stays_within_one_folder() {
        assert!(glob("*.txt", "a.txt").unwrap());
        assert!(!glob("*.txt", "d/a.txt").unwrap());
        assert!(!glob("**", "d/a.txt").unwrap());
    }
}
