//! A logger in Rust, which also prints what it is told on standard error.
#![crate_type = "cdylib"]

use std::sync::atomic::{AtomicI32, Ordering};

static SUM: AtomicI32 = AtomicI32::new(0);

#[unsafe(export_name = "test:log/logger@0.2.0#log")]
extern "C" fn log(level: i32, at: *mut u8, length: usize) -> i32 {
    // SAFETY: the text was written into memory that `cabi_realloc` gave for it.
    let text = unsafe { Vec::from_raw_parts(at, length, length) };
    let level = if level == 0 { "info" } else { "warning" };
    eprintln!("{level}: {}", String::from_utf8_lossy(&text));
    SUM.fetch_add(length as i32, Ordering::Relaxed) + length as i32
}

#[unsafe(no_mangle)]
extern "C" fn cabi_realloc(old: *mut u8, old_length: usize, align: usize, length: usize) -> *mut u8 {
    use std::alloc::{Layout, alloc, realloc};
    if length == 0 {
        return align as *mut u8;
    }
    // SAFETY: the canonical ABI gives sizes and alignments that a layout has, and `old` from here.
    unsafe {
        let layout = |size| Layout::from_size_align_unchecked(size, align);
        match old_length {
            0 => alloc(layout(length)),
            _ => realloc(old, layout(old_length), length),
        }
    }
}
