//! Links of small components: who serves whom, what is refused, and what the result says of itself.

use sampan_link::{Fused, LinkError, Part, Provider, fuse};
use sampan_types::links::{Linked, SECTION};
use sampan_types::{Algorithm, Classified, Digest};
use wasmparser::{Parser, Payload, Validator, WasmFeatures};

const F: &str = r#"(func (param "a" u32) (result u32))"#;

/// A component with one function in each interface. With imports, its function is that of the first one.
fn component(imports: &[&str], exports: &[&str]) -> String {
    typed(
        &imports.iter().map(|name| (*name, F)).collect::<Vec<_>>(),
        exports,
    )
}

/// The same, with the types of what it imports.
fn typed(imports: &[(&str, &str)], exports: &[&str]) -> String {
    let mut text = String::from(
        r#"(component
            (core module $m (func (export "f") (param i32) (result i32) local.get 0))
            (core instance $i (instantiate $m))
            (func $own (param "a" u32) (result u32) (canon lift (core func $i "f")))"#,
    );
    for (i, (name, func)) in imports.iter().enumerate() {
        text.push_str(&format!(
            r#"(import "{name}" (instance $i{i} (export "f" {func})))"#
        ));
    }
    if !imports.is_empty() {
        text.push_str(r#"(alias export $i0 "f" (func $first))"#);
    }
    let source = if imports.is_empty() { "$own" } else { "$first" };
    for (i, name) in exports.iter().enumerate() {
        match name.contains(':') {
            true => text.push_str(&format!(
                r#"(instance $e{i} (export "f" (func {source}))) (export "{name}" (instance $e{i}))"#
            )),
            false => text.push_str(&format!(r#"(export "{name}" (func {source}))"#)),
        }
    }
    text.push(')');
    text
}

fn part(name: &str, text: &str) -> Part {
    let bytes = wat::parse_str(text).unwrap_or_else(|e| panic!("{text}: {e}"));
    raw(name, bytes)
}

fn raw(name: &str, bytes: Vec<u8>) -> Part {
    // Equal bytes must have equal digests, and nothing here checks more.
    let mut sum = [0_u8; 32];
    for (i, byte) in bytes.iter().enumerate() {
        sum[i % 32] = sum[i % 32].rotate_left(3) ^ byte ^ (i / 32) as u8;
    }
    Part {
        name: name.to_owned(),
        digest: Digest::from_bytes(Algorithm::Sha256, &sum),
        bytes,
    }
}

fn with(import: Option<&str>, part: Part) -> Provider {
    Provider {
        import: import.map(str::to_owned),
        part,
    }
}

#[track_caller]
fn fused(app: &str, providers: &[(Option<&str>, &str, &str)]) -> Fused {
    linked(app, providers).unwrap_or_else(|e| panic!("{e}"))
}

#[track_caller]
fn refused(app: &str, providers: &[(Option<&str>, &str, &str)]) -> LinkError {
    linked(app, providers)
        .map(|f| f.linked)
        .expect_err("it is refused")
}

fn linked(app: &str, providers: &[(Option<&str>, &str, &str)]) -> Result<Fused, LinkError> {
    let providers = providers
        .iter()
        .map(|(import, name, text)| with(*import, part(name, text)));
    fuse(part("app", app), providers.collect())
}

fn serves(fused: &Fused, name: &str) -> Vec<String> {
    let part = fused.linked.parts.iter().find(|part| part.name == name);
    part.unwrap_or_else(|| panic!("`{name}` is no part"))
        .serves
        .clone()
}

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

#[test]
fn only_components_are_linked() {
    let app = component(&["a:b/log@1.0.0"], &["run"]);
    let error = |bytes: Vec<u8>| {
        fuse(part("app", &app), vec![with(None, raw("other", bytes))])
            .map(|f| f.linked)
            .unwrap_err()
            .to_string()
    };
    assert!(error(b"hello".to_vec()).contains("`other` is not WebAssembly"));
    assert!(error(wat::parse_str("(module)").unwrap()).contains("`other` is a core module"));
    let package = wat::parse_str(r#"(component (type $t (component)) (export "t" (type $t)))"#).unwrap();
    assert!(error(package).contains("package of WIT types"));
    let mut cut = wat::parse_str(component(&[], &["a:b/log@1.0.0"])).unwrap();
    cut.truncate(cut.len() - 3);
    assert!(error(cut).contains("`other` is not a valid component"));
    // Valid in its sections, and not in what they say.
    let wrong = r#"(component (import "x" (func $f)) (export "a:b/log@1.0.0" (func 7)))"#;
    assert!(error(wat::parse_str(wrong).unwrap()).contains("`other` is not a valid component"));
}

#[test]
fn too_much_is_refused_before_it_is_looked_at() {
    let functions: String = (0..4_001).map(|i| format!(r#"(import "f{i}" (func))"#)).collect();
    let app = format!("(component {functions})");
    let log = component(&[], &["a:b/i0@1.0.0"]);
    let error = refused(&app, &[(None, "log", &log)]);
    assert!(
        matches!(
            error,
            LinkError::TooMany {
                what: "imports and exports",
                ..
            }
        ),
        "{error}"
    );
    // The validator has a bound of its own on instances, which holds for the whole, too.
    let names: Vec<String> = (0..1_001).map(|i| format!("a:b/i{i}@1.0.0")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let error = refused(&component(&names, &["run"]), &[(None, "log", &log)]);
    assert!(matches!(error, LinkError::Invalid { .. }), "{error}");
    // As many as are allowed are linked.
    let app = component(&names[..900], &["run"]);
    assert_eq!(fused(&app, &[(None, "log", &log)]).after.len(), 899);
    let app = component(&["a:b/i0@1.0.0"], &["run"]);
    let many: Vec<Provider> = (0..70)
        .map(|i| {
            with(
                None,
                part("log", &component(&[], &["a:b/i0@1.0.0", &format!("x{i}")])),
            )
        })
        .collect();
    let error = fuse(part("app", &app), many).map(|f| f.linked).unwrap_err();
    assert!(
        matches!(error, LinkError::TooMany { what: "parts", .. }),
        "{error}"
    );
    // The text form has a bound of its own, so the components are put into each other by hand.
    let mut deep = wat::parse_str("(component)").unwrap();
    for _ in 0..120 {
        let mut outer = wat::parse_str("(component)").unwrap();
        outer.push(4);
        let length = u32::try_from(deep.len()).unwrap();
        outer.extend([0, 7, 14, 21, 28].map(|shift| (length >> shift) as u8 & 0x7f | 0x80));
        *outer.last_mut().unwrap() &= 0x7f;
        outer.append(&mut deep);
        deep = outer;
    }
    let app = part("app", &component(&[], &[]));
    let error = fuse(app, vec![with(None, raw("deep", deep))])
        .map(|f| f.linked)
        .unwrap_err();
    assert!(matches!(error, LinkError::Nesting { .. }), "{error}");
}

/// A type that unfolds without end: each is twice the one before.
#[test]
fn types_that_unfold_are_bounded() {
    let bomb = |last: usize| {
        let mut types = String::from("(type $t0 u32)");
        for i in 1..=last {
            types.push_str(&format!("(type $t{i} (tuple $t{0} $t{0}))", i - 1));
        }
        format!(
            r#"(component {types} (import "a:b/log@1.0.0" (instance (export "f" (func (param "a" $t{last}))))))"#
        )
    };
    let error = refused(&bomb(59), &[(None, "log", &component(&[], &["a:b/log@1.0.0"]))]);
    assert!(matches!(error, LinkError::Invalid { .. }), "{error}");
    // As large as the validator takes.
    let error = refused(&bomb(15), &[(None, "log", &component(&[], &["a:b/log@1.0.0"]))]);
    assert!(matches!(error, LinkError::Differs { .. }), "{error}");
    assert!(error.to_string().len() < 4_000);
}

mod random {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]

        /// Whatever is damaged, there is an error or a valid component, and no panic.
        #[test]
        fn damaged_parts_are_refused(at in 8_usize..400, byte: u8) {
            let mut bytes = wat::parse_str(component(&["a:b/two@1.0.0"], &["a:b/log@1.0.0"])).unwrap();
            let length = bytes.len();
            bytes[at % length] = byte;
            let app = part("app", &component(&["a:b/log@1.0.0"], &["run"]));
            if let Ok(fused) = fuse(app, vec![with(None, raw("log", bytes))]) {
                let valid = Validator::new_with_features(WasmFeatures::all()).validate_all(&fused.bytes);
                prop_assert!(valid.is_ok());
            }
        }

        /// Random graphs of parts: a circle, or a component whose imports are those that nobody serves.
        #[test]
        fn any_graph_is_a_component_or_an_error(edges in proptest::collection::vec((0_usize..6, 0_usize..6), 0..12)) {
            let name = |i: usize| format!("a:b/p{i}@1.0.0");
            let imports = |part: usize| {
                let mut names: Vec<String> = edges.iter().filter(|(from, _)| *from == part).map(|(_, to)| name(*to)).collect();
                names.sort();
                names.dedup();
                names
            };
            let text = |part: usize, exports: &[&str]| {
                let imports = imports(part);
                component(&imports.iter().map(String::as_str).collect::<Vec<_>>(), exports)
            };
            let mut reached = vec![0_usize];
            let mut at = 0;
            while at < reached.len() {
                let here = reached[at];
                for (_, to) in edges.iter().filter(|(from, _)| *from == here) {
                    if !reached.contains(to) { reached.push(*to); }
                }
                at += 1;
            }
            let providers: Vec<Provider> = reached[1..].iter().map(|i| {
                with(None, part(&name(*i), &text(*i, &[&name(*i)])))
            }).collect();
            match fuse(part("app", &text(0, &["run"])), providers) {
                // Nobody exports what the first one would; nobody serves itself.
                Ok(fused) => prop_assert!(fused.after.iter().all(|left| {
                    *left == name(0) || edges.iter().any(|(from, to)| from == to && name(*to) == *left)
                }), "{:?}", fused.after),
                Err(error) => prop_assert!(matches!(error, LinkError::Circle { .. }), "{error}"),
            }
        }
    }
}
