//! An allocator that ends the program with a message where memory ends, instead of a trap.

#![expect(
    unsafe_code,
    reason = "an allocator is unsafe by its nature; this one adds nothing but an ending"
)]

use std::alloc::{GlobalAlloc, Layout, System};

struct Bounded;

#[global_allocator]
static MEMORY: Bounded = Bounded;

/// The exit code of a program that ran out of memory, as of a fatal error of the shell.
const OUT_OF_MEMORY: i32 = 2;

fn kept(pointer: *mut u8) -> *mut u8 {
    if pointer.is_null() {
        crate::preview1::write_raw(2, b"toolbox: out of memory\n");
        std::process::exit(OUT_OF_MEMORY);
    }
    pointer
}

// SAFETY: every call goes to the system's allocator as it came, and what that gives is passed on or never returned.
unsafe impl GlobalAlloc for Bounded {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promises are passed on.
        kept(unsafe { System.alloc(layout) })
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promises are passed on.
        kept(unsafe { System.alloc_zeroed(layout) })
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: the caller's promises are passed on.
        kept(unsafe { System.realloc(pointer, layout, size) })
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller's promises are passed on.
        unsafe { System.dealloc(pointer, layout) }
    }
}
