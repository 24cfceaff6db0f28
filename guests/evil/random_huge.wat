;; Attack: asks for 4 GiB of random bytes into a memory of 64 KiB.
;; Ended by: the bounds of its memory: an error code, which becomes its exit code, or a trap.
;; Says: nothing but its code 21 (bad address), or a trap's reason
(module $random_huge
  (import "wasi_snapshot_preview1" "random_get" (func $random_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (memory (export "memory") 1)
  (func (export "_start")
    (call $proc_exit (call $random_get (i32.const 0) (i32.const -1)))))
