//! Who serves whom, what does not fit, and what the result says of itself.

use sampan_link::LinkError;
use sampan_types::Classified;
use sampan_types::links::{Linked, SECTION};
use wasmparser::{Parser, Payload, Validator, WasmFeatures};

use crate::{F, component, fused, part, refused, serves, typed};

#[test]
fn an_export_serves_the_import_of_its_name() {
    let app = component(&["a:b/log@0.2.0", "wasi:clocks/wall-clock@0.2.0"], &["run"]);
    let fused = fused(&app, &[(None, "log", &component(&[], &["a:b/log@0.2.0"]))]);
    Validator::new_with_features(WasmFeatures::all())
        .validate_all(&fused.bytes)
        .unwrap();
    assert_eq!(fused.before, ["a:b/log@0.2.0", "wasi:clocks/wall-clock@0.2.0"]);
    assert_eq!(fused.after, ["wasi:clocks/wall-clock@0.2.0"]);
    assert!(fused.added().is_empty());
    assert_eq!(serves(&fused, "log"), ["a:b/log@0.2.0"]);
}

#[test]
fn later_versions_of_a_track_serve_and_earlier_ones_do_not() {
    let app = component(&["a:b/log@0.2.1"], &["run"]);
    let log = |version: &str| component(&[], &[&format!("a:b/log@{version}")]);
    assert!(fused(&app, &[(None, "log", &log("0.2.4"))]).after.is_empty());
    let error = refused(&app, &[(None, "log", &log("0.2.0"))]);
    assert!(
        matches!(error, LinkError::Version { earlier: true, .. }),
        "{error}"
    );
    assert!(error.to_string().contains("`a:b/log@0.2.0`"), "{error}");
    for version in ["0.3.0", "1.0.0", "0.2.1-rc.1"] {
        let error = refused(&app, &[(Some("log"), "log", &log(version))]);
        assert!(
            matches!(error, LinkError::Version { earlier: false, .. }),
            "{error}"
        );
        assert!(error.to_string().contains(version), "{error}");
    }
}

#[test]
fn a_function_of_another_type_is_named_with_both_types() {
    let text = r#"(func (param "a" string) (result u32))"#;
    let error = refused(
        &typed(&[("a:b/log@0.2.0", text)], &[]),
        &[(None, "log", &component(&[], &["a:b/log@0.2.0"]))],
    );
    let said = error.to_string();
    for part in [
        "`app` imports `a:b/log@0.2.0`",
        "`log` exports it otherwise",
        "`f`",
        "`a`: expected string, found u32",
        "wanted func(a: string) -> u32",
        "there  func(a: u32) -> u32",
    ] {
        assert!(said.contains(part), "{part:?} in {said}");
    }
    // A function that is not there at all.
    let app = r#"(component (import "a:b/log@0.2.0" (instance (export "g" (func (result (list u8)))))))"#;
    let said = refused(app, &[(None, "log", &component(&[], &["a:b/log@0.2.0"]))]).to_string();
    assert!(
        said.contains("`g`: is missing\nwanted func() -> list<u8>"),
        "{said}"
    );
}

#[test]
fn providers_are_served_by_providers() {
    let app = component(&["a:b/one@1.0.0"], &["run"]);
    let one = component(&["a:b/two@1.0.0"], &["a:b/one@1.0.0"]);
    let two = component(&["wasi:random/random@0.2.0"], &["a:b/two@1.0.0"]);
    // In whichever order they are named.
    for providers in [[("one", &one), ("two", &two)], [("two", &two), ("one", &one)]] {
        let providers: Vec<_> = providers.map(|(name, text)| (None, name, text.as_str())).into();
        let fused = fused(&app, &providers);
        assert_eq!(fused.after, ["wasi:random/random@0.2.0"]);
        assert_eq!(fused.added(), ["wasi:random/random@0.2.0"]);
    }
}

#[test]
fn names_choose_the_imports_that_are_served() {
    let app = component(&["a:b/one@1.0.0", "a:b/two@1.0.0", "c:d/three@1.0.0"], &["run"]);
    let all = component(&[], &["a:b/one@1.0.0", "a:b/two@1.0.0", "c:d/three@1.0.0"]);
    for (name, wanted) in [
        ("one", vec!["a:b/one@1.0.0"]),
        ("a:b/two", vec!["a:b/two@1.0.0"]),
        ("a:b/two@1.0.0", vec!["a:b/two@1.0.0"]),
        ("a:b", vec!["a:b/one@1.0.0", "a:b/two@1.0.0"]),
        ("c:d@1.0.0", vec!["c:d/three@1.0.0"]),
    ] {
        assert_eq!(
            serves(&fused(&app, &[(Some(name), "all", &all)]), "all"),
            wanted,
            "{name}"
        );
    }
    // The same file twice is one part, and a name goes before none.
    let other = component(&[], &["a:b/one@1.0.0", "a:b/two@1.0.0"]);
    let fused = fused(
        &app,
        &[
            (Some("one"), "all", &all),
            (Some("three"), "all", &all),
            (None, "other", &other),
        ],
    );
    assert_eq!(serves(&fused, "all"), ["a:b/one@1.0.0", "c:d/three@1.0.0"]);
    assert_eq!(serves(&fused, "other"), ["a:b/two@1.0.0"]);
}

#[test]
fn what_nobody_uses_is_refused_with_what_there_is() {
    let app = component(&["a:b/logger@1.0.0", "wasi:random/random@0.2.0"], &["run"]);
    let log = component(&[], &["a:b/logger@1.0.0"]);
    let hint = |error: LinkError| (error.to_string(), error.hint().unwrap_or_default());
    let (said, hint_) = hint(refused(&app, &[(Some("loger"), "log", &log)]));
    assert_eq!(
        (said.as_str(), hint_.as_str()),
        ("nothing imports `loger`", "did you mean `logger`?")
    );
    let (_, hint_) = hint(refused(&app, &[(Some("nothing-like-it"), "log", &log)]));
    assert!(hint_.contains("imported are a:b/logger@1.0.0"), "{hint_}");
    let idle = component(&[], &["x:y/z@1.0.0"]);
    let (said, hint_) = hint(refused(&app, &[(None, "log", &log), (None, "idle", &idle)]));
    assert_eq!(said, "nothing imports what `idle` exports");
    assert!(
        hint_.contains("x:y/z@1.0.0") && hint_.contains("a:b/logger@1.0.0"),
        "{hint_}"
    );
    let (said, hint_) = hint(refused(&app, &[(Some("logger"), "idle", &idle)]));
    assert_eq!(said, "`idle` does not export `a:b/logger@1.0.0`");
    assert_eq!(hint_, "it exports x:y/z@1.0.0");
}

#[test]
fn wrappers_are_served_by_the_next_one() {
    let app = component(&["a:b/log@1.0.0"], &["run"]);
    let wrap = component(&["a:b/log@1.0.0"], &["a:b/log@1.0.0"]);
    // Another one, by an export more.
    let second = component(&["a:b/log@1.0.0"], &["a:b/log@1.0.0", "x"]);
    let log = component(&[], &["a:b/log@1.0.0"]);
    let all = [
        (None, "one", wrap.as_str()),
        (None, "two", &second),
        (None, "log", &log),
    ];
    assert!(fused(&app, &all).after.is_empty());
    // Without an end the last one's import stays.
    assert_eq!(fused(&app, &all[..2]).after, ["a:b/log@1.0.0"]);
    // One that wraps nothing cannot stand before another.
    let error = refused(&app, &[all[2], all[0]]);
    assert!(matches!(error, LinkError::Ambiguous { .. }), "{error}");
    assert!(error.hint().unwrap().contains("--with a:b/log="), "{error}");
    let named = fused(&app, &[(None, "log", &log), (Some("log"), "one", &wrap)]);
    assert!(named.after.is_empty(), "a name settles it: {:?}", named.after);
}

#[test]
fn circles_are_told_part_by_part() {
    let app = component(&["a:b/one@1.0.0"], &["run"]);
    let one = component(&["a:b/two@1.0.0"], &["a:b/one@1.0.0"]);
    let two = component(&["a:b/one@1.0.0"], &["a:b/two@1.0.0"]);
    let said = refused(&app, &[(None, "one", &one), (None, "two", &two)]).to_string();
    assert_eq!(said, "the parts import each other: `one` from `two` from `one`");
    // Also where nobody asks for it.
    let other = component(&["a:b/three@1.0.0"], &["run"]);
    let error = refused(&other, &[(None, "one", &one), (None, "two", &two)]);
    assert!(matches!(error, LinkError::Circle { .. }), "{error}");
}

/// An interface `use` that passes a resource of `types`.
const RESOURCE_APP: &str = r#"(component
    (import "a:b/types@1.0.0" (instance $t (export "r" (type (sub resource)))))
    (alias export $t "r" (type $r))
    (import "a:b/use@1.0.0" (instance $u
        (export "r" (type $r2 (eq $r))) (export "take" (func (param "x" (own $r2))))))
    (alias export $u "take" (func $f))
    (export "run" (func $f)))"#;

/// The same interface with a resource of its own.
const RESOURCE_PROVIDER: &str = r#"(component
    (type $r (resource (rep i32)))
    (core module $m (func (export "take") (param i32)))
    (core instance $i (instantiate $m))
    (func $take (param "x" (own $r)) (canon lift (core func $i "take")))
    (component $c
        (import "r" (type $r (sub resource)))
        (import "take" (func $take (param "x" (own $r))))
        (export $r1 "r" (type $r))
        (export "take" (func $take) (func (param "x" (own $r1)))))
    (instance $x (instantiate $c (with "r" (type $r)) (with "take" (func $take))))
    (export "a:b/use@1.0.0" (instance $x)))"#;

#[test]
fn resources_of_the_same_name_are_not_the_same() {
    let error = refused(RESOURCE_APP, &[(None, "own", RESOURCE_PROVIDER)]);
    let LinkError::DoNotFit { why } = &error else {
        panic!("{error}")
    };
    assert!(why.contains("a:b/use@1.0.0") && why.contains('r'), "{why}");
    assert!(error.hint().unwrap().contains("one resource"));
}

#[test]
fn imports_that_cannot_be_joined_are_told_with_both_parts() {
    let other = r#"(func (param "a" string) (result u32))"#;
    let app = typed(&[("a:b/one@1.0.0", F), ("a:b/host@1.0.0", F)], &["run"]);
    let one = typed(&[("a:b/host@1.0.0", other)], &[]);
    let one = format!(
        r#"{} (core module $n (func (export "f") (param i32) (result i32) local.get 0)) (core instance $j (instantiate $n))
            (func $g (param "a" u32) (result u32) (canon lift (core func $j "f")))
            (instance $e (export "f" (func $g))) (export "a:b/one@1.0.0" (instance $e)))"#,
        one.strip_suffix(')').unwrap()
    );
    let error = refused(&app, &[(None, "one", &one)]);
    let LinkError::Conflict {
        import,
        first,
        second,
        why,
    } = &error
    else {
        panic!("{error}")
    };
    assert_eq!(
        (import.as_str(), first.as_str(), second.as_str()),
        ("a:b/host@1.0.0", "one", "app")
    );
    assert!(!why.is_empty());
}

#[test]
fn imports_of_one_track_are_joined() {
    let app = component(&["a:b/one@1.0.0", "a:b/host@1.0.0"], &["run"]);
    let one = component(&["a:b/host@1.2.0"], &["a:b/one@1.0.0"]);
    let fused = fused(&app, &[(None, "one", &one)]);
    assert_eq!(fused.after, ["a:b/host@1.2.0"]);
    assert!(fused.added().is_empty(), "another version is no other interface");
}

#[test]
fn the_same_parts_give_the_same_bytes_and_say_what_they_are() {
    let app = component(
        &["a:b/one@1.0.0", "a:b/two@1.0.0", "w:x/y@1.0.0", "w:x/z@1.0.0"],
        &["run", "b:c/d@1.0.0"],
    );
    let one = component(&["a:b/two@1.0.0", "w:x/v@1.0.0"], &["a:b/one@1.0.0"]);
    let two = component(&["w:x/z@1.1.0"], &["a:b/two@1.0.0"]);
    let all = [(None, "one", one.as_str()), (None, "two", &two)];
    let first = fused(&app, &all);
    for _ in 0..20 {
        assert_eq!(fused(&app, &all).bytes, first.bytes);
    }
    let said = Parser::new(0)
        .parse_all(&first.bytes)
        .map(Result::unwrap)
        .filter_map(|payload| match payload {
            Payload::CustomSection(section) if section.name() == SECTION => Some(section.data().to_vec()),
            _ => None,
        })
        .last()
        .unwrap();
    let said: Linked = serde_json::from_slice(&said).unwrap();
    assert_eq!(said, first.linked);
    let names: Vec<&str> = said.parts.iter().map(|part| part.name.as_str()).collect();
    assert_eq!(names, ["app", "one", "two"]);
    assert_eq!(said.parts[0].digest, part("app", &app).digest);
}
