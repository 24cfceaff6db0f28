//! What `set` turns on and off.

/// The options.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Options {
    /// `-e`
    pub(crate) errexit: bool,
    /// `-x`
    pub(crate) xtrace: bool,
    /// `-u`
    pub(crate) nounset: bool,
    /// `-f`
    pub(crate) noglob: bool,
    /// `-C`
    pub(crate) noclobber: bool,
    /// `-a`
    pub(crate) allexport: bool,
    /// `-v`
    pub(crate) verbose: bool,
    /// `-n`
    pub(crate) noexec: bool,
    pub(crate) pipefail: bool,
}

const NAMES: [(char, &str); 9] = [
    ('e', "errexit"),
    ('x', "xtrace"),
    ('u', "nounset"),
    ('f', "noglob"),
    ('C', "noclobber"),
    ('a', "allexport"),
    ('v', "verbose"),
    ('n', "noexec"),
    (' ', "pipefail"),
];

impl Options {
    fn slot(&mut self, index: usize) -> &mut bool {
        match index {
            0 => &mut self.errexit,
            1 => &mut self.xtrace,
            2 => &mut self.nounset,
            3 => &mut self.noglob,
            4 => &mut self.noclobber,
            5 => &mut self.allexport,
            6 => &mut self.verbose,
            7 => &mut self.noexec,
            _ => &mut self.pipefail,
        }
    }

    /// Turns on or off what a letter stands for; whether there is such a one.
    pub(crate) fn letter(&mut self, letter: char, on: bool) -> bool {
        let index = NAMES.iter().position(|&(c, _)| c == letter && c != ' ');
        index.map(|index| *self.slot(index) = on).is_some()
    }

    /// The same by its name.
    pub(crate) fn name(&mut self, name: &str, on: bool) -> bool {
        let index = NAMES.iter().position(|&(_, known)| known == name);
        index.map(|index| *self.slot(index) = on).is_some()
    }

    /// `$-`.
    pub(crate) fn letters(mut self) -> String {
        (0..NAMES.len() - 1)
            .filter(|&index| *self.slot(index))
            .map(|index| NAMES[index].0)
            .collect()
    }

    /// All by their names, for `set -o`.
    pub(crate) fn listed(mut self) -> String {
        (0..NAMES.len())
            .map(|index| {
                let state = if *self.slot(index) { "on" } else { "off" };
                format!("{:<15} {state}\n", NAMES[index].1)
            })
            .collect()
    }
}
