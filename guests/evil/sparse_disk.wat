;; Attack: makes a file of 8 EiB that holds nothing, by setting its size, and writes at its end.
;; Ended by: disk: the growth is refused with an error code, with which it exits.
;; Says: nothing; its code is neither 0 nor 201
(module $sparse_disk
  (import "wasi_snapshot_preview1" "path_open"
    (func $path_open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_filestat_set_size" (func $set_size (param i32 i64) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "fill")
  (func (export "_start") (local $errno i32)
    (local.set $errno
      (call $path_open (i32.const 3) (i32.const 0) (i32.const 0) (i32.const 4) (i32.const 1)
        (i64.const 0x400046) (i64.const 0) (i32.const 0) (i32.const 32)))
    (if (local.get $errno) (then (call $proc_exit (i32.const 200))))
    (local.set $errno (call $set_size (i32.load (i32.const 32)) (i64.const 0x7000000000000000)))
    (if (local.get $errno) (then (call $proc_exit (local.get $errno))))
    (call $proc_exit (i32.const 201))))
