;; Attack: opens the folder that it was given, again and again, and closes nothing.
;; Ended by: open-files. When it is refused with an error code instead, it exits with that code (33 is too many
;; files open in the program, 41 in the system).
;; Says: open-files
(module $open_files
  (import "wasi_snapshot_preview1" "path_open"
    (func $path_open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) ".")
  (func (export "_start") (local $errno i32) (local $n i32)
    (loop $again
      (local.set $errno
        (call $path_open (i32.const 3) (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 2)
          (i64.const 0) (i64.const 0) (i32.const 0) (i32.const 16)))
      (if (local.get $errno) (then (call $proc_exit (local.get $errno))))
      (br_if $again
        (i32.lt_u (local.tee $n (i32.add (local.get $n) (i32.const 1))) (i32.const 1000000))))
    (call $proc_exit (i32.const 0))))
