//! The libraries in `sdk/`: a Node application and a Python one call functions, also such as other languages made.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::host::Host;
use crate::install::{installed, python, tool};
use crate::{PLAIN, library};

/// Runs a program of the SDK's users in a folder of its own, and gives what it printed.
#[track_caller]
fn ran(host: &Host, program: &Path, file: &str, text: &str) -> String {
    let sdk = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../sdk");
    let sdk = sdk.canonicalize().unwrap();
    let folder = host.run_dir().with_file_name("app");
    fs::create_dir_all(&folder).unwrap();
    let text = text.replace("@SDK@", &sdk.join("node").display().to_string());
    fs::write(folder.join(file), text).unwrap();
    let output = Command::new("timeout")
        .arg("60")
        .arg(program)
        .arg(file)
        .current_dir(&folder)
        .env("PYTHONPATH", sdk.join("python"))
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("SAMPAN_HOST", format!("unix://{}", host.socket().display()))
        .output()
        .unwrap();
    let out = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        output.status.success(),
        "{out}{}\n{}",
        String::from_utf8_lossy(&output.stderr),
        host.log()
    );
    out
}

const NODE: &str = r#"
import assert from "node:assert/strict";
import { CallError, ComponentError, load } from "@SDK@/index.js";

const lib = await load("calls");
assert.equal(await lib.greet("Ann"), "Hello, Ann");
assert.equal(await lib.analyze("text", { depth: 3 }), 12);
assert.equal(await lib.divide(42, 6), 7);
await assert.rejects(lib.divide(1, 0), (error) =>
  error instanceof ComponentError && error.payload === "cannot divide by zero");
await assert.rejects(lib.analyze("text", { depth: "x" }), (error) =>
  error instanceof CallError && error.kind === "bad-argument" && error.path === "options.depth");
await assert.rejects(lib.crash(), { kind: "trap" });
assert.deepEqual(await lib.same(new Uint8Array([0, 255])), new Uint8Array([0, 255]));
const value = {
  yes: true, a: -128, b: 255, c: -3, d: 4, e: -5, f: 6, g: -(2n ** 63n), h: 2n ** 64n - 1n, i: 0.5, j: -Infinity,
  k: "👋", text: "ß", raw: new Uint8Array([1, 2]), points: [{ x: 1, y: NaN }], pair: [7, "seven"], maybe: undefined,
  nested: { tag: "some", val: undefined }, done: { tag: "err", val: "no" }, colour: "green",
  marks: { bold: true, italic: false, small: true }, answer: { tag: "words", val: ["a"] },
};
value.nested = { tag: "some", val: 4 };
assert.deepEqual(await lib.shapes.echo(value), value);
assert.equal(await lib.count(), 1);
assert.equal(await lib.count(), 1);
const kept = await lib.session();
assert.deepEqual([await kept.count(), await kept.count()], [1, 2]);
const one = await kept.counters.Counter.create(5);
assert.equal(await one.add(3), 8);
const sum = await kept.counters.Counter.join(one, await kept.counters.Counter.create(1));
assert.equal(await sum.add(0), 9);
await assert.rejects(one.add(1), { kind: "bad-argument" });
await kept.close();
await assert.rejects(load("nobody/nothing:1", { host: "unix:///nowhere" }), /does not answer/);
const own = await load("calls", { memory: 16 << 20, timeout: 500 });
await assert.rejects(own.hoard(), { kind: "limit", limit: "memory" });
await assert.rejects(own.spin(), { kind: "timeout" });
await own.close();
await lib.close();
console.log("well");
"#;

#[test]
#[ignore = "accept: needs node"]
fn a_node_application_calls_functions() {
    let host = library(PLAIN);
    assert_eq!(ran(&host, Path::new("node"), "app.mjs", NODE), "well\n");
}

#[test]
#[ignore = "accept: needs node"]
fn types_for_typescript_are_written() {
    let host = library(PLAIN);
    let text = r#"import { bindings } from "@SDK@/bindings.js";
import { Connection } from "@SDK@/connection.js";
const connection = new Connection();
console.log(bindings(await connection.json("GET", "/sampan/v1/images/calls/functions")));
connection.close();
"#;
    let types = ran(&host, Path::new("node"), "types.mjs", text);
    for line in [
        "greet(name: string): Promise<string>;",
        "analyze(text: string, options: { depth: number; style?: string }): Promise<number>;",
        "/** Throws ComponentError<string> */",
        "same(bytes: Uint8Array): Promise<Uint8Array>;",
        "add(by: number): Promise<number>;",
        "create(start: number): Promise<Counter>;",
    ] {
        assert!(types.contains(line), "{line}\n{types}");
    }
}

const PYTHON: &str = r#"
import math, threading
import sampan
from sampan import CallError, ComponentError, Err, Record, Some, Variant

lib = sampan.load("calls")
assert lib.greet("Ann") == "Hello, Ann"
assert lib.analyze("text", {"depth": 3}) == 12
assert lib.analyze("text", Record(depth=1, style="bold")) == 8

def fails(kind, call, *values):
    try:
        call(*values)
    except kind as error:
        return error
    raise AssertionError(f"{call} did not fail")

assert fails(ComponentError, lib.divide, 1, 0).value == "cannot divide by zero"
error = fails(CallError, lib.analyze, "text", {"depth": "x"})
assert (error.kind, error.path) == ("bad-argument", "options.depth"), error
assert fails(CallError, lib.crash).kind == "trap"
fails(TypeError, lib.greet)
assert lib.same(b"\x00\xff") == b"\x00\xff"
value = Record(
    yes=True, a=-128, b=255, c=-3, d=4, e=-5, f=6, g=-(2**63), h=2**64 - 1, i=0.5, j=-math.inf, k="👋", text="ß",
    raw=b"\x01", points=[Record(x=1.0, y=2.0)], pair=(7, "seven"), maybe=None, nested=Some(None), done=Err("no"),
    colour="green", marks={"bold", "small"}, answer=Variant("words", ["a"]),
)
assert lib.shapes.echo(value) == value, lib.shapes.echo(value)
with lib.session() as kept:
    assert [kept.count(), kept.count()] == [1, 2]
    one = kept.counters.Counter(5)
    assert one.add(3) == 8
    total = kept.counters.Counter.join(one, kept.counters.Counter(1))
    assert total.add(0) == 9
    assert fails(CallError, one.add, 1).kind == "bad-argument"
with sampan.load("calls", memory=16 << 20, timeout=0.5) as own:
    assert fails(CallError, own.hoard).limit == "memory"
    assert fails(CallError, own.spin).kind == "timeout"
threads = [threading.Thread(target=lambda: [lib.divide(n, 1) for n in range(20)]) for _ in range(4)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
lib.close()
print("well")
"#;

#[test]
#[ignore = "accept: needs python3"]
fn a_python_application_calls_functions() {
    let host = library(PLAIN);
    assert_eq!(ran(&host, Path::new("python3"), "app.py", PYTHON), "well\n");
}

const WORLD: &str = "package example:nlp@0.1.0;
interface text {
  record options { most: u32 }
  record word { word: string, times: u32 }
  common-words: func(text: string, options: options) -> result<list<word>, string>;
}
world nlp { export text; }
";

/// A component has the modules that are imported when it is made; `most_common` would look for `heapq` later.
const NLP: &str = r#"
import heapq
from collections import Counter
from componentize_py_types import Err
from wit_world import exports
from wit_world.exports import text

class Text(exports.Text):
    def common_words(self, text_, options):
        words = text_.lower().split()
        if not words:
            raise Err("there are no words")
        return [text.Word(word, times) for word, times in Counter(words).most_common(options.most)]
"#;

const CALLER: &str = r#"
import { load } from "@SDK@/index.js";
const nlp = await load("nlp");
const words = await nlp.text.commonWords("the cat and the dog and the bird", { most: 2 });
console.log(words.map(({ word, times }) => `${word} ${times}`).join(", "));
try {
  await nlp.text.commonWords("", { most: 1 });
} catch (error) {
  console.log(error.payload);
}
await nlp.close();
"#;

/// "You can call Python code from your Node.js application."
#[test]
#[ignore = "accept: needs node, and componentize-py from PyPI"]
fn a_node_application_calls_a_python_function() {
    let python = python("componentize-py", "componentize-py==0.25.0");
    let made = installed("python-nlp", |folder| {
        fs::create_dir(folder.join("wit")).unwrap();
        fs::write(folder.join("wit/nlp.wit"), WORLD).unwrap();
        fs::write(folder.join("app.py"), NLP).unwrap();
        let tools = python.with_file_name("componentize-py");
        tool(
            folder,
            &format!(
                "'{}' -d wit -w nlp componentize --stub-wasi app -o nlp.wasm",
                tools.display()
            ),
        );
    });
    let mut host = Host::new();
    host.pack(&made.join("nlp.wasm"), "nlp");
    host.start();
    let said = ran(&host, Path::new("node"), "app.mjs", CALLER);
    assert_eq!(said, "the 3, and 2\nthere are no words\n");
}
