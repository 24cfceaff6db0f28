//! Programs that nobody here wrote, each at a job whose answer is known: from its native build, or computed otherwise.
//!
//! They come from registries at test time and are kept under `target/accept/`. `cargo xtask accept` runs these tests.

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use sampan_testkit::{Ended, Sampan, guest, place};
use support::sampan;

/// Runs a tool, and gives its output.
#[track_caller]
fn tool(command: &mut Command) -> Output {
    let done = command
        .output()
        .unwrap_or_else(|e| panic!("cannot run {command:?}: {e}"));
    assert!(
        done.status.success(),
        "{command:?}:\n{}",
        String::from_utf8_lossy(&done.stderr)
    );
    done
}

/// The file `name` of the folder of downloads, made by `make` in a folder of its own when it is not there. Several tests
/// and processes may want it at once.
fn fetched(name: &str, make: impl FnOnce(&Path, &Path)) -> PathBuf {
    let path = place::accept(name);
    fs::create_dir_all(place::accept("")).expect("a folder can be made");
    let lock = fs::File::create(place::accept(&format!("{name}.lock"))).expect("a file can be made");
    lock.lock().expect("a file can be locked");
    if !path.exists() {
        let folder = tempfile::tempdir_in(place::accept("")).expect("a folder can be made");
        let part = folder.path().join(name);
        make(folder.path(), &part);
        fs::rename(&part, &path).expect("a file moves within its folder");
    }
    path
}

/// Unpacks a package of npm into `folder/package`.
fn npm(folder: &Path, package: &str) {
    let packed = tool(
        Command::new("npm")
            .args(["pack", "--silent", package])
            .current_dir(folder),
    );
    let name = String::from_utf8_lossy(&packed.stdout).trim().to_owned();
    tool(Command::new("tar").args(["-xzf", &name]).current_dir(folder));
}

/// The source of a crate, by a project that depends on it: cargo's ordinary way.
fn crate_source(folder: &Path, name: &str, version: &str) -> PathBuf {
    fs::create_dir_all(folder.join("src")).expect("a folder can be made");
    fs::write(folder.join("src/lib.rs"), "").expect("it can be written");
    let manifest = format!(
        "[package]\nname = \"fetch\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[dependencies]\n{name} = \"={version}\"\n[workspace]\n"
    );
    fs::write(folder.join("Cargo.toml"), manifest).expect("it can be written");
    tool(
        Command::new("cargo")
            .args(["vendor", "--quiet", "vendor"])
            .current_dir(folder),
    );
    folder.join("vendor").join(name)
}

/// SQLite's shell, compiled by `compiler`.
fn sqlite(name: &str, compiler: &str, flags: &[&str]) -> PathBuf {
    fetched(name, |folder, part| {
        npm(folder, "sqlite3@5.1.7");
        let archive = "package/deps/sqlite-autoconf-3440200.tar.gz";
        tool(
            Command::new("tar")
                .args(["-xzf", archive, "--strip-components=1"])
                .current_dir(folder),
        );
        // What the older wasi-libc lacks, and SQLite does not need to succeed.
        let shim = "#include <sys/stat.h>\n#ifdef __wasi__\nint chmod(const char *p, mode_t m) { (void)p; (void)m; return 0; }\n#endif\n";
        fs::write(folder.join("shim.c"), shim).expect("it can be written");
        let define = [
            "-DSQLITE_THREADSAFE=0",
            "-DSQLITE_OMIT_LOAD_EXTENSION",
            "-DSQLITE_OMIT_WAL",
            "-DSQLITE_NOHAVE_SYSTEM",
        ];
        let mut command = Command::new(compiler);
        command
            .current_dir(folder)
            .args(["-O1", "-w"])
            .args(define)
            .args(["shell.c", "sqlite3.c", "shim.c", "-o"]);
        tool(command.arg(part).args(flags));
    })
}

/// What a C program needs of Debian's wasi-libc to find the parts of POSIX that it only pretends to have.
const EMULATED: &[&str] = &[
    "--target=wasm32-wasi",
    "-D_WASI_EMULATED_SIGNAL",
    "-D_WASI_EMULATED_PROCESS_CLOCKS",
    "-D_WASI_EMULATED_GETPID",
    "-D_WASI_EMULATED_MMAN",
    "-lwasi-emulated-signal",
    "-lwasi-emulated-process-clocks",
    "-lwasi-emulated-getpid",
    "-lwasi-emulated-mman",
];

const SQL: &str = "create table t(n integer primary key, s text);
with recursive c(x) as (select 1 union all select x+1 from c where x<20000) insert into t select x, printf('%d-%s', x*x, hex(x)) from c;
create index i on t(s);
select count(*), sum(length(s)), min(s), max(s) from t;
select n from t where s like '%999%' order by n desc limit 3;
update t set s = upper(s) where n % 7 = 0;
delete from t where n % 3 = 0;
select count(*), sum(n), total(n) / 7, group_concat(n) from t where n < 50;
select json_object('a', json_array(1, 2.5, null), 'b', json_extract('{\"x\":[1,{\"y\":\"z\"}]}', '$.x[1].y'));
.mode csv
select n, s, quote(s) from t where n between 100 and 120;
pragma integrity_check;
";

#[test]
#[ignore = "accept: needs npm, clang, wasi-libc, a C compiler"]
fn sqlite_answers_as_its_native_build() {
    let wasm = sqlite("sqlite3.wasm", "clang", EMULATED);
    let native = sqlite("sqlite3", "cc", &["-lm"]);
    let sampan = sampan();
    let own = sampan.work().join("own.db");
    let expected = {
        use std::io::Write;
        let mut child = Command::new(native)
            .arg(&own)
            .stdin(std::process::Stdio::piped())
            .stdout(std::process::Stdio::piped())
            .spawn()
            .expect("it starts");
        child
            .stdin
            .take()
            .expect("piped")
            .write_all(SQL.as_bytes())
            .expect("it reads");
        String::from_utf8(child.wait_with_output().expect("it ends").stdout).expect("it prints text")
    };
    assert!(expected.trim_end().ends_with("ok"), "{expected}");
    let given = sampan.work().join("given");
    fs::create_dir(&given).expect("a folder can be made");
    let flag = format!("{}:/data", given.display());
    let ended = sampan
        .command(["run", "-v", &flag])
        .args([&wasm])
        .args(["/data/t.db"])
        .stdin(SQL)
        .end();
    assert_eq!(ended.code(0).out(), expected);
    // The native build reads what the guest wrote, and finds the same.
    let check = "select count(*), sum(n), sum(length(s)) from t;";
    let ask = |db: &Path| tool(Command::new(place::accept("sqlite3")).arg(db).arg(check)).stdout;
    assert_eq!(ask(&given.join("t.db")), ask(&own));
}

fn ripgrep() -> PathBuf {
    fetched("rg.wasm", |folder, part| {
        let mut command = Command::new("cargo");
        command.args([
            "install",
            "ripgrep",
            "--version",
            "15.1.0",
            "--locked",
            "--no-track",
            "--target",
            "wasm32-wasip1",
        ]);
        tool(
            command
                .arg("--root")
                .arg(folder)
                .env("CARGO_TARGET_DIR", place::accept("ripgrep-target")),
        );
        fs::rename(folder.join("bin/rg.wasm"), part).expect("it was built");
    })
}

#[test]
#[ignore = "accept: needs crates.io"]
fn ripgrep_finds_what_grep_finds() {
    let rg = ripgrep();
    let sampan = sampan();
    let crates = place::repository().join("crates");
    let flag = format!("{}:/src:ro", crates.display());
    for pattern in [
        "pub fn ",
        "limit",
        "^use std::",
        "[A-Z]{6,}",
        "no such words are here, one hopes, b\u{e4}h",
    ] {
        let ended = sampan
            .command(["run", "-v", &flag])
            .args([&rg])
            .args([
                "--no-ignore",
                "--hidden",
                "-t",
                "rust",
                "--no-filename",
                "-N",
                "-e",
                pattern,
                "/src",
            ])
            .end();
        let grep = Command::new("grep")
            .args(["-rhE", "--include=*.rs", "-e", pattern])
            .arg(&crates)
            .output();
        let grep = grep.expect("there is a grep");
        let (found, expected) = (sorted(&ended.stdout), sorted(&grep.stdout));
        assert_eq!(ended.status.code(), grep.status.code(), "{pattern:?}: {ended}");
        assert!(
            found == expected,
            "{pattern:?}: {} lines, grep has {}",
            found.len(),
            expected.len()
        );
    }
}

fn sorted(text: &[u8]) -> Vec<&[u8]> {
    let mut lines: Vec<_> = text.split(|b| *b == b'\n').collect();
    lines.sort_unstable();
    lines
}

fn quickjs() -> PathBuf {
    fetched("qjs.wasm", |folder, part| {
        let source = crate_source(folder, "rquickjs-sys", "0.9.0").join("quickjs");
        let files = [
            "qjs",
            "quickjs",
            "quickjs-libc",
            "cutils",
            "libregexp",
            "libunicode",
            "libbf",
            "gen/repl",
            "gen/standalone",
        ];
        let mut command = Command::new("clang");
        command
            .current_dir(&source)
            .args(["-O1", "-w", "-D_GNU_SOURCE", "-DCONFIG_VERSION=\"x\"", "-I."]);
        command
            .args(files.map(|f| format!("{f}.c")))
            .args(EMULATED)
            .args(["-Wl,-z,stack-size=1048576", "-o"]);
        tool(command.arg(part));
    })
}

const SCRIPT: &str = r#"
const fib = n => n < 2 ? n : fib(n - 1) + fib(n - 2);
const words = "the quick brown fox jumps over the lazy dog the end".split(" ");
const counts = {};
for (const w of words) counts[w] = (counts[w] ?? 0) + 1;
function* naturals() { let n = 0; while (true) yield n++; }
const primes = [];
for (const n of naturals()) { if (n > 200) break; if (n > 1 && primes.every(p => n % p)) primes.push(n); }
class Point { #x; constructor(x) { this.#x = x; } get x() { return this.#x; } }
const out = {
  fib: fib(22), big: (2n ** 200n).toString(), counts, primes, x: new Point(7).x,
  re: "a1b22c333".replace(/(?<n>\d+)/g, "<$<n>>"), date: new Date(86400000).toISOString(),
  sort: [10, 9, 1].sort(), num: [0.1 + 0.2, 1e21, -0, 1 / 3].map(String), json: JSON.parse('{"a":[1,{"b":null}]}'),
};
console.log(JSON.stringify(out));
"#;

/// What Node prints for [`SCRIPT`].
const SCRIPT_OUTPUT: &str = r#"{"fib":17711,"big":"1606938044258990275541962092341162602522202993782792835301376","counts":{"the":3,"quick":1,"brown":1,"fox":1,"jumps":1,"over":1,"lazy":1,"dog":1,"end":1},"primes":[2,3,5,7,11,13,17,19,23,29,31,37,41,43,47,53,59,61,67,71,73,79,83,89,97,101,103,107,109,113,127,131,137,139,149,151,157,163,167,173,179,181,191,193,197,199],"x":7,"re":"a<1>b<22>c<333>","date":"1970-01-02T00:00:00.000Z","sort":[1,10,9],"num":["0.30000000000000004","1e+21","0","0.3333333333333333"],"json":{"a":[1,{"b":null}]}}
"#;

#[test]
#[ignore = "accept: needs crates.io, clang, wasi-libc"]
fn quickjs_runs_javascript_as_node_does() {
    let qjs = quickjs();
    let sampan = sampan();
    sampan.file("script.js", SCRIPT);
    let flag = format!("{}:/data:ro", sampan.work().display());
    let ended = sampan
        .command(["run", "-v", &flag])
        .args([&qjs])
        .args(["/data/script.js"])
        .end();
    assert_eq!(ended.quiet(), SCRIPT_OUTPUT);
    if let Ok(node) = Command::new("node").args(["-e", SCRIPT]).output() {
        assert_eq!(String::from_utf8_lossy(&node.stdout), SCRIPT_OUTPUT);
    }
}

/// CPython as a component of `wasi:cli` 0.2: it reads a script from the folder that it is given, and runs it.
fn cpython() -> PathBuf {
    fetched("python.wasm", |folder, part| {
        tool(
            Command::new("python3")
                .args(["-m", "venv", "venv"])
                .current_dir(folder),
        );
        let pip = [
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "componentize-py==0.25.0",
        ];
        tool(Command::new("venv/bin/pip").args(pip).current_dir(folder));
        let wit = "package wasi:cli@0.2.0;\ninterface run { run: func() -> result; }\nworld program { export run; }\n";
        fs::create_dir(folder.join("wit")).expect("a folder can be made");
        fs::write(folder.join("wit/run.wit"), wit).expect("it can be written");
        // What is imported here is in the component; a script finds no other modules.
        let app = "import sys, json, hashlib, re, decimal, zlib, random, collections, heapq, string
from wit_world import exports

class Run(exports.Run):
    def run(self) -> None:
        path = sys.argv[1]
        sys.argv = sys.argv[1:]
        with open(path) as source:
            code = compile(source.read(), path, \"exec\")
        exec(code, {\"__name__\": \"__main__\"})
";
        fs::write(folder.join("app.py"), app).expect("it can be written");
        let mut command = Command::new("venv/bin/componentize-py");
        command.args([
            "-d",
            "wit",
            "-w",
            "program",
            "componentize",
            "-p",
            ".",
            "app",
            "-o",
        ]);
        tool(command.arg(part).current_dir(folder));
    })
}

const PYTHON: &str = r#"
import sys, json, hashlib, re, decimal, zlib, random, collections, string
decimal.getcontext().prec = 60
text = " ".join(str(n * n) for n in range(20000))
print(hashlib.sha256(text.encode()).hexdigest())
print(json.dumps({"sum": sum(i * i for i in range(100000)), "args": sys.argv[1:]}, sort_keys=True))
print(len(re.findall(r"\b\d*7\d*\b", text)), zlib.crc32(text.encode()))
print(decimal.Decimal(2).sqrt())
r = random.Random(42)
words = ["".join(r.choices(string.ascii_lowercase, k=3)) for _ in range(20000)]
print(collections.Counter(words).most_common(3))
print(2**521 - 1)
"#;

#[test]
#[ignore = "accept: needs PyPI, python3"]
fn cpython_answers_as_its_native_build() {
    let python = cpython();
    assert!(
        fs::metadata(&python).expect("it was made").len() > 10 << 20,
        "an interpreter of tens of megabytes"
    );
    let sampan = sampan();
    let script = sampan.file("script.py", PYTHON);
    let native = tool(Command::new("python3").arg(&script).args(["one", "two words"]));
    let flag = format!("{}:/data:ro", sampan.work().display());
    let ended: Ended = sampan
        .command(["run", "-v", &flag])
        .args([&python])
        .args(["/data/script.py", "one", "two words"])
        .end();
    assert_eq!(ended.quiet(), String::from_utf8_lossy(&native.stdout));
}

#[test]
#[ignore = "accept: needs clang, wasi-libc"]
fn c_programs_run() {
    let sampan: Sampan = sampan();
    let ended = sampan
        .command(["run"])
        .args([guest::c("words", &[])])
        .stdin("one two\nthree  four\n")
        .end();
    assert_eq!(ended.quiet(), "lines 2, words 4, bytes 20\n");
}

#[test]
#[ignore = "accept: needs npm"]
fn assemblyscript_programs_run() {
    let wasm = fetched("assemblyscript.wasm", |folder, part| {
        fs::write(folder.join("package.json"), "{\"private\":true}").expect("it can be written");
        let packages = ["assemblyscript@0.28.20", "@assemblyscript/wasi-shim@0.1.0"];
        tool(
            Command::new("npm")
                .args(["install", "--silent", "--no-audit", "--no-fund"])
                .args(packages)
                .current_dir(folder),
        );
        fs::copy(place::guests("js/sum.ts"), folder.join("sum.ts")).expect("it can be copied");
        let mut command = Command::new("node_modules/.bin/asc");
        command.args([
            "sum.ts",
            "--config",
            "node_modules/@assemblyscript/wasi-shim/asconfig.json",
            "-O",
            "-o",
        ]);
        tool(command.arg(part).current_dir(folder));
    });
    let sampan = sampan();
    let ended = sampan.command(["run"]).args([&wasm]).args(["3", "4", "35"]).end();
    assert_eq!(ended.code(9).out(), "sum 42\n");
}
