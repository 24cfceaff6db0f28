//! Any packet between processes is read or refused: what a worker says to its daemon (`s` first) and asks of the network
//! process (`n`), what a daemon orders of its zygote (`o`), and what a worker is told by it.
#![no_main]

use std::cell::RefCell;

use libfuzzer_sys::fuzz_target;
use sampan_runtime_wasm::fuzzing::Way;

thread_local! {
    static WAY: RefCell<Way> = RefCell::new(Way::new().expect("a pair of sockets"));
}

fuzz_target!(|bytes: &[u8]| {
    let Some((which, bytes)) = bytes.split_first() else {
        return;
    };
    WAY.with_borrow_mut(|way| match which {
        b's' => way.worker_says(bytes),
        b'n' => way.network_is_asked(bytes),
        b'o' => way.zygote_is_ordered(bytes),
        _ => way.worker_is_summoned(bytes),
    });
});
