//! Each limit is reached, named, and no further.

#![allow(clippy::unwrap_used)]

mod common;

use common::{CREATE, RW, p1, refused, run};
use sampan_types::grants::Access;
use sampan_types::{ByteCount, Classified, Ending, ErrorClass, LimitName};
use sampan_wasm_host::{GuestSpec, HostError, RootDir};

fn spec(set: impl FnOnce(&mut sampan_types::Limits)) -> GuestSpec {
    let mut spec = GuestSpec::default();
    set(&mut spec.limits);
    spec
}

fn limit_of(error: &HostError) -> Option<LimitName> {
    match error {
        HostError::Limit { limit, .. } => Some(*limit),
        _ => None,
    }
}

/// Grows by 64 KiB until it fails, then does `then`; the number of pages is the exit code.
fn growing(then: &str) -> String {
    p1(&format!(
        r#"(func (export "_start")
            (loop $l (br_if $l (i32.ne (memory.grow (i32.const 1)) (i32.const -1))))
            {then}
            (call $exit (memory.size)))"#
    ))
}

#[test]
fn memory_stops_growing_at_its_limit() {
    let done = run(&growing(""), spec(|l| l.memory = ByteCount::kib(64 * 20)));
    assert_eq!(done.ending, Ending::Exited { code: 20 });
    assert_eq!(done.usage.memory, ByteCount::kib(64 * 20));
}

#[test]
fn a_guest_that_gives_up_for_lack_of_memory_was_limited() {
    let done = run(&growing("unreachable"), spec(|l| l.memory = ByteCount::mib(2)));
    assert_eq!(done.limit(), Some(LimitName::Memory), "{:?}", done.ending);
    assert_eq!(done.ending.code(), 137);
}

#[test]
fn a_trap_without_lack_of_memory_is_a_trap() {
    let body = r#"(func (export "_start") (drop (memory.grow (i32.const 1))) unreachable)"#;
    assert!(matches!(
        run(&p1(body), GuestSpec::default()).ending,
        Ending::Trapped(_)
    ));
}

#[test]
fn memories_are_summed() {
    let module = r#"(module (memory 8) (memory 8) (memory 8) (func (export "_start")))"#;
    assert_eq!(
        run(module, spec(|l| l.memory = ByteCount::kib(64 * 24))).ending,
        Ending::Exited { code: 0 }
    );
    let error = refused(module, spec(|l| l.memory = ByteCount::kib(64 * 23)));
    assert_eq!(limit_of(&error), Some(LimitName::Memory), "{error:?}");
}

#[test]
fn starting_with_too_much_memory_is_an_error() {
    for module in [
        r#"(module (memory 65536) (func (export "_start")))"#,
        r#"(module (memory i64 4194304) (func (export "_start")))"#,
    ] {
        let error = refused(module, GuestSpec::default());
        assert_eq!(limit_of(&error), Some(LimitName::Memory), "{error:?}");
        assert_eq!(error.class(), ErrorClass::Exhausted);
        assert!(error.hint().unwrap().contains("--limit memory="));
    }
}

#[test]
fn shared_memory_counts_by_what_it_may_become() {
    let module = r#"(module (memory 1 1024 shared) (func (export "_start")))"#;
    assert_eq!(
        run(module, spec(|l| l.memory = ByteCount::mib(64))).ending,
        Ending::Exited { code: 0 }
    );
    let error = refused(module, spec(|l| l.memory = ByteCount::mib(63)));
    assert_eq!(limit_of(&error), Some(LimitName::Memory), "{error:?}");
}

#[test]
fn tables_are_summed_and_stop_at_their_limit() {
    let module = r#"(module
        (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
        (memory (export "memory") 0)
        (table $a 10 funcref) (table $b 10 externref)
        (func (export "_start")
          (loop $l (br_if $l (i32.ne (table.grow $b (ref.null extern) (i32.const 1)) (i32.const -1))))
          (call $exit (i32.add (table.size $a) (table.size $b)))))"#;
    let done = run(module, spec(|l| l.table_elements = 100));
    assert_eq!(done.ending, Ending::Exited { code: 100 });
    assert_eq!(done.usage.table_elements, 100);
    let error = refused(module, spec(|l| l.table_elements = 19));
    assert_eq!(limit_of(&error), Some(LimitName::TableElements), "{error:?}");
}

#[test]
fn instances_are_counted() {
    let instances: String = (0..50)
        .map(|i| format!("(core instance $i{i} (instantiate $m))"))
        .collect();
    let text = format!(
        r#"(component (core module $m (func (export "run") (result i32) (i32.const 0))) {instances}
            (func $run (result (result)) (canon lift (core func $i0 "run")))
            (instance $i (export "run" (func $run)))
            (export "wasi:cli/run@0.2.0" (instance $i)))"#
    );
    assert_eq!(
        run(&text, spec(|l| l.instances = 60)).ending,
        Ending::Exited { code: 0 }
    );
    let error = refused(&text, spec(|l| l.instances = 20));
    assert_eq!(limit_of(&error), Some(LimitName::Instances), "{error:?}");
}

#[test]
fn a_flood_of_output_is_ended() {
    let body = r#"(func (export "_start")
        (loop $l (drop (call $write (i32.const 1) (i32.const 1024) (i32.const 65536))) (br $l)))"#;
    let done = run(&p1(body), spec(|l| l.output_rate = ByteCount::mib(1)));
    assert_eq!(done.limit(), Some(LimitName::OutputRate), "{:?}", done.ending);
    assert!(done.usage.output <= ByteCount::mib(4), "{}", done.usage.output);
}

fn rooted(dir: &tempfile::TempDir, set: impl FnOnce(&mut sampan_types::Limits)) -> GuestSpec {
    GuestSpec {
        root: Some(RootDir {
            path: dir.path().to_owned(),
            access: Access::ReadWrite,
        }),
        ..spec(set)
    }
}

#[test]
fn open_files_are_counted_and_closing_makes_room() {
    // Opens until it fails, closes one, opens one: the count is the code when the errno was MFILE (33).
    let body = format!(
        r#"(data (i32.const 1024) "f")
        (func $one (result i32) (call $open (i32.const 3) (i32.const 1024) (i32.const 1) {CREATE} {RW}))
        (func (export "_start") (local $n i32) (local $e i32)
          (loop $l
            (local.set $e (call $one))
            (if (i32.eqz (local.get $e)) (then
              (local.set $n (i32.add (local.get $n) (i32.const 1))) (br $l))))
          (if (i32.ne (local.get $e) (i32.const 33)) (then unreachable))
          (drop (call $fd_close (i32.const 5)))
          (if (call $one) (then unreachable))
          (if (i32.ne (call $one) (i32.const 33)) (then unreachable))
          (call $exit (local.get $n)))"#
    );
    let dir = tempfile::tempdir().unwrap();
    let done = run(&p1(&body), rooted(&dir, |l| l.open_files = 17));
    assert_eq!(done.ending, Ending::Exited { code: 17 }, "{:?}", done.ending);
    assert_eq!(done.usage.open_files, 17);
}

/// Writes 64 KiB at a time to `f` until it fails with NOSPC (51); then as `then` says.
fn filling(then: &str) -> String {
    p1(&format!(
        r#"(data (i32.const 1024) "fg")
        (func $fill (param $fd i32) (result i32) (local $n i32) (local $e i32)
          (loop $l
            (local.set $e (call $write (local.get $fd) (i32.const 2048) (i32.const 65536)))
            (if (i32.eqz (local.get $e)) (then
              (local.set $n (i32.add (local.get $n) (i32.const 1))) (br $l))))
          (if (i32.ne (local.get $e) (i32.const 51)) (then unreachable))
          (local.get $n))
        (func (export "_start") (local $n i32)
          (if (call $open (i32.const 3) (i32.const 1024) (i32.const 1) {CREATE} {RW}) (then unreachable))
          (local.set $n (call $fill (call $fd)))
          {then}
          (call $exit (local.get $n)))"#
    ))
}

#[test]
fn the_disk_of_a_container_is_bounded() {
    let dir = tempfile::tempdir().unwrap();
    let done = run(
        &filling(""),
        rooted(&dir, |l| l.disk = ByteCount::kib(64 * 10 + 8)),
    );
    assert_eq!(done.ending, Ending::Exited { code: 10 }, "{:?}", done.ending);
    let size = std::fs::metadata(dir.path().join("f")).unwrap().len();
    assert_eq!(size, 64 * 1024 * 10);
    assert_eq!(done.usage.disk, ByteCount::kib(64 * 10 + 4));
}

#[test]
fn what_is_removed_or_cut_makes_room_again_once_it_is_gone() {
    let dir = tempfile::tempdir().unwrap();
    // Cut to nothing: as much room again. Unlinked but open: none. Closed: all of it.
    let then = format!(
        r#"(if (call $set_size (call $fd) (i64.const 0)) (then unreachable))
        (drop (call $fd_close (call $fd)))
        (if (call $open (i32.const 3) (i32.const 1024) (i32.const 1) (i32.const 0) {RW}) (then unreachable))
        (if (i32.ne (call $fill (call $fd)) (local.get $n)) (then unreachable))
        (if (call $unlink (i32.const 3) (i32.const 1024) (i32.const 1)) (then unreachable))
        (if (i32.ne (call $open (i32.const 3) (i32.const 1025) (i32.const 1) {CREATE} {RW}) (i32.const 0))
          (then unreachable))
        (if (call $fill (call $fd)) (then unreachable))
        (drop (call $fd_close (i32.const 4)))
        (if (i32.ge_u (i32.const 8) (call $fill (call $fd))) (then unreachable))"#
    );
    let done = run(
        &filling(&then),
        rooted(&dir, |l| l.disk = ByteCount::kib(64 * 10 + 12)),
    );
    assert_eq!(done.ending, Ending::Exited { code: 10 }, "{:?}", done.ending);
}

#[test]
fn a_hole_takes_room_as_its_bytes_would() {
    let dir = tempfile::tempdir().unwrap();
    let body = format!(
        r#"(data (i32.const 1024) "f")
        (func (export "_start")
          (if (call $open (i32.const 3) (i32.const 1024) (i32.const 1) {CREATE} {RW}) (then unreachable))
          (call $exit (call $set_size (call $fd) (i64.const 1000000000000))))"#
    );
    let done = run(&p1(&body), rooted(&dir, |_| ()));
    assert_eq!(done.ending, Ending::Exited { code: 51 });
}

#[test]
fn empty_folders_are_not_free() {
    let dir = tempfile::tempdir().unwrap();
    let body = r#"(data (i32.const 1024) "aaaa")
        (func (export "_start") (local $n i32) (local $e i32)
          (loop $l
            (i32.store (i32.const 1024) (i32.add (i32.const 0x61616161) (local.get $n)))
            (local.set $e (call $mkdir (i32.const 3) (i32.const 1024) (i32.const 4)))
            (if (i32.eqz (local.get $e)) (then
              (local.set $n (i32.add (local.get $n) (i32.const 1))) (br $l))))
          (if (i32.ne (local.get $e) (i32.const 51)) (then unreachable))
          (call $exit (local.get $n)))"#;
    let done = run(&p1(body), rooted(&dir, |l| l.disk = ByteCount::kib(40)));
    assert_eq!(done.ending, Ending::Exited { code: 10 }, "{:?}", done.ending);
}

#[test]
fn a_module_that_is_too_large_is_refused() {
    let error = refused(
        &p1(r#"(func (export "_start"))"#),
        spec(|l| l.module_size = ByteCount::new(100)),
    );
    assert_eq!(limit_of(&error), Some(LimitName::ModuleSize), "{error:?}");
}

#[test]
fn garbage_collected_memory_counts_as_memory() {
    let text = r#"(module
        (type $node (struct (field (ref null $node)) (field i64 i64 i64 i64)))
        (func (export "_start") (local $list (ref null $node))
          (loop $l
            (local.set $list (struct.new $node (local.get $list) (i64.const 1) (i64.const 2) (i64.const 3) (i64.const 4)))
            (br $l))))"#;
    let done = run(text, spec(|l| l.memory = ByteCount::mib(8)));
    assert_eq!(done.limit(), Some(LimitName::Memory), "{:?}", done.ending);
}

#[test]
fn sockets_are_counted() {
    // Makes sockets until that fails: 10 is new-socket-limit in the order of the error codes.
    let text = r#"(component
      (import "wasi:sockets/network@0.2.0" (instance $network
        (type $codes (enum "unknown" "access-denied" "not-supported" "invalid-argument" "out-of-memory" "timeout"
          "concurrency-conflict" "not-in-progress" "would-block" "invalid-state" "new-socket-limit"
          "address-not-bindable" "address-in-use" "remote-unreachable" "connection-refused" "connection-reset"
          "connection-aborted" "datagram-too-large" "name-unresolvable" "temporary-resolver-failure"
          "permanent-resolver-failure"))
        (export "error-code" (type (eq $codes)))
        (type $families (enum "ipv4" "ipv6"))
        (export "ip-address-family" (type (eq $families)))))
      (alias export $network "error-code" (type $code))
      (alias export $network "ip-address-family" (type $family))
      (import "wasi:sockets/tcp@0.2.0" (instance $tcp (export "tcp-socket" (type (sub resource)))))
      (alias export $tcp "tcp-socket" (type $socket))
      (import "wasi:sockets/tcp-create-socket@0.2.0" (instance $create
        (alias outer 1 $code (type $c0)) (export "error-code" (type $c (eq $c0)))
        (alias outer 1 $family (type $f0)) (export "ip-address-family" (type $f (eq $f0)))
        (alias outer 1 $socket (type $s0)) (export "tcp-socket" (type $s (eq $s0)))
        (export "create-tcp-socket" (func (param "address-family" $f) (result (result (own $s) (error $c)))))))
      (core module $libc (memory (export "memory") 1))
      (core instance $libc (instantiate $libc))
      (alias core export $libc "memory" (core memory $memory))
      (core func $make (canon lower (func $create "create-tcp-socket") (memory $memory)))
      (core module $main
        (import "libc" "memory" (memory 1))
        (import "w" "make" (func $make (param i32 i32)))
        (func (export "run") (result i32) (local $n i32)
          (loop $l
            (call $make (i32.const 0) (i32.const 0))
            (if (i32.eqz (i32.load8_u (i32.const 0))) (then
              (local.set $n (i32.add (local.get $n) (i32.const 1))) (br $l))))
          (if (i32.ne (i32.load8_u (i32.const 4)) (i32.const 10)) (then unreachable))
          (i32.ne (local.get $n) (i32.const 7))))
      (core instance $main (instantiate $main
        (with "libc" (instance $libc)) (with "w" (instance (export "make" (func $make))))))
      (func $run (result (result)) (canon lift (core func $main "run")))
      (instance $i (export "run" (func $run)))
      (export "wasi:cli/run@0.2.0" (instance $i)))"#;
    let done = run(text, spec(|l| l.sockets = 7));
    assert_eq!(done.ending, Ending::Exited { code: 0 }, "{:?}", done.ending);
    assert_eq!(done.usage.sockets, 7);
    assert_eq!(done.usage.instances, 2);
}

#[test]
fn each_name_of_a_file_takes_room_until_it_is_removed() {
    let dir = tempfile::tempdir().unwrap();
    // Links until that fails, takes a name away, and links once more: the number is the code.
    let body = format!(
        r#"(data (i32.const 1024) "f") (data (i32.const 1028) "aaaa")
        (func $link_one (result i32)
          (call $link (i32.const 3) (i32.const 0) (i32.const 1024) (i32.const 1)
            (i32.const 3) (i32.const 1028) (i32.const 4)))
        (func (export "_start") (local $n i32) (local $e i32)
          (if (call $open (i32.const 3) (i32.const 1024) (i32.const 1) {CREATE} {RW}) (then unreachable))
          (if (call $set_size (call $fd) (i64.const 100)) (then unreachable))
          (loop $l
            (i32.store (i32.const 1028) (i32.add (i32.const 0x61616161) (local.get $n)))
            (local.set $e (call $link_one))
            (if (i32.eqz (local.get $e)) (then
              (local.set $n (i32.add (local.get $n) (i32.const 1))) (br $l))))
          (if (i32.ne (local.get $e) (i32.const 51)) (then unreachable))
          ;; A link that cannot be made takes no room.
          (i32.store (i32.const 1028) (i32.const 0x61616161))
          (if (call $unlink (i32.const 3) (i32.const 1028) (i32.const 4)) (then unreachable))
          (i32.store (i32.const 1028) (i32.const 0x61616162))
          (if (i32.ne (call $link_one) (i32.const 20)) (then unreachable))
          (i32.store (i32.const 1028) (i32.const 0x61616161))
          (if (call $link_one) (then unreachable))
          (i32.store (i32.const 1028) (i32.const 0x62626262))
          (if (i32.ne (call $link_one) (i32.const 51)) (then unreachable))
          (call $exit (local.get $n)))"#
    );
    let text = p1(&body).replace(
        "(memory (export",
        r#"(import "wasi_snapshot_preview1" "path_link"
            (func $link (param i32 i32 i32 i32 i32 i32 i32) (result i32)))
          (memory (export"#,
    );
    let done = run(&text, rooted(&dir, |l| l.disk = ByteCount::kib(4 * 8 + 1)));
    assert_eq!(done.ending, Ending::Exited { code: 7 }, "{:?}", done.ending);
}

#[test]
fn output_out_of_shared_memory_is_copied_in_small_pieces() {
    // Gives whether one write took at most 64 KiB.
    let text = r#"(module
        (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
        (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
        (memory (export "memory") 1024 1024 shared)
        (func (export "_start")
          (i32.store (i32.const 0) (i32.const 0x10000))
          (i32.store (i32.const 4) (i32.const 0x3000000))
          (if (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)) (then unreachable))
          (call $exit (i32.gt_u (i32.load (i32.const 8)) (i32.const 0x10000)))))"#;
    let mut spec = spec(|l| (l.memory, l.host_memory) = (ByteCount::mib(65), ByteCount::mib(16)));
    let nowhere = std::fs::OpenOptions::new().write(true).open("/dev/null").unwrap();
    spec.stdio.stdout = sampan_wasm_host::Output::Fd(nowhere.into());
    let host = common::host();
    let program = common::load(&host, text, &spec).unwrap();
    let guest = host.guest(&program, spec).unwrap();
    let ending = common::within(common::runtime(), guest.run()).unwrap();
    assert_eq!(ending, Ending::Exited { code: 0 });
}

#[test]
fn random_bytes_beyond_what_one_call_may_ask_for_are_a_limit() {
    let core = r#"(module
        (import "wasi_snapshot_preview1" "random_get" (func $random (param i32 i32) (result i32)))
        (memory (export "memory") 1)
        (func (export "_start") (drop (call $random (i32.const 0) (i32.const 0x4000001)))))"#;
    let component = r#"(component
        (import "wasi:random/insecure@0.2.0" (instance $random
          (export "get-insecure-random-bytes" (func (param "len" u64) (result (list u8))))))
        (core module $libc (memory (export "memory") 1)
          (func (export "realloc") (param i32 i32 i32 i32) (result i32) unreachable))
        (core instance $libc (instantiate $libc))
        (core func $bytes (canon lower (func $random "get-insecure-random-bytes")
          (memory (core memory $libc "memory")) (realloc (core func $libc "realloc"))))
        (core module $main (import "" "bytes" (func $bytes (param i64 i32)))
          (func (export "run") (result i32) (call $bytes (i64.const 0x4000001) (i32.const 0)) (i32.const 0)))
        (core instance $main (instantiate $main (with "" (instance (export "bytes" (func $bytes))))))
        (func $run (result (result)) (canon lift (core func $main "run")))
        (instance $i (export "run" (func $run)))
        (export "wasi:cli/run@0.2.0" (instance $i)))"#;
    for text in [core, component] {
        let done = run(text, spec(|l| l.host_memory = ByteCount::mib(256)));
        assert_eq!(done.limit(), Some(LimitName::HostMemory), "{:?}", done.ending);
    }
}
