//! `sampan call`: functions with values from a command line.

mod support;

use std::path::PathBuf;

use sampan_testkit::{Ended, Sampan, guest};
use support::sampan;

/// The component of `guests/call/calls.wit`, in a file.
fn calls(sampan: &Sampan) -> PathBuf {
    sampan.file("calls.wasm", guest::callable("calls"))
}

#[track_caller]
fn call(sampan: &Sampan, words: &[&str]) -> Ended {
    let file = calls(sampan);
    sampan
        .command(["call".as_ref(), file.as_os_str()])
        .args(words)
        .end()
}

const EVERYTHING: &str = r#"{yes: true, a: -128, b: 255, c: -32768, d: 65535, e: -2147483648, f: 4294967295, g: -9223372036854775808, h: 18446744073709551615, i: 0.5, j: -inf, k: '\u{1f44b}', text: "a\n\"b\"ß", raw: [0, 255], points: [{x: 1, y: -2.5}, {x: nan, y: 0}], pair: (7, "seven"), maybe: some("x"), nested: some(none), done: err("no"), colour: green, marks: {bold, small}, answer: words(["a", "b"])}"#;

#[test]
fn values_of_every_type_come_back_as_they_went() {
    let sampan = sampan();
    let said = call(&sampan, &[&format!("echo({EVERYTHING})")]);
    let said = said.quiet();
    let back = said.replace("👋", "\\u{1f44b}");
    assert_eq!(back.trim_end(), EVERYTHING);
    // What was said can be said again.
    let again = call(
        &sampan,
        &[&format!("test:calls/shapes.echo({})", said.trim_end())],
    );
    assert_eq!(again.quiet(), said);
}

#[test]
fn options_may_be_left_out_and_values_stand_for_some() {
    let sampan = sampan();
    assert_eq!(call(&sampan, &["analyze(\"text\", {depth: 3})"]).quiet(), "12\n");
    let styled = call(&sampan, &["analyze(\"text\", {style: \"bold\", depth: 1})"]);
    assert_eq!(styled.quiet(), "8\n");
    assert_eq!(call(&sampan, &["greet(\"Ann\")"]).quiet(), "\"Hello, Ann\"\n");
}

#[test]
fn an_error_of_the_function_is_exit_code_1_and_stands_on_standard_error() {
    let sampan = sampan();
    assert_eq!(call(&sampan, &["divide(42, 6)"]).quiet(), "7\n");
    let failed = call(&sampan, &["divide(1, 0)"]);
    let failed = failed.code(1);
    assert_eq!(
        (failed.out().as_str(), failed.err().as_str()),
        ("", "\"cannot divide by zero\"\n")
    );
    // It ends a chain.
    let chain = call(&sampan, &["divide(1, 0); greet(\"Ann\")"]);
    assert_eq!(chain.code(1).out(), "");
}

#[test]
fn traps_and_limits_are_as_in_run() {
    let sampan = sampan();
    call(&sampan, &["crash()"]).fails(134).says("unreachable");
    let file = calls(&sampan);
    let spin = sampan.command(["call", "--timeout", "200ms"]);
    spin.args([file.as_os_str(), "spin()".as_ref()])
        .end()
        .fails(137)
        .says("wall-time");
    let hoard = sampan.command(["call", "--memory", "4m"]);
    hoard
        .args([file.as_os_str(), "hoard()".as_ref()])
        .end()
        .fails(137)
        .says("memory");
}

#[test]
fn resources_live_through_a_chain_of_calls() {
    let sampan = sampan();
    let said = |words: &[&str]| call(&sampan, words).quiet();
    assert_eq!(said(&["counter(5).add(3)"]), "8\n");
    assert_eq!(said(&["c = counter(1); c.add(2); c.add(3)"]), "6\n");
    assert_eq!(said(&["c = counter(1)", "c.add(2)", "c.add(3)"]), "6\n");
    assert_eq!(said(&["counters.counter(1); counters.alive()"]), "1\n");
    let joined = "a = counter(1); b = counter(2); c = counter.join(a, b); n = counters.alive(); c.add(n)";
    // One was given away and dropped, and another one made.
    assert_eq!(said(&[joined]), "5\n");
    assert_eq!(said(&["counter(5)"]), "<resource>\n");
    call(&sampan, &["a = counter(1); counter.join(a, a)"])
        .fails(126)
        .says("given away");
    let gone = "a = counter(1); b = counter(2); c = counter.join(a, b); a.add(1)";
    call(&sampan, &[gone]).fails(126).says("given away");
    call(&sampan, &["counter.join(1, 2)"])
        .fails(126)
        .says("is made first");
    call(&sampan, &["c = counter(1); c.ad(2)"])
        .fails(126)
        .says("hint: it has add");
    call(&sampan, &["n = divide(4, 2); n.add(2)"])
        .fails(126)
        .says("no resource");
}

#[test]
fn an_instance_lasts_as_long_as_its_chain() {
    let sampan = sampan();
    assert_eq!(call(&sampan, &["count(); count(); count()"]).quiet(), "3\n");
    assert_eq!(call(&sampan, &["count()"]).quiet(), "1\n");
}

#[test]
fn what_cannot_be_called_says_what_there_is_and_what_was_meant() {
    let sampan = sampan();
    call(&sampan, &["gret(\"Ann\")"])
        .fails(126)
        .says("exports no function `gret`")
        .says("hint: did you mean `greet`?");
    call(&sampan, &["nothing-like-it()"])
        .fails(126)
        .says("`divide(number: s32, by: s32) -> result<s32, string>`");
    call(&sampan, &["alive()"])
        .fails(126)
        .says("`test:calls/counters@0.1.0.alive` or `test:calls/other@0.1.0.alive`");
    assert_eq!(call(&sampan, &["other.alive()"]).quiet(), "7\n");
    assert_eq!(call(&sampan, &["test:calls/other@0.1.0.alive()"]).quiet(), "7\n");
    assert_eq!(call(&sampan, &["test:calls/other@0.1.0#alive()"]).quiet(), "7\n");
}

#[test]
fn a_value_that_does_not_fit_is_named_by_its_way() {
    let sampan = sampan();
    for (text, says) in [
        (
            "analyze(\"t\", {depth: \"x\"})",
            "`options.depth` of `analyze` is u32, and not `\"x\"`",
        ),
        (
            "analyze(\"t\", {style: none})",
            "`options.depth` of `analyze` is u32, and not missing",
        ),
        ("analyze(\"t\", {depth: 1, wide: 2})", "`options.wide`"),
        (
            "analyze(\"t\")",
            "`analyze` takes (text: string, options: record {depth: u32, style: option<string>})",
        ),
        ("divide(1, 2, 3)", "and was given 3"),
        (
            "divide(1, 2147483648)",
            "`by` of `divide` is s32, and not `2147483648`",
        ),
        ("same([1, 256])", "`bytes[1]` of `same` is u8, and not `256`"),
        ("greet(\"Ann\"", "column 12: `,` or `)` is missing"),
        ("greet(\"Ann\"); greet", "as in `greet()`"),
    ] {
        call(&sampan, &[text]).fails(126).says(says);
    }
    call(&sampan, &["greet"]).fails(2).says("`greet` is not a call");
}

#[test]
fn functions_of_core_modules_take_and_give_numbers() {
    let sampan = sampan();
    let said = |file: PathBuf, text: &str| {
        let command = sampan.command(["call".as_ref(), file.as_os_str(), text.as_ref()]);
        command.end()
    };
    assert_eq!(said(guest::wat("library"), "add(2, -5)").quiet(), "-3\n");
    // `_initialize` comes before.
    assert_eq!(said(guest::wat("reactor"), "get()").quiet(), "42\n");
    let file = sampan.file(
        "core.wat",
        "(module (func (export \"two(\") (param f64 i64) (result i64 f64) local.get 1 local.get 0)
           (func (export \"swap\") (param f64 i64) (result i64 f64) local.get 1 local.get 0))",
    );
    assert_eq!(
        said(file, "swap(1.5, -9000000000)").quiet(),
        "(-9000000000, 1.5)\n"
    );
    said(guest::wat("library"), "add(1)")
        .fails(126)
        .says("takes (p1: s32, p2: s32)");
    said(guest::wat("library"), "add(1, 0.5)")
        .fails(126)
        .says("`p2` of `add` is s32");
}

#[test]
fn grants_and_the_environment_are_those_of_run() {
    let sampan = sampan();
    let file = calls(&sampan);
    let flagged = |flags: &[&str]| {
        let command = sampan.command(["call"]).args(flags);
        command.args([file.as_os_str(), "count()".as_ref()]).end()
    };
    assert_eq!(flagged(&["-e", "A=b", "--memory", "64m"]).quiet(), "1\n");
    flagged(&["-p", "8080:80"])
        .fails(2)
        .says("`--publish` is a flag of `sampan run` alone");
    flagged(&["-d"]).fails(2).says("`--detach`");
    // It takes at least one call.
    let alone = sampan.command(["call".as_ref(), file.as_os_str()]).end();
    assert_eq!(alone.code(2).out(), "");
}

#[test]
fn an_entrypoint_may_be_a_call() {
    let sampan = sampan();
    let file = calls(&sampan);
    let ended = sampan.run(["--entrypoint".as_ref(), "divide(9, 3)".as_ref(), file.as_os_str()]);
    assert_eq!(ended.quiet(), "3\n");
}
