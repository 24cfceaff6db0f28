//! A command that tells a logger of its arguments: what it prints is what the logger gave.

#[link(wasm_import_module = "test:log/logger@0.2.0")]
unsafe extern "C" {
    #[link_name = "log"]
    fn log(level: i32, at: *const u8, length: usize) -> i32;
}

fn main() {
    for word in std::env::args().skip(1) {
        // SAFETY: the text is alive until the call returns, which copies it.
        println!("{}", unsafe { log(0, word.as_ptr(), word.len()) });
    }
}
