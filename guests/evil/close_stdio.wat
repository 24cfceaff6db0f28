;; Attack: closes the standard streams and every other number, puts its own over them, and uses what is gone:
;; streams of the host must not be closed or reached by it.
;; Ended by: nothing: it ends with 9, having been told that the stream is no longer there (8), plus one.
;; Says: nothing
(module $close_stdio
  (import "wasi_snapshot_preview1" "fd_close" (func $fd_close (param i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_renumber" (func $fd_renumber (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "\20\00\00\00\01\00\00\00")
  (data (i32.const 32) "!")
  (func (export "_start") (local $n i32)
    (drop (call $fd_renumber (i32.const 2) (i32.const 1)))
    (drop (call $fd_renumber (i32.const 0) (i32.const 100)))
    (loop $all
      (drop (call $fd_close (local.get $n)))
      (br_if $all (i32.lt_u (local.tee $n (i32.add (local.get $n) (i32.const 1))) (i32.const 256))))
    (call $proc_exit
      (i32.add (i32.const 1)
        (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 16))))))
