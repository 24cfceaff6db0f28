//! `POST /build?version=2`: BuildKit by the route of the classic builder.

use crate::builds::{Built, build, build_of, context, inspect};
use crate::machine::Machine;

const STEPS: &str = "FROM box\nARG WHO\nCOPY a /\nRUN test \"$(cat /a) $WHO\" = \"hello you\"\n";

#[test]
fn an_archive_in_the_request_becomes_an_image() {
    let Some(machine) = Machine::new() else { return };
    let query = "version=2&t=made:1&t=made:2&buildargs={\"WHO\":\"you\"}&labels={\"a\":\"b\"}";
    let built = build(&machine, query, context(STEPS).file("a", "hello"));
    let id = built.id();
    for name in ["made:1", "made:2"] {
        let image = inspect(&machine, name);
        assert_eq!(image["Id"], id.as_str());
        assert_eq!(image["Config"]["Labels"]["a"], "b");
    }
    let failed = build(&machine, "version=2", context(STEPS).file("a", "hello"));
    assert!(
        failed
            .error
            .contains("did not complete successfully: exit code: 1"),
        "{failed:?}"
    );
    assert!(failed.images.is_empty(), "{failed:?}");
    let wrong = build(&machine, "version=2", context("FROM box\nNONSENSE\n"));
    assert!(wrong.error.contains("unknown instruction: NONSENSE"), "{wrong:?}");
}

#[test]
fn an_archive_may_come_by_a_request_of_its_own() {
    let Some(machine) = Machine::new() else { return };
    let archive = context(STEPS).file("a", "hello").tar();
    let main = "version=2&buildid=one&remote=upload-request&t=made&buildargs={\"WHO\":\"you\"}";
    std::thread::scope(|scope| {
        let building = scope.spawn(|| build_of(&machine, main, b""));
        let Built { status, .. } = build_of(&machine, "version=2&buildid=upload-request:one", &archive);
        assert_eq!(status, 200);
        building.join().unwrap().id();
    });
    assert!(!inspect(&machine, "made")["Id"].is_null());
}

#[test]
fn what_cannot_be_had_is_told() {
    let Some(machine) = Machine::new() else { return };
    for (query, wanted) in [
        ("version=2&remote=https://x/y.git", "the context"),
        ("version=2&ulimits=x", "ulimit settings"),
        ("version=2&outputs=[{\"Type\":\"oci\"}]", "docker save"),
        ("version=2&t=UPPER", "invalid reference format"),
    ] {
        let built = build(&machine, query, context("FROM box\n"));
        assert!(built.error.contains(wanted), "{query}: {built:?}");
    }
}
