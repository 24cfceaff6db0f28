//! The way of one short guest starts no thread. Alone in its file, so that no other test starts one meanwhile.

#![allow(clippy::unwrap_used)]

mod common;

use common::p1;
use sampan_types::Ending;
use sampan_wasm_host::Output;

#[test]
fn a_short_guest_starts_no_thread() {
    let host = common::host();
    let mut spec = sampan_wasm_host::GuestSpec::default();
    let (_r, w) = rustix::pipe::pipe().unwrap();
    spec.stdio.stdout = Output::Fd(w);
    let program = common::load(
        &host,
        &p1(r#"(func (export "_start") (call $say (i32.const 0) (i32.const 9)))"#),
        &spec,
    )
    .unwrap();
    let threads = || std::fs::read_dir("/proc/self/task").unwrap().count();
    let before = threads();
    let guest = host.guest(&program, spec).unwrap();
    let ending = common::within(common::runtime(), async {
        let ending = guest.run().await;
        assert_eq!(threads(), before);
        ending
    });
    assert_eq!(ending.unwrap(), Ending::Exited { code: 0 });
}
