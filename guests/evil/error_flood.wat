;; Attack: writes to standard error for ever, one byte at a time: few bytes, many host calls.
;; Ended by: cpu-time or wall-time, or output-rate.
;; Says: the program was ended by its wall-time limit of 1s
(module $error_flood
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "\20\00\00\00\01\00\00\00")
  (data (i32.const 32) ".")
  (func (export "_start")
    (loop $again
      (drop (call $fd_write (i32.const 2) (i32.const 0) (i32.const 1) (i32.const 16)))
      (br $again))))
