//! What a component imports and exports, beside what was published.

use proptest::prelude::*;
use sampan_link::{Kept, LinkError, Way, published};
use sampan_types::Classified;

use crate::{F, component, part, raw, typed};

/// A package of WIT in its binary form: interfaces with a function `f` each, and functions more.
fn package(interfaces: &[(&str, &str)]) -> String {
    let mut text = String::from("(component");
    for (i, (name, more)) in interfaces.iter().enumerate() {
        text.push_str(&format!(
            r#"(type $t{i} (component (export "{name}" (instance (export "f" {F}) {more}))))
                (export "interface{i}" (type $t{i}))"#
        ));
    }
    text.push(')');
    text
}

fn compared(component: &str, package: &str) -> Result<Vec<Kept>, LinkError> {
    published(part("app", component), part("package", package))
}

#[test]
fn imports_and_exports_are_compared_with_what_was_published() {
    let app = component(&["a:b/log@1.1.0", "x:y/z@1.0.0"], &["a:b/text@1.2.0", "run"]);
    let both = package(&[("a:b/log@1.2.0", ""), ("a:b/text@1.2.0", "")]);
    let kept = compared(&app, &both).unwrap_or_else(|e| panic!("{e}"));
    let kept: Vec<_> = kept
        .iter()
        .map(|kept| (kept.way, kept.name.as_str(), kept.published.as_str()))
        .collect();
    assert_eq!(
        kept,
        [
            (Way::Imports, "a:b/log@1.1.0", "a:b/log@1.2.0"),
            (Way::Exports, "a:b/text@1.2.0", "a:b/text@1.2.0"),
        ]
    );
    // A package that it has nothing to do with.
    let other = package(&[("c:d/e@1.0.0", "")]);
    assert_eq!(compared(&app, &other).unwrap(), []);
}

#[test]
fn what_is_not_as_it_was_published_is_named() {
    let log = |version: &str, more: &str| package(&[(&format!("a:b/log@{version}"), more)]);
    let imports = component(&["a:b/log@1.1.0"], &["run"]);
    let exports = component(&[], &["a:b/log@1.1.0"]);
    let stranger = component(&["a:b/other@1.1.0"], &["run"]);
    let text = typed(
        &[("a:b/log@1.1.0", r#"(func (param "a" string) (result u32))"#)],
        &[],
    );
    for (app, package, says) in [
        (
            &stranger,
            log("1.1.0", ""),
            "`app` imports `a:b/other@1.1.0`, and `package` has no such interface",
        ),
        (
            &imports,
            log("1.0.0", ""),
            "and `package` has `a:b/log@1.0.0`, which promises nothing for it",
        ),
        (
            &imports,
            log("2.0.0", ""),
            "and `package` has `a:b/log@2.0.0`, which promises nothing for it",
        ),
        (
            &exports,
            log("1.2.0", ""),
            "`app` exports `a:b/log@1.1.0`, and `package` has `a:b/log@1.2.0`",
        ),
        (&text, log("1.1.0", ""), "has it otherwise\n`f`: "),
        (
            &exports,
            log("1.1.0", r#"(export "g" (func (result bool)))"#),
            "`g`: is missing\nwanted func() -> bool",
        ),
    ] {
        let error = compared(app, &package).expect_err(says);
        assert!(error.to_string().contains(says), "{says}: {error}");
        assert!(error.hint().is_some(), "{error}");
    }
    // Functions that nobody imports are nobody's.
    let more = log("1.1.0", r#"(export "g" (func (result bool)))"#);
    assert_eq!(compared(&imports, &more).unwrap().len(), 1);
}

#[test]
fn what_is_no_package_is_refused() {
    let app = component(&["a:b/log@1.0.0"], &["run"]);
    let log = package(&[("a:b/log@1.0.0", "")]);
    for (component, package, says) in [
        (&app, &app, "`package` is no package of WIT"),
        (&app, &"(module)".to_owned(), "`package` is no package of WIT"),
        (&log, &log, "`app` is a package of WIT types, without code"),
        (
            &app,
            &r#"(component (type $t u32) (export "t" (type $t)))"#.to_owned(),
            "the package `package` has no interfaces",
        ),
    ] {
        let error = compared(component, package).expect_err(says);
        assert!(error.to_string().contains(says), "{says}: {error}");
    }
}

/// As many interfaces as are allowed, on both sides, and one more.
#[test]
fn large_packages_are_compared_within_the_bounds() {
    let names: Vec<String> = (0..900).map(|i| format!("a:b/i{i}@1.0.0")).collect();
    let interfaces: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let kept = compared(&component(&names, &["run"]), &package(&interfaces));
    assert_eq!(kept.unwrap_or_else(|e| panic!("{e}")).len(), 900);
    let types: String = (0..4_001)
        .map(|i| format!(r#"(export "t{i}" (type $t))"#))
        .collect();
    let error = compared(
        &component(&names[..1], &[]),
        &format!("(component (type $t (component)) {types})"),
    );
    let error = error.expect_err("it has too much");
    assert!(matches!(error, LinkError::TooMany { .. }), "{error}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Whatever is damaged in a package, there is an answer, and no panic.
    #[test]
    fn damaged_packages_are_refused_or_compared(at in 8_usize..400, byte: u8, end in 8_usize..600) {
        let app = component(&["a:b/log@1.0.0"], &["a:b/text@1.0.0"]);
        let mut bytes = wat::parse_str(package(&[("a:b/log@1.0.0", ""), ("a:b/text@1.0.0", "")])).unwrap();
        let length = bytes.len();
        bytes[at % length] = byte;
        // Some of them end too early, too.
        bytes.truncate(end);
        if let Ok(kept) = published(part("app", &app), raw("package", bytes)) {
            prop_assert!(kept.len() <= 2);
        }
    }
}
