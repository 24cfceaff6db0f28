;; Says a line as `top` does, and sleeps for ever. It could open files.
(module $top
  (import "wasi_snapshot_preview1" "poll_oneoff" (func $poll (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_open"
    (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 1024) "Mem: in use by one container alone\n")
  (func (export "_start")
    (i32.store (i32.const 800) (i32.const 1024)) (i32.store (i32.const 804) (i32.const 35))
    (drop (call $write (i32.const 1) (i32.const 800) (i32.const 1) (i32.const 900)))
    (i32.store (i32.const 16) (i32.const 1))
    (i64.store (i32.const 24) (i64.const 0x7fffffffffffffff))
    (loop $again
      (drop (call $poll (i32.const 0) (i32.const 256) (i32.const 1) (i32.const 512)))
      (br $again))))
