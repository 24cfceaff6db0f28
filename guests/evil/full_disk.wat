;; Attack: writes to a file in the folder that it was given (descriptor 3) for ever.
;; Ended by: disk. It is told so by an error code, with which it exits (51 is no space left), or is ended.
;; Says: disk, or nothing when it was told
(module $full_disk
  (import "wasi_snapshot_preview1" "path_open"
    (func $path_open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (memory (export "memory") 18)
  (data (i32.const 0) "fill")
  (data (i32.const 16) "\00\04\00\00\00\00\10\00")
  (func (export "_start") (local $errno i32) (local $n i32)
    ;; create; rights: read, write, seek
    (local.set $errno
      (call $path_open (i32.const 3) (i32.const 0) (i32.const 0) (i32.const 4) (i32.const 1)
        (i64.const 0x46) (i64.const 0) (i32.const 0) (i32.const 32)))
    (if (local.get $errno) (then (call $proc_exit (i32.const 200))))
    (loop $again
      (local.set $errno
        (call $fd_write (i32.load (i32.const 32)) (i32.const 16) (i32.const 1) (i32.const 40)))
      (if (local.get $errno) (then (call $proc_exit (local.get $errno))))
      (br_if $again
        (i32.lt_u (local.tee $n (i32.add (local.get $n) (i32.const 1))) (i32.const 4096))))
    (call $proc_exit (i32.const 201))))
