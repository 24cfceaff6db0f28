;; Prints `ready`, then waits for standard input: for tests that send signals.
(module $ready_read
  (import "wasi_snapshot_preview1" "fd_write"
    (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_read" (func $fd_read (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "\08\00\00\00\06\00\00\00ready\0a")
  (data (i32.const 128) "\00\04\00\00\00\04\00\00")
  (func (export "_start")
    (drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 64)))
    (drop (call $fd_read (i32.const 0) (i32.const 128) (i32.const 1) (i32.const 512)))))
