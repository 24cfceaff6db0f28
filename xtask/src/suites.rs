//! Suites of others that no package registry has: they run where a variable names them, and a run without one
//! says so, instead of passing in silence.

/// Variable, what it names, where its last result is kept.
const SUITES: &[(&str, &str, &str)] = &[
    (
        "SAMPAN_WASI_TESTSUITE",
        "a folder with the branch `prod/testsuite-base` of WebAssembly/wasi-testsuite",
        "docs/suites/wasi-testsuite.md",
    ),
    (
        "OCI_CONFORMANCE",
        "the program that `go test -c` makes of `conformance` in opencontainers/distribution-spec",
        "docs/suites/distribution-spec.md",
    ),
];

/// Tells which suites this run leaves out.
pub(crate) fn tell_missing() {
    for (variable, what, kept) in SUITES {
        if std::env::var_os(variable).is_none() {
            eprintln!(
                "note: a suite is left out, because `{variable}` is not set: it names {what}; last result in `{kept}`"
            );
        }
    }
}
