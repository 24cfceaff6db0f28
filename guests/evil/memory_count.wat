;; Tells how many MiB it could get in all, over three memories, as its exit code.
;; Under a limit of 64m that must be 63 or 64.
(module $memory_count
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (memory (export "memory") 1)
  (memory $b 1)
  (memory $c i64 1)
  (func (export "_start")
    (loop $again
      (br_if $again (i32.ne (memory.grow (i32.const 1)) (i32.const -1)))
      (br_if $again (i32.ne (memory.grow $b (i32.const 1)) (i32.const -1)))
      (br_if $again (i64.ne (memory.grow $c (i64.const 1)) (i64.const -1))))
    (call $proc_exit
      (i32.div_u
        (i32.add (memory.size) (i32.add (memory.size $b) (i32.wrap_i64 (memory.size $c))))
        (i32.const 16)))))
