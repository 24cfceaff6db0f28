//! Each attack of `guests/evil/` runs into its limit: it ends within a deadline that is generous, with the code and the
//! words that say which limit it was, and without the host holding memory for it.

mod support;

use std::path::{Path, PathBuf};
use std::time::Duration;

use sampan_testkit::{Ended, Sampan, evil, guest};
use support::{leavings, sampan};

/// More memory than this in our own process means that a guest made the host hold it: what a guest may hold itself is
/// 64 MiB in these tests, unless the attack needs more to begin with.
const HOST_MEMORY: u64 = 700 << 20;

/// How an attack must end.
enum End<'a> {
    /// A limit, of this name and value, ended it while it ran.
    Limit(&'a str, &'a str),
    /// A limit, of this name and value, kept it from starting.
    Start(&'a str, &'a str),
    /// It trapped, for this reason.
    Trap(&'a str),
    /// It cannot be run, and this is why.
    Refused(&'a str),
    /// It was told no, and ended with its own code.
    Code(i32),
    /// One of these ends, whichever the machine comes to first.
    Either(&'a [End<'a>]),
}

impl End<'_> {
    fn is(&self, ended: &Ended) -> bool {
        let (code, err) = (ended.status.code(), ended.err());
        let says = |text: &str| err.contains(text);
        match self {
            Self::Limit(name, value) => {
                code == Some(137)
                    && says(&format!(
                        "error: the program was ended by its {name} limit of {value}"
                    ))
            }
            Self::Start(name, value) => {
                code == Some(125)
                    && says(&format!(
                        "error: the program needs more than its {name} limit of {value}"
                    ))
            }
            Self::Trap(reason) => code == Some(134) && says("error: the program trapped: ") && says(reason),
            Self::Refused(why) => code == Some(126) && says("error: ") && says(why),
            Self::Code(own) => code == Some(*own) && !says("error: "),
            Self::Either(ends) => ends.iter().any(|end| end.is(ended)),
        }
    }
}

/// Runs `program` with `flags` and `args`, and holds it to `end`.
#[track_caller]
fn attack(program: &Path, flags: &[&str], args: &[&str], end: &End<'_>) {
    let sampan = sampan();
    attack_in(&sampan, program, flags, args, end);
}

#[track_caller]
fn attack_in(sampan: &Sampan, program: &Path, flags: &[&str], args: &[&str], end: &End<'_>) {
    let ended = sampan
        .command(["run"])
        .args(flags)
        .args([program])
        .args(args)
        .hold_stdin()
        .deadline(Duration::from_secs(300))
        .end();
    assert!(end.is(&ended), "another end than expected: {ended}");
    for word in ["panicked", "RUST_BACKTRACE", "\u{1b}"] {
        assert!(!ended.err().contains(word), "{word:?} in {ended}");
    }
    assert!(
        ended.peak_memory < HOST_MEMORY,
        "the host held {} MiB: {ended}",
        ended.peak_memory >> 20
    );
    assert_eq!(leavings(sampan), Vec::<String>::new(), "left behind by {ended}");
}

/// A folder to give to an attack, and the flag that gives it.
fn folder(sampan: &Sampan) -> (PathBuf, String) {
    let path = sampan.work().join("given");
    std::fs::create_dir(&path).expect("the work folder takes a folder");
    let flag = format!("{}:/data", path.display());
    (path, flag)
}

macro_rules! attacks {
    ($($(#[$note:meta])* $name:ident($($flag:literal),*) => $end:expr;)*) => {
        $($(#[$note])* #[test] fn $name() {
            attack(&guest::evil(stringify!($name)), &[$($flag),*], &[], &$end);
        })*
    };
}

use End::{Code, Either, Limit, Refused, Start, Trap};

attacks! {
    endless_loop("--limit", "cpu-time=1s") => Limit("cpu-time", "1s");
    endless_start("--timeout", "1s") => Limit("wall-time", "1s");
    endless_tail_calls("--timeout", "1s") => Limit("wall-time", "1s");
    endless_exceptions("--timeout", "1s") => Limit("wall-time", "1s");
    endless_fill("--timeout", "1s") => Limit("wall-time", "1s");
    endless_recursion() => Either(&[Trap("call stack exhausted"), Limit("stack", "1MiB")]);
    host_recursion("--limit", "stack=256k") => Either(&[Trap("call stack exhausted"), Limit("stack", "256KiB")]);
    memory_growth("--memory", "64m") => Limit("memory", "64MiB");
    memory_growth_patient("--memory", "64m", "--timeout", "1s") => Limit("wall-time", "1s");
    memory_count("--memory", "64m") => Either(&[Code(63), Code(64)]);
    memory_start("--memory", "64m") => Start("memory", "64MiB");
    memory_many("--memory", "64m") => Start("memory", "64MiB");
    huge_data("--memory", "64m") => Start("memory", "64MiB");
    gc_growth("--memory", "64m") => Limit("memory", "64MiB");
    gc_huge_array("--memory", "64m") => Either(&[Limit("memory", "64MiB"), Trap("allocation size too large")]);
    table_growth("--limit", "table-elements=100000") => Limit("table-elements", "100000");
    table_start() => Start("table-elements", "1000000");
    output_flood("--limit", "output-rate=1m") => Limit("output-rate", "1MiB/s");
    error_flood("--timeout", "1s") => Limit("wall-time", "1s");
    iovec_storm("--limit", "output-rate=1m", "--timeout", "10s") =>
        Either(&[Limit("output-rate", "1MiB/s"), Limit("wall-time", "10s"), Limit("host-memory", "128MiB")]);
    sleep_forever("--timeout", "1s") => Limit("wall-time", "1s");
    read_forever("--timeout", "1s") => Limit("wall-time", "1s");
    clock_flood("--timeout", "5s", "--memory", "256m") =>
        Either(&[Limit("host-memory", "128MiB"), Limit("wall-time", "5s")]);
    random_flood("--timeout", "1s", "--memory", "1g") =>
        Limit("wall-time", "1s");
    random_huge() => Limit("host-memory", "128MiB");
    close_stdio() => Code(9);
    terminal_escape() => Refused("imports");
    data_out_of_bounds() => Trap("out of bounds memory access");
    hog_handles("--limit", "host-memory=32m") => Limit("host-memory", "32MiB");
    hog_streams("--limit", "host-memory=32m") => Limit("host-memory", "32MiB");
    hog_random("--limit", "host-memory=32m") => Limit("host-memory", "32MiB");
    hog_headers("--limit", "host-memory=32m", "--allow-http", "example.com") => Limit("host-memory", "32MiB");
}

#[test]
fn endless_loop_by_wall_time() {
    attack(
        &guest::evil("endless_loop"),
        &["--timeout", "500ms"],
        &[],
        &Limit("wall-time", "500ms"),
    );
}

#[test]
fn endless_loop_on_a_tenth_of_a_processor() {
    attack(
        &guest::evil("endless_loop"),
        &["--cpus", "0.1", "--limit", "cpu-time=200ms"],
        &[],
        &Limit("cpu-time", "200ms"),
    );
}

#[test]
fn open_files() {
    let sampan = sampan();
    let (_, given) = folder(&sampan);
    let ends = [Code(33), Limit("open-files", "50")];
    attack_in(
        &sampan,
        &guest::evil("open_files"),
        &["-v", &given, "--limit", "open-files=50"],
        &[],
        &Either(&ends),
    );
}

#[test]
fn full_disk() {
    let sampan = sampan();
    let ends = [Code(51), Limit("disk", "20MiB")];
    attack_in(
        &sampan,
        &guest::evil("full_disk"),
        &["--tmpfs", "/data", "--limit", "disk=20m"],
        &[],
        &Either(&ends),
    );
}

#[test]
fn full_tmpfs() {
    attack(
        &guest::evil("full_disk"),
        &["--tmpfs", "/data:size=8m"],
        &[],
        &Either(&[Code(51), Limit("disk", "8MiB")]),
    );
}

#[test]
fn sparse_disk() {
    let sampan = sampan();
    // 51 is no space left, 22 a file that is too large, 28 a wrong value.
    let ends = [Code(51), Code(22), Code(28), Limit("disk", "20MiB")];
    attack_in(
        &sampan,
        &guest::evil("sparse_disk"),
        &["--tmpfs", "/data", "--limit", "disk=20m"],
        &[],
        &Either(&ends),
    );
}

#[test]
fn many_files() {
    let sampan = sampan();
    let ends = [Code(51), Limit("disk", "4MiB"), Limit("wall-time", "20s")];
    attack_in(
        &sampan,
        &guest::evil("many_files"),
        &["--tmpfs", "/data", "--limit", "disk=4m", "--timeout", "20s"],
        &[],
        &Either(&ends),
    );
}

#[test]
fn hard_links() {
    attack(
        &guest::evil("hard_links"),
        &["--tmpfs", "/data", "--limit", "disk=1m"],
        &[],
        &Code(51),
    );
}

#[test]
fn folder_streams() {
    attack(
        &guest::evil("folder_streams"),
        &["--tmpfs", "/data"],
        &[],
        &Code(1),
    );
}

/// Streams that outlive the descriptor and the name of their file.
#[test]
fn file_streams() {
    for program in ["file_streams", "file_streams_async"] {
        for limit in ["disk=20m", "open-files=50"] {
            attack(
                &guest::evil(program),
                &["--tmpfs", "/data", "--limit", limit],
                &[],
                &Code(1),
            );
        }
    }
}

#[test]
fn a_signal_does_not_cut_a_core_dump() {
    use rustix::process::Signal;
    let sampan = sampan();
    let program = sampan.file(
        "trap.wat",
        r#"(module (memory 3072) (func (export "_start")
            (memory.fill (i32.const 0) (i32.const 97) (i32.const 0xc000000)) unreachable))"#,
    );
    let core = sampan.work().join("core");
    let mut running = sampan
        .command(["run", "--memory", "256m", "--coredump"])
        .args([&core, &program])
        .start();
    let begun = || {
        let files = std::fs::read_dir(sampan.work()).expect("the work folder is there");
        files
            .flatten()
            .any(|file| file.file_name().to_string_lossy().starts_with("core"))
    };
    while !begun() && !running.ended() {
        std::thread::yield_now();
    }
    running.signal(Signal::INT);
    let ended = running.end();
    ended.code(134).says("the core dump is in");
    let size = std::fs::metadata(&core).expect("the dump was written").len();
    assert!(size > 3072 << 16, "{size} bytes are not the whole dump");
    assert_eq!(leavings(&sampan), Vec::<String>::new());
}

#[test]
fn realloc_liar() {
    attack(
        &guest::evil("realloc_liar"),
        &[],
        &["some", "arguments"],
        &Trap("memory"),
    );
}

#[test]
fn realloc_spinner() {
    attack(
        &guest::evil("realloc_spinner"),
        &["--timeout", "1s"],
        &["some", "arguments"],
        &Limit("wall-time", "1s"),
    );
}

/// Every function of preview 1 with every kind of bad pointer: an error code or a trap, never a crash.
#[test]
fn pointers() {
    let sampan = sampan();
    let (_, given) = folder(&sampan);
    let program = guest::evil("pointers");
    let next = std::sync::atomic::AtomicU32::new(0);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                loop {
                    let n = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                    if n >= 45 * 8 {
                        return;
                    }
                    let ended = sampan
                        .command(["run", "-v", &given, "--memory", "64m", "--timeout", "20s"])
                        .args([&program])
                        .args([n.to_string()])
                        .end();
                    let ends = [
                        Code(0),
                        Trap(""),
                        Limit("host-memory", "128MiB"),
                        Limit("wall-time", "20s"),
                    ];
                    assert!(
                        Either(&ends).is(&ended),
                        "function {} with pointers of kind {}: {ended}",
                        n / 8,
                        n % 8
                    );
                    assert!(!ended.err().contains("panicked"), "{ended}");
                }
            });
        }
    });
}

#[test]
fn components_nested_a_thousand_deep() {
    for depth in [1_000, 100_000] {
        let sampan = sampan();
        let file = sampan.file("nested.wasm", evil::nested_components(depth));
        attack_in(
            &sampan,
            &file,
            &["--limit", "compile-time=5s"],
            &[],
            &Refused("nests components more than"),
        );
    }
}

#[test]
fn thousands_of_instances() {
    let sampan = sampan();
    let file = sampan.file("instances.wat", evil::many_instances(20, 400));
    attack_in(
        &sampan,
        &file,
        &["--limit", "instances=1000"],
        &[],
        &Start("instances", "1000"),
    );
    let few = sampan.file("few.wat", evil::many_instances(2, 20));
    sampan.run([&few]).code(0);
}

#[test]
fn compiles_for_ever() {
    let sampan = sampan();
    let file = sampan.file("slow.wasm", evil::slow_to_compile(3_000));
    attack_in(
        &sampan,
        &file,
        &["--limit", "compile-time=2s"],
        &[],
        &Start("compile-time", "2s"),
    );
    // The same kind of program, smaller, is an honest one.
    let small = sampan.file("small.wasm", evil::slow_to_compile(20));
    sampan.command(["run", "--timeout", "1s"]).args([&small]).end();
}

#[test]
fn compiles_into_too_much_memory() {
    let sampan = sampan();
    let file = sampan.file("slow.wasm", evil::slow_to_compile(1_000));
    attack_in(
        &sampan,
        &file,
        &["--limit", "compile-memory=64m", "--limit", "compile-time=120s"],
        &[],
        &Start("compile-memory", "64MiB"),
    );
}

#[test]
fn huge_data_segments() {
    let sampan = sampan();
    let file = sampan.work().join("data.wasm");
    let mut to = std::fs::File::create(&file).expect("the work folder takes a file");
    evil::huge_data(100 << 20, &mut to).expect("the disk has room");
    attack_in(
        &sampan,
        &file,
        &["--limit", "module-size=50m"],
        &[],
        &Start("module-size", "50MiB"),
    );
    // Within the size it is still more than its memory holds: a trap, or a refusal, but no harm.
    let ends = [Trap("out of bounds memory access"), Refused("")];
    attack_in(
        &sampan,
        &file,
        &["--limit", "module-size=200m"],
        &[],
        &Either(&ends),
    );
}

#[test]
fn a_hundred_megabytes_of_junk() {
    let sampan = sampan();
    for (magic, why) in [(false, "is not"), (true, "is not a valid WebAssembly module")] {
        let file = sampan.work().join("junk.wasm");
        let mut to =
            std::io::BufWriter::new(std::fs::File::create(&file).expect("the work folder takes a file"));
        evil::junk(magic, 100 << 20, &mut to).expect("the disk has room");
        drop(to);
        attack_in(&sampan, &file, &[], &[], &Refused(why));
    }
}

#[test]
fn malformed() {
    let sampan = sampan();
    let good = wat::parse_file(guest::wat("hello")).expect("it is valid");
    for at in 8..good.len() {
        let mut bad = good.clone();
        bad[at] ^= 0xff;
        // A change within the printed text makes another valid program; what matters is that nothing breaks.
        if at % 5 == 0 {
            let file = sampan.file("malformed.wasm", &bad);
            let ended = sampan.command(["run", "--timeout", "10s"]).args([&file]).end();
            assert!(!ended.err().contains("panicked"), "byte {at}: {ended}");
            let code = ended.status.code();
            assert!(
                matches!(code, Some(0 | 125 | 126 | 134 | 137)),
                "byte {at}: {ended}"
            );
        }
    }
}

#[test]
fn truncated() {
    let sampan = sampan();
    let good = wat::parse_file(guest::wat("hello_component")).expect("it is valid");
    for length in (0..good.len()).step_by(good.len() / 40) {
        let file = sampan.file("truncated.wasm", &good[..length]);
        let ended = sampan.run([&file]);
        ended.fails(126);
    }
}
