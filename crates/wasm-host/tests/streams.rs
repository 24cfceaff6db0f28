//! Standard streams: all bytes pass, in order, whatever the descriptor is, and flags stay as they are.

#![allow(clippy::unwrap_used)]

mod common;

use std::fs::File;
use std::io::{Read, Seek, Write};
use std::os::fd::OwnedFd;

use common::{Done, p1, run, with_input};
use proptest::prelude::*;
use sampan_types::Ending;
use sampan_wasm_host::{GuestSpec, Input, Output};

/// Copies its input to its output in pieces of `size`; 1 when writing fails.
fn cat(size: u32) -> String {
    p1(&format!(
        r#"(func (export "_start") (local $n i32) (local $at i32)
          (loop $next
            (local.set $n (call $read (i32.const 0) (i32.const 1024) (i32.const {size})))
            (local.set $at (i32.const 1024))
            (block $done (loop $more
              (br_if $done (i32.eqz (local.get $n)))
              (if (call $write (i32.const 1) (local.get $at) (local.get $n)) (then (call $exit (i32.const 1))))
              (local.set $at (i32.add (local.get $at) (i32.load (i32.const 8))))
              (local.set $n (i32.sub (local.get $n) (i32.load (i32.const 8))))
              (br $more)))
            (br_if $next (i32.ne (local.get $at) (i32.const 1024)))))"#
    ))
}

fn bytes(len: usize) -> Vec<u8> {
    (0..len).map(|i| (i * 31 + i / 251) as u8).collect()
}

#[test]
fn many_megabytes_pass_without_being_kept() {
    let input = bytes(64 << 20);
    let done = run(&cat(65536), with_input(input.clone()));
    assert_eq!(done.ending, Ending::Exited { code: 0 });
    assert!(
        done.stdout == input,
        "{} bytes came of {}",
        done.stdout.len(),
        input.len()
    );
    assert_eq!(done.usage.input.get(), 64 << 20);
    assert_eq!(done.usage.output.get(), 64 << 20);
}

/// A descriptor with these bytes, of each kind.
fn kinds(data: &[u8]) -> Vec<(&'static str, OwnedFd)> {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(data).unwrap();
    file.rewind().unwrap();
    let (pipe, w) = rustix::pipe::pipe().unwrap();
    common::writer(w, data.to_vec());
    let (socket, other) = std::os::unix::net::UnixStream::pair().unwrap();
    common::writer(other.into(), data.to_vec());
    vec![("file", file.into()), ("pipe", pipe), ("socket", socket.into())]
}

fn through(data: &[u8], size: u32, input: OwnedFd) -> Done {
    let mut spec = GuestSpec::default();
    spec.stdio.stdin = Input::Fd(input);
    let done = run(&cat(size), spec);
    assert_eq!(done.ending, Ending::Exited { code: 0 });
    assert!(
        done.stdout == data,
        "{} bytes came of {}",
        done.stdout.len(),
        data.len()
    );
    done
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn every_kind_of_input_gives_the_same(len in 0_usize..200_000, size in 1_u32..65_536) {
        let size = size.max(len as u32 / 500 + 1);
        let data = bytes(len);
        for (_, fd) in kinds(&data) {
            through(&data, size, fd);
        }
    }
}

#[test]
fn every_kind_of_output_takes_all() {
    let data = bytes(1 << 20);
    let spec = |output: OwnedFd| {
        let mut spec = with_input(data.clone());
        spec.stdio.stdout = Output::Fd(output);
        spec
    };
    let run_with = |spec: GuestSpec| {
        let host = common::host();
        let program = common::load(&host, &cat(10_000), &spec).unwrap();
        let guest = host.guest(&program, spec).unwrap();
        let ending = common::within(common::runtime(), guest.run()).unwrap();
        assert_eq!(ending, Ending::Exited { code: 0 });
    };

    let mut file = tempfile::tempfile().unwrap();
    run_with(spec(file.try_clone().unwrap().into()));
    let mut written = Vec::new();
    file.rewind().unwrap();
    file.read_to_end(&mut written).unwrap();
    assert!(written == data);

    let (here, there) = std::os::unix::net::UnixStream::pair().unwrap();
    let reader = common::reader(here.into());
    run_with(spec(there.into()));
    assert!(reader.join().unwrap() == data);

    run_with(spec(File::create("/dev/null").unwrap().into()));
}

#[test]
fn a_descriptor_that_is_shared_keeps_its_flags() {
    let (r, w) = rustix::pipe::pipe().unwrap();
    let (shared_r, shared_w) = (r.try_clone().unwrap(), w.try_clone().unwrap());
    let mut spec = with_input(bytes(300_000));
    spec.stdio.stdout = Output::Fd(w);
    let reader = std::thread::spawn(move || {
        let mut buffer = vec![0; 300_000];
        File::from(r).read_exact(&mut buffer).unwrap();
    });
    let host = common::host();
    let program = common::load(&host, &cat(65536), &spec).unwrap();
    let guest = host.guest(&program, spec).unwrap();
    common::within(common::runtime(), guest.run()).unwrap();
    reader.join().unwrap();
    for fd in [shared_r, shared_w] {
        let flags = rustix::fs::fcntl_getfl(&fd).unwrap();
        assert!(!flags.contains(rustix::fs::OFlags::NONBLOCK));
    }
}

#[test]
fn a_broken_pipe_is_an_error_to_the_guest_and_not_its_end() {
    // EPIPE is 64; the guest says so by its exit code.
    let body = r#"(func (export "_start") (local $e i32)
        (loop $l
          (local.set $e (call $write (i32.const 1) (i32.const 1024) (i32.const 4096)))
          (br_if $l (i32.eqz (local.get $e))))
        (call $exit (local.get $e)))"#;
    let (r, w) = rustix::pipe::pipe().unwrap();
    drop(r);
    let mut spec = GuestSpec::default();
    spec.stdio.stdout = Output::Fd(w);
    let host = common::host();
    let program = common::load(&host, &p1(body), &spec).unwrap();
    let guest = host.guest(&program, spec).unwrap();
    let ending = common::within(common::runtime(), guest.run()).unwrap();
    assert_eq!(ending, Ending::Exited { code: 64 });
}

#[test]
fn what_is_closed_is_closed_and_what_is_null_is_at_its_end() {
    let body = r#"(func (export "_start")
        (if (call $read (i32.const 0) (i32.const 1024) (i32.const 100)) (then unreachable))
        (if (call $fd_close (i32.const 1)) (then unreachable))
        (call $exit (call $write (i32.const 1) (i32.const 1024) (i32.const 1))))"#;
    assert_eq!(
        run(&p1(body), GuestSpec::default()).ending,
        Ending::Exited { code: 8 }
    );
}

#[test]
fn a_guest_sees_a_terminal_only_where_one_is_said_to_be() {
    // The type of descriptor 1: 2 is a character device.
    let body = r#"(func (export "_start")
        (if (call $fdstat (i32.const 1) (i32.const 1024)) (then unreachable))
        (call $exit (i32.load8_u (i32.const 1024))))"#;
    for (terminal, code) in [(false, 0), (true, 2)] {
        let mut spec = GuestSpec::default();
        spec.stdio.terminals = [terminal; 3];
        assert_eq!(run(&p1(body), spec).ending, Ending::Exited { code });
    }
}

#[test]
fn arguments_and_variables_arrive_as_they_were_given() {
    let body = r#"(func (export "_start")
        (drop (call $args_sizes (i32.const 16) (i32.const 20)))
        (drop (call $args (i32.const 1024) (i32.const 2048)))
        (call $say (i32.const 2048) (i32.load (i32.const 20)))
        (drop (call $env_sizes (i32.const 16) (i32.const 20)))
        (drop (call $env (i32.const 1024) (i32.const 2048)))
        (call $say (i32.const 2048) (i32.load (i32.const 20))))"#;
    let spec = GuestSpec {
        args: vec!["prog".into(), "ä b".into(), String::new()],
        env: vec![("A".into(), "1=2".into()), ("B".into(), String::new())],
        cwd: Some("/work".into()),
        ..GuestSpec::default()
    };
    let done = run(&p1(body), spec);
    assert_eq!(done.text(), "prog\0ä b\0\0A=1=2\0B=\0PWD=/work\0");
}
