//! Parts that mean harm: one error each, and never a panic.

use proptest::prelude::*;
use sampan_link::{LinkError, Provider, fuse};
use sampan_types::Classified;
use wasmparser::{Validator, WasmFeatures};

use crate::{component, fused, part, raw, refused, with};

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

/// Cut at each byte: what is left is no component, and that is said.
#[test]
fn parts_without_their_ends_are_refused() {
    let app = component(&["a:b/log@1.0.0"], &["run"]);
    let whole = wat::parse_str(component(&["a:b/two@1.0.0"], &["a:b/log@1.0.0"])).unwrap();
    for length in 0..whole.len() {
        let cut = raw("cut", whole[..length].to_vec());
        // A component may end behind any of its sections. What is gone then, nobody asked for.
        let valid = Validator::new_with_features(WasmFeatures::all())
            .validate_all(&whole[..length])
            .is_ok();
        match fuse(part("app", &app), vec![with(None, cut)]).map(|f| f.linked) {
            Ok(_) if valid => {}
            Ok(linked) => panic!("{length} of {} bytes: {linked:?}", whole.len()),
            Err(error) => assert!(
                matches!(
                    error,
                    LinkError::Invalid { .. } | LinkError::NotComponent { .. } | LinkError::Idle { .. }
                ),
                "{length}: {error}"
            ),
        }
    }
}

/// Pre-releases, versions before 0.1, metadata and no version at all: who serves whom is said, and why not.
#[test]
fn odd_versions_serve_themselves_and_say_why() {
    let log = |version: &str| component(&[], &[&format!("a:b/log{version}")]);
    for (import, export, why) in [
        ("@1.2.3-rc.1", "@1.2.3-rc.2", "a pre-release serves itself alone"),
        ("@1.2.3-rc.1", "@1.2.3", "a pre-release serves itself alone"),
        ("@1.2.3", "@1.2.4-rc.1", "a pre-release serves itself alone"),
        ("@0.0.1", "@0.0.2", "versions before 0.1.0 serve themselves alone"),
        ("@1.0.0", "", "a name without a version serves itself alone"),
        ("", "@1.0.0", "a name without a version serves itself alone"),
        ("@1.0.0", "@2.0.0", "from 1.0.0 on those of one major number"),
    ] {
        let app = component(&[&format!("a:b/log{import}")], &["run"]);
        let error = refused(&app, &[(None, "log", &log(export))]);
        assert!(
            matches!(error, LinkError::Version { earlier: false, .. }),
            "{error}"
        );
        let hint = error.hint().unwrap();
        assert!(hint.contains(why), "{import} {export}: {hint}");
    }
    for (import, export) in [
        ("@1.2.3-rc.1", "@1.2.3-rc.1"),
        ("@1.2.3-rc.1+one", "@1.2.3-rc.1+two"),
        ("@1.0.0+one", "@1.0.0+two"),
        ("", ""),
    ] {
        let app = component(&[&format!("a:b/log{import}")], &["run"]);
        let fused = fused(&app, &[(None, "log", &log(export))]);
        assert!(fused.after.is_empty(), "{import} {export}: {:?}", fused.after);
    }
}

/// Imports of several parts that are nearly the same: joined, side by side, or one error that names them.
#[test]
fn imports_that_collide_are_joined_or_told() {
    let one = |import: &str| component(&[import], &["a:b/one@1.0.0"]);
    for (app, provider, left) in [
        ("x:y/z@1.0.0-rc.1", "x:y/z@1.0.0-rc.2", 2),
        ("x:y/z@1.0.0", "x:y/z@1.0.0-rc.2", 2),
        ("x:y/z@0.0.1", "x:y/z@0.0.2", 2),
        ("x:y/z@1.0.0+a", "x:y/z@1.0.0+b", 1),
        ("x:y/z", "x:y/z@1.0.0", 2),
    ] {
        let app = component(&["a:b/one@1.0.0", app], &["run"]);
        let fused = fused(&app, &[(None, "one", &one(provider))]);
        assert_eq!(fused.after.len(), left, "{:?}", fused.after);
    }
    // Functions of one name and other types, and names that only differ in case, which the model calls the same.
    let function = |name: &str, ty: &str| format!(r#"(import "{name}" (func {ty}))"#);
    let with_function = |text: String, function: String| {
        let start = text.find("(core module").unwrap();
        format!("{}{function}{}", &text[..start], &text[start..])
    };
    for (first, second, says) in [
        (function("go", ""), function("go", r#"(param "a" u32)"#), "`go`"),
        (function("go", ""), function("GO", ""), "GO"),
    ] {
        let app = with_function(component(&["a:b/one@1.0.0"], &["run"]), first);
        let provider = with_function(component(&[], &["a:b/one@1.0.0"]), second);
        let error = refused(&app, &[(None, "one", &provider)]);
        assert!(error.to_string().contains(says), "{error}");
        assert!(
            !error.hint().unwrap_or_default().contains("resource"),
            "{:?}",
            error.hint()
        );
    }
}

/// Sixty providers in a row, the last of which would be served by the first.
#[test]
fn long_ways_are_walked_and_long_circles_are_told() {
    let name = |i: usize| format!("a:b/p{i}@1.0.0");
    let way = |last: usize| -> Vec<Provider> {
        (1..=60)
            .map(|i| {
                let next = if i == 60 { last } else { i + 1 };
                with(
                    None,
                    part(&format!("p{i}"), &component(&[&name(next)], &[&name(i)])),
                )
            })
            .collect()
    };
    let app = component(&[&name(1)], &["run"]);
    let fused = fuse(part("app", &app), way(99)).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(fused.after, [name(99)]);
    let error = fuse(part("app", &app), way(1)).map(|f| f.linked).unwrap_err();
    let LinkError::Circle { way } = &error else {
        panic!("{error}")
    };
    assert_eq!(way.len(), 61);
    assert!(error.to_string().len() < 1_000, "{error}");
}

/// What the validator takes and tools do not make: interfaces by plain names, whose types others use.
#[test]
fn odd_but_valid_parts_are_linked_or_refused() {
    let log = component(&[], &["a:b/log@1.0.0"]);
    let rest = r#"(import "a:b/log@1.0.0" (instance $log (export "f" (func (param "a" u32) (result u32)))))
        (alias export $log "f" (func $f)) (export "run" (func $f))"#;
    for odd in [
        r#"(import "plain" (instance $p (export "t" (type (sub resource))))) (alias export $p "t" (type $t))
            (import "use" (func (param "x" (own $t))))"#,
        r#"(type $r' (record (field "x" u32)))
            (import "plain" (instance $p (export "t" (type (eq $r'))))) (alias export $p "t" (type $t))
            (import "a:b/use@1.0.0" (instance (export "t" (type (eq $t))) (export "f" (func (param "x" $t)))))"#,
        r#"(import "m" (core module (export "f" (func))))"#,
        r#"(import "c" (component (import "d" (func)) (export "e" (func))))"#,
        r#"(import "t" (type $t (sub resource))) (import "g" (func (param "x" (own $t))))"#,
        r#"(import "url=<https://example.com/x>" (func))"#,
        r#"(import "locked-dep=<a:b@1.0.0>" (func))"#,
        r#"(import "unlocked-dep=<a:b@{>=1.0.0}>" (func))"#,
        r#"(import "[constructor]t" (func))"#,
        r#"(import "i" (instance (export "j" (instance (export "f" (func))))))"#,
        r#"(type $e (enum "a")) (import "e" (type $e2 (eq $e))) (export "e2" (type $e2))"#,
    ] {
        let Ok(bytes) = wat::parse_str(format!("(component {odd} {rest})")) else {
            panic!("{odd}")
        };
        match fuse(raw("app", bytes), vec![with(None, part("log", &log))]) {
            Ok(fused) => {
                Validator::new_with_features(WasmFeatures::all())
                    .validate_all(&fused.bytes)
                    .unwrap();
            }
            Err(error) => {
                assert!(
                    matches!(
                        error,
                        LinkError::Invalid { .. }
                            | LinkError::Odd { .. }
                            | LinkError::DoNotFit { .. }
                            | LinkError::Compose { .. }
                    ),
                    "{odd}: {error}"
                );
            }
        }
    }
}

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
