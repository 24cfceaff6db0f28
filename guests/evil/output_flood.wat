;; Attack: writes to standard output for ever, 64 KiB at a time.
;; Ended by: output-rate; without one, wall-time.
;; Says: output-rate
(module $output_flood
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 2)
  (data (i32.const 0) "\00\04\00\00\00\00\01\00")
  (func (export "_start")
    (memory.fill (i32.const 1024) (i32.const 46) (i32.const 65536))
    (loop $again
      (drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 16)))
      (br $again))))
