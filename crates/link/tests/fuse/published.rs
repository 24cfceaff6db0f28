//! What a component imports and exports, beside what was published.

use sampan_link::{Kept, LinkError, Way, published};
use sampan_types::Classified;

use crate::{F, component, part, typed};

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
