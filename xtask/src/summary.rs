//! The closing line of a test run, out of what the runner prints.

/// Whether this is nextest's closing line, as in `Summary [   1.2s] 10 tests run: 10 passed, 2 skipped`.
pub(crate) fn is_nextest(line: &str) -> bool {
    line.trim_start().starts_with("Summary [")
}

/// Whether this is one of cargo test's closing lines; there is one for each test binary.
pub(crate) fn is_cargo_test(line: &str) -> bool {
    line.starts_with("test result: ")
}

/// The counts of all of cargo test's closing lines together.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Total {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
    pub(crate) ignored: u64,
}

impl Total {
    pub(crate) fn of<'a>(lines: impl IntoIterator<Item = &'a str>) -> Self {
        let mut total = Self::default();
        for line in lines {
            let words: Vec<&str> = line.split([' ', ';', '.']).filter(|w| !w.is_empty()).collect();
            for pair in words.windows(2) {
                let Ok(number) = pair[0].parse::<u64>() else {
                    continue;
                };
                match pair[1] {
                    "passed" => total.passed += number,
                    "failed" => total.failed += number,
                    "ignored" => total.ignored += number,
                    _ => {}
                }
            }
        }
        total
    }

    /// In the words of cargo test.
    pub(crate) fn line(&self) -> String {
        let word = if self.failed == 0 { "ok" } else { "FAILED" };
        let Self {
            passed,
            failed,
            ignored,
        } = self;
        format!("test result: {word}. {passed} passed; {failed} failed; {ignored} ignored")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adds_up_over_binaries() {
        let lines = [
            "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s",
            "test result: FAILED. 2 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.00s",
        ];
        let total = Total::of(lines);
        assert_eq!(
            total,
            Total {
                passed: 5,
                failed: 1,
                ignored: 1
            }
        );
        assert_eq!(total.line(), "test result: FAILED. 5 passed; 1 failed; 1 ignored");
    }

    #[test]
    fn tells_closing_lines_from_others() {
        assert!(is_nextest(
            "     Summary [   0.003s] 2 tests run: 2 passed, 0 skipped"
        ));
        assert!(!is_nextest("        PASS [   0.003s] a Summary"));
        assert!(is_cargo_test("test result: ok. 3 passed"));
    }
}
