;; memory64: a memory with 64-bit addresses, grown, written and read at its end. Ends with 63.
;; Its preview 1 memory is a second, 32-bit one.
(module
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (memory (export "memory") 1)
  (memory $wide i64 1 16)
  (func (export "_start")
    (if (i64.ne (memory.grow $wide (i64.const 2)) (i64.const 1)) (then unreachable))
    (i64.store $wide (i64.const 196600) (i64.const 63))
    (call $proc_exit (i32.wrap_i64 (i64.load $wide (i64.const 196600))))))
