;; Attack: makes one file and gives it names for ever: no bytes and no new file, but an entry each on the disk.
;; Ended by: disk; or it is told by an error code, with which it exits.
;; Says: limit, or nothing when it was told
(module $hard_links
  (import "wasi_snapshot_preview1" "path_open"
    (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_link"
    (func $link (param i32 i32 i32 i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (memory (export "memory") 1)
  (data (i32.const 16) "file")
  (func (export "_start") (local $n i32) (local $errno i32)
    (local.set $errno (call $open (i32.const 3) (i32.const 0) (i32.const 16) (i32.const 4) (i32.const 1)
      (i64.const 0x42) (i64.const 0x42) (i32.const 0) (i32.const 32)))
    (if (local.get $errno) (then (call $proc_exit (i32.const 99))))
    (loop $again
      (i32.store8 (i32.const 0) (i32.add (i32.const 97) (i32.and (local.get $n) (i32.const 15))))
      (i32.store8 (i32.const 1) (i32.add (i32.const 97) (i32.and (i32.shr_u (local.get $n) (i32.const 4)) (i32.const 15))))
      (i32.store8 (i32.const 2) (i32.add (i32.const 97) (i32.and (i32.shr_u (local.get $n) (i32.const 8)) (i32.const 15))))
      (i32.store8 (i32.const 3) (i32.add (i32.const 97) (i32.and (i32.shr_u (local.get $n) (i32.const 12)) (i32.const 15))))
      (i32.store8 (i32.const 4) (i32.const 120))
      (local.set $errno (call $link (i32.const 3) (i32.const 0) (i32.const 16) (i32.const 4)
        (i32.const 3) (i32.const 0) (i32.const 5)))
      (if (local.get $errno) (then (call $proc_exit (local.get $errno))))
      (local.set $n (i32.add (local.get $n) (i32.const 1)))
      (br $again))))
