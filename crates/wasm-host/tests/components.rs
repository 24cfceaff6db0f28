//! Components on `wasi:cli/command` 0.2 and 0.3.

#![allow(clippy::unwrap_used)]

mod common;

use common::{run, with_input};
use sampan_types::grants::Access;
use sampan_types::{ByteCount, Ending, LimitName};
use sampan_wasm_host::{GuestSpec, RootDir};

/// A command whose core module has `body`, with memory and these imports of 0.2: `exit`, `stdout`, `stdin`.
fn p2(body: &str) -> String {
    format!(
        r#"(component
  (import "wasi:io/error@0.2.0" (instance $error (export "error" (type (sub resource)))))
  (alias export $error "error" (type $e))
  (import "wasi:io/streams@0.2.0" (instance $streams
    (alias outer 1 $e (type $e0))
    (export "error" (type $e1 (eq $e0)))
    (export "input-stream" (type $in (sub resource)))
    (export "output-stream" (type $out (sub resource)))
    (type $fail (variant (case "last-operation-failed" (own $e1)) (case "closed")))
    (export "stream-error" (type $failed (eq $fail)))
    (export "[method]input-stream.blocking-read"
      (func (param "self" (borrow $in)) (param "len" u64) (result (result (list u8) (error $failed)))))
    (export "[method]output-stream.blocking-write-and-flush"
      (func (param "self" (borrow $out)) (param "contents" (list u8)) (result (result (error $failed)))))))
  (alias export $streams "output-stream" (type $output))
  (alias export $streams "input-stream" (type $input))
  (import "wasi:cli/stdout@0.2.0" (instance $stdout
    (alias outer 1 $output (type $o0))
    (export "output-stream" (type $o1 (eq $o0)))
    (export "get-stdout" (func (result (own $o1))))))
  (import "wasi:cli/stdin@0.2.0" (instance $stdin
    (alias outer 1 $input (type $i0))
    (export "input-stream" (type $i1 (eq $i0)))
    (export "get-stdin" (func (result (own $i1))))))
  (import "wasi:cli/exit@0.2.0" (instance $exit (export "exit" (func (param "status" (result))))))
  (core module $libc (memory (export "memory") 3)
    (global $next (mut i32) (i32.const 65536))
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 65536)))
  (core instance $libc (instantiate $libc))
  (alias core export $libc "memory" (core memory $memory))
  (alias core export $libc "realloc" (core func $realloc))
  (core func $get-stdout (canon lower (func $stdout "get-stdout")))
  (core func $get-stdin (canon lower (func $stdin "get-stdin")))
  (core func $exit (canon lower (func $exit "exit")))
  (core func $write (canon lower (func $streams "[method]output-stream.blocking-write-and-flush")
    (memory $memory) (realloc $realloc)))
  (core func $read (canon lower (func $streams "[method]input-stream.blocking-read")
    (memory $memory) (realloc $realloc)))
  (core module $main
    (import "libc" "memory" (memory 1))
    (import "w" "get-stdout" (func $get-stdout (result i32)))
    (import "w" "get-stdin" (func $get-stdin (result i32)))
    (import "w" "exit" (func $exit (param i32)))
    (import "w" "write" (func $write (param i32 i32 i32 i32)))
    (import "w" "read" (func $read (param i32 i64 i32)))
    {body})
  (core instance $main (instantiate $main
    (with "libc" (instance $libc))
    (with "w" (instance
      (export "get-stdout" (func $get-stdout)) (export "get-stdin" (func $get-stdin))
      (export "exit" (func $exit)) (export "write" (func $write)) (export "read" (func $read))))))
  (func $run (result (result)) (canon lift (core func $main "run")))
  (instance $i (export "run" (func $run)))
  (export "wasi:cli/run@0.2.0" (instance $i)))"#
    )
}

#[test]
fn a_command_of_0_2_says_what_it_says() {
    let done = run(
        &p2(r#"(data (i32.const 16) "hello\n")
            (func (export "run") (result i32)
              (call $write (call $get-stdout) (i32.const 16) (i32.const 6) (i32.const 0))
              (i32.const 0))"#),
        GuestSpec::default(),
    );
    assert_eq!(done.ending, Ending::Exited { code: 0 });
    assert_eq!(done.text(), "hello\n");
}

#[test]
fn a_result_of_error_is_code_one() {
    let done = run(
        &p2(r#"(func (export "run") (result i32) (i32.const 1))"#),
        GuestSpec::default(),
    );
    assert_eq!(done.ending, Ending::Exited { code: 1 });
    let done = run(
        &p2(r#"(func (export "run") (result i32) (call $exit (i32.const 1)) (i32.const 0))"#),
        GuestSpec::default(),
    );
    assert_eq!(done.ending, Ending::Exited { code: 1 });
}

#[test]
fn a_component_copies_its_input_to_its_output() {
    let input: Vec<u8> = (0..1_000_000_u32).map(|i| (i * 7 + i / 300) as u8).collect();
    let body = r#"(func (export "run") (result i32) (local $in i32) (local $out i32)
        (local.set $in (call $get-stdin))
        (local.set $out (call $get-stdout))
        (loop $l
          (call $read (local.get $in) (i64.const 4096) (i32.const 0))
          (if (i32.eqz (i32.load8_u (i32.const 0))) (then
            (call $write (local.get $out) (i32.load (i32.const 4)) (i32.load (i32.const 8)) (i32.const 16))
            (br_if $l (i32.eqz (i32.load8_u (i32.const 16)))))))
        (i32.const 0))"#;
    let done = run(&p2(body), with_input(input.clone()));
    assert_eq!(done.ending, Ending::Exited { code: 0 });
    assert!(done.stdout == input);
}

#[test]
fn handles_of_the_host_are_bounded() {
    let body =
        r#"(func (export "run") (result i32) (loop $l (drop (call $get-stdout)) (br $l)) (i32.const 0))"#;
    let mut spec = GuestSpec::default();
    spec.limits.host_memory = ByteCount::mib(1);
    let done = run(&p2(body), spec);
    assert_eq!(done.limit(), Some(LimitName::HostMemory), "{:?}", done.ending);
}

#[test]
fn a_loop_in_a_component_ends_by_time() {
    let body = r#"(func (export "run") (result i32) (loop $l (br $l)) (i32.const 0))"#;
    let mut spec = GuestSpec::default();
    spec.limits.wall_time = Some(std::time::Duration::from_millis(50));
    assert_eq!(run(&p2(body), spec).limit(), Some(LimitName::WallTime));
}

#[test]
fn a_command_of_0_3_runs() {
    for (code, expected) in [(0, 0), (1, 1)] {
        let text = format!(
            r#"(component
            (core module $m (func (export "run") (result i32) (i32.const {code})))
            (core instance $i (instantiate $m))
            (func $run async (result (result)) (canon lift (core func $i "run")))
            (instance $r (export "run" (func $run)))
            (export "wasi:cli/run@0.3.0" (instance $r)))"#
        );
        assert_eq!(
            run(&text, GuestSpec::default()).ending,
            Ending::Exited { code: expected }
        );
    }
}

#[test]
fn a_loop_in_a_command_of_0_3_ends_by_time_and_by_a_kill() {
    let text = r#"(component
        (core module $m (func (export "run") (result i32) (loop $l (br $l)) (i32.const 0)))
        (core instance $i (instantiate $m))
        (func $run async (result (result)) (canon lift (core func $i "run")))
        (instance $r (export "run" (func $run)))
        (export "wasi:cli/run@0.3.0" (instance $r)))"#;
    let mut spec = GuestSpec::default();
    spec.limits.wall_time = Some(std::time::Duration::from_millis(50));
    assert_eq!(run(text, spec).limit(), Some(LimitName::WallTime));

    let host = common::host();
    let spec = GuestSpec::default();
    let program = common::load(&host, text, &spec).unwrap();
    let guest = host.guest(&program, spec).unwrap();
    let handle = guest.handle();
    let other = std::thread::spawn(move || handle.kill(sampan_types::Signal::Terminate));
    let ending = common::within(common::runtime(), guest.run()).unwrap();
    other.join().unwrap();
    assert_eq!(ending.code(), 143);
}

/// A command of 0.2 that makes folders in its root until that fails; how many is in its output's length.
#[test]
fn the_disk_of_a_component_is_bounded() {
    let text = r#"(component
  (import "wasi:filesystem/types@0.2.0" (instance $types
    (export "descriptor" (type $d (sub resource)))
    (type $codes (enum "access" "would-block" "already" "bad-descriptor" "busy" "deadlock" "quota" "exist"
      "file-too-large" "illegal-byte-sequence" "in-progress" "interrupted" "invalid" "io" "is-directory"
      "loop" "too-many-links" "message-size" "name-too-long" "no-device" "no-entry" "no-lock"
      "insufficient-memory" "insufficient-space" "not-directory" "not-empty" "not-recoverable" "unsupported"
      "no-tty" "no-such-device" "overflow" "not-permitted" "pipe" "read-only" "invalid-seek"
      "text-file-busy" "cross-device"))
    (export "error-code" (type $code (eq $codes)))
    (export "[method]descriptor.create-directory-at"
      (func (param "self" (borrow $d)) (param "path" string) (result (result (error $code)))))))
  (alias export $types "descriptor" (type $descriptor))
  (import "wasi:filesystem/preopens@0.2.0" (instance $preopens
    (alias outer 1 $descriptor (type $d0))
    (export "descriptor" (type $d1 (eq $d0)))
    (export "get-directories" (func (result (list (tuple (own $d1) string)))))))
  (core module $libc (memory (export "memory") 1)
    (global $next (mut i32) (i32.const 4096))
    (func (export "realloc") (param i32 i32 i32 i32) (result i32)
      (global.set $next (i32.add (global.get $next) (i32.const 64)))
      (global.get $next)))
  (core instance $libc (instantiate $libc))
  (alias core export $libc "memory" (core memory $memory))
  (alias core export $libc "realloc" (core func $realloc))
  (core func $dirs (canon lower (func $preopens "get-directories") (memory $memory) (realloc $realloc)))
  (core func $mkdir (canon lower (func $types "[method]descriptor.create-directory-at") (memory $memory)))
  (core module $main
    (import "libc" "memory" (memory 1))
    (import "w" "dirs" (func $dirs (param i32)))
    (import "w" "mkdir" (func $mkdir (param i32 i32 i32 i32)))
    (func (export "run") (result i32) (local $d i32) (local $n i32)
      (call $dirs (i32.const 0))
      (local.set $d (i32.load (i32.load (i32.const 0))))
      (loop $l
        (i32.store (i32.const 16) (i32.add (i32.const 0x61616161) (local.get $n)))
        (call $mkdir (local.get $d) (i32.const 16) (i32.const 4) (i32.const 32))
        (if (i32.eqz (i32.load8_u (i32.const 32))) (then
          (local.set $n (i32.add (local.get $n) (i32.const 1)))
          (br $l))))
      ;; 23 is insufficient-space
      (if (i32.ne (i32.load8_u (i32.const 33)) (i32.const 23)) (then unreachable))
      (i32.ne (local.get $n) (i32.const 10))))
  (core instance $main (instantiate $main
    (with "libc" (instance $libc))
    (with "w" (instance (export "dirs" (func $dirs)) (export "mkdir" (func $mkdir))))))
  (func $run (result (result)) (canon lift (core func $main "run")))
  (instance $i (export "run" (func $run)))
  (export "wasi:cli/run@0.2.0" (instance $i)))"#;
    let dir = tempfile::tempdir().unwrap();
    let mut spec = GuestSpec {
        root: Some(RootDir {
            path: dir.path().to_owned(),
            access: Access::ReadWrite,
        }),
        ..GuestSpec::default()
    };
    spec.limits.disk = ByteCount::kib(40);
    let done = run(text, spec);
    assert_eq!(done.ending, Ending::Exited { code: 0 }, "{:?}", done.ending);
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 10);
    assert_eq!(done.usage.disk, ByteCount::kib(40));
}

#[test]
fn one_interface_may_be_imported_in_several_versions() {
    let component = |imports: &str| {
        format!(
            r#"(component {imports}
              (core module $m (func (export "run") (result i32) (i32.const 0)))
              (core instance $m (instantiate $m))
              (func $run (result (result)) (canon lift (core func $m "run")))
              (instance $i (export "run" (func $run)))
              (export "wasi:cli/run@0.2.0" (instance $i)))"#
        )
    };
    let error = r#"(instance (export "error" (type (sub resource))))"#;
    let text = component(&format!(
        r#"(import "wasi:io/error@0.2.0" {error}) (import "wasi:io/error@0.2.3" {error})
           (import "wasi:random/random@0.2.0" (instance)) (import "wasi:random/random@0.2.1" (instance))
           (import "wasi:cli/exit@0.2.0" (instance)) (import "wasi:cli/exit@0.2.6" (instance))"#
    ));
    let done = run(&text, GuestSpec::default());
    assert_eq!(done.ending, Ending::Exited { code: 0 }, "{:?}", done.ending);

    use sampan_types::{Classified as _, ErrorClass};
    let wrong =
        r#"(import "wasi:random/random@0.2.0" (instance (export "get-random-u64" (func (result string)))))"#;
    let refused = common::refused(&component(wrong), GuestSpec::default());
    assert_eq!(refused.class(), ErrorClass::CannotInvoke, "{refused:?}");
}

/// An attack of `guests/evil/`, with one line put in where it has room for it.
fn evil(name: &str, line: &str) -> String {
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .unwrap()
        .join(format!("guests/evil/{name}.wat"));
    let room = ";; Here one that means no harm ends its stream.";
    let text = std::fs::read_to_string(file).unwrap();
    assert!(text.contains(room));
    text.replace(room, line)
}

fn on_disk(dir: &tempfile::TempDir, set: impl FnOnce(&mut sampan_types::Limits)) -> GuestSpec {
    let mut spec = GuestSpec {
        root: Some(RootDir {
            path: dir.path().to_owned(),
            access: Access::ReadWrite,
        }),
        ..GuestSpec::default()
    };
    set(&mut spec.limits);
    spec
}

const STREAMS: [(&str, &str); 2] = [
    ("file_streams", "(call $end (i32.load (i32.const 20)))"),
    (
        "file_streams_async",
        "(call $end (i32.load (i32.const 24))) (call $end-done (i32.load (i32.const 28)))",
    ),
];

#[test]
fn a_stream_keeps_its_file_on_the_disk_and_open() {
    for (name, _) in STREAMS {
        let dir = tempfile::tempdir().unwrap();
        let done = run(&evil(name, ""), on_disk(&dir, |l| l.disk = ByteCount::mib(10)));
        assert_eq!(
            done.ending,
            Ending::Exited { code: 1 },
            "{name}: {:?}",
            done.ending
        );
        assert!(done.usage.disk > ByteCount::mib(9), "{name}: {}", done.usage.disk);
        assert!(
            done.usage.disk <= ByteCount::mib(10),
            "{name}: {}",
            done.usage.disk
        );

        let dir = tempfile::tempdir().unwrap();
        let done = run(&evil(name, ""), on_disk(&dir, |l| l.open_files = 7));
        assert_eq!(
            done.ending,
            Ending::Exited { code: 1 },
            "{name}: {:?}",
            done.ending
        );
        assert_eq!(done.usage.open_files, 7, "{name}");
    }
}

#[test]
fn folders_are_read_a_few_at_a_time() {
    let dir = tempfile::tempdir().unwrap();
    let done = run(&evil("folder_streams", ""), on_disk(&dir, |_| {}));
    assert_eq!(done.ending, Ending::Exited { code: 1 }, "{:?}", done.ending);
    let ends = evil("folder_streams", "(call $end (i32.load (i32.const 20)))");
    let done = run(&ends, on_disk(&dir, |_| {}));
    assert!(matches!(done.ending, Ending::Trapped(_)), "{:?}", done.ending);
}

#[test]
fn a_stream_that_ends_makes_room_again() {
    for (name, end) in STREAMS {
        let dir = tempfile::tempdir().unwrap();
        let spec = on_disk(&dir, |l| (l.disk, l.open_files) = (ByteCount::mib(4), 4));
        let text = evil(name, end);
        // A thousand rounds go well, after which it traps.
        let done = run(&text, spec);
        assert!(
            matches!(done.ending, Ending::Trapped(_)),
            "{name}: {:?}",
            done.ending
        );
        assert!(done.usage.open_files <= 2, "{name}: {}", done.usage.open_files);
    }
}
